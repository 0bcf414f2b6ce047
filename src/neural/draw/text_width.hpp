// How wide text will be, whichever sans-serif font draws it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace neural::draw {

using Px = std::int64_t;

/// An upper bound for the common fonts (it goes by DejaVu Sans, which is wide), rounded up.
Px text_width(std::string_view utf8, Px font_size, bool is_bold);

/// The text, or as much of its beginning as fits with "…" behind it.
std::string fitted(std::string_view utf8, Px font_size, bool is_bold, Px width);

}  // namespace neural::draw
