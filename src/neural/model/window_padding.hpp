// Windows that slide along axes, and what is padded or cropped for them, in numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "neural/model/model.hpp"

namespace neural::model {

struct Padding {
  std::int64_t before = 0;
  std::int64_t after = 0;

  bool is_symmetric() const { return before == after; }

  friend bool operator==(const Padding&, const Padding&) = default;
};

/// A window along one axis.
struct Window {
  Dimension input;
  std::int64_t size = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
};

/// What Keras's "same" adds, so that the output has ⌈input / stride⌉ elements; of an odd sum the larger half comes
/// after. Empty where it depends on an input size that is not known.
std::optional<Padding> same_padding(const Window& window);

/// The windows of a layer over its spatial axes, whose channels come last or first as its data_format says.
/// `strides` of None are the sizes.
std::vector<Window> windows_of(const Layer& layer, Parameter size);

/// The padding attribute: "valid", "same", "causal" or a number for each axis. Empty as same_padding.
std::optional<std::vector<Padding>> padding_of(const Layer& layer, const std::vector<Window>& windows);

/// What a transposed convolution makes of the whole result, (n - 1) * stride + reach of the window, of one axis.
struct Crop {
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::int64_t added = 0;  ///< at the end of the whole result

  friend bool operator==(const Crop&, const Crop&) = default;
};

/// By `padding` and `output_padding`, as docs/language.md tells of transposed convolutions.
std::vector<Crop> crops_of(const Layer& layer, const std::vector<Window>& windows);

/// All befores, then all afters: what ONNX is told.
std::vector<std::int64_t> pads_of(const std::vector<Padding>& paddings);

}  // namespace neural::model
