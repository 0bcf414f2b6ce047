#include "neural/track/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/track/event_file.hpp"
#include "neural/track/names.hpp"

namespace neural::track {
namespace {

constexpr std::int64_t kFlushEveryNs = 1'000'000'000;
constexpr std::size_t kMostWaiting = std::size_t{64} << 10;

/// Makes the first free folder of this moment: two runs that start together differ in the eight digits.
Expected<std::filesystem::path> make_run_folder(const std::filesystem::path& parent, std::int64_t unix_ms) {
  std::random_device random;
  NEURAL_TRY(make_folder(parent));
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto folder = parent / fmt::format("{}-{:08x}", utc_compact(unix_ms), random());
    std::error_code error;
    if (std::filesystem::create_directory(folder, error)) return folder;
    if (error)
      return tl::unexpected(system_error(fmt::format("cannot make the folder `{}`", folder.string()), error.value()));
  }
  return fail(ErrorCode::kIo, fmt::format("cannot make a new run folder in `{}`", parent.string()));
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

Run::Run(std::filesystem::path folder, Json description, AppendFile lines, AppendFile events)
    : folder_(std::move(folder)),
      id_(folder_.filename().string()),
      description_(std::move(description)),
      lines_(std::move(lines)),
      events_(std::move(events)),
      flushed_ns_(monotonic_ns()) {}

Expected<Run> Run::start(const std::filesystem::path& root, const Beginning& beginning) {
  const std::filesystem::path folder =
      NEURAL_TRY(make_run_folder(root / plain_name(beginning.experiment), beginning.unix_ms));
  const std::string host = host_name();
  Json description = {{"schema", kSchema},
                      {"id", folder.filename().string()},
                      {"experiment", beginning.experiment},
                      {"status", status_name(RunStatus::kRunning)},
                      {"start_ms", beginning.unix_ms},
                      {"end_ms", nullptr},
                      {"host", host},
                      {"pid", ::getpid()}};
  description.update(beginning.details);
  AppendFile lines = NEURAL_TRY(AppendFile::open(folder / "metrics.jsonl"));
  AppendFile events = NEURAL_TRY(AppendFile::open(folder / event_file_name(beginning.unix_ms, host, ::getpid())));
  Run run(folder, std::move(description), std::move(lines), std::move(events));
  run.events_.add(first_event(beginning.unix_ms));
  run.events_.add(event_of(beginning.params, beginning.unix_ms));
  NEURAL_TRY(write_file(folder / "params.json", pretty_json(to_json(beginning.params))));
  NEURAL_TRY(run.flush());
  NEURAL_TRY(run.save());
  return run;
}

Status Run::log(const Metric& metric) {
  lines_.add(metric_line(metric) + "\n");
  events_.add(event_of(metric));
  const bool is_due = monotonic_ns() - flushed_ns_ >= kFlushEveryNs || lines_.waiting() >= kMostWaiting;
  return is_due ? flush() : done();
}

Status Run::flush() {
  flushed_ns_ = monotonic_ns();
  NEURAL_TRY(lines_.flush());
  return events_.flush();
}

Status Run::finish(RunStatus status, const Json& results, std::int64_t end_ms) {
  NEURAL_TRY(lines_.sync());
  NEURAL_TRY(events_.sync());
  const std::string lines = NEURAL_TRY(read_file(folder_ / "metrics.jsonl"));
  NEURAL_TRY(write_file(folder_ / "metrics.csv", metrics_csv(parse_metrics(lines).all)));
  description_.update(results);
  description_["status"] = status_name(status);
  description_["end_ms"] = end_ms;
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
