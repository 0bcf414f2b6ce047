#include "neural/model/attributes.hpp"

#include <algorithm>
#include <array>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"

namespace neural::model {
namespace {

constexpr std::array kParameterNames = {
#define NEURAL_PARAMETER(name) std::string_view(#name),
#include "neural/model/parameters.def"
#undef NEURAL_PARAMETER
};

constexpr std::array kActivationNames = {
#define NEURAL_ACTIVATION(name) std::string_view(#name),
#include "neural/model/activations.def"
#undef NEURAL_ACTIVATION
};

constexpr std::array kInitializerNames = {
#define NEURAL_INITIALIZER(name) std::string_view(#name),
#include "neural/model/initializers.def"
#undef NEURAL_INITIALIZER
};

template <class T>
const T& value_of(const Attribute& attribute) {
  const T* value = std::get_if<T>(&attribute.value);
  NEURAL_CHECK(value != nullptr, "a parameter of another kind");
  return *value;
}

}  // namespace

std::string_view parameter_name(Parameter parameter) {
  return kParameterNames.at(static_cast<std::size_t>(parameter));
}

std::string_view activation_name(Activation activation) {
  return kActivationNames.at(static_cast<std::size_t>(activation));
}

std::string_view initializer_name(InitializerKind kind) {
  return kInitializerNames.at(static_cast<std::size_t>(kind));
}

std::string to_string(const Shape& shape) {
  std::vector<std::string> dimensions;
  for (const Dimension& dimension : shape) dimensions.push_back(dimension ? std::to_string(*dimension) : "None");
  return "(" + join(dimensions, ", ") + (shape.size() == 1 ? ",)" : ")");
}

Attributes::Attributes() = default;
Attributes::~Attributes() = default;
Attributes::Attributes(const Attributes&) = default;
Attributes& Attributes::operator=(const Attributes&) = default;
Attributes::Attributes(Attributes&&) noexcept = default;
Attributes& Attributes::operator=(Attributes&&) noexcept = default;

void Attributes::set(Parameter parameter, Attribute value) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.first == parameter; });
  if (found == entries_.end()) {
    entries_.emplace_back(parameter, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

bool Attributes::has(Parameter parameter) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& e) { return e.first == parameter; });
}

const Attribute& Attributes::at(Parameter parameter) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.first == parameter; });
  NEURAL_CHECK(found != entries_.end(), parameter_name(parameter));
  return found->second;
}

bool Attributes::boolean(Parameter parameter) const {
  return value_of<bool>(at(parameter));
}

std::int64_t Attributes::integer(Parameter parameter) const {
  return value_of<std::int64_t>(at(parameter));
}

double Attributes::number(Parameter parameter) const {
  return value_of<double>(at(parameter));
}

const std::string& Attributes::word(Parameter parameter) const {
  return value_of<std::string>(at(parameter));
}

const std::vector<std::int64_t>& Attributes::integers(Parameter parameter) const {
  return value_of<std::vector<std::int64_t>>(at(parameter));
}

}  // namespace neural::model
