#include "neural/model/input.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::string_view kUnnamedInput = "input";

constexpr std::int64_t kMostSampleElements = std::int64_t{1} << 62;

/// The first layer that demands a rank, seen through layers that take any and keep it.
const LayerRow* first_demand(const std::vector<Placement>& placements) {
  for (const Placement& placement : placements) {
    const LayerRow* row = placement.layer->row;
    if (row == nullptr) return nullptr;
    if (row->demanded_rank() > 0) return row;
    if (!row->keeps_shape && !row->flattens_input) return nullptr;
  }
  return nullptr;
}

/// Drops a leading None that is the batch axis.
void drop_batch_axis(Shape& shape, const syntax::ShapeLiteral& literal, const std::vector<Placement>& placements,
                     Reporter& reporter) {
  if (shape.size() < 2 || shape.front()) return;
  const LayerRow* demand = first_demand(placements);
  if (demand == nullptr || demand->demanded_rank() != shape.size()) {
    shape.erase(shape.begin());
    return;
  }
  reporter.add(Code::W521, literal.dimensions.front().span,
               fmt::format("the leading None of {} is kept as a dynamic axis: `{}` needs rank {}", to_string(shape),
                           demand->name, demand->demanded_rank()),
               "shapes leave the batch out; declare every axis of one sample");
}

}  // namespace

bool is_countable(const Shape& shape) {
  Shape known = shape;
  std::erase(known, std::nullopt);
  return element_count(known).value() <= kMostSampleElements;
}

DeclaredInput read_input(const syntax::Network& network, const std::vector<Placement>& placements, Reporter& reporter) {
  if (network.inputs.empty()) return {};
  const syntax::Input& declared = network.inputs.front();
  DeclaredInput result;
  result.input.name = declared.name ? declared.name->text : std::string(kUnnamedInput);
  if (network.inputs.size() > 1) {
    reporter.unavailable(network.inputs[1].shape.span, "several inputs are");
    return result;
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
  drop_batch_axis(shape, declared.shape, placements, reporter);
  if (is_sound && !is_countable(shape)) {
    reporter.add(Code::E406, declared.shape.span,
                 fmt::format("the input has more than 2^62 elements a sample: {}", to_string(shape)));
    is_sound = false;
  }
  result.flow = {is_sound ? std::optional(shape) : std::nullopt, shape.size(), true};
  return result;
}

}  // namespace neural::model
