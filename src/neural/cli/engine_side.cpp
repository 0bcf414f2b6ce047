#include "neural/cli/engine_side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <utility>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/engine_data.hpp"
#include "neural/data/npy.hpp"
#include "neural/engine/lower/training.hpp"
#include "neural/engine/reference/interpret.hpp"
#include "neural/engine/run/executor.hpp"
#include "neural/model/deterministic.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using engine::Graph;
using engine::ValueId;
using engine::ValueType;

/// Elements of a tensor, or of an input: float32 fits as it is.
using Numbers = std::vector<double>;
using Named = std::map<std::string, Numbers, std::less<>>;

/// What a graph makes of inputs and states.
class Machine {
 public:
  virtual ~Machine() = default;
  virtual std::vector<Numbers> run(const Graph& graph, const std::vector<Numbers>& inputs, Named& states,
                                   std::int64_t step) = 0;
};

/// The engine itself.
class Kernels : public Machine {
 public:
  explicit Kernels(engine::Isa isa) : isa_(isa), team_(1) {}

  std::vector<Numbers> run(const Graph& graph, const std::vector<Numbers>& inputs, Named& states,
                           std::int64_t step) override {
    Ready& ready = ready_for(graph);
    for (std::size_t i = 0; i < ready.states->count(); ++i) {
      const Numbers& from = states.at(ready.states->name(i));
      std::transform(from.begin(), from.end(), ready.states->elements(i).begin(),
                     [](double value) { return static_cast<float>(value); });
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const bool is_integer = graph.value(graph.inputs[i]).type == ValueType::kInteger;
      auto* places = reinterpret_cast<std::int32_t*>(ready.buffers[i].data());
      for (std::size_t at = 0; at < inputs[i].size(); ++at) {
        if (is_integer) {
          places[at] = static_cast<std::int32_t>(inputs[i][at]);
        } else {
          ready.buffers[i][at] = static_cast<float>(inputs[i][at]);
        }
      }
    }
    ready.executor->run(ready.inputs, 0, step);
    for (std::size_t i = 0; i < ready.states->count(); ++i) {
      const std::span<const float> from = ready.states->elements(i);
      states.at(ready.states->name(i)).assign(from.begin(), from.end());
    }
    std::vector<Numbers> outputs;
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      const float* from = ready.executor->output(i);
      outputs.emplace_back(from, from + engine::element_count(graph.shape(graph.outputs[i])));
    }
    return outputs;
  }

 private:
  struct Ready {
    std::unique_ptr<engine::States> states;
    std::unique_ptr<engine::Executor> executor;
    std::vector<std::vector<float>> buffers;
    std::vector<const void*> inputs;
  };

  Ready& ready_for(const Graph& graph) {
    Ready& ready = ready_[&graph];
    if (ready.executor) return ready;
    ready.states = std::make_unique<engine::States>(graph);
    for (const ValueId id : graph.inputs) {
      ready.buffers.emplace_back(static_cast<std::size_t>(engine::element_count(graph.shape(id))));
    }
    for (const std::vector<float>& buffer : ready.buffers) ready.inputs.push_back(buffer.data());
    const std::int64_t rows = graph.shape(graph.inputs.front()).front();
    ready.executor = std::make_unique<engine::Executor>(graph, rows, *ready.states, team_, isa_);
    return ready;
  }

  engine::Isa isa_;
  engine::Team team_;
  std::map<const Graph*, Ready> ready_;
};

/// Its reference in float64.
class Reference : public Machine {
 public:
  std::vector<Numbers> run(const Graph& graph, const std::vector<Numbers>& inputs, Named& states,
                           std::int64_t step) override {
    engine::reference::Tensors<double> given;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      engine::reference::Tensor<double> tensor;
      if (graph.value(graph.inputs[i]).type == ValueType::kInteger) {
        for (const double value : inputs[i]) tensor.integers.push_back(static_cast<std::int32_t>(value));
      } else {
        tensor.reals = inputs[i];
      }
      given.push_back(std::move(tensor));
    }
    engine::reference::Tensors<double> kept;
    for (const engine::State& state : graph.states) kept.push_back({states.at(state.name), {}});
    std::vector<double> scalars;
    for (const engine::Scalar& scalar : graph.scalars) scalars.push_back(scalar.value(step));
    const auto made =
        engine::reference::interpret<double>(graph, given, kept, {scalars, 0, static_cast<std::uint64_t>(step)});
    for (std::size_t i = 0; i < kept.size(); ++i) states.at(graph.states[i].name) = kept[i].reals;
    std::vector<Numbers> outputs;
    for (const auto& tensor : made) outputs.push_back(tensor.reals);
    return outputs;
  }
};

struct Batch {
  std::vector<Numbers> columns;  ///< inputs, then targets
  std::vector<engine::Shape> shapes;
};

