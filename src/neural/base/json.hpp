// JSON values: the one door to the JSON library. Objects keep the order in which keys were added.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "neural/base/expected.hpp"

namespace neural {

using Json = nlohmann::ordered_json;

/// Reads one JSON document; `name` is what an error calls it. Nesting deeper than 200 is refused.
Expected<Json> parse_json(std::string_view text, std::string_view name);

/// The document in the file at `path`.
Expected<Json> read_json(const std::filesystem::path& path);

/// Two-space indentation and a final newline; bytes that are not UTF-8 become U+FFFD.
std::string pretty_json(const Json& value);

/// One line without a newline, for JSON lines.
std::string compact_json(const Json& value);

/// `value[key]` as a T, or an error "`name`: `key` is missing" / "is a string, expected a number".
template <class T>
Expected<T> json_field(const Json& value, std::string_view key, std::string_view name) {
  const auto found = value.is_object() ? value.find(key) : value.end();
  if (found == value.end())
    return fail(ErrorCode::kCorrupt, std::string(name) + ": `" + std::string(key) + "` is missing");
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    return fail(ErrorCode::kCorrupt, std::string(name) + ": `" + std::string(key) +
                                         "` is of the wrong kind: " + std::string(found->type_name()));
  }
}

}  // namespace neural
