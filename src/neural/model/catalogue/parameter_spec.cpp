#include "neural/model/catalogue/parameter_spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {
namespace {

using Type = ValueType;

constexpr std::array kValueTypes = {
    ValueTypeRow{Type::kInteger, "int", "a whole number", {}, "1"},
    ValueTypeRow{Type::kPositiveInteger, "int+", "a whole number", {.low = 1}, "8"},
    ValueTypeRow{Type::kNonNegativeInteger, "int0", "a whole number", {.low = 0}, "0"},
    ValueTypeRow{Type::kNumber, "num", "a number", {}, "0.5"},
    ValueTypeRow{Type::kPositiveNumber, "num+", "a number", {.low = 0, .excludes_low = true}, "0.001"},
    ValueTypeRow{Type::kNonNegativeNumber, "num0", "a number", {.low = 0}, "0.1"},
    ValueTypeRow{Type::kProbability, "prob", "a number", {.low = 0, .high = 1}, "0.5"},
    ValueTypeRow{Type::kFraction, "fraction", "a number", {.low = 0, .high = 1, .excludes_high = true}, "0.2"},
    ValueTypeRow{Type::kBoolean, "bool", "`true` or `false`", {}, "true"},
    ValueTypeRow{Type::kText, "str", "text in quotes", {}, "\"text\""},
    ValueTypeRow{Type::kWord, "word", "one of its words", {}, ""},
    ValueTypeRow{Type::kShape, "shape", "a tuple of whole numbers", {}, "(7, 7, 64)"},
    ValueTypeRow{Type::kAxes, "axis", "a whole number or a tuple of them", {}, "-1"},
    ValueTypeRow{Type::kPositiveIntegers, "ints+", "a whole number or one per axis", {.low = 1}, "2"},
    ValueTypeRow{Type::kPadding, "pad", "a word or whole numbers", {.low = 0}, "\"same\""},
    ValueTypeRow{Type::kActivation, "act", "the name of an activation", {}, "\"relu\""},
    ValueTypeRow{Type::kInitializer, "init", "an initializer", {}, "\"glorot_uniform\""},
    ValueTypeRow{Type::kRegularizer, "reg", "a regularizer", {}, "None"},
    ValueTypeRow{Type::kConstraint, "con", "a constraint", {}, "None"},
    ValueTypeRow{Type::kLearningRate, "lr", "a number or a schedule", {.low = 0, .excludes_low = true}, "0.001"},
};

bool is_per_axis(Type type) {
  return type == Type::kPositiveIntegers || type == Type::kPadding;
}

/// An initialiser with its parameters at their defaults.
Attribute default_initializer(InitializerKind kind) {
  Initializer initializer{kind, {}};
  for (const ParameterSpec& spec : initializer_row(kind).parameters) {
    initializer.parameters.set(spec.parameter, default_attribute(spec, 1));
  }
  return {std::move(initializer)};
}

struct DefaultText {
  std::string operator()(Required) const { return ""; }
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return shortest_double(value); }
  std::string operator()(std::string_view value) const { return std::string(value); }
  std::string operator()(Activation value) const { return std::string(activation_name(value)); }
  std::string operator()(InitializerKind value) const { return std::string(initializer_name(value)); }
};

struct DefaultAttribute {
  Type type;
  std::size_t axes;

  Attribute operator()(Required) const {
    NEURAL_CHECK(false, "a required parameter has no default");
    return {};
  }
  Attribute operator()(std::int64_t value) const {
    if (is_per_axis(type)) return {std::vector<std::int64_t>(axes, value)};
    if (type == Type::kAxes) return {std::vector<std::int64_t>{value}};
    return {value};
  }
  Attribute operator()(std::string_view value) const { return {std::string(value)}; }
  Attribute operator()(InitializerKind value) const { return default_initializer(value); }
  template <class T>
  Attribute operator()(T value) const {
    return {value};
  }
};

}  // namespace

const ValueTypeRow& value_type_row(ValueType type) {
  const ValueTypeRow& row = kValueTypes.at(static_cast<std::size_t>(type));
  NEURAL_CHECK(row.type == type, "the rows stand in the order of the enumeration");
  return row;
}

std::string to_string(const Bounds& bounds) {
  const auto number = [](double value) { return fmt::format("{}", value); };
  const bool below = bounds.high < std::numeric_limits<double>::infinity();
  if (!below) return (bounds.excludes_low ? "above " : "at least ") + number(bounds.low);
  return fmt::format("{} {} {} {}", bounds.excludes_low ? "above" : "from", number(bounds.low),
                     bounds.excludes_high ? "to below" : "to", number(bounds.high));
}

std::vector<std::string_view> words_in(std::string_view cell) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < cell.size();) {
    const std::size_t end = std::min(cell.find(' ', begin), cell.size());
    words.push_back(cell.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string type_text(const ParameterSpec& spec) {
  std::string text(value_type_row(spec.type).notation);
  if (!spec.words.empty()) {
    text = "{" + std::string(spec.words) + "}";
    std::replace(text.begin(), text.end(), ' ', ',');
    if (spec.type == Type::kPadding) text += " or int0 per axis";
  }
  return text + (spec.nullable ? "?" : "");
}

std::string default_text(const ParameterSpec& spec) {
  return std::visit(DefaultText{}, spec.fallback);
}

Attribute default_attribute(const ParameterSpec& spec, std::size_t axes) {
  return std::visit(DefaultAttribute{spec.type, axes}, spec.fallback);
}

}  // namespace neural::model
