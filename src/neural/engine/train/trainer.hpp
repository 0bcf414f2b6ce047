// Training: epochs of steps over the rows of a data set, and what comes of them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/lower/training.hpp"
#include "neural/engine/train/samples.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/weights/weights.hpp"

namespace neural::engine {

struct TrainingOptions {
  std::int64_t batch_size = 32;
  std::uint64_t seed = 0;  ///< of weights, order and dropout
  bool shuffle = true;
  int threads = 1;
  Isa isa = Isa::kPortable;
  Dialect dialect = Dialect::kKeras;
};

/// Of one batch.
struct LossGradients {
  double loss = 0;
  weights::Weights gradients;  ///< of the loss by each weight that is trained
};

/// Loss and metrics by name, the loss first.
using Scores = std::vector<std::pair<std::string, double>>;

/// After each step: how many of how many, and the mean loss so far. False ends the training behind this step.
using StepCallback = std::function<bool(std::int64_t step, std::int64_t steps, double loss)>;

class Trainer {
 public:
  /// What the engine cannot express is a diagnostic, and there is no trainer. The samples are those that will be
  /// trained on; they decide sizes that the network leaves open. The model outlives it.
  static std::unique_ptr<Trainer> create(const model::Model& model, const Samples& samples,
                                         const TrainingOptions& options, syntax::DiagnosticList& diagnostics);
  /// One that only evaluates and predicts: without what an optimiser keeps. The samples may lack targets.
  static std::unique_ptr<Trainer> for_prediction(const model::Model& model, const Samples& samples,
                                                 const TrainingOptions& options, syntax::DiagnosticList& diagnostics);
  virtual ~Trainer() = default;

  /// All rows once, in an order of the seed and the number of the epoch, from 0; from `first_step` on, where the steps
  /// before it were done already. Scores are of training: means while the weights change, with dropout. None where
  /// `after_step` ended it. A loss that is no number is an error. Schedules and dropout count the steps of the whole
  /// training: there were `steps_before` in the epochs before, or as many in each as in this one.
  virtual Expected<std::optional<Scores>> train_epoch(const Samples& samples, std::int64_t epoch,
                                                      std::int64_t first_step, const StepCallback& after_step,
                                                      std::optional<std::int64_t> steps_before = {}) = 0;

  /// All rows once behind whatever `fit` has done before, in an order of the seed and the number of the call where it
  /// shuffles: the mean loss. What is measured, so there are no metrics and nobody is told.
  virtual Expected<double> fit(const Samples& samples, bool shuffle) = 0;

  /// Of all samples as one batch, as the first step would see it. Nothing changes.
  virtual Expected<LossGradients> gradients(const Samples& samples) = 0;

  /// Loss and metrics as predictions have them.
  virtual Scores evaluate(const Samples& samples) = 0;

  /// Predictions [rows, …], row behind row.
  virtual std::vector<float> predict(const Samples& samples) = 0;

  /// That every id in the samples is one that the network's tables have. `split` and `origin` are for messages.
  virtual Status check_ids(const Samples& samples, const std::string& origin, const std::string& split) const = 0;

  virtual weights::Weights weights() const = 0;
  virtual void set_weights(const weights::Weights& weights) = 0;
  /// Weights, and what the optimiser keeps of each: with the number of the next step all that training goes on from.
  virtual weights::Weights states() const = 0;
  /// An error where they are not those of this network and its optimiser.
  virtual Status set_states(const weights::Weights& states) = 0;
  /// Where the optimiser averages them: the averages become the weights.
  virtual void use_averages() = 0;

  virtual Shape output_row() const = 0;
  virtual std::string explanation() const = 0;
};

/// The rows of an epoch in their order: Fisher and Yates on Philox numbers of the seed and the epoch.
std::vector<std::uint32_t> epoch_order(std::int64_t rows, std::uint64_t seed, std::int64_t epoch, bool shuffle);

}  // namespace neural::engine
