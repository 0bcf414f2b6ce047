// Every function of a block against the exact value, on every instruction set that this processor has.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "neural/engine/kernels/testing.hpp"

namespace neural::engine {
namespace {

std::vector<float> computed(Isa isa, Function function, const std::vector<float>& a, const std::vector<float>& b = {},
                            const std::vector<float>& c = {}) {
  std::vector<float> result(a.size());
  const BlockFunction kernel = kernels_of(isa).function(function);
  for (std::size_t begin = 0; begin < a.size(); begin += kBlock) {
    const std::size_t count = std::min<std::size_t>(kBlock, a.size() - begin);
    alignas(64) float in[3][kBlock] = {};
    alignas(64) float out[kBlock] = {};
    const std::vector<float>* given[3] = {&a, &b, &c};
    for (int i = 0; i < 3; ++i) {
      if (!given[i]->empty()) std::memcpy(in[i], given[i]->data() + begin, count * sizeof(float));
    }
    kernel(out, in[0], in[1], in[2], static_cast<std::int64_t>(count));
    std::memcpy(result.data() + begin, out, count * sizeof(float));
  }
  return result;
}

/// Of both signs, from the smallest to the largest, some thousands.
std::vector<float> floats_between(double low, double high) {
  std::vector<float> values;
  constexpr int kCount = 20000;
  for (int i = 0; i <= kCount; ++i) values.push_back(static_cast<float>(low + (high - low) * i / kCount));
  return values;
}

std::vector<float> floats_of_all_sizes() {
  std::vector<float> values;
  for (std::uint32_t bits = 0; bits < 0x7f800000U; bits += 104729) {
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    values.push_back(value);
    values.push_back(-value);
  }
  return values;
}

double units_in_last_place(float found, double exact) {
  if (std::isnan(exact)) return std::isnan(found) ? 0 : 1e9;
  const auto rounded = static_cast<float>(exact);
  if (std::isinf(rounded)) return found == rounded ? 0 : 1e9;
  const double unit =
      std::max<double>(std::abs(std::nextafter(rounded, INFINITY) - static_cast<double>(rounded)), 1e-38);
  return std::abs(static_cast<double>(found) - exact) / unit;
}

void expect_within(Function function, const std::vector<float>& values, double units) {
  for (const Isa isa : testing::available_isas()) {
    const std::vector<float> found = computed(isa, function, values);
    double worst = 0;
    float where = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double distance = units_in_last_place(found[i], evaluate(function, static_cast<double>(values[i])));
      if (distance > worst) {
        worst = distance;
        where = values[i];
      }
    }
    EXPECT_LE(worst, units) << function_name(function) << " of " << where << " on " << isa_name(isa);
  }
}

TEST(BlockFunctions, are_as_exact_as_they_say) {
  expect_within(Function::exponential, floats_between(-87, 88.7), 2);
  expect_within(Function::logarithm, floats_between(1e-3, 10), 3);
  expect_within(Function::sigmoid, floats_between(-80, 80), 3);
  expect_within(Function::tanh, floats_between(-12, 12), 4);
  expect_within(Function::softplus, floats_between(-80, 80), 4);
  expect_within(Function::log1p, floats_between(-0.99, 10), 4);
  for (const Function exact : {Function::negate, Function::absolute, Function::sign}) {
    expect_within(exact, floats_of_all_sizes(), 0);
  }
  std::vector<float> positive = floats_of_all_sizes();
  for (float& value : positive) value = std::abs(value);
  expect_within(Function::square_root, positive, 0.5);
  expect_within(Function::logarithm, positive, 3);
}

TEST(BlockFunctions, the_error_function_is_exact_to_a_millionth) {
  const std::vector<float> values = floats_between(-6, 6);
  for (const Isa isa : testing::available_isas()) {
    const std::vector<float> found = computed(isa, Function::error_function, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_NEAR(found[i], std::erf(static_cast<double>(values[i])), 1e-6) << values[i] << " on " << isa_name(isa);
    }
  }
}

TEST(BlockFunctions, at_the_ends_they_are_what_they_have_to_be) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const float none = std::numeric_limits<float>::quiet_NaN();
  for (const Isa isa : testing::available_isas()) {
    const auto of = [&](Function function, float x) { return computed(isa, function, {x}).front(); };
    EXPECT_EQ(of(Function::exponential, -200), 0);
    EXPECT_EQ(of(Function::exponential, -kInfinity), 0);
    EXPECT_EQ(of(Function::exponential, 89), kInfinity);
    EXPECT_EQ(of(Function::exponential, 0), 1);
    EXPECT_TRUE(std::isnan(of(Function::exponential, none)));
    EXPECT_EQ(of(Function::logarithm, 0), -kInfinity);
    EXPECT_EQ(of(Function::logarithm, kInfinity), kInfinity);
    EXPECT_EQ(of(Function::logarithm, 1), 0);
    EXPECT_TRUE(std::isnan(of(Function::logarithm, -1)));
    EXPECT_TRUE(std::isnan(of(Function::logarithm, none)));
    EXPECT_EQ(of(Function::sigmoid, 1e30F), 1);
    EXPECT_EQ(of(Function::sigmoid, -1e30F), 0);
    EXPECT_TRUE(std::isnan(of(Function::sigmoid, none)));
    EXPECT_EQ(of(Function::tanh, 1e30F), 1);
    EXPECT_EQ(of(Function::tanh, -1e30F), -1);
    EXPECT_TRUE(std::isnan(of(Function::tanh, none)));
    EXPECT_EQ(of(Function::softplus, 1e30F), 1e30F);
    EXPECT_EQ(of(Function::softplus, -1e30F), 0);
    EXPECT_EQ(of(Function::log1p, 1e-20F), 1e-20F);
    EXPECT_TRUE(std::isnan(of(Function::sign, none)));
  }
}

TEST(BlockFunctions, functions_of_several_are_what_the_reference_says) {
  const std::vector<float> a = {1, -2, 3, 0, 5, -0.0F};
  const std::vector<float> b = {2, -2, -1, 4, 0.5F, 1};
  const std::vector<float> c = {7, 8, 9, 10, 11, 12};
  const auto functions = {
#define NEURAL_FUNCTION(name, arguments) Function::name,
#include "neural/engine/graph/functions.def"
#undef NEURAL_FUNCTION
  };
  for (const Isa isa : testing::available_isas()) {
    for (const Function function : functions) {
      if (argument_count(function) < 2) continue;
      const std::vector<float> found = computed(isa, function, a, b, c);
      for (std::size_t i = 0; i < a.size(); ++i) {
        const auto expected = static_cast<float>(evaluate(function, a[i], b[i], c[i]));
        if (std::isnan(expected)) {
          EXPECT_TRUE(std::isnan(found[i]));
        } else {
          EXPECT_EQ(found[i], expected) << function_name(function) << " of " << a[i] << ", " << b[i] << " on "
                                        << isa_name(isa);
        }
      }
    }
  }
}

TEST(Isa, names_are_read_back) {
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) EXPECT_EQ(isa_of_name(isa_name(isa)), isa);
  EXPECT_FALSE(isa_of_name("sse"));
  EXPECT_TRUE(is_available(best_isa()));
}

}  // namespace
}  // namespace neural::engine
