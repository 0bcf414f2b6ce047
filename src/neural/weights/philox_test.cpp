#include "neural/weights/philox.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neural::weights {
namespace {

// The known answers of Random123, the authors' own implementation.
TEST(Philox, gives_the_known_answers) {
  using Four = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Four{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Four{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, depends_on_seed_and_name) {
  EXPECT_EQ(RandomStream(1, "a").uniform(), RandomStream(1, "a").uniform());
  EXPECT_NE(RandomStream(1, "a").uniform(), RandomStream(2, "a").uniform());
  EXPECT_NE(RandomStream(1, "a").uniform(), RandomStream(1, "b").uniform());
}

TEST(RandomStream, has_the_moments_of_a_normal_distribution) {
  RandomStream stream(7, "normal");
  constexpr int kCount = 100'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = stream.normal();
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.01);
  EXPECT_NEAR(squares / kCount, 1, 0.02);
}

}  // namespace
}  // namespace neural::weights
