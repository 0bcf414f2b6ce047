#include "neural/bench/history/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/history/fingerprint.hpp"
#include "neural/bench/stats/compare.hpp"
#include "neural/bench/stats/effect.hpp"

namespace neural::bench::history {
namespace {

using stats::Verdict;

constexpr double kAlpha = 0.05;

struct Metric {
  const char* name;
  double tolerance;
  Verdict less, more;
};
constexpr std::array kMetrics = {Metric{"training_time", stats::kTimeTolerance, Verdict::kFaster, Verdict::kSlower},
                                 Metric{"memory", stats::kMemoryTolerance, Verdict::kLess, Verdict::kMore}};

using Key = std::array<std::string, 3>;
using Cells = std::map<Key, Json>;

Expected<Cells> cells_of(const Session& session) {
  if (session.results.empty()) return fail(ErrorCode::kUsage, "a session that is not finished has no results");
  const Json document = NEURAL_TRY(parse_json(session.results, "benchmark_results.json"));
  Cells cells;
  const Json results = at(document, {"results"});
  for (const Json& result : results) {
    cells[{text_at(result, {"model"}), text_at(result, {"backend"}), text_at(result, {"contender"})}] = result;
  }
  return cells;
}

/// The samples of both sides; empty where they are not there, or not those of pairs.
std::vector<double> pair_ratios(const Json& cell) {
  std::array<std::vector<double>, 2> sides;
  for (std::size_t side = 0; side < sides.size(); ++side) {
    const Json samples = at(cell, {side == 0 ? "neural" : "native", "samples", "epoch_time"});
    if (!samples.is_array()) return {};
    for (const Json& sample : samples) {
      if (!sample.is_number() || !stats::is_measurement(sample.get<double>())) return {};
      sides[side].push_back(sample.get<double>());
    }
  }
  return sides[0].size() == sides[1].size() ? stats::log_ratios(sides[0], sides[1]) : std::vector<double>();
}

/// Why two cells of one name are not two measurements of one thing; empty if they are.
std::string why_another(const Json& before, const Json& after) {
  if (text_at(before, {"sha256", "source"}) != text_at(after, {"sha256", "source"})) {
    return "the network was another: its model.neural has changed";
  }
  if (text_at(before, {"sha256", "native_program"}) != text_at(after, {"sha256", "native_program"})) {
    return "the contender was another: its file has changed";
  }
  return {};
}

void judge_pairs(Change& change, const Metric& metric, const std::vector<double>& before,
                 const std::vector<double>& after) {
  const stats::ExactTest test = stats::rank_sum_test(before, after);
  const std::optional<stats::Interval> interval = test.interval(kAlpha);
  change.ratio = std::exp(test.estimate());
  if (!interval) {
    change.verdict = Verdict::kInconclusive;
    change.reason = fmt::format("{} and {} pairs cannot carry a 95 % interval", before.size(), after.size());
    return;
  }
  change.ci_low = std::exp(interval->low);
  change.ci_high = std::exp(interval->high);
  change.level = interval->level;
  if (interval->lies_within(std::log1p(metric.tolerance))) {
    change.verdict = Verdict::kEquivalent;
  } else if (interval->excludes_zero()) {
    change.verdict = interval->low > 0 ? metric.more : metric.less;
  } else {
    change.verdict = Verdict::kInconclusive;
    change.reason = fmt::format("{} and {} pairs of this spread do not tell", before.size(), after.size());
  }
}

void judge_by_tolerance(Change& change, const Metric& metric) {
  change.ratio = *change.after / *change.before;
  const double log_ratio = std::log(*change.ratio);
  const bool within = std::abs(log_ratio) < std::log1p(metric.tolerance);
  change.verdict = within ? Verdict::kEquivalent : log_ratio > 0 ? metric.more : metric.less;
  change.reason = fmt::format("judged by the tolerance of {:g} % alone", 100 * metric.tolerance);
}

Change compare(const Key& key, const Metric& metric, const Json* before, const Json* after) {
  Change change;
  std::tie(change.model, change.backend, change.contender) = std::tie(key[0], key[1], key[2]);
  change.metric = metric.name;
  if (before == nullptr || after == nullptr) {
    change.reason = fmt::format("only the {} session measured it", before != nullptr ? "first" : "second");
    return change;
  }
  const Json one = at(*before, {"comparison", metric.name}), other = at(*after, {"comparison", metric.name});
  change.before = number_at(one, {"ratio"});
  change.after = number_at(other, {"ratio"});
  change.reason = why_another(*before, *after);
  if (!change.reason.empty()) return change;
  if (!change.before || !change.after || *change.before <= 0 || *change.after <= 0) {
    change.reason = fmt::format("it is not valid in the {} session", change.before ? "second" : "first");
  } else if (metric.more == Verdict::kMore) {
    judge_by_tolerance(change, metric);
  } else {
    const std::vector<double> ratios_before = pair_ratios(*before), ratios_after = pair_ratios(*after);
    if (ratios_before.empty() || ratios_after.empty()) {
      change.reason = "the samples of its pairs are not there";
    } else {
      judge_pairs(change, metric, ratios_before, ratios_after);
    }
  }
  return change;
}

Json json_of(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace

Status check_machines(const Json& before, const Json& after) {
  std::vector<std::string> named;
  const auto shown = [](const std::string& value) { return value.empty() ? "not there" : as_code(value); };
  for (const Difference& each : differences(before, after)) {
    named.push_back(fmt::format("{} was {}, then {}", printable(each.key), shown(each.before), shown(each.after)));
  }
  if (named.empty()) return done();
  return fail(ErrorCode::kUsage, "the sessions were measured on different machines: " + join(named, "; "),
              "compare sessions of one machine: `neural history list` has a column for it");
}

Expected<std::vector<Change>> compare_sessions(const Session& before, const Session& after) {
  const Json machine_before = NEURAL_TRY(parse_json(before.environment, "environment.json"));
  const Json machine_after = NEURAL_TRY(parse_json(after.environment, "environment.json"));
  NEURAL_TRY(check_machines(machine_before, machine_after));
  const Cells one = NEURAL_TRY(cells_of(before)), other = NEURAL_TRY(cells_of(after));
  Cells both = one;
  both.insert(other.begin(), other.end());
  std::vector<Change> changes;
  const auto find = [](const Cells& cells, const Key& key) {
    const auto found = cells.find(key);
    return found == cells.end() ? nullptr : &found->second;
  };
  for (const auto& [key, cell] : both) {
    for (const Metric& metric : kMetrics) changes.push_back(compare(key, metric, find(one, key), find(other, key)));
  }
  return changes;
}

Json to_json(const Change& change) {
  return {{"model", change.model},
          {"backend", change.backend},
          {"contender", change.contender},
          {"metric", change.metric},
          {"before", json_of(change.before)},
          {"after", json_of(change.after)},
          {"ratio", json_of(change.ratio)},
          {"ci_low", json_of(change.ci_low)},
          {"ci_high", json_of(change.ci_high)},
          {"level", json_of(change.level)},
          {"verdict", stats::name_of(change.verdict)},
          {"reason", change.reason}};
}

}  // namespace neural::bench::history
