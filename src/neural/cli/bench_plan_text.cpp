#include "neural/cli/bench_plan_text.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "neural/base/text.hpp"
#include "neural/bench/history/history.hpp"
#include "neural/bench/plan/equal_pairs.hpp"
#include "neural/bench/plan/estimate.hpp"
#include "neural/bench/plan/protocol.hpp"
#include "neural/bench/plan/select.hpp"
#include "neural/bench/process/outcome.hpp"
#include "neural/cli/progress_line.hpp"

namespace neural::cli {
namespace {

namespace plan = bench::plan;
namespace history = bench::history;

constexpr std::size_t kTasks = std::tuple_size_v<plan::RunCounts>;

/// Seconds that the runs of each task took, on average; nothing where there was none.
using TaskSeconds = std::array<std::optional<double>, kTasks>;

/// How long the runs of a cell took when they were measured last; nothing if they never were.
struct Before {
  std::int64_t epochs = 1;
  TaskSeconds seconds;
};

class Past {
 public:
  explicit Past(std::optional<history::History> opened) : history_(std::move(opened)) {}

  /// Of the newest finished session of this kind that has the cell.
  Expected<std::optional<Before>> find(const plan::Cell& cell, bool quick) {
    if (!history_) return std::nullopt;
    if (!sessions_) sessions_ = NEURAL_TRY(history_->sessions());
    for (auto summary = sessions_->rbegin(); summary != sessions_->rend(); ++summary) {
      const bool has = std::any_of(summary->verdicts.begin(), summary->verdicts.end(), [&](const auto& verdict) {
        return verdict.model == cell.label && verdict.contender == cell.contender.name;
      });
      if (!has || !summary->finished) continue;
      const history::Session session = NEURAL_TRY(history_->session(summary->id));
      const Json described = NEURAL_TRY(parse_json(session.session, "session.json"));
      const Json protocol = NEURAL_TRY(json_field<Json>(described, "protocol", "session.json"));
      if (protocol.value("quick", false) != quick) continue;
      return read(summary->id, cell.name, protocol.value("epochs", std::int64_t{1}));
    }
    return std::nullopt;
  }

 private:
  Expected<std::optional<Before>> read(std::int64_t session, const std::string& cell, std::int64_t epochs) {
    std::array<double, kTasks> total{};
    std::array<int, kTasks> runs{};
    const auto add = [&](const history::Run& run) -> Status {
      if (run.cell != cell || !run.valid) return done();
      const Json value = NEURAL_TRY(parse_json(run.outcome, "outcome.json"));
      const auto outcome = NEURAL_TRY(bench::process::outcome_from_json(value, "outcome.json"));
      total[static_cast<std::size_t>(outcome.task)] += outcome.ending.wall_seconds;
      ++runs[static_cast<std::size_t>(outcome.task)];
      return done();
    };
    NEURAL_TRY(history_->each_run(session, add));
    Before before{epochs, {}};
    for (std::size_t task = 0; task < kTasks; ++task) {
      if (runs[task] > 0) before.seconds[task] = total[task] / runs[task];
    }
    return before;
  }

