#include "neural/syntax/unexpected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/text.hpp"
#include "neural/syntax/characters.hpp"

namespace neural::syntax {
namespace {

/// Characters that editors, word processors and web pages put where plain ones are meant.
struct LookAlike {
  std::string_view character;
  std::string_view name;
  std::string_view plain;
};

constexpr std::array kLookAlikes = {
    LookAlike{"“", "a typographic quote", "\""},
    LookAlike{"”", "a typographic quote", "\""},
    LookAlike{"„", "a typographic quote", "\""},
    LookAlike{"«", "a typographic quote", "\""},
    LookAlike{"»", "a typographic quote", "\""},
    LookAlike{"‘", "a typographic quote", "'"},
    LookAlike{"’", "a typographic quote", "'"},
    LookAlike{"–", "a dash", "-"},
    LookAlike{"—", "a dash", "-"},
    LookAlike{"−", "a minus sign of typography", "-"},
    LookAlike{"×", "a multiplication sign", "*"},
    LookAlike{"（", "a full-width character", "("},
    LookAlike{"）", "a full-width character", ")"},
    LookAlike{"：", "a full-width character", ":"},
    LookAlike{"，", "a full-width character", ","},
    LookAlike{"；", "a full-width character", ";"},
    LookAlike{"＝", "a full-width character", "="},
    LookAlike{"｛", "a full-width character", "{"},
    LookAlike{"｝", "a full-width character", "}"},
    LookAlike{"\u00A0", "a no-break space", " "},
    LookAlike{"\u202F", "a no-break space", " "},
    LookAlike{"\u2003", "a wide space", " "},
    LookAlike{"\u3000", "a wide space", " "},
    LookAlike{"\u200B", "a space of no width", ""},
    LookAlike{"\uFEFF", "a byte order mark inside the text", ""},
};

bool is_typographic_quote(std::string_view character) {
  return std::any_of(kLookAlikes.begin(), kLookAlikes.end(), [&](const LookAlike& row) {
    return row.character == character && (row.plain == "\"" || row.plain == "'");
  });
}

bool is_space_of_typography(std::string_view character) {
  return std::any_of(kLookAlikes.begin(), kLookAlikes.end(), [&](const LookAlike& row) {
    return row.character == character && (row.plain == " " || row.plain.empty());
  });
}

std::string help_for_unexpected(std::string_view characters) {
  for (const LookAlike& row : kLookAlikes) {
    if (!characters.starts_with(row.character)) continue;
    if (row.plain.empty()) return fmt::format("it is {}; remove it", row.name);
    if (row.plain == " ") return fmt::format("it is {}; type a plain space", row.name);
    return fmt::format("it is {}; type `{}`", row.name, row.plain);
  }
  for (const std::string_view arrow : {"->", "=>", ">>", "|>", "|", ">"}) {
    if (characters == arrow) return "layers follow each other without a sign between them";
  }
  if (characters == "/") return "comments begin with `#` or `//`, and there is no arithmetic";
  if (characters == "...") return "leave nothing out: there is no sign for what is missing";
  if (characters == "?") return "an unknown dimension is written `None`";
  if (characters == "\\") return "a backslash has a meaning only inside a string; a line needs no mark to go on";
  if (characters == "`") return "a string stands between `\"` or `'`";
  if (characters.find_first_of("+-%^") != std::string_view::npos)
    return "the language has no arithmetic; a sign stands directly before its number";
  return {};
}

Span span_of(std::size_t begin, std::size_t end) {
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

bool starts_number(std::string_view text, std::size_t at) {
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  return digit(at) || (at < text.size() && text[at] == '.' && digit(at + 1));
}

/// The end of signs that begin no token and stand together.
std::size_t end_of_signs(std::string_view text, std::size_t at) {
  constexpr std::string_view kSigns = "!$%&+-./<>?^|~";
  while (at < text.size() && kSigns.find(text[at]) != std::string_view::npos && !starts_number(text, at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//") || rest.starts_with("/*")) break;
    ++at;
  }
  return at;
}

/// `“…”` on one line: the end, or 0 if it is not closed.
std::size_t end_of_typographic_string(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_line_end(text[at])) {
    const std::size_t length = std::max<std::size_t>(1, sequence_length(text.substr(at)));
    const bool closes = is_typographic_quote(text.substr(at, length));
    at += length;
    if (closes) return at;
  }
  return 0;
}

/// `\"…\"`, as inside a quoted call: the string was meant, but its quotes end nothing.
Unexpected read_escaped_string(std::string_view text, std::size_t at) {
  const std::string_view mark = text.substr(at, 2);
  std::size_t end = at + 2;
  while (end < text.size() && !is_line_end(text[end]) && !text.substr(end).starts_with(mark)) ++end;
  if (text.substr(end).starts_with(mark)) end += 2;
  return {end, span_of(at, at + 2), fmt::format("unexpected character {}", as_code(mark)),
          "quotes need no backslash; inside a quoted call take the other kind", TokenKind::kString};
}

}  // namespace

std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::size_t count_malformed_runs(std::string_view text) {
  std::size_t runs = 0;
  bool in_run = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = static_cast<unsigned char>(text[i]) < 0x80 ? 1 : sequence_length(text.substr(i));
    if (length == 0 && !in_run) ++runs;
    in_run = length == 0;
    i += length == 0 ? 1 : length;
  }
  return runs;
}

bool is_binary(std::string_view text) {
  std::size_t strange = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = static_cast<unsigned char>(text[i]) < 0x80 ? 1 : sequence_length(text.substr(i));
    const bool space = text[i] >= '\t' && text[i] <= '\r';
    if (length == 0 || (is_control(text[i]) && !space)) ++strange;
    i += length == 0 ? 1 : length;
  }
  constexpr std::size_t kShare = 10;  // a text in an old eight-bit alphabet stays below one in ten
  constexpr std::size_t kFewest = 8;
  return strange >= kFewest && strange > text.size() / kShare;
}

