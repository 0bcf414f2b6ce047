#include "neural/cli/training_record.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/track/recorded_run.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCheckpoints = "checkpoints";

/// The folder of the run that is meant.
Expected<fs::path> find_run_folder(const fs::path& runs, const std::string& name) {
  std::error_code error;
  if (fs::is_directory(name, error)) return fs::path(name);
  const track::RunList list = NEURAL_TRY(track::read_runs(runs));
  return NEURAL_TRY(track::find_run(list, name)).folder;
}

Expected<TrainingSetup> setup_of(const Json& json, const std::string& name) {
  TrainingSetup setup;
  setup.network = NEURAL_TRY(json_field<std::string>(json, "network", name));
  setup.sha256 = NEURAL_TRY(json_field<std::string>(json, "sha256", name));
  setup.seed = NEURAL_TRY(json_field<std::uint64_t>(json, "seed", name));
  setup.batch_size = NEURAL_TRY(json_field<std::int64_t>(json, "batch_size", name));
  setup.epochs = NEURAL_TRY(json_field<std::int64_t>(json, "epochs", name));
  setup.rows = NEURAL_TRY(json_field<std::int64_t>(json, "rows", name));
  setup.isa = NEURAL_TRY(json_field<std::string>(json, "isa", name));
  for (const auto& [key, place] : {std::pair{"data", &setup.data}, std::pair{"label", &setup.label}}) {
    const Json value = NEURAL_TRY(json_field<Json>(json, key, name));
    if (value.is_string()) *place = value.get<std::string>();
  }
  if (setup.batch_size >= 1 && setup.epochs >= 1) return setup;
  return fail(ErrorCode::kUsage, name + " is damaged", "train anew");
}

}  // namespace

Json to_json(const TrainingSetup& setup) {
  return {{"network", setup.network},
          {"sha256", setup.sha256},
          {"seed", setup.seed},
          {"batch_size", setup.batch_size},
          {"epochs", setup.epochs},
          {"rows", setup.rows},
          {"data", setup.data ? Json(*setup.data) : Json(nullptr)},
          {"label", setup.label ? Json(*setup.label) : Json(nullptr)},
          {"isa", setup.isa}};
}

TrainingRecord::TrainingRecord(track::Run run, Json about, double between)
    : run_(std::move(run)),
      about_(std::move(about)),
      between_ns_(static_cast<std::int64_t>(between * 1e9)),
      kept_ns_(monotonic_ns()) {}

Expected<TrainingRecord> TrainingRecord::start(const fs::path& runs, track::Beginning beginning,
                                               const TrainingSetup& setup, double between) {
  beginning.params = track::flatten(to_json(setup));
  track::Run run = NEURAL_TRY(track::Run::start(runs, beginning));
  return TrainingRecord(std::move(run), to_json(setup), between);
}

Status TrainingRecord::log(std::int64_t epoch, std::int64_t step, const std::string& split,
                           const engine::Scores& scores) {
  for (const auto& [name, value] : scores) NEURAL_TRY(run_.log({unix_ms(), step, epoch, split, name, value}));
  return done();
}

Status TrainingRecord::log_seconds(std::int64_t epoch, std::int64_t step, double seconds) {
  return run_.log({unix_ms(), step, epoch, "train", "seconds", seconds});
}

Status TrainingRecord::keep(const engine::Trainer& trainer, std::int64_t epoch, std::int64_t step, bool must_be) {
  if (!must_be && monotonic_ns() - kept_ns_ < between_ns_) return done();
  engine::Checkpoint checkpoint;
  checkpoint.epoch = epoch;
  checkpoint.step = step;
  checkpoint.about = about_;
  checkpoint.states = trainer.states();
  Status written = engine::write_checkpoint(run_.folder() / kCheckpoints, checkpoint);
  kept_ns_ = monotonic_ns();
  return written;
}

Status TrainingRecord::finish(track::RunStatus status, const Json& results) {
  return run_.finish(status, results);
}

Expected<ResumedTraining> read_training(const fs::path& runs, const std::string& name) {
  ResumedTraining resumed;
  resumed.run = NEURAL_TRY(find_run_folder(runs, name));
  const std::string text = printable(resumed.run.string());
  std::error_code error;
  if (!fs::is_regular_file(resumed.run / kCheckpoints / "checkpoint.json", error)) {
    return fail(ErrorCode::kUsage, fmt::format("`{}` has no checkpoint", text),
                "runs of `neural train` have one once some seconds were trained; without one train anew");
  }
  resumed.checkpoint = NEURAL_TRY(engine::read_checkpoint(resumed.run / kCheckpoints));
  resumed.setup = NEURAL_TRY(setup_of(resumed.checkpoint.about, fmt::format("the checkpoint of `{}`", text)));
  return resumed;
}

}  // namespace neural::cli
