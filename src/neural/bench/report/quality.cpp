#include "neural/bench/report/quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "neural/base/json_view.hpp"
#include "neural/bench/report/names.hpp"
#include "neural/bench/report/side.hpp"
#include "neural/bench/stats/beta.hpp"
#include "neural/bench/stats/compare.hpp"
#include "neural/bench/stats/quality.hpp"

namespace neural::bench::report {
namespace {

using Compare = stats::Comparison (*)(std::span<const double>, std::span<const double>);

/// "2 of 6 runs did not end well: …", the first of them; empty if all did.
std::string failures(const Json& neural, const Json& native) {
  std::string first;
  std::size_t failed = 0, runs = 0;
  for (const Json* side : {&neural, &native}) {
    for (const Json& seed : list_at(*side, {"seeds"})) {
      ++runs;
      const std::string reason = text_at(seed, {"reason"});
      if (reason.empty()) continue;
      ++failed;
      if (first.empty()) first = reason;
    }
  }
  return failed == 0 ? first : fmt::format("{} of {} full runs did not end well: {}", failed, runs, first);
}

/// Why a run is not there yet: that says nothing of what it would reach. Empty if all ran.
std::string unfinished(const Json& neural, const Json& native) {
  for (const Json* side : {&neural, &native}) {
    for (const Json& seed : list_at(*side, {"seeds"})) {
      std::string reason = text_at(seed, {"reason"});
      if (reason.starts_with("interrupted")) return reason;
    }
  }
  return {};
}

std::vector<double> values_of(const Json& side, const char* key) {
  std::vector<double> values;
  for (const Json& seed : list_at(side, {"seeds"})) {
    if (const auto value = number_at(seed, {key})) values.push_back(*value);
  }
  return values;
}

Json compare(const Json& neural, const Json& native, const std::string& fault, const char* key, Compare comparing) {
  if (const std::string failed = failures(neural, native); !failed.empty()) {
    return to_json(stats::invalid_comparison(fault.empty() ? failed : fault));
  }
  const std::vector<double> left = values_of(neural, key), right = values_of(native, key);
  if (left.size() != right.size()) {
    return to_json(stats::invalid_comparison(fmt::format("only one side has the {} of every run", key)));
  }
  const stats::Comparison compared = comparing(left, right);
  if (fault.empty()) return to_json(compared);
  // What each side reached is a fact, though nothing follows from it.
  stats::Comparison invalid = stats::invalid_comparison(fault);
  invalid.neural = compared.neural;
  invalid.native = compared.native;
  invalid.difference = compared.neural - compared.native;
  invalid.pairs = compared.pairs;
  return to_json(invalid);
}

/// When a side had what it was to reach, one entry a run that did.
struct Reached {
  std::size_t runs = 0;
  std::vector<double> epochs;
  std::vector<double> seconds;
  bool noisy = false;
};

Reached reached_by(const Json& side, double target) {
  Reached reached;
  for (const Json& seed : list_at(side, {"seeds"})) {
    ++reached.runs;
    reached.noisy = reached.noisy || true_at(seed, {"noisy"});
    double seconds = 0;
    const Json& accuracies = list_at(seed, {"history", "test_accuracy"});
    const Json& times = list_at(seed, {"history", "seconds"});
    for (std::size_t epoch = 0; epoch < accuracies.size() && epoch < times.size(); ++epoch) {
      seconds += number_at(times[epoch], {}).value_or(0);
      if (number_at(accuracies[epoch], {}).value_or(-1) < target) continue;
      reached.epochs.push_back(static_cast<double>(epoch + 1));
      reached.seconds.push_back(seconds);
      break;
    }
  }
  return reached;
}

Json to_json(const Reached& reached) {
  constexpr double kAlpha = 0.05;
  const int successes = static_cast<int>(reached.epochs.size()), runs = static_cast<int>(reached.runs);
  Json json = {{"reached", successes},
               {"seeds", runs},
               {"ci_low", nullptr},
               {"ci_high", nullptr},
               {"epochs", median_or_null(reached.epochs)},
               {"seconds", median_or_null(reached.seconds)}};
  if (runs == 0) return json;
  const stats::Interval share = stats::clopper_pearson(successes, runs, kAlpha);
  json["ci_low"] = share.low;
  json["ci_high"] = share.high;
  return json;
}

stats::Comparison time_to_target(const Reached& neural, const Reached& native) {
  const bool all = neural.epochs.size() == neural.runs && native.epochs.size() == native.runs;
  if (!all || neural.runs != native.runs) {
    stats::Comparison comparison;
    comparison.reason =
        fmt::format("not every run reached it: {} of {} of the neural side, {} of {} of the native side",
                    neural.epochs.size(), neural.runs, native.epochs.size(), native.runs);
    return comparison;
  }
  const stats::Rule one_look{.looks = {static_cast<int>(neural.runs)}};
  return stats::compare_times(neural.seconds, native.seconds, one_look,
                              {.sequential = false, .noisy = neural.noisy || native.noisy});
}

bool epochs_differ(const Reached& neural, const Reached& native) {
  constexpr double kAlpha = 0.05;
  if (neural.epochs.size() != neural.runs || native.epochs.size() != neural.runs || neural.runs == 0) return false;
  std::vector<double> differences;
  for (std::size_t i = 0; i < neural.runs; ++i) differences.push_back(neural.epochs[i] - native.epochs[i]);
  return stats::sign_test(differences).p_value() <= kAlpha;
}

}  // namespace

Json accuracy_json(const Json& neural, const Json& native, const std::string& fault) {
  return compare(neural, native, fault, "accuracy", stats::compare_accuracies);
}

Json loss_json(const Json& neural, const Json& native, const std::string& fault) {
  return compare(neural, native, fault, "loss", stats::compare_losses);
}

Json target_json(const Json& neural, const Json& native, std::optional<double> target, const std::string& cell_fault) {
  if (!target) return {};
  const std::string fault = cell_fault.empty() ? unfinished(neural, native) : cell_fault;
  const Reached left = reached_by(neural, *target), right = reached_by(native, *target);
  const stats::Comparison time = fault.empty() ? time_to_target(left, right) : stats::invalid_comparison(fault);
  return {{"target", *target},
          {"neural", to_json(left)},
          {"native", to_json(right)},
          {"time", to_json(time)},
          {"epochs_differ", epochs_differ(left, right)}};
}

}  // namespace neural::bench::report
