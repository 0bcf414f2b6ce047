// Normalisations of each sample by itself.
#include <algorithm>
#include <functional>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// The axes in an array with the batch in front, in rising order.
std::vector<std::int64_t> axes_of(const model::Layer& layer) {
  const model::Attribute& attribute = layer.attributes.at(Parameter::axis);
  std::vector<std::int64_t> axes;
  if (const auto* one = std::get_if<std::int64_t>(&attribute.value)) {
    axes = {*one};
  } else {
    axes = std::get<std::vector<std::int64_t>>(attribute.value);
  }
  for (std::int64_t& axis : axes) {
    if (axis < 0) axis += static_cast<std::int64_t>(layer.input.size()) + 1;
  }
  std::sort(axes.begin(), axes.end());
  return axes;
}

/// gamma, beta and scale under PyTorch's names, where they do not begin as modules of PyTorch do.
void initialise_affine(ModuleBuilder& builder, const model::Layer& layer, const std::string& module) {
  for (const model::Tensor& tensor : layer.tensors()) {
    const bool is_shift = tensor.name == "beta";
    builder.place(layer, tensor, module, is_shift ? "bias" : "weight");
    const auto usual = is_shift ? model::InitializerKind::zeros : model::InitializerKind::ones;
    if (tensor.initializer.kind == usual) continue;
    builder.initialise(module, {initialise(tensor, is_shift ? "bias" : "weight", Fans::kOfKeras)});
  }
}

bool scales(const model::Layer& layer) {
  return layer.attributes.boolean(Parameter::scale);
}

bool shifts(const model::Layer& layer) {
  return layer.attributes.boolean(Parameter::center);
}

/// A module has both weight and bias or neither; here one is taken away again.
void drop_unwanted(ModuleBuilder& builder, const model::Layer& layer, const std::string& module) {
  if (scales(layer) == shifts(layer)) return;
  builder.program().modules.back().then.push_back("self." + module + ".register_parameter(\"" +
                                                  (scales(layer) ? "bias" : "weight") + "\", None)");
}

/// The weight of a module stays what it begins with, and is none of the model's weights: GroupNorm has no gradient with
/// a bias alone (PyTorch 2.13).
void keep_ones(ModuleBuilder& builder, const std::string& module, std::int64_t size) {
  std::vector<std::string>& lines = builder.program().modules.back().then;
  lines.insert(
      lines.end(),
      {"# The gradient of GroupNorm needs a weight where there is a bias.", "del self." + module + ".weight",
       "self." + module + ".register_buffer(\"weight\", torch.ones(" + std::to_string(size) + "), persistent=False)"});
}

/// `act` sees the tensor with `axes` moved to the end, in their order.
void act_at_end(ModuleBuilder& builder, const model::Layer& layer, const std::vector<std::int64_t>& axes,
                const std::function<void()>& act) {
  std::vector<std::int64_t> last;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    last.push_back(static_cast<std::int64_t>(layer.input.size() - axes.size() + i) + 1);
  }
  if (axes == last) return act();
  builder.apply(builder.x() + ".movedim(" + python_tuple(axes) + ", " + python_tuple(last) + ")");
  act();
  builder.apply(builder.x() + ".movedim(" + python_tuple(last) + ", " + python_tuple(axes) + ")");
}

std::string shape_text(const model::Layer& layer, const std::vector<std::int64_t>& axes) {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t axis : axes) sizes.push_back(layer.input[static_cast<std::size_t>(axis - 1)].value_or(0));
  return sizes.size() == 1 ? std::to_string(sizes.front()) : python_tuple(sizes);
}

void lower_layer_normalization(ModuleBuilder& builder, const model::Layer& layer) {
  const std::vector<std::int64_t> axes = axes_of(layer);
  builder.to_declared_order();
  const bool is_open = std::any_of(axes.begin(), axes.end(),
                                   [&](std::int64_t axis) { return !layer.input[static_cast<std::size_t>(axis - 1)]; });
  if (is_open) {  // there are no weights then
    const std::string epsilon = python_number(layer.attributes.number(Parameter::epsilon));
    return act_at_end(builder, layer, axes, [&] {
      const std::string shape = builder.x() + ".shape[-" + std::to_string(axes.size()) + ":]";
      builder.apply(Expression::call("nn.functional.layer_norm", {builder.x(), shape, {"eps", epsilon}}));
    });
  }
  const std::string module = builder.add(
      layer, Expression::call("nn.LayerNorm", {shape_text(layer, axes),
                                               {"eps", python_number(layer.attributes.number(Parameter::epsilon))},
                                               {"elementwise_affine", python_bool(scales(layer) || shifts(layer))}}));
  drop_unwanted(builder, layer, module);
  initialise_affine(builder, layer, module);
  act_at_end(builder, layer, axes, [&] { builder.call(module); });
}

