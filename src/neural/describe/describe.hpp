// A network for people and for programs: what `neural inspect` prints.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "neural/base/files.hpp"
#include "neural/estimate/outline.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/source.hpp"

namespace neural::describe {

/// The whole network as one JSON document, layer by layer into the sink; docs/inspect.md has its fields. The source is
/// that of the network. Linear.
Status write_json(const estimate::Outline& outline, const syntax::SourceText& source, const Sink& sink);

/// The same as one text.
std::string json_text(const estimate::Outline& outline, const syntax::SourceText& source);

/// The word for it in that document: "classes", "one_hot", "binary", "values".
std::string_view target_name(model::TargetKind kind);

struct TableOptions {
  std::size_t width = 0;  ///< columns there are; 0: as many as it takes
  bool color = false;
  bool all = false;  ///< long runs of equal layers are not folded
};

/// One line a layer, what is inside a layer indented below it; then totals and notes.
std::string as_table(const estimate::Outline& outline, const TableOptions& options);

/// Graphviz: a node for each input and layer, a cluster for what is inside a layer. Nothing is folded.
std::string as_dot(const estimate::Outline& outline);

}  // namespace neural::describe
