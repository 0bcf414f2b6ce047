// What every diagnostic means to the person who gets it: the rule, why it is there, how to mend the program, and a
// small program that breaks the rule beside the same program mended.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "neural/syntax/diagnostics.hpp"

namespace neural::syntax {

/// One code explained. `wrong` gets this diagnostic and no other but `also`; `right_program` of it gets none.
struct Explanation {
  Code code;
  std::string_view text;             ///< one to four sentences; code in backticks
  std::string_view wrong = {};       ///< a whole program; empty where none is short enough to show
  std::string_view mistake = {};     ///< the part of `wrong` that has to change, wherever it stands
  std::string_view correction = {};  ///< what stands there in the right program
  std::string_view backend = {};     ///< compiling for it finds the mistake; empty: checking does
  std::optional<Code> also = {};     ///< a warning that comes with it
};

/// `wrong` with every `mistake` replaced by the correction; empty if there is no program.
std::string right_program(const Explanation& explanation);

/// The codes about one subject, in order.
struct ExplanationGroup {
  std::string_view title;
  std::span<const Explanation> entries;
};

/// All groups, in the order of diagnostic_codes.def; every code is in exactly one.
std::span<const ExplanationGroup> explanation_groups();

const Explanation& explanation_of(Code code);

/// The code of that name in any letter case, "e503"; empty if there is none.
std::optional<Code> find_code(std::string_view name);

}  // namespace neural::syntax
