#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/model/arguments.hpp"
#include "neural/model/shapes/shape_rules.hpp"
#include "neural/model/shapes/window.hpp"

namespace neural::model {
namespace {

using syntax::Code;

bool exceeds_one(const Binding& binding, Parameter parameter) {
  const auto& values = binding.attributes.integers(parameter);
  return std::any_of(values.begin(), values.end(), [](std::int64_t value) { return value > 1; });
}

/// E511 unless the number of groups divides both ends of the convolution.
bool groups_divide(ShapeContext& context, std::int64_t channels) {
  const std::int64_t groups = context.attributes().integer(Parameter::groups);
  const std::int64_t filters = context.attributes().integer(Parameter::filters);
  const bool is_input = channels % groups != 0;
  if (!is_input && filters % groups == 0) return true;
  const std::int64_t count = is_input ? channels : filters;
  context.fail(Code::E511,
               fmt::format("{} {}{} of `{}` {} not divisible by `groups={}`", with_thousands(count),
                           is_input ? "input channel" : "filter", count == 1 ? "" : "s", context.owner(),
                           count == 1 ? "is" : "are", groups),
               "use a number of groups that divides both the input channels and `filters`");
  return false;
}

/// E505 where the channels are not known.
std::optional<std::int64_t> known_channels(ShapeContext& context, const Dimension& channels) {
  if (channels) return *channels;
  return context.fail(
      Code::E505,
      fmt::format("`{}` needs the number of channels, but receives {}", context.owner(), to_string(context.input())),
      "give the channels a size in the input shape");
}

Windows kernel_windows(const Attributes& attributes) {
  return {attributes.integers(Parameter::kernel_size), attributes.integers(Parameter::strides),
          attributes.integers(Parameter::dilation_rate)};
}

/// A more special parameter that is not written takes the value of the general one that is.
void follow(Binding& binding, Parameter special, Parameter general) {
  const auto is_written = [&](Parameter parameter) {
    return std::any_of(binding.written.begin(), binding.written.end(),
                       [&](const auto& each) { return each.first == parameter; });
  };
  if (is_written(general) && !is_written(special)) {
    binding.attributes.set(special, binding.attributes.at(general));
  }
}

}  // namespace

void complete_convolution(Binding& binding, Reporter& reporter) {
  if (!exceeds_one(binding, Parameter::strides) || !exceeds_one(binding, Parameter::dilation_rate)) return;
  reporter.add(Code::E302, binding.span_of(Parameter::dilation_rate),
               fmt::format("`{0}.dilation_rate` must be 1 where `strides` exceed 1", binding.owner),
               "set one of them to 1");
  binding.failed = true;
}

void complete_transposed(Binding& binding, Reporter& reporter) {
  complete_convolution(binding, reporter);
  const auto* extra = std::get_if<std::vector<std::int64_t>>(&binding.attributes.at(Parameter::output_padding).value);
  if (extra == nullptr) return;
  const std::vector<std::int64_t>& strides = binding.attributes.integers(Parameter::strides);
  for (std::size_t i = 0; i < strides.size(); ++i) {
    if ((*extra)[i] < strides[i]) continue;
    reporter.add(Code::E302, binding.span_of(Parameter::output_padding),
                 fmt::format("`{}.output_padding` must be less than `strides`, got {} for a stride of {}",
                             binding.owner, (*extra)[i], strides[i]),
                 "leave it out, or use a larger stride");
    binding.failed = true;
    return;
  }
}

/// kernel_initializer, _regularizer and _constraint are those of the depthwise kernel, the only one there is.
void complete_depthwise(Binding& binding, Reporter& reporter) {
  complete_convolution(binding, reporter);
  follow(binding, Parameter::depthwise_initializer, Parameter::kernel_initializer);
  follow(binding, Parameter::depthwise_regularizer, Parameter::kernel_regularizer);
  follow(binding, Parameter::depthwise_constraint, Parameter::kernel_constraint);
}

/// kernel_initializer is for both kernels.
void complete_separable(Binding& binding, Reporter& reporter) {
  complete_convolution(binding, reporter);
  follow(binding, Parameter::depthwise_initializer, Parameter::kernel_initializer);
  follow(binding, Parameter::pointwise_initializer, Parameter::kernel_initializer);
}

std::optional<Shape> convolution_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const auto [spatial, depth] = split_channels(context);
  const auto channels = known_channels(context, depth);
  if (!channels || !groups_divide(context, *channels)) return {};
  const auto output = slide(context, spatial, kernel_windows(attributes));
  if (!output) return {};
  const std::int64_t filters = attributes.integer(Parameter::filters);
  std::vector<std::int64_t> kernel = attributes.integers(Parameter::kernel_size);
  kernel.push_back(*channels / attributes.integer(Parameter::groups));
  kernel.push_back(filters);
  context.add_kernel_and_bias(std::move(kernel));
  return join_channels(context, *output, filters);
}