  std::optional<history::History> history_;
  std::optional<std::vector<history::Summary>> sessions_;
};

std::optional<double> seconds_of(const plan::RunCounts& counts, const Before& before, std::int64_t epochs) {
  double seconds = 0;
  for (std::size_t task = 0; task < kTasks; ++task) {
    if (counts[task] == 0) continue;
    if (!before.seconds[task]) return std::nullopt;
    const bool full = static_cast<bench::process::Task>(task) == bench::process::Task::kFull;
    const double longer = full ? static_cast<double>(epochs) / static_cast<double>(before.epochs) : 1;
    seconds += counts[task] * *before.seconds[task] * longer;
  }
  return seconds;
}

/// The pairs of equal programs that a session measures once.
constexpr plan::RunCounts kEqualRuns = [] {
  plan::RunCounts counts{};
  counts[static_cast<std::size_t>(bench::process::Task::kPair)] = 2 * plan::kEqualPairs;
  return counts;
}();

int processes(const plan::RunCounts& counts) {
  int all = 0;
  for (const int count : counts) all += count;
  return all;
}

/// "4 min 10 s", "4 min 10 s to 9 min 30 s".
std::string range(double least, double most) {
  const std::string low = minutes_text(least), high = minutes_text(most);
  return low == high ? low : low + " to " + high;
}

}  // namespace

Expected<std::string> describe_plan(const plan::Request& request, const Json& versions,
                                    const std::optional<std::filesystem::path>& history_file) {
  auto cells = NEURAL_TRY(plan::select_cells(request.benchmarks, request.wanted));
  const std::vector<std::string> left_out = plan::leave_out_missing(cells, request.wanted, versions);
  const plan::Protocol protocol = plan::make_protocol(request);
  const std::vector<int> looks = protocol.rule().looks;
  const plan::RunCounts least = plan::runs_of_cell(looks.front(), protocol.memory_runs(), protocol.seeds);
  const plan::RunCounts most = plan::runs_of_cell(looks.back(), protocol.memory_runs(), protocol.seeds);

  std::optional<history::History> opened;
  if (history_file && std::filesystem::exists(*history_file)) {
    opened = NEURAL_TRY(history::History::open(*history_file, false));
  }
  Past past(std::move(opened));
  std::string text = fmt::format("{:<34}  {:<12}  {:<11}  {}\n", "cell", "backend", "processes", "last time as long");
  double low = 0, high = 0;
  int unknown = 0;
  const auto add_row = [&](const std::string& name, const std::string& backend, const std::string& count,
                           const std::string& time) {
    text += fmt::format("{:<34}  {:<12}  {:<11}  {}\n", name, backend, count, time);
  };
  constexpr const char* kNotKnown = "not known";
  std::optional<double> equal_seconds;
  for (const plan::Cell& cell : cells) {
    const std::optional<Before> before = NEURAL_TRY(past.find(cell, protocol.quick));
    const auto shortest = before ? seconds_of(least, *before, protocol.epochs) : std::nullopt;
    const auto longest = before ? seconds_of(most, *before, protocol.epochs) : std::nullopt;
    if (shortest && longest) {
      low += *shortest;
      high += *longest;
    } else {
      ++unknown;
    }
    const std::string count = looks.size() == 1 ? fmt::format("{}", processes(least))
                                                : fmt::format("{} to {}", processes(least), processes(most));
    add_row(printable(cell.label + " " + cell.contender.name), printable(cell.generated_backend), count,
            shortest && longest ? range(*shortest, *longest) : kNotKnown);
    if (&cell == &cells.front() && before) equal_seconds = seconds_of(kEqualRuns, *before, protocol.epochs);
  }
  if (!protocol.quick && !cells.empty()) {
    add_row("equal programs of the first cell", "", fmt::format("{}", processes(kEqualRuns)),
            equal_seconds ? range(*equal_seconds, *equal_seconds) : kNotKnown);
    low += equal_seconds.value_or(0);
    high += equal_seconds.value_or(0);
  }
  const auto measured = static_cast<int>(cells.size()) - unknown;
  for (const std::string& notice : left_out) text += "\n" + printable(notice);
  if (!left_out.empty()) text += "\n";
  text += fmt::format("\n{} cell{}, {} epochs, {} threads; ", cells.size(), cells.size() == 1 ? "" : "s",
                      protocol.epochs, protocol.threads);
  if (measured == 0) return text + "how long it takes is known when it was measured once\n";
  text += "about " + range(low, high);
  if (unknown > 0) text += fmt::format(", and {} cell{} never measured here", unknown, unknown == 1 ? "" : "s");
  return text + "\nnothing was measured\n";
}

}  // namespace neural::cli
