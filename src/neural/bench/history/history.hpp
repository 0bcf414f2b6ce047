// Every session that was measured on this machine, with the raw events of its runs, in one SQLite file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/bench/history/database.hpp"

namespace neural::bench::history {

/// $NEURAL_HISTORY, else history.db in the user's data folder ($XDG_DATA_HOME/neural, else ~/.local/share/neural).
/// Nothing where $NEURAL_HISTORY is `off`.
std::optional<std::filesystem::path> default_history();

/// The documents of a session as its results folder has them (docs/worker.md), as text.
struct Session {
  std::string session;      ///< session.json
  std::string environment;  ///< environment.json
  std::string results;      ///< benchmark_results.json; empty until the session is finished
};

/// A finished run and what it left.
struct Run {
  std::string cell;
  std::string name;
  std::string started_utc;
  bool valid = false;
  std::string plan;     ///< plan.json
  std::string outcome;  ///< outcome.json
  std::string events;   ///< events.jsonl
};

/// What a session found for one quantity of one cell.
struct Verdict {
  std::string model, backend, contender;
  std::string metric;  ///< "training_time", "total_time" or "memory"
  std::string series;  ///< the same for all that measured the same network and contender by the same protocol
  std::optional<double> neural, native, ratio, ci_low, ci_high;
  std::string verdict;
};

struct Summary {
  std::int64_t id = 0;
  std::string key;
  std::string started_utc;
  std::string version;
  std::string
      revision;  ///< of the benchmarks' repository; ends in `+` where tracked files had changed; empty: not known
  std::string fingerprint;
  bool finished = false;
  std::int64_t runs = 0;
  std::vector<Verdict> verdicts;
};

Json to_json(const Summary& summary);

/// What somebody has said about a change of a trend.
struct Acknowledgement {
  std::int64_t session = 0;  ///< the first at the new level
  std::string model, backend, contender, metric;
  std::string reason;
  std::string made_utc;
};

/// Which sessions to list; empty is any.
struct Filter {
  std::string model;
  std::string backend;
  std::optional<std::int64_t> most;  ///< the newest of them
};

/// A file that several processes may write at once; each change is a transaction, on disk when it returns.
class History {
 public:
  /// `create` makes the file where there is none.
  static Expected<History> open(const std::filesystem::path& path, bool create);

  /// The session's number. One that is there already stays as it is, unless it lacked results: then it
  /// becomes what it was when it ended.
  Expected<std::int64_t> add_session(const Session& session);

  /// A run that is there already stays as it is.
  Status add_run(std::int64_t session, const Run& run);

  /// All that `change` does with this history, or nothing of it; one wait for the disk instead of many.
  Status at_once(const std::function<Status()>& change);

  /// Oldest first.
  Expected<std::vector<Summary>> sessions(const Filter& filter = {});

  /// kUsage where there is none of that number.
  Expected<Session> session(std::int64_t id);

  /// Every run of a session, by cell and name.
  Status each_run(std::int64_t session, const std::function<Status(const Run&)>& see);

  /// Takes the place of an earlier one of the same change.
  Status acknowledge(const Acknowledgement& acknowledgement);

  /// Forgets what was said about this change.
  Status withdraw(const Acknowledgement& acknowledgement);

  /// All there are, by session.
  Expected<std::vector<Acknowledgement>> acknowledgements();

  /// Removes sessions with their runs, and gives the room they took back to the system.
  Status remove(const std::vector<std::int64_t>& sessions);

  const std::filesystem::path& path() const { return database_.path(); }

 private:
  explicit History(Database database) : database_(std::move(database)) {}
  Status add_verdicts(std::int64_t session, const Json& results);

  Database database_;
};

}  // namespace neural::bench::history
