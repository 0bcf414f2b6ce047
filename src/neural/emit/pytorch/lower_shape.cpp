// Flatten, Reshape, Permute, RepeatVector.
#include <algorithm>

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

/// (channels, a, b, …) as declared -> (a, b, …, channels), in whose order Keras flattens.
void move_channels_last(ModuleBuilder& builder, std::size_t rank) {
  if (rank > 1) builder.apply(builder.x() + ".movedim(1, -1)", "channels last");
}

}  // namespace

bool free_flatten_order(const std::vector<model::Layer>& layers, std::size_t input_count, std::size_t index) {
  for (std::size_t next = index + 1; next < layers.size(); ++next) {
    const model::Layer& layer = layers[next];
    const bool is_next = layer.inputs.size() == 1 && layer.inputs.front().index == input_count + next - 1;
    const auto also_takes = [&](const model::Layer& other) {
      return std::count(other.inputs.begin(), other.inputs.end(), layer.inputs.front()) > 0;
    };
    if (!is_next || std::any_of(layers.begin() + static_cast<std::ptrdiff_t>(next) + 1, layers.end(), also_takes)) {
      return false;
    }
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
      builder.apply(builder.x() + ".permute(0, 2, 3, 1)", "channels last");
    } else if (image) {
      builder.to_declared_order();
    }
  }
  if (builder.lies_channels_first() && layer.input.size() != 3) builder.to_declared_order();
  if (channels_first && layer.input.size() != 3) move_channels_last(builder, layer.input.size());
  builder.call(builder.add(layer, Expression::call("nn.Flatten", {})));
  builder.forget_order();
}

void lower_reshape(ModuleBuilder& builder, const model::Layer& layer) {
  if (std::count(layer.output.begin(), layer.output.end(), std::nullopt) > 1) {
    return builder.refuse(layer, "`Reshape` to more than one unknown size", "give all sizes but one");
  }
  builder.to_declared_order();
  std::vector<Argument> sizes = {"len(" + builder.x() + ")"};
  for (const model::Dimension& size : layer.output) sizes.emplace_back(size ? std::to_string(*size) : "-1");
  builder.apply(Expression::call(builder.x() + ".reshape", std::move(sizes)));
}

void lower_permute(ModuleBuilder& builder, const model::Layer& layer) {
  builder.to_declared_order();
  std::vector<Argument> axes = {"0"};
  for (const model::Dimension& axis : layer.attributes.shape(Parameter::dims)) {
    axes.emplace_back(std::to_string(axis.value_or(0)));
  }
  builder.apply(Expression::call(builder.x() + ".permute", std::move(axes)));
}

void lower_repeat(ModuleBuilder& builder, const model::Layer& layer) {
  const std::string count = std::to_string(layer.attributes.integer(Parameter::n));
  builder.apply(builder.x() + ".unsqueeze(1).repeat(1, " + count + ", 1)");
}

}  // namespace neural::emit::pytorch
