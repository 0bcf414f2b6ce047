// What every backend's emitter is asked for.
#pragma once

#include <string>
#include <vector>

#include "neural/emit/text/custom_classes.hpp"
#include "neural/weights/weights.hpp"

namespace neural::emit {

/// How far the generated program departs from the framework's documented idiom.
enum class Level {
  kO0,  ///< the idiom: a DataLoader loop; compile and fit
  kO1,  ///< the same arithmetic, bit for bit, with the plumbing removed
};

struct Options {
  Level level = Level::kO1;
  bool strict = false;   ///< no deviation by rounding either, where that costs time (`--strict`)
  bool validate = true;  ///< emit run-time checks of the arrays a program is given (`--no-validation` leaves them out)
  std::string source_name;                    ///< file name for the docstring, without its folder
  std::string source_sha256;                  ///< of the source text
  std::string version;                        ///< of this compiler
  std::vector<std::string> chosen;            ///< "layers[0].units = 128": in the place of the program's searches
  std::vector<CustomClass> custom;            ///< for layers without built-in meaning (programs only)
  bool allow_python_lambda = false;           ///< the text of a Lambda may be any expression of Python (programs only)
  const weights::Weights* weights = nullptr;  ///< of the whole network; null: those it begins with (ONNX only)
};

}  // namespace neural::emit
