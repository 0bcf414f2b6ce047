// What a gate finds: a regression only where a second session says so, too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "neural/bench/gate/looks.hpp"

namespace neural::bench::gate {

enum class Outcome {
  kNone,          ///< no worse than the baseline
  kInconclusive,  ///< the pairs do not tell
  kUnconfirmed,   ///< the first session called it worse, the second did not
  kRegression,    ///< both did
  kInvalid,       ///< not compared
};

/// "none", "inconclusive", "unconfirmed", "regression", "invalid".
std::string_view name_of(Outcome outcome);

/// A quantity may be worse by this much before anyone minds: its tolerance. 3 % for training time, 5 % for memory, 10 %
/// for the time of compiling.
double tolerance_of(std::string_view metric);

/// True where a session calls the quantity worse (SLOWER, MORE) and its estimate is beyond half the tolerance: by less
/// than that nothing fails, however well it is known.
bool is_suspect(const Subject& subject, const Look& look);

struct Finding {
  Subject subject;
  Look first;
  /// Of the second session, where there was one for it.
  std::optional<Look> second;
  Outcome outcome = Outcome::kInvalid;
};

Json to_json(const Finding& finding);

/// `second` has what was measured again: at least every suspect of `first`, unless it could not be.
std::vector<Finding> find(const Looks& first, const Looks& second);

/// The worst that matters of all findings: a regression; else that a cell was not compared; else that one is not
/// decided. kInvalid where there are none.
Outcome overall(const std::vector<Finding>& findings);

}  // namespace neural::bench::gate
