// The Model: one network with everything decided. It is the contract between the front end and every backend: no
// default is left open, no name is left to look up, and a backend reads nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "neural/model/attributes.hpp"
#include "neural/syntax/source.hpp"

namespace neural::model {

/// The kinds of layers; the table is layers.def. A backend switches over all of them.
enum class LayerKind : std::uint8_t {
#define NEURAL_LAYER(name) name,
#include "neural/model/layers.def"
#undef NEURAL_LAYER
};
std::string_view layer_kind_name(LayerKind kind);  ///< "Conv2D"

/// A parameter tensor, in the layout of Keras: Dense kernel (in, out), Conv2D kernel (height, width, in / groups, out).
/// The tensors of a composed layer have paths for names: "layer_0/attention/query/kernel".
struct Tensor {
  std::string name;  ///< "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", …
  std::vector<std::int64_t> shape;
  Initializer initializer;
  bool trainable = true;
  int input_axes = 0;  ///< of a projection, which reads that many leading axes and gives the rest; else 0

  std::int64_t size() const;  ///< number of elements
};

/// A tensor in flight through a graph with n inputs: 0 … n-1 are the inputs, n + i is what layer i gives.
struct TensorId {
  std::uint32_t index = 0;
  friend bool operator==(TensorId, TensorId) = default;
};

struct Graph;

/// The way a residual connection takes past its body: where `projects`, a convolution with a window of 1 and the
/// strides (a linear map where the input has one axis), whose weights are the layer's own; then a crop of what is
/// longer than the body's result.
struct Shortcut {
  bool projects = false;
  std::vector<std::int64_t> strides;                            ///< one per axis but the last
  std::vector<std::pair<std::int64_t, std::int64_t>> cropping;  ///< cut before and after, of the same axes

  bool crops() const;
};

/// The call of a layer without built-in meaning, as written.
struct CustomCall {
  std::string class_name;                                   ///< "MyLayer"
  std::vector<std::pair<std::string, AnyValue>> arguments;  ///< positional ones have no name
};

/// What few layers have.
struct LayerParts {
  std::shared_ptr<const Graph>
      body;                          ///< ResidualConnection, TimeDistributed, transformer blocks: one input, one output
  std::optional<Shortcut> shortcut;  ///< ResidualConnection
  std::optional<CustomCall> custom;  ///< Custom
};

struct Layer {
  LayerKind kind{};
  bool implicit = false;         ///< put in by the checker (the Flatten of rule D), not written
  std::uint32_t line = 0;        ///< 1-based line of the layer's name
  syntax::Span span;             ///< the layer's name in the source
  std::string name;              ///< unique in the network: `name=` as written, else "dense", "dense_1", …
  Attributes attributes;         ///< every parameter of the catalogue row, defaults written out; `name` as written
  std::vector<TensorId> inputs;  ///< of the graph the layer stands in; more than one for merges and attention
  Shape input;                   ///< of the first of them
  Shape output;
  std::shared_ptr<const std::vector<Tensor>> own_tensors;  ///< null where there are none; equal layers share it
  std::shared_ptr<const std::string> own_device;           ///< as in Model::device, or null; W415 where it differs
  std::shared_ptr<const Layer> wrapped;                    ///< of Bidirectional and TimeDistributed
  std::shared_ptr<const LayerParts> parts;                 ///< null for most layers

  /// In the order Keras creates them. Those of the wrapped layer and of the body are theirs, except that Bidirectional
  /// has all of its own: "forward/kernel", …, "backward/kernel", ….
  const std::vector<Tensor>& tensors() const;
  std::optional<std::string> device() const;
  const Graph* body() const { return parts ? parts->body.get() : nullptr; }

  /// "Conv2D", or the class of a custom layer.
  std::string_view type_name() const;

