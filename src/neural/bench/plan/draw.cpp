#include "neural/bench/plan/draw.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "neural/base/check.hpp"
#include "neural/base/hashes.hpp"
#include "neural/bench/process/variables.hpp"

namespace neural::bench::plan {
namespace {

using process::Side;

Order order_of(bool native_first) {
  return native_first ? Order{Side::kNative, Side::kNeural} : Order{Side::kNeural, Side::kNative};
}

}  // namespace

std::uint64_t draw(std::uint64_t seed, std::string_view cell, std::string_view what, int number) {
  const std::string digits = sha256(fmt::format("{}/{}/{}/{}", seed, cell, what, number));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 16, value, 16);
  NEURAL_CHECK(error == std::errc{} && end == digits.data() + 16, "a hash is made of hexadecimal digits");
  return value;
}

PairDraw draw_pair(std::uint64_t seed, std::string_view cell, int pair) {
  const bool second_of_block = pair % 2 == 0;
  const bool native_first = draw(seed, cell, "block", (pair - 1) / 2) % 2 == 1;
  PairDraw result;
  result.order = order_of(native_first != second_of_block);
  result.seed = draw(seed, cell, "seed", pair) >> 33U;
  result.padding = draw(seed, cell, "padding", pair) % (process::kLongestPadding + 1);
  return result;
}

Order draw_order(std::uint64_t seed, std::string_view cell, std::string_view what) {
  return order_of(draw(seed, cell, what, 0) % 2 == 1);
}

}  // namespace neural::bench::plan
