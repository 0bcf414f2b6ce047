// JSON for people who review differences.
#pragma once

#include <cstddef>
#include <string>

#include "neural/base/json.hpp"

namespace neural::programs {

/// Two-space indentation and lines as full as they may be, but every object of a list begins a line of its own.
std::string fitted_json(const Json& value, std::size_t columns = 140);

}  // namespace neural::programs
