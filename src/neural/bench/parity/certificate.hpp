// Whether two programs compute the same thing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/base/json.hpp"

namespace neural::bench::parity {

/// One comparison of one kind of value.
struct Check {
  /// What was compared: "gradient", "weights after step 1", "loss at step 20", …
  std::string name;
  /// max|neural - native| / max|native| of the worst tensor, 0 where both are zero; not finite where they cannot be
  /// compared.
  double deviation = 0;
  /// What was allowed of that tensor.
  double tolerance = 0;
  bool passed = true;
  /// The worst tensor; empty for what is no tensor.
  std::string where;
  /// More would be allowed if a rerun deviated more.
  bool reruns_widen = false;
  /// The largest deviation of the few numbers that a unit flipped by rounding may have moved; 0 if no tensor has any.
  /// `deviation` is that of the others.
  double left_out = 0;
};

/// What a comparison of two parity folders found.
struct Certificate {
  bool passed = true;
  /// Every number of both sides has the same bits.
  bool bit_identical = true;
  /// In the order in which a step is computed. Where the parameters differ, nothing else could be compared.
  std::vector<Check> checks;
  /// The first thing that differs, as a sentence; empty if passed.
  std::string reason;

  /// The check with the largest deviation; there is always at least one.
  const Check& largest() const;

  /// True if rounding could be all that lets it fail: a rerun may tell.
  bool may_be_rounding() const;
};

/// {passed, bit_identical, largest: {check, where, deviation}, checks: [{name, deviation, tolerance, passed, where}],
/// reason}; a deviation that is not finite is null.
Json to_json(const Certificate& certificate);

/// "bit-identical", "agrees to 3.1e-07", or the reason.
std::string summary(const Certificate& certificate);

}  // namespace neural::bench::parity
