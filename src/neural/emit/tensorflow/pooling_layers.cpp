// Pooling, up-sampling, padding and cropping.
#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/model/window_padding.hpp"

namespace neural::emit::tensorflow {

using model::Crop;
using model::Padding;
using model::Window;

using model::LayerKind;
using model::Parameter;
using Integers = std::vector<std::int64_t>;

std::string pairs_text(std::span<const std::int64_t> values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    text += fmt::format("{}({}, {})", i == 0 ? "" : ", ", values[i], values[i + 1]);
  }
  return values.size() == 2 ? text : "(" + text + ")";
}

namespace {

/// Elements before and after each spatial axis; empty where Keras pads by itself.
Integers pooling_pads(const model::Attributes& attributes) {
  Integers pads;
  for (const std::int64_t size : padding_numbers(attributes)) pads.insert(pads.end(), {size, size});
  if (pads.empty() && attributes.word(Parameter::padding) == "causal") {
    return {attributes.integers(Parameter::pool_size).front() - 1, 0};
  }
  return is_all(pads, 0) ? Integers{} : pads;
}

/// `((0, 0), (1, 1), (1, 1), (0, 0))`: with the batch and the channels, which are not padded.
std::string pad_widths(const Integers& pads, bool channels_first) {
  Integers all = {0, 0};
  if (channels_first) all.insert(all.end(), {0, 0});
  all.insert(all.end(), pads.begin(), pads.end());
  if (!channels_first) all.insert(all.end(), {0, 0});
  return pairs_text(all);
}

/// What "same" adds, where a window is longer than its axis: TensorFlow's own kernel, which runs where oneDNN does not
/// (by default on processors without AVX512-VNNI), has the wrong gradient there. Empty where it is right, or what
/// "same" adds is not known.
Integers pads_of_long_windows(const model::Layer& layer) {
  constexpr std::size_t kMostAxes = 2;  // of three axes TensorFlow has another kernel
  if (layer.attributes.word(Parameter::padding) != "same") return {};
  const std::vector<Window> windows = windows_of(layer, Parameter::pool_size);
  const auto is_long = [](const Window& window) { return window.input && window.size > *window.input; };
  if (windows.size() > kMostAxes || std::none_of(windows.begin(), windows.end(), is_long)) return {};
  const auto paddings = padding_of(layer, windows);
  if (!paddings) return {};
  Integers pads;
  for (const Padding& padding : *paddings) pads.insert(pads.end(), {padding.before, padding.after});
  return pads;
}

std::string pooling_padding(const model::Attributes& attributes) {
  const bool is_word = padding_numbers(attributes).empty();
  const std::string word = is_word ? attributes.word(Parameter::padding) : "valid";
  return python_string(word == "causal" ? "valid" : word);
}

/// Without oneDNN every one of equal maxima has the whole gradient, where all other backends give it to the first:
/// zeros of a ReLU that a normalisation has moved, or of a padding, are equal.
constexpr std::string_view kEqualMaxima = "gradients of equal maxima of volumes";

}  // namespace

void Lowering::max_pooling() {
  if (attributes_.integers(Parameter::pool_size).size() == 3) session_.keras.onednn_for = kEqualMaxima;
  const Integers pads = pooling_pads(attributes_);
  if (!pads.empty()) {
    add_function("ops.pad", {pad_widths(pads, is_channels_first(attributes_)), {"constant_values", "-np.inf"}});
  }
  Arguments arguments = {python_tuple(attributes_.integers(Parameter::pool_size)),
                         {"strides", python_tuple(attributes_.integers(Parameter::strides))},
                         {"padding", pooling_padding(attributes_)}};
  append_data_format(arguments);
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
}

void Lowering::average_pooling() {
  Integers pads = pooling_pads(attributes_);
  if (padding_numbers(attributes_).empty() && pads.empty()) pads = pads_of_long_windows(layer_);
  Arguments arguments = {python_tuple(attributes_.integers(Parameter::pool_size)),
                         {"strides", python_tuple(attributes_.integers(Parameter::strides))}};
  if (!pads.empty()) {
    session_.keras.helpers.insert(Helper::kAveragePool);
    arguments.emplace_back("padding", pad_widths(pads, is_channels_first(attributes_)));
    arguments.emplace_back("data_format", is_channels_first(attributes_) ? "\"channels_first\"" : "\"channels_last\"");
    return add_function("average_pool", std::move(arguments));
  }
  arguments.emplace_back("padding", pooling_padding(attributes_));
  append_data_format(arguments);
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
}

void Lowering::global_pooling() {
  Arguments arguments;
  append_data_format(arguments);
  append_flags(arguments, {Parameter::keepdims}, true);
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
}

