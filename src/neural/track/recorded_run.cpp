#include "neural/track/recorded_run.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <limits>

#include "neural/base/files.hpp"
#include "neural/base/json_view.hpp"
#include "neural/base/text.hpp"
#include "neural/track/names.hpp"
#include "neural/track/run.hpp"

namespace neural::track {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostOfDescription = std::size_t{16} << 20;
constexpr std::size_t kMostOfMetrics = std::size_t{1} << 30;

/// Only of a regular file: a pipe would never end.
Expected<std::string> read_regular(const fs::path& path, std::size_t most) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return fail(ErrorCode::kCorrupt, fmt::format("`{}` is no file", printable(path.string())));
  }
  return read_file(path, most);
}

Expected<Json> read_object(const fs::path& path) {
  const std::string text = NEURAL_TRY(read_regular(path, kMostOfDescription));
  Json value = NEURAL_TRY(parse_json(text, fmt::format("`{}`", printable(path.string()))));
  if (value.is_object()) return value;
  return fail(ErrorCode::kCorrupt, fmt::format("`{}`: not a JSON object", printable(path.string())));
}

std::optional<std::int64_t> integer_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const bool is_large =
      found->is_number_unsigned() && found->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
  return is_large ? std::nullopt : std::optional(found->get<std::int64_t>());
}

/// Times beyond these cannot be shown as a date.
std::optional<std::int64_t> time_at(const Json& object, const char* key) {
  constexpr std::int64_t kYear10000Ms = 253'402'300'800'000;
  const std::optional<std::int64_t> time = integer_at(object, key);
  return time && *time >= 0 && *time < kYear10000Ms ? time : std::nullopt;
}

bool is_gone(const Json& description) {
  const std::optional<std::int64_t> process = integer_at(description, "pid");
  const bool is_process = process && *process > 0 && *process <= std::numeric_limits<pid_t>::max();
  if (!is_process || text_at(description, {"host"}) != host_name()) return false;
  return ::kill(static_cast<pid_t>(*process), 0) != 0 && errno == ESRCH;
}

std::string status_of(const Json& description) {
  const std::string status = text_at(description, {"status"});
  if (status == status_name(RunStatus::kRunning) && is_gone(description)) {
    return std::string(status_name(RunStatus::kKilled));
  }
  return status;
}

void read_folder(const fs::path& folder, RunList& list) {
  if (auto run = read_run(folder)) {
    list.runs.push_back(std::move(*run));
  } else {
    list.problems.push_back(run.error().message);
  }
}

/// Its folders by name, without those that begin with a dot.
Expected<std::vector<fs::path>> folders_in(const fs::path& parent) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code not_there;
    if (entry->path().filename().string().starts_with('.') || !entry->is_directory(not_there)) continue;
    folders.push_back(entry->path());
  }
  if (error) {
    return tl::unexpected(
        system_error(fmt::format("cannot read the folder `{}`", printable(parent.string())), error.value()));
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

bool is_run(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "run.json", error);
}

/// One of the ids and short ids that are near, or where to look.
std::string help_for_unknown(const RunList& list, std::string_view name) {
  std::vector<std::string> names;
  for (const RecordedRun& run : list.runs) {
    names.insert(names.end(), {run.id, run.short_id()});
    if (!run.group.empty()) names.push_back(run.group);
  }
  const auto close = nearest(name, std::vector<std::string_view>(names.begin(), names.end()), 1);
  return close.empty() ? "`neural runs` lists them" : fmt::format("did you mean `{}`?", printable(close.front()));
}

}  // namespace

std::string RecordedRun::short_id() const {
  const std::size_t dash = id.rfind('-');
  return dash == std::string::npos || dash + 1 == id.size() ? id : id.substr(dash + 1);
}

