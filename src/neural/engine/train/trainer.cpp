#include "neural/engine/train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

#include "neural/base/check.hpp"
#include "neural/engine/lower/training.hpp"
#include "neural/engine/run/executor.hpp"
#include "neural/engine/train/metrics.hpp"
#include "neural/weights/initial_weights.hpp"
#include "neural/weights/philox.hpp"

namespace neural::engine {
namespace {

/// A graph for batches of one size, with the buffers of its inputs.
struct Batch {
  Graph graph;
  std::unique_ptr<Executor> executor;
  std::vector<std::vector<float>> buffers;  ///< by column; int32 lies in them as it is
  std::vector<const void*> inputs;
};

class NetworkTrainer : public Trainer {
 public:
  NetworkTrainer(const model::Model& model, const Samples& samples, const TrainingOptions& options)
      : model_(model), options_(options), team_(options.threads) {
    for (std::size_t i = 0; i < model.inputs.size(); ++i) shapes_.push_back(samples.columns[i].row);
  }

  bool prepare(std::int64_t rows, syntax::DiagnosticList& diagnostics) {
    const std::int64_t size = std::min(options_.batch_size, rows);
    Batch* batch = training_batch(size, diagnostics);
    if (batch == nullptr) return false;
    states_ = std::make_unique<States>(batch->graph);
    for (std::size_t i = 0; i < states_->count(); ++i) {
      const double value = initial_value(model_.optimizer, states_->name(i));
      std::fill(states_->elements(i).begin(), states_->elements(i).end(), static_cast<float>(value));
    }
    set_weights(weights::initial_weights(model_, options_.seed));
    make_ready(*batch);
    const Shape shape = batch->graph.shape(batch->graph.outputs[1]);
    output_row_.assign(shape.begin() + 1, shape.end());
    metrics_ = metrics_of(model_, output_row_);
    return true;
  }

  bool prepare_prediction(std::int64_t rows, syntax::DiagnosticList& diagnostics) {
    const std::int64_t size = std::min(kPredictedRows, rows);
    auto graph = prediction_graph(model_, size, shapes_, false, diagnostics);
    if (!graph) return false;
    states_ = std::make_unique<States>(*graph);
    const Shape shape = graph->shape(graph->outputs[1]);
    output_row_.assign(shape.begin() + 1, shape.end());
    metrics_ = metrics_of(model_, output_row_);
    return true;
  }

  Status check_ids(const Samples& samples, const std::string& origin, const std::string& split) const override {
    syntax::DiagnosticList none;
    const auto graph = prediction_graph(model_, 1, shapes_, false, none);
    return graph ? engine::check_ids(*graph, samples, origin, split) : done();
  }

  Expected<std::optional<Scores>> train_epoch(const Samples& samples, std::int64_t epoch, std::int64_t first_step,
                                              const StepCallback& after_step,
                                              std::optional<std::int64_t> steps_before) override {
    const std::vector<std::uint32_t> order = epoch_order(samples.rows, options_.seed, epoch, options_.shuffle);
    const std::int64_t size = std::min(options_.batch_size, samples.rows);
    const std::int64_t steps = (samples.rows + size - 1) / size;
    const std::int64_t first_number = steps_before.value_or(epoch * steps);
    reset_metrics();
    double total = 0;
    const std::int64_t before = std::min(first_step * size, samples.rows);
    for (std::int64_t step = first_step; step < steps; ++step) {
      const auto [rows, loss, batch] = take_step(samples, order, step, first_number + step);
      if (!std::isfinite(loss)) {
        return fail(ErrorCode::kUsage, fmt::format("the loss of step {} in epoch {} is {}", step + 1, epoch + 1, loss),
                    kOfLoss);
      }
      total += loss * static_cast<double>(rows);
      add_to_metrics(rows, batch->executor->output(1), nullptr, batch->inputs.back());
      if (!after_step(step + 1, steps, total / static_cast<double>(step * size + rows - before)))
        return std::optional<Scores>();
    }
    return std::optional(scores(total / static_cast<double>(std::max<std::int64_t>(samples.rows - before, 1))));
  }

