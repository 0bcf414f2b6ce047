// How explanations are set for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace neural::explain {

struct Style {
  std::string_view error = "", warning = "", bold = "", reset = "";
};

Style style_of(bool color);

/// Lines of at most 80 columns, if no word is longer; each begins with `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent = 0);

}  // namespace neural::explain
