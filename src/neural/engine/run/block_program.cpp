#include "neural/engine/run/block_program.hpp"

#include <algorithm>
#include <cstring>

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

using Node = Expression::Node;

std::int64_t whole_blocks(std::int64_t count) {
  constexpr std::int64_t kVector = 16;  // the widest
  return (count + kVector - 1) / kVector * kVector;
}

}  // namespace

Operand operand_of(const Shape& input, const Shape& result) {
  if (input == result) return {};
  const std::int64_t count = element_count(input);
  if (count == 1) return {Operand::Kind::kOne, 1, {}};
  // Axes of 1 in front say nothing.
  std::size_t first = 0;
  while (first < input.size() && input[first] == 1) ++first;
  const Shape tail(input.begin() + static_cast<std::ptrdiff_t>(first), input.end());
  if (std::equal(tail.rbegin(), tail.rend(), result.rbegin())) return {Operand::Kind::kTail, count, {}};
  std::size_t last = input.size();
  while (last > 0 && input[last - 1] == 1) --last;
  const bool leads = input.size() == result.size() &&
                     std::equal(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(last), result.begin());
  if (leads) return {Operand::Kind::kHead, element_count(result) / count, {}};
  Operand operand{Operand::Kind::kStrided, 1, std::vector<std::int64_t>(result.size(), 0)};
  std::int64_t stride = 1;
  for (std::size_t i = input.size(); i-- > 0;) {
    if (input[i] != 1) operand.strides[result.size() - input.size() + i] = stride;
    stride *= input[i];
  }
  return operand;
}

BlockProgram::BlockProgram(const Elementwise& action, const std::vector<Shape>& inputs, const Shape& result,
                           const Kernels& kernels)
    : shape_(result) {
  const Expression& expression = action.expression;
  const std::vector<Node>& nodes = expression.nodes();
  // How often each value is still to be read; a result is read at the end.
  std::vector<int> readers(nodes.size(), 0);
  for (const Node& node : nodes) {
    for (const NodeId id : node.arguments) {
      if (id.index >= 0) ++readers[static_cast<std::size_t>(id.index)];
    }
  }
  for (const NodeId id : expression.results()) ++readers[static_cast<std::size_t>(id.index)];

  std::vector<std::int32_t> free;
  const auto take = [&] {
    if (free.empty()) return static_cast<std::int32_t>(buffers_++);
    const std::int32_t buffer = free.back();
    free.pop_back();
    return buffer;
  };
  for (const Shape& shape : inputs) {
    operands_.push_back(operand_of(shape, result));
    gathered_.push_back(-1);
  }
  // Copies and numbers keep their buffers for the whole block.
  std::vector<Place> places(nodes.size());
  std::vector<char> stays(nodes.size(), 0);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.kind == Node::Kind::kCall) continue;
    stays[i] = 1;
    if (node.kind == Node::Kind::kInput) {
      const auto input = static_cast<std::size_t>(node.input);
      places[i].input = node.input;
      if (operands_[input].kind != Operand::Kind::kSame && gathered_[input] < 0) {
        gathered_[input] = take();
        // What comes again and again has a second buffer behind it: a block may begin anywhere in it.
        if (operands_[input].kind == Operand::Kind::kTail && is_prepared(input)) ++buffers_;
      }
      places[i].buffer = gathered_[input];
    } else {
      const bool is_scalar = node.kind == Node::Kind::kScalar;
      places[i].buffer = take();
      filled_.push_back(
          {places[i].buffer, node.number, is_scalar ? action.scalars[static_cast<std::size_t>(node.input)] : -1});
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.kind != Node::Kind::kCall) continue;
    Instruction instruction;
    instruction.function = kernels.function(node.function);
    for (int argument = 0; argument < argument_count(node.function); ++argument) {
      const auto from = static_cast<std::size_t>(node.arguments[argument].index);
      instruction.from[argument] = places[from];
    }
    // An argument that nobody else reads makes room for the result: kernels read an element before they write it.
    for (int argument = 0; argument < argument_count(node.function); ++argument) {
      const auto from = static_cast<std::size_t>(node.arguments[argument].index);
      if (--readers[from] == 0 && stays[from] == 0) free.push_back(places[from].buffer);
    }
    places[i].buffer = take();
    instruction.to = places[i];
    instructions_.push_back(instruction);
  }
  for (const NodeId id : expression.results()) results_.push_back(places[static_cast<std::size_t>(id.index)]);
  write_at_once(expression);
}

/// A result whose memory may be that of an input is written only when no input is read in place any more.
void BlockProgram::write_at_once(const Expression& expression) {
  std::size_t safe = 0;
  for (std::size_t i = 0; i < instructions_.size(); ++i) {
    for (const Place& from : instructions_[i].from) {
      if (from.input >= 0 && from.buffer < 0) safe = i;
    }
  }
  std::size_t call = 0;
  for (std::size_t node = 0; node < expression.nodes().size(); ++node) {
    if (expression.nodes()[node].kind != Node::Kind::kCall) continue;
    const std::size_t made = call++;
    std::int32_t first = -1;
    for (std::size_t r = 0; r < results_.size() && made >= safe; ++r) {
      if (expression.results()[r].index != static_cast<std::int32_t>(node)) continue;
      if (first < 0) first = static_cast<std::int32_t>(r);
      results_[r].result = first;
    }
    if (first < 0) continue;
    // Nobody else has had its buffer since.
    const std::int32_t buffer = instructions_[made].to.buffer;
    instructions_[made].to.result = first;
    for (std::size_t i = made + 1; i < instructions_.size(); ++i) {
      for (Place& from : instructions_[i].from) {
        if (from.buffer == buffer) from.result = first;
      }
    }
  }
}

