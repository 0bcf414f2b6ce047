#include "neural/bench/stats/rule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace neural::bench::stats {
namespace {

using Samples = std::vector<double>;

/// Pairs around a ratio, alternating by `spread` on the log scale.
struct Pairs {
  Pairs(int count, double ratio, double spread) : native(static_cast<std::size_t>(count), 2.0) {
    for (int i = 0; i < count; ++i) {
      neural.push_back(2.0 * ratio * std::exp(spread * (i % 2 == 0 ? 1 : -1) * (1 + 0.01 * i)));
    }
  }
  NextAction next(const Rule& rule) const { return next_action(neural, native, rule); }

  Samples neural;
  Samples native;
};

void expect_action(const NextAction& action, Stop stop, int pairs) {
  EXPECT_EQ(action.stop, stop);
  EXPECT_EQ(action.pairs, pairs);
}

TEST(Rules, looks_of_pocock_share_five_percent) {
  EXPECT_EQ(pocock_rule().looks, (std::vector<int>{8, 16, 24}));
  EXPECT_EQ(pocock_rule().alpha, 0.0221);
  EXPECT_EQ(quick_rule().looks, (std::vector<int>{6}));
  EXPECT_EQ(quick_rule().alpha, 0.05);
}

TEST(NextAction, goes_to_the_next_look_whatever_the_pairs_say) {
  expect_action(Pairs(0, 2, 0.001).next(pocock_rule()), Stop::kNo, 8);
  expect_action(Pairs(7, 2, 0.001).next(pocock_rule()), Stop::kNo, 1);
  expect_action(Pairs(10, 2, 0.001).next(pocock_rule()), Stop::kNo, 6);
  expect_action(Pairs(2, 2, 0.001).next(quick_rule()), Stop::kNo, 4);
}

TEST(NextAction, stops_at_a_look_that_shows_a_difference) {
  expect_action(Pairs(8, 1.1, 0.01).next(pocock_rule()), Stop::kDifferent, 0);
  expect_action(Pairs(16, 1 / 1.1, 0.01).next(pocock_rule()), Stop::kDifferent, 0);
}

TEST(NextAction, stops_at_a_look_that_shows_equivalence) {
  expect_action(Pairs(8, 1.0, 0.01).next(pocock_rule()), Stop::kEquivalent, 0);
}

TEST(NextAction, goes_on_where_a_look_shows_neither) {
  expect_action(Pairs(8, 1.02, 0.05).next(pocock_rule()), Stop::kNo, 8);
  expect_action(Pairs(16, 1.02, 0.05).next(pocock_rule()), Stop::kNo, 8);
}

TEST(NextAction, stops_at_the_last_look_in_any_case) {
  expect_action(Pairs(24, 1.02, 0.05).next(pocock_rule()), Stop::kLastLook, 0);
  expect_action(Pairs(30, 1.02, 0.05).next(pocock_rule()), Stop::kLastLook, 0);
  expect_action(Pairs(6, 1.02, 0.05).next(quick_rule()), Stop::kLastLook, 0);
}

TEST(NextAction, in_search_of_a_small_difference_goes_on_through_equivalence) {
  Rule rule = pocock_rule();
  rule.stop_when_equivalent = false;
  expect_action(Pairs(8, 1.0, 0.01).next(rule), Stop::kNo, 8);
  expect_action(Pairs(8, 1.02, 0.001).next(rule), Stop::kDifferent, 0);
}

TEST(NextAction, stops_where_a_sample_is_no_measurement) {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    Pairs pairs(8, 1, 0.01);
    pairs.native[3] = bad;
    expect_action(pairs.next(pocock_rule()), Stop::kInvalid, 0);
  }
}

TEST(NextAction, is_the_same_for_swapped_sides) {
  for (const double ratio : {1.0, 1.02, 1.1}) {
    for (const double spread : {0.001, 0.01, 0.05}) {
      const Pairs pairs(8, ratio, spread);
      const NextAction swapped = next_action(pairs.native, pairs.neural, pocock_rule());
      EXPECT_EQ(swapped.stop, pairs.next(pocock_rule()).stop);
    }
  }
}

TEST(Judge, equivalence_is_strictly_within_the_limit) {
  const Samples ratios = {0.01, 0.011, 0.012, 0.013, 0.014, 0.03};
  EXPECT_TRUE(judge(ratios, quick_rule(), 0.0301).equivalent);
  EXPECT_FALSE(judge(ratios, quick_rule(), 0.03).equivalent);
}

TEST(Judge, shows_the_interval_that_the_word_rests_on) {
  const Samples ratios = {0.011, 0.014, 0.017, 0.02, 0.023, 0.026, 0.029, 0.032};
  const Judgement equivalent = judge(ratios, pocock_rule(), 0.04);
  EXPECT_TRUE(equivalent.equivalent && equivalent.different);
  EXPECT_EQ(equivalent.effect.interval->level, signed_rank_test(ratios).interval(0.05)->level);
  const Judgement different = judge(ratios, pocock_rule(), 0.02);
  EXPECT_TRUE(!different.equivalent && different.different);
  EXPECT_EQ(different.effect.interval->level, signed_rank_test(ratios).interval(0.0221)->level);
}

TEST(Judge, p_values_pay_for_the_looks_before) {
  const double none = 2.0 / 256;
  Samples ratios = {0.011, 0.014, 0.017, 0.02, 0.023, 0.026, 0.029, 0.032};
  EXPECT_DOUBLE_EQ(judge(ratios, pocock_rule(), 0.03).p_value, none);
  ratios.push_back(0.021);
  EXPECT_DOUBLE_EQ(judge(ratios, pocock_rule(), 0.03).p_value, none / 2 + 0.0221);
  EXPECT_DOUBLE_EQ(judge(Samples(24, -0.01), pocock_rule(), 0.03).p_value, std::ldexp(1.0, -23) + 2 * 0.0221);
}

TEST(Judge, no_p_value_is_above_one) {
  Samples around;
  for (int i = 0; i < 24; ++i) around.push_back((i % 2 == 0 ? 1 : -1) * (0.01 + 0.001 * i));
  EXPECT_EQ(judge(around, pocock_rule(), 0.03).p_value, 1);
}

TEST(Judge, too_few_pairs_say_nothing) {
  const Judgement judgement = judge(Samples(6, 0.5), pocock_rule(), 0.03);
  EXPECT_FALSE(judgement.different || judgement.equivalent || judgement.effect.interval);
}

}  // namespace
}  // namespace neural::bench::stats
