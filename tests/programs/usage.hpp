// What of the language programs make use of.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "programs.hpp"

namespace neural::programs {

struct Usage {
  /// "Conv2D": layers of the networks, with everything inside them; custom ones by their class.
  std::set<std::string> layers;
  /// "Conv2D.filters": parameters of layers, optimizers, schedules, losses, metrics, initializers, … that somewhere
  /// have another value than their default, and those a network cannot do without.
  std::set<std::string> parameters;
  /// "optimizer Adam", "activation relu", "initializer zeros", …
  std::set<std::string> kinds;
  /// "padding=same": what is written for parameters, folded.
  std::set<std::string> words;
  /// Names and the contents of strings, as written and folded.
  std::set<std::string> spellings;
  /// "layer parameter", "optimizer", …: where searches stand; "choice", "range with step", …: what they are.
  std::set<std::string> searches;
  /// "TimeDistributed": layers that carry a block.
  std::set<std::string> blocks;
  /// "E201"
  std::set<std::string> codes;
};

Usage usage_of(const std::vector<Checked>& programs);

}  // namespace neural::programs
