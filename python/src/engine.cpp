#include "engine.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/base/text.hpp"
#include "neural/engine/network/network.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace neural {
namespace {

using engine::Network;
using engine::Samples;

/// What Python gets as an exception: text for people.
struct Failure : std::runtime_error {
  explicit Failure(const Error& error)
      : std::runtime_error(error.help.empty() ? error.message : error.message + "; " + error.help) {}
};

template <class T>
T value_of(Expected<T> expected) {
  if (!expected) throw Failure(expected.error());
  if constexpr (!std::is_void_v<T>) return *std::move(expected);
}

using GivenArray = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;

data::ElementType element_type_of(nb::dlpack::dtype type) {
  using data::ElementType;
  struct Row {
    nb::dlpack::dtype_code code;
    int bits;
    ElementType type;
  };
  static constexpr Row kRows[] = {{nb::dlpack::dtype_code::Bool, 8, ElementType::kBool},
                                  {nb::dlpack::dtype_code::UInt, 8, ElementType::kUint8},
                                  {nb::dlpack::dtype_code::UInt, 16, ElementType::kUint16},
                                  {nb::dlpack::dtype_code::UInt, 32, ElementType::kUint32},
                                  {nb::dlpack::dtype_code::UInt, 64, ElementType::kUint64},
                                  {nb::dlpack::dtype_code::Int, 8, ElementType::kInt8},
                                  {nb::dlpack::dtype_code::Int, 16, ElementType::kInt16},
                                  {nb::dlpack::dtype_code::Int, 32, ElementType::kInt32},
                                  {nb::dlpack::dtype_code::Int, 64, ElementType::kInt64},
                                  {nb::dlpack::dtype_code::Float, 16, ElementType::kFloat16},
                                  {nb::dlpack::dtype_code::Float, 32, ElementType::kFloat32},
                                  {nb::dlpack::dtype_code::Float, 64, ElementType::kFloat64}};
  for (const Row& row : kRows) {
    if (static_cast<std::uint8_t>(row.code) == type.code && row.bits == type.bits && type.lanes == 1) return row.type;
  }
  throw Failure(
      {ErrorCode::kUsage, "an array has elements that are no numbers", "give float32, uint8 or whole numbers"});
}

/// Shares the elements; what owns them lives as long as the result.
data::Array shared(const GivenArray& given) {
  const data::ElementType type = element_type_of(given.dtype());
  data::Shape shape;
  for (std::size_t i = 0; i < given.ndim(); ++i) shape.push_back(static_cast<std::int64_t>(given.shape(i)));
  const std::shared_ptr<const void> owner(new GivenArray(given), [](const void* kept) {
    const nb::gil_scoped_acquire gil;
    delete static_cast<const GivenArray*>(kept);
  });
  return {type, std::move(shape), {static_cast<const std::byte*>(given.data()), given.nbytes()}, owner};
}

/// A NumPy array of its own.
nb::object to_numpy(const std::vector<std::int64_t>& shape, std::span<const float> values) {
  auto* copy = new float[std::max<std::size_t>(values.size(), 1)];
  std::memcpy(copy, values.data(), values.size_bytes());
  const nb::capsule owner(copy, [](void* elements) noexcept { delete[] static_cast<float*>(elements); });
  const std::vector<std::size_t> sizes(shape.begin(), shape.end());
  return nb::cast(nb::ndarray<nb::numpy, float>(copy, sizes.size(), sizes.data(), owner));
}

nb::dict to_dict(const engine::Scores& scores, const std::string& prefix = {}) {
  nb::dict dict;
  for (const auto& [name, value] : scores) dict[(prefix + name).c_str()] = value;
  return dict;
}

nb::dict to_dict(const engine::EpochResult& epoch) {
  nb::dict dict = to_dict(epoch.scores);
  dict.update(to_dict(epoch.validation, "val_"));
  dict["epoch"] = epoch.number;
  dict["train_seconds"] = epoch.seconds;
  dict["samples_per_second"] = static_cast<double>(epoch.rows) / epoch.seconds;
  return dict;
}

template <class Work>
auto without_gil(const Work& work) {
  const nb::gil_scoped_release released;
  return work();
}

using GivenSamples = std::pair<std::vector<GivenArray>, GivenArray>;

/// One thread at a time: others are told, not made to wait.
class PythonNetwork {
 public:
  explicit PythonNetwork(std::unique_ptr<Network> network) : network_(std::move(network)) {}

