// Initial weights that differ from others by rounding alone.
#pragma once

#include <cstdint>
#include <filesystem>

#include "neural/base/expected.hpp"

namespace neural::bench::plan {

/// Writes to the folder `to` the weights of the folder `from`, every trained number moved by `units` (at least 1) units
/// in the last place, up or down by a generator seeded with `seed`, but those so near zero that their sign would
/// change. What a program makes of them differs from what it made of the others by what rounding does to it.
Status nudge_weights(const std::filesystem::path& from, const std::filesystem::path& to, int units, std::uint64_t seed);

}  // namespace neural::bench::plan
