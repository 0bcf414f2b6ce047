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
  context.fail(
      Code::E511,
      fmt::format("{} {} of `{}` are not divisible by `groups={}`", with_thousands(is_input ? channels : filters),
                  is_input ? "input channels" : "filters", context.owner(), groups),
      "use a number of groups that divides both the input channels and `filters`");
  return false;
}

}  // namespace

void complete_convolution(Binding& binding, Reporter& reporter) {
  if (!exceeds_one(binding, Parameter::strides) || !exceeds_one(binding, Parameter::dilation_rate)) return;
  reporter.add(Code::E302, binding.span_of(Parameter::dilation_rate),
               fmt::format("`{0}.dilation_rate` must be 1 where `strides` exceed 1", binding.owner),
               "set one of them to 1");
  binding.failed = true;
}

std::optional<Shape> convolution_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const auto [spatial, channels] = split_channels(context);
  if (!channels) {
    return context.fail(
        Code::E505,
        fmt::format("`{}` needs the number of channels, but receives {}", context.owner(), to_string(context.input())),
        "give the channels a size in the input shape");
  }
  if (!groups_divide(context, *channels)) return {};
  const std::vector<std::int64_t>& sizes = attributes.integers(Parameter::kernel_size);
  const auto output =
      slide(context, spatial,
            {sizes, attributes.integers(Parameter::strides), attributes.integers(Parameter::dilation_rate)});
  if (!output) return {};
  const std::int64_t filters = attributes.integer(Parameter::filters);
  std::vector<std::int64_t> kernel = sizes;
  kernel.push_back(*channels / attributes.integer(Parameter::groups));
  kernel.push_back(filters);
  context.add_kernel_and_bias(std::move(kernel));
  return join_channels(context, *output, filters);
}

}  // namespace neural::model
