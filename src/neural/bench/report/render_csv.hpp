// The results as a table for spreadsheets and data frames.
#pragma once

#include <string>

#include "neural/base/json.hpp"

namespace neural::bench::report {

/// A header and a row for each quantity of each cell, comma-separated (RFC 4180, lines end in LF): model, backend,
/// contender, quantity, then the keys of a comparison in the results document, with the flags in one field. What is
/// not there is empty. Any document is taken; text out of it stays in its field, and is no formula to a spreadsheet.
std::string render_csv(const Json& results);

}  // namespace neural::bench::report
