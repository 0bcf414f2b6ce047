#include "neural/cli/selftest_store.hpp"

#include <array>

#include "neural/base/files.hpp"
#include "neural/bench/history/fingerprint.hpp"
#include "neural/bench/history/history.hpp"
#include "neural/bench/plan/machine.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array kShown = {"started_utc", "version",  "false_positive_rate", "equivalent_rate", "power_2",
                               "power_5",     "power_10", "memory_error_mib",    "noisy",           "shortfalls"};

/// Frameworks and threads are no part of it: a self-test uses none.
std::optional<fs::path> file_of_this_machine() {
  const std::optional<fs::path> history = bench::history::default_history();
  if (!history) return std::nullopt;
  const std::string machine = bench::history::fingerprint(bench::plan::describe_machine());
  return fs::absolute(*history).parent_path() / "selftest" / (machine + ".json");
}

}  // namespace

Expected<std::optional<fs::path>> store_selftest(const Json& result) {
  const std::optional<fs::path> file = file_of_this_machine();
  if (!file) return file;
  NEURAL_TRY(make_folder(file->parent_path()));
  NEURAL_TRY(write_file(*file, pretty_json(result)));
  return file;
}

Json selftest_badge() {
  const std::optional<fs::path> file = file_of_this_machine();
  const Expected<Json> result = file ? read_json(*file) : Expected<Json>(Json());
  if (!result || !result->is_object()) return nullptr;
  Json badge = Json::object();
  for (const char* key : kShown) {
    if (!result->contains(key)) return nullptr;  // of another version of this program
    badge[key] = (*result)[key];
  }
  return badge;
}

}  // namespace neural::cli
