#include "neural/draw/text_width.hpp"

namespace neural::draw {
namespace {

/// In thousandths of the font size, for regular text; bold is a tenth wider.
std::int64_t advance(std::uint32_t point) {
  constexpr std::string_view kNarrow = "ijlI.,:;'|!()[] /\\-`ftr\"";
  constexpr std::string_view kWide = "mwMW@%";
  if (point >= 0x80) return point >= 0x1F000 ? 1400 : 1050;  // emoji; ideographs fill a square
  const char c = static_cast<char>(point);
  if (kNarrow.find(c) != std::string_view::npos) return 465;
  if (kWide.find(c) != std::string_view::npos) return 1020;
  if (c >= 'A' && c <= 'Z') return 800;
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') return 650;
  return 850;
}

/// The code point that begins at `i`, which moves behind it; a byte that begins none stands for itself.
std::uint32_t next_point(std::string_view utf8, std::size_t& i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(utf8[k]); };
  std::uint32_t point = byte(i++);
  if (point < 0xC0) return point;
  point &= point >= 0xF0 ? 0x07U : point >= 0xE0 ? 0x0FU : 0x1FU;
  while (i < utf8.size() && (byte(i) & 0xC0) == 0x80) point = point << 6 | (byte(i++) & 0x3F);
  return point;
}

std::int64_t in_pixels(std::int64_t thousandths, Px font_size, bool is_bold) {
  return (thousandths * font_size * (is_bold ? 11 : 10) + 9999) / 10000;
}

}  // namespace

Px text_width(std::string_view utf8, Px font_size, bool is_bold) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < utf8.size();) sum += advance(next_point(utf8, i));
  return in_pixels(sum, font_size, is_bold);
}

std::string fitted(std::string_view utf8, Px font_size, bool is_bold, Px width) {
  const std::int64_t ellipsis = advance(0x2026);
  std::int64_t sum = 0;
  std::size_t cut = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    if (in_pixels(sum + ellipsis, font_size, is_bold) <= width) cut = i;
    sum += advance(next_point(utf8, i));
    if (in_pixels(sum, font_size, is_bold) > width) return std::string(utf8.substr(0, cut)) + "…";
  }
  return std::string(utf8);
}

}  // namespace neural::draw
