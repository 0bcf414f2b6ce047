// Arrays in NumPy's file format, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"

namespace neural::bench::parity {

enum class Precision { kFloat32, kFloat64 };

/// "float32", "float64".
std::string_view name_of(Precision precision);

using Shape = std::vector<std::int64_t>;

/// "(784, 128)"; "()" is a single number.
std::string to_string(const Shape& shape);

/// One array, as it lies in the file: little-endian, C order.
class Array {
 public:
  /// `file` is the whole file, its numbers begin at `offset` and end with it.
  Array(Precision precision, Shape shape, std::string file, std::size_t offset)
      : precision_(precision), shape_(std::move(shape)), file_(std::move(file)), offset_(offset) {}

  Precision precision() const { return precision_; }
  const Shape& shape() const { return shape_; }
  std::size_t size() const;
  /// A float32 is widened without loss.
  double operator[](std::size_t index) const;
  std::string_view bytes() const { return std::string_view(file_).substr(offset_); }

 private:
  Precision precision_;
  Shape shape_;
  std::string file_;
  std::size_t offset_;
};

/// Versions 1.0 and 2.0, little-endian float32 or float64 in C order, and exactly as many numbers as the shape says;
/// anything else is an error, kCorrupt, that names the file.
Expected<Array> read_npy(const std::filesystem::path& path);

}  // namespace neural::bench::parity
