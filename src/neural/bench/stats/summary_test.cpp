#include "neural/bench/stats/summary.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace neural::bench::stats {
namespace {

const std::vector<double> kSample = {0.8, -0.3, 1.2, 0.5, 2.1, -0.1, 0.9, 1.7, 0.4, 0.6};

TEST(Summary, quantiles_are_those_of_numpy) {
  EXPECT_DOUBLE_EQ(quantile(kSample, 0), -0.3);
  EXPECT_DOUBLE_EQ(quantile(kSample, 0.1), -0.12);
  EXPECT_DOUBLE_EQ(quantile(kSample, 0.25), 0.425);
  EXPECT_DOUBLE_EQ(quantile(kSample, 0.75), 1.125);
  EXPECT_DOUBLE_EQ(quantile(kSample, 0.9), 1.74);
  EXPECT_DOUBLE_EQ(quantile(kSample, 1), 2.1);
}

TEST(Summary, the_median_of_an_even_number_is_between_the_middle_two) {
  EXPECT_DOUBLE_EQ(median(kSample), 0.7);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{5}), 5);
}

TEST(Summary, one_outlier_does_not_move_the_absolute_deviation) {
  EXPECT_DOUBLE_EQ(median_absolute_deviation(kSample), 0.4);
  std::vector<double> sample = kSample;
  sample[4] = 1e9;
  EXPECT_DOUBLE_EQ(median_absolute_deviation(sample), 0.4);
}

TEST(Summary, skewness_is_the_lean_of_the_quartiles) {
  EXPECT_NEAR(bowley_skewness(kSample), 0.2142857142857145, 1e-12);
  EXPECT_DOUBLE_EQ(bowley_skewness(std::vector<double>{1, 2, 3, 4, 5}), 0);
  EXPECT_DOUBLE_EQ(bowley_skewness(std::vector<double>{0, 0, 0, 8, 8}), 1);
  EXPECT_DOUBLE_EQ(bowley_skewness(std::vector<double>{7, 7, 7, 7, 90}), 0) << "no distance between the quartiles";
}

TEST(Summary, skewness_of_the_mirror_image_is_the_exact_negative) {
  std::vector<double> negated;
  for (const double value : kSample) negated.push_back(-value);
  EXPECT_EQ(bowley_skewness(negated), -bowley_skewness(kSample));
}

TEST(SummaryDeathTest, an_empty_sample_has_no_median) {
  EXPECT_DEATH(median({}), "an empty sample");
}

}  // namespace
}  // namespace neural::bench::stats
