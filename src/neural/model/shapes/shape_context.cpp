#include "neural/model/shapes/shape_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "neural/base/text.hpp"

namespace neural::model {
namespace {

std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::int64_t>::max() : product;
}

}  // namespace

std::string too_many_weights(std::string_view owner, std::int64_t elements, std::string_view tensor) {
  const bool is_capped = elements == std::numeric_limits<std::int64_t>::max();
  return fmt::format("`{}` would hold {}{} weights in its {}, more than {}", owner, is_capped ? "at least " : "",
                     with_thousands(elements), tensor, with_thousands(kMostWeights));
}

std::string fewer_weights(const Attributes& attributes) {
  if (attributes.has(Parameter::filters)) return "use fewer filters, or a smaller `kernel_size`";
  if (attributes.has(Parameter::input_dim)) return "use a smaller `input_dim` or `output_dim`";
  return "use fewer units, or make the input smaller first";
}

void ShapeContext::add(std::string name, std::vector<std::int64_t> shape, Initializer initializer, bool trainable) {
  const std::int64_t elements = element_count(shape);
  if (elements > kMostWeights) {
    fail(syntax::Code::E406, too_many_weights(owner_, elements, name), fewer_weights(attributes_));
    return;
  }
  tensors_.push_back({std::move(name), std::move(shape), std::move(initializer),
                      trainable && attributes_.boolean(Parameter::trainable), 0});
}

void ShapeContext::add_tensor(std::string name, std::vector<std::int64_t> shape, Parameter initializer,
                              bool trainable) {
  const Initializer& filled_by = std::get<Initializer>(attributes_.at(initializer).value);
  // Two biases of a GRU are two vectors, though Keras keeps them in one tensor.
  const bool is_matrix = shape.size() >= 2 && initializer != Parameter::bias_initializer;
  const bool fits = filled_by.kind == InitializerKind::identity     ? is_matrix && shape.size() == 2
                    : filled_by.kind == InitializerKind::orthogonal ? is_matrix
                                                                    : true;
  if (!fits) {
    fail(syntax::Code::E209,
         fmt::format("`{}.{}` cannot be `{}`, which fills {}: `{}` has {}", owner_, parameter_name(initializer),
                     initializer_name(filled_by.kind),
                     filled_by.kind == InitializerKind::identity ? "a matrix" : "a matrix or more axes", name,
                     !is_matrix ? "one axis" : fmt::format("{} axes", shape.size())),
         !is_matrix ? "use `zeros`, `ones` or `constant`" : "use `orthogonal`, or an initializer of random values");
  }
  add(std::move(name), std::move(shape), filled_by, trainable);
}

void ShapeContext::add_tensor(std::string name, std::vector<std::int64_t> shape, InitializerKind initializer) {
  add(std::move(name), std::move(shape), {initializer, {}}, true);
}

void ShapeContext::projects_from(int axes) {
  if (!tensors_.empty()) tensors_.back().input_axes = axes;  // none where the kernel was too large
}

void ShapeContext::add_kernel_and_bias(std::vector<std::int64_t> kernel) {
  const std::int64_t outputs = kernel.back();
  add_tensor("kernel", std::move(kernel), Parameter::kernel_initializer);
  if (attributes_.boolean(Parameter::use_bias)) add_tensor("bias", {outputs}, Parameter::bias_initializer);
}

std::nullopt_t ShapeContext::fail(syntax::Code code, std::string message, std::string help) {
  if (!failure_) failure_ = ShapeFailure{code, std::move(message), std::move(help)};
  return std::nullopt;
}

std::optional<std::size_t> ShapeContext::position_of(std::int64_t axis) {
  return position_of(axis, input());
}

std::optional<std::size_t> ShapeContext::position_of(std::int64_t axis, const Shape& shape) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  if (axis >= 1 && axis <= rank) return static_cast<std::size_t>(axis - 1);
  if (axis < 0 && axis >= -rank) return static_cast<std::size_t>(axis + rank);
  const std::string all = rank == 1 ? std::string("the only axis is 1, or -1")
                                    : fmt::format("axes are 1 to {}, or -1 (last) to -{}", rank, rank);
  const std::string reason = axis == 0 || axis == -rank - 1 ? "which is the batch" : "which its input does not have";
  return fail(syntax::Code::E510,
              fmt::format("`{}` acts on axis {}, {}: the input is {}", owner_, axis, reason, to_string(shape)), all);
}

std::optional<std::vector<std::size_t>> ShapeContext::positions_of(const std::vector<std::int64_t>& axes) {
  std::vector<std::size_t> positions;
  for (const std::int64_t axis : axes) {
    const auto position = position_of(axis);
    if (!position) return {};
    if (std::find(positions.begin(), positions.end(), *position) != positions.end()) {
      return fail(syntax::Code::E510, fmt::format("`{}` names an axis of {} twice", owner_, to_string(input())),
                  "name each axis once");
    }
    positions.push_back(*position);
  }
  return positions;
}

std::optional<std::int64_t> ShapeContext::known_size(std::size_t position) {
  if (const Dimension& size = input()[position]) return *size;
  const bool is_last = position + 1 == input().size();
  return fail(syntax::Code::E505,
              fmt::format("`{}` needs the size of {}, but receives {}", owner_,
                          is_last ? "the last axis" : fmt::format("axis {}", position + 1), to_string(input())),
              "give that axis a size in the input shape");
}

std::optional<std::int64_t> element_count(const Shape& shape) {
  std::int64_t elements = 1;
  for (const Dimension& dimension : shape) {
    if (!dimension) return {};
    elements = saturating_product(elements, *dimension);
  }
  return elements;
}

std::int64_t element_count(const std::vector<std::int64_t>& shape) {
  std::int64_t elements = 1;
  for (const std::int64_t length : shape) elements = saturating_product(elements, length);
  return elements;
}

}  // namespace neural::model
