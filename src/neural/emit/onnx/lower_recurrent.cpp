// LSTM, GRU, SimpleRNN and Bidirectional: the operators of ONNX where they compute the same, else a Scan over the
// steps.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"
#include "neural/emit/onnx/recurrent_cell.hpp"

namespace neural::emit::onnx {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;

/// "Tanh", or empty where a Scan has to compute it.
std::string_view operator_activation(Activation activation) {
  switch (activation) {
    case Activation::tanh:
      return "Tanh";
    case Activation::sigmoid:
      return "Sigmoid";
    case Activation::relu:
      return "Relu";
    default:
      return {};
  }
}

/// A direction of a recurrent layer: whose tensors, whose attributes.
struct Direction {
  const model::Layer& outer;
  const model::Layer& cell;
  std::string path;  ///< of the tensors: "layer_1/backward/"
  bool is_backward = false;
};

std::vector<std::string> activations_of(const model::Layer& cell) {
  const std::string_view activation = operator_activation(cell.attributes.activation(Parameter::activation));
  if (cell.kind == LayerKind::SimpleRNN) return {std::string(activation)};
  const std::string gate(operator_activation(cell.attributes.activation(Parameter::recurrent_activation)));
  if (cell.kind == LayerKind::GRU) return {gate, std::string(activation)};
  return {gate, std::string(activation), std::string(activation)};
}

/// Gates of (…, gates · units) in another order, as (gates · units, …).
weights::Array gates_first(const weights::Array& array, const Integers& order, std::int64_t units) {
  weights::Array split = array;
  split.shape.back() = static_cast<std::int64_t>(order.size());
  split.shape.push_back(units);
  const auto rank = static_cast<std::int64_t>(split.shape.size());
  Integers axes = {rank - 2, rank - 1};
  for (std::int64_t axis = 0; axis < rank - 2; ++axis) axes.push_back(axis);
  const weights::Array turned = permuted(split, axes);
  weights::Array result = {{static_cast<std::int64_t>(order.size()) * units}, {}};
  result.shape.insert(result.shape.end(), turned.shape.begin() + 2, turned.shape.end());
  const std::size_t block = turned.values.size() / order.size();
  for (const std::int64_t gate : order) {
    const auto begin = turned.values.begin() + static_cast<std::ptrdiff_t>(block * static_cast<std::size_t>(gate));
    result.values.insert(result.values.end(), begin, begin + static_cast<std::ptrdiff_t>(block));
  }
  return result;
}

weights::Array in_front(weights::Array array) {
  array.shape.insert(array.shape.begin(), 1);
  return array;
}

/// Input bias, then recurrent bias. Keras has only one but in a GRU that resets after the product.
weights::Array both_biases(const weights::Array& bias, const Integers& order, std::int64_t units) {
  const auto width = static_cast<std::ptrdiff_t>(order.size()) * units;
  weights::Array result = {{1, 2 * width}, {}};
  for (std::ptrdiff_t row = 0; row < 2; ++row) {
    weights::Array part = {{width}, std::vector<float>(static_cast<std::size_t>(width))};
    const bool is_given = row * width < static_cast<std::ptrdiff_t>(bias.values.size());
    if (is_given) std::copy_n(bias.values.begin() + row * width, width, part.values.begin());
    const weights::Array ordered = gates_first(part, order, units);
    result.values.insert(result.values.end(), ordered.values.begin(), ordered.values.end());
  }
  return result;
}

struct Outcome {
  std::string sequence;  ///< [n, steps, units], in the order of the input
  std::string last;      ///< [n, units]
};

/// Keras has the gates of an LSTM as i, f, c, o, ONNX as i, o, f, c; those of a GRU are z, r, h in both.
Outcome run_operator(GraphBuilder& builder, const Direction& direction, const std::string& x) {
  const model::Attributes& attributes = direction.cell.attributes;
  const std::int64_t units = attributes.integer(Parameter::units);
  const LayerKind kind = direction.cell.kind;
  const Integers order = kind == LayerKind::LSTM  ? Integers{0, 3, 1, 2}
                         : kind == LayerKind::GRU ? Integers{0, 1, 2}
                                                  : Integers{0};
  const auto array = [&](const char* name) { return builder.array_of(direction.outer, direction.path + name); };
  std::vector<std::string> inputs = {
      builder.transpose(x, {1, 0, 2}),
      builder.array(direction.path + "kernel", in_front(gates_first(array("kernel"), order, units))),
      builder.array(direction.path + "recurrent_kernel",
                    in_front(gates_first(array("recurrent_kernel"), order, units)))};
  if (attributes.boolean(Parameter::use_bias)) {
    inputs.push_back(builder.array(direction.path + "bias", both_biases(array("bias"), order, units)));
  }
  std::vector<Attribute> settings = {{"hidden_size", units},
                                     {"direction", direction.is_backward ? "reverse" : "forward"},
                                     {"activations", activations_of(direction.cell)}};
  if (kind == LayerKind::GRU) {
    settings.emplace_back("linear_before_reset", attributes.boolean(Parameter::reset_after) ? 1 : 0);
  }
  const char* operation = kind == LayerKind::LSTM ? "LSTM" : kind == LayerKind::GRU ? "GRU" : "RNN";
  const auto results = builder.add_several(operation, std::move(inputs), std::move(settings), 2);
  return {results[0], results[1]};
}

bool suits_operator(const model::Layer& cell, const Value& input) {
  const std::vector<std::string> activations = activations_of(cell);
  return input.mask.empty() && std::none_of(activations.begin(), activations.end(),
                                            [](const std::string& activation) { return activation.empty(); });
}

/// One direction; [n, units], or [n, steps, units] in the order of the input.
std::string run(GraphBuilder& builder, const Direction& direction, const Value& input, bool sequences) {
  if (!suits_operator(direction.cell, input)) {
    const bool is_both_ways =
        direction.outer.kind == LayerKind::Bidirectional || direction.cell.attributes.boolean(Parameter::bidirectional);
    const bool zeroes = is_both_ways && sequences;
    return scan_recurrent(builder, direction.outer, direction.cell, direction.path, input, direction.is_backward,
                          sequences, zeroes);
  }
  const Outcome outcome = run_operator(builder, direction, input.name);
  if (!sequences) return builder.squeeze(outcome.last, {0});
  return builder.transpose(builder.squeeze(outcome.sequence, {1}), {1, 0, 2});
}

std::string merged(GraphBuilder& builder, const std::string& mode, const std::string& forward,
                   const std::string& backward) {
  if (mode == "concat") return builder.add("Concat", {forward, backward}, {{"axis", -1}});
  if (mode == "mul") return builder.add("Mul", {forward, backward});
  const std::string sum = builder.add("Add", {forward, backward});
  return mode == "sum" ? sum : builder.add("Mul", {sum, builder.number(0.5)});
}

bool is_convolutional(const model::Layer& cell) {
  return cell.kind == LayerKind::ConvLSTM2D || cell.kind == LayerKind::ConvGRU2D;
}

/// Both ways over images; the sequence of each comes in the order of the input, but for a wrapped layer that goes
/// backwards itself.
Value lower_both_convolutions(GraphBuilder& builder, const model::Layer& layer, const Value& input) {
  const model::Layer& cell = *layer.wrapped;
  const bool goes_back = cell.attributes.boolean(Parameter::go_backwards);
  const bool sequences = cell.attributes.boolean(Parameter::return_sequences);
  Value forward = scan_recurrent_convolution(builder, layer, cell, "forward/", input, goes_back, true);
  Value backward = scan_recurrent_convolution(builder, layer, cell, "backward/", input, !goes_back, true);
  if (goes_back && sequences) {
    forward.name = builder.flip(forward.name, 1);
    backward.name = builder.flip(backward.name, 1);
  }
  forward.name = merged(builder, layer.attributes.word(Parameter::merge_mode), forward.name, backward.name);
  return forward;
}

}  // namespace

