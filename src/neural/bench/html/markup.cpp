#include "neural/bench/html/markup.hpp"

#include <md4c-html.h>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"

namespace neural::bench::html {
namespace {

void append(const MD_CHAR* text, MD_SIZE size, void* html) {
  static_cast<std::string*>(html)->append(text, size);
}

/// Every `from` in the text replaced.
std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t found = text.find(from); found != std::string_view::npos; found = text.find(from, begin)) {
    result.append(text.substr(begin, found - begin)).append(to);
    begin = found + from.size();
  }
  return result.append(text.substr(begin));
}

}  // namespace

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string from_markdown(std::string_view markdown) {
  std::string html;
  const int failed = md_html(markdown.data(), static_cast<MD_SIZE>(markdown.size()), append, &html,
                             MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS, 0);
  NEURAL_CHECK(failed == 0, "MD4C fails for want of memory alone");
  return html;
}

std::string from_inline_markdown(std::string_view markdown) {
  const std::string html = from_markdown(markdown);
  std::string_view inner = trim(html);
  if (inner.starts_with("<p>") && inner.ends_with("</p>")) inner = inner.substr(3, inner.size() - 7);
  return std::string(inner);
}

std::string script_json(const Json& document) {
  // All four stand in strings alone, where an escape is the same text.
  std::string json = replaced(compact_json(document), "<", "\\u003c");
  json = replaced(json, ">", "\\u003e");
  json = replaced(json, "\u2028", "\\u2028");
  return replaced(json, "\u2029", "\\u2029");
}

}  // namespace neural::bench::html
