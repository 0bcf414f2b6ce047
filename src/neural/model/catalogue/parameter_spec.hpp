// One parameter of a catalogue row: which values it takes, where it may stand, and what it is when nobody gives it.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "neural/model/attributes.hpp"

namespace neural::model {

/// What may be written for a parameter; value_type_row tells the bounds and the words for each.
enum class ValueType {
  kInteger,
  kPositiveInteger,
  kNonNegativeInteger,
  kNumber,
  kPositiveNumber,
  kNonNegativeNumber,
  kProbability,
  kFraction,
  kBoolean,
  kText,  ///< free text in quotes
  kWord,  ///< one of ParameterSpec::words
  kShape,
  kAxes,                 ///< an int or a tuple of ints, kept as a vector
  kPositiveIntegers,     ///< one value or one per spatial axis, kept as one per axis
  kNonNegativeIntegers,  ///< likewise
  kPadding,              ///< a word, or integers ≥ 0 as above
  kPads,                 ///< integers ≥ 0: one, one per axis, or a (before, after) pair per axis; kept as two per axis
  kActivation,
  kInitializer,
  kRegularizer,
  kConstraint,
  kLearningRate,  ///< a number above 0 or a schedule
  kNumbers,       ///< a list or tuple of numbers
  kLayer,         ///< a layer of its own, which is kept apart from the attributes
  kAny,
};

/// Inclusive unless said otherwise.
struct Bounds {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool excludes_low = false;
  bool excludes_high = false;

  bool hold(double value) const {
    return (excludes_low ? value > low : value >= low) && (excludes_high ? value < high : value <= high);
  }
};

struct ValueTypeRow {
  ValueType type{};
  std::string_view notation;     ///< as in the language reference: "int ≥ 1"
  std::string_view description;  ///< for messages: "a whole number"
  Bounds bounds;                 ///< of every number in the value
  std::string_view example;      ///< a good value, for help texts
};
const ValueTypeRow& value_type_row(ValueType type);

/// "at least 1", "above 0", "from 0 to 1".
std::string to_string(const Bounds& bounds);

/// The words of a table's cell, which blanks separate.
std::vector<std::string_view> words_in(std::string_view cell);

/// The default of a parameter that has none.
struct Required {
  friend constexpr bool operator==(Required, Required) = default;
};

/// Required, None (monostate), or the value itself; an integer for a per-axis parameter holds for every axis.
using Default =
    std::variant<Required, std::monostate, bool, std::int64_t, double, std::string_view, Activation, InitializerKind>;

enum class Slot {
  kNamed,       ///< by name only
  kPositional,  ///< the next positional argument, whatever it is
  kSkippable,   ///< passed over by a positional argument that only fits a later slot
};

struct ParameterSpec {
  Parameter parameter{};
  ValueType type{};
  Default fallback = Required{};
  Slot slot = Slot::kNamed;
  bool nullable = false;          ///< None may be given
  bool decides_shape = false;     ///< the layer's output shape depends on it
  std::string_view words = {};    ///< of kWord and kPadding, separated by blanks
  std::string_view summary = {};  ///< where the parameter means something else than elsewhere

  bool is_required() const { return std::holds_alternative<Required>(fallback); }
  friend bool operator==(const ParameterSpec&, const ParameterSpec&) = default;

  // For tables: the same row with one thing changed.
  constexpr ParameterSpec positional() const {
    ParameterSpec copy = *this;
    copy.slot = Slot::kPositional;
    return copy;
  }
  constexpr ParameterSpec skippable() const {
    ParameterSpec copy = *this;
    copy.slot = Slot::kSkippable;
    return copy;
  }
  constexpr ParameterSpec or_none() const {
    ParameterSpec copy = *this;
    copy.nullable = true;
    return copy;
  }
  constexpr ParameterSpec meaning(std::string_view text) const {
    ParameterSpec copy = *this;
    copy.summary = text;
    return copy;
  }
  constexpr ParameterSpec shaping() const {
    ParameterSpec copy = *this;
    copy.decides_shape = true;
    return copy;
  }
};

constexpr ParameterSpec required(Parameter parameter, ValueType type) {
  return {.parameter = parameter, .type = type};
}

constexpr ParameterSpec optional(Parameter parameter, ValueType type, Default fallback) {
  return {.parameter = parameter, .type = type, .fallback = fallback};
}

/// One of the words; the first argument behind them is the default.
constexpr ParameterSpec choice(Parameter parameter, std::string_view words, std::string_view fallback) {
  return {.parameter = parameter, .type = ValueType::kWord, .fallback = fallback, .words = words};
}

/// Groups of parameters, one behind the other.
template <std::size_t... sizes>
constexpr auto concatenate(const std::array<ParameterSpec, sizes>&... groups) {
  std::array<ParameterSpec, (sizes + ...)> all{};
  std::size_t next = 0;
  const auto append = [&](const auto& group) {
    for (const ParameterSpec& spec : group) all[next++] = spec;
  };
  (append(groups), ...);
  return all;
}

/// "int ≥ 1", "`same`, `valid`", "activation or None": for documents.
std::string type_text(const ParameterSpec& spec);

/// What the parameter means, in one line without a full stop.
std::string_view summary_of(const ParameterSpec& spec);

/// "0.001", "None", "glorot_uniform", "true"; empty for a required parameter.
std::string default_text(const ParameterSpec& spec);

/// The value of a parameter nobody gave. `axes` is the number of spatial axes of a per-axis parameter. The parameter
/// has a default (NEURAL_CHECK).
Attribute default_attribute(const ParameterSpec& spec, std::size_t axes);

/// The defaults of a row of parameters, made once and kept for good. Layers of their own (kLayer) are left out.
const ParameterDefaults& defaults_of(std::span<const ParameterSpec> specs, std::size_t axes);

}  // namespace neural::model
