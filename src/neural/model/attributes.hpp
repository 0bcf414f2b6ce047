// Values of parameters after checking: typed, with every default written out.
#pragma once

#include <cstdint>
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
#define NEURAL_PARAMETER(name) name,
#include "neural/model/parameters.def"
#undef NEURAL_PARAMETER
};
std::string_view parameter_name(Parameter parameter);

/// A dimension of one sample (shapes never hold the batch axis); empty is dynamic (None).
using Dimension = std::optional<std::int64_t>;
using Shape = std::vector<Dimension>;

/// "(28, 28, 1)", "(64,)", "(None, 16)".
std::string to_string(const Shape& shape);

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

struct Attribute;

/// Parameters and their values in the order of the catalogue: exactly one entry for each parameter the thing has.
class Attributes {
 public:
  // Defined where Attribute is complete.
  Attributes();
  ~Attributes();
  Attributes(const Attributes&);
  Attributes& operator=(const Attributes&);
  Attributes(Attributes&&) noexcept;
  Attributes& operator=(Attributes&&) noexcept;

  void set(Parameter parameter, Attribute value);
  bool has(Parameter parameter) const;

  /// The value; that the parameter exists and is of the asked kind is ours to know (NEURAL_CHECK).
  const Attribute& at(Parameter parameter) const;
  bool boolean(Parameter parameter) const;
  std::int64_t integer(Parameter parameter) const;
  double number(Parameter parameter) const;
  const std::string& word(Parameter parameter) const;                    ///< an enumeration ("same") or free text
  const std::vector<std::int64_t>& integers(Parameter parameter) const;  ///< one per axis, in the order of the axes

  const std::vector<std::pair<Parameter, Attribute>>& entries() const { return entries_; }

 private:
  std::vector<std::pair<Parameter, Attribute>> entries_;
};

/// An initialiser with its parameters, for example truncated_normal(mean=0, stddev=0.05).
struct Initializer {
  InitializerKind kind{};
  Attributes parameters;
};

/// None is std::monostate. A per-axis parameter is always a vector with one entry per axis, however it was written.
struct Attribute {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::int64_t>, Shape, Activation,
               Initializer>
      value;

  bool is_none() const { return std::holds_alternative<std::monostate>(value); }
};

}  // namespace neural::model
