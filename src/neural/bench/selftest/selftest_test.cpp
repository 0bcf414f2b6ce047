#include "neural/bench/selftest/selftest.hpp"

#include <gtest/gtest.h>

namespace neural::bench::selftest {
namespace {

Result good() {
  Result result;
  result.variation = 0.2;
  result.pair_variation = 0.02;
  result.equal = {0.01, 0.02, 0.95, 0.02, 9};
  result.planted = {{2, 2.0, {0, 0.3, 0.4, 0.3, 16}}, {5, 5.1, {0, 0.97, 0, 0.03, 10}}, {10, 9.9, {0, 1, 0, 0, 8}}};
  result.memory = {{"plus_5_mib", 5 << 20, (5 << 20) + 4096}, {"plus_20_mib", 20 << 20, (20 << 20) - (1 << 20)}};
  return result;
}

TEST(Selftest, NothingIsMissingWhereAllHolds) {
  EXPECT_TRUE(shortfalls(good()).empty());
}

TEST(Selftest, EachPromiseIsHeldAgainstWhatWasMeasured) {
  Result result = good();
  result.equal.slower = 0.041;
  result.equal_sessions = {13, 3};
  EXPECT_EQ(shortfalls(result).size(), 1U);
  EXPECT_EQ(shortfalls(result)[0],
            "equal programs are called different in 5.1 % of sessions, 5.0 % are allowed; of 13 that share no pair 3 "
            "are wrong");
  // With a chance of 5 % each, 13 sessions have two false ones or more in 13.5 % of self-tests, three in 2.5 %.
  result.equal_sessions = {13, 2};
  EXPECT_TRUE(shortfalls(result).empty()) << "chance may do that";
  result = good();
  result.equal.equivalent = 0.89;
  EXPECT_EQ(shortfalls(result).size(), 1U);
  result.pair_variation = 0.026;
  EXPECT_TRUE(shortfalls(result).empty()) << "24 pairs may be too few to show it";
  result = good();
  result.planted[1].rates.slower = 0.89;
  EXPECT_EQ(shortfalls(result).at(0), "5 % are found in 89.0 % of sessions, expected are 90.0 %");
  result = good();
  result.planted[2].rates.slower = 0.98;
  EXPECT_EQ(shortfalls(result).size(), 1U);
  result = good();
  result.memory[0].measured += 3 << 20;
  EXPECT_EQ(shortfalls(result).at(0), "peak memory is 3.0 MiB off, 2 MiB are allowed");
}

TEST(Selftest, OfANoisyMachineNoPowerIsPromised) {
  Result result = good();
  result.pair_variation = 0.05;
  result.equal.equivalent = 0;
  result.planted[1].rates.slower = result.planted[2].rates.slower = 0;
  EXPECT_TRUE(shortfalls(result).empty());
  EXPECT_TRUE(result.noisy());
  result.equal.faster = 0.2;
  result.equal_sessions = {13, 5};
  EXPECT_EQ(shortfalls(result).size(), 1U) << "false differences are excused by nothing";
}

TEST(Selftest, AsJson) {
  const Json json = to_json(good());
  EXPECT_DOUBLE_EQ(json["false_positive_rate"], 0.03);
  EXPECT_DOUBLE_EQ(json["power_2"], 0.3);
  EXPECT_DOUBLE_EQ(json["power_5"], 0.97);
  EXPECT_DOUBLE_EQ(json["power_10"], 1);
  EXPECT_DOUBLE_EQ(json["memory_error_mib"], 1);
  EXPECT_EQ(json["shortfalls"], Json::array());
}

}  // namespace
}  // namespace neural::bench::selftest
