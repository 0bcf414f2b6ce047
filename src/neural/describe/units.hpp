// Large numbers for people, with three digits: counts in thousands, bytes in steps of 1024.
#pragma once

#include <string>

#include "neural/base/amount.hpp"

namespace neural::describe {

/// "0", "999", "1.23 k", "12.3 M", "123 G", then T, P, E.
std::string count_text(Amount count);

/// "0 B", "1023 B", "1.23 KiB", "12.3 MiB", "1020 GiB", then TiB, PiB, EiB.
std::string bytes_text(Amount bytes);

}  // namespace neural::describe
