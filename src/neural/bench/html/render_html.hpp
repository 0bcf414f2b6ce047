// The report as one page: opens offline, asks for nothing.
#pragma once

#include <string>

#include "neural/base/json.hpp"

namespace neural::bench::html {

/// The report of a results document as a single HTML file, from nothing else: the same document gives the same bytes.
/// Its words and tables are those of report::render_markdown and need no script. Charts are drawn in the browser from
/// the document, which the page carries without the account of each process (`runs`). Any document is taken. Text out
/// of it stays text: a content security policy lets no script run but the page's own. Takes some milliseconds.
std::string render_html(const Json& results);

/// The same without the charting library and its licence: what is this program's own.
std::string render_own_html(const Json& results);

}  // namespace neural::bench::html
