// The outcome of comparing two sides, as reports show it.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "neural/base/json.hpp"

namespace neural::bench::stats {

/// The first pair is said of times, the second of memory, the third of accuracy and loss.
enum class Verdict { kFaster, kSlower, kLess, kMore, kBetter, kWorse, kEquivalent, kInconclusive, kInvalid };

/// "FASTER", "SLOWER", "LESS", "MORE", "BETTER", "WORSE", "EQUIVALENT", "INCONCLUSIVE", "INVALID".
std::string_view name_of(Verdict verdict);

/// The verdict of that name; nothing if none has it.
std::optional<Verdict> verdict_named(std::string_view name);

struct Flags {
  /// Intervals are those of the sign test: the log ratios are not symmetric, or the two tests disagree.
  bool skewed = false;
  /// The whole interval, or without one the whole range, lies beyond the tolerance.
  bool material = false;
  /// The machine was disturbed; the verdict needs confirmation in another session.
  bool noisy = false;
  /// The verdict still holds when all comparisons of the report are judged together.
  bool survives_holm = false;
  /// One side was measured after the other.
  bool sequential = false;
  /// One run on a side.
  bool single = false;

  bool operator==(const Flags&) const = default;
};

/// Not a number where there is none.
struct Comparison {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  /// Medians, in seconds, bytes or what is compared, and neural - native.
  double neural = kNone;
  double native = kNone;
  double difference = kNone;
  /// 100 (ratio - 1).
  double percentage = kNone;
  /// neural / native, estimated from pairs where there are pairs: not always the quotient of the medians.
  double ratio = kNone;
  /// The confidence interval of the ratio (of accuracies: the difference) that the verdict rests on, and its attained
  /// level.
  double ci_low = kNone;
  double ci_high = kNone;
  double level = kNone;
  /// Pairs (of accuracies and losses: seeds), or where the sides were not measured in pairs, the runs of the side that
  /// has fewer.
  int pairs = 0;
  Verdict verdict = Verdict::kInconclusive;
  /// Why the verdict is not stronger, or what it rests on if not on an interval; else empty.
  std::string reason;
  Flags flags;
  /// Of "no difference", for Holm's procedure; not a part of the JSON.
  double p_value = kNone;
};

/// A comparison that could not be made.
Comparison invalid_comparison(std::string reason);

/// The keys neural, native, difference, percentage, ratio, ci_low, ci_high, level, pairs, verdict, reason, flags (a
/// list of names); null for what is not there.
Json to_json(const Comparison& comparison);

}  // namespace neural::bench::stats