Expected<Batch> read_batch(const fs::path& folder, std::size_t number, std::size_t inputs) {
  Batch batch;
  for (std::size_t i = 0; i <= inputs; ++i) {
    const std::string name = i < inputs ? fmt::format("x_{}_{}.npy", number, i) : fmt::format("y_{}.npy", number);
    const data::Array array = NEURAL_TRY(data::read_npy(folder / name));
    Numbers numbers(static_cast<std::size_t>(array.size()));
    for (std::size_t at = 0; at < numbers.size(); ++at) numbers[at] = array.number(static_cast<std::int64_t>(at));
    batch.columns.push_back(std::move(numbers));
    batch.shapes.push_back(array.shape());
  }
  return batch;
}

Expected<std::vector<Batch>> read_batches(const fs::path& folder, std::size_t inputs) {
  std::vector<Batch> batches;
  std::error_code error;
  while (fs::exists(folder / fmt::format("y_{}.npy", batches.size()), error)) {
    batches.push_back(NEURAL_TRY(read_batch(folder, batches.size(), inputs)));
  }
  if (!batches.empty()) return batches;
  return fail(ErrorCode::kNotFound, fmt::format("there are no batches in `{}`", folder.string()),
              "the engine takes those that another backend has drawn");
}

/// The samples of each batch in another order.
void reorder(std::vector<Batch>& batches, std::uint64_t seed) {
  for (Batch& batch : batches) {
    const auto rows = static_cast<std::size_t>(batch.shapes.front().front());
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), 0);
    std::mt19937_64 random(seed);  // the same for each batch
    for (std::size_t i = rows; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    for (Numbers& column : batch.columns) {
      const std::size_t width = column.size() / rows;
      Numbers moved(column.size());
      for (std::size_t row = 0; row < rows; ++row) {
        std::copy_n(column.begin() + static_cast<std::ptrdiff_t>(order[row] * width), width,
                    moved.begin() + static_cast<std::ptrdiff_t>(row * width));
      }
      column = std::move(moved);
    }
  }
}

/// Where the other sides are that have drawn the batches: any that has run.
Expected<std::string> digest_of_others(const ParityPlan& plan) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(plan.folder, error)) {
    const fs::path index = entry.path() / "index.json";
    if (entry.path().filename() == engine_backend().name || !fs::exists(index, error)) continue;
    const Json json = NEURAL_TRY(read_json(index));
    return json_field<std::string>(json, "batches", as_code(index.string()));
  }
  return fail(ErrorCode::kNotFound, "no other side has drawn batches");
}

class EngineSide {
 public:
  EngineSide(const SideRun& run, const model::Model& model, std::vector<Batch> batches, Machine& machine)
      : run_(run),
        model_(model),
        batches_(std::move(batches)),
        machine_(machine),
        folder_(folder_of(*run.plan, *run.side, run.rerun)) {
    for (const weights::NamedTensor& tensor : weights::tensors_of(model)) tensors_[tensor.name] = tensor.tensor->shape;
  }

  Status run(const weights::Weights& initial) {
    for (const auto& [name, array] : initial) weights_[name].assign(array.values.begin(), array.values.end());
    const std::int64_t rows = batches_.front().shapes.front().front();
    std::vector<engine::Shape> shapes;
    for (std::size_t i = 0; i < model_.inputs.size(); ++i) {
      const engine::Shape& shape = batches_.front().shapes[i];
      shapes.emplace_back(shape.begin() + 1, shape.end());
    }
    syntax::DiagnosticList none;
    const auto predicting = engine::prediction_graph(model_, rows, shapes, false, none);
    if (!predicting) return fail(ErrorCode::kUsage, "the engine cannot express this network");
    NEURAL_TRY(make_folder(folder_));
    NEURAL_TRY(predict(*predicting));
    if (trains(model_)) NEURAL_TRY(train(rows, shapes));
    index_["schema"] = 1;
    index_["predictions"] = "predictions.npy";
    index_["versions"] = {{"neural", NEURAL_VERSION}};
    index_["settings"] = Json::object();
    index_["batches"] = NEURAL_TRY(digest_of_others(*run_.plan));
    return write_file(folder_ / "index.json", pretty_json(index_));
  }

 private:
  Status predict(const Graph& graph) {
    std::vector<Numbers> inputs = batches_.front().columns;
    inputs.pop_back();
    Named states = weights_;
    const std::vector<Numbers> outputs = machine_.run(graph, inputs, states, 0);
    return write(folder_ / "predictions.npy", graph.shape(graph.outputs.front()), outputs.front());
  }

