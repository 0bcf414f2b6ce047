// What the research blocks of a model claim, held against what the full run of each side measured on the test set.
#pragma once

#include <string>

#include "neural/base/json.hpp"

namespace neural::bench::report {

/// For each of the `claims` of cell.json: `{"block", "metric", "claimed", "neural": {"measured", "verdict"}, "native":
/// …}` with "reached", "missed" or "not measured". `neural` and `native` are sides of the results document. What is no
/// claim is left out.
Json research_json(const Json& claims, const Json& neural, const Json& native);

/// "research LeNet: accuracy 0.985", of one of them; not escaped.
std::string research_title(const Json& claim);

/// "reached (0.9871)", "missed (0.9712)" or "not measured", of one of them on a side.
std::string research_verdict(const Json& claim, const char* side);

}  // namespace neural::bench::report
