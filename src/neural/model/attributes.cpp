#include "neural/model/attributes.hpp"

#include <algorithm>
#include <array>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"

namespace neural::model {
namespace {

constexpr std::array kParameterNames = {
#define NEURAL_PARAMETER(name, summary) std::string_view(#name),
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

constexpr std::array kRegularizerNames = {
#define NEURAL_REGULARIZER(name) std::string_view(#name),
#include "neural/model/regularizers.def"
#undef NEURAL_REGULARIZER
};

constexpr std::array kConstraintNames = {
#define NEURAL_CONSTRAINT(name) std::string_view(#name),
#include "neural/model/constraints.def"
#undef NEURAL_CONSTRAINT
};

constexpr std::array kScheduleNames = {
#define NEURAL_SCHEDULE(name) std::string_view(#name),
#include "neural/model/schedules.def"
#undef NEURAL_SCHEDULE
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

std::string_view regularizer_name(RegularizerKind kind) {
  return kRegularizerNames.at(static_cast<std::size_t>(kind));
}

std::string_view constraint_name(ConstraintKind kind) {
  return kConstraintNames.at(static_cast<std::size_t>(kind));
}

std::string_view schedule_name(ScheduleKind kind) {
  return kScheduleNames.at(static_cast<std::size_t>(kind));
}

std::string to_string(const Shape& shape) {
  std::vector<std::string> dimensions;
  for (const Dimension& dimension : shape) dimensions.push_back(dimension ? std::to_string(*dimension) : "None");
  return "(" + join(dimensions, ", ") + (shape.size() == 1 ? ",)" : ")");
}

bool has_unknown_size(const Shape& shape) {
  return std::any_of(shape.begin(), shape.end(), [](const Dimension& size) { return !size; });
}

Attributes::Attributes(const ParameterDefaults& defaults, std::vector<std::pair<Parameter, Attribute>> values)
    : defaults_(&defaults) {
  if (!values.empty()) own_ = std::make_shared<const Entries>(std::move(values));
}

bool Attributes::is_same(const Attributes& other) const {
  return defaults_ == other.defaults_ && own_ == other.own_;
}

void Attributes::set(Parameter parameter, Attribute value) {
  auto own = own_ == nullptr ? std::make_shared<Entries>() : std::make_shared<Entries>(*own_);
  const auto found = std::find_if(own->begin(), own->end(), [&](const auto& e) { return e.first == parameter; });
  if (found == own->end()) {
    own->emplace_back(parameter, std::move(value));
  } else {
    found->second = std::move(value);
  }
  own_ = std::move(own);
}

bool Attributes::is_given(Parameter parameter) const {
  return own_ != nullptr &&
         std::any_of(own_->begin(), own_->end(), [&](const auto& each) { return each.first == parameter; });
}

const Attribute* Attributes::find(Parameter parameter) const {
  if (own_ != nullptr) {
    for (const auto& [each, value] : *own_) {
      if (each == parameter) return &value;
    }
  }
  if (defaults_ != nullptr) {
    for (const auto& [each, value] : defaults_->entries) {
      if (each == parameter) return value ? &*value : nullptr;
    }
  }
  return nullptr;
}

const Attribute* Attributes::find(std::string_view name) const {
  const auto has_name = [&](const auto& each) { return parameter_name(each.first) == name; };
  if (own_ != nullptr) {
    if (const auto found = std::find_if(own_->begin(), own_->end(), has_name); found != own_->end()) {
      return &found->second;
    }
  }
  if (defaults_ == nullptr) return nullptr;
  const auto found = std::find_if(defaults_->entries.begin(), defaults_->entries.end(), has_name);
  return found == defaults_->entries.end() || !found->second ? nullptr : &*found->second;
}

const Attribute& Attributes::at(Parameter parameter) const {
  const Attribute* found = find(parameter);
  NEURAL_CHECK(found != nullptr, parameter_name(parameter));
  return *found;
}

std::vector<std::pair<Parameter, Attribute>> Attributes::entries() const {
  if (defaults_ == nullptr) return own_ == nullptr ? Entries() : *own_;
  Entries all;
  for (const auto& [parameter, ignored] : defaults_->entries) {
    if (const Attribute* value = find(parameter)) all.emplace_back(parameter, *value);
  }
  return all;
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

const Shape& Attributes::shape(Parameter parameter) const {
  return value_of<Shape>(at(parameter));
}

Activation Attributes::activation(Parameter parameter) const {
  return value_of<Activation>(at(parameter));
}

bool is_channels_first(const Attributes& attributes) {
  return attributes.has(Parameter::data_format) && attributes.word(Parameter::data_format) == "channels_first";
}

}  // namespace neural::model
