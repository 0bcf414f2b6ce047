// The Model: one network with everything decided. It is the contract between the front end and every backend: no
// default is left open, no name is left to look up, and a backend reads nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/model/attributes.hpp"
#include "neural/syntax/source.hpp"

namespace neural::model {

/// The layers this version can build; the table is layers.def. A backend switches over all of them.
enum class LayerKind {
#define NEURAL_LAYER(name) name,
#include "neural/model/layers.def"
#undef NEURAL_LAYER
};
std::string_view layer_kind_name(LayerKind kind);  ///< "Conv2D"

/// A parameter tensor, in the layout of Keras: Dense kernel (in, out), Conv2D kernel (height, width, in / groups, out).
struct Tensor {
  std::string name;  ///< "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance"
  std::vector<std::int64_t> shape;
  Initializer initializer;
  bool trainable = true;

  std::int64_t size() const;  ///< number of elements
};

struct Layer {
  LayerKind kind{};
  std::string name;       ///< unique in the network: `name=` as written, else "dense", "dense_1", …
  Attributes attributes;  ///< every parameter of the catalogue row, defaults written out
  Shape input;
  Shape output;
  std::vector<Tensor> tensors;        ///< in the order Keras creates them
  std::optional<std::string> device;  ///< its own, as in Model::device; W415 where it differs from the network's
  syntax::Span span;                  ///< the layer's name in the source
  std::uint32_t line = 0;             ///< 1-based line of that name
  bool implicit = false;              ///< put in by the checker (the Flatten of rule D), not written

  std::int64_t parameter_count() const;
  std::int64_t trainable_count() const;
};

struct Input {
  std::string name;
  Shape shape;
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
};

enum class MetricKind {
#define NEURAL_METRIC(name) name,
#include "neural/model/metrics.def"
#undef NEURAL_METRIC
};
std::string_view metric_name(MetricKind kind);

/// `accuracy` is already resolved to its binary, categorical or sparse form by the loss.
struct Metric {
  MetricKind kind{};
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
};

struct Model {
  std::string name;           ///< the network's name as written
  std::vector<Input> inputs;  ///< exactly one until branches arrive
  std::vector<Layer> layers;  ///< in order of application
  Optimizer optimizer;
  Loss loss;
  std::vector<Metric> metrics;
  TargetKind targets{};
  Training training;
  std::string device;  ///< "auto", "cpu", "gpu:1", …: lower case

  const Shape& output() const { return layers.back().output; }
  std::int64_t parameter_count() const;
  std::int64_t trainable_count() const;
};

}  // namespace neural::model
