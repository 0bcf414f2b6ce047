// Dense layers and look-ups.
#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {

std::optional<Shape> dense_shape(ShapeContext& context) {
  const auto width = context.known_width();
  if (!width) return {};
  const std::int64_t units = context.attributes().integer(Parameter::units);
  context.add_kernel_and_bias({*width, units});
  Shape output = context.input();
  output.back() = units;
  return output;
}

std::optional<Shape> embedding_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const std::int64_t width = attributes.integer(Parameter::output_dim);
  context.add_tensor("embeddings", {attributes.integer(Parameter::input_dim), width},
                     Parameter::embeddings_initializer);
  Shape output = context.input();
  output.emplace_back(width);
  return output;
}

PartialShape dense_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank) {
  // Higher ranks are flattened; of rank 2 only a raw tensor is, and whether it is raw is not known here.
  if (!input_rank || *input_rank == 2) return {};
  return {1, Shape{attributes.integer(Parameter::units)}};
}

}  // namespace neural::model
