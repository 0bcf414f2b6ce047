// What a contender says of itself, read without running it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "neural/base/expected.hpp"

namespace neural::bench::plan {

/// The values LEVEL may have.
inline constexpr std::array<std::string_view, 3> kLevels = {"idiomatic", "tuned", "other"};

struct ContenderConstants {
  /// Lower case letters, digits and underscores.
  std::string backend;
  /// One of kLevels.
  std::string level;
  /// The backend whose idiomatic contender this one is compared with; empty if it does not say.
  std::string reference;
};

/// Reads the constants BACKEND, LEVEL and REFERENCE of a Python program: statements `NAME = "text"` that begin a line
/// outside every string and bracket. `name` is what errors (kUsage) call the program. They say what is missing, set
/// twice or no plain string, with lines.
Expected<ContenderConstants> read_constants(std::string_view program, std::string_view name);

}  // namespace neural::bench::plan
