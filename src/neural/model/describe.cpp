#include "neural/model/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <variant>
#include <vector>

#include "neural/base/text.hpp"

namespace neural::model {
namespace {

Json shape_json(const Shape& shape) {
  Json dimensions = Json::array();
  for (const Dimension& dimension : shape) dimensions.push_back(dimension ? Json(*dimension) : Json(nullptr));
  return dimensions;
}

Json named_json(std::string_view name, const Attributes& attributes);

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

Json value_json(const Attribute& attribute) {
  return std::visit(
      [](const auto& value) -> Json {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<Value, Shape>) {
          return shape_json(value);
        } else if constexpr (std::is_same_v<Value, Activation>) {
          return activation_name(value);
        } else if constexpr (std::is_same_v<Value, Initializer>) {
          return named_json(initializer_name(value.kind), value.parameters);
        } else if constexpr (std::is_same_v<Value, Regularizer>) {
          return named_json(regularizer_name(value.kind), value.parameters);
        } else if constexpr (std::is_same_v<Value, Constraint>) {
          return named_json(constraint_name(value.kind), value.parameters);
        } else if constexpr (std::is_same_v<Value, Schedule>) {
          return named_json(schedule_name(value.kind), value.parameters);
        } else if constexpr (std::is_same_v<Value, AnyValue>) {
          return any_json(value);
        } else {
          return value;
        }
      },
      attribute.value);
}

Json attributes_json(const Attributes& attributes) {
  Json result = Json::object();
  for (const auto& [parameter, attribute] : attributes.entries()) {
    result[std::string(parameter_name(parameter))] = value_json(attribute);
  }
  return result;
}

Json named_json(std::string_view name, const Attributes& attributes) {
  Json result = {{"name", name}};
  result.update(attributes_json(attributes));
  return result;
}

Json layer_json(const Layer& layer) {
  Json tensors = Json::array();
  for (const Tensor& tensor : layer.tensors()) {
    tensors.push_back({{"name", tensor.name}, {"shape", tensor.shape}, {"trainable", tensor.trainable}});
  }
  Json result = {{"name", layer.name},
                 {"type", layer.type_name()},
                 {"output_shape", shape_json(layer.output)},
                 {"parameters", layer.parameter_count()},
                 {"trainable_parameters", layer.trainable_count()},
                 {"tensors", std::move(tensors)},
                 {"line", layer.line}};
  if (layer.wrapped != nullptr) result["wrapped"] = layer_json(*layer.wrapped);
  if (const Graph* body = layer.body()) {
    for (const Layer& inside : body->layers) result["body"].push_back(layer_json(inside));
  }
  return result;
}

using Row = std::array<std::string, 5>;

/// The last three columns hold numbers or end the line; only "Parameters" is set flush right.
std::string table(const std::vector<Row>& rows) {
  std::array<std::size_t, 5> width{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], code_points(row[i]));
  }
  const auto padding = [&](const Row& row, std::size_t i) { return std::string(width[i] - code_points(row[i]), ' '); };
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = i >= 3;
      if (i > 0) line += "  ";
      line += number ? padding(row, i) + row[i] : row[i] + padding(row, i);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace

Json describe_json(const Model& model) {
  Json layers = Json::array();
  for (const Layer& layer : model.layers) layers.push_back(layer_json(layer));
  return {{"network", model.name},
          {"input_shape", shape_json(model.inputs.front().shape)},
          {"layers", std::move(layers)},
          {"total_parameters", model.parameter_count()},
          {"trainable_parameters", model.trainable_count()}};
}

std::string describe_table(const Model& model) {
  std::vector<Row> rows = {{"Layer", "Type", "Output shape", "Parameters", "Line"}};
  for (const Input& input : model.inputs)
    rows.push_back({printable(input.name), "Input", to_string(input.shape), "", ""});
  for (const Layer& layer : model.layers) {
    rows.push_back({printable(layer.name), printable(layer.type_name()), to_string(layer.output),
                    with_thousands(layer.parameter_count()), std::to_string(layer.line)});
  }
  const std::int64_t total = model.parameter_count();
  const std::int64_t trainable = model.trainable_count();
  return fmt::format("{}\n\n{}\ntotal {} parameters, {} trainable, {} fixed\n", model.name, table(rows),
                     with_thousands(total), with_thousands(trainable), with_thousands(total - trainable));
}

Json loss_json(const Loss& loss) {
  return named_json(loss_name(loss.kind), loss.parameters);
}

Json optimizer_json(const Optimizer& optimizer) {
  return named_json(optimizer_name(optimizer.kind), optimizer.parameters);
}

}  // namespace neural::model
