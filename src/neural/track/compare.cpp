#include "neural/track/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "neural/base/text.hpp"
#include "neural/bench/stats/summary.hpp"

namespace neural::track {
namespace {

namespace stats = bench::stats;

constexpr double kAlpha = 0.05;

using Runs = std::span<const RecordedRun>;

/// Names in the order in which they are met first, on either side.
class Names {
 public:
  void add(const std::string& name) {
    if (known_.insert(name).second) all_.push_back(name);
  }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::set<std::string> known_;
  std::vector<std::string> all_;
};

std::optional<std::string> values_of(Runs runs, const std::string& name) {
  Names values;
  for (const RecordedRun& run : runs) {
    for (const auto& [key, value] : run.params) {
      if (key == name) values.add(value);
    }
  }
  std::vector<std::string> sorted = values.all();
  std::sort(sorted.begin(), sorted.end());
  return sorted.empty() ? std::nullopt : std::optional(join(sorted, ", "));
}

std::vector<ParamDifference> param_differences(Runs before, Runs after) {
  Names names;
  for (const Runs side : {before, after}) {
    for (const RecordedRun& run : side) {
      for (const auto& each : run.params) names.add(each.first);
    }
  }
  std::vector<ParamDifference> differences;
  for (const std::string& name : names.all()) {
    ParamDifference each{name, values_of(before, name), values_of(after, name)};
    if (each.before != each.after) differences.push_back(std::move(each));
  }
  return differences;
}

/// The last number of each metric of each run, where it is finite; with the run's seed.
struct Value {
  std::optional<std::int64_t> seed;
  double number = 0;
};
using Values = std::map<std::string, std::vector<Value>>;

Values last_values(Runs runs, Names& names) {
  Values values;
  for (const RecordedRun& run : runs) {
    for (const Metric& metric : last_metrics(run)) {
      names.add(metric_name(metric));
      if (std::isfinite(metric.value)) values[metric_name(metric)].push_back({run.seed, metric.value});
    }
  }
  return values;
}

std::vector<double> numbers_of(const std::vector<Value>& values) {
  std::vector<double> numbers;
  for (const Value& each : values) numbers.push_back(each.number);
  return numbers;
}

/// after - before of each seed; nothing where a seed is missing, or there twice, on a side.
std::optional<std::vector<double>> differences_by_seed(const std::vector<Value>& before,
                                                       const std::vector<Value>& after) {
  std::array<std::map<std::int64_t, double>, 2> sides;
  for (std::size_t side = 0; side < sides.size(); ++side) {
    for (const Value& each : side == 0 ? before : after) {
      if (!each.seed || !sides[side].emplace(*each.seed, each.number).second) return std::nullopt;
    }
  }
  if (sides[0].size() != sides[1].size()) return std::nullopt;
  std::vector<double> differences;
  for (const auto& [seed, number] : sides[0]) {
    const auto other = sides[1].find(seed);
    if (other == sides[1].end()) return std::nullopt;
    differences.push_back(other->second - number);
  }
  return differences;
}

MetricDifference metric_difference(const std::string& name, const std::vector<Value>& before,
                                   const std::vector<Value>& after) {
  MetricDifference found{.name = name};
  if (!before.empty()) found.before = stats::median(numbers_of(before));
  if (!after.empty()) found.after = stats::median(numbers_of(after));
  if (before.empty() || after.empty()) return found;
  const auto paired = differences_by_seed(before, after);
  found.paired = paired.has_value();
  const stats::ExactTest test =
      paired ? stats::signed_rank_test(*paired) : stats::rank_sum_test(numbers_of(before), numbers_of(after));
  found.difference = test.estimate();
  found.interval = test.interval(kAlpha);
  return found;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

Expected<Comparison> compare_runs(Runs before, Runs after) {
  for (const Runs side : {before, after}) {
    if (side.size() <= kMostRuns) continue;
    return fail(ErrorCode::kUsage, fmt::format("the group {} has {} runs", as_code(side[0].group), side.size()),
                fmt::format("groups of at most {} can be compared", kMostRuns));
  }
  Comparison comparison{.before_runs = before.size(), .after_runs = after.size()};
  comparison.params = param_differences(before, after);
  Names names;
  Values one = last_values(before, names);
  Values other = last_values(after, names);
  for (const std::string& name : names.all()) {
    comparison.metrics.push_back(metric_difference(name, one[name], other[name]));
  }
  return comparison;
}

Json to_json(const Comparison& comparison) {
  Json params = Json::array();
  for (const ParamDifference& each : comparison.params) {
    params.push_back({{"name", each.name}, {"before", or_null(each.before)}, {"after", or_null(each.after)}});
  }
  Json metrics = Json::array();
  for (const MetricDifference& each : comparison.metrics) {
    metrics.push_back({{"name", each.name},
                       {"before", or_null(each.before)},
                       {"after", or_null(each.after)},
                       {"difference", or_null(each.difference)},
                       {"ci_low", each.interval ? Json(each.interval->low) : Json()},
                       {"ci_high", each.interval ? Json(each.interval->high) : Json()},
                       {"level", each.interval ? Json(each.interval->level) : Json()},
                       {"paired", each.paired}});
  }
  return {{"before_runs", comparison.before_runs},
          {"after_runs", comparison.after_runs},
          {"params", std::move(params)},
          {"metrics", std::move(metrics)}};
}

}  // namespace neural::track