void BlockProgram::gather(std::size_t input, const float* from, std::int64_t begin, std::int64_t count,
                          float* to) const {
  const Operand& operand = operands_[input];
  switch (operand.kind) {
    case Operand::Kind::kSame:
      std::memcpy(to, from + begin, static_cast<std::size_t>(count) * sizeof(float));
      return;
    case Operand::Kind::kOne:
      std::fill_n(to, count, from[0]);
      return;
    case Operand::Kind::kTail:
      for (std::int64_t done = 0; done < count;) {
        const std::int64_t at = (begin + done) % operand.period;
        const std::int64_t run = std::min(count - done, operand.period - at);
        std::memcpy(to + done, from + at, static_cast<std::size_t>(run) * sizeof(float));
        done += run;
      }
      return;
    case Operand::Kind::kHead:
      for (std::int64_t done = 0; done < count;) {
        const std::int64_t at = begin + done;
        const std::int64_t run = std::min(count - done, operand.period - at % operand.period);
        std::fill_n(to + done, run, from[at / operand.period]);
        done += run;
      }
      return;
    case Operand::Kind::kStrided:
      for (std::int64_t i = 0; i < count; ++i) {
        std::int64_t rest = begin + i;
        std::int64_t place = 0;
        for (std::size_t axis = shape_.size(); axis-- > 0;) {
          place += rest % shape_[axis] * operand.strides[axis];
          rest /= shape_[axis];
        }
        to[i] = from[place];
      }
      return;
  }
}

void BlockProgram::prepare(std::span<const float* const> inputs, std::span<const double> scalars,
                           float* scratch) const {
  for (const Filled& each : filled_) {
    const double number = each.scalar < 0 ? each.number : scalars[static_cast<std::size_t>(each.scalar)];
    std::fill_n(scratch + each.buffer * kBlock, kBlock, static_cast<float>(number));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (gathered_[i] < 0 || !is_prepared(i)) continue;
    float* to = scratch + gathered_[i] * kBlock;
    if (operands_[i].kind == Operand::Kind::kOne) {
      std::fill_n(to, kBlock, inputs[i][0]);
    } else {
      gather(i, inputs[i], 0, kBlock + operands_[i].period, to);
    }
  }
}

std::int64_t BlockProgram::phase(const Place& place, std::int64_t begin) const {
  if (place.input < 0) return 0;
  const auto input = static_cast<std::size_t>(place.input);
  return operands_[input].kind == Operand::Kind::kTail && is_prepared(input) ? begin % operands_[input].period : 0;
}

void BlockProgram::run_block(std::int64_t begin, std::int64_t count, std::span<const float* const> inputs,
                             std::span<float* const> outputs, float* scratch) const {
  const auto buffer = [&](std::int32_t index) { return scratch + index * kBlock; };
  // A block that is no whole vector is read and written by way of buffers: beside it lie others' elements.
  const bool is_whole = whole_blocks(count) == count;
  alignas(64) float padded[3][kBlock];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (gathered_[i] >= 0 && !is_prepared(i)) gather(i, inputs[i], begin, count, buffer(gathered_[i]));
  }
  for (const Instruction& instruction : instructions_) {
    const float* from[3] = {scratch, scratch, scratch};
    for (int i = 0; i < 3; ++i) {
      const Place& place = instruction.from[i];
      if (place.result >= 0 && is_whole) {
        from[i] = outputs[static_cast<std::size_t>(place.result)] + begin;
      } else if (place.buffer >= 0) {
        from[i] = buffer(place.buffer) + phase(place, begin);
      } else if (place.input >= 0) {
        from[i] = inputs[static_cast<std::size_t>(place.input)] + begin;
        if (!is_whole) {
          std::memcpy(padded[i], from[i], static_cast<std::size_t>(count) * sizeof(float));
          from[i] = padded[i];
        }
      }
    }
    const Place& to = instruction.to;
    instruction.function(
        to.result >= 0 && is_whole ? outputs[static_cast<std::size_t>(to.result)] + begin : buffer(to.buffer), from[0],
        from[1], from[2], count);
  }
  for (std::size_t r = 0; r < results_.size(); ++r) {
    const Place& place = results_[r];
    const float* from = nullptr;
    if (place.result >= 0 && is_whole) {
      if (place.result == static_cast<std::int32_t>(r)) continue;
      from = outputs[static_cast<std::size_t>(place.result)] + begin;
    } else if (place.buffer >= 0) {
      from = buffer(place.buffer) + phase(place, begin);
    } else {
      from = inputs[static_cast<std::size_t>(place.input)] + begin;
    }
    std::memcpy(outputs[r] + begin, from, static_cast<std::size_t>(count) * sizeof(float));
  }
}

void BlockProgram::run(std::int64_t begin, std::int64_t end, std::span<const float* const> inputs,
                       std::span<float* const> outputs, std::span<const double> scalars, float* scratch) const {
  prepare(inputs, scalars, scratch);
  for (std::int64_t at = begin; at < end; at += kBlock) {
    run_block(at, std::min(kBlock, end - at), inputs, outputs, scratch);
  }
}

}  // namespace neural::engine
