// What a session leaves to chance, reproducible from its logged seed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "neural/bench/process/worker_plan.hpp"

namespace neural::bench::plan {

/// A number drawn for one purpose: the first eight bytes of the SHA-256 of "seed/cell/what/number". The same arguments
/// give the same number on every machine, whatever was drawn before.
std::uint64_t draw(std::uint64_t seed, std::string_view cell, std::string_view what, int number);

using Order = std::array<process::Side, 2>;

/// What the two runs of a pair share, and which comes first.
struct PairDraw {
  Order order;
  /// For the worker's generators; less than 2^31.
  std::uint64_t seed = 0;
  /// Bytes of padding in the environment, 0 to 4095.
  std::size_t padding = 0;
};

/// Of pair `pair`, counted from 1. Pairs 1 and 2 are a block, 3 and 4 the next: the order of a block's first pair is
/// drawn, that of its second is the reverse (ABBA or BAAB). So drifts of the machine cancel within a block, and no
/// pattern of the machine can follow that of the blocks.
PairDraw draw_pair(std::uint64_t seed, std::string_view cell, int pair);

/// The order of two runs that are no pair.
Order draw_order(std::uint64_t seed, std::string_view cell, std::string_view what);

}  // namespace neural::bench::plan
