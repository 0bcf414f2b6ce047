// Lists of gradients at maxima, and sums over the patches under them, by every instruction set against plain loops.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "neural/engine/kernels/testing.hpp"

namespace neural::engine {
namespace {

/// Some numbers, of which every third is 0.
float number(std::int64_t i) {
  return i % 3 == 1 ? 0.0F : std::sin(static_cast<float>(i * 7 + 1));
}

std::size_t size(std::int64_t count) {
  return static_cast<std::size_t>(count);
}

struct Lists {
  Lists(std::int64_t channels, std::int64_t capacity)
      : values(size(channels * capacity), -7), offsets(size(channels * capacity), -7), counts(size(channels), -7) {
    view = {values.data(), offsets.data(), counts.data(), capacity};
  }
  std::vector<float> values;
  std::vector<std::int32_t> offsets;
  std::vector<std::int32_t> counts;
  MaximaLists view;
};

TEST(ListMaxima, names_what_is_not_0_and_where_its_patch_begins) {
  constexpr std::int64_t kWidth = 13;
  constexpr std::int32_t kRowStep = 57;
  constexpr std::int32_t kColumnStep = 4;
  for (const Isa isa : testing::available_isas()) {
    for (const std::int64_t count : {1, 7, 16, 25, 169}) {
      for (const std::int64_t channels : {1, 8, 16, 37, 64}) {
        std::vector<float> flow;
        std::vector<std::int32_t> places;
        for (std::int64_t i = 0; i < count * channels; ++i) {
          flow.push_back(number(i * 5 / 3));
          places.push_back(static_cast<std::int32_t>((i * 31) % (kWidth * 11)));
        }
        flow.front() = std::numeric_limits<float>::quiet_NaN();
        flow.back() = -0.0F;
        Maxima m;
        m.flow = flow.data();
        m.places = places.data();
        m.count = count;
        m.channels = channels;
        m.first = channels / 3;
        m.end = channels;
        m.width = kWidth;
        m.row_step = kRowStep;
        m.column_step = kColumnStep;
        Lists lists(m.end - m.first, count + 16);
        kernels_of(isa).list_maxima(m, lists.view);
        for (std::int64_t c = m.first; c < m.end; ++c) {
          std::int64_t at = (c - m.first) * lists.view.capacity;
          std::int32_t found = 0;
          for (std::int64_t i = 0; i < count; ++i) {
            const float value = flow[size(i * channels + c)];
            if (value == 0) continue;
            const std::int32_t place = places[size(i * channels + c)];
            ASSERT_EQ(std::isnan(lists.values[size(at)]), std::isnan(value));
            if (!std::isnan(value)) {
              ASSERT_EQ(lists.values[size(at)], value) << isa_name(isa) << " " << count;
            }
            ASSERT_EQ(lists.offsets[size(at)], place / kWidth * kRowStep + place % kWidth * kColumnStep);
            ++at;
            ++found;
          }
          ASSERT_EQ(lists.counts[size(c - m.first)], found) << isa_name(isa) << " " << count << " x " << channels;
        }
      }
    }
  }
}

TEST(ListMaxima, is_exact_at_the_ends_of_the_rows_of_large_planes) {
  for (const Isa isa : testing::available_isas()) {
    for (const std::int32_t width : {1, 3, 10, 97, 1000, 2047, 65536}) {
      std::vector<std::int32_t> places;
      for (std::int32_t row = 0; (row + 1) * std::int64_t{width} < (1 << 22); row += 1 + (1 << 21) / width / 40) {
        places.push_back(row * width);
        places.push_back(row * width + width - 1);
      }
      // A channel each, as the blocks turn them round.
      constexpr std::int64_t kChannels = 16;
      while (places.size() % kChannels != 0) places.push_back(0);
      const std::vector<float> flow(places.size(), 1);
      Maxima m;
      m.flow = flow.data();
      m.places = places.data();
      m.count = static_cast<std::int64_t>(places.size()) / kChannels;
      m.channels = kChannels;
      m.end = kChannels;
      m.width = width;
      m.row_step = 1 << 8;
      m.column_step = 1;
      Lists lists(kChannels, m.count + 16);
      kernels_of(isa).list_maxima(m, lists.view);
      for (std::int64_t c = 0; c < kChannels; ++c) {
        for (std::int64_t i = 0; i < m.count; ++i) {
          const std::int32_t place = places[size(i * kChannels + c)];
          ASSERT_EQ(lists.offsets[size(c * lists.view.capacity + i)], place / width * m.row_step + place % width)
              << isa_name(isa) << " width " << width;
        }
      }
    }
  }
}

class PatchSizes : public ::testing::TestWithParam<std::pair<std::int64_t, std::int64_t>> {};

TEST_P(PatchSizes, sums_are_those_of_plain_loops_and_nothing_else_is_touched) {
  const auto [rows, row_floats] = GetParam();
  constexpr std::int64_t kChannels = 3;
  constexpr std::int64_t kCapacity = 24;
  const std::int64_t row_step = row_floats + 11;
  const std::int64_t weight_row = (row_floats + 15) / 16 * 16;
  for (const Isa isa : testing::available_isas()) {
    SCOPED_TRACE(isa_name(isa));
    Lists lists(kChannels, kCapacity);
    for (std::int64_t c = 0; c < kChannels; ++c) {
      lists.counts[size(c)] = static_cast<std::int32_t>(c * 4);  // none, some, more
      for (std::int64_t i = 0; i < c * 4; ++i) {
        lists.values[size(c * kCapacity + i)] = number(3 * (c + i));
        lists.offsets[size(c * kCapacity + i)] = static_cast<std::int32_t>((i * 5 + c) % 11);
      }
    }
    std::vector<float> weights(size(kChannels * rows * weight_row), 0.0F);
    for (std::int64_t c = 0; c < kChannels * rows; ++c) {
      for (std::int64_t i = 0; i < row_floats; ++i) weights[size(c * weight_row + i)] = number(c + 3 * i);
    }
    // As large as the patches reach: what is read or written behind it is found by the sanitizer.
    std::vector<float> plane(size((rows - 1) * row_step + row_floats + 10));
    for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = number(static_cast<std::int64_t>(3 * i) + 2);

    std::vector<float> expected_weights = weights;
    std::vector<float> expected_plane = plane;
    for (std::int64_t c = 0; c < kChannels; ++c) {
      for (std::int64_t e = 0; e < lists.counts[size(c)]; ++e) {
        for (std::int64_t r = 0; r < rows; ++r) {
          for (std::int64_t i = 0; i < row_floats; ++i) {
            const std::size_t weight = size((c * rows + r) * weight_row + i);
            const std::size_t element = size(lists.offsets[size(c * kCapacity + e)] + r * row_step + i);
            const float value = lists.values[size(c * kCapacity + e)];
            expected_weights[weight] += value * plane[element];
            expected_plane[element] += value * weights[weight];
          }
        }
      }
    }
    std::vector<float> summed = weights;
    Patches p = {lists.view, kChannels, rows, row_floats, summed.data(), weight_row, plane.data(), row_step};
    const std::vector<float> plane_before = plane;
    kernels_of(isa).add_patches(p);
    EXPECT_EQ(plane, plane_before);
    for (std::int64_t c = 0; c < kChannels * rows; ++c) {
      for (std::int64_t i = 0; i < row_floats; ++i) {
        const std::size_t at = size(c * weight_row + i);
        ASSERT_NEAR(summed[at], expected_weights[at], 2e-6) << c << " " << i;
      }
    }
    p.weights = weights.data();
    kernels_of(isa).spread_patches(p);
    for (std::size_t i = 0; i < plane.size(); ++i) ASSERT_NEAR(plane[i], expected_plane[i], 2e-6) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(All, PatchSizes,
                         ::testing::Values(std::pair{3, 96}, std::pair{3, 3}, std::pair{1, 1}, std::pair{5, 5},
                                           std::pair{2, 64}, std::pair{3, 192}, std::pair{7, 21}, std::pair{1, 200},
                                           std::pair{4, 37}, std::pair{6, 129}));

TEST(Transpose, turns_any_matrix_round) {
  for (const Isa isa : testing::available_isas()) {
    for (const std::int64_t rows : {1, 8, 17, 33}) {
      for (const std::int64_t columns : {1, 16, 31, 40}) {
        std::vector<float> from;
        for (std::int64_t i = 0; i < rows * (columns + 2); ++i) from.push_back(static_cast<float>(i));
        std::vector<float> to(size(columns * (rows + 3)), -1);
        kernels_of(isa).transpose({from.data(), columns + 2, rows, columns, to.data(), rows + 3});
        for (std::int64_t j = 0; j < columns; ++j) {
          for (std::int64_t i = 0; i < rows + 3; ++i) {
            const float expected = i < rows ? from[size(i * (columns + 2) + j)] : -1;
            ASSERT_EQ(to[size(j * (rows + 3) + i)], expected) << isa_name(isa) << " " << rows << " x " << columns;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace neural::engine
