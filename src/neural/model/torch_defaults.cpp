#include "neural/model/torch_defaults.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/fans.hpp"
#include "neural/model/inner_layers.hpp"

namespace neural::model {
namespace {

struct LayerDefault {
  LayerKind kind;
  Parameter parameter;
  double value;
};

constexpr std::array kLayerDefaults = {
    LayerDefault{LayerKind::BatchNormalization, Parameter::momentum, 0.9},  // PyTorch counts what is new: 0.1
    LayerDefault{LayerKind::BatchNormalization, Parameter::epsilon, 1e-5},
    LayerDefault{LayerKind::LayerNormalization, Parameter::epsilon, 1e-5},
    LayerDefault{LayerKind::InstanceNormalization, Parameter::epsilon, 1e-5},
    LayerDefault{LayerKind::GroupNormalization, Parameter::epsilon, 1e-5},
    LayerDefault{LayerKind::TransformerEncoder, Parameter::epsilon, 1e-5},
    LayerDefault{LayerKind::TransformerDecoder, Parameter::epsilon, 1e-5},
    LayerDefault{LayerKind::LeakyReLU, Parameter::negative_slope, 0.01},
};

struct OptimizerDefault {
  OptimizerKind kind;
  Parameter parameter;
  double value;
};

constexpr std::array kOptimizerDefaults = {
    OptimizerDefault{OptimizerKind::SGD, Parameter::learning_rate, 1e-3},
    OptimizerDefault{OptimizerKind::Adam, Parameter::epsilon, 1e-8},
    OptimizerDefault{OptimizerKind::AdamW, Parameter::epsilon, 1e-8},
    OptimizerDefault{OptimizerKind::AdamW, Parameter::weight_decay, 0.01},
    OptimizerDefault{OptimizerKind::RMSprop, Parameter::learning_rate, 0.01},
    OptimizerDefault{OptimizerKind::RMSprop, Parameter::rho, 0.99},
    OptimizerDefault{OptimizerKind::RMSprop, Parameter::epsilon, 1e-8},
    OptimizerDefault{OptimizerKind::Adagrad, Parameter::learning_rate, 0.01},
    OptimizerDefault{OptimizerKind::Adagrad, Parameter::initial_accumulator_value, 0.0},
    OptimizerDefault{OptimizerKind::Adagrad, Parameter::epsilon, 1e-10},
    OptimizerDefault{OptimizerKind::Adadelta, Parameter::learning_rate, 1.0},
    OptimizerDefault{OptimizerKind::Adadelta, Parameter::rho, 0.9},
    OptimizerDefault{OptimizerKind::Adadelta, Parameter::epsilon, 1e-6},
    OptimizerDefault{OptimizerKind::Adamax, Parameter::learning_rate, 2e-3},
    OptimizerDefault{OptimizerKind::Adamax, Parameter::epsilon, 1e-8},
    OptimizerDefault{OptimizerKind::Nadam, Parameter::learning_rate, 2e-3},
    OptimizerDefault{OptimizerKind::Nadam, Parameter::epsilon, 1e-8},
};

Initializer initializer(InitializerKind kind, std::initializer_list<std::pair<Parameter, double>> numbers) {
  Initializer made{kind, Attributes(defaults_of(initializer_row(kind).parameters, 1))};
  for (const auto& [parameter, number] : numbers) made.parameters.set(parameter, {number});
  return made;
}

Initializer uniform(double bound) {
  return initializer(InitializerKind::random_uniform, {{Parameter::minval, -bound}, {Parameter::maxval, bound}});
}

/// Uniform within ±1 / √fan_in, as torch.nn.Linear, the convolutions and the recurrent layers begin.
Initializer within(double fan_in) {
  return uniform(1 / std::sqrt(std::max(1.0, fan_in)));
}

/// The last part of a path: "kernel" of "forward/layer_0/kernel".
std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

Parameter parameter_of(LayerKind kind, std::string_view tensor) {
  if (tensor == "embeddings") return Parameter::embeddings_initializer;
  if (tensor == "alpha") return Parameter::alpha_initializer;
  if (tensor == "bias") return Parameter::bias_initializer;
  if (tensor == "recurrent_kernel") return Parameter::recurrent_initializer;
  if (tensor == "pointwise_kernel") return Parameter::pointwise_initializer;
  const bool is_depthwise =
      tensor == "depthwise_kernel" || kind == LayerKind::DepthwiseConv1D || kind == LayerKind::DepthwiseConv2D;
  return is_depthwise ? Parameter::depthwise_initializer : Parameter::kernel_initializer;
}

/// Positions in a window, of a kernel (…, in, out).
double field_of(const std::vector<std::int64_t>& kernel) {
  return std::accumulate(kernel.begin(), kernel.end() - 2, 1.0, std::multiplies<>());
}

/// The kernel of an attention. PyTorch has one matrix for query, key and value where they are of one width, and gives
/// all of it the bounds of xavier_uniform_; the output is a torch.nn.Linear.
Initializer projection_initializer(const std::vector<Tensor>& tensors, const Tensor& tensor) {
  const FanCounts fans = fans_of(tensor);
  if (tensor.input_axes > 1) return within(fans.in);
  double outputs = 0;
  bool is_one_width = true;
  for (const Tensor& each : tensors) {
    if (each.input_axes != 1) continue;
    const FanCounts counts = fans_of(each);
    outputs += counts.out;
    is_one_width = is_one_width && counts.in == fans.in;
  }
  return uniform(std::sqrt(6 / (fans.in + (is_one_width ? outputs : fans.out))));
}

/// What PyTorch would begin a tensor of the layer with; empty where it has no such layer, or does the same as Keras.
std::optional<Initializer> initializer_of(const Layer& layer, const std::vector<Tensor>& tensors,
                                          const Tensor& tensor) {
  const std::string_view name = last_part(tensor.name);
  const auto tensor_of = [&](std::string_view wanted) -> const Tensor& {
    const auto found = std::find_if(tensors.begin(), tensors.end(),
                                    [&](const Tensor& each) { return last_part(each.name) == wanted; });
    NEURAL_CHECK(found != tensors.end(), wanted);
    return *found;
  };
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
    case LayerKind::Conv3D:
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
      return within(fans_of(tensor_of("kernel")).in);
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:  // in PyTorch a convolution whose groups have one channel each
      return within(field_of(tensor_of("kernel").shape));
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D:
      return within(name == "depthwise_kernel" ? field_of(tensor.shape) : fans_of(tensor_of("pointwise_kernel")).in);
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
      return within(static_cast<double>(layer.attributes.integer(Parameter::units)));
    case LayerKind::MultiHeadAttention:
      return name == "kernel" ? std::optional(projection_initializer(tensors, tensor)) : std::nullopt;
    case LayerKind::Embedding:
      return initializer(InitializerKind::random_normal, {{Parameter::mean, 0.0}, {Parameter::stddev, 1.0}});
    case LayerKind::PReLU:
      return initializer(InitializerKind::constant, {{Parameter::value, 0.25}});
    case LayerKind::ResidualConnection:
      return within(fans_of(tensor_of("kernel")).in);
    default:
      return std::nullopt;
  }
}

void share_slope(Layer& layer) {
  if (layer.attributes.is_given(Parameter::shared_axes)) return;
  std::vector<std::int64_t> axes(layer.input.size());
  std::iota(axes.begin(), axes.end(), 1);
  layer.attributes.set(Parameter::shared_axes, {std::move(axes)});
  auto tensors = *layer.own_tensors;
  for (Tensor& tensor : tensors) tensor.shape.assign(tensor.shape.size(), 1);
  layer.own_tensors = std::make_shared<const std::vector<Tensor>>(std::move(tensors));
}

/// `cell` is the layer that has the parameters: the wrapped one of a Bidirectional, whose tensors are the wrapper's.
void begin_as_torch(Layer& owner, Layer& cell) {
  if (owner.own_tensors == nullptr) return;
  const Attributes written = cell.attributes;
  std::vector<Tensor> tensors = *owner.own_tensors;
  for (Tensor& tensor : tensors) {
    const auto begin = initializer_of(cell, *owner.own_tensors, tensor);
    if (!begin) continue;
    const Parameter parameter = parameter_of(cell.kind, last_part(tensor.name));
    if (written.is_given(parameter)) continue;
    tensor.initializer = *begin;
    if (written.has(parameter)) cell.attributes.set(parameter, {*begin});
  }
  owner.own_tensors = std::make_shared<const std::vector<Tensor>>(std::move(tensors));
}

void set_defaults(Layer& layer) {
  for (const LayerDefault& each : kLayerDefaults) {
    if (each.kind != layer.kind || layer.attributes.is_given(each.parameter)) continue;
    layer.attributes.set(each.parameter, {each.value});
  }
  // Of a whole bias that begins uniform, no part is to begin with 1.
  if (layer.kind == LayerKind::LSTM && !layer.attributes.is_given(Parameter::unit_forget_bias)) {
    layer.attributes.set(Parameter::unit_forget_bias, {false});
  }
  if (layer.kind == LayerKind::PReLU) share_slope(layer);
  begin_as_torch(layer, layer);
  change_inside(layer, [&](Layer& inner) {
    set_defaults(inner);
    if (layer.kind == LayerKind::Bidirectional) begin_as_torch(layer, inner);
  });
}

}  // namespace

Model with_torch_defaults(const Model& model) {
  Model changed = model;
  changed.semantics = Semantics::kTorch;
  for (Layer& layer : changed.layers) set_defaults(layer);
  for (const OptimizerDefault& each : kOptimizerDefaults) {
    Attributes& parameters = changed.optimizer.parameters;
    if (each.kind == changed.optimizer.kind && !model.optimizer.parameters.is_given(each.parameter)) {
      parameters.set(each.parameter, {each.value});
    }
  }
  return changed;
}

}  // namespace neural::model