  const Network& get() const { return *network_; }

  void fit(const GivenSamples& given, std::optional<std::int64_t> epochs, const std::optional<GivenSamples>& validation,
           const nb::object& on_step, const nb::object& on_epoch) {
    const auto lock = begin();
    if (is_training_) throw Failure({ErrorCode::kUsage, "this network is in training", "train it when that has ended"});
    const Samples samples = samples_of(given);
    std::optional<Samples> held_out;
    if (validation) held_out = samples_of(*validation);
    std::optional<nb::python_error> raised;  // by what is called back, or by Ctrl-C
    const auto goes_on = [&](const auto& call) {
      const nb::gil_scoped_acquire gil;
      try {
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
        return call();
      } catch (nb::python_error& error) {
        raised.emplace(std::move(error));
        return false;
      }
    };
    engine::FitOptions options;
    options.epochs = epochs;
    options.validation = held_out ? &*held_out : nullptr;
    options.after_step = [&](std::int64_t step, std::int64_t steps, double loss) {
      return goes_on([&] {
        if (!on_step.is_none()) on_step(network_->epochs() + 1, step, steps, loss);
        return true;
      });
    };
    options.after_epoch = [&](const engine::EpochResult& epoch) {
      return goes_on([&] { return nb::cast<bool>(on_epoch(to_dict(epoch))); });
    };
    is_training_ = true;
    const auto result = without_gil([&] { return network_->fit(samples, options); });
    is_training_ = false;
    if (raised) throw std::move(*raised);
    value_of(result);
  }

  nb::dict evaluate(const GivenSamples& given) {
    const auto lock = begin();
    const Samples samples = samples_of(given);
    return to_dict(value_of(without_gil([&] { return network_->evaluate(samples); })));
  }

  nb::object predict(const std::vector<GivenArray>& inputs) {
    const auto lock = begin();
    const Samples samples = value_of(network_->inputs(arrays_of(inputs)));
    const data::Array predicted = value_of(without_gil([&] { return network_->predict(samples); }));
    return to_numpy(predicted.shape(), predicted.values<float>());
  }

  std::string explain(const GivenSamples& given) {
    const auto lock = begin();
    return value_of(network_->explanation(samples_of(given)));
  }

  nb::dict weights() {
    const auto lock = begin();
    nb::dict dict;
    for (const auto& [name, array] : network_->weights()) dict[name.c_str()] = to_numpy(array.shape, array.values);
    return dict;
  }

  void set_weights(const std::map<std::string, GivenArray>& given) {
    const auto lock = begin();
    weights::Weights weights;
    for (const auto& [name, array] : given) {
      const data::Array values = shared(array);
      weights[name] = {values.shape(), data::to_floats(values)};
    }
    value_of(network_->set_weights(weights));
  }

  void save(const std::string& path) {
    const auto lock = begin();
    value_of(network_->save(path));
  }

  void load(const std::string& path) {
    const auto lock = begin();
    value_of(network_->load(path));
  }

  /// JSON of what the engine cannot express, if that is why the last call failed; else "[]".
  std::string diagnostics() const { return compact_json(render_json(network_->source(), network_->diagnostics())); }

 private:
  std::unique_lock<std::recursive_mutex> begin() {
    std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock)
      throw Failure({ErrorCode::kUsage, "this network is at work in another thread", "give each thread its own"});
    return lock;
  }

