// What lowering has in common for all layers, and which kind goes where.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/initializers.hpp"
#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {

using model::Activation;
using model::LayerKind;
using model::Parameter;

Expression activation_text(Activation activation) {
  return python_string(model::activation_name(activation));
}

bool is_all(std::span<const std::int64_t> values, std::int64_t value) {
  return std::all_of(values.begin(), values.end(), [&](std::int64_t each) { return each == value; });
}

std::vector<std::int64_t> positive_axes(std::vector<std::int64_t> axes, std::size_t rank) {
  for (std::int64_t& axis : axes) axis += axis < 0 ? static_cast<std::int64_t>(rank) + 1 : 0;
  std::sort(axes.begin(), axes.end());
  return axes;
}

void Lowering::refuse(const std::string& what, std::string help) {
  session_.diagnostics.add(syntax::Code::E701, layer_.span,
                           fmt::format("{} of `{}` cannot be expressed on TensorFlow", what, kind_name()),
                           std::move(help));
}

/// True if what the layer gives when it predicts is what it gets.
bool Lowering::predicts_its_input() const {
  switch (layer_.kind) {
    case LayerKind::Identity:
    case LayerKind::L1:
    case LayerKind::L2:
    case LayerKind::Dropout:
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
    case LayerKind::GaussianDropout:
    case LayerKind::AlphaDropout:
    case LayerKind::GaussianNoise:
    case LayerKind::ActivityRegularization:
      return true;
    case LayerKind::Activation:
      return activation_of(Parameter::function) == Activation::linear;
    default:
      return false;
  }
}

void Lowering::lower(std::string_view result) {
  std::vector<bool> masked;
  for (const std::string& input : inputs_) masked.push_back(session_.masked.contains(input));
  const bool is_padded =
      layer_.kind == LayerKind::ZeroPadding3D || (session_.padded.contains(inputs_.front()) && predicts_its_input());
  const std::size_t before = session_.steps->size();
  if (!refuses_mask()) dispatch();
  if (session_.steps->size() > before) session_.steps->back().to = result;
  if (gives_mask(masked)) {
    session_.masked.emplace(result);
  } else {
    session_.masked.erase(std::string(result));
  }
  if (is_padded) {
    session_.padded.emplace(result);
  } else {
    session_.padded.erase(std::string(result));
  }
}

// ---- steps ----

std::string Lowering::keras_name_of(std::string_view suffix) {
  return session_.names.layer(layer_.name + std::string(suffix));
}

void Lowering::add_step(Step::Kind kind, Expression expression, Arguments from, std::string to) {
  tensor_ = to;
  session_.steps->push_back({kind, std::move(expression), std::move(from), std::move(to)});
}

/// The type, or the policy, by which the layer computes.
std::string Lowering::dtype_text() const {
  const std::string& dtype = attributes_.word(Parameter::dtype);
  const bool is_mixed = session_.keras.is_mixed && &layer_ != session_.last && dtype == "float32";
  return is_mixed ? "mixed_float16" : dtype;
}

Expression Lowering::layer_call(std::string callee, Arguments arguments, bool has_weights, std::string name) const {
  if (has_weights && !is_trainable()) arguments.emplace_back("trainable", "False");
  if (const std::string dtype = dtype_text(); dtype != "float32") {
    arguments.emplace_back("dtype", python_string(dtype));
  }
  arguments.emplace_back("name", python_string(name));
  return Expression::call(std::move(callee), std::move(arguments));
}

void Lowering::add_layer(std::string callee, Arguments arguments, std::string_view suffix, Arguments from) {
  const bool has_weights = suffix.empty() && !layer_.tensors().empty();
  if (from.empty()) from = {tensor_};
  std::string name = keras_name_of(suffix);
  last_layer_ = name;
  add_step(Step::Kind::kLayer, layer_call(std::move(callee), std::move(arguments), has_weights, name), std::move(from));
  place_weights(std::move(name), suffix.substr(suffix.empty() ? 0 : 1));
}

void Lowering::place_weights(std::string keras_layer, std::string_view part) {
  LayerWeights weights = {std::move(keras_layer), {}};
  for (const model::Tensor& tensor : layer_.tensors()) {
    const std::string_view name = tensor.name;
    const bool is_there =
        part.empty() || (name.starts_with(part) && name.find_first_of("/_", part.size()) == part.size());
    if (is_there && placed_.insert(name).second) weights.names.push_back(path_ + tensor.name);
  }
  if (!weights.names.empty()) session_.steps->back().weights.push_back(std::move(weights));
}

