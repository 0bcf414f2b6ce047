#include <cmath>
#include <numbers>

#include "neural/engine/reference/compute.hpp"
#include "neural/weights/philox.hpp"

namespace neural::engine::reference {

double random_element(Random::Kind kind, std::uint32_t stream, std::uint64_t seed, std::uint64_t step,
                      std::uint64_t index) {
  // Four uniform numbers a block, or two pairs of normal ones by Box and Muller.
  const auto low = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const auto high = [](std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); };
  constexpr std::uint64_t kBlock = 4;
  const std::uint64_t block = index / kBlock;
  const auto numbers =
      weights::philox({low(block), high(block) ^ high(step) << 16, low(step), stream}, {low(seed), high(seed)});
  const auto uniform = [&](std::size_t i) { return std::ldexp(static_cast<double>(numbers[i] >> 8), -24); };
  const std::size_t place = index % kBlock;
  if (kind == Random::Kind::kUniform) return uniform(place);
  const std::size_t pair = place / 2 * 2;
  const double radius = std::sqrt(-2 * std::log(1 - uniform(pair)));
  const double angle = 2 * std::numbers::pi * uniform(pair + 1);
  return radius * (place == pair ? std::cos(angle) : std::sin(angle));
}

}  // namespace neural::engine::reference
