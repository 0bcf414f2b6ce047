#include "neural/describe/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "neural/describe/values.hpp"

namespace neural::describe {

using estimate::Node;
using model::Layer;

namespace {

/// Gives equal things equal numbers.
class Ids {
 public:
  std::uint32_t of(std::string key) {
    return known_.try_emplace(std::move(key), static_cast<std::uint32_t>(known_.size())).first->second;
  }

  std::uint32_t of(const Node& node, const std::vector<Sequence>& inside) {
    const bool is_simple = inside.empty() && node.layer->inputs.size() == 1;
    if (is_simple) {
      // Copies of a layer share what they hold, and stand close together.
      for (const auto& [other, id] : recent_) {
        if (other != nullptr && is_copy(*node.layer, *other)) return id;
      }
    }
    std::string key = text_of(node);
    for (const Sequence& sequence : inside) key += fmt::format(" inside {}", sequence.id);
    const std::uint32_t id = of(std::move(key));
    if (is_simple) recent_[next_++ % recent_.size()] = {node.layer, id};
    return id;
  }

 private:
  static bool is_copy(const Layer& a, const Layer& b) {
    return a.kind == b.kind && a.attributes.is_same(b.attributes) && a.own_tensors == b.own_tensors &&
           a.own_device == b.own_device && a.parts == b.parts && a.implicit == b.implicit && a.input == b.input &&
           a.output == b.output;
  }

  /// All but name and line; the cost tells joins of different shapes apart.
  std::string text_of(const Node& node) {
    const Layer& layer = *node.layer;
    Json attributes = attributes_json(layer.attributes);
    attributes.erase("name");
    Json all = {layer.type_name(),
                layer.implicit,
                layer.inputs.size(),
                tensors_id(layer),
                layer.device().value_or(""),
                node.cost.forward.value(),
                node.cost.activation_bytes.value()};
    all.push_back(shape_json(layer.input));
    all.push_back(shape_json(layer.output));
    all.push_back(std::move(attributes));
    if (layer.parts != nullptr && layer.parts->custom) {
      for (const auto& [name, value] : layer.parts->custom->arguments) all.push_back({name, any_json(value)});
    }
    return "layer " + compact_json(all);
  }

  std::uint32_t tensors_id(const Layer& layer) {
    const auto [known, is_new] = tensors_.try_emplace(layer.own_tensors.get());
    if (!is_new) return known->second;
    Json tensors = Json::array();
    for (const model::Tensor& tensor : layer.tensors()) {
      tensors.push_back({tensor.name, tensor.shape, initializer_json(tensor.initializer), tensor.trainable});
    }
    return known->second = of("tensors " + compact_json(tensors));
  }

  std::unordered_map<std::string, std::uint32_t> known_;
  std::unordered_map<const std::vector<model::Tensor>*, std::uint32_t> tensors_;
  std::array<std::pair<const Layer*, std::uint32_t>, 16> recent_{};
  std::size_t next_ = 0;
};

constexpr std::size_t kOutside = std::numeric_limits<std::size_t>::max();  ///< where the inputs come from

/// A sequence that is still growing.
struct Strand {
  std::size_t origin = kOutside;  ///< the tensor it begins behind
  Sequence sequence;
};

class GraphReader {
 public:
  GraphReader(Ids& ids, const std::vector<model::Input>* inputs, const std::vector<Node>& layers)
      : ids_(ids), inputs_(inputs), layers_(layers), input_count_(inputs == nullptr ? 1 : inputs->size()) {}

  Sequence read() {
    const std::size_t tensors = input_count_ + layers_.size();
    uses_.resize(tensors);
    strand_of_.assign(tensors, kOutside);
    for (const Node& node : layers_) {
      for (const model::TensorId tensor : node.layer->inputs) ++uses_[tensor.index];
    }
    for (std::size_t i = 0; i < input_count_; ++i) {
      strand_of_[i] = strands_.size();
      strands_.emplace_back();
      if (inputs_ != nullptr) append(strands_.back().sequence, input_block(i));
    }
    open_inputs_ = input_count_;
    std::size_t placed = 0;
    while (placed < layers_.size() && place(placed)) ++placed;
    const std::size_t last = strand_of_.back();
    const bool is_whole = placed == layers_.size() && open_inputs_ == 1 && last != kOutside &&
                          strands_[last].origin == kOutside && strands_[last].sequence.layers == layer_count();
    return is_whole ? finished(std::move(strands_[last].sequence)) : tangled(placed);
  }

 private:
  Block input_block(std::size_t i) {
    Block block{.input = &(*inputs_)[i]};
    block.id = ids_.of(fmt::format("input {} {}", model::to_string(block.input->shape), block.input->is_integer));
    return block;
  }

  std::size_t layer_count() const {
    Amount count;
    for (const Node& node : layers_) count += node.layers;
    return static_cast<std::size_t>(count.value());
  }

  Block layer_block(std::size_t place) {
    const Node& node = layers_[place];
    Block block{.node = &node, .place = place};
    Sequence inside;
    if (!node.wrapped.empty()) inside = GraphReader(ids_, nullptr, node.wrapped).read();
    if (!node.body.empty()) {
      Sequence body = GraphReader(ids_, nullptr, node.body).read();
      inside.is_tangled = body.is_tangled;
      for (Block& each : body.blocks) append(inside, std::move(each));
      inside = finished(std::move(inside));
    }
    block.layers = 1 + inside.layers;
    if (!inside.blocks.empty()) block.inside.push_back(std::move(inside));
    block.id = ids_.of(node, block.inside);
    return block;
  }

  static void append(Sequence& sequence, Block block) {
    sequence.layers += block.layers;
    sequence.blocks.push_back(std::move(block));
  }

