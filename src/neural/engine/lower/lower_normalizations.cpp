// Normalisations: by the statistics of a batch, and of each sample by itself.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;

/// In an array with the batch in front, in rising order.
std::vector<int> axes_of(const model::Layer& layer, int rank) {
  const model::Attribute& attribute = layer.attributes.at(Parameter::axis);
  const auto* one = std::get_if<std::int64_t>(&attribute.value);
  const std::vector<std::int64_t> given =
      one != nullptr ? std::vector{*one} : std::get<std::vector<std::int64_t>>(attribute.value);
  std::vector<int> axes;
  for (const std::int64_t axis : given) axes.push_back(static_cast<int>(axis < 0 ? axis + rank : axis));
  std::sort(axes.begin(), axes.end());
  return axes;
}

std::vector<int> others(const std::vector<int>& axes, int rank) {
  std::vector<int> rest;
  for (int axis = 0; axis < rank; ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) rest.push_back(axis);
  }
  return rest;
}

/// The layer's tensor with axes of 1 where x has others than these.
std::optional<ValueId> along(Lowering& lowering, const model::Layer& layer, std::string_view name, ValueId x,
                             const std::vector<int>& axes) {
  if (!lowering.has_weight(layer, name)) return std::nullopt;
  Builder& builder = lowering.builder();
  Shape shape(builder.shape(x).size(), 1);
  for (const int axis : axes) shape[static_cast<std::size_t>(axis)] = builder.shape(x)[static_cast<std::size_t>(axis)];
  return builder.reshape(lowering.weight(layer, name), shape);
}

/// (x - mean) / √(variance + epsilon) · scale + shift.
ValueId scaled(Builder& builder, ValueId x, ValueId mean, ValueId variance, double epsilon,
               std::optional<ValueId> scale, std::optional<ValueId> shift) {
  std::vector<ValueId> inputs = {x, mean, variance};
  if (scale) inputs.push_back(*scale);
  if (shift) inputs.push_back(*shift);
  return builder
      .elementwise(inputs, {},
                   [&](std::span<const Term> in, std::span<const Term>) {
                     const Term deviation = sqrt(in[2] + epsilon);
                     Term y = scale ? (in[0] - in[1]) * (in[3] / deviation) : (in[0] - in[1]) / deviation;
                     if (shift) y = y + in[scale ? 4 : 3];
                     return std::vector<Term>{y};
                   })
      .front();
}

ValueId square(Builder& builder, ValueId x) {
  return builder.elementwise({x}, [](std::span<const Term> in) { return in[0] * in[0]; });
}

/// Mean and biased variance along axes.
struct Moments {
  ValueId mean;
  ValueId variance;
};
Moments moments(Builder& builder, ValueId x, const std::vector<int>& axes) {
  const ValueId mean = builder.mean(x, axes);
  return {mean, builder.mean(square(builder, builder.subtract(x, mean)), axes)};
}

/// Of the elements that count, each of which the mask gives a 1.
Moments masked_moments(Builder& builder, ValueId x, ValueId mask, const std::vector<int>& axes) {
  const ValueId counts = builder.broadcast(spread_mask(builder, mask, x), builder.shape(x));
  const ValueId number = builder.sum(counts, axes);
  const auto mean_of = [&](ValueId value) {
    // As Keras, which adds so much to the number.
    return builder.elementwise({builder.sum(builder.multiply(value, counts), axes), number},
                               [](std::span<const Term> in) { return in[0] / (in[1] + 1e-7); });
  };
  const ValueId mean = mean_of(x);
  return {mean, mean_of(square(builder, builder.subtract(x, mean)))};
}

void move_statistic(Lowering& lowering, const model::Layer& layer, const char* name, ValueId of_batch) {
  Builder& builder = lowering.builder();
  const ValueId before = lowering.weight(layer, name);
  const double momentum = layer.attributes.number(Parameter::momentum);
  const ValueId now = builder.reshape(of_batch, builder.shape(before));
  builder.set_state(before, builder.elementwise({before, now}, [&](std::span<const Term> in) {
    return in[0] * momentum + in[1] * (1 - momentum);
  }));
}

