// What one session says of this build against the baseline, quantity by quantity.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/bench/history/compare.hpp"
#include "neural/bench/stats/comparison.hpp"

namespace neural::bench::gate {

/// A quantity of a cell.
struct Subject {
  std::string model, backend, contender;
  std::string metric;  ///< "training_time", "memory" or "compile_time"

  auto operator<=>(const Subject&) const = default;
};

/// this : baseline.
struct Look {
  std::optional<double> ratio, ci_low, ci_high;
  stats::Verdict verdict = stats::Verdict::kInvalid;
  /// Why the verdict is not stronger, or what it rests on; else empty.
  std::string reason;
};

Json to_json(const Look& look);

using Looks = std::map<Subject, Look>;

/// Training time and memory of every cell of a benchmark_results.json whose contenders are the baseline's programs.
Looks looks_of_results(const Json& results);

/// What has changed since a stored session.
Looks looks_of_changes(const std::vector<history::Change>& changes);

Look look_of(const stats::Comparison& comparison);

}  // namespace neural::bench::gate
