#include "neural/model/shapes/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>

namespace neural::model {
namespace {

using Wide = __int128;

/// "3 × 3"; an unknown size is None.
std::string extent(const std::vector<std::optional<Wide>>& sizes) {
  constexpr Wide kLongest = std::numeric_limits<std::int64_t>::max();
  std::string text;
  for (const std::optional<Wide>& size : sizes) {
    if (!text.empty()) text += " × ";
    text += size ? std::to_string(static_cast<std::int64_t>(std::min(*size, kLongest))) : "None";
  }
  return text;
}

/// Elements of padding on each side of each axis; empty for a word.
std::vector<std::int64_t> padding_of(const ShapeContext& context) {
  const Attribute& padding = context.attributes().at(Parameter::padding);
  const auto* numbers = std::get_if<std::vector<std::int64_t>>(&padding.value);
  return numbers == nullptr ? std::vector<std::int64_t>() : *numbers;
}

}  // namespace

std::optional<Shape> slide(ShapeContext& context, const Shape& spatial, const Windows& windows) {
  const Attribute& mode = context.attributes().at(Parameter::padding);
  const auto* word = std::get_if<std::string>(&mode.value);
  const bool keeps_size = word != nullptr && *word != "valid";
  const std::vector<std::int64_t> padding = padding_of(context);
  std::vector<std::optional<Wide>> extents;
  std::vector<std::optional<Wide>> sizes;
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    extents.emplace_back(Wide{windows.sizes[i] - 1} * windows.dilations[i] + 1);
    sizes.emplace_back(spatial[i]
                           ? std::optional(Wide{*spatial[i]} + (padding.empty() ? Wide{0} : Wide{2} * padding[i]))
                           : std::nullopt);
  }
  Shape output;
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    if (!sizes[i]) {
      output.emplace_back(std::nullopt);
      continue;
    }
    if (!keeps_size && *sizes[i] < *extents[i]) {
      return context.fail(syntax::Code::E503,
                          fmt::format("the {} window of `{}` exceeds its {}{} input", extent(extents), context.owner(),
                                      padding.empty() ? "" : "padded ", extent(sizes)),
                          "use a smaller window, `padding=\"same\"`, or fewer layers before it that shrink the image");
    }
    const Wide stride = windows.strides[i];
    const Wide length = keeps_size ? (*sizes[i] + stride - 1) / stride : (*sizes[i] - *extents[i]) / stride + 1;
    // What is longer than this does not fit a sample anyway, which is found out behind the layer.
    constexpr Wide kLongest = std::numeric_limits<std::int64_t>::max();
    output.emplace_back(static_cast<std::int64_t>(std::min(length, kLongest)));
  }
  return output;
}

std::optional<Shape> slide_back(ShapeContext& context, const Shape& spatial, const Windows& windows) {
  const Attributes& attributes = context.attributes();
  const auto* word = std::get_if<std::string>(&attributes.at(Parameter::padding).value);
  const bool is_same = word != nullptr && *word != "valid";
  const std::vector<std::int64_t> padding = padding_of(context);
  const auto* extra = std::get_if<std::vector<std::int64_t>>(&attributes.at(Parameter::output_padding).value);
  constexpr Wide kLongest = std::numeric_limits<std::int64_t>::max();
  Shape output;
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    if (!spatial[i]) {
      output.emplace_back(std::nullopt);
      continue;
    }
    const Wide stride = windows.strides[i];
    const Wide extent = Wide{windows.sizes[i] - 1} * windows.dilations[i] + 1;
    const Wide steps = (Wide{*spatial[i]} - 1) * stride;
    Wide length = 0;
    if (!padding.empty()) {
      length = steps + extent - Wide{2} * padding[i] + (extra != nullptr ? (*extra)[i] : 0);
    } else if (extra != nullptr) {
      length = steps + (is_same ? extent % 2 : extent) + (*extra)[i];
    } else {
      length = is_same ? *spatial[i] * stride : steps + std::max(extent, stride);
    }
    if (length < 1) {
      return context.fail(syntax::Code::E503,
                          fmt::format("the padding of `{}` leaves nothing of its {} input", context.owner(),
                                      to_string(context.input())),
                          "use less padding, or a larger `kernel_size`");
    }
    output.emplace_back(static_cast<std::int64_t>(std::min(length, kLongest)));
  }
  return output;
}

ImageShape split_channels(const ShapeContext& context) {
  ImageShape image{context.input(), {}};
  const auto channels = is_channels_first(context.attributes()) ? image.spatial.begin() : image.spatial.end() - 1;
  image.channels = *channels;
  image.spatial.erase(channels);
  return image;
}

Shape join_channels(const ShapeContext& context, Shape spatial, Dimension channels) {
  spatial.insert(is_channels_first(context.attributes()) ? spatial.begin() : spatial.end(), channels);
  return spatial;
}

}  // namespace neural::model
