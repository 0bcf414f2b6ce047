#include "neural/bench/plan/python_tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/scratch_folder.hpp"

namespace neural::bench::plan {
namespace {

namespace fs = std::filesystem;

// A download of a data set on a slow line fits.
constexpr double kTimeoutSeconds = 1800;

// What `neural.datasets` ends with when a disk is full, which would stop every other cell too.
constexpr int kNoSpaceStatus = 3;

/// What a program prints when it succeeds; its last words, as an error of kind kMeasurement, when it does not.
Expected<std::string> run_python(const Python& python, std::vector<std::string> arguments) {
  const process::ScratchFolder scratch = NEURAL_TRY(process::ScratchFolder::make());
  process::Command command;
  command.arguments = {python.interpreter.string()};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = process::helper_environment(python.variables);
  command.log = scratch.path() / "log.txt";
  command.standard_output = scratch.path() / "output.txt";
  command.timeout_seconds = kTimeoutSeconds;
  const process::Ending ending = NEURAL_TRY(python.runner.run(command));
  if (ending.exit_status == 0) return read_file(command.standard_output);
  if (ending.timed_out) return fail(ErrorCode::kMeasurement, fmt::format("no answer within {} s", kTimeoutSeconds));
  const std::string log = NEURAL_TRY(read_file(command.log));
  const std::string words = last_line(log);
  if (ending.exit_status == kNoSpaceStatus) {
    return fail(ErrorCode::kNoSpace, words, "free some space on that disk, or choose another place");
  }
  return fail(ErrorCode::kMeasurement, words.empty() ? fmt::format("exit status {}", ending.exit_status) : words);
}

Expected<DataSet> read_sizes(const fs::path& folder, std::string_view line) {
  const Json value = NEURAL_TRY(parse_json(line, "`neural.datasets prepare`"));
  DataSet data{folder};
  data.train_rows = NEURAL_TRY(json_field<std::int64_t>(value, "train_rows", "`neural.datasets prepare`"));
  data.test_rows = NEURAL_TRY(json_field<std::int64_t>(value, "test_rows", "`neural.datasets prepare`"));
  return data;
}

bool names_a_folder(const std::string& name) {
  const auto allowed = [](char byte) { return byte != '/' && static_cast<unsigned char>(byte) > ' '; };
  return !name.empty() && name[0] != '.' && name[0] != '-' && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

void remove_data(const DataSet& data) {
  std::error_code ignored;
  fs::remove_all(data.folder, ignored);
  fs::remove(data.folder.parent_path(), ignored);
}

std::string last_line(std::string_view text) {
  const std::string_view trimmed = trim(text);
  const std::size_t newline = trimmed.rfind('\n');
  return std::string(trim(newline == std::string_view::npos ? trimmed : trimmed.substr(newline)));
}

Expected<Json> ask_versions(const Python& python) {
  const Expected<std::string> text = run_python(python, {"-m", "neural.worker", "--versions"});
  if (text) {
    const Expected<Json> versions = parse_json(last_line(*text), "versions");
    if (versions && versions->is_object()) return *versions;
  }
  if (!text && text.error().code != ErrorCode::kMeasurement) return tl::unexpected(text.error());
  return fail(ErrorCode::kProcess,
              fmt::format("`{}` cannot run workers: {}", python.interpreter.string(),
                          text ? "`neural.worker --versions` prints no versions" : text.error().message),
              "install this program's Python package there, or choose another interpreter with `--python`");
}

Expected<DataSet> prepare_data(const Python& python, const fs::path& results, const std::string& name) {
  if (!names_a_folder(name)) {
    return fail(ErrorCode::kMeasurement, fmt::format("`{}` is no data set to measure with", name),
                "name one in the model: `train { dataset: \"mnist\" … }`");
  }
  const fs::path folder = results / "arrays" / name;
  NEURAL_TRY(make_folder(folder));
  const Expected<std::string> text = run_python(python, {"-m", "neural.datasets", "prepare", name, folder.string()});
  if (!text) return tl::unexpected(text.error().within(fmt::format("the data set `{}`", name)));
  const Expected<DataSet> data = read_sizes(folder, last_line(*text));
  if (!data) return fail(ErrorCode::kMeasurement, data.error().message);
  return data;
}

}  // namespace neural::bench::plan
