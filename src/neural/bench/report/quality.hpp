// What training reached on both sides, seed by seed, as it stands in the results document.
#pragma once

#include <optional>
#include <string>

#include "neural/base/json.hpp"

namespace neural::bench::report {

/// The comparison (stats/quality.hpp) of the sides' accuracies, and of their losses, over the `seeds` of both sides of
/// the results document. `fault` says why nothing of the cell may be compared; empty if it may: the verdict is then
/// INVALID, beside what each side reached. Where a run did not end
/// well the verdict is INVALID and says why: leaving out what went wrong would choose among the results.
Json accuracy_json(const Json& neural, const Json& native, const std::string& fault);
Json loss_json(const Json& neural, const Json& native, const std::string& fault);

/// How often, and how soon, each side had the target accuracy behind an epoch; null without a target:
/// `{"target", "neural": {"reached", "seeds", "ci_low", "ci_high", "epochs", "seconds"}, "native": …, "time",
/// "epochs_differ"}`. A run that did not end well has not reached it. `ci_…` is the interval of the share of seeds that
/// reach it (Clopper and Pearson, 95 %); `epochs` and `seconds` are medians over the runs that did. `time` is the
/// comparison of those seconds, without a verdict where a run did not reach it. `epochs_differ` tells that one side
/// needs fewer epochs (sign test, 5 %): programs that compute the same do not.
Json target_json(const Json& neural, const Json& native, std::optional<double> target, const std::string& fault);

}  // namespace neural::bench::report
