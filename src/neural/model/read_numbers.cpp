// Numbers, and the parameters made of several of them.
#include <fmt/format.h>

#include <cmath>

#include "neural/base/text.hpp"
#include "neural/model/arguments.hpp"
#include "neural/model/value_text.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// Parts that are often thought of in percent.
bool is_part(Parameter parameter) {
  return parameter == Parameter::rate || parameter == Parameter::dropout || parameter == Parameter::recurrent_dropout ||
         parameter == Parameter::validation_split;
}

std::string bounds_help(const Target& target, double value) {
  if (!is_part(target.spec.parameter) || !(value >= 2 && value <= 100)) return target.advice();
  return fmt::format("{} % is `{}`", value, shortest_double(value / 100));
}

/// The numbers of a tuple, tuples in it opened; `nested` tells whether there were any.
void flatten(const syntax::TupleValue& tuple, std::vector<const syntax::Value*>& elements, bool& nested) {
  for (const syntax::Value& element : tuple.elements) {
    if (const auto* inner = std::get_if<syntax::TupleValue>(&element.data)) {
      nested = true;
      flatten(*inner, elements, nested);
    } else {
      elements.push_back(&element);
    }
  }
}

bool is_integral(double value) {
  return std::trunc(value) == value && std::fabs(value) < 9.2e18;
}

}  // namespace

/// E302 outside the bounds of the type.
bool ArgumentReader::is_inside(const Target& target, const syntax::Value& value, double number) {
  const Bounds& bounds = value_type_row(target.spec.type).bounds;
  if (bounds.hold(number)) return true;
  reporter_.add(
      Code::E302, value.span,
      fmt::format("{} must be {}, got {}", target.name(), to_string(bounds), number_as_code(value, reporter_.source())),
      bounds_help(target, number));
  return false;
}

std::optional<std::int64_t> ArgumentReader::integer(const Target& target, const syntax::Value& value) {
  std::int64_t number = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
    number = *integer;
  } else if (const auto* real = std::get_if<double>(&value.data); real != nullptr && is_integral(*real)) {
    number = static_cast<std::int64_t>(*real);
  } else {
    return wrong_type(target, value);
  }
  if (!is_inside(target, value, static_cast<double>(number))) return {};
  if (std::holds_alternative<double>(value.data)) {
    reporter_.add(Code::W304, value.span,
                  fmt::format("{} is read as the integer {}", number_as_code(value, reporter_.source()), number),
                  fmt::format("write `{}`", number));
  }
  return number;
}

std::optional<double> ArgumentReader::real(const Target& target, const syntax::Value& value) {
  double number = 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) {
    number = static_cast<double>(*integer);
  } else if (const auto* real = std::get_if<double>(&value.data)) {
    number = *real;
  } else {
    return wrong_type(target, value);
  }
  if (!is_inside(target, value, number)) return {};
  return number + 0.0;  // -0.0 becomes 0.0
}

std::optional<Attribute> ArgumentReader::read_number(const Target& target, const syntax::Value& written) {
  const syntax::Value& value = without_single_tuple(written);
  if (!is_single(target, value)) return {};
  switch (target.spec.type) {
    case ValueType::kInteger:
    case ValueType::kPositiveInteger:
    case ValueType::kNonNegativeInteger: {
      const auto number = integer(target, value);
      if (!number) return {};
      return Attribute{*number};
    }
    default: {
      const auto number = real(target, value);
      if (!number) return {};
      return Attribute{*number};
    }
  }
}

std::optional<Attribute> ArgumentReader::read_boolean(const Target& target, const syntax::Value& written) {
  const syntax::Value& value = without_single_tuple(written);
  if (!is_single(target, value)) return {};
  const bool* flag = std::get_if<bool>(&value.data);
  if (flag == nullptr) return wrong_type(target, value);
  return Attribute{*flag};
}

std::optional<Attribute> ArgumentReader::read_axes(const Target& target, const syntax::Value& value) {
  std::vector<const syntax::Value*> elements = {&value};
  if (const auto* tuple = std::get_if<syntax::TupleValue>(&value.data)) {
    elements.clear();
    for (const syntax::Value& element : tuple->elements) elements.push_back(&element);
  }
  std::vector<std::int64_t> axes;
  for (const syntax::Value* element : elements) {
    const auto axis = integer(target, *element);
    if (!axis) return {};
    axes.push_back(*axis);
  }
  return Attribute{std::move(axes)};
}

