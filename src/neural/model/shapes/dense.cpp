#include <fmt/format.h>

#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {

std::optional<Shape> dense_shape(ShapeContext& context) {
  const Dimension& width = context.input().back();
  if (!width) {
    return context.fail(syntax::Code::E505,
                        fmt::format("`{}` needs the size of the last axis, but receives {}", context.owner(),
                                    to_string(context.input())),
                        "give that axis a size in the input shape");
  }
  const std::int64_t units = context.attributes().integer(Parameter::units);
  context.add_kernel_and_bias({*width, units});
  Shape output = context.input();
  output.back() = units;
  return output;
}

PartialShape dense_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank) {
  // Higher ranks are flattened; of rank 2 only a raw tensor is, and whether it is raw is not known here.
  if (!input_rank || *input_rank == 2) return {};
  return {1, Shape{attributes.integer(Parameter::units)}};
}

}  // namespace neural::model