void Lowering::add_function(std::string callee, Arguments arguments) {
  if (callee.starts_with("ops.")) session_.keras.modules.insert(Module::kOps);
  arguments.insert(arguments.begin(), tensor_);
  add_step(Step::Kind::kFunction, Expression::call(std::move(callee), std::move(arguments)), {});
}

void Lowering::add_activation(Activation activation, std::string_view suffix) {
  add_layer("layers.Activation", {activation_text(activation)}, suffix);
}

/// The penalty of a result that takes more steps than the layer itself.
void Lowering::add_activity_penalty() {
  const model::Attribute* regularizer = attributes_.find(Parameter::activity_regularizer);
  if (regularizer == nullptr || regularizer->is_none()) return;
  add_layer("layers.Identity", {{"activity_regularizer", penalty_of(*regularizer)}}, "_penalty");
}

// ---- arguments ----

Expression Lowering::initializer(const model::Initializer& initializer) {
  session_.keras.modules.insert(Module::kInitializers);
  return initializer_expression(initializer);
}

Expression Lowering::penalty_of(const model::Attribute& attribute) {
  if (const auto* regularizer = std::get_if<model::Regularizer>(&attribute.value)) {
    session_.keras.modules.insert(Module::kRegularizers);
    session_.keras.has_penalties = true;
    return regularizer_expression(*regularizer);
  }
  session_.keras.modules.insert(Module::kConstraints);
  return constraint_expression(std::get<model::Constraint>(attribute.value));
}

std::vector<Role> Lowering::kernel_roles(std::string_view kernel) const {
  std::vector<Role> roles = {std::string(kernel)};
  if (attributes_.boolean(Parameter::use_bias)) roles.emplace_back("bias");
  return roles;
}

void Lowering::append_weights(Arguments& arguments, const std::vector<Role>& roles, bool has_activity) {
  for (const Role& role : roles) {
    const model::Attribute* filled_by = attributes_.find(role.filled_by + "_initializer");
    NEURAL_CHECK(filled_by != nullptr, "a weight without initialiser");
    arguments.emplace_back(role.argument + "_initializer", initializer(std::get<model::Initializer>(filled_by->value)));
  }
  const auto append = [&](const Role& role, const char* kind) {
    const model::Attribute* attribute = attributes_.find(role.limited_by + kind);
    if (attribute != nullptr && !attribute->is_none()) {
      arguments.emplace_back(role.argument + kind, penalty_of(*attribute));
    }
  };
  for (const Role& role : roles) append(role, "_regularizer");
  if (has_activity) append("activity", "_regularizer");
  for (const Role& role : roles) append(role, "_constraint");
}

void Lowering::append_activation(Arguments& arguments) {
  const Activation activation = activation_of(Parameter::activation);
  if (activation != Activation::linear) arguments.emplace_back("activation", activation_text(activation));
}

void Lowering::append_numbers(Arguments& arguments, std::initializer_list<Parameter> parameters) const {
  for (const Parameter parameter : parameters) {
    arguments.emplace_back(std::string(parameter_name(parameter)), python_number(attributes_.number(parameter)));
  }
}

/// Those flags that are `when`, which is not what Keras takes by itself.
void Lowering::append_flags(Arguments& arguments, std::initializer_list<Parameter> parameters, bool when) const {
  for (const Parameter parameter : parameters) {
    if (attributes_.boolean(parameter) == when) {
      arguments.emplace_back(std::string(parameter_name(parameter)), python_bool(when));
    }
  }
}

void Lowering::append_seed(Arguments& arguments) const {
  if (attributes_.at(Parameter::seed).is_none()) return;
  arguments.emplace_back("seed", std::to_string(attributes_.integer(Parameter::seed)));
}

void Lowering::append_data_format(Arguments& arguments) const {
  if (is_channels_first(attributes_)) arguments.emplace_back("data_format", "\"channels_first\"");
}

// ---- kinds ----

void Lowering::dispatch() {
  const bool is_known = lower_basic() || lower_spatial() || lower_sequence();
  NEURAL_CHECK(is_known, "a layer out of scope");
}

