// The first screen of the page: a card for each comparison.
#pragma once

#include <string>

#include "neural/base/json.hpp"

namespace neural::bench::html {

/// A list of cards in the order of the results; empty if there are none.
std::string cards(const Json& results);

}  // namespace neural::bench::html
