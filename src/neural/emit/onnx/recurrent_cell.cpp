#include "neural/emit/onnx/recurrent_cell.hpp"

#include <functional>

#include "neural/emit/onnx/lowering.hpp"
#include "neural/model/window_padding.hpp"

namespace neural::emit::onnx {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;
using model::Window;

/// Which part of the recurrent kernel.
enum class Part { kAll, kGates, kCandidate };

/// A cell, whatever its product is.
struct Cell {
  LayerKind kind{};  ///< LSTM, GRU or SimpleRNN
  Activation activation{};
  Activation gate_activation = Activation::sigmoid;
  bool resets_after = false;
  std::int64_t axis = 1;                                               ///< of the units in a state
  std::function<std::string(const std::string& state, Part)> product;  ///< state · recurrent kernel
};

std::vector<std::string> split(GraphBuilder& builder, const std::string& x, std::int64_t axis, std::size_t count) {
  return builder.add_several("Split", {x}, {{"axis", axis}, {"num_outputs", static_cast<std::int64_t>(count)}}, count);
}

/// The states behind a step: h, and c of an LSTM. `x` has the products of all gates with the input, and their bias.
std::vector<std::string> step(GraphBuilder& builder, const Cell& cell, const std::string& x,
                              const std::vector<std::string>& states) {
  const std::string& h = states.front();
  const auto gate = [&](const std::string& y) { return activate(builder, cell.gate_activation, y); };
  const auto function = [&](const std::string& y) { return activate(builder, cell.activation, y); };
  const auto sum = [&](const std::string& a, const std::string& b) { return builder.add("Add", {a, b}); };
  const auto product = [&](const std::string& a, const std::string& b) { return builder.add("Mul", {a, b}); };
  if (cell.kind == LayerKind::SimpleRNN) return {function(sum(x, cell.product(h, Part::kAll)))};
  if (cell.kind == LayerKind::LSTM) {
    const auto z = split(builder, sum(x, cell.product(h, Part::kAll)), cell.axis, 4);
    const std::string c = sum(product(gate(z[1]), states[1]), product(gate(z[0]), function(z[2])));
    return {product(gate(z[3]), function(c)), c};
  }
  const auto of_input = split(builder, x, cell.axis, 3);
  std::string update;
  std::string candidate;
  if (cell.resets_after) {
    const auto of_state = split(builder, cell.product(h, Part::kAll), cell.axis, 3);
    update = gate(sum(of_input[0], of_state[0]));
    candidate = function(sum(of_input[2], product(gate(sum(of_input[1], of_state[1])), of_state[2])));
  } else {
    const auto of_state = split(builder, cell.product(h, Part::kGates), cell.axis, 2);
    update = gate(sum(of_input[0], of_state[0]));
    const std::string reset = gate(sum(of_input[1], of_state[1]));
    candidate = function(sum(of_input[2], cell.product(product(reset, h), Part::kCandidate)));
  }
  // update · h + (1 − update) · candidate
  return {sum(candidate, product(update, builder.add("Sub", {h, candidate})))};
}

/// Runs the cell over axis 1 of `xs`. `mask` is bool [n, steps, 1, …] or empty.
std::string scan(GraphBuilder& builder, const Cell& cell, const std::string& xs, const std::string& mask,
                 const std::string& initial, bool is_backward, bool sequences, bool zeroes) {
  const std::size_t state_count = cell.kind == LayerKind::LSTM ? 2 : 1;
  builder.begin_graph();
  std::vector<ValueInfo> inputs;
  std::vector<std::string> states;
  for (std::size_t i = 0; i < state_count; ++i) {
    states.push_back(builder.fresh("state"));
    inputs.push_back({states.back(), ElementType::kFloat, false, {}});
  }
  const std::string x = builder.fresh("step");
  inputs.push_back({x, ElementType::kFloat, false, {}});
  const std::string counts = mask.empty() ? "" : builder.fresh("counts");
  if (!mask.empty()) inputs.push_back({counts, ElementType::kBool, false, {}});
  std::vector<std::string> next = step(builder, cell, x, states);
  std::string result = next.front();
  if (!mask.empty()) {
    for (std::size_t i = 0; i < state_count; ++i) next[i] = builder.add("Where", {counts, next[i], states[i]});
    result = zeroes ? builder.add("Where", {counts, result, builder.number(0)}) : next.front();
  }
  std::vector<ValueInfo> outputs;
  for (const std::string& each : next) outputs.push_back({each, ElementType::kFloat, false, {}});
  outputs.push_back({builder.add("Identity", {result}), ElementType::kFloat, false, {}});
  auto body = builder.end_graph("step", std::move(inputs), std::move(outputs));

  const std::int64_t direction = is_backward ? 1 : 0;
  std::vector<std::string> from(state_count, initial);
  from.push_back(xs);
  const std::size_t scanned = mask.empty() ? 1 : 2;
  if (!mask.empty()) from.push_back(mask);
  const auto results = builder.add_several("Scan", std::move(from),
                                           {{"body", std::move(body)},
                                            {"num_scan_inputs", static_cast<std::int64_t>(scanned)},
                                            {"scan_input_axes", Integers(scanned, 1)},
                                            {"scan_input_directions", Integers(scanned, direction)},
                                            {"scan_output_axes", Integers{1}},
                                            {"scan_output_directions", Integers{direction}}},
                                           state_count + 1);
  return sequences ? results.back() : results.front();
}

LayerKind plain_kind(LayerKind kind) {
  return kind == LayerKind::ConvLSTM2D ? LayerKind::LSTM : kind == LayerKind::ConvGRU2D ? LayerKind::GRU : kind;
}

Cell cell_of(const model::Layer& layer) {
  Cell cell = {.kind = plain_kind(layer.kind), .activation = layer.attributes.activation(Parameter::activation)};
  if (layer.attributes.has(Parameter::recurrent_activation)) {
    cell.gate_activation = layer.attributes.activation(Parameter::recurrent_activation);
  }
  return cell;
}

/// The part of an array along its last axis, the gates side by side.
weights::Array columns(const weights::Array& array, std::int64_t begin, std::int64_t end) {
  const std::int64_t width = array.shape.back();
  weights::Array result = array;
  result.shape.back() = end - begin;
  result.values.clear();
  for (std::size_t row = 0; row < array.values.size() / static_cast<std::size_t>(width); ++row) {
    const auto first = array.values.begin() + static_cast<std::ptrdiff_t>(row) * width;
    result.values.insert(result.values.end(), first + begin, first + end);
  }
  return result;
}

}  // namespace

