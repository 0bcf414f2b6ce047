// What a run was given, as a flat list of names and texts: params.json.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "neural/base/json.hpp"

namespace neural::track {

/// In the order they were given.
using Params = std::vector<std::pair<std::string, std::string>>;

/// A longer value is cut, and ends in "…": what other tools take.
inline constexpr std::size_t kLongestParam = 500;

/// {"optimizer": {"name": "Adam", "betas": [0.9, 0.99]}} -> "optimizer.name" = "Adam", "optimizer.betas" =
/// "[0.9,0.99]". Lists stay whole, empty objects are left out, null is "null".
Params flatten(const Json& value);

Json to_json(const Params& params);

/// The other way; what is no text is taken as JSON text. Nothing of a value that is no object.
Params params_from_json(const Json& value);

}  // namespace neural::track
