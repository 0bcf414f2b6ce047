#include "neural/describe/values.hpp"

#include <type_traits>
#include <variant>
#include <vector>

#include "neural/base/text.hpp"

namespace neural::describe {

using model::AnyValue;
using model::Attribute;
using model::Attributes;
using model::Shape;

namespace {

Json named_json(std::string_view name, const Attributes& parameters) {
  Json result = {{"name", name}};
  result.update(attributes_json(parameters));
  return result;
}

Json value_json(const Attribute& attribute) {
  return std::visit(
      [](const auto& value) -> Json {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<Value, Shape>) {
          return shape_json(value);
        } else if constexpr (std::is_same_v<Value, model::Activation>) {
          return activation_name(value);
        } else if constexpr (std::is_same_v<Value, model::Initializer>) {
          return initializer_json(value);
        } else if constexpr (std::is_same_v<Value, model::Regularizer>) {
          return named_json(regularizer_name(value.kind), value.parameters);
        } else if constexpr (std::is_same_v<Value, model::Constraint>) {
          return named_json(constraint_name(value.kind), value.parameters);
        } else if constexpr (std::is_same_v<Value, model::Schedule>) {
          return named_json(schedule_name(value.kind), value.parameters);
        } else if constexpr (std::is_same_v<Value, AnyValue>) {
          return any_json(value);
        } else {
          return value;
        }
      },
      attribute.value);
}

/// Lists become tuples; an object with a name becomes a call.
std::string text_of(const Json& value) {
  if (value.is_null()) return "None";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::vector<std::string> parts;
    for (const Json& each : value) parts.push_back(text_of(each));
    return "(" + join(parts, ", ") + (parts.size() == 1 ? ",)" : ")");
  }
  if (!value.is_object()) return compact_json(value);
  std::vector<std::string> arguments;
  std::string name;
  for (const auto& [key, each] : value.items()) {
    if (key == "name") {
      name = each.get<std::string>();
    } else {
      arguments.push_back(key + "=" + text_of(each));
    }
  }
  return arguments.empty() ? name : name + "(" + join(arguments, ", ") + ")";
}

}  // namespace

Json shape_json(const Shape& shape) {
  Json dimensions = Json::array();
  for (const model::Dimension& dimension : shape) dimensions.push_back(dimension ? Json(*dimension) : Json(nullptr));
  return dimensions;
}

Json attributes_json(const Attributes& attributes) {
  Json result = Json::object();
  for (const auto& [parameter, attribute] : attributes.entries()) {
    result[std::string(parameter_name(parameter))] = value_json(attribute);
  }
  return result;
}

Json any_json(const AnyValue& any) {
  return std::visit(
      [](const auto& value) -> Json {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<Value, std::vector<AnyValue>>) {
          Json all = Json::array();
          for (const AnyValue& each : value) all.push_back(any_json(each));
          return all;
        } else {
          return value;
        }
      },
      any.data);
}

Json loss_json(const model::Loss& loss) {
  return named_json(loss_name(loss.kind), loss.parameters);
}

Json optimizer_json(const model::Optimizer& optimizer) {
  return named_json(optimizer_name(optimizer.kind), optimizer.parameters);
}

Json metric_json(const model::Metric& metric) {
  return named_json(metric.name(), metric.parameters);
}

Json initializer_json(const model::Initializer& initializer) {
  return named_json(initializer_name(initializer.kind), initializer.parameters);
}

std::string value_text(const Attribute& attribute) {
  return text_of(value_json(attribute));
}

}  // namespace neural::describe