  // With everything inside; at most 2^63 - 1.
  std::int64_t parameter_count() const;
  std::int64_t trainable_count() const;
};

/// Layers in an order in which each comes behind those it takes its inputs from; the last one gives the output.
struct Graph {
  std::vector<Layer> layers;  ///< never empty
};

struct Input {
  std::string name;
  Shape shape;
  bool is_integer = false;  ///< an Embedding looks it up
};

enum class OptimizerKind {
#define NEURAL_OPTIMIZER(name) name,
#include "neural/model/optimizers.def"
#undef NEURAL_OPTIMIZER
};
std::string_view optimizer_name(OptimizerKind kind);  ///< "AdamW"

struct Optimizer {
  OptimizerKind kind{};
  Attributes parameters;
  syntax::Span span;  ///< its name; that of the network where none is written
};

enum class LossKind {
#define NEURAL_LOSS(name) name,
#include "neural/model/losses.def"
#undef NEURAL_LOSS
};
std::string_view loss_name(LossKind kind);  ///< "sparse_categorical_crossentropy"

/// A loss acts on what the last layer gives *before* `fused`, if that is set: the softmax or sigmoid at the end of the
/// network is then part of the loss (numerically better, and never applied twice), and predictions apply it on their
/// own.
struct Loss {
  LossKind kind{};
  Attributes parameters;            ///< reduction, label_smoothing where it exists; from_logits is true for a
                                    ///< cross-entropy, whatever its last activation, and None for other losses
  std::optional<Activation> fused;  ///< softmax or sigmoid taken over from the last layer
  syntax::Span span;                ///< its name; that of the network where none is written
};

enum class MetricKind {
#define NEURAL_METRIC(name) name,
#include "neural/model/metrics.def"
#undef NEURAL_METRIC
};
std::string_view metric_name(MetricKind kind);

/// A metric of its own, or a loss. `accuracy` is already resolved to its binary, categorical or sparse form by the
/// loss.
struct Metric {
  std::variant<MetricKind, LossKind> kind{};
  Attributes parameters;
  syntax::Span span;  ///< its name; none for `accuracy`, whose form the loss decides

  std::string_view name() const;
};

/// What the targets are: class numbers int64 [n], one-hot rows, or real values.
enum class TargetKind { kClasses, kOneHot, kBinary, kValues };

struct Training {
  std::int64_t epochs = 10;
  std::int64_t batch_size = 32;
  double validation_split = 0;  ///< the last part of the data, before shuffling
  bool shuffle = true;
  std::optional<std::int64_t> seed;
  bool mixed_precision = false;
  std::optional<std::string> dataset;
  std::optional<std::string> save_path;
  std::string search_method = "random";  ///< "random", "grid" or "bayesian"
  std::int64_t trials = 10;
};

/// One search expression of the source. Repeated layers and the uses of a macro share it.
struct SearchVariable {
  enum class Kind { kChoice, kRange, kLogRange };
  std::string name;  ///< a path: "layers[2].units", "optimizer.learning_rate"
  Kind kind{};
  std::vector<AnyValue> alternatives;  ///< of a choice; a call is its text, a nested search the name of its variable
  double low = 0;                      ///< of a range, both ends included
  double high = 0;
  std::optional<double> step;  ///< none: every value between
  bool is_integer = false;     ///< values are rounded
  syntax::Span span;
};

/// Whose defaults hold where the file says nothing.
enum class Semantics { kKeras, kTorch };
std::string_view semantics_title(Semantics semantics);  ///< "Keras", "PyTorch"

/// Where the program searches, the Model is the one of the first alternatives and the low ends.
struct Model {
  std::string name;           ///< the network's name as written
  std::vector<Input> inputs;  ///< at least one
  std::vector<Layer> layers;  ///< in order of application; never empty, and the last one gives the output
  Optimizer optimizer;
  Loss loss;
  std::vector<Metric> metrics;
  TargetKind targets{};
  Training training;
  std::string device;  ///< "auto", "cpu", "gpu:1", …: lower case
  Semantics semantics = Semantics::kKeras;
  std::vector<SearchVariable> search;
  syntax::Span span;                              ///< the network's name
  std::map<std::string, syntax::Span> set_spans;  ///< "device", "epochs", …: the settings that are written

  /// Where the setting is written, else the network's name.
  syntax::Span span_of(const std::string& setting) const;

  /// True if each layer takes just what the layer before it gives, and the first one the only input.
  bool is_chain() const;

  const Shape& output() const { return layers.back().output; }
  std::int64_t parameter_count() const;
  std::int64_t trainable_count() const;
};

}  // namespace neural::model
