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

std::vector<Isa> available() {
  std::vector<Isa> all;
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
    if (is_available(isa)) all.push_back(isa);
  }
  return all;
}

/// A window of 3 rows of 5 numbers over an image of rows of 20, every second place; b packed before, or by the product.
std::vector<float> over_windows(Isa isa, std::int64_t places, std::int64_t filters, bool is_packed) {
  constexpr std::int64_t kRow = 20;
  constexpr std::int64_t kTaps = 5;
  constexpr std::int64_t kRows = 3;
  const Kernels& kernels = kernels_of(isa);
  const std::vector<float> image = some(kRow * kRows, 1);
  const std::vector<float> b = some(kRows * kTaps * filters, 2);
  std::vector<float> c(static_cast<std::size_t>(places * filters));
  const std::int64_t to_strip = kRows * kTaps * kernels.strip;
  std::vector<float> packed(static_cast<std::size_t>((filters / kernels.strip + 1) * to_strip));
  Product p;
  p.rows = places;
  p.columns = filters;
  p.depth = kTaps;
  p.a = image.data();
  p.a_row = 2;
  p.a_column = 1;
  p.blocks = kRows;
  p.a_block = kRow;
  p.b = b.data();
  p.b_row = filters;
  p.b_column = 1;
  p.c = c.data();
  p.c_row = filters;
  p.scratch = packed.data();
  if (is_packed) {
    kernels.pack(p, packed.data(), to_strip);
    p.b = packed.data();
    p.packed_strip = to_strip;
    p.scratch = nullptr;
  }
  kernels.multiply(p);
  for (std::int64_t i = 0; i < places; ++i) {
    for (std::int64_t j = 0; j < filters; ++j) {
      double sum = 0;
      for (std::int64_t k = 0; k < kRows * kTaps; ++k) {
        sum += static_cast<double>(image[static_cast<std::size_t>(k / kTaps * kRow + i * 2 + k % kTaps)]) *
               static_cast<double>(b[static_cast<std::size_t>(k * filters + j)]);
      }
      EXPECT_NEAR(c[static_cast<std::size_t>(i * filters + j)], sum, 1e-5) << i << ", " << j;
    }
  }
  return c;
}

TEST(Products, of_windows_go_through_rows_that_are_apart) {
  for (const Isa isa : available()) {
    for (const std::int64_t places : {1, 6, 8}) {
      for (const std::int64_t filters : {1, 9, 32, 64, 100}) {
        EXPECT_EQ(over_windows(isa, places, filters, true), over_windows(isa, places, filters, false));
      }
    }
  }
}

TEST(Products, step_by_adam_with_what_comes_out) {
  constexpr double kRate = 0.01;
  constexpr double kMeanShare = 0.1;
  constexpr double kSquareShare = 0.001;
  constexpr double kEpsilon = 1e-3;
  constexpr std::int64_t kMargin = 3;
  constexpr std::int64_t kDepth = 13;
  for (const Isa isa : available()) {
    for (const std::int64_t m : {1, 6, 11}) {
      for (const std::int64_t n : {1, 10, 16, 33, 64, 70}) {
        const std::vector<float> a = some(m * kDepth, 1);
        const std::vector<float> b = some(kDepth * n, 2);
        std::vector<float> weight = some(m * (n + kMargin), 3);
        std::vector<float> mean = some(m * (n + kMargin), 4);
        std::vector<float> square = some(m * (n + kMargin), 5);
        for (float& value : square) value = value * value;
        const std::vector<float> before[3] = {weight, mean, square};
        std::vector<float> scratch(static_cast<std::size_t>(kernels_of(isa).scratch_floats(kDepth)));
        AdamStep step;
        step.mean = mean.data();
        step.square = square.data();
        step.rate = kRate;
        step.mean_share = kMeanShare;
        step.square_share = kSquareShare;
        step.epsilon = kEpsilon;
        Product p;
        p.rows = m;
        p.columns = n;
        p.depth = kDepth;
        p.a = a.data();
        p.a_row = 1;
        p.a_column = m;
        p.b = b.data();
        p.b_row = n;
        p.b_column = 1;
        p.c = weight.data();
        p.c_row = n + kMargin;
        p.adam = &step;
        p.scratch = scratch.data();
        kernels_of(isa).multiply(p);
        for (std::int64_t i = 0; i < m; ++i) {
          for (std::int64_t j = 0; j < n + kMargin; ++j) {
            const auto at = static_cast<std::size_t>(i * (n + kMargin) + j);
            double values[3] = {before[0][at], before[1][at], before[2][at]};
            if (j < n) {
              double g = 0;
              for (std::int64_t k = 0; k < kDepth; ++k) {
                g += static_cast<double>(a[static_cast<std::size_t>(k * m + i)]) *
                     static_cast<double>(b[static_cast<std::size_t>(k * n + j)]);
              }
              values[1] += (g - values[1]) * kMeanShare;
              values[2] += (g * g - values[2]) * kSquareShare;
              values[0] -= kRate * values[1] / (std::sqrt(values[2]) + kEpsilon);
            }
            EXPECT_NEAR(weight[at], values[0], 1e-5) << m << "x" << n << " at " << i << ", " << j;
            EXPECT_NEAR(mean[at], values[1], 1e-5);
            EXPECT_NEAR(square[at], values[2], 1e-5);
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
