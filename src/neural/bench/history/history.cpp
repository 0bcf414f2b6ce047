#include "neural/bench/history/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "neural/base/hashes.hpp"
#include "neural/base/json_view.hpp"
#include "neural/bench/history/fingerprint.hpp"
#include "neural/bench/history/schema.hpp"

namespace neural::bench::history {
namespace {

namespace fs = std::filesystem;

constexpr std::array kMetrics = {"training_time", "total_time", "memory"};

/// What names a session wherever it is told of: when it began, and what was measured. The rest of session.json may
/// change while it goes on.
Expected<std::string> key_of(const Json& session) {
  const Json protocol = NEURAL_TRY(json_field<Json>(session, "protocol", "session.json"));
  const Json started = NEURAL_TRY(json_field<Json>(protocol, "started_utc", "session.json: protocol"));
  const Json seed = NEURAL_TRY(json_field<Json>(protocol, "seed", "session.json: protocol"));
  const Json cells = NEURAL_TRY(json_field<Json>(session, "cells", "session.json"));
  return sha256(compact_json(Json::array({started, seed, cells})));
}

/// NULL where there is none.
Value real_at(const Json& value, const char* key) {
  const auto number = number_at(value, {key});
  return number ? Value(*number) : Value(nullptr);
}

/// 12 hexadecimal digits of what may not change within a series.
std::string series_of(const Json& cell, const Json& results) {
  constexpr std::size_t kDigits = 12;
  const Json files = at(cell, {"sha256"}), protocol = at(results, {"protocol"});
  const Json fixed = Json::array({at(files, {"source"}), at(files, {"native_program"}), at(protocol, {"quick"})});
  return sha256(compact_json(fixed)).substr(0, kDigits);
}

Verdict verdict_of(const Row& row) {
  return {row.text(1), row.text(2), row.text(3), row.text(4),  row.text(5), row.real(6),
          row.real(7), row.real(8), row.real(9), row.real(10), row.text(11)};
}

}  // namespace

std::optional<fs::path> default_history() {
  if (const char* named = std::getenv("NEURAL_HISTORY"); named != nullptr && *named != '\0') {
    if (std::string_view(named) == "off") return std::nullopt;
    return fs::path(named);
  }
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') {
    return fs::path(data) / "neural" / "history.db";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home == '/' ? home : "/tmp") / ".local" / "share" / "neural" / "history.db";
}

Json to_json(const Summary& summary) {
  Json verdicts = Json::array();
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  for (const Verdict& each : summary.verdicts) {
    verdicts.push_back({{"model", each.model},
                        {"backend", each.backend},
                        {"contender", each.contender},
                        {"metric", each.metric},
                        {"neural", number(each.neural)},
                        {"native", number(each.native)},
                        {"ratio", number(each.ratio)},
                        {"ci_low", number(each.ci_low)},
                        {"ci_high", number(each.ci_high)},
                        {"verdict", each.verdict}});
  }
  return {{"id", summary.id},
          {"started_utc", summary.started_utc},
          {"version", summary.version},
          {"revision", summary.revision},
          {"fingerprint", summary.fingerprint},
          {"finished", summary.finished},
          {"runs", summary.runs},
          {"verdicts", std::move(verdicts)}};
}

Expected<History> History::open(const fs::path& path, bool create) {
  History history(NEURAL_TRY(Database::open(path, create)));
  NEURAL_TRY(prepare_schema(history.database_));
  return history;
}

Expected<std::int64_t> History::add_session(const Session& session) {
  const Json described = NEURAL_TRY(parse_json(session.session, "session.json"));
  const Json environment = NEURAL_TRY(parse_json(session.environment, "environment.json"));
  const std::string key = NEURAL_TRY(key_of(described));
  Json results;
  if (!session.results.empty()) results = NEURAL_TRY(parse_json(session.results, "benchmark_results.json"));

  std::int64_t id = 0;
  const auto insert = [&]() -> Status {
    NEURAL_TRY(
        database_.run("INSERT OR IGNORE INTO session (key, started_utc, version, fingerprint, session, environment) "
                      "VALUES (?, ?, ?, ?, ?, ?)",
                      {key, text_at(described["protocol"], {"started_utc"}), text_at(described, {"version"}),
                       fingerprint(environment), session.session, session.environment}));
    id = NEURAL_TRY(database_.number("SELECT id FROM session WHERE key = ?", {key}));
    if (session.results.empty()) return done();
    NEURAL_TRY(
        database_.run("UPDATE session SET session = ?, environment = ?, results = ? WHERE id = ? AND results IS NULL",
                      {session.session, session.environment, session.results, id}));
    return database_.changed_rows() == 0 ? done() : add_verdicts(id, results);
  };
  NEURAL_TRY(in_one_transaction(database_, insert));
  return id;
}

