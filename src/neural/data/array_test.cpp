#include "neural/data/array.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace neural::data {
namespace {

TEST(Array, rows_are_sliced_and_reshaped_without_a_copy) {
  const Array array = Array::of<std::uint8_t>(ElementType::kUint8, {3, 2}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(array.rows(), 3);
  EXPECT_EQ(array.row_size(), 2);
  EXPECT_EQ(array.row_shape(), Shape{2});
  const Array last = array.slice(1, 3);
  EXPECT_EQ(last.shape(), (Shape{2, 2}));
  EXPECT_EQ(last.bytes().data(), array.bytes().data() + 2);
  EXPECT_EQ(last.number(0), 3);
  const Array images = array.reshaped({3, 2, 1});
  EXPECT_EQ(images.row_shape(), (Shape{2, 1}));
  EXPECT_EQ(images.bytes().data(), array.bytes().data());
}

TEST(Array, bytes_stay_as_long_as_a_slice_of_them) {
  Array kept;
  {
    const Array array = Array::of<float>(ElementType::kFloat32, {2}, {1.5F, -2.5F});
    kept = array.slice(1, 2);
  }
  EXPECT_EQ(kept.values<float>()[0], -2.5F);
}

TEST(Array, every_type_becomes_numbers) {
  EXPECT_EQ(Array::of<std::int8_t>(ElementType::kInt8, {1}, {-128}).number(0), -128);
  EXPECT_EQ(Array::of<std::uint16_t>(ElementType::kUint16, {1}, {65535}).number(0), 65535);
  EXPECT_EQ(Array::of<std::int16_t>(ElementType::kInt16, {1}, {-2}).number(0), -2);
  EXPECT_EQ(Array::of<std::uint32_t>(ElementType::kUint32, {1}, {4294967295U}).number(0), 4294967295.0);
  EXPECT_EQ(Array::of<std::int64_t>(ElementType::kInt64, {1}, {-(std::int64_t{1} << 40)}).number(0), -1099511627776.0);
  EXPECT_EQ(Array::of<std::uint64_t>(ElementType::kUint64, {1}, {1U}).number(0), 1);
  EXPECT_EQ(Array::of<double>(ElementType::kFloat64, {1}, {0.1}).number(0), 0.1);
  EXPECT_EQ(to_floats(Array::of<std::int32_t>(ElementType::kInt32, {2}, {7, -7})), (std::vector<float>{7, -7}));
}

TEST(Array, half_precision_is_read_with_its_subnormal_and_infinite_values) {
  const std::vector<std::uint16_t> bits = {0x0000, 0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x3555};
  const std::vector<float> values = to_floats(Array::of(ElementType::kFloat16, {9}, bits));
  EXPECT_EQ(values[0], 0);
  EXPECT_EQ(values[1], 1);
  EXPECT_EQ(values[2], -2);
  EXPECT_EQ(values[3], std::ldexp(1.0F, -24));
  EXPECT_EQ(values[4], std::ldexp(1023.0F, -24));
  EXPECT_EQ(values[5], 65504);
  EXPECT_EQ(values[6], INFINITY);
  EXPECT_EQ(values[7], -INFINITY);
  EXPECT_EQ(values[8], 0.333251953125F);
  EXPECT_TRUE(std::isnan(to_floats(Array::of<std::uint16_t>(ElementType::kFloat16, {1}, {0x7e00}))[0]));
}

TEST(Array, shapes_that_hold_too_much_or_less_than_nothing_have_no_count) {
  EXPECT_EQ(element_count(Shape{}), 1);
  EXPECT_EQ(element_count(Shape{3, 0, 5}), 0);
  EXPECT_EQ(element_count(Shape{-1, 2}), std::nullopt);
  EXPECT_EQ(element_count(Shape{std::int64_t{1} << 32, std::int64_t{1} << 32}), std::nullopt);
}

TEST(Array, shapes_are_told_as_python_tells_them) {
  EXPECT_EQ(to_string(Shape{60000, 28, 28}), "(60000, 28, 28)");
  EXPECT_EQ(to_string(Shape{10}), "(10,)");
  EXPECT_EQ(to_string(Shape{}), "()");
}

}  // namespace
}  // namespace neural::data
