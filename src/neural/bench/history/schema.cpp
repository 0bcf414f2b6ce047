#include "neural/bench/history/schema.hpp"

#include <fmt/format.h>

#include <array>

namespace neural::bench::history {
namespace {

constexpr std::int64_t kApplicationId = 0x4e65'7572;  // "Neur"

// Each brings a file from the version before to its own; what has been released is never edited.
constexpr std::array kMigrations = {
    // 1. The documents of a session are kept as they are (docs/worker.md); columns are what is searched by.
    R"sql(
CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  started_utc TEXT NOT NULL,
  version TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  session TEXT NOT NULL,
  environment TEXT NOT NULL,
  results TEXT
) STRICT;
CREATE TABLE run (
  session INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
  cell TEXT NOT NULL,
  name TEXT NOT NULL,
  started_utc TEXT NOT NULL,
  valid INTEGER NOT NULL,
  plan TEXT NOT NULL,
  outcome TEXT NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (session, cell, name, started_utc)
) STRICT, WITHOUT ROWID;
CREATE TABLE verdict (
  session INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  backend TEXT NOT NULL,
  contender TEXT NOT NULL,
  metric TEXT NOT NULL,
  series TEXT NOT NULL,
  neural REAL,
  native REAL,
  ratio REAL,
  ci_low REAL,
  ci_high REAL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (session, model, backend, contender, metric)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_of_model ON verdict (model, backend, contender, metric, session);
)sql",
    // 2. What somebody has said about a change that begins at a session.
    R"sql(
CREATE TABLE acknowledgement (
  session INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  backend TEXT NOT NULL,
  contender TEXT NOT NULL,
  metric TEXT NOT NULL,
  reason TEXT NOT NULL,
  made_utc TEXT NOT NULL,
  PRIMARY KEY (session, model, backend, contender, metric)
) STRICT, WITHOUT ROWID;
)sql",
};

Status refuse_foreign(Database& database) {
  const std::string name = fmt::format("`{}`", database.path().string());
  std::int64_t application = 0, version = 0, tables = 0;
  const auto see = [&](const Row& row) {
    application = row.integer(0);
    version = row.integer(1);
    tables = row.integer(2);
    return done();
  };
  // In one statement: between two, another process may make the tables.
  NEURAL_TRY(
      database.run("SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
                   "FROM pragma_application_id, pragma_user_version",
                   {}, see));
  const bool is_new = application == 0 && version == 0 && tables == 0;
  if (!is_new && application != kApplicationId) {
    return fail(ErrorCode::kUsage, name + " is a database of another program", "name another file");
  }
  if (version > schema_version()) {
    return fail(ErrorCode::kUsage,
                fmt::format("{} was written by a newer version of this program (schema {}, this one knows {})", name,
                            version, schema_version()),
                "use that version, or name another file");
  }
  return done();
}

Status migrate(Database& database) {
  NEURAL_TRY(refuse_foreign(database));  // again: another process may have been faster
  for (auto at = static_cast<std::size_t>(NEURAL_TRY(database.number("PRAGMA user_version"))); at < kMigrations.size();
       ++at) {
    NEURAL_TRY(database.run_script(kMigrations[at]));
    NEURAL_TRY(database.run_script(fmt::format("PRAGMA user_version = {}", at + 1)));
  }
  return database.run_script(fmt::format("PRAGMA application_id = {}", kApplicationId));
}

}  // namespace

std::int64_t schema_version() {
  return static_cast<std::int64_t>(kMigrations.size());
}

Status prepare_schema(Database& database) {
  NEURAL_TRY(refuse_foreign(database));
  if (NEURAL_TRY(database.number("PRAGMA user_version")) < schema_version()) {
    NEURAL_TRY(database.use_write_ahead_log());
    NEURAL_TRY(in_one_transaction(database, [&] { return migrate(database); }));
  }
  return database.run("PRAGMA foreign_keys = ON");
}

}  // namespace neural::bench::history
