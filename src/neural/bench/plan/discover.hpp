// Which benchmarks there are: a folder with model.neural is one, every *.py file in it a contender.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/bench/plan/contender_constants.hpp"

namespace neural::bench::plan {

struct Benchmark {
  /// The folder's name.
  std::string model;
  /// Absolute path of its model.neural.
  std::filesystem::path source;
};

struct Contender {
  /// The file's name without `.py`.
  std::string name;
  /// Absolute path.
  std::filesystem::path file;
  ContenderConstants constants;
};

/// The benchmarks in a folder, by name; at least one.
Expected<std::vector<Benchmark>> find_benchmarks(const std::filesystem::path& folder);

/// The contenders of a benchmark, by name. Files whose names begin with `_` or `.` are none.
Expected<std::vector<Contender>> find_contenders(const Benchmark& benchmark);

}  // namespace neural::bench::plan
