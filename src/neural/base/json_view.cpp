#include "neural/base/json_view.hpp"

#include <cmath>

namespace neural {

const Json& at(const Json& value, std::initializer_list<std::string_view> keys) {
  static const Json kNull;
  const Json* place = &value;
  for (const std::string_view key : keys) {
    const auto found = place->is_object() ? place->find(key) : place->end();
    if (found == place->end()) return kNull;
    place = &*found;
  }
  return *place;
}

std::string text_at(const Json& value, std::initializer_list<std::string_view> keys) {
  const Json& found = at(value, keys);
  return found.is_string() ? found.get<std::string>() : std::string();
}

std::optional<double> number_at(const Json& value, std::initializer_list<std::string_view> keys) {
  const Json& found = at(value, keys);
  if (!found.is_number() || !std::isfinite(found.get<double>())) return std::nullopt;
  return found.get<double>();
}

bool true_at(const Json& value, std::initializer_list<std::string_view> keys) {
  const Json& found = at(value, keys);
  return found.is_boolean() && found.get<bool>();
}

const Json& list_at(const Json& value, std::initializer_list<std::string_view> keys) {
  static const Json kEmpty = Json::array();
  const Json& found = at(value, keys);
  return found.is_array() ? found : kEmpty;
}

std::vector<std::string> texts_at(const Json& value, std::initializer_list<std::string_view> keys) {
  std::vector<std::string> texts;
  for (const Json& item : list_at(value, keys)) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::vector<double> numbers_at(const Json& value, std::initializer_list<std::string_view> keys) {
  std::vector<double> numbers;
  for (const Json& item : list_at(value, keys)) {
    if (item.is_number() && std::isfinite(item.get<double>())) numbers.push_back(item.get<double>());
  }
  return numbers;
}

}  // namespace neural
