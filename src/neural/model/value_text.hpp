// Values of the syntax tree as text, for messages.
#pragma once

#include <string>
#include <string_view>

#include "neural/syntax/ast.hpp"

namespace neural::model {

/// The value as it would be written, in backticks; long values are cut.
std::string value_as_code(const syntax::Value& value);

/// A number as it is written where it stands, `1e3`; else as above.
std::string number_as_code(const syntax::Value& value, const syntax::SourceText& source);

/// True if the text reads as a number, as in "64".
bool is_number_text(std::string_view text);

/// The value itself: the element of a tuple of one, as often as needed.
const syntax::Value& without_single_tuple(const syntax::Value& value);

/// The word of a name or a plain string; null for any other value.
const std::string* word_of(const syntax::Value& value);

}  // namespace neural::model
