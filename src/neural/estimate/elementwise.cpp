// Layers that act number by number, and what joins tensors.
#include <algorithm>

#include "neural/estimate/formulas.hpp"
#include "neural/model/lambda.hpp"

namespace neural::estimate {

using model::Layer;
using model::LayerKind;
using model::Parameter;
using model::Shape;

Work elementwise_work(const Layer& layer, Amount flops_each) {
  const Amount results = elements(layer.output);
  return {.flops = flops_each * results, .kept = results};
}

Work normalization_work(const Layer& layer) {
  const Amount numbers = elements(layer.output);
  return {.flops = normalization_flops(numbers, layer.attributes.boolean(Parameter::scale),
                                       layer.attributes.boolean(Parameter::center)),
          .kept = numbers};
}

/// One for each step of the expression that is no operand; a clip compares twice.
Work lambda_work(const Layer& layer) {
  using Step = model::LambdaStep::Kind;
  const model::LambdaText text = model::parse_lambda(layer.attributes.word(Parameter::function));
  if (text.kind != model::LambdaText::Kind::kExpression) return {.kept = elements(layer.output), .is_known = false};
  Amount each;
  for (const model::LambdaStep& step : text.steps) {
    if (step.kind == Step::kNumber || step.kind == Step::kInput) continue;
    each += step.kind == Step::kClip ? 2 : 1;
  }
  return elementwise_work(layer, each);
}

/// An identity; every penalty takes a function and a sum of the numbers. Nothing new is kept.
Work penalty_work(const Layer& layer) {
  Amount penalties;
  for (const Parameter parameter : {Parameter::l1, Parameter::l2}) {
    if (layer.attributes.has(parameter) && layer.attributes.number(parameter) != 0) penalties += 1;
  }
  return {.flops = 2 * penalties * elements(layer.output)};
}

Work merge_work(const Layer& layer, Inputs inputs) {
  const auto joints = static_cast<std::int64_t>(std::max<std::size_t>(1, inputs.size()) - 1);
  return elementwise_work(layer, joints + (layer.kind == LayerKind::Average ? 1 : 0));
}

Work dot_work(const Layer& layer, Inputs inputs) {
  const Shape& first = *inputs.front();
  const std::int64_t axis = layer.attributes.integers(Parameter::axes).front();
  const auto position = static_cast<std::size_t>(axis > 0 ? axis - 1 : axis + static_cast<std::int64_t>(first.size()));
  Work work = elementwise_work(layer, 2 * Amount(first[position].value_or(1)));
  if (layer.attributes.boolean(Parameter::normalize)) {
    work.flops += 3 * (elements(first) + elements(*inputs.back()));
  }
  return work;
}

/// The addition, and the projection of the shortcut: a convolution with a window of 1, before what is cropped.
Work residual_work(const Layer& layer) {
  Work work = elementwise_work(layer, 1);
  const auto& shortcut = layer.parts->shortcut;
  if (!shortcut || !shortcut->projects) return work;
  Amount positions = 1;
  for (std::size_t i = 0; i + 1 < layer.input.size(); ++i) {
    positions *= ceil_div(layer.input[i].value_or(1), shortcut->strides[i]);
  }
  work.shortcut_flops = linear_flops(positions, width_of(layer.input), width_of(layer.output), false);
  work.flops += work.shortcut_flops;
  work.kept += positions * width_of(layer.output);
  return work;
}

/// Joins the results of both directions.
Work bidirectional_work(const Layer& layer) {
  const std::string& mode = layer.attributes.word(Parameter::merge_mode);
  return elementwise_work(layer, mode == "concat" ? 0 : mode == "ave" ? 2 : 1);
}

/// What is inside does the work; a dropout stands behind the wrapped layer.
Work time_distributed_work(const Layer& layer) {
  if (layer.attributes.number(Parameter::dropout) == 0) return {};
  const Amount numbers = Amount(layer.output.front().value_or(1)) * elements(layer.wrapped->output);
  return {.flops = numbers, .kept = numbers};
}

}  // namespace neural::estimate
