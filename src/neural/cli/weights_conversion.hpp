// From one weight file to another: what the command `neural weights convert` does once its words are read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::cli {

struct Conversion {
  std::string file;  ///< the .neural file; "-" is standard input
  std::filesystem::path from;
  std::filesystem::path to;
  std::optional<std::string> network;
  std::vector<std::string> choose;  ///< words of `--choose`
  std::vector<std::string> custom;  ///< words of `--custom`
  bool allow_python_lambda = false;
  std::string python;  ///< as given; empty: the one that `neural bench` would take
};

/// Reads `from` and writes `to`; both end in .safetensors, .pt, .pth or .weights.h5. Files of frameworks are read and
/// written by the programs that are generated for them, in Python; what layers without built-in meaning hold is known
/// to those programs alone, so that one of both has to be of a framework, and the other a .safetensors. The exit code.
Expected<int> convert_weights(const Conversion& conversion);

}  // namespace neural::cli
