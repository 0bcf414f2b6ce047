#include "neural/track/params.hpp"

#include "neural/base/text.hpp"

namespace neural::track {
namespace {

std::string text_of(const Json& value) {
  return shortened(value.is_string() ? value.get<std::string>() : compact_json(value), kLongestParam);
}

void add(const std::string& name, const Json& value, Params& params) {
  if (!value.is_object()) {
    params.emplace_back(name, text_of(value));
    return;
  }
  for (const auto& [key, inner] : value.items()) add(name.empty() ? key : name + "." + key, inner, params);
}

}  // namespace

Params flatten(const Json& value) {
  Params params;
  if (value.is_object()) add("", value, params);
  return params;
}

Json to_json(const Params& params) {
  Json object = Json::object();
  for (const auto& [name, value] : params) object[name] = value;
  return object;
}

Params params_from_json(const Json& value) {
  Params params;
  if (!value.is_object()) return params;
  for (const auto& [name, each] : value.items()) params.emplace_back(name, text_of(each));
  return params;
}

}  // namespace neural::track
