#include "neural/base/xml_text.hpp"

#include <algorithm>

#include "neural/base/text.hpp"

namespace neural {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Bytes of the code point that begins here; 0 where none does.
std::size_t length_at(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return is_utf8(text.substr(i, length)) && i + length <= text.size() ? length : 0;
}

/// One code point, as its bytes.
bool is_xml(std::string_view point) {
  if (point.size() > 1) return point != "\xEF\xBF\xBE" && point != "\xEF\xBF\xBF";
  const auto byte = static_cast<unsigned char>(point.front());
  return byte >= 0x20 || byte == '\t' || byte == '\n';
}

void append(std::string_view point, std::string& text) {
  if (point == "&") {
    text += "&amp;";
  } else if (point == "<") {
    text += "&lt;";
  } else if (point == ">") {
    text += "&gt;";
  } else if (point == "\"") {
    text += "&quot;";
  } else {
    text += is_xml(point) ? point : kReplacement;
  }
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = length_at(text, i);
    append(length == 0 ? kReplacement : text.substr(i, length), result);
    i += std::max<std::size_t>(1, length);
  }
  return result;
}

}  // namespace neural