  Expected<double> fit(const Samples& samples, bool shuffle) override {
    const std::vector<std::uint32_t> order = epoch_order(samples.rows, options_.seed, fits_++, shuffle);
    const std::int64_t size = std::min(options_.batch_size, samples.rows);
    double total = 0;
    for (std::int64_t step = 0; step * size < samples.rows; ++step) {
      const Step taken = take_step(samples, order, step, fitted_steps_++);
      if (!std::isfinite(taken.loss)) {
        return fail(ErrorCode::kUsage, fmt::format("the loss of step {} is {}", fitted_steps_, taken.loss), kOfLoss);
      }
      total += taken.loss * static_cast<double>(taken.rows);
    }
    return total / static_cast<double>(std::max<std::int64_t>(samples.rows, 1));
  }

  Expected<LossGradients> gradients(const Samples& samples) override {
    syntax::DiagnosticList none;
    auto graph = gradient_graph(model_, samples.rows, shapes_, none);
    NEURAL_CHECK(graph.has_value(), "a network that trains has gradients");
    Batch batch;
    batch.graph = *std::move(graph);
    const weights::Weights before = states();  // statistics move as in any step
    make_ready(batch);
    const std::vector<std::uint32_t> order = epoch_order(samples.rows, 0, 0, false);
    gather(samples, order, batch);
    batch.executor->run(batch.inputs, options_.seed, 0);
    LossGradients result;
    result.loss = static_cast<double>(batch.executor->output(0)[0]);
    std::size_t next = 1;
    for (const State& state : batch.graph.states) {
      if (!state.is_trainable) continue;
      const float* from = batch.executor->output(next);
      const Shape& shape = batch.graph.shape(batch.graph.outputs[next++]);
      result.gradients[state.name] = {shape, std::vector<float>(from, from + element_count(shape))};
    }
    NEURAL_TRY(set_states(before));
    return result;
  }

  Scores evaluate(const Samples& samples) override {
    reset_metrics();
    double total = 0;
    each_prediction(samples, true, [&](std::int64_t, std::int64_t rows, Batch& batch) {
      total += static_cast<double>(batch.executor->output(2)[0]) * static_cast<double>(rows);
      add_to_metrics(rows, batch.executor->output(1), batch.executor->output(0), batch.inputs.back());
    });
    return scores(total / static_cast<double>(samples.rows));
  }

  std::vector<float> predict(const Samples& samples) override {
    const auto width = static_cast<std::size_t>(element_count(output_row_));
    std::vector<float> result(static_cast<std::size_t>(samples.rows) * width);
    each_prediction(samples, false, [&](std::int64_t begin, std::int64_t rows, Batch& batch) {
      std::memcpy(result.data() + static_cast<std::size_t>(begin) * width, batch.executor->output(0),
                  static_cast<std::size_t>(rows) * width * sizeof(float));
    });
    return result;
  }

  weights::Weights weights() const override {
    weights::Weights result;
    for (const weights::NamedTensor& tensor : weights::tensors_of(model_)) {
      const float* from = states_->find(tensor.name);
      const auto count = static_cast<std::size_t>(tensor.tensor->size());
      result[tensor.name] = {tensor.tensor->shape, std::vector<float>(from, from + count)};
    }
    return result;
  }

  void set_weights(const weights::Weights& given) override {
    for (const weights::NamedTensor& tensor : weights::tensors_of(model_)) {
      const std::vector<float>& values = given.at(tensor.name).values;
      std::copy(values.begin(), values.end(), states_->find(tensor.name));
    }
  }

  weights::Weights states() const override {
    weights::Weights result;
    for (std::size_t i = 0; i < states_->count(); ++i) {
      const std::span<const float> from = states_->elements(i);
      result[states_->name(i)] = {{static_cast<std::int64_t>(from.size())}, {from.begin(), from.end()}};
    }
    return result;
  }

  Status set_states(const weights::Weights& given) override {
    for (std::size_t i = 0; i < states_->count(); ++i) {
      const auto found = given.find(states_->name(i));
      const std::span<float> to = states_->elements(i);
      if (found == given.end() || found->second.values.size() != to.size()) {
        return fail(ErrorCode::kUsage,
                    fmt::format("the checkpoint has no `{}` of {} numbers", states_->name(i), to.size()),
                    "it is of another network or optimizer");
      }
      std::copy(found->second.values.begin(), found->second.values.end(), to.begin());
    }
    return done();
  }

