// Names of folders, files and machines.
#pragma once

#include <string>
#include <string_view>

namespace neural::track {

/// Letters, digits, `_`, `-`, and `.` but at the beginning; all else becomes `_`. "default" for an empty text.
std::string plain_name(std::string_view text);

/// Of this machine; empty where it has none.
std::string host_name();

}  // namespace neural::track
