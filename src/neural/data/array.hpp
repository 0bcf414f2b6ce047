// Numbers as they lie in a file: of any of the usual types, mapped or in memory, the last axis running fastest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/check.hpp"
#include "neural/base/expected.hpp"

namespace neural::data {

enum class ElementType : std::uint8_t {
  kBool,
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kUint64,
  kInt64,
  kFloat16,
  kFloat32,
  kFloat64
};
std::string_view name_of(ElementType type);  ///< "uint8", as NumPy says
std::size_t size_of(ElementType type);       ///< bytes of an element
bool is_real(ElementType type);              ///< of floating point

using Shape = std::vector<std::int64_t>;
std::string to_string(const Shape& shape);  ///< "(60000, 28, 28)", "(10,)"

/// Number of elements; none where it is negative somewhere, or more than 2^63 - 1.
std::optional<std::int64_t> element_count(std::span<const std::int64_t> shape);

/// Copies share their bytes.
class Array {
 public:
  Array() = default;
  /// `bytes` are as many as type and shape say, in the order of this machine, and stay as long as `owner`.
  Array(ElementType type, Shape shape, std::span<const std::byte> bytes, std::shared_ptr<const void> owner);

  /// A copy of the values.
  template <class T>
  static Array of(ElementType type, Shape shape, std::vector<T> values);

  ElementType type() const { return type_; }
  const Shape& shape() const { return shape_; }
  std::int64_t rows() const { return shape_.empty() ? 0 : shape_.front(); }
  Shape row_shape() const { return shape_.empty() ? Shape() : Shape(shape_.begin() + 1, shape_.end()); }
  std::int64_t size() const;      ///< elements
  std::int64_t row_size() const;  ///< elements of a row
  std::span<const std::byte> bytes() const { return bytes_; }

  /// That they are of this type, and aligned for it, is ours to know.
  template <class T>
  std::span<const T> values() const;

  /// Element `index` as a number; large int64 are rounded.
  double number(std::int64_t index) const;

  Array slice(std::int64_t begin, std::int64_t end) const;  ///< rows; not copied
  Array reshaped(Shape shape) const;                        ///< of as many elements; not copied

 private:
  ElementType type_ = ElementType::kFloat32;
  Shape shape_;
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> owner_;
};

/// Elements as float32, those of uint8 and others as they are: nothing is scaled.
std::vector<float> to_floats(const Array& array);

template <class T>
Array Array::of(ElementType type, Shape shape, std::vector<T> values) {
  NEURAL_CHECK(sizeof(T) == size_of(type));
  const auto kept = std::make_shared<const std::vector<T>>(std::move(values));
  return Array(type, std::move(shape), std::as_bytes(std::span(*kept)), kept);
}

template <class T>
std::span<const T> Array::values() const {
  NEURAL_CHECK(sizeof(T) == size_of(type_));
  NEURAL_CHECK(reinterpret_cast<std::uintptr_t>(bytes_.data()) % alignof(T) == 0);
  return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
}

}  // namespace neural::data
