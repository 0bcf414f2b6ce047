#include <algorithm>
#include <cmath>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/recurrent_helpers.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Parameter;

/// From this many values a channel and batch on, the biased and the unbiased variance differ by at most 1 %, which
/// moves a running variance by a hundredth of that; below, the program collects the biased one itself.
constexpr std::int64_t kManyValues = 100;

/// The axis as a number from 1, or empty: more than one axis, or the batch's.
std::optional<std::int64_t> single_axis(const model::Layer& layer) {
  const model::Attribute& attribute = layer.attributes.at(Parameter::axis);
  std::int64_t axis = 0;
  if (const auto* number = std::get_if<std::int64_t>(&attribute.value)) {
    axis = *number;
  } else {
    const auto& numbers = std::get<std::vector<std::int64_t>>(attribute.value);
    if (numbers.size() != 1) return std::nullopt;
    axis = numbers.front();
  }
  if (axis < 0) axis += static_cast<std::int64_t>(layer.input.size()) + 1;
  return axis > 0 ? std::optional(axis) : std::nullopt;
}

/// Values of one channel in a batch; 0 if not known.
std::int64_t values_per_channel(const model::Layer& layer, std::int64_t axis, std::int64_t batch_size) {
  std::int64_t values = batch_size;
  for (std::size_t i = 0; i < layer.input.size(); ++i) {
    if (static_cast<std::int64_t>(i) + 1 != axis) values *= layer.input[i].value_or(0);
  }
  return values;
}

std::string torch_name(const std::string& keras_name) {
  if (keras_name == "gamma") return "weight";
  if (keras_name == "beta") return "bias";
  if (keras_name == "moving_mean") return "running_mean";
  NEURAL_CHECK(keras_name == "moving_variance", keras_name);
  return "running_var";
}

/// Only what differs from the ones and zeros that every batch normalisation begins with.
void initialise_statistics(ModuleBuilder& builder, const model::Layer& layer, const std::string& module) {
  for (const model::Tensor& tensor : layer.tensors()) {
    const std::string name = torch_name(tensor.name);
    builder.place(layer, tensor, module, name);
    const bool is_scale = name == "weight" || name == "running_var";
    const auto usual = is_scale ? model::InitializerKind::ones : model::InitializerKind::zeros;
    if (tensor.initializer.kind == usual) continue;
    TensorInitialisation initialisation = initialise(tensor, name);
    initialisation.may_be_none = name.starts_with("running");
    builder.initialise(module, {std::move(initialisation)});
  }
}

/// What is taken of the new. 1 - 0.99 is 0.010000000000000009 in binary; the digits behind the twelfth are such noise.
double momentum_of(const model::Attributes& attributes) {
  return std::round((1 - attributes.number(Parameter::momentum)) * 1e12) / 1e12;
}

std::string add_module(ModuleBuilder& builder, const model::Layer& layer, int dimensions, bool collects_biased) {
  const model::Attributes& attributes = layer.attributes;
  const bool scale = attributes.boolean(Parameter::scale);
  const bool center = attributes.boolean(Parameter::center);
  const std::int64_t channels = layer.tensors().front().shape.front();
  const std::string name = builder.add(
      layer,
      Expression::call(std::string(collects_biased ? "" : "nn.") + "BatchNorm" + std::to_string(dimensions) + "d",
                       {std::to_string(channels),
                        {"eps", python_number(attributes.number(Parameter::epsilon))},
                        {"momentum", python_number(momentum_of(attributes))},
                        {"affine", python_bool(scale || center)}}));
  if (scale != center) {
    const std::string missing = scale ? "bias" : "weight";
    builder.program().modules.back().then.push_back("self." + name + ".register_parameter(\"" + missing + "\", None)");
  }
  return name;
}

/// Mean and variance of the steps that count. The channels come last.
void lower_masked(ModuleBuilder& builder, const model::Layer& layer) {
  const model::Attributes& attributes = layer.attributes;
  require(builder.program(), masked_batch_norm());
  builder.to_declared_order();
  const std::string name = builder.add(
      layer, Expression::call("MaskedBatchNorm", {std::to_string(layer.tensors().front().shape.front()),
                                                  {"eps", python_number(attributes.number(Parameter::epsilon))},
                                                  {"momentum", python_number(momentum_of(attributes))},
                                                  {"scale", python_bool(attributes.boolean(Parameter::scale))},
                                                  {"center", python_bool(attributes.boolean(Parameter::center))}}));
  initialise_statistics(builder, layer, name);
  builder.apply(Expression::call("self." + name, {builder.x(), builder.flow().mask->variable}));
}

}  // namespace

void lower_batch_normalization(ModuleBuilder& builder, const model::Layer& layer, std::int64_t batch_size) {
  const std::size_t rank = layer.input.size();
  const auto axis = single_axis(layer);
  if (!axis) return builder.refuse(layer, "`BatchNormalization` over several axes", "use one axis, for example -1");
  if (rank > 4) {
    return builder.refuse(layer, "`BatchNormalization` of more than 4 axes", "reshape its input to at most 4 axes");
  }
  const int dimensions = std::max(1, static_cast<int>(rank) - 1);
  const bool trains = layer.attributes.boolean(Parameter::trainable);
  if (trains && builder.flow().mask) return lower_masked(builder, layer);
  const bool collects_biased = trains && values_per_channel(layer, *axis, batch_size) < kManyValues;
  if (collects_biased) {
    require(builder.program(), batch_norm(dimensions));
  } else if (trains) {
    builder.deviate(layer, "`BatchNormalization`",
                    "it collects the unbiased variance of a batch, at most 1 % larger than Keras's", kStrictHelp);
  }

  if (rank > 1 && *axis == static_cast<std::int64_t>(rank)) {
    builder.to_channels_first();
  } else {
    builder.to_declared_order();
  }
  const std::string module = add_module(builder, layer, dimensions, collects_biased);
  initialise_statistics(builder, layer, module);
  if (!trains) builder.program().always_evaluating.push_back(module);

  const int dimension = builder.dimension(*axis, rank);
  const bool moves = dimension != 1 && rank > 1;
  if (moves) builder.apply(builder.x() + ".movedim(" + std::to_string(dimension) + ", 1)");
  builder.call(module);
  if (moves) builder.apply(builder.x() + ".movedim(1, " + std::to_string(dimension) + ")");
}

}  // namespace neural::emit::pytorch
