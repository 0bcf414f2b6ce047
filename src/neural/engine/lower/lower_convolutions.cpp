// Convolutions, plain, transposed, depthwise and separable, along one to three axes.
#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"
#include "neural/engine/lower/windows.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;

/// A depthwise kernel (…, channels, multiplier) as one of groups of one channel: (…, 1, channels · multiplier).
ValueId as_grouped(Builder& builder, ValueId kernel) {
  Shape shape = builder.shape(kernel);
  shape.back() *= shape[shape.size() - 2];
  shape[shape.size() - 2] = 1;
  return builder.reshape(kernel, shape);
}

/// [n, …, c] of a whole result y [n, …, f], (n − 1) · stride + reach, cut and lengthened as Keras does it.
ValueId transposed(Lowering& lowering, const model::Layer& layer, ValueId x) {
  Builder& builder = lowering.builder();
  const std::vector<model::Window> windows = windows_over(lowering, layer, x, Parameter::kernel_size);
  const std::vector<model::Crop> crops = model::crops_of(layer, windows);
  Window window;
  Shape spatial;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const std::int64_t reach = (windows[i].size - 1) * windows[i].dilation + 1;
    const std::int64_t whole = (*windows[i].input - 1) * windows[i].stride + reach;
    window.strides.push_back(windows[i].stride);
    window.dilations.push_back(windows[i].dilation);
    window.pads.emplace_back(crops[i].before, crops[i].after);
    spatial.push_back(whole - crops[i].before - crops[i].after + crops[i].added);
    // As a convolution over that result it has to come to the size of x again, without a place to spare.
    window.pads.back().second -= crops[i].added;
  }
  window.groups = layer.attributes.integer(Parameter::groups);
  // The kernel is (…, out / groups, in): that of the convolution whose gradient this is.
  return builder.convolution_input(x, lowering.weight(layer, "kernel"), window, spatial);
}

}  // namespace

std::vector<model::Window> windows_over(Lowering& lowering, const model::Layer& layer, ValueId x, Parameter size) {
  model::Layer sized = layer;
  const Shape& shape = lowering.builder().shape(x);
  sized.input.assign(shape.begin() + 1, shape.end());
  if (model::is_channels_first(layer.attributes)) {
    sized.input.insert(sized.input.begin(), sized.input.back());
    sized.input.pop_back();
  }
  return model::windows_of(sized, size);
}

Window window_of(const model::Layer& layer, const std::vector<model::Window>& windows, std::int64_t groups) {
  const auto paddings = model::padding_of(layer, windows);
  NEURAL_CHECK(paddings, "sizes are known by now");
  Window window;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    window.strides.push_back(windows[i].stride);
    window.dilations.push_back(windows[i].dilation);
    window.pads.emplace_back((*paddings)[i].before, (*paddings)[i].after);
  }
  window.groups = groups;
  return window;
}

Flow lower_convolution(Lowering& lowering, const model::Layer& layer, Flow input, bool leaves_out) {
  Builder& builder = lowering.builder();
  const ValueId x = channels_last(lowering, layer, input.value);
  const std::int64_t channels = builder.shape(x).back();
  const auto window = [&](std::int64_t groups) {
    return window_of(layer, windows_over(lowering, layer, x, Parameter::kernel_size), groups);
  };
  ValueId y;
  switch (layer.kind) {
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
      y = transposed(lowering, layer, x);
      break;
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:
      y = builder.convolution(x, as_grouped(builder, lowering.weight(layer, "kernel")), window(channels));
      break;
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D: {
      const ValueId between =
          builder.convolution(x, as_grouped(builder, lowering.weight(layer, "depthwise_kernel")), window(channels));
      Window point;
      const std::size_t axes = builder.shape(x).size() - 2;
      point.strides.assign(axes, 1);
      point.dilations.assign(axes, 1);
      point.pads.assign(axes, {0, 0});
      point.groups = layer.attributes.integer(Parameter::groups);
      y = builder.convolution(between, lowering.weight(layer, "pointwise_kernel"), point);
      break;
    }
    default:
      y = builder.convolution(x, lowering.weight(layer, "kernel"), window(layer.attributes.integer(Parameter::groups)));
  }
  if (layer.attributes.boolean(Parameter::use_bias)) y = builder.add(y, lowering.weight(layer, "bias"));
  if (!leaves_out) y = activate(builder, layer.attributes.activation(Parameter::activation), y);
  return {as_declared(lowering, layer, y)};
}

}  // namespace neural::engine
