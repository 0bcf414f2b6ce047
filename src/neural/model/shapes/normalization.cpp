// Normalisations: their statistics take no shape, their scale and shift do.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

/// gamma and beta, as far as the layer has them.
void add_affine(ShapeContext& context, const std::vector<std::int64_t>& shape) {
  const Attributes& attributes = context.attributes();
  if (attributes.boolean(Parameter::scale)) context.add_tensor("gamma", shape, Parameter::gamma_initializer);
  if (attributes.boolean(Parameter::center)) context.add_tensor("beta", shape, Parameter::beta_initializer);
}

/// The sizes of the axes the layer names, in the order of the axes.
std::optional<std::vector<std::int64_t>> sizes_of_axes(ShapeContext& context) {
  auto positions = context.positions_of(context.attributes().integers(Parameter::axis));
  if (!positions) return {};
  std::sort(positions->begin(), positions->end());
  std::vector<std::int64_t> sizes;
  for (const std::size_t position : *positions) {
    const auto size = context.known_size(position);
    if (!size) return {};
    sizes.push_back(*size);
  }
  return sizes;
}

}  // namespace

std::optional<Shape> batch_normalization_shape(ShapeContext& context) {
  const auto statistics = sizes_of_axes(context);
  if (!statistics) return {};
  add_affine(context, *statistics);
  context.add_tensor("moving_mean", *statistics, Parameter::moving_mean_initializer, false);
  context.add_tensor("moving_variance", *statistics, Parameter::moving_variance_initializer, false);
  return context.input();
}

std::optional<Shape> layer_normalization_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  // Without weights it needs no sizes.
  if (!attributes.boolean(Parameter::scale) && !attributes.boolean(Parameter::center)) {
    return unit_normalization_shape(context);
  }
  const auto sizes = sizes_of_axes(context);
  if (!sizes) return {};
  add_affine(context, *sizes);
  return context.input();
}

std::optional<Shape> group_normalization_shape(ShapeContext& context) {
  const auto position = context.position_of(context.attributes().integer(Parameter::axis));
  if (!position) return {};
  const auto channels = context.known_size(*position);
  if (!channels) return {};
  if (context.kind() == LayerKind::GroupNormalization) {
    const std::int64_t groups = context.attributes().integer(Parameter::groups);
    if (*channels % groups != 0) {
      return context.fail(
          syntax::Code::E511,
          fmt::format("{} channel{} of `{}` {} not divisible by `groups={}`", with_thousands(*channels),
                      *channels == 1 ? "" : "s", context.owner(), *channels == 1 ? "is" : "are", groups),
          "use a number of groups that divides the channels");
    }
  }
  add_affine(context, {*channels});
  return context.input();
}

std::optional<Shape> rms_normalization_shape(ShapeContext& context) {
  const auto sizes = sizes_of_axes(context);
  if (!sizes) return {};
  context.add_tensor("scale", *sizes, InitializerKind::ones);
  return context.input();
}

std::optional<Shape> unit_normalization_shape(ShapeContext& context) {
  if (!context.positions_of(context.attributes().integers(Parameter::axis))) return {};
  return context.input();
}

}  // namespace neural::model