std::optional<Shape> transposed_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const auto [spatial, depth] = split_channels(context);
  const auto channels = known_channels(context, depth);
  if (!channels || !groups_divide(context, *channels)) return {};
  const auto output = slide_back(context, spatial, kernel_windows(attributes));
  if (!output) return {};
  const std::int64_t filters = attributes.integer(Parameter::filters);
  std::vector<std::int64_t> kernel = attributes.integers(Parameter::kernel_size);
  kernel.push_back(filters / attributes.integer(Parameter::groups));
  kernel.push_back(*channels);
  context.add_tensor("kernel", std::move(kernel), Parameter::kernel_initializer);
  if (attributes.boolean(Parameter::use_bias)) context.add_tensor("bias", {filters}, Parameter::bias_initializer);
  return join_channels(context, *output, filters);
}

std::optional<Shape> depthwise_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const auto [spatial, depth] = split_channels(context);
  const auto channels = known_channels(context, depth);
  if (!channels) return {};
  const auto output = slide(context, spatial, kernel_windows(attributes));
  if (!output) return {};
  const std::int64_t multiplier = attributes.integer(Parameter::depth_multiplier);
  const std::int64_t results = element_count(std::vector<std::int64_t>{*channels, multiplier});
  std::vector<std::int64_t> kernel = attributes.integers(Parameter::kernel_size);
  kernel.insert(kernel.end(), {*channels, multiplier});
  context.add_tensor("kernel", std::move(kernel), Parameter::depthwise_initializer);
  if (attributes.boolean(Parameter::use_bias)) context.add_tensor("bias", {results}, Parameter::bias_initializer);
  return join_channels(context, *output, results);
}

std::optional<Shape> separable_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const auto [spatial, depth] = split_channels(context);
  const auto channels = known_channels(context, depth);
  if (!channels || !groups_divide(context, *channels)) return {};
  const auto output = slide(context, spatial, kernel_windows(attributes));
  if (!output) return {};
  const std::int64_t filters = attributes.integer(Parameter::filters);
  const std::int64_t multiplier = attributes.integer(Parameter::depth_multiplier);
  const std::int64_t between = element_count(std::vector<std::int64_t>{*channels, multiplier});
  std::vector<std::int64_t> depthwise = attributes.integers(Parameter::kernel_size);
  std::vector<std::int64_t> pointwise(depthwise.size(), 1);
  depthwise.insert(depthwise.end(), {*channels, multiplier});
  pointwise.insert(pointwise.end(), {between / attributes.integer(Parameter::groups), filters});
  context.add_tensor("depthwise_kernel", std::move(depthwise), Parameter::depthwise_initializer);
  context.add_tensor("pointwise_kernel", std::move(pointwise), Parameter::pointwise_initializer);
  if (attributes.boolean(Parameter::use_bias)) context.add_tensor("bias", {filters}, Parameter::bias_initializer);
  return join_channels(context, *output, filters);
}

}  // namespace neural::model