/// What goes backwards gives its sequence in the order in which it went; of two ways the sequence of the second is
/// turned back.
Value lower_recurrent(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const model::Layer& cell = layer.kind == LayerKind::Bidirectional ? *layer.wrapped : layer;
  if (is_convolutional(cell)) return lower_both_convolutions(builder, layer, input);
  const model::Attributes& attributes = cell.attributes;
  const bool is_wrapped = layer.kind == LayerKind::Bidirectional;
  const std::int64_t count = attributes.integer(Parameter::num_layers);
  const bool goes_back = attributes.boolean(Parameter::go_backwards);
  const bool inner_both = attributes.boolean(Parameter::bidirectional);
  input = builder.declared(std::move(input));

  // A stack, from the given end of the sequence; the tensors' paths begin with `prefix`.
  const auto stack = [&](Value x, const std::string& prefix, bool backwards) {
    for (std::int64_t i = 0; i < count; ++i) {
      const bool sequences = i + 1 < count || attributes.boolean(Parameter::return_sequences);
      const std::string path = prefix + (count > 1 ? fmt::format("layer_{}/", i) : "");
      const auto way = [&](const std::string& which, bool from_end) {
        std::string result = run(builder, {layer, cell, path + which, from_end}, x, sequences);
        return result;
      };
      if (inner_both) {
        std::string forward = way("forward/", backwards);
        std::string backward = way("backward/", !backwards);
        if (backwards && sequences) {
          forward = builder.flip(forward, 1);
          backward = builder.flip(backward, 1);
        }
        x.name = merged(builder, "concat", forward, backward);
      } else {
        x.name = way("", backwards);
        if (backwards && sequences) x.name = builder.flip(x.name, 1);
      }
      if (!sequences) x.mask.clear();
    }
    return x;
  };
  if (!is_wrapped) return stack(std::move(input), "", goes_back);
  const bool sequences = attributes.boolean(Parameter::return_sequences);
  Value result = stack(input, "forward/", goes_back);
  // Backwards each layer of a stack goes on in the order in which the one before has gone.
  Value reversed = input;
  if (count > 1) {
    reversed.name = builder.flip(input.name, 1);
    if (!input.mask.empty()) reversed.mask = builder.flip(input.mask, 1);
  }
  std::string backward = stack(reversed, "backward/", count > 1 ? goes_back : !goes_back).name;
  if (sequences) backward = builder.flip(backward, 1);
  result.name = merged(builder, layer.attributes.word(Parameter::merge_mode), result.name, backward);
  return result;
}

}  // namespace neural::emit::onnx
