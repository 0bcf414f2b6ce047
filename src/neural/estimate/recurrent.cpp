#include "neural/estimate/formulas.hpp"

namespace neural::estimate {

using model::Attributes;
using model::Layer;
using model::LayerKind;
using model::Parameter;

namespace {

struct Cell {
  std::int64_t gates = 1;     ///< matrices side by side
  std::int64_t sigmoids = 0;  ///< recurrent activations a number of the state
  std::int64_t activations = 1;
  std::int64_t combining = 0;  ///< products and sums of gates and state
  std::int64_t states = 1;     ///< kept from every step, besides the gates
};

/// LSTM: c = f·c + i·g, h = o·tanh(c). GRU: h = z·h + (1 − z)·g, where the reset gate multiplies once.
Cell cell_of(LayerKind kind) {
  if (kind == LayerKind::LSTM || kind == LayerKind::ConvLSTM2D) return {4, 3, 2, 4, 2};
  if (kind == LayerKind::GRU || kind == LayerKind::ConvGRU2D) return {3, 2, 1, 5, 1};
  return {1, 0, 1, 0, 0};  // the new state is the one gate
}

Amount gate_flops(const Attributes& attributes, const Cell& cell, Amount state) {
  Amount flops = activation_flops(attributes, Parameter::activation, cell.activations * state) + cell.combining * state;
  if (cell.sigmoids > 0) flops += activation_flops(attributes, Parameter::recurrent_activation, cell.sigmoids * state);
  return flops;
}

}  // namespace

Work recurrent_work(const Layer& layer) {
  const Attributes& attributes = layer.attributes;
  const Cell cell = cell_of(layer.kind);
  const Amount units = attributes.integer(Parameter::units);
  const bool has_two_biases = layer.kind == LayerKind::GRU && attributes.boolean(Parameter::reset_after);
  const Amount biases = !attributes.boolean(Parameter::use_bias) ? 0 : has_two_biases ? 2 : 1;
  const std::int64_t ways = attributes.boolean(Parameter::bidirectional) ? 2 : 1;
  const Amount width = cell.gates * units;
  Amount features = width_of(layer.input);
  Amount step;
  const std::int64_t layers = attributes.integer(Parameter::num_layers);
  for (std::int64_t i = 0; i < layers; ++i) {
    step += ways * (2 * width * (features + units) + biases * width + gate_flops(attributes, cell, units));
    features = ways * units;
  }
  const Amount steps = layer.input.front().value_or(1);
  return {.flops = steps * step, .kept = steps * layers * ways * units * (cell.gates + cell.states)};
}

Work recurrent_convolution_work(const Layer& layer) {
  const Attributes& attributes = layer.attributes;
  const Cell cell = cell_of(layer.kind);
  const bool first = is_channels_first(attributes);
  const Amount channels = layer.input[first ? 1 : 3].value_or(1) / attributes.integer(Parameter::groups);
  const Amount filters = attributes.integer(Parameter::filters);
  const bool is_sequence = attributes.boolean(Parameter::return_sequences);
  const Amount state = elements({layer.output.begin() + (is_sequence ? 1 : 0), layer.output.end()});
  const Amount window = product(attributes.integers(Parameter::kernel_size));
  const Amount steps = layer.input.front().value_or(1);
  const Amount bias = attributes.boolean(Parameter::use_bias) ? cell.gates * state : Amount(0);
  const Amount step =
      2 * window * (channels + filters) * cell.gates * state + bias + gate_flops(attributes, cell, state);
  return {.flops = steps * step, .kept = steps * state * (cell.gates + cell.states)};
}

}  // namespace neural::estimate
