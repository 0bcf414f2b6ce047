#include "neural/track/run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <random>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::track {
namespace {

std::string folder_name(std::string_view experiment) {
  std::string name;
  for (const char c : experiment) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                       c == '-' || (c == '.' && !name.empty());
    name += plain ? c : '_';
  }
  return name.empty() ? "default" : name;
}

/// Makes the first free folder of this moment: two runs that start together differ in the eight digits.
Expected<std::filesystem::path> make_run_folder(const std::filesystem::path& parent) {
  std::random_device random;
  NEURAL_TRY(make_folder(parent));
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto folder = parent / fmt::format("{}-{:08x}", utc_compact(unix_ms()), random());
    std::error_code error;
    if (std::filesystem::create_directory(folder, error)) return folder;
    if (error)
      return tl::unexpected(system_error(fmt::format("cannot make the folder `{}`", folder.string()), error.value()));
  }
  return fail(ErrorCode::kIo, fmt::format("cannot make a new run folder in `{}`", parent.string()));
}

Status append_line(const std::filesystem::path& path, std::string line) {
  const std::string context = fmt::format("cannot write `{}`", path.string());
  line += '\n';
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return tl::unexpected(system_error(context, errno));
  // One write a line: O_APPEND then never mixes the lines of two writers.
  const ssize_t written = ::write(file, line.data(), line.size());
  const int reason = errno;
  ::close(file);
  if (written < 0) return tl::unexpected(system_error(context, reason));
  if (static_cast<std::size_t>(written) != line.size()) return tl::unexpected(system_error(context, ENOSPC));
  return done();
}

}  // namespace

std::string_view status_name(RunStatus status) {
  switch (status) {
    case RunStatus::kRunning:
      return "RUNNING";
    case RunStatus::kFinished:
      return "FINISHED";
    case RunStatus::kFailed:
      return "FAILED";
    case RunStatus::kKilled:
      return "KILLED";
  }
  return "";
}

Run::Run(std::filesystem::path folder, std::string id, Json description)
    : folder_(std::move(folder)), id_(std::move(id)), description_(std::move(description)) {}

Expected<Run> Run::start(const std::filesystem::path& root, std::string_view experiment, const Json& details) {
  const std::filesystem::path folder = NEURAL_TRY(make_run_folder(root / folder_name(experiment)));
  const std::string id = folder.filename().string();
  Json description = {{"schema", kSchema},        {"id", id},
                      {"experiment", experiment}, {"status", status_name(RunStatus::kRunning)},
                      {"start_ms", unix_ms()},    {"end_ms", nullptr}};
  description.update(details);
  Run run(folder, id, std::move(description));
  NEURAL_TRY(run.save());
  return run;
}

Status Run::log(const Metric& metric) {
  const Json line = {{"t", metric.unix_ms},   {"step", metric.step},
                     {"epoch", metric.epoch}, {"split", metric.split},
                     {"k", metric.key},       {"v", std::isfinite(metric.value) ? Json(metric.value) : Json(nullptr)}};
  return append_line(folder_ / "metrics.jsonl", compact_json(line));
}

Status Run::finish(RunStatus status, const Json& results) {
  description_.update(results);
  description_["status"] = status_name(status);
  description_["end_ms"] = unix_ms();
  return save();
}

Status Run::save() const {
  return write_file(folder_ / "run.json", pretty_json(description_));
}

bool tracking_enabled() {
  const char* value = std::getenv("NEURAL_DISABLE_TRACKING");
  return value == nullptr || (std::string_view(value) != "1" && fold(value) != "true");
}

}  // namespace neural::track
