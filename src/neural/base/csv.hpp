// Text for tables that spreadsheets read.
#pragma once

#include <string>

namespace neural {

/// A field of a CSV table (RFC 4180). A text that a spreadsheet would take for a formula gets a `'` in front.
std::string csv_field(std::string text);

}  // namespace neural
