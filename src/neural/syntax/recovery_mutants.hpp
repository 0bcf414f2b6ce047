// For tests: every small slip of the hand in a program, one at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/syntax/source.hpp"

namespace neural::syntax {

/// A program with one token changed.
struct Mutant {
  std::string what;  ///< "delete `(`"
  std::string text;
  std::vector<std::uint32_t> places;  ///< offsets in `text` of the tokens that were changed, and of their neighbours
};

/// At every token of `program`: without it; with it twice; with each punctuation mark before it; swapped with the next;
/// and for a keyword, in the wrong case and with a letter missing, wrong, or twice.
std::vector<Mutant> mutants_of(std::string_view program);

}  // namespace neural::syntax
