// Any bytes through the formatter: a second time nothing changes, no comment is lost, and what it means stays the same,
// as a tree and as Models.
#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/describe/describe.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/ast_text.hpp"
#include "neural/syntax/format.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/syntax/tokens.hpp"
#include "support.hpp"

namespace neural::fuzz {
namespace {

using syntax::DiagnosticList;
using syntax::File;
using syntax::SourceText;

/// What a text means, in two depths. The Models are left out where they would cost too much.
struct Meaning {
  std::string tree;
  std::string models;
  std::string codes;
};

std::string description_of(const model::Model& model, const SourceText& source) {
  return compact_json(without_places(Json::parse(describe::json_text(estimate::outline_of(model), source))));
}

Meaning meaning_of(const SourceText& source) {
  DiagnosticList diagnostics;
  const File file = parse_file(source, diagnostics);
  Meaning meaning = {.tree = ast_text(file)};
  if (!is_cheap_to_expand(file, source)) return meaning;
  for (const auto& model : model::check_file(file, source, diagnostics)) {
    meaning.models += model ? description_of(*model, source) : "none";
    meaning.models += '\n';
  }
  for (const syntax::Diagnostic& found : diagnostics.sorted()) meaning.codes += code_name(found.code);
  return meaning;
}

/// The comments of a text, one a line; blanks at their ends do not count.
std::string comments_of(const SourceText& source) {
  DiagnosticList ignored;
  std::vector<syntax::Span> comments;
  tokenize(source, {0, static_cast<std::uint32_t>(source.text().size())}, ignored, &comments);
  std::string text;
  for (const syntax::Span& comment : comments) {
    text += trim(source.text(comment));
    text += '\n';
  }
  return text;
}

void require_layout(std::string_view text) {
  NEURAL_CHECK(text.empty() || text.ends_with('\n'), "the last line has an end");
  NEURAL_CHECK(!text.ends_with("\n\n") && !text.starts_with('\n'), "empty lines round the text");
  NEURAL_CHECK(text.find('\r') == std::string_view::npos, "lines end in LF");
  NEURAL_CHECK(text.find("\n\n\n") == std::string_view::npos, "two empty lines in a row");
  NEURAL_CHECK(text.find(" \n") == std::string_view::npos && text.find("\t\n") == std::string_view::npos,
               "blanks at the end of a line");
  NEURAL_CHECK(!text.starts_with("\xEF\xBB\xBF"), "a byte order mark");
}

void run(const SourceText& source) {
  DiagnosticList diagnostics;
  const auto text = format(source, diagnostics);
  require_sound(source, diagnostics);
  if (!text) {
    NEURAL_CHECK(diagnostics.has_errors(), "a text that is not laid out is reported");
    return;
  }
  require_layout(*text);
  const SourceText laid_out(source.name(), *text);
  DiagnosticList again;
  NEURAL_CHECK(format(laid_out, again) == text, "laying out a second time changes something");
  NEURAL_CHECK(comments_of(laid_out) == comments_of(source), "comments are lost or changed");
  const Meaning before = meaning_of(source);
  const Meaning after = meaning_of(laid_out);
  NEURAL_CHECK(after.tree == before.tree, "the tree has changed");
  NEURAL_CHECK(after.models == before.models, "the Models have changed");
  NEURAL_CHECK(after.codes == before.codes, "the diagnostics have changed");
}

}  // namespace
}  // namespace neural::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = neural::fuzz::source_of(data, size);
  if (!source) return neural::fuzz::kRefused;
  neural::fuzz::run(*source);
  return neural::fuzz::kTaken;
}
