#include "neural/estimate/formulas.hpp"

namespace neural::estimate {

using model::Layer;
using model::Parameter;

Work pooling_work(const Layer& layer) {
  return elementwise_work(layer, product(layer.attributes.integers(Parameter::pool_size)));
}

Work global_pooling_work(const Layer& layer) {
  return {.flops = elements(layer.input), .kept = elements(layer.output)};
}

Work adaptive_pooling_work(const Layer& layer) {
  Amount window = 1;
  for (std::size_t i = 0; i < layer.input.size(); ++i) {
    window *= ceil_div(layer.input[i].value_or(1), layer.output[i].value_or(1));
  }
  return elementwise_work(layer, window);
}

/// Bilinear: the neighbours in both directions of every axis, each with its weight.
Work up_sampling_work(const Layer& layer) {
  const std::size_t axes = layer.attributes.integers(Parameter::size).size();
  const bool is_weighted = layer.attributes.word(Parameter::interpolation) == "bilinear";
  return elementwise_work(layer, is_weighted ? Amount(std::int64_t{2} << axes) : Amount(0));
}

}  // namespace neural::estimate