bool Lowering::lower_basic() {
  switch (layer_.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
      return dense(), true;
    case LayerKind::Embedding:
      return embedding(), true;
    case LayerKind::Flatten:
      return flatten(), true;
    case LayerKind::Reshape:
      return reshape(), true;
    case LayerKind::Permute:
      return permute(), true;
    case LayerKind::RepeatVector:
      return add_layer("layers.RepeatVector", {std::to_string(attributes_.integer(Parameter::n))}), true;
    case LayerKind::Identity:
      return add_layer("layers.Identity", {}), true;
    case LayerKind::Activation:
      return activation(), true;
    case LayerKind::ReLU:
      return relu(), true;
    case LayerKind::LeakyReLU:
      return add_layer("layers.LeakyReLU",
                       {{"negative_slope", python_number(attributes_.number(Parameter::negative_slope))}}),
             true;
    case LayerKind::PReLU:
      return prelu(), true;
    case LayerKind::ELU:
      return add_layer("layers.ELU", {{"alpha", python_number(attributes_.number(Parameter::alpha))}}), true;
    case LayerKind::Softmax:
      return add_layer("layers.Softmax", {{"axis", std::to_string(attributes_.integer(Parameter::axis))}}), true;
    case LayerKind::Lambda:
      return lambda(), true;
    case LayerKind::Custom:
    case LayerKind::CustomShape:
      return custom(), true;
    case LayerKind::Masking:
      return add_layer("layers.Masking", {{"mask_value", python_number(attributes_.number(Parameter::mask_value))}}),
             true;
    case LayerKind::Rescaling:
      return add_layer("layers.Rescaling", {{"scale", python_number(attributes_.number(Parameter::scale))},
                                            {"offset", python_number(attributes_.number(Parameter::offset))}}),
             true;
    case LayerKind::Dropout:
      return dropout(), true;
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
      return spatial_dropout(), true;
    case LayerKind::GaussianDropout:
    case LayerKind::AlphaDropout:
      return noise("layers." + std::string(kind_name()), Parameter::rate), true;
    case LayerKind::GaussianNoise:
      return noise("layers.GaussianNoise", Parameter::stddev), true;
    case LayerKind::ActivityRegularization:
    case LayerKind::L1:
    case LayerKind::L2:
      return penalty(), true;
    case LayerKind::BatchNormalization:
      return batch_normalization(), true;
    case LayerKind::LayerNormalization:
      return layer_normalization(), true;
    case LayerKind::InstanceNormalization:
    case LayerKind::GroupNormalization:
      return group_normalization(), true;
    case LayerKind::RMSNormalization:
      return rms_normalization(), true;
    case LayerKind::UnitNormalization:
      return unit_normalization(), true;
    default:
      return false;
  }
}

bool Lowering::lower_spatial() {
  switch (layer_.kind) {
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
    case LayerKind::Conv3D:
      return convolution(), true;
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
      return transposed_convolution(), true;
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:
      return depthwise_convolution(), true;
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D:
      return separable_convolution(), true;
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
      return up_sampling(), true;
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
      return zero_padding(), true;
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      return cropping(), true;
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::MaxPooling3D:
      return max_pooling(), true;
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
    case LayerKind::AveragePooling3D:
      return average_pooling(), true;
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::GlobalAveragePooling3D:
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalMaxPooling3D:
      return global_pooling(), true;
    case LayerKind::AdaptiveAveragePooling1D:
    case LayerKind::AdaptiveAveragePooling2D:
    case LayerKind::AdaptiveAveragePooling3D:
    case LayerKind::AdaptiveMaxPooling1D:
    case LayerKind::AdaptiveMaxPooling2D:
    case LayerKind::AdaptiveMaxPooling3D:
      return adaptive_pooling(), true;
    default:
      return false;
  }
}

bool Lowering::lower_sequence() {
  switch (layer_.kind) {
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
      return recurrent(), true;
    case LayerKind::ConvLSTM2D:
    case LayerKind::ConvGRU2D:
      return recurrent_convolution(), true;
    case LayerKind::Bidirectional:
      return bidirectional(), true;
    case LayerKind::TimeDistributed:
      return time_distributed(), true;
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
      return attention(), true;
    case LayerKind::MultiHeadAttention:
      return multi_head_attention(), true;
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
      return transformer(), true;
    case LayerKind::SqueezeExcitation:
      return squeeze_excitation(), true;
    case LayerKind::ResidualConnection:
      return residual(), true;
    case LayerKind::Add:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Subtract:
    case LayerKind::Minimum:
    case LayerKind::Concatenate:
    case LayerKind::Dot:
      return merge(), true;
    default:
      return false;
  }
}

}  // namespace neural::emit::tensorflow
