// Programs with one mistake made in them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "programs.hpp"

namespace neural::programs {

struct Mutant {
  std::string kind;  ///< "typo: layer", "missing bracket", …
  std::string text;
  std::string what;                  ///< "line 7: `Dense` -> `Dens`"
  std::vector<std::uint32_t> lines;  ///< of the edit and, for a bracket, of its partner
  std::vector<std::string> names;    ///< what a message that names the mistake may call it
  std::string original;              ///< the name before a typo
};

/// The same on every platform.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }

 private:
  std::mt19937_64 engine_;
};

/// Up to a few mutants of each kind; the program has no errors.
std::vector<Mutant> mutants_of(const Checked& program, Dice& dice);

}  // namespace neural::programs
