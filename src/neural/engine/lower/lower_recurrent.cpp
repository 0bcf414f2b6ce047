// LSTM, GRU, SimpleRNN, Bidirectional, ConvLSTM2D, ConvGRU2D: a scan over the steps.
#include <fmt/format.h>

#include <functional>
#include <memory>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"
#include "neural/engine/lower/windows.hpp"

namespace neural::engine {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;

/// What a direction of a layer computes: whose tensors, by which path, with whose attributes.
struct Direction {
  const model::Layer& outer;
  const model::Layer& cell;
  std::string path;  ///< of the tensors: "layer_1/backward/"
  bool is_backward = false;
};

LayerKind plain_kind(LayerKind kind) {
  return kind == LayerKind::ConvLSTM2D ? LayerKind::LSTM : kind == LayerKind::ConvGRU2D ? LayerKind::GRU : kind;
}

bool is_convolutional(const model::Layer& cell) {
  return cell.kind == LayerKind::ConvLSTM2D || cell.kind == LayerKind::ConvGRU2D;
}

std::int64_t gate_count(LayerKind kind) {
  const LayerKind plain = plain_kind(kind);
  return plain == LayerKind::LSTM ? 4 : plain == LayerKind::GRU ? 3 : 1;
}

double rate_of(const model::Layer& cell, Parameter parameter) {
  return cell.attributes.has(parameter) ? cell.attributes.number(parameter) : 0;
}

/// One direction over the steps, [n, steps, …] -> its states, of all steps in the order of the input, or the last.
class Recurrence {
 public:
  Recurrence(Lowering& lowering, const Direction& direction)
      : lowering_(lowering), builder_(lowering.builder()), direction_(direction), cell_(direction.cell) {}

  /// `zeroes`: steps that do not count give 0, in place of what was there before.
  ValueId run(const Flow& input, bool sequences, bool zeroes) {
    const Shape shape = builder_.shape(input.value);
    steps_ = shape[1];
    ValueId xs = time_first(projected(input.value));
    const Shape all = builder_.shape(xs);
    const Shape one(all.begin() + 1, all.end());
    state_shape_ = one;
    state_shape_.back() /= gate_count(cell_.kind);

    auto body = std::make_shared<Graph>();
    Builder step(*body);
    step.set_origin(builder_.origin());
    std::vector<ValueId> sequence_inputs = {xs};
    const ValueId x = step.input(one);
    ValueId counts;
    if (input.is_masked()) {
      const ValueId mask = builder_.swap_axes(input.mask, 0, 1);
      sequence_inputs.push_back(mask);
      counts = step.input({one.front()});
    }
    std::vector<ValueId> states;
    const std::size_t state_count = plain_kind(cell_.kind) == LayerKind::LSTM ? 2 : 1;
    for (std::size_t i = 0; i < state_count; ++i) states.push_back(step.input(state_shape_));
    std::vector<ValueId> values = sequence_inputs;
    for (std::size_t i = 0; i < state_count; ++i) values.push_back(builder_.full(state_shape_, 0));
    const auto constant = [&](ValueId outside) {
      values.push_back(outside);
      return step.input(builder_.shape(outside));
    };
    prepare_product(constant);

    std::vector<ValueId> next = advance(step, x, states);
    ValueId result = next.front();
    if (counts) {
      for (std::size_t i = 0; i < state_count; ++i) next[i] = where_counts(step, counts, next[i], states[i]);
      result = zeroes ? where_counts(step, counts, result, step.full({1}, 0)) : next.front();
    }
    body->outputs = next;
    if (sequences) body->outputs.push_back(result);

    Scan scan;
    scan.body = body;
    scan.steps = steps_;
    scan.sequences = static_cast<int>(sequence_inputs.size());
    scan.states = static_cast<int>(state_count);
    scan.reversed = direction_.is_backward;
    const std::vector<ValueId> results = builder_.scan(std::move(scan), std::move(values));
    return sequences ? builder_.swap_axes(results.back(), 0, 1) : results.front();
  }

 private:
  using Product = std::function<ValueId(Builder&, ValueId state, int part)>;

