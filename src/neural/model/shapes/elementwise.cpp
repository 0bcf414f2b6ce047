// Layers that keep the shape: activations, dropout, softmax.
#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/model/arguments.hpp"
#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// The slope or scale of the activations that have one, where nobody gives it.
std::optional<double> default_alpha(Activation function) {
  switch (function) {
    case Activation::leaky_relu:
      return 0.2;
    case Activation::elu:
    case Activation::celu:
      return 1.0;
    default:
      return {};
  }
}

}  // namespace

std::optional<Shape> same_shape(ShapeContext& context) {
  return context.input();
}

std::optional<Shape> softmax_shape(ShapeContext& context) {
  if (!context.position_of(context.attributes().integer(Parameter::axis))) return {};
  return context.input();
}

std::optional<Shape> prelu_shape(ShapeContext& context) {
  const Attribute& shared = context.attributes().at(Parameter::shared_axes);
  std::vector<bool> is_shared(context.input().size());
  if (!shared.is_none()) {
    const auto positions = context.positions_of(std::get<std::vector<std::int64_t>>(shared.value));
    if (!positions) return {};
    for (const std::size_t position : *positions) is_shared[position] = true;
  }
  std::vector<std::int64_t> alpha;
  for (std::size_t i = 0; i < is_shared.size(); ++i) {
    const auto size = is_shared[i] ? std::optional<std::int64_t>(1) : context.known_size(i);
    if (!size) return {};
    alpha.push_back(*size);
  }
  context.add_tensor("alpha", std::move(alpha), Parameter::alpha_initializer);
  return context.input();
}

std::optional<Shape> dropout_shape(ShapeContext& context) {
  const Attribute& noise = context.attributes().at(Parameter::noise_shape);
  if (noise.is_none()) return context.input();
  const Shape& shape = std::get<Shape>(noise.value);
  const Shape& input = context.input();
  bool joins = shape.size() == input.size();
  for (std::size_t i = 0; joins && i < shape.size(); ++i) joins = !shape[i] || *shape[i] == 1 || shape[i] == input[i];
  if (joins) return input;
  return context.fail(Code::E504,
                      fmt::format("`{}.noise_shape` {} does not join the input {}", context.owner(), to_string(shape),
                                  to_string(input)),
                      "leave the batch out, and use 1 on every axis that shares its mask");
}

void complete_activation(Binding& binding, Reporter& reporter) {
  Attributes& attributes = binding.attributes;
  if (!attributes.has(Parameter::function)) return;
  const auto function = std::get<Activation>(attributes.at(Parameter::function).value);
  const std::optional<double> alpha = default_alpha(function);
  if (!attributes.at(Parameter::alpha).is_none()) {
    if (alpha) return;
    reporter.add(Code::W415, binding.span_of(Parameter::alpha),
                 fmt::format("`alpha` of `{}` is ignored: `{}` has none", binding.owner, activation_name(function)),
                 "leave it out");
  }
  attributes.set(Parameter::alpha, alpha ? Attribute{*alpha} : Attribute{});
}

}  // namespace neural::model
