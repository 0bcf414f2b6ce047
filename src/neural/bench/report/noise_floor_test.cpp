#include "neural/bench/report/noise_floor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace neural::bench::report {
namespace {

Json results(Json farthest) {
  return {
      {"noise_floor",
       {{"model", "cnn"}, {"program", "pytorch_native"}, {"ratios", {0.99, 1.02, 1.0, 1.01}}, {"farthest", farthest}}}};
}

Json claimed(const char* verdict, double ratio) {
  return {{"comparison", {{"training_time", {{"verdict", verdict}, {"ratio", ratio}}}}}};
}

TEST(NoiseFloor, IsToldWithWhatWasMeasured) {
  EXPECT_EQ(noise_floor_sentence(results(0.02)),
            "What equal programs look like here: of 4 pairs of `pytorch_native` of `cnn` and its copy, the farthest "
            "were 2 % apart.\n\n");
  EXPECT_EQ(noise_floor_sentence({{"noise_floor", nullptr}}), "");
  EXPECT_EQ(noise_floor_sentence(Json::array()), "");
}

TEST(NoiseFloor, TheFarthestPairMayLieOnEitherSide) {
  const std::vector<double> below = {std::log(0.8), std::log(0.99)};
  EXPECT_NEAR(farthest_apart(below), 0.25, 1e-12);
  const std::vector<double> above = {std::log(0.99), std::log(1.1), 0.0};
  EXPECT_NEAR(farthest_apart(above), 0.1, 1e-12);
}

TEST(NoiseFloor, HoldsEitherWayOnTheLogScale) {
  EXPECT_TRUE(is_below_noise_floor(results(0.02), claimed("SLOWER", 1.019)));
  EXPECT_FALSE(is_below_noise_floor(results(0.02), claimed("SLOWER", 1.021)));
  EXPECT_TRUE(is_below_noise_floor(results(0.02), claimed("FASTER", 1 / 1.019)));
  EXPECT_FALSE(is_below_noise_floor(results(0.02), claimed("FASTER", 1 / 1.021)));
}

TEST(NoiseFloor, IsOnlyOfClaims) {
  EXPECT_FALSE(is_below_noise_floor(results(0.02), claimed("EQUIVALENT", 1.001)));
  EXPECT_FALSE(is_below_noise_floor(results(0.02), claimed("INVALID", 1.001)));
  EXPECT_FALSE(is_below_noise_floor(results(nullptr), claimed("SLOWER", 1.001)));
  EXPECT_FALSE(is_below_noise_floor(results(0.02), claimed("SLOWER", -1)));
}

}  // namespace
}  // namespace neural::bench::report
