// Values of parameters after checking: typed, with every default written out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "neural/base/check.hpp"

namespace neural::model {

/// Every parameter name of the language, once. `Parameter::kernel_size` and the word `kernel_size` are the same thing.
enum class Parameter {
#define NEURAL_PARAMETER(name, summary) name,
#include "neural/model/parameters.def"
#undef NEURAL_PARAMETER
};
std::string_view parameter_name(Parameter parameter);

/// A dimension of one sample (shapes never hold the batch axis); empty is dynamic (None).
using Dimension = std::optional<std::int64_t>;
using Shape = std::vector<Dimension>;

/// "(28, 28, 1)", "(64,)", "(None, 16)".
std::string to_string(const Shape& shape);

/// True if one of the dimensions is dynamic.
bool has_unknown_size(const Shape& shape);

enum class Activation {
#define NEURAL_ACTIVATION(name) name,
#include "neural/model/activations.def"
#undef NEURAL_ACTIVATION
};
std::string_view activation_name(Activation activation);

enum class InitializerKind {
#define NEURAL_INITIALIZER(name) name,
#include "neural/model/initializers.def"
#undef NEURAL_INITIALIZER
};
std::string_view initializer_name(InitializerKind kind);

enum class RegularizerKind {
#define NEURAL_REGULARIZER(name) name,
#include "neural/model/regularizers.def"
#undef NEURAL_REGULARIZER
};
std::string_view regularizer_name(RegularizerKind kind);

enum class ConstraintKind {
#define NEURAL_CONSTRAINT(name) name,
#include "neural/model/constraints.def"
#undef NEURAL_CONSTRAINT
};
std::string_view constraint_name(ConstraintKind kind);

/// A learning rate that changes with the steps.
enum class ScheduleKind {
#define NEURAL_SCHEDULE(name) name,
#include "neural/model/schedules.def"
#undef NEURAL_SCHEDULE
};
std::string_view schedule_name(ScheduleKind kind);

struct Attribute;
struct ParameterDefaults;

/// Parameters and their values: exactly one for each parameter the thing has. Copies share what they hold, and what is
/// left at its default is stored once for all layers of a kind, so that a million layers are cheap.
class Attributes {
 public:
  Attributes() = default;
  /// Every parameter of the table at its default; required ones are still missing. The table outlives the attributes.
  explicit Attributes(const ParameterDefaults& defaults) : defaults_(&defaults) {}
  /// The same with some values, each for another parameter.
  Attributes(const ParameterDefaults& defaults, std::vector<std::pair<Parameter, Attribute>> values);

  void set(Parameter parameter, Attribute value);
  bool has(Parameter parameter) const { return find(parameter) != nullptr; }

  /// True if the program or the checker chose the value: it is not the default of the table.
  bool is_given(Parameter parameter) const;

  /// The value, or null; that it is of the asked kind is ours to know (NEURAL_CHECK).
  const Attribute* find(Parameter parameter) const;
  const Attribute* find(std::string_view name) const;
  const Attribute& at(Parameter parameter) const;  ///< that it exists is ours to know, too
  bool boolean(Parameter parameter) const;
  std::int64_t integer(Parameter parameter) const;
  double number(Parameter parameter) const;
  const std::string& word(Parameter parameter) const;                    ///< an enumeration ("same") or free text
  const std::vector<std::int64_t>& integers(Parameter parameter) const;  ///< one per axis, in the order of the axes
  const Shape& shape(Parameter parameter) const;
  Activation activation(Parameter parameter) const;

  /// In the order of the catalogue.
  std::vector<std::pair<Parameter, Attribute>> entries() const;

  /// True for copies of each other that nobody has changed; false says nothing.
  bool is_same(const Attributes& other) const;

 private:
  using Entries = std::vector<std::pair<Parameter, Attribute>>;

  const ParameterDefaults* defaults_ = nullptr;
  std::shared_ptr<const Entries> own_;  ///< null where everything is at its default
};

/// By data_format; false where there is no such parameter.
bool is_channels_first(const Attributes& attributes);

/// Something that is written as a name or a call: truncated_normal(mean=0, stddev=0.05).
template <class KindType>
struct Named {
  KindType kind{};
  Attributes parameters;
};
using Initializer = Named<InitializerKind>;
using Regularizer = Named<RegularizerKind>;
using Constraint = Named<ConstraintKind>;
using Schedule = Named<ScheduleKind>;

/// Any value, as arguments of custom layers have it: a bare name is its text.
struct AnyValue {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<AnyValue>> data;
};

/// None is std::monostate. A per-axis parameter is always a vector with one entry per axis, however it was written; of
/// `pads` it has two per axis, before and after.
struct Attribute {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
               Shape, Activation, Initializer, Regularizer, Constraint, Schedule, AnyValue>
      value;

  bool is_none() const { return std::holds_alternative<std::monostate>(value); }
};

/// What each parameter of a catalogue row is when nobody gives it; empty for required ones.
struct ParameterDefaults {
  std::vector<std::pair<Parameter, std::optional<Attribute>>> entries;
};

}  // namespace neural::model