  void use_averages() override {
    if (!averages_weights(model_.optimizer)) return;
    for (const weights::NamedTensor& tensor : weights::tensors_of(model_)) {
      const float* from = states_->find(tensor.name + "/average");
      if (from != nullptr) std::copy_n(from, tensor.tensor->size(), states_->find(tensor.name));
    }
  }

  Shape output_row() const override { return output_row_; }
  std::string explanation() const override { return training_.begin()->second->executor->explanation(); }

 private:
  static constexpr const char* kOfLoss =
      "lower the learning rate, or clip gradients (`clipnorm=1.0`); look for values that are no numbers in the data";

  struct Step {
    std::int64_t rows = 0;
    double loss = 0;
    Batch* batch = nullptr;
  };
  /// A step on the rows that stand at its place in `order`; `number` counts those of the whole training.
  Step take_step(const Samples& samples, std::span<const std::uint32_t> order, std::int64_t step, std::int64_t number) {
    const std::int64_t size = std::min(options_.batch_size, samples.rows);
    const std::int64_t begin = step * size;
    const std::int64_t rows = std::min(size, samples.rows - begin);
    Batch& batch = ready_training(rows);
    gather(samples, order.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(rows)), batch);
    batch.executor->run(batch.inputs, options_.seed, number);
    return {rows, static_cast<double>(batch.executor->output(0)[0]), &batch};
  }

  /// Of predictions: more rows at once are no faster, and take more memory.
  static constexpr std::int64_t kPredictedRows = 256;

  Batch* training_batch(std::int64_t size, syntax::DiagnosticList& diagnostics) {
    auto graph = training_graph(model_, size, shapes_, diagnostics, options_.dialect);
    if (!graph) return nullptr;
    auto batch = std::make_unique<Batch>();
    batch->graph = *std::move(graph);
    return training_.emplace(size, std::move(batch)).first->second.get();
  }

  /// Buffers and kernels; the weights are there by now.
  void make_ready(Batch& batch) {
    batch.buffers.clear();
    batch.inputs.clear();
    for (const ValueId id : batch.graph.inputs) {
      batch.buffers.emplace_back(static_cast<std::size_t>(element_count(batch.graph.shape(id))));
    }
    for (const std::vector<float>& buffer : batch.buffers) batch.inputs.push_back(buffer.data());
    const std::int64_t rows = batch.graph.shape(batch.graph.inputs.front()).front();
    batch.executor = std::make_unique<Executor>(batch.graph, rows, *states_, team_, options_.isa);
  }

  Batch& ready_training(std::int64_t rows) {
    const auto found = training_.find(rows);
    if (found != training_.end()) return *found->second;
    syntax::DiagnosticList none;
    Batch* batch = training_batch(rows, none);
    NEURAL_CHECK(batch != nullptr, "a graph of another size");
    make_ready(*batch);
    return *batch;
  }

  Batch& ready_prediction(std::int64_t rows, bool with_targets) {
    std::unique_ptr<Batch>& batch = predicting_[{rows, with_targets}];
    if (!batch) {
      syntax::DiagnosticList none;
      batch = std::make_unique<Batch>();
      batch->graph = prediction_graph(model_, rows, shapes_, with_targets, none).value();
      make_ready(*batch);
    }
    return *batch;
  }