/// Where one value is left of an axis, the adaptive layers of Keras ask for a window that is larger than it: TensorFlow
/// refuses that in graphs, and ends the process where it is a maximum.
void Lowering::even_pooling(const Integers& sizes) {
  Integers windows;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::int64_t size = *layer_.input[i + (is_channels_first(attributes_) ? 1 : 0)];
    if (size % sizes[i] != 0) {
      refuse("an `output_size` of 1 beside one that does not divide its axis", "divide every axis evenly");
      return;
    }
    windows.push_back(size / sizes[i]);
  }
  turn_to_channels_last();
  const bool is_maximum = kind_name().find("Max") != std::string_view::npos;
  add_layer(fmt::format("layers.{}Pooling{}D", is_maximum ? "Max" : "Average", sizes.size()),
            {python_tuple(windows), {"strides", python_tuple(windows)}, {"padding", "\"valid\""}});
  turn_to_channels_first();
}

void Lowering::adaptive_pooling() {
  if (model::has_unknown_size(layer_.input)) {
    refuse(fmt::format("the input {}", model::to_string(layer_.input)), "give every axis a size");
    return;
  }
  const Integers& sizes = attributes_.integers(Parameter::output_size);
  if (layer_.kind == LayerKind::AdaptiveMaxPooling3D) session_.keras.onednn_for = kEqualMaxima;
  if (std::find(sizes.begin(), sizes.end(), 1) != sizes.end()) return even_pooling(sizes);
  Arguments arguments = {python_tuple(sizes)};
  append_data_format(arguments);
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
}

/// Keras interpolates in images only: other shapes become images whose channels hold the axes behind.
void Lowering::up_sampling() {
  const Integers& size = attributes_.integers(Parameter::size);
  const bool is_image = layer_.kind == LayerKind::UpSampling2D;
  const bool interpolates = attributes_.word(Parameter::interpolation) == "bilinear";
  const bool is_line = layer_.kind == LayerKind::UpSampling1D;
  if (interpolates && model::has_unknown_size(layer_.input)) {
    refuse(fmt::format("`interpolation=\"bilinear\"` of the input {}", model::to_string(layer_.input)),
           "give every axis a size, or use `interpolation=\"nearest\"`");
    return;
  }
  if (!interpolates || is_image) {
    if (is_line) turn_to_channels_last();
    Arguments arguments = {{"size", is_line ? std::to_string(size.front()) : python_tuple(size)}};
    if (!is_line) append_data_format(arguments);
    if (is_image) arguments.emplace_back("interpolation", interpolates ? "\"bilinear\"" : "\"nearest\"");
    add_layer("layers." + std::string(kind_name()), std::move(arguments));
    if (is_line) turn_to_channels_first();
    return;
  }
  turn_to_channels_last();
  Integers shape;
  for (const model::Dimension& length : layer_.input) shape.push_back(*length);
  if (is_channels_first(attributes_)) std::rotate(shape.begin(), shape.begin() + 1, shape.end());
  const auto reshape = [&](Integers to, std::string_view suffix) {
    add_layer("layers.Reshape", {python_tuple(to)}, suffix);
  };
  const auto enlarge = [&](std::int64_t rows, std::int64_t columns, std::string_view suffix) {
    add_layer("layers.UpSampling2D",
              {{"size", python_tuple(Integers{rows, columns})}, {"interpolation", "\"bilinear\""}}, suffix);
  };
  if (is_line) {
    reshape({shape[0], 1, shape[1]}, "_to_image");
    enlarge(size[0], 1, {});
    reshape({shape[0] * size[0], shape[1]}, "_from_image");
  } else {
    const std::int64_t rows = shape[0] * size[0];
    const std::int64_t columns = shape[1] * size[1];
    reshape({shape[0], shape[1], shape[2] * shape[3]}, "_to_image");
    enlarge(size[0], size[1], {});
    reshape({rows * columns, shape[2], shape[3]}, "_to_rows");
    enlarge(1, size[2], "_last_axis");
    reshape({rows, columns, shape[2] * size[2], shape[3]}, "_from_image");
  }
  turn_to_channels_first();
}

void Lowering::zero_padding() {
  Arguments arguments = {{"padding", pairs_text(attributes_.integers(Parameter::padding))}};
  append_data_format(arguments);
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
}

void Lowering::cropping() {
  const bool is_line = layer_.kind == LayerKind::Cropping1D;
  if (is_line) turn_to_channels_last();
  Arguments arguments = {{"cropping", pairs_text(attributes_.integers(Parameter::cropping))}};
  if (!is_line) append_data_format(arguments);
  add_layer("layers." + std::string(kind_name()), std::move(arguments));
  if (is_line) turn_to_channels_first();
}

}  // namespace neural::emit::tensorflow
