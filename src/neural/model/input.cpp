#include "neural/model/input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "neural/base/text.hpp"
#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::int64_t kMostSampleElements = std::int64_t{1} << 62;

/// What the first layer that does not take any rank wants: its row, and how many axes the wrappers around it add.
struct Demand {
  const LayerRow* row = nullptr;  ///< null where the look stops without one
  std::size_t outer_axes = 0;

  bool accepts(std::size_t rank) const { return rank > outer_axes && row->accepts_rank(rank - outer_axes); }
};

std::optional<Demand> find_demand(const Sequence& layers, const std::string& input);

/// Empty where the layer takes any rank and keeps it.
std::optional<Demand> demand_of(const BoundLayer& bound, const std::string& input) {
  if (bound.row == nullptr || bound.row->kind == LayerKind::Embedding) return Demand{};
  const LayerRow& row = *bound.row;
  if (row.wraps()) {
    const bool adds = row.kind == LayerKind::TimeDistributed;
    auto inner = bound.inside == nullptr ? std::nullopt : find_demand(bound.inside->wrapped, input);
    if (!inner) return adds ? std::optional(Demand{&row, 0}) : Demand{};
    if (inner->row != nullptr && adds) ++inner->outer_axes;
    return inner;
  }
  if (row.kind == LayerKind::ResidualConnection) {
    return bound.inside == nullptr ? std::nullopt : find_demand(bound.inside->body, input);
  }
  if (row.demanded_rank() > 0 || row.least_rank > 1) return Demand{&row, 0};
  if (row.keeps_shape || row.keeps_rank) return {};
  return Demand{};
}

std::optional<Demand> find_demand(const Sequence& layers, const std::string& input) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].branch == nullptr) {
      if (auto found = demand_of(*layers[i].layer, input)) return found;
      continue;
    }
    // Of a fork it is the branch of the input, or else the first.
    std::size_t end = i;
    const BoundBranch* path = layers[i].branch;
    for (; end < layers.size() && layers[end].branch != nullptr; ++end) {
      if (layers[end].branch->label == input) path = layers[end].branch;
    }
    if (auto found = find_demand(path->body, input)) return found;
    i = end - 1;
  }
  return {};
}

/// Drops a leading None that is the batch axis.
void drop_batch_axis(DeclaredInput& input, const syntax::ShapeLiteral& literal, const Sequence& layers,
                     Reporter& reporter) {
  Shape& shape = input.input.shape;
  if (shape.size() < 2 || shape.front()) return;
  const std::optional<Demand> demand = find_demand(layers, input.input.name);
  const bool is_wanted =
      demand && demand->row != nullptr && demand->accepts(shape.size()) && !demand->accepts(shape.size() - 1);
  if (!is_wanted) {
    shape.erase(shape.begin());
    return;
  }
  reporter.add(Code::W521, literal.dimensions.front().span,
               fmt::format("the leading None of {} is kept as a dynamic axis: `{}` needs rank {}", to_string(shape),
                           demand->row->name, shape.size()),
               "shapes leave the batch out; declare every axis of one sample");
}

}  // namespace

bool is_countable(const Shape& shape) {
  std::int64_t elements = 1;
  for (const Dimension& size : shape) {
    if (size && (__builtin_mul_overflow(elements, *size, &elements) || elements > kMostSampleElements)) return false;
  }
  return true;
}

std::string input_name(const syntax::Network& network, std::size_t index) {
  if (network.inputs[index].name) return network.inputs[index].name->text;
  return network.inputs.size() == 1 ? "input" : fmt::format("input_{}", index + 1);
}

std::vector<DeclaredInput> read_inputs(const syntax::Network& network, const Sequence& layers, Reporter& reporter) {
  std::vector<DeclaredInput> inputs;
  std::unordered_map<std::string, syntax::Span> names;
  for (std::size_t i = 0; i < network.inputs.size(); ++i) {
    const syntax::Input& declared = network.inputs[i];
    DeclaredInput& result = inputs.emplace_back();
    result.input.name = input_name(network, i);
    if (declared.name) {
      const auto [first, is_new] = names.try_emplace(result.input.name, declared.name->span);
      if (!is_new) {
        reporter.add(Code::E213, declared.name->span,
                     fmt::format("the input {} is already defined", as_code(result.input.name)),
                     "every input needs a name of its own", {{"the first input of this name", first->second}});
      }
    }
    Shape& shape = result.input.shape;
    bool is_sound = true;
    for (const syntax::Dimension& dimension : declared.shape.dimensions) {
      shape.push_back(dimension.size);
      if (dimension.size.value_or(1) >= 1) continue;
      reporter.add(Code::E502, dimension.span,
                   fmt::format("a dimension of the input must be at least 1, got `{}`", *dimension.size),
                   "use `None` for a size that varies");
      is_sound = false;
    }
    drop_batch_axis(result, declared.shape, layers, reporter);
    if (is_sound && !is_countable(shape)) {
      reporter.add(Code::E406, declared.shape.span,
                   fmt::format("the input has more than 2^62 elements a sample: {}", to_string(shape)));
      is_sound = false;
    }
    result.flow = {is_sound ? std::optional(shape) : std::nullopt, shape.size(), true};
  }
  return inputs;
}

}  // namespace neural::model
