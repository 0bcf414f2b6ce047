#include "neural/data/array.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace neural::data {
namespace {

struct TypeRow {
  std::string_view name;
  std::size_t size;
  bool is_real;
};
constexpr std::array<TypeRow, 12> kTypes = {{{"bool", 1, false},
                                             {"uint8", 1, false},
                                             {"int8", 1, false},
                                             {"uint16", 2, false},
                                             {"int16", 2, false},
                                             {"uint32", 4, false},
                                             {"int32", 4, false},
                                             {"uint64", 8, false},
                                             {"int64", 8, false},
                                             {"float16", 2, true},
                                             {"float32", 4, true},
                                             {"float64", 8, true}}};

const TypeRow& row_of(ElementType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

/// IEEE 754 binary16, subnormal numbers too.
float from_half(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1f;
  const float fraction = static_cast<float>(half & 0x3ff);
  float value = 0;
  if (exponent == 0x1f) {
    value = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(fraction + 1024, exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

template <class T>
T element(std::span<const std::byte> bytes, std::int64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + static_cast<std::size_t>(index) * sizeof(T), sizeof(T));
  return value;
}

/// Calls `use(convert)`, where `convert(bytes, index)` gives an element of that type.
template <class Use>
auto with_type(ElementType type, Use use) {
  const auto plain = [&]<class T>(T) {
    return use([](std::span<const std::byte> bytes, std::int64_t index) { return element<T>(bytes, index); });
  };
  switch (type) {
    case ElementType::kBool:
    case ElementType::kUint8:
      return plain(std::uint8_t{});
    case ElementType::kInt8:
      return plain(std::int8_t{});
    case ElementType::kUint16:
      return plain(std::uint16_t{});
    case ElementType::kInt16:
      return plain(std::int16_t{});
    case ElementType::kUint32:
      return plain(std::uint32_t{});
    case ElementType::kInt32:
      return plain(std::int32_t{});
    case ElementType::kUint64:
      return plain(std::uint64_t{});
    case ElementType::kInt64:
      return plain(std::int64_t{});
    case ElementType::kFloat16:
      return use([](std::span<const std::byte> bytes, std::int64_t index) {
        return from_half(element<std::uint16_t>(bytes, index));
      });
    case ElementType::kFloat32:
      return plain(float{});
    case ElementType::kFloat64:
      return plain(double{});
  }
  __builtin_unreachable();
}

}  // namespace

std::string_view name_of(ElementType type) {
  return row_of(type).name;
}

std::size_t size_of(ElementType type) {
  return row_of(type).size;
}

bool is_real(ElementType type) {
  return row_of(type).is_real;
}

std::string to_string(const Shape& shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

std::optional<std::int64_t> element_count(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(count, size, &count)) return std::nullopt;
  }
  return count;
}

Array::Array(ElementType type, Shape shape, std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
    : type_(type), shape_(std::move(shape)), bytes_(bytes), owner_(std::move(owner)) {
  const std::optional<std::int64_t> count = element_count(shape_);
  NEURAL_CHECK(count && static_cast<std::size_t>(*count) * size_of(type_) == bytes_.size());
}

std::int64_t Array::size() const {
  return static_cast<std::int64_t>(bytes_.size() / size_of(type_));
}

std::int64_t Array::row_size() const {
  return element_count(row_shape()).value_or(0);
}

double Array::number(std::int64_t index) const {
  NEURAL_CHECK(index >= 0 && index < size());
  return with_type(type_, [&](auto convert) { return static_cast<double>(convert(bytes_, index)); });
}

Array Array::slice(std::int64_t begin, std::int64_t end) const {
  NEURAL_CHECK(0 <= begin && begin <= end && end <= rows());
  Shape shape = shape_;
  shape.front() = end - begin;
  const std::size_t row = static_cast<std::size_t>(row_size()) * size_of(type_);
  const auto first = static_cast<std::size_t>(begin);
  return Array(type_, std::move(shape), bytes_.subspan(first * row, static_cast<std::size_t>(end - begin) * row),
               owner_);
}

Array Array::reshaped(Shape shape) const {
  return Array(type_, std::move(shape), bytes_, owner_);
}

std::vector<float> to_floats(const Array& array) {
  std::vector<float> values(static_cast<std::size_t>(array.size()));
  with_type(array.type(), [&](auto convert) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(convert(array.bytes(), static_cast<std::int64_t>(i)));
    }
    return 0;
  });
  return values;
}

}  // namespace neural::data
