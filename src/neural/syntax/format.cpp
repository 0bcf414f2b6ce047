#include "neural/syntax/format.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/syntax/ast_text.hpp"
#include "neural/syntax/format_pieces.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::syntax {
namespace {

/// Whether all that is wrong with a text is that something is missing: then what is there was read to the end.
bool structure_is_whole(const DiagnosticList& diagnostics) {
  if (diagnostics.dropped_errors() > 0) return false;
  const std::vector<Diagnostic> all = diagnostics.sorted();
  return std::all_of(all.begin(), all.end(), [](const Diagnostic& found) {
    return severity_of(found.code) != Severity::kError || found.code == Code::E104 || found.code == Code::E109 ||
           found.code == Code::E110;
  });
}

std::string meaning(const SourceText& source, DiagnosticList& diagnostics) {
  return ast_text(parse_file(source, diagnostics));
}

}  // namespace

std::optional<std::string> format(const SourceText& source, DiagnosticList& diagnostics) {
  const std::string before = meaning(source, diagnostics);
  if (!structure_is_whole(diagnostics)) return {};
  Pieces text = cut_into_pieces(source);
  give_structure(source, text.pieces);
  std::optional<std::string> laid_out = print_pieces(source, text);
  if (!laid_out) {
    diagnostics.add(Code::E902, {0, 0},
                    fmt::format("laid out, the source would be longer than {} MiB", kLongestSource >> 20),
                    "split it into several files");
    return {};
  }
  DiagnosticList again;
  NEURAL_CHECK(meaning(SourceText(source.name(), *laid_out), again) == before,
               "the formatter changed what a text means");
  return laid_out;
}

}  // namespace neural::syntax