void lower_rms_normalization(ModuleBuilder& builder, const model::Layer& layer) {
  const std::vector<std::int64_t> axes = axes_of(layer);
  builder.to_declared_order();
  const std::string module = builder.add(
      layer, Expression::call("nn.RMSNorm", {shape_text(layer, axes),
                                             {"eps", python_number(layer.attributes.number(Parameter::epsilon))}}));
  initialise_affine(builder, layer, module);
  act_at_end(builder, layer, axes, [&] { builder.call(module); });
}

/// Instance normalisation is that of groups of one channel.
void lower_group_normalization(ModuleBuilder& builder, const model::Layer& layer) {
  const std::int64_t axis = axes_of(layer).front();
  const auto rank = static_cast<std::int64_t>(layer.input.size());
  const std::int64_t channels = layer.input[static_cast<std::size_t>(axis - 1)].value_or(0);
  const std::int64_t groups =
      layer.kind == LayerKind::InstanceNormalization ? channels : layer.attributes.integer(Parameter::groups);
  if (axis == rank) {
    builder.to_channels_first();
  } else {
    builder.to_declared_order();
  }
  const std::string module = builder.add(
      layer, Expression::call("nn.GroupNorm", {std::to_string(groups),
                                               std::to_string(channels),
                                               {"eps", python_number(layer.attributes.number(Parameter::epsilon))},
                                               {"affine", python_bool(scales(layer) || shifts(layer))}}));
  if (shifts(layer) && !scales(layer)) {
    keep_ones(builder, module, channels);
  } else {
    drop_unwanted(builder, layer, module);
  }
  initialise_affine(builder, layer, module);
  const bool moves = axis != rank && axis != 1;
  if (moves) builder.apply(builder.x() + ".movedim(" + std::to_string(axis) + ", 1)");
  // On a CPU the backward pass of a tensor that lies channels last, and needs no gradient itself, reads through a null
  // pointer and ends the process (PyTorch 2.13). On a GPU the copy is made anyway.
  if (rank >= 3) {
    // With one channel, or one place, both orders are the same memory and `contiguous` leaves the strides as they are.
    std::optional<std::int64_t> places = 1;
    for (std::int64_t i = 1; i <= rank; ++i) {
      const std::optional<std::int64_t> size = layer.input[static_cast<std::size_t>(i - 1)];
      if (i != axis) places = places && size ? std::optional(*places * *size) : std::nullopt;
    }
    const bool is_distinct = channels > 1 && places.value_or(1) > 1;
    builder.apply(builder.x() + (is_distinct ? ".contiguous()" : ".clone(memory_format=torch.contiguous_format)"),
                  "for the gradient of GroupNorm");
  }
  builder.call(module);
  if (moves) builder.apply(builder.x() + ".movedim(1, " + std::to_string(axis) + ")");
}

void lower_unit_normalization(ModuleBuilder& builder, const model::Layer& layer) {
  std::vector<std::int64_t> dimensions;
  for (const std::int64_t axis : axes_of(layer)) dimensions.push_back(builder.dimension(axis, layer.input.size()));
  const std::string dim = dimensions.size() == 1 ? std::to_string(dimensions.front()) : python_tuple(dimensions);
  builder.apply(
      Expression::call("nn.functional.normalize", {builder.x(), {"p", "2.0"}, {"dim", dim}, {"eps", "1e-12"}}));
}

}  // namespace

void lower_normalization(ModuleBuilder& builder, const model::Layer& layer) {
  switch (layer.kind) {
    case LayerKind::LayerNormalization:
      return lower_layer_normalization(builder, layer);
    case LayerKind::GroupNormalization:
    case LayerKind::InstanceNormalization:
      return lower_group_normalization(builder, layer);
    case LayerKind::RMSNormalization:
      return lower_rms_normalization(builder, layer);
    case LayerKind::UnitNormalization:
      return lower_unit_normalization(builder, layer);
    default:
      NEURAL_CHECK(false, "no normalisation of samples");
  }
}

}  // namespace neural::emit::pytorch
