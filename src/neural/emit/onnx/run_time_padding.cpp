#include "neural/emit/onnx/run_time_padding.hpp"

#include <algorithm>

namespace neural::emit::onnx {

bool needs_padding_at_run_time(const std::vector<Window>& windows) {
  return std::any_of(windows.begin(), windows.end(), [](const Window& window) {
    return !window.input && (window.size - 1) * window.dilation + 1 < window.stride;
  });
}

/// Together max((⌈n / stride⌉ − 1) · stride + reach − n, 0), the smaller half before.
std::string padded_at_run_time(GraphBuilder& builder, const std::string& x, const std::vector<Window>& windows,
                               double value) {
  Integers strides;
  Integers rounding;
  Integers reaches;
  for (const Window& window : windows) {
    strides.push_back(window.stride);
    rounding.push_back(window.stride - 1);
    reaches.push_back((window.size - 1) * window.dilation + 1 - window.stride);
  }
  const auto count = static_cast<std::int64_t>(windows.size());
  const std::string sizes = builder.add("Shape", {x}, {{"start", 2}, {"end", 2 + count}});
  const std::string steps =
      builder.add("Div", {builder.add("Add", {sizes, builder.integers(rounding)}), builder.integers(strides)});
  const std::string reached = builder.add("Mul", {steps, builder.integers(strides)});
  const std::string missing = builder.add("Sub", {builder.add("Add", {reached, builder.integers(reaches)}), sizes});
  const std::string sum = builder.add("Max", {missing, builder.integers({0})});
  const std::string before = builder.add("Div", {sum, builder.integers({2})});
  // For all axes, batch and channels too: onnxruntime 1.32 mixes up `axes` where it moves a transposition.
  const std::string none = builder.integers({0, 0});
  const std::string pads =
      builder.add("Concat", {none, before, none, builder.add("Sub", {sum, before})}, {{"axis", 0}});
  return builder.add("Pad", {x, pads, builder.number(value)});
}

}  // namespace neural::emit::onnx
