#include "fitted_json.hpp"

namespace neural::programs {
namespace {

std::string in_one_line(const Json& value) {
  if (!value.is_structured()) return value.dump();
  const bool is_object = value.is_object();
  std::string text = is_object ? "{" : "[";
  for (const auto& item : value.items()) {
    if (text.size() > 1) text += ", ";
    if (is_object) text += Json(item.key()).dump() + ": ";
    text += in_one_line(item.value());
  }
  return text + (is_object ? "}" : "]");
}

void append(const Json& value, std::size_t indent, std::size_t used, std::size_t columns, std::string& text) {
  const std::string line = in_one_line(value);
  if (!value.is_structured() || value.empty() || used + line.size() <= columns) {
    text += line;
    return;
  }
  const bool is_object = value.is_object();
  text += is_object ? "{" : "[";
  bool is_first = true;
  for (const auto& item : value.items()) {
    text += is_first ? "\n" : ",\n";
    is_first = false;
    const std::string key = is_object ? Json(item.key()).dump() + ": " : std::string();
    text += std::string(indent + 2, ' ') + key;
    append(item.value(), indent + 2, indent + 3 + key.size(), columns, text);
  }
  text += "\n" + std::string(indent, ' ') + (is_object ? "}" : "]");
}

}  // namespace

std::string fitted_json(const Json& value, std::size_t columns) {
  std::string text;
  append(value, 0, 0, columns, text);
  return text + "\n";
}

}  // namespace neural::programs
