// What `neural train` keeps of a training: a tracked run in runs/, with the checkpoints from which it goes on.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/engine/train/checkpoint.hpp"
#include "neural/engine/train/trainer.hpp"
#include "neural/track/run.hpp"

namespace neural::cli {

/// What decides the numbers of a training; joins every checkpoint, and is the run's parameters.
struct TrainingSetup {
  std::string network;
  std::string sha256;  ///< of the source
  std::uint64_t seed = 0;
  std::int64_t batch_size = 1;
  std::int64_t epochs = 1;
  std::int64_t rows = 0;
  std::optional<std::string> data;   ///< --data
  std::optional<std::string> label;  ///< --label
  std::string isa;
};
Json to_json(const TrainingSetup& setup);

class TrainingRecord {
 public:
  /// `beginning` lacks the parameters; `between` are the seconds between two checkpoints.
  static Expected<TrainingRecord> start(const std::filesystem::path& runs, track::Beginning beginning,
                                        const TrainingSetup& setup, double between);

  const std::filesystem::path& folder() const { return run_.folder(); }

  Status log(std::int64_t epoch, std::int64_t step, const std::string& split, const engine::Scores& scores);
  Status log_seconds(std::int64_t epoch, std::int64_t step, double seconds);

  /// A checkpoint, if it is time for one or it must be.
  Status keep(const engine::Trainer& trainer, std::int64_t epoch, std::int64_t step, bool must_be);

  Status finish(track::RunStatus status, const Json& results = Json::object());

 private:
  TrainingRecord(track::Run run, Json about, double between);

  track::Run run_;
  Json about_;
  std::int64_t between_ns_;
  std::int64_t kept_ns_;
};

/// A run that goes on.
struct ResumedTraining {
  std::filesystem::path run;
  engine::Checkpoint checkpoint;
  TrainingSetup setup;
};
/// `name` is the folder of the run, or what `neural runs` takes for it in the folder `runs`.
Expected<ResumedTraining> read_training(const std::filesystem::path& runs, const std::string& name);

}  // namespace neural::cli
