// Layers that make the spatial axes longer or shorter: up-sampling, padding, cropping.
#include <fmt/format.h>

#include <limits>

#include "neural/model/shapes/shape_rules.hpp"
#include "neural/model/shapes/window.hpp"

namespace neural::model {
namespace {

std::int64_t saturated(__int128 length) {
  constexpr __int128 kLongest = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(length < kLongest ? length : kLongest);
}

}  // namespace

std::optional<Shape> up_sampling_shape(ShapeContext& context) {
  auto [spatial, channels] = split_channels(context);
  const std::vector<std::int64_t>& factors = context.attributes().integers(Parameter::size);
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    if (spatial[i]) spatial[i] = saturated(static_cast<__int128>(*spatial[i]) * factors[i]);
  }
  return join_channels(context, std::move(spatial), channels);
}

std::optional<Shape> zero_padding_shape(ShapeContext& context) {
  auto [spatial, channels] = split_channels(context);
  const std::vector<std::int64_t>& pads = context.attributes().integers(Parameter::padding);
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    if (spatial[i]) spatial[i] = saturated(static_cast<__int128>(*spatial[i]) + pads[2 * i] + pads[2 * i + 1]);
  }
  return join_channels(context, std::move(spatial), channels);
}

std::optional<Shape> cropping_shape(ShapeContext& context) {
  auto [spatial, channels] = split_channels(context);
  const std::vector<std::int64_t>& cuts = context.attributes().integers(Parameter::cropping);
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    if (!spatial[i]) continue;
    const __int128 left = static_cast<__int128>(*spatial[i]) - cuts[2 * i] - cuts[2 * i + 1];
    if (left < 1) {
      return context.fail(
          syntax::Code::E502,
          fmt::format("`{}` cuts {} and {} off an axis of size {}, which leaves nothing of its input {}",
                      context.owner(), cuts[2 * i], cuts[2 * i + 1], *spatial[i], to_string(context.input())),
          "cut less than the axis is long");
    }
    spatial[i] = static_cast<std::int64_t>(left);
  }
  return join_channels(context, std::move(spatial), channels);
}

}  // namespace neural::model
