// What the forms of export.hpp share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "neural/track/recorded_run.hpp"

namespace neural::track {

/// Makes the folder; one that is there must be empty.
Status make_empty_folder(const std::filesystem::path& folder);

/// The numbers of a run by step and epoch, each with its name; of several at one place the last.
using Rows = std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::pair<std::string, double>>>;
Rows rows_of(const RecordedRun& run);

/// Plain names that differ from each other, for names that may not, once they are plain.
class PlainNames {
 public:
  std::string of(std::string_view name);

 private:
  std::set<std::string> used_;
};

}  // namespace neural::track
