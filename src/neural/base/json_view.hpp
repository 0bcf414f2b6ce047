// Looking into a document that may be anything: what is not there is null, empty, or no number.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/json.hpp"

namespace neural {

/// The value at the end of the keys; null if one of them is missing.
const Json& at(const Json& value, std::initializer_list<std::string_view> keys);

/// The text there; empty if it is none.
std::string text_at(const Json& value, std::initializer_list<std::string_view> keys);

/// The finite number there.
std::optional<double> number_at(const Json& value, std::initializer_list<std::string_view> keys);

/// True only for a `true`.
bool true_at(const Json& value, std::initializer_list<std::string_view> keys);

/// The texts, and the finite numbers, of an array.
std::vector<std::string> texts_at(const Json& value, std::initializer_list<std::string_view> keys);
std::vector<double> numbers_at(const Json& value, std::initializer_list<std::string_view> keys);

/// The array there, or an empty one: for loops.
const Json& list_at(const Json& value, std::initializer_list<std::string_view> keys);

}  // namespace neural
