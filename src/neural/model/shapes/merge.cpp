// Layers that make one tensor of several.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

using syntax::Code;

std::string all_shapes(const ShapeContext& context) {
  constexpr std::size_t kMostShown = 6;
  std::vector<std::string> texts;
  for (const Shape& shape : context.inputs()) {
    texts.push_back(texts.size() == kMostShown ? "…" : to_string(shape));
    if (texts.size() > kMostShown) break;
  }
  return join(texts, ", ");
}

/// The size of an axis of both; outer empty where they do not join. 1 goes with any; of an unknown size nothing is
/// said.
std::optional<Dimension> joined(const Dimension& a, const Dimension& b) {
  if (a == 1) return b;
  if (b == 1 || a == b) return a;
  if (!a || !b) return Dimension();
  return {};
}

}  // namespace

std::optional<Shape> elementwise_merge_shape(ShapeContext& context) {
  Shape result = context.inputs().front();
  for (const Shape& shape : context.inputs().subspan(1)) {
    bool joins = shape.size() == result.size();
    for (std::size_t i = 0; joins && i < shape.size(); ++i) {
      const auto size = joined(result[i], shape[i]);
      joins = size.has_value();
      if (size) result[i] = *size;
    }
    if (!joins) {
      return context.fail(Code::E504, fmt::format("`{}` cannot join {}", context.owner(), all_shapes(context)),
                          "bring the branches to one shape, for example with `Dense`, or use `Concatenate`");
    }
  }
  return result;
}

std::optional<Shape> concatenate_shape(ShapeContext& context) {
  const auto axis = context.position_of(context.attributes().integer(Parameter::axis));
  if (!axis) return {};
  Shape result = context.inputs().front();
  for (const Shape& shape : context.inputs().subspan(1)) {
    bool joins = shape.size() == result.size();
    for (std::size_t i = 0; joins && i < shape.size(); ++i) {
      if (i == *axis) {
        std::int64_t sum = 0;
        const bool is_known = result[i] && shape[i] && !__builtin_add_overflow(*result[i], *shape[i], &sum);
        result[i] = is_known ? Dimension(sum) : std::nullopt;
      } else if (result[i] && shape[i]) {
        joins = result[i] == shape[i];
      } else if (!result[i]) {
        result[i] = shape[i];
      }
    }
    if (!joins) {
      return context.fail(Code::E504,
                          fmt::format("`{}` along axis {} cannot join {}", context.owner(),
                                      context.attributes().integer(Parameter::axis), all_shapes(context)),
                          "all sizes but that of the axis must be equal");
    }
  }
  return result;
}

std::optional<Shape> dot_shape(ShapeContext& context) {
  const Shape& a = context.inputs().front();
  const Shape& b = context.inputs().back();
  const std::vector<std::int64_t>& axes = context.attributes().integers(Parameter::axes);
  if (axes.size() > 2) {
    return context.fail(
        Code::E510, fmt::format("`{}` contracts one axis of each tensor, got {} axes", context.owner(), axes.size()),
        "give one axis for both, or one each");
  }
  const auto first = context.position_of(axes.front(), a);
  if (!first) return {};
  const auto second = context.position_of(axes.back(), b);
  if (!second) return {};
  if (a[*first] && b[*second] && a[*first] != b[*second]) {
    return context.fail(Code::E504,
                        fmt::format("`{}` cannot contract an axis of {} with one of {}: {} and {}", context.owner(),
                                    *a[*first], *b[*second], to_string(a), to_string(b)),
                        "name axes of equal size in `axes`");
  }
  Shape result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (i != *first) result.push_back(a[i]);
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (i != *second) result.push_back(b[i]);
  }
  if (result.empty()) result.emplace_back(1);
  return result;
}

}  // namespace neural::model
