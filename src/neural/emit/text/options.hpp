// What every backend's emitter is asked for.
#pragma once

#include <string>
#include <vector>

#include "neural/emit/text/changes.hpp"
#include "neural/emit/text/custom_classes.hpp"
#include "neural/model/research.hpp"
#include "neural/weights/weights.hpp"

namespace neural::emit {

/// How far the generated program departs from the framework's documented idiom.
enum class Level {
  kO0,  ///< the idiom: a DataLoader loop; compile and fit
  kO1,  ///< the same arithmetic, bit for bit, with the plumbing removed
  kO2,  ///< that, with changes by rounding that make it faster where they were measured
};

struct Options {
  Level level = Level::kO1;
  Changes changes;  ///< of -O2; those that are not for the network are ours to leave out (see Backend::changes)
  std::vector<std::string> measured;  ///< sentences for the docstring of -O2: what was measured of them, and where
  bool strict = false;                ///< no deviation by rounding either, where that costs time (`--strict`)
  bool validate = true;  ///< emit run-time checks of the arrays a program is given (`--no-validation` leaves them out)
  std::string source_name;                      ///< file name for the docstring, without its folder
  std::string output_name;                      ///< of the program's file, without its folder; empty where it has none
  std::string source_sha256;                    ///< of the source text
  std::string version;                          ///< of this compiler
  std::vector<model::ResearchResult> research;  ///< what main holds the measured metrics against
  std::vector<std::string> chosen;              ///< "layers[0].units = 128": in the place of the program's searches
  std::vector<CustomClass> custom;              ///< for layers without built-in meaning (programs only)
  bool allow_python_lambda = false;           ///< the text of a Lambda may be any expression of Python (programs only)
  const weights::Weights* weights = nullptr;  ///< of the whole network; null: those it begins with (ONNX only)
};

}  // namespace neural::emit
