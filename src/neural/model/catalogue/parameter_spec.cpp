#include "neural/model/catalogue/parameter_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {
namespace {

using Type = ValueType;

constexpr std::array kValueTypes = {
    ValueTypeRow{Type::kInteger, "int", "a whole number", {}, "1"},
    ValueTypeRow{Type::kPositiveInteger, "int ≥ 1", "a whole number", {.low = 1}, "8"},
    ValueTypeRow{Type::kNonNegativeInteger, "int ≥ 0", "a whole number", {.low = 0}, "0"},
    ValueTypeRow{Type::kNumber, "number", "a number", {}, "0.5"},
    ValueTypeRow{Type::kPositiveNumber, "number > 0", "a number", {.low = 0, .excludes_low = true}, "0.001"},
    ValueTypeRow{Type::kNonNegativeNumber, "number ≥ 0", "a number", {.low = 0}, "0.1"},
    ValueTypeRow{Type::kProbability, "number 0 … 1", "a number", {.low = 0, .high = 1}, "0.5"},
    ValueTypeRow{Type::kFraction, "number ≥ 0, < 1", "a number", {.low = 0, .high = 1, .excludes_high = true}, "0.2"},
    ValueTypeRow{Type::kBoolean, "bool", "`true` or `false`", {}, "true"},
    ValueTypeRow{Type::kText, "text", "text in quotes", {}, "\"text\""},
    ValueTypeRow{Type::kWord, "word", "one of its words", {}, ""},
    ValueTypeRow{Type::kShape, "shape", "a tuple of whole numbers", {}, "(7, 7, 64)"},
    ValueTypeRow{Type::kAxes, "axes", "a whole number or a tuple of them", {}, "-1"},
    ValueTypeRow{Type::kPositiveIntegers, "int ≥ 1 per axis", "a whole number or one per axis", {.low = 1}, "2"},
    ValueTypeRow{Type::kNonNegativeIntegers, "int ≥ 0 per axis", "a whole number or one per axis", {.low = 0}, "0"},
    ValueTypeRow{Type::kPadding, "padding", "a word or whole numbers", {.low = 0}, "\"same\""},
    ValueTypeRow{Type::kPads, "int ≥ 0 per side", "a whole number, one per axis, or a pair per axis", {.low = 0}, "1"},
    ValueTypeRow{Type::kActivation, "activation", "the name of an activation", {}, "\"relu\""},
    ValueTypeRow{Type::kInitializer, "initializer", "an initializer", {}, "\"glorot_uniform\""},
    ValueTypeRow{Type::kRegularizer, "regularizer", "a regularizer", {}, "None"},
    ValueTypeRow{Type::kConstraint, "constraint", "a constraint", {}, "None"},
    ValueTypeRow{Type::kLearningRate,
                 "number > 0 or schedule",
                 "a number or a schedule",
                 {.low = 0, .excludes_low = true},
                 "0.001"},
    ValueTypeRow{Type::kNumbers, "list of numbers", "a list of numbers", {}, "[1000, 2000]"},
    ValueTypeRow{Type::kLayer, "layer", "a layer", {}, "LSTM(32)"},
    ValueTypeRow{Type::kAny, "any", "any value", {}, "1"},
};

constexpr std::array kSummaries = {
#define NEURAL_PARAMETER(name, summary) std::string_view(summary),
#include "neural/model/parameters.def"
#undef NEURAL_PARAMETER
};

/// How many numbers a per-axis parameter keeps for each axis; 0 for the others.
std::size_t numbers_per_axis(Type type) {
  switch (type) {
    case Type::kPositiveIntegers:
    case Type::kNonNegativeIntegers:
    case Type::kPadding:
      return 1;
    case Type::kPads:
      return 2;
    default:
      return 0;
  }
}

/// An initialiser with its parameters at their defaults.
Attribute default_initializer(InitializerKind kind) {
  return {Initializer{kind, Attributes(defaults_of(initializer_row(kind).parameters, 1))}};
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
    if (const std::size_t each = numbers_per_axis(type)) return {std::vector<std::int64_t>(axes * each, value)};
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
    std::vector<std::string> words;
    for (const std::string_view word : words_in(spec.words)) words.push_back(fmt::format("`{}`", word));
    if (spec.type == Type::kPadding) words.emplace_back(value_type_row(Type::kNonNegativeIntegers).notation);
    text = join(words, ", ");
  }
  return text + (spec.nullable ? " or None" : "");
}

std::string_view summary_of(const ParameterSpec& spec) {
  return spec.summary.empty() ? kSummaries.at(static_cast<std::size_t>(spec.parameter)) : spec.summary;
}

std::string default_text(const ParameterSpec& spec) {
  return std::visit(DefaultText{}, spec.fallback);
}

Attribute default_attribute(const ParameterSpec& spec, std::size_t axes) {
  return std::visit(DefaultAttribute{spec.type, axes}, spec.fallback);
}

const ParameterDefaults& defaults_of(std::span<const ParameterSpec> specs, std::size_t axes) {
  static std::mutex mutex;
  static std::map<std::pair<const ParameterSpec*, std::size_t>, ParameterDefaults> all;
  static const ParameterDefaults kNone;
  if (specs.empty()) return kNone;
  // Recursive: the default of an initialiser has parameters of its own.
  {
    const std::lock_guard lock(mutex);
    const auto found = all.find({specs.data(), axes});
    if (found != all.end()) return found->second;
  }
  ParameterDefaults made;
  for (const ParameterSpec& spec : specs) {
    if (spec.type == Type::kLayer) continue;
    made.entries.emplace_back(
        spec.parameter, spec.is_required() ? std::nullopt : std::optional<Attribute>(default_attribute(spec, axes)));
  }
  const std::lock_guard lock(mutex);
  return all.try_emplace({specs.data(), axes}, std::move(made)).first->second;
}

}  // namespace neural::model
