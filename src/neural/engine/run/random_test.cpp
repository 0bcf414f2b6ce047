// Random numbers of the kernels against the reference, which makes them one by one.
#include <gtest/gtest.h>

#include <vector>

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/reference/compute.hpp"

namespace neural::engine {
namespace {

TEST(Uniform, has_the_bits_of_the_reference_wherever_it_begins) {
  const RandomKey key = {0x123456789abcdefU, 0x500000007U, 3};
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
    if (!is_available(isa)) continue;
    for (const std::int64_t first : {0, 1, 3, 4, 62, 1000003}) {
      for (const std::int64_t count : {1, 5, 64, 131}) {
        std::vector<float> numbers(static_cast<std::size_t>(count) + 1, -1);
        kernels_of(isa).uniform(numbers.data(), first, count, key);
        for (std::int64_t i = 0; i < count; ++i) {
          const double expected = reference::random_element(Random::Kind::kUniform, key.stream, key.seed, key.step,
                                                            static_cast<std::uint64_t>(first + i));
          ASSERT_EQ(numbers[static_cast<std::size_t>(i)], static_cast<float>(expected)) << first << " + " << i;
        }
        EXPECT_EQ(numbers.back(), -1) << "written behind the last";
      }
    }
  }
}

}  // namespace
}  // namespace neural::engine