  bool resets_after() const { return cell_.kind == LayerKind::GRU && cell_.attributes.boolean(Parameter::reset_after); }
  std::optional<ValueId> tensor(const char* name) const {
    if (!lowering_.has_weight(direction_.outer, direction_.path + name)) return std::nullopt;
    return lowering_.weight(direction_.outer, direction_.path + name);
  }

  ValueId time_first(ValueId x) { return builder_.swap_axes(x, 0, 1); }

  /// The products of all steps with the input, and their bias: [n, steps, …, gates · units].
  ValueId projected(ValueId x) {
    const ValueId kernel = *tensor("kernel");
    std::optional<ValueId> bias = tensor("bias");
    if (bias && builder_.rank(*bias) == 2) {
      bias = builder_.reshape(builder_.slice_axis(*bias, 0, 0, 1), {builder_.shape(*bias)[1]});
    }
    if (is_convolutional(cell_)) return convolved(x, kernel, bias);
    const double rate = rate_of(cell_, Parameter::dropout);
    if (!lowering_.trains() || rate == 0) return linear(builder_, x, kernel, bias);
    return dropped(x, kernel, bias, rate);
  }

  ValueId mask(Shape shape, double rate) {
    std::optional<std::int64_t> seed;
    if (cell_.attributes.has(Parameter::seed) && !cell_.attributes.at(Parameter::seed).is_none()) {
      seed = cell_.attributes.integer(Parameter::seed);
    }
    const ValueId random = lowering_.random(shape, Random::Kind::kUniform, seed);
    return builder_.elementwise({random}, [&](std::span<const Term> in) {
      return select(less(in[0], in[0].number(rate)), in[0].number(0), in[0].number(1 / (1 - rate)));
    });
  }

  /// The same mask of the inputs at all steps; one for all gates, as Keras has it.
  ValueId dropped(ValueId x, ValueId kernel, std::optional<ValueId> bias, double rate) {
    Shape shape = builder_.shape(x);
    shape[1] = 1;
    return linear(builder_, builder_.multiply(x, mask(shape, rate)), kernel, bias);
  }

  /// A convolution of each step's image.
  ValueId convolved(ValueId x, ValueId kernel, std::optional<ValueId> bias) {
    Shape shape = builder_.shape(x);
    const double rate = rate_of(cell_, Parameter::dropout);
    if (lowering_.trains() && rate > 0) {
      Shape of_mask = shape;
      of_mask[1] = 1;
      x = builder_.multiply(x, mask(of_mask, rate));
    }
    const std::int64_t batch = shape[0];
    Shape images = {batch * shape[1]};
    images.insert(images.end(), shape.begin() + 2, shape.end());
    const ValueId flat = builder_.reshape(x, images);
    const std::int64_t groups = cell_.attributes.integer(Parameter::groups);
    // The channels are last by now, whatever the layer says.
    model::Layer image = cell_;
    image.input.assign(images.begin() + 1, images.end());
    if (model::is_channels_first(cell_.attributes)) {
      image.input.insert(image.input.begin(), image.input.back());
      image.input.pop_back();
    }
    const Window window = window_of(image, model::windows_of(image, Parameter::kernel_size), groups);
    ValueId y = builder_.convolution(flat, kernel, window);
    if (bias) y = builder_.add(y, *bias);
    Shape result = builder_.shape(y);
    result.front() = batch;
    result.insert(result.begin() + 1, shape[1]);
    return builder_.reshape(y, result);
  }

