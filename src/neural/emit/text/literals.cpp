#include "neural/emit/text/literals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "neural/base/text.hpp"

namespace neural::emit {
namespace {

/// One character of a UTF-8 text and the number of its bytes; a byte that begins no well-formed character is empty.
struct Character {
  std::optional<char32_t> code;
  std::size_t bytes = 1;
};

Character next_character(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x80) return {char32_t{byte}, 1};
  const std::size_t bytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
  if (byte < 0xc2 || bytes > text.size() || !is_utf8(text.substr(0, bytes))) return {};
  char32_t code = byte & (0xffU >> (bytes + 1));
  for (const char follower : text.substr(1, bytes - 1))
    code = (code << 6) | (static_cast<unsigned char>(follower) & 0x3f);
  return {code, bytes};
}

void append_escaped(std::string& out, char32_t code, char quote) {
  const auto number = static_cast<std::uint32_t>(code);
  if (code == U'\n') {
    out += "\\n";
  } else if (code == U'\t') {
    out += "\\t";
  } else if (code == U'\\' || number == static_cast<unsigned char>(quote)) {
    out += '\\';
    out += static_cast<char>(code);
  } else if (number >= 0x20 && number < 0x7f) {
    out += static_cast<char>(code);
  } else if (number < 0x100) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", number);
  } else if (number < 0x10000) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", number);
  } else {
    fmt::format_to(std::back_inserter(out), "\\U{:08x}", number);
  }
}

template <class Values, class Append>
std::string parenthesised(const Values& values, Append append) {
  std::string out = "(";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ", ";
    append(out, values[i]);
  }
  if (values.size() == 1) out += ',';
  out += ')';
  return out;
}

}  // namespace

std::string python_string(std::string_view bytes) {
  const auto doubles = std::count(bytes.begin(), bytes.end(), '"');
  const auto singles = std::count(bytes.begin(), bytes.end(), '\'');
  const char quote = singles < doubles ? '\'' : '"';
  std::string out(1, quote);
  out.reserve(bytes.size() + 2);
  const auto is_plain = [](char c) { return c >= ' ' && c < '\x7f' && c != '\\' && c != '"'; };
  if (std::all_of(bytes.begin(), bytes.end(), is_plain)) {
    out += bytes;
    bytes = {};
  }
  while (!bytes.empty()) {
    const Character character = next_character(bytes);
    const char32_t surrogate = 0xdc00U + static_cast<unsigned char>(bytes.front());
    append_escaped(out, character.code.value_or(surrogate), quote);
    bytes.remove_prefix(character.bytes);
  }
  out += quote;
  return out;
}

std::string python_bool(bool value) {
  return value ? "True" : "False";
}

std::string python_number(double value) {
  if (std::isnan(value)) return "float(\"nan\")";
  if (std::isinf(value)) return value > 0 ? "float(\"inf\")" : "-float(\"inf\")";
  return shortest_double(value);
}

std::string python_tuple(std::span<const std::int64_t> values) {
  return parenthesised(values, [](std::string& out, std::int64_t value) { out += std::to_string(value); });
}

std::string python_shape(const model::Shape& shape) {
  return parenthesised(shape, [](std::string& out, const model::Dimension& dimension) {
    out += dimension ? std::to_string(*dimension) : "None";
  });
}

std::string docstring_text(std::string_view bytes, std::size_t limit) {
  std::string out;
  for (bytes = trim(bytes); !bytes.empty();) {
    const Character character = next_character(bytes);
    bytes.remove_prefix(character.bytes);
    const char32_t code = character.code.value_or(U'?');
    if (code == U' ' || (code >= U'\t' && code <= U'\r')) {
      if (!out.ends_with(' ')) out += ' ';
    } else if (code == U'"') {
      out += '\'';
    } else {
      out += code > U' ' && code < U'\x7f' && code != U'\\' ? static_cast<char>(code) : '?';
    }
    if (out.size() > limit) {
      out.resize(limit);
      return std::string(trim(out)) + "...";
    }
  }
  return out.empty() ? "?" : out;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

}  // namespace neural::emit