Flow batch_normalization(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId x = input.value;
  const std::vector<int> axes = axes_of(layer, builder.rank(x));
  const auto scale = along(lowering, layer, "gamma", x, axes);
  const auto shift = along(lowering, layer, "beta", x, axes);
  const double epsilon = layer.attributes.number(Parameter::epsilon);
  Moments statistics;
  if (lowering.trains() && layer.attributes.boolean(Parameter::trainable)) {
    const std::vector<int> rest = others(axes, builder.rank(x));
    statistics = input.is_masked() ? masked_moments(builder, x, input.mask, rest) : moments(builder, x, rest);
    move_statistic(lowering, layer, "moving_mean", statistics.mean);
    move_statistic(lowering, layer, "moving_variance", statistics.variance);
  } else {
    statistics = {*along(lowering, layer, "moving_mean", x, axes), *along(lowering, layer, "moving_variance", x, axes)};
  }
  input.value = scaled(builder, x, statistics.mean, statistics.variance, epsilon, scale, shift);
  return input;
}

/// Instance normalisation is that of groups of one channel.
Flow group_normalization(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const int axis = axes_of(layer, builder.rank(input.value)).front();
  const ValueId first = axis == 1 ? input.value : builder.swap_axes(input.value, axis, 1);
  const Shape shape = builder.shape(first);
  const std::int64_t groups =
      layer.kind == LayerKind::InstanceNormalization ? shape[1] : layer.attributes.integer(Parameter::groups);
  const ValueId grouped =
      builder.reshape(first, {shape[0], groups, element_count({shape.begin() + 1, shape.end()}) / groups});
  const Moments statistics = moments(builder, grouped, {2});
  const ValueId x = builder.reshape(scaled(builder, grouped, statistics.mean, statistics.variance,
                                           layer.attributes.number(Parameter::epsilon), std::nullopt, std::nullopt),
                                    shape);
  ValueId y = x;
  if (const auto scale = along(lowering, layer, "gamma", x, {1})) y = builder.multiply(y, *scale);
  if (const auto shift = along(lowering, layer, "beta", x, {1})) y = builder.add(y, *shift);
  input.value = axis == 1 ? y : builder.swap_axes(y, axis, 1);
  return input;
}

Flow layer_normalization(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId x = input.value;
  const std::vector<int> axes = axes_of(layer, builder.rank(x));
  const Moments statistics = moments(builder, x, axes);
  input.value = scaled(builder, x, statistics.mean, statistics.variance, layer.attributes.number(Parameter::epsilon),
                       along(lowering, layer, "gamma", x, axes), along(lowering, layer, "beta", x, axes));
  return input;
}

Flow rms_normalization(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId x = input.value;
  const std::vector<int> axes = axes_of(layer, builder.rank(x));
  const double epsilon = layer.attributes.number(Parameter::epsilon);
  const ValueId mean = builder.mean(square(builder, x), axes);
  input.value = builder.elementwise({x, mean}, [&](std::span<const Term> in) { return in[0] / sqrt(in[1] + epsilon); });
  if (const auto scale = along(lowering, layer, "scale", x, axes)) input.value = builder.multiply(input.value, *scale);
  return input;
}

/// Keras divides by the norm, or by 1e-12 where that is larger.
Flow unit_normalization(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId total = builder.sum(square(builder, input.value), axes_of(layer, builder.rank(input.value)));
  input.value = builder.elementwise(
      {input.value, total}, [](std::span<const Term> in) { return in[0] / sqrt(max(in[1], in[1].number(1e-24))); });
  return input;
}

}  // namespace

Flow lower_normalization(Lowering& lowering, const model::Layer& layer, Flow input) {
  switch (layer.kind) {
    case LayerKind::BatchNormalization:
      return batch_normalization(lowering, layer, input);
    case LayerKind::LayerNormalization:
      return layer_normalization(lowering, layer, input);
    case LayerKind::GroupNormalization:
    case LayerKind::InstanceNormalization:
      return group_normalization(lowering, layer, input);
    case LayerKind::RMSNormalization:
      return rms_normalization(lowering, layer, input);
    case LayerKind::UnitNormalization:
      return unit_normalization(lowering, layer, input);
    default:
      NEURAL_CHECK(false, "no normalisation");
      return input;
  }
}

}  // namespace neural::engine
