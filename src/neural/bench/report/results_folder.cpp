#include "neural/bench/report/results_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/files.hpp"
#include "neural/bench/process/event_file.hpp"

namespace neural::bench::report {

namespace fs = std::filesystem;

Expected<Json> ResultsFolder::read_object(const fs::path& place) const {
  Expected<Json> value = read_json(root_ / place);
  if (!value) return fail(value.error().code, without_root(value.error().message), value.error().help);
  if (!value->is_object()) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("`{}`: not a JSON object but a JSON {}", place.string(), value->type_name()));
  }
  return value;
}

Expected<process::Events> ResultsFolder::read_events(const fs::path& place) const {
  const Expected<std::string> text = read_file(root_ / place, process::kMostEventBytes);
  if (!text) return fail(text.error().code, without_root(text.error().message), text.error().help);
  Expected<process::Events> events = process::parse_events(*text);
  if (!events) return tl::unexpected(events.error().within(fmt::format("`{}`", place.string())));
  return events;
}

std::vector<std::string> ResultsFolder::folders_in(const fs::path& place) const {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(root_ / place, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->is_directory(error)) names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool ResultsFolder::has(const fs::path& place) const {
  std::error_code error;
  return fs::exists(root_ / place, error);
}

std::string ResultsFolder::without_root(std::string text) const {
  const std::string prefix = (root_ / "").string();
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  return text;
}

}  // namespace neural::bench::report