  Sequence finished(Sequence sequence) {
    std::string key = sequence.is_tangled ? "tangle" : "sequence";
    for (const Block& block : sequence.blocks) key += " " + std::to_string(block.id);
    sequence.id = ids_.of(std::move(key));
    return sequence;
  }

  /// Puts a layer behind what it takes; false where that is no sequence and no join.
  bool place(std::size_t i) {
    const auto& inputs = layers_[i].layer->inputs;
    const std::size_t result = input_count_ + i;
    if (inputs.size() == 1) {
      const std::size_t from = inputs.front().index;
      const bool continues = uses_[from] == 1 && strand_of_[from] != kOutside;
      const std::size_t strand = continues ? strand_of_[from] : new_strand(from);
      append(strands_[strand].sequence, layer_block(i));
      strand_of_[result] = strand;
      return true;
    }
    return join(i, result);
  }

  std::size_t new_strand(std::size_t origin) {
    strands_.push_back({.origin = origin});
    return strands_.size() - 1;
  }

  bool join(std::size_t i, std::size_t result) {
    const auto& inputs = layers_[i].layer->inputs;
    Block fork;
    std::size_t origin = 0;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const std::size_t from = inputs[k].index;
      const bool is_direct = uses_[from] > 1;  // a branch without layers
      if (!is_direct && strand_of_[from] == kOutside) return undo(fork);
      const std::size_t begins = is_direct ? from : strands_[strand_of_[from]].origin;
      if (k > 0 && begins != origin) return undo(fork);
      origin = begins;
      Sequence branch = is_direct ? Sequence() : std::move(strands_[strand_of_[from]].sequence);
      if (!is_direct) strand_of_[from] = kOutside;
      fork.branches.push_back(finished(std::move(branch)));
    }
    std::size_t& open = origin == kOutside ? open_inputs_ : uses_[origin];
    if (open < inputs.size()) return undo(fork);
    open -= inputs.size() - 1;  // the join is one use in their place
    std::size_t strand = kOutside;
    if (open == 1 && origin != kOutside) strand = strand_of_[origin];
    if (strand == kOutside) strand = new_strand(origin);
    finish_fork(fork);
    append(strands_[strand].sequence, std::move(fork));
    append(strands_[strand].sequence, layer_block(i));
    strand_of_[result] = strand;
    return true;
  }

  void finish_fork(Block& fork) {
    std::string key = "fork";
    for (const Sequence& branch : fork.branches) {
      key += " " + std::to_string(branch.id);
      fork.layers += branch.layers;
    }
    fork.id = ids_.of(std::move(key));
  }

  bool undo(Block& fork) {
    for (Sequence& branch : fork.branches) strands_.push_back({.sequence = std::move(branch)});
    return false;
  }

  /// What has been placed, in the order of the graph, and the rest.
  Sequence tangled(std::size_t placed) {
    std::vector<Block> blocks;
    for (Strand& strand : strands_) take_apart(std::move(strand.sequence), blocks);
    std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) {
      return std::tuple(a.input == nullptr, a.input, a.place) < std::tuple(b.input == nullptr, b.input, b.place);
    });
    Sequence sequence{.is_tangled = true};
    for (Block& block : blocks) append(sequence, std::move(block));
    for (std::size_t i = placed; i < layers_.size(); ++i) append(sequence, layer_block(i));
    return finished(std::move(sequence));
  }

  static void take_apart(Sequence sequence, std::vector<Block>& blocks) {
    for (Block& block : sequence.blocks) {
      for (Sequence& branch : block.branches) take_apart(std::move(branch), blocks);
      if (!block.is_fork()) blocks.push_back(std::move(block));
    }
  }

  Ids& ids_;
  const std::vector<model::Input>* inputs_;
  const std::vector<Node>& layers_;
  std::size_t input_count_;
  std::size_t open_inputs_ = 0;
  std::vector<std::size_t> uses_;       ///< of each tensor: layers that take it, joins counted once
  std::vector<std::size_t> strand_of_;  ///< the strand that ends in a tensor
  std::vector<Strand> strands_;
};

constexpr std::size_t kLongestPeriod = 24;
constexpr std::size_t kFewestRepeats = 3;

/// The run of the most blocks that begins here, of equal ones the shortest period.
Run run_at(std::span<const Block> blocks, std::size_t begin) {
  Run best{.begin = begin};
  for (std::size_t period = 1; period <= kLongestPeriod; ++period) {
    std::size_t end = begin + period;
    while (end < blocks.size() && blocks[end].id == blocks[end - period].id) ++end;
    const std::size_t repeats = (end - begin) / period;
    const bool is_longer = best.repeats == 1 || period * repeats > best.period * best.repeats;
    if (repeats >= kFewestRepeats && is_longer) best = {begin, period, repeats};
    if (end == blocks.size() && best.repeats > 1) break;
  }
  return best;
}

}  // namespace

Sequence structure_of(const estimate::Outline& outline) {
  Ids ids;
  return GraphReader(ids, &outline.model->inputs, outline.layers).read();
}

std::vector<Run> runs_of(std::span<const Block> blocks) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < blocks.size(); i = runs.back().end()) runs.push_back(run_at(blocks, i));
  return runs;
}

std::vector<Run> runs_of(std::span<const Sequence> branches) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < branches.size(); i = runs.back().end()) {
    std::size_t end = i + 1;
    while (end < branches.size() && branches[end].id == branches[i].id) ++end;
    const std::size_t count = end - i < kFewestRepeats ? 1 : end - i;
    runs.push_back({.begin = i, .repeats = count});
  }
  return runs;
}

}  // namespace neural::describe
