#include <fmt/format.h>

#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {

std::optional<Shape> batch_normalization_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  std::vector<std::int64_t> statistics;
  std::vector<bool> seen(context.input().size());
  for (const std::int64_t axis : attributes.integers(Parameter::axis)) {
    const auto position = context.position_of(axis);
    if (!position) return {};
    if (seen[*position]) {
      return context.fail(syntax::Code::E510, fmt::format("`{}` names axis {} twice", context.owner(), axis),
                          "name every axis once");
    }
    seen[*position] = true;
    const Dimension& size = context.input()[*position];
    if (!size) {
      return context.fail(syntax::Code::E505,
                          fmt::format("`{}` needs the size of axis {}, but receives {}", context.owner(), axis,
                                      to_string(context.input())),
                          "give that axis a size in the input shape");
    }
    statistics.push_back(*size);
  }
  if (attributes.boolean(Parameter::scale)) context.add_tensor("gamma", statistics, Parameter::gamma_initializer);
  if (attributes.boolean(Parameter::center)) context.add_tensor("beta", statistics, Parameter::beta_initializer);
  context.add_tensor("moving_mean", statistics, Parameter::moving_mean_initializer, false);
  context.add_tensor("moving_variance", statistics, Parameter::moving_variance_initializer, false);
  return context.input();
}

}  // namespace neural::model