  Status train(std::int64_t rows, const std::vector<engine::Shape>& shapes) {
    syntax::DiagnosticList none;
    const auto gradients = engine::gradient_graph(model_, rows, shapes, none);
    const auto training = engine::training_graph(model_, rows, shapes, none);
    if (!gradients || !training) return fail(ErrorCode::kUsage, "the engine cannot express this network");
    Json parameters = Json::array();
    for (const auto& [name, shape] : tensors_) parameters.push_back({{"name", name}, {"shape", shape}});
    index_["parameters"] = std::move(parameters);
    NEURAL_TRY(differentiate(*gradients));
    Named states = weights_;
    for (const engine::State& state : training->states) {
      const auto count = static_cast<std::size_t>(engine::element_count(training->shape(state.before)));
      states.emplace(state.name, Numbers(count, engine::initial_value(model_.optimizer, state.name)));
    }
    Json losses = Json::array();
    Json weights = Json::object();
    for (std::int64_t step = 1; step <= run_.plan->steps; ++step) {
      const Batch& batch = batches_[static_cast<std::size_t>(step - 1) % batches_.size()];
      losses.push_back(machine_.run(*training, batch.columns, states, step - 1).front().front());
      if (engine::averages_weights(model_.optimizer)) take_averages(states);
      const std::vector<int>& wanted = run_.plan->weights_after;
      if (std::find(wanted.begin(), wanted.end(), step) != wanted.end()) {
        weights[std::to_string(step)] = NEURAL_TRY(write_all(fmt::format("step{}", step), states));
      }
    }
    index_["losses"] = std::move(losses);
    index_["weights"] = std::move(weights);
    return done();
  }

  /// As at the end of a `fit`, which every step is to the other sides.
  void take_averages(Named& states) const {
    for (const auto& [name, shape] : tensors_) {
      const auto average = states.find(name + "/average");
      if (average != states.end()) states.at(name) = average->second;
    }
  }

  /// The loss and its gradients; 0 of what is not trained.
  Status differentiate(const Graph& graph) {
    Named states = weights_;
    const std::vector<Numbers> outputs = machine_.run(graph, batches_.front().columns, states, 0);
    index_["step0_loss"] = outputs.front().front();
    Named found;
    for (const auto& [name, shape] : tensors_) found[name].assign(weights_.at(name).size(), 0);
    std::size_t next = 1;
    for (const engine::State& state : graph.states) {
      if (state.is_trainable) found[state.name] = outputs[next++];
    }
    index_["gradients"] = NEURAL_TRY(write_all("gradient", found));
    return done();
  }

  /// The network's tensors by name; the names of the files.
  Expected<Json> write_all(const std::string& prefix, const Named& values) const {
    Json files = Json::array();
    for (const auto& [name, shape] : tensors_) {
      files.push_back(fmt::format("{}_{:03}.npy", prefix, files.size()));
      NEURAL_TRY(write(folder_ / files.back().get<std::string>(), shape, values.at(name)));
    }
    return files;
  }

  Status write(const fs::path& path, const engine::Shape& shape, const Numbers& values) const {
    if (run_.plan->float64) {
      return data::write_npy(path, data::Array::of(data::ElementType::kFloat64, shape, values));
    }
    return data::write_npy(
        path, data::Array::of(data::ElementType::kFloat32, shape, std::vector<float>(values.begin(), values.end())));
  }

  const SideRun& run_;
  const model::Model& model_;
  std::vector<Batch> batches_;
  Machine& machine_;
  fs::path folder_;
  std::map<std::string, engine::Shape, std::less<>> tensors_;
  Named weights_;
  Json index_ = Json::object();
};

}  // namespace

const emit::Backend& engine_backend() {
  static const emit::Backend kEngine = {"engine", "Engine", "", nullptr, nullptr};
  return kEngine;
}

bool can_train(const emit::Backend& backend) {
  return is_program(backend) || &backend == &engine_backend();
}

fs::path batches_folder(const ParityPlan& plan) {
  return plan.folder / "batches";
}

void prepare_engine_side(const model::Model& model, const ParityPlan& plan, ParitySide& side) {
  std::vector<engine::Shape> shapes;
  for (const model::Input& input : model.inputs) {
    engine::Shape shape;
    for (const model::Dimension& size : input.shape) shape.push_back(size.value_or(kAnySize));
    shapes.push_back(std::move(shape));
  }
  engine::training_graph(model, 2, shapes, side.diagnostics);
  if (!side.diagnostics.has_errors()) side.program = plan.folder / engine_backend().name;
}

Status run_engine_side(const SideRun& run) {
  const model::Model model = model::without_randomness(*run.model);
  std::vector<Batch> batches = NEURAL_TRY(read_batches(batches_folder(*run.plan), model.inputs.size()));
  if (run.rerun > 0) reorder(batches, run.plan->seed + static_cast<std::uint64_t>(run.rerun));
  const weights::Weights initial = NEURAL_TRY(weights::read_weights(weights_file(run), model));
  if (run.plan->float64) {
    Reference reference;
    return EngineSide(run, model, std::move(batches), reference).run(initial);
  }
  Kernels kernels(NEURAL_TRY(chosen_isa()));
  return EngineSide(run, model, std::move(batches), kernels).run(initial);
}

}  // namespace neural::cli
