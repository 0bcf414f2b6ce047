// Flatten, Reshape, Dropout.
#include <algorithm>

#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// True if the layer does the same to every element, whatever its place.
bool is_elementwise(const model::Layer& layer) {
  if (layer.kind == LayerKind::ReLU) return true;
  if (layer.kind == LayerKind::Dropout) return layer.attributes.at(Parameter::noise_shape).is_none();
  if (layer.kind == LayerKind::Flatten) return layer.input.size() == 1;
  if (layer.kind != LayerKind::Activation) return false;
  const auto activation = std::get<model::Activation>(layer.attributes.at(Parameter::function).value);
  return activation != model::Activation::softmax && activation != model::Activation::log_softmax;
}

/// (height, width, channels) of an image, or empty where the order of its elements does not depend on the layout.
std::optional<model::Shape> image_of(const model::Layer& flatten) {
  model::Shape image = flatten.input;
  if (image.size() != 3) return std::nullopt;
  if (is_channels_first(flatten.attributes)) std::rotate(image.begin(), image.begin() + 1, image.end());
  if (image[2] == 1 || (image[0] == 1 && image[1] == 1)) return std::nullopt;
  return image;
}

}  // namespace

bool free_flatten_order(const model::Model& model, std::size_t index) {
  for (std::size_t next = index + 1; next < model.layers.size(); ++next) {
    const model::Layer& layer = model.layers[next];
    if (layer.kind == LayerKind::Dense || layer.kind == LayerKind::Output) {
      return is_exchangeable(std::get<model::Initializer>(layer.attributes.at(Parameter::kernel_initializer).value));
    }
    if (!is_elementwise(layer)) return false;
  }
  return false;
}

void lower_flatten(ModuleBuilder& builder, const model::Layer& layer, bool free_order) {
  if (layer.input.size() == 1) return;
  const bool channels_first = is_channels_first(layer.attributes);
  if (channels_first) builder.to_declared_order();
  if (builder.lies_channels_first() || channels_first) {
    const auto image = image_of(layer);
    if (image && free_order) {
      builder.expect_channels_first(*image);
    } else if (image && channels_first) {
      builder.apply("x.permute(0, 2, 3, 1)", "channels last");
    } else if (image) {
      builder.to_declared_order();
    }
  }
  const std::string module = builder.add(layer, Expression::call("nn.Flatten", {}));
  builder.apply("self." + module + "(x)");
  builder.forget_order();
}

void lower_reshape(ModuleBuilder& builder, const model::Layer& layer) {
  if (std::count(layer.output.begin(), layer.output.end(), std::nullopt) > 1) {
    return builder.refuse(layer, "`Reshape` to more than one unknown size", "give all sizes but one");
  }
  builder.to_declared_order();
  std::vector<Argument> sizes = {"len(x)"};
  for (const model::Dimension& size : layer.output) sizes.emplace_back(size ? std::to_string(*size) : "-1");
  builder.apply(Expression::call("x.reshape", std::move(sizes)));
}

void lower_dropout(ModuleBuilder& builder, const model::Layer& layer) {
  if (!layer.attributes.at(Parameter::seed).is_none()) {
    return builder.refuse(layer, "a `seed` of its own for `Dropout`", "leave it out, and set `seed` in train { }");
  }
  const std::string rate = python_number(layer.attributes.number(Parameter::rate));
  const model::Attribute& noise = layer.attributes.at(Parameter::noise_shape);
  if (noise.is_none()) {
    builder.apply("self." + builder.add(layer, Expression::call("nn.Dropout", {{"p", rate}})) + "(x)");
    return;
  }
  model::Shape shape = std::get<model::Shape>(noise.value);
  shape.insert(shape.begin(), std::nullopt);  // every sample has a mask of its own
  builder.to_declared_order();
  require(builder.program(), shared_dropout());
  const std::string module =
      builder.add(layer, Expression::call("SharedDropout", {{"p", rate}, {"shape", python_shape(shape)}}));
  builder.apply("self." + module + "(x)");
}

}  // namespace neural::emit::pytorch
