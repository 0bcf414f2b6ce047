#include "neural/bench/plan/draw.hpp"

#include <gtest/gtest.h>

#include <set>

#include "neural/base/hashes.hpp"

namespace neural::bench::plan {
namespace {

using process::Side;

constexpr int kPairs = 200;

bool native_first(const PairDraw& drawn) {
  return drawn.order[0] == Side::kNative;
}

TEST(Draw, IsTheBeginningOfTheHashOfItsArguments) {
  EXPECT_EQ(draw(7, "cnn_a", "seed", 3), std::stoull(sha256("7/cnn_a/seed/3").substr(0, 16), nullptr, 16));
}

TEST(DrawPair, RunsBothSidesOnce) {
  for (int pair = 1; pair <= kPairs; ++pair) {
    const Order order = draw_pair(1, "cell", pair).order;
    EXPECT_NE(order[0], order[1]);
  }
}

TEST(DrawPair, MakesBlocksOfAPairAndItsReverse) {
  for (int pair = 1; pair <= kPairs; pair += 2) {
    EXPECT_NE(native_first(draw_pair(1, "cell", pair)), native_first(draw_pair(1, "cell", pair + 1))) << pair;
  }
}

TEST(DrawPair, BeginsAboutHalfOfTheBlocksWithEachSide) {
  int native = 0;
  for (int pair = 1; pair <= kPairs; pair += 2) native += native_first(draw_pair(1, "cell", pair)) ? 1 : 0;
  EXPECT_GT(native, 30);
  EXPECT_LT(native, 70);
}

TEST(DrawPair, GivesEachPairASeedAndAPaddingOfItsOwn) {
  std::set<std::uint64_t> seeds;
  std::set<std::size_t> paddings;
  for (int pair = 1; pair <= kPairs; ++pair) {
    const PairDraw drawn = draw_pair(1, "cell", pair);
    EXPECT_LT(drawn.seed, std::uint64_t{1} << 31U);
    EXPECT_LE(drawn.padding, 4095U);
    seeds.insert(drawn.seed);
    paddings.insert(drawn.padding);
  }
  EXPECT_EQ(seeds.size(), static_cast<std::size_t>(kPairs));
  EXPECT_GT(paddings.size(), 180U);
}

TEST(DrawPair, DependsOnTheSessionAndTheCell) {
  EXPECT_EQ(draw_pair(1, "cell", 5).seed, draw_pair(1, "cell", 5).seed);
  EXPECT_NE(draw_pair(1, "cell", 5).seed, draw_pair(2, "cell", 5).seed);
  EXPECT_NE(draw_pair(1, "cell", 5).seed, draw_pair(1, "other", 5).seed);
}

}  // namespace
}  // namespace neural::bench::plan