std::string scan_recurrent(GraphBuilder& builder, const model::Layer& outer, const model::Layer& cell_layer,
                           const std::string& path, const Value& input, bool is_backward, bool sequences, bool zeroes) {
  const model::Attributes& attributes = cell_layer.attributes;
  const std::int64_t units = attributes.integer(Parameter::units);
  const bool has_bias = attributes.boolean(Parameter::use_bias);
  Cell cell = cell_of(cell_layer);
  cell.resets_after = cell.kind == LayerKind::GRU && attributes.boolean(Parameter::reset_after);

  std::string input_bias;
  std::string state_bias;
  if (has_bias) {
    const weights::Array& bias = builder.array_of(outer, path + "bias");
    const auto width = static_cast<std::ptrdiff_t>(bias.shape.back());
    input_bias = builder.array(path + "bias", {{width}, {bias.values.begin(), bias.values.begin() + width}});
    if (cell.resets_after) {
      state_bias = builder.array(path + "recurrent_bias", {{width}, {bias.values.begin() + width, bias.values.end()}});
    }
  }
  const weights::Array& recurrent = builder.array_of(outer, path + "recurrent_kernel");
  const bool is_split = cell.kind == LayerKind::GRU && !cell.resets_after;
  std::string whole;
  std::string gates;
  std::string candidate;
  if (is_split) {
    gates = builder.array(path + "recurrent_kernel", columns(recurrent, 0, 2 * units));
    candidate = builder.array(path + "recurrent_kernel", columns(recurrent, 2 * units, 3 * units));
  } else {
    whole = builder.array(path + "recurrent_kernel", recurrent);
  }
  cell.product = [&](const std::string& state, Part part) {
    const std::string& kernel = part == Part::kAll ? whole : part == Part::kGates ? gates : candidate;
    return linear(builder, state, 2, kernel, state_bias);
  };
  const std::string xs = linear(builder, input.name, 2, builder.weight(outer, path + "kernel"), input_bias);
  const std::string zeros = builder.add("Expand", {builder.number(0), builder.shape({Size(input.name, 0), units})});
  const std::string mask = input.mask.empty() ? "" : builder.unsqueeze(input.mask, {2});
  return scan(builder, cell, xs, mask, zeros, is_backward, sequences, zeroes);
}

