#include "neural/bench/stats/exact_tests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "neural/bench/stats/example_samples.hpp"

namespace neural::bench::stats {
namespace {

/// Calls `visit` with every choice of signs for the magnitudes: under "no difference" all are equally likely.
template <class Visit>
void for_every_sign(const Samples& magnitudes, Visit visit) {
  for (unsigned signs = 0; signs < 1U << magnitudes.size(); ++signs) {
    Samples differences = magnitudes;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      if ((signs >> i & 1U) != 0) differences[i] = -differences[i];
    }
    visit(differences);
  }
}

/// Distinct magnitudes, no two of whose Walsh averages are zero.
Samples distinct(int pairs) {
  Samples magnitudes;
  for (int i = 1; i <= pairs; ++i) magnitudes.push_back(std::sqrt(i) + 0.1 * i);
  return magnitudes;
}

TEST(SignedRankDistribution, equals_the_enumeration_of_all_signs) {
  for (int pairs = 1; pairs <= 8; ++pairs) {
    Samples ranks;
    for (int rank = 1; rank <= pairs; ++rank) ranks.push_back(rank);
    const Samples distribution = signed_rank_distribution(pairs);
    Samples counted(distribution.size(), 0.0);
    for_every_sign(ranks, [&](const Samples& signed_ranks) {
      double sum = 0;
      for (const double rank : signed_ranks) sum += std::max(rank, 0.0);
      for (std::size_t k = static_cast<std::size_t>(sum); k < counted.size(); ++k) counted[k] += 1;
    });
    for (double& count : counted) count = std::ldexp(count, -pairs);
    EXPECT_EQ(distribution, counted) << pairs << " pairs";
  }
}

TEST(SignedRankDistribution, agrees_with_counting_in_whole_numbers) {
  EXPECT_EQ(signed_rank_distribution(10)[8], 0.0244140625);
  EXPECT_EQ(signed_rank_distribution(16)[29], 0.02215576171875);
  EXPECT_EQ(signed_rank_distribution(24)[81], 0.02453058958053589);
  EXPECT_EQ(signed_rank_distribution(24).back(), 1);
  EXPECT_DOUBLE_EQ(signed_rank_distribution(50)[434], 0.024723203400300875);
}

TEST(SignDistribution, is_binomial) {
  EXPECT_EQ(sign_distribution(3), (Samples{0.125, 0.5, 0.875, 1}));
  EXPECT_EQ(sign_distribution(24)[6], 190051 / 16777216.0);
}

TEST(LeastPairs, is_where_all_pairs_on_one_side_are_rare_enough) {
  EXPECT_EQ(least_pairs(0.05), 6);
  EXPECT_EQ(least_pairs(0.0221), 7);
  EXPECT_EQ(least_pairs(0.0625), 5);
  for (int pairs = 1; pairs <= 8; ++pairs) {
    EXPECT_EQ(signed_rank_test(distinct(pairs)).interval(0.05).has_value(), pairs >= 6);
    EXPECT_EQ(sign_test(distinct(pairs)).interval(0.05).has_value(), pairs >= 6);
  }
  EXPECT_FALSE(signed_rank_test({}).interval(0.05));
}

TEST(ExactTests, p_values_and_estimates_agree_with_scipy) {
  EXPECT_DOUBLE_EQ(signed_rank_test(kEight).p_value(), 0.109375);
  EXPECT_DOUBLE_EQ(signed_rank_test(kTwelve).p_value(), 0.5693359375);
  EXPECT_DOUBLE_EQ(signed_rank_test(kTwentyFour).p_value(), 0.22918963432312012);
  EXPECT_DOUBLE_EQ(sign_test(kEight).p_value(), 0.2890625);
  EXPECT_DOUBLE_EQ(sign_test(kTwelve).p_value(), 0.7744140625);
  EXPECT_DOUBLE_EQ(sign_test(kTwentyFour).p_value(), 0.15158963203430176);
  EXPECT_DOUBLE_EQ(signed_rank_test(kEight).estimate(), 0.008663);
  EXPECT_DOUBLE_EQ(signed_rank_test(kTwelve).estimate(), 0.00276075);
  EXPECT_DOUBLE_EQ(signed_rank_test(kTwentyFour).estimate(), 0.00461775);
}

TEST(SignedRankInterval, of_six_pairs_is_their_range_at_96_875_percent) {
  const Samples six = {0.3, -0.1, 0.7, 0.2, 0.5, 0.4};
  const Interval interval = *signed_rank_test(six).interval(0.05);
  EXPECT_EQ(interval.low, -0.1);
  EXPECT_EQ(interval.high, 0.7);
  EXPECT_EQ(interval.level, 0.96875);
}

TEST(SignedRankInterval, ends_at_the_order_statistics_of_the_tables) {
  // 8 pairs at 95 %: P(T <= 3) = 5/256, so the fourth Walsh average from each end.
  const Samples averages = walsh_averages(kEight);
  ASSERT_EQ(averages.size(), 36U);
  const Interval interval = *signed_rank_test(kEight).interval(0.05);
  EXPECT_EQ(interval.low, averages[3]);
  EXPECT_EQ(interval.high, averages[32]);
  EXPECT_EQ(interval.level, 1 - 10.0 / 256);
}

TEST(SignInterval, ends_at_the_order_statistics_of_the_tables) {
  // 24 pairs at 97.79 %: P(S <= 5) = 0.0033, P(S <= 6) = 0.0113 > 0.01105, so the sixth from each end.
  Samples sorted = kTwentyFour;
  std::sort(sorted.begin(), sorted.end());
  const Interval interval = *sign_test(kTwentyFour).interval(0.0221);
  EXPECT_EQ(interval.low, sorted[5]);
  EXPECT_EQ(interval.high, sorted[18]);
  EXPECT_DOUBLE_EQ(interval.level, 1 - 2 * sign_distribution(24)[5]);
}

TEST(ExactTests, intervals_cover_exactly_as_often_as_their_level_says) {
  for (int pairs = 3; pairs <= 8; ++pairs) {
    for (const double alpha : {0.05, 0.2, 0.3}) {
      if (pairs < least_pairs(alpha)) continue;
      int ranks_cover = 0;
      int signs_cover = 0;
      Interval ranks;
      Interval signs;
      for_every_sign(distinct(pairs), [&](const Samples& differences) {
        ranks = *signed_rank_test(differences).interval(alpha);
        signs = *sign_test(differences).interval(alpha);
        ranks_cover += ranks.excludes_zero() ? 0 : 1;
        signs_cover += signs.excludes_zero() ? 0 : 1;
      });
      EXPECT_EQ(std::ldexp(ranks_cover, -pairs), ranks.level) << pairs << " pairs at " << alpha;
      EXPECT_EQ(std::ldexp(signs_cover, -pairs), signs.level) << pairs << " pairs at " << alpha;
      EXPECT_GE(ranks.level, 1 - alpha);
      EXPECT_GE(signs.level, 1 - alpha);
    }
  }
}

TEST(ExactTests, with_ties_and_zeros_intervals_cover_no_less_than_their_level) {
  for (const Samples& magnitudes : {Samples{1, 1, 1, 2, 2, 2, 3, 3}, Samples{0, 0, 1, 1, 2, 2, 2},
                                    Samples{0, 1, 1, 1, 1, 1}, Samples{0, 0, 0, 0, 0, 0}}) {
    int ranks_cover = 0;
    int signs_cover = 0;
    for_every_sign(magnitudes, [&](const Samples& differences) {
      ranks_cover += signed_rank_test(differences).interval(0.05)->excludes_zero() ? 0 : 1;
      signs_cover += sign_test(differences).interval(0.05)->excludes_zero() ? 0 : 1;
    });
    const double patterns = std::ldexp(1.0, static_cast<int>(magnitudes.size()));
    EXPECT_GE(ranks_cover / patterns, signed_rank_test(magnitudes).interval(0.05)->level);
    EXPECT_GE(signs_cover / patterns, sign_test(magnitudes).interval(0.05)->level);
  }
}

TEST(ExactTests, an_interval_excludes_zero_exactly_where_the_p_value_says_so) {
  for (const Samples& magnitudes : {distinct(8), distinct(7), Samples{0, 0.5, 0.5, 1, 1, 2, 2, 2}}) {
    for (const double alpha : {0.05, 0.0221, 0.1, 0.2}) {
      for_every_sign(magnitudes, [&](const Samples& differences) {
        EXPECT_EQ(signed_rank_test(differences).interval(alpha)->excludes_zero(),
                  signed_rank_test(differences).p_value() <= alpha);
        EXPECT_EQ(sign_test(differences).interval(alpha)->excludes_zero(), sign_test(differences).p_value() <= alpha);
      });
    }
  }
}

TEST(ExactTests, zeros_are_never_evidence) {
  EXPECT_EQ(signed_rank_test(Samples(8, 0.0)).p_value(), 1);
  EXPECT_EQ(sign_test(Samples{0, 0, 0, 0, 0, 1, 1, 1}).p_value(), 1);
  EXPECT_EQ(signed_rank_test({}).p_value(), 1);
  EXPECT_EQ(sign_test({}).p_value(), 1);
}

TEST(ExactTests, the_mirror_image_is_exact) {
  Samples negated;
  for (const double difference : kTwentyFour) negated.push_back(-difference);
  for (const auto test : {signed_rank_test, sign_test}) {
    const Interval interval = *test(kTwentyFour).interval(0.05);
    const Interval mirror = *test(negated).interval(0.05);
    EXPECT_EQ(mirror.low, -interval.high);
    EXPECT_EQ(mirror.high, -interval.low);
  }
  EXPECT_EQ(signed_rank_test(negated).estimate(), -signed_rank_test(kTwentyFour).estimate());
  EXPECT_EQ(signed_rank_test(negated).p_value(), signed_rank_test(kTwentyFour).p_value());
  EXPECT_EQ(sign_test(negated).p_value(), sign_test(kTwentyFour).p_value());
}

TEST(ExactTests, the_order_of_pairs_does_not_matter) {
  Samples reversed(kTwentyFour.rbegin(), kTwentyFour.rend());
  EXPECT_EQ(signed_rank_test(reversed).interval(0.05)->low, signed_rank_test(kTwentyFour).interval(0.05)->low);
  EXPECT_EQ(sign_test(reversed).interval(0.05)->high, sign_test(kTwentyFour).interval(0.05)->high);
  EXPECT_EQ(signed_rank_test(reversed).estimate(), signed_rank_test(kTwentyFour).estimate());
}

TEST(ExactTestsDeathTest, too_many_pairs_are_refused) {
  EXPECT_DEATH(sign_distribution(kMostPairs + 1), "too many pairs");
}

}  // namespace
}  // namespace neural::bench::stats
