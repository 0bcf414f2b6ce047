// A source file on its way through the front end, as the commands need it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/model/research.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"

#include "neural/base/expected.hpp"

namespace neural::cli {

/// The text of `path`, or of standard input for "-".
Expected<syntax::SourceText> read_source(const std::string& path);

/// A checked file: its networks in order (empty where one has errors), their addresses, and what was found.
struct CheckedFile {
  syntax::SourceText source;
  std::vector<std::string> network_addresses;  ///< "Name", or "Name#2" for the second of that name
  std::vector<std::optional<model::Model>> networks;
  syntax::DiagnosticList diagnostics;
  std::map<std::string, std::vector<model::ResearchResult>> research;  ///< by the networks' names
  std::string sha256;                                                  ///< of the text as it was read
  std::vector<std::string> chosen;  ///< "layers[0].units = 128": what stands in the source in the place of its searches
};

CheckedFile check_text(syntax::SourceText source);
Expected<CheckedFile> check_source(const std::string& path);

/// Prints the diagnostics as text on standard error.
void print_diagnostics(const CheckedFile& file);

/// The network with this address, or the first of the file. Null, with the diagnostics printed, if the file has errors
/// or that network cannot be built.
Expected<const model::Model*> choose_network(const CheckedFile& file, const std::optional<std::string>& name);

}  // namespace neural::cli