Value scan_recurrent_convolution(GraphBuilder& builder, const model::Layer& outer, const model::Layer& cell_layer,
                                 const std::string& path, Value input, bool is_backward, bool zeroes) {
  const model::Attributes& attributes = cell_layer.attributes;
  const bool has_channels_first = is_channels_first(attributes);
  input = builder.declared(std::move(input));
  if (!has_channels_first) input.name = builder.transpose(input.name, {0, 1, 4, 2, 3});
  const std::int64_t filters = attributes.integer(Parameter::filters);

  // The windows lie over the image, behind the axis of the steps.
  model::Layer image = cell_layer;
  image.input = outer.input;
  image.input.erase(image.input.begin());
  const std::vector<Window> windows = windows_of(image, Parameter::kernel_size);
  const auto paddings = padding_of(image, windows);
  std::vector<Attribute> settings = {{"strides", attributes.integers(Parameter::strides)},
                                     {"dilations", attributes.integers(Parameter::dilation_rate)},
                                     {"group", attributes.integer(Parameter::groups)}};
  if (paddings) {
    settings.emplace_back("pads", pads_of(*paddings));
  } else {
    settings.emplace_back("auto_pad", "SAME_UPPER");
  }
  const Integers order = {3, 2, 0, 1};
  std::vector<std::string> operands = {
      builder.reshape(input.name, {-1, Size(input.name, 2), Size(input.name, 3), Size(input.name, 4)}),
      builder.weight(outer, path + "kernel", order)};
  if (attributes.boolean(Parameter::use_bias)) operands.push_back(builder.weight(outer, path + "bias"));
  const std::string flat = builder.add("Conv", std::move(operands), std::move(settings));
  const std::string xs =
      builder.reshape(flat, {Size(input.name, 0), Size(input.name, 1), Size(flat, 1), Size(flat, 2), Size(flat, 3)});

  Cell cell = cell_of(cell_layer);
  const weights::Array& recurrent = builder.array_of(outer, path + "recurrent_kernel");
  const auto part_of = [&](std::int64_t begin, std::int64_t end) {
    return builder.array(path + "recurrent_kernel",
                         permuted(columns(recurrent, begin * filters, end * filters), order));
  };
  const bool is_split = cell.kind == LayerKind::GRU;
  const std::string gates = is_split ? part_of(0, 2) : part_of(0, 4);
  const std::string candidate = is_split ? part_of(2, 3) : "";
  cell.product = [&](const std::string& state, Part part) {
    return builder.add("Conv", {state, part == Part::kCandidate ? candidate : gates}, {{"auto_pad", "SAME_UPPER"}});
  };
  const std::string zeros = builder.add(
      "Expand", {builder.number(0), builder.shape({Size(input.name, 0), filters, Size(flat, 2), Size(flat, 3)})});
  const bool sequences = attributes.boolean(Parameter::return_sequences);
  const std::string mask = input.mask.empty() ? "" : builder.unsqueeze(input.mask, {2, 3, 4});
  std::string result = scan(builder, cell, xs, mask, zeros, is_backward, sequences, zeroes && sequences);
  if (!has_channels_first)
    result = builder.transpose(result, sequences ? Integers{0, 1, 3, 4, 2} : Integers{0, 2, 3, 1});
  return {.name = result,
          .rank = sequences ? std::size_t{4} : std::size_t{3},
          .mask = sequences ? input.mask : std::string()};
}

Value lower_recurrent_convolution(GraphBuilder& builder, const model::Layer& layer, Value input) {
  const bool is_backward = layer.attributes.boolean(Parameter::go_backwards);
  Value result = scan_recurrent_convolution(builder, layer, layer, "", std::move(input), is_backward, false);
  const bool sequences = layer.attributes.boolean(Parameter::return_sequences);
  if (is_backward && sequences) result.name = builder.flip(result.name, 1);
  return result;
}

}  // namespace neural::emit::onnx
