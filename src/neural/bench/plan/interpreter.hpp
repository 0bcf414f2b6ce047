// Which Python runs the workers.
#pragma once

#include <filesystem>
#include <string>

#include "neural/base/expected.hpp"

namespace neural::bench::plan {

/// Where an interpreter may be named; empty where it is not.
struct InterpreterSources {
  /// `--python`.
  std::string given;
  /// $NEURAL_PYTHON and $VIRTUAL_ENV.
  std::string neural_python;
  std::string virtual_environment;
  std::filesystem::path working_folder;
  /// Of this program.
  std::filesystem::path executable;
};

/// The sources of this process.
InterpreterSources interpreter_sources(std::string given);

/// The absolute path of the first there is of: the one given, $NEURAL_PYTHON, $VIRTUAL_ENV/bin/python,
/// .venv/bin/python in the working folder, python3 or python beside this program. One that is given or set but cannot
/// be run is an error. A name without `/` is looked for in PATH.
Expected<std::filesystem::path> choose_interpreter(const InterpreterSources& sources);

}  // namespace neural::bench::plan
