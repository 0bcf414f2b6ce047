#include "neural/bench/history/phase_shifts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/json_view.hpp"

namespace neural::bench::history {
namespace {

constexpr std::size_t kMostSessions = 30;

struct Named {
  const char* field;  ///< of a side in benchmark_results.json
  const char* phase;
};

constexpr std::array kTimes = {Named{"import_time", "import"}, Named{"build_time", "build"},
                               Named{"first_step_time", "first step"}, Named{"step_time", "steps"}};

/// Sums of logarithms over the sessions of one side of a change.
struct Sums {
  double neural = 0, native = 0;
  std::size_t sessions = 0;

  double mean_neural() const { return neural / static_cast<double>(sessions); }
  double mean_native() const { return native / static_cast<double>(sessions); }
};

struct Phase {
  std::string name;
  std::array<Sums, 2> sides;  ///< before the change, and after
};

std::optional<double> positive(const Json& value, const char* key) {
  const auto number = number_at(value, {key});
  return number && *number > 0 ? number : std::nullopt;
}

/// The phases of one side, in their order.
std::vector<std::pair<std::string, double>> phases_of(const Json& side, bool of_memory) {
  std::vector<std::pair<std::string, double>> found;
  if (!of_memory) {
    for (const Named& each : kTimes) {
      if (const auto seconds = positive(side, each.field)) found.emplace_back(each.phase, *seconds);
    }
    return found;
  }
  for (const Json& each : at(side, {"memory_phases"})) {
    const Json& name = at(each, {"phase"});
    const auto bytes = positive(each, "peak");
    if (name.is_string() && bytes) found.emplace_back(name.get<std::string>(), *bytes);
  }
  return found;
}

void add(const Json& result, bool of_memory, std::size_t side, std::vector<Phase>& phases) {
  const auto native = phases_of(at(result, {"native"}), of_memory);
  for (const auto& [name, value] : phases_of(at(result, {"neural"}), of_memory)) {
    const auto other = std::find_if(native.begin(), native.end(), [&](const auto& each) { return each.first == name; });
    if (other == native.end()) continue;
    auto phase = std::find_if(phases.begin(), phases.end(), [&](const Phase& each) { return each.name == name; });
    if (phase == phases.end()) phase = phases.insert(phases.end(), {name, {}});
    Sums& sums = phase->sides[side];
    sums.neural += std::log(value);
    sums.native += std::log(other->second);
    ++sums.sessions;
  }
}

Status add_sessions(History& history, const Trend& trend, std::size_t begin, std::size_t end, std::size_t side,
                    std::vector<Phase>& phases) {
  for (std::size_t i = begin; i < end; ++i) {
    const std::int64_t id = trend.points[i].session;
    const Session session = NEURAL_TRY(history.session(id));
    const Json results = NEURAL_TRY(parse_json(session.results, fmt::format("session {}", id)));
    for (const Json& result : at(results, {"results"})) {
      if (at(result, {"model"}) != trend.model || at(result, {"backend"}) != trend.backend) continue;
      if (at(result, {"contender"}) == trend.contender) add(result, trend.metric == "memory", side, phases);
    }
  }
  return done();
}

}  // namespace

Expected<std::vector<PhaseShift>> phase_shifts(History& history, const Trend& trend, std::size_t change) {
  const std::size_t middle = trend.changes[change].index;
  const std::size_t first = change == 0 ? 0 : trend.changes[change - 1].index;
  const std::size_t last = change + 1 == trend.changes.size() ? trend.points.size() : trend.changes[change + 1].index;
  std::vector<Phase> phases;
  NEURAL_TRY(
      add_sessions(history, trend, std::max(first, middle - std::min(middle, kMostSessions)), middle, 0, phases));
  NEURAL_TRY(add_sessions(history, trend, middle, std::min(last, middle + kMostSessions), 1, phases));
  std::vector<PhaseShift> shifts;
  for (const auto& [name, sides] : phases) {
    const auto& [before, after] = sides;
    if (before.sessions == 0 || after.sessions == 0) continue;
    shifts.push_back({name, std::exp(before.mean_neural() - before.mean_native()),
                      std::exp(after.mean_neural() - after.mean_native()),
                      std::exp(after.mean_neural() - before.mean_neural()),
                      std::exp(after.mean_native() - before.mean_native())});
  }
  return shifts;
}

}  // namespace neural::bench::history
