// Syntax tree -> Model: names, arguments, structure, shapes, training settings. `diagnostics` are those that the parser
// added to: where it found an error, less is checked.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/syntax/ast.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"

namespace neural::model {

/// How the networks of a file are told apart, in order: "Name", and "Name#2" for the second of that name.
std::vector<std::string> network_addresses(const syntax::File& file);

/// Checks every macro, network and research block of the file. One entry per network, in order; empty where the
/// network has errors. Linear in the size of the file after expansion.
std::vector<std::optional<Model>> check_file(const syntax::File& file, const syntax::SourceText& source,
                                             syntax::DiagnosticList& diagnostics);

/// Fragments, as the parser's entry points give them. A layer is checked for names and parameters only.
void check_network(const syntax::Network& network, const syntax::SourceText& source,
                   syntax::DiagnosticList& diagnostics);
void check_layer(const syntax::Item& layer, const syntax::SourceText& source, syntax::DiagnosticList& diagnostics);
void check_macros(const std::vector<syntax::Macro>& macros, const syntax::SourceText& source,
                  syntax::DiagnosticList& diagnostics);
void check_research(const syntax::Research& research, const syntax::SourceText& source,
                    syntax::DiagnosticList& diagnostics);

}  // namespace neural::model