Status History::add_verdicts(std::int64_t session, const Json& results) {
  const Json cells = NEURAL_TRY(json_field<Json>(results, "results", "benchmark_results.json"));
  for (const Json& cell : cells) {
    const auto comparison = cell.is_object() ? cell.find("comparison") : cell.end();
    if (comparison == cell.end() || !comparison->is_object()) continue;
    const std::string series = series_of(cell, results);
    for (const char* metric : kMetrics) {
      const auto found = comparison->find(metric);
      if (found == comparison->end() || !found->is_object()) continue;
      NEURAL_TRY(database_.run(
          "INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {session, text_at(cell, {"model"}), text_at(cell, {"backend"}), text_at(cell, {"contender"}),
           std::string(metric), series, real_at(*found, "neural"), real_at(*found, "native"), real_at(*found, "ratio"),
           real_at(*found, "ci_low"), real_at(*found, "ci_high"), text_at(*found, {"verdict"})}));
    }
  }
  return done();
}

Status History::add_run(std::int64_t session, const Run& run) {
  return database_.run("INSERT OR IGNORE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                       {session, run.cell, run.name, run.started_utc, static_cast<std::int64_t>(run.valid), run.plan,
                        run.outcome, run.events});
}

Status History::at_once(const std::function<Status()>& change) {
  return in_one_transaction(database_, change);
}

Expected<std::vector<Summary>> History::sessions(const Filter& filter) {
  std::vector<Summary> all;
  const auto see = [&](const Row& row) {
    all.push_back({row.integer(0),
                   row.text(1),
                   row.text(2),
                   row.text(3),
                   row.text(4),
                   row.text(5),
                   row.integer(6) != 0,
                   row.integer(7),
                   {}});
    return done();
  };
  NEURAL_TRY(
      database_.run("SELECT id, key, started_utc, version, "
                    "coalesce(environment ->> '$.source.revision', '') || iif(environment ->> '$.source.dirty', '+', "
                    "''), fingerprint, results IS NOT NULL, "
                    "(SELECT count(*) FROM run WHERE run.session = session.id) FROM session "
                    "WHERE (?1 = '' AND ?2 = '') OR EXISTS (SELECT 1 FROM verdict WHERE verdict.session = session.id "
                    "AND (?1 = '' OR model = ?1) AND (?2 = '' OR backend = ?2)) "
                    "ORDER BY started_utc DESC, id DESC LIMIT ?3",
                    {filter.model, filter.backend, filter.most.value_or(-1)}, see));
  std::reverse(all.begin(), all.end());
  for (Summary& summary : all) {
    NEURAL_TRY(database_.run(
        "SELECT * FROM verdict WHERE session = ?1 AND (?2 = '' OR model = ?2) AND (?3 = '' OR backend = ?3) "
        "ORDER BY model, backend, contender, metric",
        {summary.id, filter.model, filter.backend}, [&](const Row& row) {
          summary.verdicts.push_back(verdict_of(row));
          return done();
        }));
  }
  return all;
}

Expected<Session> History::session(std::int64_t id) {
  std::optional<Session> found;
  NEURAL_TRY(database_.run("SELECT session, environment, results FROM session WHERE id = ?", {id}, [&](const Row& row) {
    found = Session{row.text(0), row.text(1), row.text(2)};
    return done();
  }));
  if (found) return *std::move(found);
  return fail(ErrorCode::kUsage, fmt::format("`{}` has no session {}", path().string(), id),
              "`neural history list` shows those there are");
}

Status History::each_run(std::int64_t session, const std::function<Status(const Run&)>& see) {
  return database_.run(
      "SELECT cell, name, started_utc, valid, plan, outcome, events FROM run WHERE session = ? "
      "ORDER BY cell, name, started_utc",
      {session}, [&](const Row& row) {
        return see({row.text(0), row.text(1), row.text(2), row.integer(3) != 0, row.text(4), row.text(5), row.text(6)});
      });
}

Status History::acknowledge(const Acknowledgement& each) {
  return database_.run(
      "INSERT OR REPLACE INTO acknowledgement VALUES (?, ?, ?, ?, ?, ?, ?)",
      {each.session, each.model, each.backend, each.contender, each.metric, each.reason, each.made_utc});
}

Status History::withdraw(const Acknowledgement& each) {
  return database_.run(
      "DELETE FROM acknowledgement WHERE session = ? AND model = ? AND backend = ? AND contender = ? AND metric = ?",
      {each.session, each.model, each.backend, each.contender, each.metric});
}

Expected<std::vector<Acknowledgement>> History::acknowledgements() {
  std::vector<Acknowledgement> all;
  NEURAL_TRY(database_.run("SELECT * FROM acknowledgement ORDER BY session", {}, [&](const Row& row) {
    all.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)});
    return done();
  }));
  return all;
}

Status History::remove(const std::vector<std::int64_t>& sessions) {
  const auto erase = [&]() -> Status {
    for (const std::int64_t id : sessions) NEURAL_TRY(database_.run("DELETE FROM session WHERE id = ?", {id}));
    return done();
  };
  NEURAL_TRY(in_one_transaction(database_, erase));
  return sessions.empty() ? done() : database_.run("VACUUM");
}

}  // namespace neural::bench::history
