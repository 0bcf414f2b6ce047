// A network that trains, evaluates and predicts on arrays in memory: the engine for programs that link it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/data/array.hpp"
#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/train/samples.hpp"
#include "neural/engine/train/trainer.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"
#include "neural/weights/weights.hpp"

namespace neural::engine {

/// What is not given is as the program says.
struct NetworkOptions {
  std::string network;                     ///< which of the file: "Name", or "Name#2" for the second; empty: the first
  std::optional<std::int64_t> batch_size;  ///< samples a step, at least 1
  std::optional<std::uint64_t> seed;       ///< of weights, order and dropout; drawn where neither says one
  std::optional<int> threads;              ///< as many as processors
  std::optional<Isa> isa;                  ///< the best one of this processor
};

struct EpochResult {
  std::int64_t number = 1;  ///< counts all epochs of the network
  Scores scores;            ///< of training: means while the weights change, with dropout
  Scores validation;        ///< behind the epoch; empty where nothing is held out
  std::int64_t rows = 0;    ///< trained on; fewer than there are where an interrupted epoch went on
  double seconds = 0;       ///< of training alone
};

struct FitOptions {
  std::optional<std::int64_t> epochs;   ///< as many as the program says
  const Samples* validation = nullptr;  ///< else what `validation_split` of the program holds out, if it does
  StepCallback after_step;              ///< false ends the training behind that step
  /// False ends it behind that epoch. May evaluate and predict, not train.
  std::function<bool(const EpochResult&)> after_epoch;
};

struct FitResult {
  std::vector<EpochResult> epochs;  ///< the whole ones
  bool is_interrupted = false;      ///< by `after_step`: the next `fit` goes on in that epoch, to the same bits
};

class Network {
 public:
  /// A program with mistakes is an error, whose message is the text that people read; `diagnostics` gets them one by
  /// one, and warnings.
  static Expected<std::unique_ptr<Network>> create(syntax::SourceText source, const NetworkOptions& options = {},
                                                   syntax::DiagnosticList* diagnostics = nullptr);
  /// Of a file.
  static Expected<std::unique_ptr<Network>> read(const std::filesystem::path& path, const NetworkOptions& options = {});

  const model::Model& model() const { return model_; }
  const TrainingOptions& settings() const { return settings_; }
  std::int64_t epochs() const { return epochs_; }  ///< trained so far, whole

  /// Arrays as the network takes them: one for each input in its order, samples along the first axis, and the targets.
  /// Elements are shared wherever they are of the type already: float32, uint8 images (scaled from 0..255 to 0..1 as
  /// they are read), int32 ids and class numbers.
  Expected<Samples> samples(std::vector<data::Array> inputs, data::Array targets) const;
  /// The inputs alone, for `predict`.
  Expected<Samples> inputs(const std::vector<data::Array>& inputs) const;

  /// Trains on from where it is. An optimizer that averages weights leaves the averages in their place at the end.
  Expected<FitResult> fit(const Samples& samples, const FitOptions& options = {});
  /// Loss and metrics as predictions have them.
  Expected<Scores> evaluate(const Samples& samples);
  /// float32 [rows, …]. Of samples with targets these are not looked at.
  Expected<data::Array> predict(const Samples& samples);

  /// By the names of every backend; what the training begins with, before it has begun.
  weights::Weights weights() const;
  /// An error where they are not those of this network.
  Status set_weights(const weights::Weights& weights);
  Status save(const std::filesystem::path& path) const;  ///< as .safetensors
  Status load(const std::filesystem::path& path);

  /// Which kernel each operation of a step gets for such samples, and why no faster one.
  Expected<std::string> explanation(const Samples& samples);

  /// What of the program the engine cannot express, if that is why the last call failed.
  const syntax::DiagnosticList& diagnostics() const { return diagnostics_; }
  const syntax::SourceText& source() const { return source_; }

 private:
  Network(syntax::SourceText source, model::Model model, TrainingOptions settings);

  Status check_count(const std::vector<data::Array>& inputs) const;
  /// The trainer for samples of these shapes.
  Expected<Trainer*> trainer_for(const Samples& samples, bool trains);

  syntax::SourceText source_;
  model::Model model_;
  TrainingOptions settings_;
  std::vector<Shape> rows_;  ///< of the inputs that the trainer is for
  std::unique_ptr<Trainer> trainer_;
  bool trains_ = false;
  std::unique_ptr<Trainer> guest_;  ///< one that trains stays; other shapes are predicted by this one
  syntax::DiagnosticList diagnostics_;
  weights::Weights before_;  ///< there is no trainer yet: what it will begin with
  std::int64_t epochs_ = 0;
  std::int64_t steps_ = 0;       ///< of whole epochs
  std::int64_t first_step_ = 0;  ///< of the epoch that goes on
};

}  // namespace neural::engine
