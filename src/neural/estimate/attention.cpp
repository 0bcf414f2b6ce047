#include "neural/estimate/formulas.hpp"

namespace neural::estimate {

using model::Attributes;
using model::Layer;
using model::LayerKind;
using model::Parameter;
using model::Shape;

namespace {

struct Heads {
  Amount count, key_dim, value_dim;
};

/// One multi-head attention from `queries` to `values`, with its four projections.
Work attend(const Heads& heads, const Shape& queries, const Shape& values, bool has_bias) {
  const Amount from = rows_of(queries);
  const Amount to = rows_of(values);
  const Amount keys = heads.count * heads.key_dim;
  const Amount contents = heads.count * heads.value_dim;
  const Amount pairs = heads.count * from * to;
  const Amount projections = linear_flops(from, width_of(queries), keys, has_bias) +
                             linear_flops(to, width_of(values), keys, has_bias) +
                             linear_flops(to, width_of(values), contents, has_bias) +
                             linear_flops(from, contents, width_of(queries), has_bias);
  return {.flops = projections + 2 * pairs * heads.key_dim + 6 * pairs + 2 * pairs * heads.value_dim,
          .kept = from * keys + to * keys + to * contents + pairs + from * contents + elements(queries)};
}

std::int64_t integer_or(const Attributes& attributes, Parameter parameter, std::int64_t otherwise) {
  const auto* value = std::get_if<std::int64_t>(&attributes.at(parameter).value);
  return value == nullptr ? otherwise : *value;
}

}  // namespace

/// Axes before the last two stand side by side.
Work attention_work(const Layer& layer, Inputs inputs) {
  const Shape& query = *inputs.front();
  const Shape& value = *inputs.back();
  const Amount pairs = rows_of(query) * value[value.size() - 2].value_or(1);
  const Amount width = width_of(query);
  const bool by_product = layer.kind == LayerKind::Attention && layer.attributes.word(Parameter::score_mode) == "dot";
  const bool is_scaled = layer.attributes.boolean(Parameter::use_scale);
  const Amount scores = by_product ? pairs * (2 * width + (is_scaled ? 1 : 0)) : pairs * width * (is_scaled ? 4 : 3);
  return {.flops = scores + 5 * pairs + 2 * pairs * width,
          .kept = pairs + (by_product ? Amount(0) : pairs * width) + elements(layer.output)};
}

Work multi_head_attention_work(const Layer& layer, Inputs inputs) {
  const Attributes& attributes = layer.attributes;
  const std::int64_t key_dim = integer_or(attributes, Parameter::key_dim, 1);
  const Heads heads{attributes.integer(Parameter::num_heads), key_dim,
                    integer_or(attributes, Parameter::value_dim, key_dim)};
  return attend(heads, *inputs.front(), *inputs.back(), attributes.boolean(Parameter::use_bias));
}

Work transformer_work(const Layer& layer, Inputs inputs) {
  const Attributes& attributes = layer.attributes;
  const Shape& tokens = *inputs.front();
  const Amount numbers = elements(tokens);
  const Amount rows = rows_of(tokens);
  const Amount inner = attributes.integer(Parameter::ff_dim);
  const std::int64_t key_dim = integer_or(attributes, Parameter::key_dim, 1);
  const Heads heads{attributes.integer(Parameter::num_heads), key_dim, key_dim};

  Work block = attend(heads, tokens, tokens, true);
  int branches = 2;
  if (inputs.size() > 1) {
    const Work cross = attend(heads, tokens, *inputs.back(), true);
    block.flops += cross.flops;
    block.kept += cross.kept;
    branches = 3;
  }
  block.flops += linear_flops(rows, width_of(tokens), inner, true) +
                 activation_flops(attributes, Parameter::activation, rows * inner) +
                 linear_flops(rows, inner, width_of(tokens), true);
  block.kept += rows * inner + numbers;
  // Around every branch an addition and a normalisation, whose results are kept.
  block.flops += branches * (numbers + normalization_flops(numbers, true, true));
  block.kept += branches * (2 * numbers);
  const std::int64_t layers = attributes.integer(Parameter::num_layers);
  return {.flops = layers * block.flops, .kept = layers * block.kept};
}

Work squeeze_excitation_work(const Layer& layer) {
  const Amount channels = width_of(layer.input);
  const Amount hidden = std::max<std::int64_t>(1, channels.value() / layer.attributes.integer(Parameter::ratio));
  const Amount numbers = elements(layer.output);
  return {.flops = numbers + linear_flops(1, channels, hidden, true) +
                   activation_flops(layer.attributes, Parameter::activation, hidden) +
                   linear_flops(1, hidden, channels, true) + channels + numbers,
          .kept = channels + hidden + channels + numbers};
}

}  // namespace neural::estimate