Expected<RecordedRun> read_run(const fs::path& folder) {
  Expected<Json> description = read_object(folder / "run.json");
  if (!description) return tl::unexpected(description.error());
  RecordedRun run;
  run.folder = folder;
  // `runs/cnn/…/` and `.` have names, too.
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(folder / "run.json", error).parent_path();
  run.id = whole.filename().string();
  run.description = std::move(*description);
  run.experiment = text_at(run.description, {"experiment"});
  if (run.experiment.empty()) run.experiment = whole.parent_path().filename().string();
  run.name = text_at(run.description, {"name"});
  run.group = text_at(run.description, {"group"});
  run.backend = text_at(run.description, {"backend"});
  run.status = status_of(run.description);
  run.start_ms = time_at(run.description, "start_ms");
  run.end_ms = time_at(run.description, "end_ms");
  run.seed = integer_at(run.description, "seed");

  if (const auto params = read_object(folder / "params.json")) {
    run.params = params_from_json(*params);
  } else if (params.error().code != ErrorCode::kNotFound) {
    run.problems.push_back(params.error().message);
  }
  const auto lines = read_regular(folder / "metrics.jsonl", kMostOfMetrics);
  if (lines) run.metrics = parse_metrics(*lines);
  if (!lines && lines.error().code != ErrorCode::kNotFound) run.problems.push_back(lines.error().message);
  if (run.metrics.broken_lines > 0) {
    run.problems.push_back(
        fmt::format("`{}`: {} left out that {} no metric", printable((folder / "metrics.jsonl").string()),
                    run.metrics.broken_lines == 1 ? "a line is" : fmt::format("{} lines are", run.metrics.broken_lines),
                    run.metrics.broken_lines == 1 ? "is" : "are"));
  }
  return run;
}

Expected<RunList> read_runs(const fs::path& root) {
  RunList list;
  for (const fs::path& folder : NEURAL_TRY(folders_in(root))) {
    if (is_run(folder)) {
      read_folder(folder, list);
      continue;
    }
    const auto inner = folders_in(folder);
    if (!inner) list.problems.push_back(inner.error().message);
    for (const fs::path& run : inner.value_or(std::vector<fs::path>())) read_folder(run, list);
  }
  std::stable_sort(list.runs.begin(), list.runs.end(), [](const RecordedRun& one, const RecordedRun& other) {
    return std::tuple(one.start_ms.value_or(0), one.id) < std::tuple(other.start_ms.value_or(0), other.id);
  });
  return list;
}

Expected<RecordedRun> find_run(const RunList& list, std::string_view name) {
  if (!name.empty() && is_run(fs::path(name))) return read_run(fs::path(name));
  std::vector<const RecordedRun*> begun;
  for (const RecordedRun& run : list.runs) {
    if (run.id == name) return run;
    if (!name.empty() && (run.id.starts_with(name) || run.short_id().starts_with(name))) begun.push_back(&run);
  }
  if (begun.size() == 1) return *begun.front();
  if (begun.empty()) {
    return fail(ErrorCode::kUsage, "no run is called " + as_code(name), help_for_unknown(list, name));
  }
  std::vector<std::string> some;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, begun.size()); ++i) some.push_back(begun[i]->id);
  return fail(ErrorCode::kUsage, fmt::format("{} is the beginning of {} runs", as_code(name), begun.size()),
              fmt::format("write more of it: {}{}", as_code_list(some, begun.size() > some.size() ? ", " : " or "),
                          begun.size() > some.size() ? ", …" : ""));
}

Expected<std::vector<RecordedRun>> find_runs(const RunList& list, std::string_view name) {
  std::vector<RecordedRun> group;
  for (const RecordedRun& run : list.runs) {
    if (!name.empty() && run.group == name) group.push_back(run);
  }
  if (group.empty()) group.push_back(NEURAL_TRY(find_run(list, name)));
  return group;
}

std::vector<Metric> last_metrics(const RecordedRun& run) {
  std::vector<Metric> last;
  for (const Series& series : series_of(run.metrics.all)) last.push_back(series.last());
  return last;
}

Json to_json(const RecordedRun& run) {
  Json value = run.description;
  value["id"] = run.id;
  value["experiment"] = run.experiment;
  value["status"] = run.status;
  value["path"] = run.folder.string();
  value["params"] = to_json(run.params);
  Json metrics = Json::object();
  for (const Metric& metric : last_metrics(run)) {
    metrics[metric_name(metric)] = std::isfinite(metric.value) ? Json(metric.value) : Json();
  }
  value["metrics"] = std::move(metrics);
  return value;
}

}  // namespace neural::track