std::optional<Attribute> ArgumentReader::read_per_axis(const Target& target, const syntax::Value& written) {
  const syntax::Value& value = without_single_tuple(written);
  const auto* tuple = std::get_if<syntax::TupleValue>(&value.data);
  if (tuple == nullptr) {
    const auto number = integer(target, value);
    if (!number) return {};
    return Attribute{std::vector<std::int64_t>(target.axes, *number)};
  }
  std::vector<const syntax::Value*> elements;
  bool nested = &value != &written;
  flatten(*tuple, elements, nested);
  if (elements.size() != target.axes) {
    reporter_.add(Code::E303, value.span,
                  fmt::format("{} needs {} value{}, got {}", target.name(), target.axes, target.axes == 1 ? "" : "s",
                              elements.size()),
                  "give one value for all axes, or one per axis");
    return {};
  }
  std::vector<std::int64_t> numbers;
  for (const syntax::Value* element : elements) {
    const auto number = integer(target, *element);
    if (!number) return {};
    numbers.push_back(*number);
  }
  if (nested) {
    std::vector<std::string> texts;
    for (const std::int64_t number : numbers) texts.push_back(std::to_string(number));
    reporter_.add(Code::W305, written.span,
                  fmt::format("the nested tuple {} is read as `({})`", value_as_code(written), join(texts, ", ")));
  }
  return Attribute{std::move(numbers)};
}

/// Two numbers an axis, before and after. In one dimension `(1, 2)` is such a pair.
std::optional<Attribute> ArgumentReader::read_pads(const Target& target, const syntax::Value& written) {
  const syntax::Value& value = without_single_tuple(written);
  const auto* tuple = std::get_if<syntax::TupleValue>(&value.data);
  if (tuple == nullptr) {
    const auto number = integer(target, value);
    if (!number) return {};
    return Attribute{std::vector<std::int64_t>(2 * target.axes, *number)};
  }
  std::vector<std::int64_t> pads;
  const auto read_side = [&](const syntax::Value& side) {
    const auto number = integer(target, side);
    if (number) pads.push_back(*number);
    return number.has_value();
  };
  const bool is_pair = target.axes == 1 && tuple->elements.size() == 2;
  bool fits = is_pair || tuple->elements.size() == target.axes;
  for (const syntax::Value& element : tuple->elements) {
    const auto* pair = std::get_if<syntax::TupleValue>(&element.data);
    fits = fits && (pair == nullptr || (!is_pair && pair->elements.size() == 2));
    if (!fits) break;
    if (pair != nullptr) {
      if (!read_side(pair->elements[0]) || !read_side(pair->elements[1])) return {};
    } else {
      if (!read_side(element)) return {};
      if (!is_pair) pads.push_back(pads.back());
    }
  }
  if (fits) return Attribute{std::move(pads)};
  reporter_.add(Code::E303, value.span,
                fmt::format("{} needs {} value{} or pair{}, got {}", target.name(), target.axes,
                            target.axes == 1 ? "" : "s", target.axes == 1 ? "" : "s", value_as_code(value)),
                "give one value for all sides, one per axis, or a (before, after) pair per axis");
  return {};
}

std::optional<Attribute> ArgumentReader::read_numbers(const Target& target, const syntax::Value& value) {
  const std::vector<syntax::Value>* elements = nullptr;
  if (const auto* tuple = std::get_if<syntax::TupleValue>(&value.data)) elements = &tuple->elements;
  if (const auto* list = std::get_if<syntax::ListValue>(&value.data)) elements = &list->elements;
  if (elements == nullptr) return wrong_type(target, value);
  std::vector<double> numbers;
  for (const syntax::Value& element : *elements) {
    const auto number = real(target, element);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return Attribute{std::move(numbers)};
}

std::optional<Attribute> ArgumentReader::read_shape(const Target& target, const syntax::Value& value) {
  const auto* tuple = std::get_if<syntax::TupleValue>(&value.data);
  if (tuple == nullptr) return wrong_type(target, value);
  Shape shape;
  for (const syntax::Value& element : tuple->elements) {
    if (std::holds_alternative<syntax::NoneLiteral>(element.data)) {
      shape.emplace_back(std::nullopt);
      continue;
    }
    const auto number = integer(target, element);
    if (!number) return {};
    shape.emplace_back(*number);
  }
  return Attribute{std::move(shape)};
}

}  // namespace neural::model