  /// state · recurrent kernel, of all gates (-1), or of the first two (0) or the last (1) of a GRU that resets before.
  template <class AsConstant>
  void prepare_product(const AsConstant& constant) {
    const ValueId whole = *tensor("recurrent_kernel");
    const std::int64_t width = builder_.shape(whole).back() / gate_count(cell_.kind);
    const bool is_split = plain_kind(cell_.kind) == LayerKind::GRU && !resets_after();
    std::vector<ValueId> kernels;
    if (is_split) {
      kernels.push_back(constant(builder_.slice_axis(whole, -1, 0, 2 * width)));
      kernels.push_back(constant(builder_.slice_axis(whole, -1, 2 * width, width)));
    } else {
      kernels.push_back(constant(whole));
    }
    std::optional<ValueId> bias;
    if (resets_after() && tensor("bias")) {
      const ValueId both = *tensor("bias");
      bias = constant(builder_.reshape(builder_.slice_axis(both, 0, 1, 1), {builder_.shape(both)[1]}));
    }
    std::optional<ValueId> kept;
    const double rate = rate_of(cell_, Parameter::recurrent_dropout);
    if (lowering_.trains() && rate > 0) kept = constant(mask(state_shape_, rate));
    Window same;
    if (is_convolutional(cell_)) {
      for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t reach = builder_.shape(whole)[axis] - 1;
        same.strides.push_back(1);
        same.dilations.push_back(1);
        same.pads.emplace_back(reach / 2, reach - reach / 2);
      }
    }
    product_ = [=, convolves = is_convolutional(cell_)](Builder& step, ValueId state, int part) {
      const ValueId kernel = kernels[part < 0 ? 0 : static_cast<std::size_t>(part)];
      if (kept) state = step.multiply(state, *kept);
      if (convolves) return step.convolution(state, kernel, same);
      return linear(step, state, kernel, bias);
    };
  }

  ValueId gate(Builder& step, ValueId x) {
    return activate(step, cell_.attributes.activation(Parameter::recurrent_activation), x);
  }
  ValueId function(Builder& step, ValueId x) {
    return activate(step, cell_.attributes.activation(Parameter::activation), x);
  }
  ValueId part(Builder& step, ValueId x, std::int64_t number) {
    const std::int64_t width = state_shape_.back();
    return step.slice_axis(x, -1, number * width, width);
  }

  /// The states behind a step: h, and c of an LSTM. `x` has the products of all gates with the input, and their bias.
  std::vector<ValueId> advance(Builder& step, ValueId x, const std::vector<ValueId>& states) {
    const ValueId h = states.front();
    switch (plain_kind(cell_.kind)) {
      case LayerKind::SimpleRNN:
        return {function(step, step.add(x, product_(step, h, -1)))};
      case LayerKind::LSTM: {
        // Gates i, f, c, o.
        const ValueId z = step.add(x, product_(step, h, -1));
        const ValueId kept = step.multiply(gate(step, part(step, z, 1)), states[1]);
        const ValueId added = step.multiply(gate(step, part(step, z, 0)), function(step, part(step, z, 2)));
        const ValueId c = step.add(kept, added);
        return {step.multiply(gate(step, part(step, z, 3)), function(step, c)), c};
      }
      default:
        return {advance_gru(step, x, h)};
    }
  }

  /// Gates z, r, h.
  ValueId advance_gru(Builder& step, ValueId x, ValueId h) {
    ValueId update;
    ValueId candidate;
    if (resets_after()) {
      const ValueId of_state = product_(step, h, -1);
      update = gate(step, step.add(part(step, x, 0), part(step, of_state, 0)));
      const ValueId reset = gate(step, step.add(part(step, x, 1), part(step, of_state, 1)));
      candidate = function(step, step.add(part(step, x, 2), step.multiply(reset, part(step, of_state, 2))));
    } else {
      const ValueId of_state = product_(step, h, 0);
      update = gate(step, step.add(part(step, x, 0), part(step, of_state, 0)));
      const ValueId reset = gate(step, step.add(part(step, x, 1), part(step, of_state, 1)));
      candidate = function(step, step.add(part(step, x, 2), product_(step, step.multiply(reset, h), 1)));
    }
    return step.elementwise({update, h, candidate},
                            [](std::span<const Term> in) { return in[0] * in[1] + (1 - in[0]) * in[2]; });
  }

  Lowering& lowering_;
  Builder& builder_;
  const Direction& direction_;
  const model::Layer& cell_;
  std::int64_t steps_ = 0;
  Shape state_shape_;
  Product product_;
};

ValueId merged(Builder& builder, const std::string& mode, ValueId forward, ValueId backward) {
  if (mode == "concat") return builder.concatenate({forward, backward}, -1);
  if (mode == "mul") return builder.multiply(forward, backward);
  const ValueId sum = builder.add(forward, backward);
  return mode == "sum" ? sum : builder.scale(sum, 0.5);
}

