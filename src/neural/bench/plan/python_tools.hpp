// The Python programs a session starts besides workers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/process/runner.hpp"
#include "neural/bench/process/variables.hpp"

namespace neural::bench::plan {

/// A Python interpreter, and what starting it takes.
struct Python {
  process::Runner& runner;
  std::filesystem::path interpreter;
  const process::Variables& variables;
};

/// What `python -m neural.worker --versions` prints: names with versions, null for what is not installed. An error
/// (kProcess) says that this interpreter cannot run workers, and what to do.
Expected<Json> ask_versions(const Python& python);

/// A data set as arrays in a folder.
struct DataSet {
  std::filesystem::path folder;
  std::int64_t train_rows = 0;
  std::int64_t test_rows = 0;
};

/// Makes the arrays of a data set under `arrays/<name>` of the results folder. An error (kMeasurement) repeats what
/// Python says about it.
Expected<DataSet> prepare_data(const Python& python, const std::filesystem::path& results, const std::string& name);

/// Removes what prepare_data made, as far as it can.
void remove_data(const DataSet& data);

/// The last line of a text that is not empty.
std::string last_line(std::string_view text);

}  // namespace neural::bench::plan
