// Any bytes as a file or a fragment. The first byte says which: `n`etwork, `l`ayer, `m`acros, `r`esearch, a quoted
// `v`alue; anything else is a file.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/syntax/ast_text.hpp"
#include "neural/syntax/parser.hpp"
#include "support.hpp"

namespace neural::fuzz {
namespace {

using syntax::DiagnosticList;
using syntax::File;
using syntax::Network;
using syntax::SourceText;
using syntax::Span;

File layer_in(const SourceText& source, DiagnosticList& diagnostics) {
  File file;
  if (auto item = syntax::parse_layer(source, diagnostics)) {
    file.networks.push_back(Network{.layers = {std::move(*item)}});
  } else {
    NEURAL_CHECK(diagnostics.has_errors(), "a layer that was not read is reported");
  }
  return file;
}

File value_in(const SourceText& source, DiagnosticList& diagnostics) {
  File file;
  const Span contents = {1, static_cast<std::uint32_t>(source.text().size()) - 1};
  if (auto value = syntax::parse_quoted_value(source, contents, diagnostics)) {
    file.networks.push_back(Network{.loss = std::move(value)});
  } else {
    // Bytes that are no text are reported by the reading of the whole file.
    NEURAL_CHECK(diagnostics.has_errors() || !is_utf8(source.text()), "a value that was not read is reported");
  }
  return file;
}

/// What was read, whatever it was, as a file.
File fragment_in(char what, const SourceText& source, DiagnosticList& diagnostics) {
  File file;
  switch (what) {
    case 'n':
      if (auto network = parse_network(source, diagnostics)) {
        file.networks.push_back(std::move(*network));
      } else {
        NEURAL_CHECK(diagnostics.has_errors(), "a network that was not read is reported");
      }
      return file;
    case 'l':
      return layer_in(source, diagnostics);
    case 'm':
      file.macros = parse_macros(source, diagnostics);
      return file;
    case 'r':
      if (auto research = parse_research(source, diagnostics)) file.research.push_back(std::move(*research));
      return file;
    case 'v':
      return value_in(source, diagnostics);
    default:
      return parse_file(source, diagnostics);
  }
}

void run(char what, const SourceText& source) {
  DiagnosticList diagnostics;
  const File file = fragment_in(what, source, diagnostics);
  const bool complete =
      std::all_of(file.networks.begin(), file.networks.end(), [](const Network& network) { return network.complete; });
  NEURAL_CHECK(complete || diagnostics.has_errors(), "what was left out is reported");
  require_sound(source, diagnostics);

  DiagnosticList again;
  NEURAL_CHECK(ast_text(fragment_in(what, source, again)) == ast_text(file), "the same text is read in two ways");
  NEURAL_CHECK(again.error_count() == diagnostics.error_count() && again.warning_count() == diagnostics.warning_count(),
               "the same text gets other diagnostics");
}

}  // namespace
}  // namespace neural::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return neural::fuzz::kRefused;
  const char what = static_cast<char>(data[0]);
  auto source = neural::fuzz::source_of(data + 1, size - 1);
  if (!source) return neural::fuzz::kRefused;
  if (what == 'v') source.emplace(source->name(), "\"" + std::string(source->text()) + "\"");
  neural::fuzz::run(what, *source);
  return neural::fuzz::kTaken;
}
