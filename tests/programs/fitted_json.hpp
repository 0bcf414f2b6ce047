// JSON for people who review differences.
#pragma once

#include <cstddef>
#include <string>

#include "neural/base/json.hpp"

namespace neural::programs {

/// Two-space indentation, but what fits into a line stands in one.
std::string fitted_json(const Json& value, std::size_t columns = 120);

}  // namespace neural::programs
