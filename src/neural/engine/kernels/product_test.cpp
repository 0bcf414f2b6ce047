// Products of matrices against sums in double, over shapes with every kind of rest.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "neural/engine/kernels/kernels.hpp"

namespace neural::engine {
namespace {

std::vector<float> some(std::int64_t count, int seed) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(std::sin(static_cast<float>(i * 7 + 1 + seed * 131)));
  return values;
}

/// As it comes out, with a margin around the result that has to stay what it was.
std::vector<float> multiplied(Isa isa, std::int64_t m, std::int64_t n, std::int64_t k, bool turn_a, bool turn_b,
                              bool accumulates) {
  constexpr std::int64_t kMargin = 3;
  const std::vector<float> a = some(m * k, 1);
  const std::vector<float> b = some(k * n, 2);
  std::vector<float> c = some(m * (n + kMargin), 3);
  const std::vector<float> before = c;
  std::vector<float> scratch(static_cast<std::size_t>(kernels_of(isa).scratch_floats(k)));
  Product p;
  p.rows = m;
  p.columns = n;
  p.depth = k;
  p.a = a.data();
  p.a_row = turn_a ? 1 : k;
  p.a_column = turn_a ? m : 1;
  p.b = b.data();
  p.b_row = turn_b ? 1 : n;
  p.b_column = turn_b ? k : 1;
  p.c = c.data();
  p.c_row = n + kMargin;
  p.accumulates = accumulates;
  p.scratch = scratch.data();
  kernels_of(isa).multiply(p);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n + kMargin; ++j) {
      const auto at = static_cast<std::size_t>(i * (n + kMargin) + j);
      if (j >= n) {
        EXPECT_EQ(c[at], before[at]) << "written beside the result";
        continue;
      }
      double sum = accumulates ? before[at] : 0;
      for (std::int64_t d = 0; d < k; ++d) {
        sum += static_cast<double>(a[static_cast<std::size_t>(i * p.a_row + d * p.a_column)]) *
               static_cast<double>(b[static_cast<std::size_t>(d * p.b_row + j * p.b_column)]);
      }
      EXPECT_NEAR(c[at], sum, 1e-6 * static_cast<double>(k + 1))
          << m << "x" << n << "x" << k << " at " << i << ", " << j;
    }
  }
  return c;
}

TEST(Products, of_all_kinds_of_rests) {
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
    if (!is_available(isa)) continue;
    for (const std::int64_t m : {1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 32}) {
      for (const std::int64_t n : {1, 7, 8, 15, 16, 17, 33, 48, 64, 70}) {
        for (const std::int64_t k : {1, 5, 31}) {
          for (const bool turn_a : {false, true}) {
            for (const bool turn_b : {false, true}) multiplied(isa, m, n, k, turn_a, turn_b, (m + n) % 2 == 0);
          }
        }
      }
    }
  }
}

TEST(Products, have_the_same_bits_with_eight_lanes_and_with_sixteen) {
  if (!is_available(Isa::kAvx512)) {
    EXPECT_EQ(best_isa() == Isa::kAvx512, false);
    return;
  }
  EXPECT_EQ(multiplied(Isa::kAvx2, 13, 70, 100, false, false, false),
            multiplied(Isa::kAvx512, 13, 70, 100, false, false, false));
}

}  // namespace
}  // namespace neural::engine
