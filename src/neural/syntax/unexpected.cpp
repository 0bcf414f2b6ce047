#include "neural/syntax/unexpected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/text.hpp"

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

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && (byte < '\t' || byte > '\r')) || byte == 0x7F;
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
    if (length == 0 || is_control(text[i])) ++strange;
    i += length == 0 ? 1 : length;
  }
  constexpr std::size_t kShare = 10;  // a text in an old eight-bit alphabet stays below one in ten
  constexpr std::size_t kFewest = 8;
  return strange >= kFewest && strange > text.size() / kShare;
}

bool is_typographic_quote(std::string_view character) {
  return std::any_of(kLookAlikes.begin(), kLookAlikes.end(), [&](const LookAlike& row) {
    return row.character == character && (row.plain == "\"" || row.plain == "'");
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

}  // namespace neural::syntax
