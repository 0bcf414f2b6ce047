// Python literals. Whatever bytes a user's file holds, what comes out is printable ASCII and reads back as a value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "neural/model/attributes.hpp"

namespace neural::emit {

/// A quoted str, in the quotes `ruff format` would choose: `"model.pt"`, `'a "b"'`. UTF-8 becomes escapes; a byte that
/// is not UTF-8 becomes the surrogate by which Python names such a byte in file names (`"\udcff"`).
std::string python_string(std::string_view bytes);

/// `True`, `False`.
std::string python_bool(bool value);

/// The shortest float that reads back the same: `0.001`, `1e-07`, `2.0`; `float("inf")`, `-float("inf")`,
/// `float("nan")`.
std::string python_number(double value);

/// `(3, 3)`, `(3,)`, `()`.
std::string python_tuple(std::span<const std::int64_t> values);

/// `(28, 28, 1)`, `(None, 16)`, `(64,)`.
std::string python_shape(const model::Shape& shape);

/// A user's words for a docstring or a comment: one line of printable ASCII without quotation marks and backslashes,
/// inner white space as single blanks, cut after `limit` characters (`...`). Never empty.
std::string docstring_text(std::string_view bytes, std::size_t limit = 60);

/// The text with its first letter in upper case.
std::string capitalised(std::string text);

}  // namespace neural::emit
