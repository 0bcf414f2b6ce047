#include <fmt/format.h>

#include "neural/model/arguments.hpp"
#include "neural/model/shapes/shape_rules.hpp"
#include "neural/model/shapes/window.hpp"

namespace neural::model {

void complete_pooling(Binding& binding, Reporter& /*reporter*/) {
  Attributes& attributes = binding.attributes;
  if (!attributes.at(Parameter::strides).is_none()) return;
  attributes.set(Parameter::strides, attributes.at(Parameter::pool_size));
}

std::optional<Shape> pooling_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  const auto [spatial, channels] = split_channels(context);
  const std::vector<std::int64_t> undilated(spatial.size(), 1);
  const auto output =
      slide(context, spatial,
            {attributes.integers(Parameter::pool_size), attributes.integers(Parameter::strides), undilated});
  if (!output) return {};
  return join_channels(context, *output, channels);
}

std::optional<Shape> global_pooling_shape(ShapeContext& context) {
  auto [spatial, channels] = split_channels(context);
  if (!context.attributes().boolean(Parameter::keepdims)) return Shape{channels};
  for (Dimension& size : spatial) size = 1;
  return join_channels(context, std::move(spatial), channels);
}

PartialShape global_pooling_partial_shape(const Attributes& attributes, std::optional<std::size_t> /*input_rank*/) {
  if (attributes.boolean(Parameter::keepdims)) return {};
  return {1, {}};
}

std::optional<Shape> adaptive_pooling_shape(ShapeContext& context) {
  auto [spatial, channels] = split_channels(context);
  const std::vector<std::int64_t>& sizes = context.attributes().integers(Parameter::output_size);
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    if (spatial[i] && sizes[i] > *spatial[i]) {
      return context.fail(syntax::Code::E503,
                          fmt::format("`{}` cannot make {} of {} elements along an axis of its input {}",
                                      context.owner(), sizes[i], *spatial[i], to_string(context.input())),
                          "use an `output_size` that does not exceed the input");
    }
    spatial[i] = sizes[i];
  }
  return join_channels(context, std::move(spatial), channels);
}

}  // namespace neural::model
