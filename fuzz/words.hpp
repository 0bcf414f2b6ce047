// The words of the language, for the mutator and for dictionaries of other fuzzers.
#pragma once

#include <string>
#include <vector>

namespace neural::fuzz {

/// Keywords, every name of the catalogue, parameters, literals, numbers at the edges, punctuation; each once, in order.
/// A phrase such as `train { epochs: 2 }` counts as a word.
const std::vector<std::string>& words();

}  // namespace neural::fuzz
