#include "neural/bench/history/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "neural/base/files.hpp"

namespace neural::bench::history {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 30'000;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

int bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, index, *number);
  if (const auto* number = std::get_if<double>(&value)) return sqlite3_bind_double(statement, index, *number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, index);
}

/// A file that is there, or that SQLite may make.
Status prepare_place(const fs::path& path, bool create) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) {
    return fail(ErrorCode::kUsage, fmt::format("`{}` is a folder", path.string()), "name a file");
  }
  if (fs::exists(status)) return done();
  if (!create) return fail(ErrorCode::kNotFound, fmt::format("there is no `{}`", path.string()));
  return path.has_parent_path() ? make_folder(path.parent_path()) : done();
}

}  // namespace

std::string Row::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes == nullptr ? std::string() : std::string(bytes, sqlite3_column_bytes(statement_, column));
}

std::int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<double> Row::real(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_, column);
}

void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Expected<Database> Database::open(const fs::path& path, bool create) {
  NEURAL_TRY(prepare_place(path, create));
  sqlite3* connection = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  Database database(path, connection);
  if (connection == nullptr) return fail(ErrorCode::kIo, "out of memory for a database");
  if (code != SQLITE_OK) return tl::unexpected(database.error());
  sqlite3_busy_timeout(connection, kBusyMilliseconds);
  // Nothing that a file brings with it runs, and no statement of ours can damage it.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return database;
}

Status Database::run(std::string_view sql, const std::vector<Value>& values,
                     const std::function<Status(const Row&)>& see) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
  const Statement statement(prepared);
  if (code != SQLITE_OK) return tl::unexpected(error());
  int index = 0;
  for (const Value& value : values) {
    if (bind(prepared, ++index, value) != SQLITE_OK) return tl::unexpected(error());
  }
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(prepared)) == SQLITE_ROW) {
    if (see) NEURAL_TRY(see(Row(prepared)));
  }
  if (step != SQLITE_DONE) return tl::unexpected(error());
  return done();
}

Status Database::run_script(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return tl::unexpected(error());
  }
  return done();
}

Expected<std::int64_t> Database::number(std::string_view sql, const std::vector<Value>& values) {
  std::int64_t found = 0;
  NEURAL_TRY(run(sql, values, [&](const Row& row) {
    found = row.integer(0);
    return done();
  }));
  return found;
}

std::int64_t Database::changed_rows() const {
  return sqlite3_changes64(connection_.get());
}

Status Database::use_write_ahead_log() {
  // Where two processes begin a file at once SQLite gives up without waiting, as each might wait for the other.
  constexpr auto kPause = std::chrono::milliseconds(20);
  for (int tries = kBusyMilliseconds / 20; tries > 0; --tries) {
    const Status status = run("PRAGMA journal_mode = WAL");
    if (status || (sqlite3_errcode(connection_.get()) & 0xff) != SQLITE_BUSY) return status;
    std::this_thread::sleep_for(kPause);
  }
  return run("PRAGMA journal_mode = WAL");
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

Error Database::error() const {
  const std::string name = fmt::format("`{}`", path_.string());
  switch (sqlite3_errcode(connection_.get()) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kIo, name + " is in use by another process", "try again when that has ended"};
    case SQLITE_NOTADB:
      return {ErrorCode::kCorrupt, name + " is no SQLite database", "move it away, or name another file"};
    case SQLITE_CORRUPT:
      return {ErrorCode::kCorrupt, name + " is damaged: " + sqlite3_errmsg(connection_.get()),
              "move it away; sqlite3's `.recover` saves what can be read"};
    case SQLITE_FULL:
      return {ErrorCode::kNoSpace, name + " cannot grow: the disk is full", "make room, and try again"};
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return {ErrorCode::kPermission, name + " cannot be opened or written: " + sqlite3_errmsg(connection_.get()),
              "change its permissions and those of its folder, or name another file"};
    default:
      return {ErrorCode::kIo, name + ": " + sqlite3_errmsg(connection_.get()), {}};
  }
}

Status in_one_transaction(Database& database, const std::function<Status()>& change) {
  if (database.in_transaction()) return change();
  NEURAL_TRY(database.run("BEGIN IMMEDIATE"));
  Status status = change();
  if (status) status = database.run("COMMIT");
  // On a full disk SQLite may have rolled back by itself. Why it failed is told, not whether this does.
  if (!status && database.in_transaction()) static_cast<void>(database.run("ROLLBACK"));
  return status;
}

}  // namespace neural::bench::history