  static std::vector<data::Array> arrays_of(const std::vector<GivenArray>& given) {
    std::vector<data::Array> arrays;
    for (const GivenArray& each : given) arrays.push_back(shared(each));
    return arrays;
  }

  Samples samples_of(const GivenSamples& given) const {
    return value_of(network_->samples(arrays_of(given.first), shared(given.second)));
  }

  std::unique_ptr<Network> network_;
  std::recursive_mutex mutex_;  ///< recursive: what is called behind an epoch may evaluate
  bool is_training_ = false;
};

/// The network, or none where the program has errors; the diagnostics as JSON, and as text.
std::tuple<std::optional<std::unique_ptr<PythonNetwork>>, std::string, std::string> create_network(
    const std::string& text, const std::string& file_name, const std::string& network,
    std::optional<std::int64_t> batch_size, std::optional<std::uint64_t> seed, std::optional<int> threads,
    const std::string& isa) {
  engine::NetworkOptions options = {.network = network, .batch_size = batch_size, .seed = seed, .threads = threads};
  if (!isa.empty()) {
    options.isa = engine::isa_of_name(isa);
    if (!options.isa) {
      throw Failure({ErrorCode::kUsage, "there are no kernels for `" + printable(isa) + "`",
                     "NEURAL_ISA is portable, avx2 or avx512"});
    }
  }
  const syntax::SourceText source(file_name, text);
  syntax::DiagnosticList diagnostics;
  auto created = Network::create(source, options, &diagnostics);
  if (!created && !diagnostics.has_errors()) throw Failure(created.error());
  std::optional<std::unique_ptr<PythonNetwork>> result;
  if (created) result = std::make_unique<PythonNetwork>(*std::move(created));
  return {std::move(result), compact_json(render_json(source, diagnostics)), render_text(source, diagnostics)};
}

std::vector<std::string> input_names(const Network& network) {
  std::vector<std::string> names;
  for (const model::Input& input : network.model().inputs) names.push_back(input.name);
  return names;
}

}  // namespace

void bind_engine(nb::module_& m) {
  nb::exception<Failure>(m, "EngineError");
  nb::class_<PythonNetwork>(m, "Network")
      .def("fit", &PythonNetwork::fit, "samples"_a, "epochs"_a.none(), "validation"_a.none(), "on_step"_a.none(),
           "on_epoch"_a)
      .def("evaluate", &PythonNetwork::evaluate, "samples"_a)
      .def("predict", &PythonNetwork::predict, "inputs"_a)
      .def("explain", &PythonNetwork::explain, "samples"_a)
      .def("weights", &PythonNetwork::weights)
      .def("set_weights", &PythonNetwork::set_weights, "weights"_a)
      .def("save", &PythonNetwork::save, "path"_a)
      .def("load", &PythonNetwork::load, "path"_a)
      .def("diagnostics", &PythonNetwork::diagnostics)
      .def_prop_ro("name", [](const PythonNetwork& network) { return network.get().model().name; })
      .def_prop_ro("inputs", [](const PythonNetwork& network) { return input_names(network.get()); })
      .def_prop_ro("epochs", [](const PythonNetwork& network) { return network.get().epochs(); })
      .def_prop_ro("default_epochs", [](const PythonNetwork& network) { return network.get().model().training.epochs; })
      .def_prop_ro("seed", [](const PythonNetwork& network) { return network.get().settings().seed; })
      .def_prop_ro("batch_size", [](const PythonNetwork& network) { return network.get().settings().batch_size; })
      .def_prop_ro("threads", [](const PythonNetwork& network) { return network.get().settings().threads; })
      .def_prop_ro("isa", [](const PythonNetwork& network) {
        return std::string(engine::isa_name(network.get().settings().isa));
      });
  m.def("create_network", &create_network, "text"_a, "file_name"_a, "network"_a, "batch_size"_a.none(), "seed"_a.none(),
        "threads"_a.none(), "isa"_a);
}

}  // namespace neural
