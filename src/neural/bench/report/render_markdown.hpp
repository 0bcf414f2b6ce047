// The report a person reads.
#pragma once

#include <string>

#include "neural/base/json.hpp"

namespace neural::bench::report {

/// The report of a results document, in Markdown, from nothing else: the same document gives the same bytes. Any
/// document is taken; what is missing in it shows as missing. Text out of the document cannot break the layout.
std::string render_markdown(const Json& results);

}  // namespace neural::bench::report
