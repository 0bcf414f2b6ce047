// The two programs of a cell, as they lie in the results folder.
#pragma once

#include <filesystem>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/bench/plan/request.hpp"
#include "neural/bench/plan/select.hpp"

namespace neural::bench::plan {

struct Programs {
  CompiledProgram compiled;
  /// Absolute paths: `<label>_<backend>_neural.py` (of the engine .neural) and `<label>_<contender>.py`.
  std::filesystem::path neural;
  std::filesystem::path native;
  /// Of the two files, and of the model's.
  std::string neural_sha256;
  std::string native_sha256;
  std::string source_sha256;
};

/// Compiles the model and puts both programs into the results folder. That they cannot be made is an error
/// of the cell (cell_failure.hpp).
Expected<Programs> make_programs(const Cell& cell, const Compile& compile, const std::filesystem::path& results);

/// Seconds from the start to the end of a process that compiles the cell's model; kMeasurement if it fails.
Expected<double> time_cold_compile(const Cell& cell, const Tools& tools);

}  // namespace neural::bench::plan
