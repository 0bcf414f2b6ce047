// Recurrent layers: kernels for all gates side by side, in the order of Keras.
#include <fmt/format.h>

#include <array>

#include "neural/model/arguments.hpp"
#include "neural/model/shapes/shape_rules.hpp"
#include "neural/model/shapes/window.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::array kWithoutEffect = {Parameter::return_state, Parameter::stateful, Parameter::unroll,
                                       Parameter::time_major};

/// Input, forget, cell, output; update, reset, candidate.
std::int64_t gates_of(LayerKind kind) {
  switch (kind) {
    case LayerKind::LSTM:
    case LayerKind::ConvLSTM2D:
      return 4;
    case LayerKind::GRU:
    case LayerKind::ConvGRU2D:
      return 3;
    default:
      return 1;
  }
}

std::int64_t product(std::int64_t a, std::int64_t b) {
  return element_count(std::vector<std::int64_t>{a, b});
}

/// One layer of the stack in one direction. A GRU that resets after the product has a bias for input and state each.
void add_cell(ShapeContext& context, const std::string& path, std::int64_t features) {
  const Attributes& attributes = context.attributes();
  const std::int64_t units = attributes.integer(Parameter::units);
  const std::int64_t width = product(gates_of(context.kind()), units);
  context.add_tensor(path + "kernel", {features, width}, Parameter::kernel_initializer);
  context.add_tensor(path + "recurrent_kernel", {units, width}, Parameter::recurrent_initializer);
  if (!attributes.boolean(Parameter::use_bias)) return;
  const bool has_two = context.kind() == LayerKind::GRU && attributes.boolean(Parameter::reset_after);
  context.add_tensor(path + "bias", has_two ? std::vector<std::int64_t>{2, width} : std::vector<std::int64_t>{width},
                     Parameter::bias_initializer);
}

}  // namespace

void complete_recurrent(Binding& binding, Reporter& reporter) {
  for (const Parameter parameter : kWithoutEffect) {
    if (!binding.attributes.has(parameter) || !binding.attributes.boolean(parameter)) continue;
    reporter.add(syntax::Code::W415, binding.span_of(parameter),
                 fmt::format("`{}` of `{}` has no effect", parameter_name(parameter), binding.owner), "leave it out");
    binding.attributes.set(parameter, {false});
  }
}

void complete_recurrent_convolution(Binding& binding, Reporter& reporter) {
  complete_convolution(binding, reporter);
  complete_recurrent(binding, reporter);
}

std::optional<Shape> recurrent_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const auto width = context.known_width();
  if (!width) return {};
  const std::int64_t layers = attributes.integer(Parameter::num_layers);
  constexpr std::int64_t kMostStacked = 1000;
  if (layers > kMostStacked) {
    return context.fail(Code::E406,
                        fmt::format("`{}` stacks {} layers, more than {}", context.owner(), layers, kMostStacked),
                        "use fewer layers");
  }
  const bool both_ways = attributes.boolean(Parameter::bidirectional);
  const std::int64_t units = product(attributes.integer(Parameter::units), both_ways ? 2 : 1);
  std::int64_t features = *width;
  for (std::int64_t i = 0; i < layers; ++i) {
    const std::string path = layers > 1 ? fmt::format("layer_{}/", i) : std::string();
    if (both_ways) {
      add_cell(context, path + "forward/", features);
      add_cell(context, path + "backward/", features);
    } else {
      add_cell(context, path, features);
    }
    features = units;
  }
  if (attributes.boolean(Parameter::return_sequences)) return Shape{context.input().front(), units};
  return Shape{units};
}

PartialShape recurrent_partial_shape(const Attributes& attributes, std::optional<std::size_t> /*input_rank*/) {
  if (attributes.boolean(Parameter::return_sequences)) return {2, {}};
  const std::int64_t ways = attributes.boolean(Parameter::bidirectional) ? 2 : 1;
  return {1, Shape{product(attributes.integer(Parameter::units), ways)}};
}

std::optional<Shape> recurrent_convolution_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const Shape& input = context.input();
  const bool first = is_channels_first(attributes);
  const Dimension channels = first ? input[1] : input[3];
  const Shape image = first ? Shape{input[2], input[3]} : Shape{input[1], input[2]};
  if (!channels) {
    return context.fail(
        Code::E505,
        fmt::format("`{}` needs the number of channels, but receives {}", context.owner(), to_string(input)),
        "give the channels a size in the input shape");
  }
  const std::int64_t filters = attributes.integer(Parameter::filters);
  const std::int64_t groups = attributes.integer(Parameter::groups);
  if (*channels % groups != 0 || filters % groups != 0) {
    return context.fail(Code::E511,
                        fmt::format("{} input channels and {} filters of `{}` are not both divisible by `groups={}`",
                                    *channels, filters, context.owner(), groups),
                        "use a number of groups that divides both the input channels and `filters`");
  }
  const std::vector<std::int64_t>& sizes = attributes.integers(Parameter::kernel_size);
  const auto output = slide(
      context, image, {sizes, attributes.integers(Parameter::strides), attributes.integers(Parameter::dilation_rate)});
  if (!output) return {};
  const std::int64_t width = product(gates_of(context.kind()), filters);
  context.add_tensor("kernel", {sizes[0], sizes[1], *channels / groups, width}, Parameter::kernel_initializer);
  context.add_tensor("recurrent_kernel", {sizes[0], sizes[1], filters, width}, Parameter::recurrent_initializer);
  if (attributes.boolean(Parameter::use_bias)) context.add_tensor("bias", {width}, Parameter::bias_initializer);
  Shape result = *output;
  result.insert(first ? result.begin() : result.end(), filters);
  if (attributes.boolean(Parameter::return_sequences)) result.insert(result.begin(), input.front());
  return result;
}

}  // namespace neural::model
