#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/explain/example.hpp"
#include "neural/explain/explain.hpp"
#include "neural/explain/layout.hpp"

namespace neural::explain {
namespace {

using syntax::Explanation;
using syntax::ExplanationGroup;

std::string colored_code(syntax::Code code, const Style& style) {
  const bool is_error = severity_of(code) == syntax::Severity::kError;
  return fmt::format("{}{}{}", is_error ? style.error : style.warning, code_name(code), style.reset);
}

std::string indented(std::string_view text) {
  std::string lines;
  for (const std::string& line : split(text, '\n')) lines += line.empty() ? "\n" : "    " + line + "\n";
  lines.pop_back();  // the text ends in a line end, behind which there is no line
  return lines;
}

}  // namespace

std::string as_text(const Explanation& explanation, bool color) {
  const Style style = style_of(color);
  std::string text = fmt::format("{}: {}{}{}\n\n{}", colored_code(explanation.code, style), style.bold,
                                 code_summary(explanation.code), style.reset, wrapped(explanation.text));
  if (explanation.wrong.empty()) return text;
  const Example wrong = wrong_example(explanation);
  text += fmt::format("\n{}wrong{}\n\n{}\n    $ {}\n{}", style.bold, style.reset, indented(explanation.wrong),
                      wrong.command, indented(render_text(wrong.source, wrong.diagnostics, {.color = color})));
  text += fmt::format("\n{}right{}\n\n{}", style.bold, style.reset, indented(right_program(explanation)));
  return text;
}

std::string list_as_text(bool color) {
  const Style style = style_of(color);
  std::string text;
  for (const ExplanationGroup& group : syntax::explanation_groups()) {
    text += fmt::format("{}{}{}{}\n", text.empty() ? "" : "\n", style.bold, group.title, style.reset);
    for (const Explanation& entry : group.entries) {
      text += fmt::format("  {}  {}\n", colored_code(entry.code, style), code_summary(entry.code));
    }
  }
  return text;
}

}  // namespace neural::explain