bool name_goes_on(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  if (text[at] == '.') return at + 1 < text.size() && is_name_start(text[at + 1]);
  if (static_cast<unsigned char>(text[at]) < 0x80) return false;
  const std::size_t length = sequence_length(text.substr(at));
  return length > 0 && help_for_unexpected(text.substr(at, length)).empty();
}

Unexpected read_broken_name(std::string_view text, std::size_t begin, std::size_t at) {
  const std::size_t length = sequence_length(text.substr(at));
  std::size_t end = at;
  while (end < text.size() && (is_name_part(text[end]) || name_goes_on(text, end)))
    end += sequence_length(text.substr(end));
  const bool dot = text[at] == '.';
  return {end, span_of(at, at + length),
          fmt::format("unexpected character {} in the name {}", as_code(text.substr(at, length)),
                      as_code(text.substr(begin, end - begin), kLongestToken)),
          dot ? "a name has no parts; write only the last, as in `Dense(64)`"
              : "names are made of the letters a to z, digits and `_`",
          TokenKind::kIdentifier};
}

Unexpected read_unexpected(std::string_view text, std::size_t at) {
  const std::size_t length = sequence_length(text.substr(at));
  const std::string_view character = text.substr(at, length);
  if (text.substr(at).starts_with("\\\"") || text.substr(at).starts_with("\\'")) return read_escaped_string(text, at);
  std::size_t end = at + length;
  if (is_typographic_quote(character)) {
    const std::size_t closed = end_of_typographic_string(text, end);
    return {closed == 0 ? end : closed, span_of(at, end), fmt::format("unexpected character {}", as_code(character)),
            help_for_unexpected(character), closed == 0 ? TokenKind::kEnd : TokenKind::kString};
  }
  if (length > 1 && name_goes_on(text, at) && end < text.size() && is_name_part(text[end])) {
    return read_broken_name(text, at, at);
  }
  if (length == 1) end = end_of_signs(text, end);
  while (text.substr(end).starts_with(character)) end += length;
  const std::string_view all = text.substr(at, end - at);
  return {end,
          span_of(at, end),
          fmt::format("unexpected character{} {}", all.size() == length ? "" : "s", as_code(all, kLongestToken)),
          help_for_unexpected(all),
          TokenKind::kEnd,
          is_control(character[0]) || is_space_of_typography(character)};
}

}  // namespace neural::syntax
