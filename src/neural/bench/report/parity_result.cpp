#include "neural/bench/report/parity_result.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "neural/bench/parity/compare.hpp"
#include "neural/bench/report/side.hpp"

namespace neural::bench::report {
namespace {

namespace fs = std::filesystem;

ParityResult not_shown(const std::string& reason) {
  return {{{"passed", nullptr},
           {"bit_identical", nullptr},
           {"distance", nullptr},
           {"where", ""},
           {"checks", Json::array()},
           {"text", "not shown"},
           {"reason", reason}},
          "parity was not shown: " + reason};
}

/// "weights after step 1 of `dense.weight`"
std::string place_of(const parity::Check& check) {
  return check.where.empty() ? check.name : fmt::format("{} of `{}`", check.name, check.where);
}

/// What the native program made of weights moved by one unit in the last place: how far rounding alone carries. What an
/// interrupted rerun left is no evidence.
std::vector<fs::path> rerun_folders(const ResultsFolder& folder, const Cell& cell, const fs::path& place) {
  std::vector<fs::path> reruns;
  for (const std::string& name : folder.folders_in(place)) {
    const Run* run = name.starts_with("rerun") ? find_run(cell.runs, "parity_native_" + name) : nullptr;
    if (run != nullptr && run->valid) reruns.push_back(folder.root() / place / name);
  }
  return reruns;
}

}  // namespace

ParityResult certify(const ResultsFolder& folder, const Cell& cell) {
  for (const char* name : {"parity_neural", "parity_native"}) {
    const Run* run = find_run(cell.runs, name);
    if (run == nullptr) return not_shown(fmt::format("there is no `raw/{}/{}`", cell.name, name));
    if (!run->valid) return not_shown(run->reason);
  }
  const fs::path place = fs::path("raw") / cell.name / "parity";
  const fs::path root = folder.root() / place;
  const auto certificate =
      parity::compare_folders(root / "neural", root / "native", rerun_folders(folder, cell, place));
  if (!certificate) return not_shown(folder.without_root(certificate.error().message));
  Json json = to_json(*certificate);
  const parity::Check& largest = certificate->largest();
  return {{{"passed", certificate->passed},
           {"bit_identical", certificate->bit_identical},
           {"distance", number_or_null(largest.deviation)},
           {"where", place_of(largest)},
           {"checks", json["checks"]},
           {"text", summary(*certificate)},
           {"reason", certificate->reason}},
          certificate->passed ? "" : "the two sides do not compute the same: " + certificate->reason};
}

}  // namespace neural::bench::report
