// Flatten and Reshape.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::int64_t kInferred = -1;

std::string elements_text(std::int64_t count) {
  return with_thousands(count) + (count == 1 ? " element" : " elements");
}

/// The target with every size at least 1, but for at most one -1.
bool check_target(ShapeContext& context, const Shape& target) {
  const std::string shape = to_string(target);
  if (std::any_of(target.begin(), target.end(), [](const Dimension& size) { return !size; })) {
    context.fail(Code::E505, fmt::format("`{}.target_shape` leaves a size open: {}", context.owner(), shape),
                 "use -1 for one size that follows from the others");
    return false;
  }
  for (const Dimension& size : target) {
    if (*size >= 1 || *size == kInferred) continue;
    context.fail(Code::E502,
                 fmt::format("a size of `{}.target_shape` must be at least 1, or -1 once: {}", context.owner(), shape),
                 "write -1 for one size, and it follows from the others");
    return false;
  }
  if (std::count(target.begin(), target.end(), Dimension(kInferred)) <= 1) return true;
  context.fail(Code::E506, fmt::format("`{}.target_shape` can infer only one size, got {}", context.owner(), shape),
               "write -1 once");
  return false;
}

}  // namespace

std::optional<Shape> flatten_shape(ShapeContext& context) {
  return Shape{element_count(context.input())};
}

PartialShape flatten_partial_shape(const Attributes& /*attributes*/, std::optional<std::size_t> /*input_rank*/) {
  return {1, {}};
}

std::optional<Shape> permute_shape(ShapeContext& context) {
  const Shape& dims = context.attributes().shape(Parameter::dims);
  const Shape& input = context.input();
  std::vector<bool> is_used(input.size());
  Shape output;
  for (const Dimension& axis : dims) {
    const bool is_axis = axis && *axis >= 1 && *axis <= static_cast<std::int64_t>(input.size());
    if (!is_axis || is_used[static_cast<std::size_t>(*axis - 1)]) break;
    is_used[static_cast<std::size_t>(*axis - 1)] = true;
    output.push_back(input[static_cast<std::size_t>(*axis - 1)]);
  }
  if (output.size() == input.size() && dims.size() == input.size()) return output;
  std::vector<std::string> axes;
  for (std::size_t i = input.size(); i > 0; --i) axes.push_back(std::to_string(i));
  return context.fail(Code::E510,
                      fmt::format("`{}` needs each of the axes 1 to {} once, got {}: the input is {}", context.owner(),
                                  input.size(), to_string(dims), to_string(input)),
                      fmt::format("for example `Permute(({}{}))`", join(axes, ", "), axes.size() == 1 ? "," : ""));
}

PartialShape permute_partial_shape(const Attributes& attributes, std::optional<std::size_t> /*input_rank*/) {
  return {attributes.shape(Parameter::dims).size(), {}};
}

std::optional<Shape> repeat_vector_shape(ShapeContext& context) {
  return Shape{context.attributes().integer(Parameter::n), context.input().front()};
}

PartialShape repeat_vector_partial_shape(const Attributes& /*attributes*/, std::optional<std::size_t> /*input_rank*/) {
  return {2, {}};
}

std::optional<Shape> reshape_shape(ShapeContext& context) {
  Shape target = std::get<Shape>(context.attributes().at(Parameter::target_shape).value);
  if (!check_target(context, target)) return {};
  const auto inferred = std::find(target.begin(), target.end(), Dimension(kInferred));
  const bool infers = inferred != target.end();
  const std::optional<std::int64_t> available = element_count(context.input());
  if (!available) {
    if (!infers) {
      return context.fail(Code::E505,
                          fmt::format("`{}` makes {} of {}, whose number of elements is not known", context.owner(),
                                      to_string(target), to_string(context.input())),
                          "use -1 for the size that depends on it");
    }
    *inferred = std::nullopt;
    return target;
  }
  Shape known = target;
  if (infers) known.erase(known.begin() + (inferred - target.begin()));
  const std::int64_t wanted = element_count(known).value();
  if (infers ? *available % wanted != 0 : *available != wanted) {
    return context.fail(Code::E506,
                        fmt::format("`{}` cannot turn {}, {}, into {}{}", context.owner(), to_string(context.input()),
                                    elements_text(*available), to_string(target),
                                    infers ? fmt::format(": {} is no multiple of {}", with_thousands(*available),
                                                         with_thousands(wanted))
                                           : ", " + elements_text(wanted)),
                        infers ? "" : "write -1 for one size, and it follows from the others");
  }
  if (infers) *inferred = *available / wanted;
  return target;
}

PartialShape reshape_partial_shape(const Attributes& attributes, std::optional<std::size_t> /*input_rank*/) {
  const Shape& target = std::get<Shape>(attributes.at(Parameter::target_shape).value);
  const bool is_known =
      std::all_of(target.begin(), target.end(), [](const Dimension& size) { return size && *size >= 1; });
  return {target.size(), is_known ? std::optional(target) : std::nullopt};
}

}  // namespace neural::model
