// Sums channel by channel against plain loops, by every instruction set.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/testing.hpp"

namespace neural::engine {
namespace {

constexpr float kUntouched = 77;

std::vector<float> numbers(std::size_t count, std::uint32_t seed) {
  std::vector<float> result;
  for (std::size_t i = 0; i < count; ++i) {
    seed = seed * 1664525U + 1013904223U;
    result.push_back(static_cast<float>(seed >> 8) / 16777216.0F - 0.5F);
  }
  return result;
}

TEST(SumRows, adds_in_the_order_of_the_rows_and_writes_nothing_beside_it) {
  for (const Isa isa : testing::available_isas()) {
    for (const std::int64_t channels : {1, 7, 8, 16, 37, 64, 83}) {
      constexpr std::int64_t kRows = 5;
      const std::int64_t row_floats = channels + 3;
      const std::vector<float> from = numbers(static_cast<std::size_t>(kRows * row_floats), 1);
      std::vector<float> to(static_cast<std::size_t>(channels) + 1, kUntouched);
      kernels_of(isa).sum_rows(from.data(), kRows, row_floats, channels, to.data());
      for (std::int64_t c = 0; c < channels; ++c) {
        float sum = 0;
        for (std::int64_t r = 0; r < kRows; ++r) sum += from[static_cast<std::size_t>(r * row_floats + c)];
        EXPECT_EQ(to[static_cast<std::size_t>(c)], sum) << isa_name(isa) << " " << channels << " " << c;
      }
      EXPECT_EQ(to.back(), kUntouched);
    }
  }
}

/// Places and channels that are whole vectors, and those that leave a rest; all taps, and some of them.
class Windows {
 public:
  Windows(std::int64_t channels, std::int64_t places, int taps)
      : weights(numbers(static_cast<std::size_t>(channels * kKernelRows), 2)),
        y(numbers(static_cast<std::size_t>(channels * places), 3)),
        x_(numbers(static_cast<std::size_t>(channels * (places * 2 + 40)), 4)) {
    for (int t = 0; t < taps; ++t) {
      offsets_.push_back(static_cast<std::int32_t>(t * 3 * channels));
      rows_.push_back((t * 7) % kKernelRows);
    }
    windows = {x_.data(), channels * 2, offsets_.data(), rows_.data(), taps,    weights.data(),
               channels,  y.data(),     channels,        places,       channels};
  }

  double x(int tap, std::int64_t place, std::int64_t c) const {
    return static_cast<double>(
        x_[static_cast<std::size_t>(place * windows.x_step + offsets_[static_cast<std::size_t>(tap)] + c)]);
  }
  std::size_t weight(int tap, std::int64_t c) const {
    return static_cast<std::size_t>(rows_[static_cast<std::size_t>(tap)] * windows.weight_row + c);
  }
  std::size_t place(std::int64_t number, std::int64_t c) const {
    return static_cast<std::size_t>(number * windows.y_step + c);
  }

  static constexpr int kKernelRows = 13;
  std::vector<float> weights;
  std::vector<float> y;
  ChannelWindows windows;

 private:
  std::vector<float> x_;
  std::vector<std::int32_t> offsets_;
  std::vector<std::int32_t> rows_;
};

template <class Use>
void each_case(Use use) {
  for (const Isa isa : testing::available_isas()) {
    for (const std::int64_t channels : {5, 16, 29}) {
      for (const std::int64_t places : {1, 4, 7}) {
        for (const int taps : {0, 1, 4, 9, 12}) {
          SCOPED_TRACE(std::string(isa_name(isa)) + " " + std::to_string(channels) + " " + std::to_string(places) +
                       " " + std::to_string(taps));
          use(kernels_of(isa), Windows(channels, places, taps));
        }
      }
    }
  }
}

TEST(SumWindows, gives_the_products_of_all_taps) {
  each_case([](const Kernels& kernels, Windows given) {
    kernels.sum_windows(given.windows);
    for (std::int64_t p = 0; p < given.windows.places; ++p) {
      for (std::int64_t c = 0; c < given.windows.channels; ++c) {
        double sum = 0;
        for (int t = 0; t < given.windows.taps; ++t)
          sum += given.x(t, p, c) * static_cast<double>(given.weights[given.weight(t, c)]);
        EXPECT_NEAR(static_cast<double>(given.y[given.place(p, c)]), sum, 1e-6);
      }
    }
  });
}

TEST(AddWindowProducts, adds_the_products_of_all_places) {
  each_case([](const Kernels& kernels, Windows given) {
    const std::vector<float> before = given.weights;
    kernels.add_window_products(given.windows);
    std::vector<double> expected(before.begin(), before.end());
    for (int t = 0; t < given.windows.taps; ++t) {
      for (std::int64_t c = 0; c < given.windows.channels; ++c) {
        for (std::int64_t p = 0; p < given.windows.places; ++p)
          expected[given.weight(t, c)] += given.x(t, p, c) * static_cast<double>(given.y[given.place(p, c)]);
      }
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(static_cast<double>(given.weights[i]), expected[i], 1e-6) << i;
    }
  });
}

}  // namespace
}  // namespace neural::engine
