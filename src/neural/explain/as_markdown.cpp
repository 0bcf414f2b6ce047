#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/explain/example.hpp"
#include "neural/explain/explain.hpp"

namespace neural::explain {
namespace {

using syntax::Explanation;
using syntax::ExplanationGroup;

constexpr std::string_view kIntroduction = R"(# Diagnostics

Whatever is wrong with a `.neural` file is told as a diagnostic with a code. A code keeps its meaning for ever.
`neural explain E503` prints the entry of one code, `neural explain --list` all codes.

This page is written by `./dev golden` from the same table as `neural explain`, and the messages in it are what the
compiler says; do not edit it by hand.

## How to read one

)";

constexpr std::string_view kFormat = R"(
- The first line has the file, the line and the column (both from 1; a column counts characters), the severity, the code
  and what is wrong.
- Below stands the line of the source, with a mark under the word or value that the message is about.
- A `note` tells more of how it came about, sometimes with a second place; `help` tells what to do about it.
- The last line counts. At most 20 errors are printed, the others only counted.

`E…` is an error: nothing is built. `W…` is a warning: the program is read in the way the message says. With
`neural check --werror` warnings are errors too.

Exit codes: 0 without errors, 1 with errors, 2 if the command was called wrongly or a file could not be read.

`neural check --json` prints every diagnostic as an object with `file`, `line`, `column`, `end_line`, `end_column`,
`severity`, `code`, `message`, `help` and `notes`; columns count characters and `end_column` is the one behind the mark.
They stand in `diagnostics`, a list for each file, beside the counts `errors` and `warnings`. A list ends after 2000 errors
and 2000 warnings; `dropped_errors` and `dropped_warnings` say how many of the counted are not in it.

In Python, `neural.check(source)` gives the same objects, and `neural.CompileError` carries them in `.diagnostics`.

## All codes

)";

std::string fenced(std::string_view text) {
  return fmt::format("```\n{}```\n", text);
}

std::string output_of(const Example& example) {
  return fmt::format("$ {}\n{}", example.command, render_text(example.source, example.diagnostics));
}

std::string anchor(syntax::Code code) {
  return "#" + fold(code_name(code));
}

}  // namespace

std::string as_markdown(const Explanation& explanation) {
  std::string text = fmt::format("### {}\n\n**{}**\n\n{}\n", code_name(explanation.code),
                                 code_summary(explanation.code), explanation.text);
  if (explanation.wrong.empty()) return text;
  text += fmt::format("\nWrong:\n\n{}\n{}", fenced(explanation.wrong), fenced(output_of(wrong_example(explanation))));
  text += fmt::format("\nRight:\n\n{}", fenced(right_program(explanation)));
  return text;
}

std::string markdown_page() {
  std::string page(kIntroduction);
  const Example shown = wrong_example(explanation_of(syntax::Code::E503));
  page += fenced(output_of(shown));
  page += kFormat;
  for (const ExplanationGroup& group : syntax::explanation_groups()) {
    page += fmt::format("- **{}**\n", group.title);
    for (const Explanation& entry : group.entries) {
      page += fmt::format("  - [{}]({}) {}\n", code_name(entry.code), anchor(entry.code), code_summary(entry.code));
    }
  }
  for (const ExplanationGroup& group : syntax::explanation_groups()) {
    page += fmt::format("\n## {}\n", group.title);
    for (const Explanation& entry : group.entries) page += "\n" + as_markdown(entry);
  }
  return page;
}

}  // namespace neural::explain
