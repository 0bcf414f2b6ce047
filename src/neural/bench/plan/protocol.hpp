// The resolved protocol of a session: the object `protocol` of session.json and of the results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/bench/plan/request.hpp"
#include "neural/bench/stats/rule.hpp"

namespace neural::bench::plan {

inline constexpr double kDefaultTimeoutSeconds = 1800;
/// Of the turns in which both sides of a pair train. Shorter ones share more of what slows the machine down: the noise
/// of pairs of a fifth of a second was 6.6 % with 20 ms, 3.1 % with 10 and 1.9 % with 5. Longer ones have warm caches
/// for more of the turn.
inline constexpr double kTurnSeconds = 0.01;
inline constexpr std::int64_t kEpochs = 5;
inline constexpr std::int64_t kQuickEpochs = 2;

struct Protocol {
  bool quick = false;
  std::int64_t epochs = kEpochs;
  int seeds = 1;
  std::optional<double> target_accuracy;
  std::optional<double> budget_seconds;
  process::Profile profile = process::Profile::kControlled;
  int threads = 1;
  std::uint64_t seed = 0;
  double timeout_seconds = kDefaultTimeoutSeconds;
  /// 0: the sides of a pair train one after the other.
  double turn_seconds = kTurnSeconds;
  std::string started_utc;
  /// Empty until the session is finished.
  std::string finished_utc;
  std::vector<std::string> command;
  std::string repeat;

  stats::Rule rule() const { return quick ? stats::quick_rule() : stats::pocock_rule(); }
  /// Runs a side that only measure memory, besides the full one: three a side in all, with `quick` one.
  int memory_runs() const { return quick ? 0 : 2; }
};

/// The protocol of a new session.
Protocol make_protocol(const Request& request);

/// `looks`, `level` and the tolerances (`delta_…`) are in it for readers.
Json to_json(const Protocol& protocol);
Expected<Protocol> protocol_from_json(const Json& value, std::string_view name);

/// An error (kUsage) if the request gives a value other than the protocol's.
Status check_same(const Request& request, const Protocol& protocol);

}  // namespace neural::bench::plan
