// Layers that change the sizes of an image without weights: ZeroPadding, Cropping, UpSampling.
#include <limits>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"

namespace neural::emit::onnx {
namespace {

using model::LayerKind;
using model::Parameter;

std::int64_t first_spatial(const model::Layer& layer, const Value& value) {
  return value.lies_channels_first || is_channels_first(layer.attributes) ? 2 : 1;
}

std::string zero_padded(GraphBuilder& builder, const model::Layer& layer, const Value& value) {
  const Integers& pads = layer.attributes.integers(Parameter::padding);
  const auto first = static_cast<std::size_t>(first_spatial(layer, value));
  Integers before(value.rank + 1, 0);
  Integers after = before;
  for (std::size_t i = 0; i < pads.size() / 2; ++i) {
    before[first + i] = pads[2 * i];
    after[first + i] = pads[2 * i + 1];
  }
  before.insert(before.end(), after.begin(), after.end());
  return builder.add("Pad", {value.name, builder.integers(std::move(before))});
}

std::string cropped(GraphBuilder& builder, const model::Layer& layer, const Value& value) {
  const Integers& cuts = layer.attributes.integers(Parameter::cropping);
  const std::int64_t first = first_spatial(layer, value);
  Integers starts;
  Integers ends;
  for (std::size_t i = 0; i < cuts.size(); i += 2) {
    starts.push_back(cuts[i]);
    ends.push_back(cuts[i + 1] > 0 ? -cuts[i + 1] : std::numeric_limits<std::int64_t>::max());
  }
  const auto axes = static_cast<std::int64_t>(starts.size());
  return builder.slice(value.name, std::move(starts), std::move(ends), rising(axes, first));
}

Value up_sampled(GraphBuilder& builder, const model::Layer& layer, Value value) {
  const Integers& sizes = layer.attributes.integers(Parameter::size);
  const bool is_smooth = layer.attributes.word(Parameter::interpolation) == "bilinear";
  value = builder.channels_first_as_declared(layer, std::move(value));
  weights::Array scales = {{static_cast<std::int64_t>(sizes.size()) + 2}, {1, 1}};
  for (const std::int64_t size : sizes) scales.values.push_back(static_cast<float>(size));
  std::vector<Attribute> attributes;
  if (is_smooth) {
    attributes = {{"mode", "linear"}, {"coordinate_transformation_mode", "half_pixel"}};
  } else {
    attributes = {{"mode", "nearest"}, {"coordinate_transformation_mode", "asymmetric"}, {"nearest_mode", "floor"}};
  }
  value.name =
      builder.add("Resize", {value.name, "", builder.array("scales", std::move(scales))}, std::move(attributes));
  return value;
}

}  // namespace

Value lower_sizes(GraphBuilder& builder, const model::Layer& layer, Value input) {
  if (is_channels_first(layer.attributes)) input = builder.declared(std::move(input));
  input.mask.clear();
  switch (layer.kind) {
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
      input.name = zero_padded(builder, layer, input);
      return input;
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      input.name = cropped(builder, layer, input);
      return input;
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
      return up_sampled(builder, layer, std::move(input));
    default:
      NEURAL_CHECK(false, "no layer of sizes");
      return input;
  }
}

}  // namespace neural::emit::onnx
