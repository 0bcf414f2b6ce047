// Layers that change the sizes of an image without weights: ZeroPadding, Cropping, UpSampling.
#include "neural/base/check.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// True if, as the tensor lies, the spatial axes come last.
bool ends_in_space(const ModuleBuilder& builder, const model::Layer& layer) {
  return builder.lies_channels_first() || is_channels_first(layer.attributes);
}

void lower_zero_padding(ModuleBuilder& builder, const model::Layer& layer) {
  if (is_channels_first(layer.attributes)) builder.to_declared_order();
  const std::vector<std::int64_t>& pads = layer.attributes.integers(Parameter::padding);
  std::vector<Padding> paddings;
  for (std::size_t i = 0; i < pads.size(); i += 2) paddings.push_back({pads[i], pads[i + 1]});
  if (!ends_in_space(builder, layer)) paddings.push_back({});
  builder.apply(Expression::call("nn.functional.pad", {builder.x(), sides_of(paddings)}));
}

void lower_cropping(ModuleBuilder& builder, const model::Layer& layer) {
  if (is_channels_first(layer.attributes)) builder.to_declared_order();
  const std::vector<std::int64_t>& cuts = layer.attributes.integers(Parameter::cropping);
  std::string slice = ends_in_space(builder, layer) ? "[:, :" : "[:";
  for (std::size_t i = 0; i < cuts.size(); i += 2) {
    slice += ", " + (cuts[i] > 0 ? std::to_string(cuts[i]) : std::string()) + ":";
    if (cuts[i + 1] > 0) slice += "-" + std::to_string(cuts[i + 1]);
  }
  builder.apply(builder.x() + slice + "]");
}

void lower_up_sampling(ModuleBuilder& builder, const model::Layer& layer) {
  const std::vector<std::int64_t>& sizes = layer.attributes.integers(Parameter::size);
  constexpr const char* kSmoothModes[] = {"linear", "bilinear", "trilinear"};
  const bool is_smooth = layer.attributes.word(Parameter::interpolation) == "bilinear";
  builder.to_channels_first_as_declared(layer);
  std::vector<Argument> factors;
  for (const std::int64_t size : sizes) factors.emplace_back(python_number(static_cast<double>(size)));
  std::vector<Argument> arguments = {{"scale_factor", Expression::tuple(std::move(factors))},
                                     {"mode", python_string(is_smooth ? kSmoothModes[sizes.size() - 1] : "nearest")}};
  if (is_smooth) arguments.emplace_back("align_corners", "False");
  builder.call(builder.add(layer, Expression::call("nn.Upsample", std::move(arguments))));
}

}  // namespace

void lower_sizes(ModuleBuilder& builder, const model::Layer& layer) {
  switch (layer.kind) {
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
      return lower_zero_padding(builder, layer);
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      return lower_cropping(builder, layer);
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
      return lower_up_sampling(builder, layer);
    default:
      NEURAL_CHECK(false, "no layer of sizes");
  }
}

}  // namespace neural::emit::pytorch
