#include "neural/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "neural/base/check.hpp"

namespace neural {

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (const char c : text) {
    if (c == '_' || c == '-') continue;
    folded.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return folded;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// Letters of a word that say which longer one was meant.
constexpr std::size_t kLeastBeginning = 3;

std::vector<std::string> nearest(std::string_view word, std::span<const std::string_view> candidates,
                                 std::size_t limit) {
  const std::string folded = fold(word);
  if (folded.empty()) return {};
  const std::size_t farthest = std::max<std::size_t>(1, folded.size() / 3);
  std::vector<std::pair<std::size_t, std::string_view>> found;
  std::vector<std::pair<std::size_t, std::string_view>> begun;
  for (const std::string_view candidate : candidates) {
    const std::string other = fold(candidate);
    if (folded.size() >= kLeastBeginning && other.starts_with(folded)) begun.emplace_back(other.size(), candidate);
    const std::size_t longer = std::max(folded.size(), other.size());
    if (longer - std::min(folded.size(), other.size()) > farthest) continue;  // the distance is at least this
    const std::size_t distance = edit_distance(folded, other);
    if (distance <= farthest) found.emplace_back(distance, candidate);
  }
  if (found.empty()) found = std::move(begun);
  std::stable_sort(found.begin(), found.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
  std::vector<std::string> names;
  for (const auto& [distance, name] : found) {
    if (names.size() == limit) break;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
  }
  return names;
}

std::string with_thousands(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3;) {
    i -= 3;
    text.insert(i, ",");
  }
  return text;
}

std::string shortest_double(double value) {
  NEURAL_CHECK(std::isfinite(value), "only finite numbers have a literal");
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string text(buffer.data(), result.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string shortened(std::string_view utf8, std::size_t most) {
  std::size_t count = 0;
  std::size_t cut = 0;  // behind most - 1 code points
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if ((static_cast<unsigned char>(utf8[i]) & 0xC0) == 0x80) continue;
    if (++count == most) cut = i;
    if (count > most) return std::string(utf8.substr(0, cut)) + "…";
  }
  return std::string(utf8);
}

namespace {

/// Length of the character at the begin of a UTF-8 text if a terminal obeys it instead of showing it: the control
/// characters U+0080 to U+009F, the marks of direction, line and paragraph separators. Else 0.
std::size_t unseen_length(std::string_view utf8) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  if (utf8.size() >= 2 && byte(0) == 0xC2 && byte(1) < 0xA0) return 2;
  if (utf8.size() < 3 || byte(0) != 0xE2) return 0;
  const bool direction =
      byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE));
  const bool isolate = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
  return direction || isolate ? 3 : 0;
}

}  // namespace

std::string printable(std::string_view text) {
  const bool sound = is_utf8(text);
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool plain = byte >= 0x20 && byte < 0x7F;
    std::size_t escaped = plain ? 0 : byte < 0x80 || !sound ? 1 : unseen_length(text.substr(i));
    if (escaped == 0) {
      shown += text[i];
      continue;
    }
    for (; escaped > 0; --escaped, ++i) shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i]));
    --i;
  }
  return shown;
}

std::string as_code(std::string_view text, std::size_t longest) {
  if (text.empty()) return "an empty text";
  if (text.size() <= longest) return "`" + printable(text) + "`";
  std::size_t cut = longest;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return "`" + printable(text.substr(0, cut)) + "…`";
}

std::string as_code_list(std::span<const std::string> words, std::string_view last_joint) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? last_joint : ", ";
    text += as_code(words[i]);
  }
  return text;
}

bool is_utf8(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t i = 0;
  while (i < bytes.size()) {
    const unsigned lead = byte(i);
    std::size_t length = 1;
    std::uint32_t point = lead;
    if (lead >= 0x80) {
      if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2, point = lead & 0x1F;
      } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3, point = lead & 0x0F;
      } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4, point = lead & 0x07;
      } else {
        return false;
      }
    }
    if (i + length > bytes.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
      point = point << 6 | (byte(i + k) & 0x3F);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point > 0x10FFFF) return false;
    i += length;
  }
  return true;
}

}  // namespace neural
