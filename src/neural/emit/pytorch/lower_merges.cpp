// Layers that make one tensor of several.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/emit/pytorch/masks.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// `torch.maximum(torch.maximum(a, b), c)`
Expression folded(const char* function, const std::vector<std::string>& tensors) {
  Expression result = tensors.front();
  for (std::size_t i = 1; i < tensors.size(); ++i) result = Expression::call(function, {std::move(result), tensors[i]});
  return result;
}

/// The axis of a tensor in an array with the batch in front, counted from 1.
std::size_t position(std::int64_t axis, std::size_t rank) {
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) + 1 : axis);
}

/// "nab,ncb->nac": the axis of each that `axes` names is summed over, the others stand behind each other.
std::string einsum_text(const std::vector<Flow>& sources, const std::vector<std::int64_t>& axes) {
  std::string operands[2] = {"n", "n"};
  std::string result = "n";
  char next = 'a';
  for (std::size_t which = 0; which < 2; ++which) {
    const std::size_t summed = position(axes[std::min(which, axes.size() - 1)], sources[which].rank);
    for (std::size_t axis = 1; axis <= sources[which].rank; ++axis) {
      const char letter = axis == summed ? 'z' : next++;
      operands[which] += letter;
      if (letter != 'z') result += letter;
    }
  }
  return operands[0] + "," + operands[1] + "->" + result;
}

void apply_dot(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources,
               const std::vector<std::string>& tensors) {
  const std::vector<std::int64_t>& axes = layer.attributes.integers(Parameter::axes);
  std::vector<Argument> operands = {python_string(einsum_text(sources, axes))};
  for (std::size_t which = 0; which < 2; ++which) {
    if (!layer.attributes.boolean(Parameter::normalize)) {
      operands.emplace_back(tensors[which]);
      continue;
    }
    const std::size_t axis = position(axes[std::min(which, axes.size() - 1)], sources[which].rank);
    operands.emplace_back(Expression::call(
        "nn.functional.normalize", {tensors[which], {"p", "2.0"}, {"dim", std::to_string(axis)}, {"eps", "1e-12"}}));
  }
  Expression product = Expression::call("torch.einsum", std::move(operands));
  const bool is_number = sources[0].rank == 1 && sources[1].rank == 1;
  if (!is_number) return builder.apply(std::move(product));
  const std::string line = product.flat() + ".unsqueeze(1)";
  constexpr std::size_t kMost = 90;  // a method behind a call has no layout of its own
  if (line.size() <= kMost) return builder.apply(line);
  builder.apply(std::move(product));
  builder.apply(builder.x() + ".unsqueeze(1)");
}

/// Begins the result of several tensors, and gives them in one order of axes: theirs if it is the same and may be kept.
std::vector<std::string> begin_merge(ModuleBuilder& builder, const model::Layer& layer,
                                     const std::vector<Flow>& sources, bool may_keep_order) {
  const Flow& first = sources.front();
  const auto lies_alike = [&](const Flow& each) {
    return each.lies_channels_first == first.lies_channels_first && each.rank == first.rank;
  };
  const bool keeps_order = may_keep_order && std::all_of(sources.begin(), sources.end(), lies_alike);
  std::vector<std::string> tensors;
  for (const Flow& each : sources) tensors.push_back(keeps_order ? each.variable : declared(each));
  std::string target = builder.target_for(layer, sources);
  builder.begin({.variable = first.variable,
                 .rank = layer.output.size(),
                 .lies_channels_first = keeps_order && first.lies_channels_first},
                std::move(target));
  return tensors;
}

}  // namespace

void add_flows(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources) {
  const std::optional<Mask> mask = joined_mask(builder, layer, sources);
  const std::vector<std::string> tensors = begin_merge(builder, layer, sources, true);
  builder.apply(join(tensors, " + "));
  builder.set_mask(mask);
}

namespace {

void apply_merge(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources,
                 const std::vector<std::string>& tensors) {
  switch (layer.kind) {
    case LayerKind::Add:
      return builder.apply(join(tensors, " + "));
    case LayerKind::Multiply:
      return builder.apply(join(tensors, " * "));
    case LayerKind::Subtract:
      return builder.apply(join(tensors, " - "));
    case LayerKind::Average:
      return builder.apply("(" + join(tensors, " + ") + ") / " + std::to_string(tensors.size()));
    case LayerKind::Maximum:
      return builder.apply(folded("torch.maximum", tensors));
    case LayerKind::Minimum:
      return builder.apply(folded("torch.minimum", tensors));
    case LayerKind::Concatenate: {
      const int axis = builder.dimension(layer.attributes.integer(Parameter::axis), layer.output.size());
      std::vector<Argument> elements(tensors.begin(), tensors.end());
      return builder.apply(
          Expression::call("torch.cat", {Expression::tuple(std::move(elements)), {"dim", std::to_string(axis)}}));
    }
    case LayerKind::Dot:
      return apply_dot(builder, layer, sources, tensors);
    default:
      NEURAL_CHECK(false, "a merge out of scope");
  }
}

/// True if a step that does not count in one tensor takes the other's.
bool fills_masked_steps(LayerKind kind) {
  return kind == LayerKind::Multiply || kind == LayerKind::Maximum || kind == LayerKind::Minimum;
}

}  // namespace

void lower_merge(ModuleBuilder& builder, const model::Layer& layer, std::vector<Flow> sources) {
  for (const Flow& each : sources) {
    if (refuses_mask(builder, layer, each)) return;
  }
  const bool is_masked = std::any_of(sources.begin(), sources.end(), [](const Flow& each) { return each.mask; });
  const std::optional<Mask> mask = joined_mask(builder, layer, sources);
  const bool fills = is_masked && fills_masked_steps(layer.kind);
  const std::vector<std::string> tensors = begin_merge(builder, layer, sources, layer.kind != LayerKind::Dot && !fills);
  if (fills) {
    lower_masked_merge(builder, layer, sources, tensors, mask);
  } else {
    apply_merge(builder, layer, sources, tensors);
  }
  builder.set_mask(mask);
}

}  // namespace neural::emit::pytorch