/// Of images, or of a sequence of them.
ValueId with_channels_first(Builder& builder, ValueId x) {
  return builder.transpose(x, builder.rank(x) == 5 ? std::vector<int>{0, 1, 4, 2, 3} : std::vector<int>{0, 3, 1, 2});
}

/// A stack of layers, from the given end of the sequence; the tensors' paths begin with `prefix`.
Flow run_stack(Lowering& lowering, const model::Layer& outer, const model::Layer& cell, Flow x,
               const std::string& prefix, bool backwards, bool zeroes) {
  Builder& builder = lowering.builder();
  const model::Attributes& attributes = cell.attributes;
  const std::int64_t count = attributes.has(Parameter::num_layers) ? attributes.integer(Parameter::num_layers) : 1;
  const bool is_both_ways = attributes.has(Parameter::bidirectional) && attributes.boolean(Parameter::bidirectional);
  for (std::int64_t i = 0; i < count; ++i) {
    const bool sequences = i + 1 < count || attributes.boolean(Parameter::return_sequences);
    const std::string path = prefix + (count > 1 ? fmt::format("layer_{}/", i) : "");
    const auto way = [&](const std::string& which, bool from_end) {
      const Direction direction = {outer, cell, path + which, from_end};
      return Recurrence(lowering, direction).run(x, sequences, (zeroes || is_both_ways) && sequences);
    };
    // What goes backwards gives its sequence in the order in which it went.
    const auto turned = [&](ValueId value) { return backwards && sequences ? builder.reverse(value, 1) : value; };
    if (is_both_ways) {
      const ValueId forward = turned(way("forward/", backwards));
      x.value = merged(builder, "concat", forward, turned(way("backward/", !backwards)));
    } else {
      x.value = turned(way("", backwards));
    }
    if (!sequences) x.mask = {};
  }
  return x;
}

}  // namespace

Flow lower_recurrent(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  if (layer.kind != LayerKind::Bidirectional) {
    return run_stack(lowering, layer, layer, input, "", layer.attributes.boolean(Parameter::go_backwards), false);
  }
  const model::Layer& cell = *layer.wrapped;
  const model::Attributes& attributes = cell.attributes;
  if (is_convolutional(cell)) {
    input.value = model::is_channels_first(attributes) ? builder.transpose(input.value, {0, 1, 3, 4, 2}) : input.value;
  }
  const std::int64_t count = attributes.has(Parameter::num_layers) ? attributes.integer(Parameter::num_layers) : 1;
  const bool goes_back = attributes.boolean(Parameter::go_backwards);
  const bool sequences = attributes.boolean(Parameter::return_sequences);
  Flow result = run_stack(lowering, layer, cell, input, "forward/", goes_back, true);
  // Backwards each layer of a stack goes on in the order in which the one before has gone.
  Flow reversed = input;
  if (count > 1) {
    reversed.value = builder.reverse(input.value, 1);
    if (input.is_masked()) reversed.mask = builder.reverse(input.mask, 1);
  }
  ValueId backward =
      run_stack(lowering, layer, cell, reversed, "backward/", count > 1 ? goes_back : !goes_back, true).value;
  if (sequences) backward = builder.reverse(backward, 1);
  if (is_convolutional(cell) && model::is_channels_first(attributes)) {
    result.value = with_channels_first(builder, result.value);
    backward = with_channels_first(builder, backward);
  }
  result.value = merged(builder, layer.attributes.word(Parameter::merge_mode), result.value, backward);
  return result;
}

Flow lower_recurrent_convolution(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const bool is_first = model::is_channels_first(layer.attributes);
  if (is_first) input.value = builder.transpose(input.value, {0, 1, 3, 4, 2});
  Flow result = run_stack(lowering, layer, layer, input, "", layer.attributes.boolean(Parameter::go_backwards), false);
  if (is_first) result.value = with_channels_first(builder, result.value);
  return result;
}

}  // namespace neural::engine
