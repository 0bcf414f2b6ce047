// HTML out of texts, Markdown and documents. Nothing that goes in can become more than text, or the forms of
// Markdown that a report uses.
#pragma once

#include <string>
#include <string_view>

#include "neural/base/json.hpp"

namespace neural::bench::html {

/// For the content of an element and for attributes in double quotes. Control characters become \xNN.
std::string escape(std::string_view text);

/// Markdown with tables; HTML in it is shown as text.
std::string from_markdown(std::string_view markdown);

/// The same for the inside of a line, without the paragraph around it.
std::string from_inline_markdown(std::string_view markdown);

/// The document as the content of a `<script type="application/json">`: nothing in it can end the element or open a
/// comment, and it reads back as the same document.
std::string script_json(const Json& document);

}  // namespace neural::bench::html