  template <class Use>
  void each_prediction(const Samples& samples, bool with_targets, Use use) {
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(samples.rows));
    std::iota(rows.begin(), rows.end(), 0);
    for (std::int64_t begin = 0; begin < samples.rows; begin += kPredictedRows) {
      const std::int64_t count = std::min(kPredictedRows, samples.rows - begin);
      Batch& batch = ready_prediction(count, with_targets);
      gather(samples, std::span(rows).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count)), batch);
      batch.executor->run(batch.inputs, options_.seed, 0);
      use(begin, count, batch);
    }
  }

  /// The rows of these numbers into the buffers, each thread its share.
  void gather(const Samples& samples, std::span<const std::uint32_t> rows, Batch& batch) {
    team_.run([&](int thread) {
      const Range range = share_of(static_cast<std::int64_t>(rows.size()), thread, team_.size());
      for (std::size_t column = 0; column < batch.buffers.size(); ++column) {
        const Column& from = samples.columns[column];
        const std::int64_t width = from.row_size();
        float* to = batch.buffers[column].data();
        for (std::int64_t i = range.begin; i < range.end; ++i) {
          const std::int64_t row = rows[static_cast<std::size_t>(i)];
          if (from.kind == Column::Kind::kBytes) {
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(from.array.bytes().data()) + row * width;
            kernels_of(options_.isa).scale_bytes(to + i * width, bytes, width);
          } else {
            std::memcpy(to + i * width, from.array.bytes().data() + row * width * 4,
                        static_cast<std::size_t>(width) * 4);
          }
        }
      }
    });
  }

  void reset_metrics() {
    for (const NamedMetric& each : metrics_) each.metric->reset();
  }

  /// Predictions are computed where they are not given: only some metrics look at them.
  void add_to_metrics(std::int64_t rows, const float* outputs, const float* predictions, const void* targets) {
    const bool are_read = std::any_of(metrics_.begin(), metrics_.end(),
                                      [](const NamedMetric& each) { return each.metric->reads_predictions(); });
    if (predictions == nullptr && model_.loss.fused && are_read) {
      const std::size_t width = static_cast<std::size_t>(output_row_.back());
      predictions_.assign(outputs, outputs + rows * element_count(output_row_));
      for (std::size_t begin = 0; begin < predictions_.size(); begin += width) {
        float* row = predictions_.data() + begin;
        if (*model_.loss.fused == model::Activation::sigmoid) {
          for (std::size_t i = 0; i < width; ++i) row[i] = 1.0F / (1.0F + std::exp(-row[i]));
          continue;
        }
        const float largest = *std::max_element(row, row + width);
        float sum = 0;
        for (std::size_t i = 0; i < width; ++i) sum += row[i] = std::exp(row[i] - largest);
        for (std::size_t i = 0; i < width; ++i) row[i] /= sum;
      }
      predictions = predictions_.data();
    }
    for (const NamedMetric& each : metrics_) {
      each.metric->add(rows, outputs, predictions == nullptr ? outputs : predictions, targets);
    }
  }

  Scores scores(double loss) const {
    Scores result = {{"loss", loss}};
    for (const NamedMetric& each : metrics_) result.emplace_back(each.name, each.metric->value());
    return result;
  }

  const model::Model& model_;
  TrainingOptions options_;
  Team team_;
  std::vector<Shape> shapes_;
  std::unique_ptr<States> states_;
  std::map<std::int64_t, std::unique_ptr<Batch>> training_;                     ///< by rows
  std::map<std::pair<std::int64_t, bool>, std::unique_ptr<Batch>> predicting_;  ///< and whether with targets
  Shape output_row_;
  std::vector<NamedMetric> metrics_;
  std::vector<float> predictions_;
  std::int64_t fits_ = 0;
  std::int64_t fitted_steps_ = 0;
};

}  // namespace

std::unique_ptr<Trainer> Trainer::create(const model::Model& model, const Samples& samples,
                                         const TrainingOptions& options, syntax::DiagnosticList& diagnostics) {
  auto trainer = std::make_unique<NetworkTrainer>(model, samples, options);
  if (!trainer->prepare(samples.rows, diagnostics)) return nullptr;
  return trainer;
}

std::unique_ptr<Trainer> Trainer::for_prediction(const model::Model& model, const Samples& samples,
                                                 const TrainingOptions& options, syntax::DiagnosticList& diagnostics) {
  auto trainer = std::make_unique<NetworkTrainer>(model, samples, options);
  if (!trainer->prepare_prediction(samples.rows, diagnostics)) return nullptr;
  return trainer;
}

std::vector<std::uint32_t> epoch_order(std::int64_t rows, std::uint64_t seed, std::int64_t epoch, bool shuffle) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), 0);
  if (!shuffle) return order;
  const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const auto high = [](std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); };
  constexpr std::uint32_t kOrderStream = 0xffffffff;  // dropouts count theirs from 0
  const auto number = static_cast<std::uint64_t>(epoch);
  for (std::size_t i = order.size(); i > 1; --i) {
    const auto numbers = weights::philox({low(i), high(i), low(number), kOrderStream}, {low(seed), high(seed)});
    // 64 bits by i: the share of an unequal choice is below i / 2^64.
    const std::uint64_t wide = static_cast<std::uint64_t>(numbers[1]) << 32 | numbers[0];
    const auto chosen = static_cast<std::size_t>(static_cast<unsigned __int128>(wide) * i >> 64);
    std::swap(order[i - 1], order[chosen]);
  }
  return order;
}

}  // namespace neural::engine
