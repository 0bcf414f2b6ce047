// Layers with layers inside: ResidualConnection, TimeDistributed, the block behind a transformer.
#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/window_padding.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Parameter;

constexpr std::size_t kMostSpatialAxes = 3;

/// The convolution with a window of 1, or the linear map, that brings the input to the shape of the body's result.
void project(ModuleBuilder& builder, const model::Layer& layer, const model::Shortcut& shortcut) {
  const model::Tensor& kernel = layer.tensors().front();
  const std::string inputs = std::to_string(kernel.shape[kernel.shape.size() - 2]);
  const std::string outputs = std::to_string(kernel.shape.back());
  const std::size_t axes = shortcut.strides.size();
  std::string module;
  if (axes == 0) {
    module = builder.add(layer, Expression::call("nn.Linear", {inputs, outputs, {"bias", "False"}}), "_shortcut");
  } else {
    builder.to_channels_first();
    const std::int64_t channels = kernel.shape[kernel.shape.size() - 2];
    std::vector<Window> windows;
    for (const std::int64_t stride : shortcut.strides) windows.push_back({.input = {}, .stride = stride});
    copy_for_points(builder, windows, channels, channels);
    module = builder.add(layer,
                         Expression::call("nn.Conv" + std::to_string(axes) + "d",
                                          {inputs,
                                           outputs,
                                           {"kernel_size", python_tuple(std::vector<std::int64_t>(axes, 1))},
                                           {"stride", python_tuple(shortcut.strides)},
                                           {"bias", "False"}}),
                         "_shortcut");
  }
  builder.place(layer, kernel, module, "weight", kernel_axes(kernel.shape.size()));
  builder.initialise(module, {initialise(kernel, "weight")});
  builder.call(module);
}

/// The middle of what is longer than the body's result.
void crop(ModuleBuilder& builder, const model::Shortcut& shortcut) {
  std::string slice = builder.lies_channels_first() ? "[:, :" : "[:";
  for (const auto& [before, after] : shortcut.cropping) {
    slice += ", " + (before > 0 ? std::to_string(before) : std::string()) + ":";
    if (after > 0) slice += "-" + std::to_string(after);
  }
  builder.apply(builder.x() + slice + "]");
}

}  // namespace

void lower_residual(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings) {
  const model::Shortcut& shortcut = *layer.parts->shortcut;
  if (shortcut.projects && shortcut.strides.size() > kMostSpatialAxes) {
    return builder.refuse(layer, "a projected shortcut over more than 4 axes", "reshape its input to at most 4 axes");
  }
  const Flow input = builder.flow();
  builder.add_reads(input.variable, 1);
  const Flow body = lower_graph(builder, layer.body()->layers, {input}, surroundings.inside());
  builder.take_read(input.variable);
  Flow past = input;
  if (shortcut.projects || shortcut.crops()) {
    builder.begin(input, builder.target_for(layer, input));
    if (shortcut.projects) project(builder, layer, shortcut);
    if (shortcut.crops()) crop(builder, shortcut);
    past = builder.flow();
    past.mask.reset();  // no convolution and no crop hands it on
  }
  builder.take_read(body.variable);
  add_flows(builder, layer, {past, body});
}

void lower_time_distributed(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings) {
  builder.to_declared_order();
  const model::Dimension& steps = layer.input.front();
  const std::string rows = steps ? std::string() : builder.fresh_variable("rows");
  if (!steps) builder.assign(rows, "len(" + builder.x() + ")");
  builder.apply(builder.x() + ".flatten(0, 1)", "each step a sample");
  Flow step = builder.flow();
  const std::optional<Mask> mask = std::exchange(step.mask, std::nullopt);
  step.rank = layer.input.size() - 1;
  std::vector<model::Layer> inside = {*layer.wrapped};
  inside.front().inputs = {{0}};
  Surroundings each = surroundings.inside();
  each.steps = steps && each.steps ? model::Dimension(*steps * *each.steps) : std::nullopt;
  Flow end = lower_graph(builder, inside, {step}, each);
  if (layer.body() != nullptr) {
    builder.take_read(end.variable);
    end = lower_graph(builder, layer.body()->layers, {end}, each);
  }
  builder.take_read(end.variable);
  builder.begin(end, builder.target_for(layer, end));
  builder.to_declared_order();
  const double rate = layer.attributes.number(Parameter::dropout);
  if (rate > 0)
    builder.call(builder.add(layer, Expression::call("nn.Dropout", {{"p", python_number(rate)}}), "_dropout"));
  builder.apply(builder.x() + ".unflatten(0, (" + (steps ? "-1, " + std::to_string(*steps) : rows + ", -1") + "))");
  builder.set_mask(mask);
}

void lower_block_behind(ModuleBuilder& builder, const model::Layer& layer, const Surroundings& surroundings) {
  if (layer.body() == nullptr) return;
  builder.set_rank(layer.input.size());
  const Flow end = lower_graph(builder, layer.body()->layers, {builder.flow()}, surroundings.inside());
  builder.take_read(end.variable);
  builder.begin(end, end.variable);
}

}  // namespace neural::emit::pytorch
