// docs/language.md: prose by hand, and between markers tables out of the catalogue.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::explain {

/// The page with every table made anew. A table stands between the lines `<!-- table: … -->` and `<!-- end -->`; what
/// may stand for the dots:
///   layers NAME…                the named layers
///   parameters NAME             a group that many layers share: kernel, affine, base
///   optimizers, losses, …       a group of names (name_groups)
///   settings, parameter aliases, optimizer aliases, ignored parameters, codes
/// kUsage for a marker that asks for something else, or is not closed.
Expected<std::string> with_tables(std::string_view page);

/// A fenced block of the page.
struct PageExample {
  std::size_t line = 0;  ///< of its first line, from 1
  std::string language;  ///< what the fence says: "neural", "neural-wrong", "neural-layer", "sh"
  std::string text;
  std::vector<std::string>
      codes;  ///< of a comment in the line behind it, which names what the checker says: `<!-- E503 -->`
};

std::vector<PageExample> page_examples(std::string_view page);

}  // namespace neural::explain
