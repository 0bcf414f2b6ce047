#include "neural/model/window_padding.hpp"

#include <algorithm>

#include "neural/base/check.hpp"

namespace neural::model {

namespace {

std::int64_t reach_of(const Window& window) {
  return (window.size - 1) * window.dilation + 1;
}

}  // namespace

std::optional<Padding> same_padding(const Window& window) {
  const std::int64_t reach = reach_of(window);
  std::int64_t sum = reach - 1;
  if (window.stride > 1) {
    if (!window.input) return std::nullopt;
    const std::int64_t output = (*window.input + window.stride - 1) / window.stride;
    sum = std::max<std::int64_t>((output - 1) * window.stride + reach - *window.input, 0);
  }
  return Padding{sum / 2, sum - sum / 2};
}

std::vector<Window> windows_of(const Layer& layer, Parameter size) {
  const Attributes& attributes = layer.attributes;
  const std::vector<std::int64_t>& sizes = attributes.integers(size);
  const bool has_strides = !attributes.at(Parameter::strides).is_none();
  const std::vector<std::int64_t>& strides = has_strides ? attributes.integers(Parameter::strides) : sizes;
  const std::size_t first = is_channels_first(attributes) ? 1 : 0;
  std::vector<Window> windows;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::int64_t dilation =
        attributes.has(Parameter::dilation_rate) ? attributes.integers(Parameter::dilation_rate)[i] : 1;
    windows.push_back({layer.input[first + i], sizes[i], strides[i], dilation});
  }
  return windows;
}

std::optional<std::vector<Padding>> padding_of(const Layer& layer, const std::vector<Window>& windows) {
  const Attribute& attribute = layer.attributes.at(Parameter::padding);
  std::vector<Padding> paddings(windows.size());
  if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
    for (std::size_t i = 0; i < windows.size(); ++i) paddings[i] = {(*numbers)[i], (*numbers)[i]};
    return paddings;
  }
  const std::string& word = layer.attributes.word(Parameter::padding);
  if (word == "valid") return paddings;
  if (word == "causal") {
    paddings.front() = {reach_of(windows.front()) - 1, 0};
    return paddings;
  }
  NEURAL_CHECK(word == "same", "unknown padding");
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto padding = same_padding(windows[i]);
    if (!padding) return std::nullopt;
    paddings[i] = *padding;
  }
  return paddings;
}

std::vector<std::int64_t> pads_of(const std::vector<Padding>& paddings) {
  std::vector<std::int64_t> pads;
  for (const Padding& padding : paddings) pads.push_back(padding.before);
  for (const Padding& padding : paddings) pads.push_back(padding.after);
  return pads;
}

std::vector<Crop> crops_of(const Layer& layer, const std::vector<Window>& windows) {
  const Attribute& padding = layer.attributes.at(Parameter::padding);
  const auto* numbers = std::get_if<std::vector<std::int64_t>>(&padding.value);
  const bool is_same = numbers == nullptr && layer.attributes.word(Parameter::padding) == "same";
  const auto* added = std::get_if<std::vector<std::int64_t>>(&layer.attributes.at(Parameter::output_padding).value);
  std::vector<Crop> crops;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const std::int64_t reach = reach_of(windows[i]);
    const std::int64_t missing = std::max<std::int64_t>(windows[i].stride - reach, 0);
    if (numbers != nullptr) {
      crops.push_back({(*numbers)[i], (*numbers)[i], added == nullptr ? 0 : (*added)[i]});
    } else if (!is_same) {
      crops.push_back({0, 0, added == nullptr ? missing : (*added)[i]});
    } else {
      // TensorFlow cuts what the whole result is longer than the wanted one, the larger half behind.
      const std::int64_t surplus = added == nullptr ? reach - windows[i].stride : reach - reach % 2 - (*added)[i];
      const std::int64_t sum = std::max<std::int64_t>(surplus, 0);
      crops.push_back({sum / 2, sum - sum / 2, std::max<std::int64_t>(-surplus, 0)});
    }
  }
  return crops;
}

}  // namespace neural::model
