// Walking over elements in the order of a shape.
#pragma once

#include <cstdint>
#include <vector>

#include "neural/engine/graph/graph.hpp"

namespace neural::engine::reference {

/// How far apart neighbours along each axis are.
inline std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// The same of a value that is broadcast to `shape`: 0 along an axis it does not have, or has once.
inline std::vector<std::int64_t> broadcast_strides(const Shape& value, const Shape& shape) {
  std::vector<std::int64_t> result(shape.size(), 0);
  const std::vector<std::int64_t> own = strides_of(value);
  const std::size_t more = shape.size() - value.size();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != 1) result[more + i] = own[i];
  }
  return result;
}

/// The places of all elements of a shape, one after the other, in some arrays of other strides.
class Walk {
 public:
  Walk(const Shape& shape, std::vector<std::vector<std::int64_t>> strides)
      : shape_(shape), strides_(std::move(strides)), index_(shape.size(), 0), places_(strides_.size(), 0) {}

  std::int64_t place(std::size_t array) const { return places_[array]; }
  const std::vector<std::int64_t>& index() const { return index_; }
  void move(std::size_t array, std::int64_t by) { places_[array] += by; }

  void next() {
    for (std::size_t axis = shape_.size(); axis-- > 0;) {
      ++index_[axis];
      for (std::size_t i = 0; i < places_.size(); ++i) places_[i] += strides_[i][axis];
      if (index_[axis] < shape_[axis]) return;
      for (std::size_t i = 0; i < places_.size(); ++i) places_[i] -= strides_[i][axis] * index_[axis];
      index_[axis] = 0;
    }
  }

 private:
  const Shape& shape_;
  std::vector<std::vector<std::int64_t>> strides_;
  std::vector<std::int64_t> index_;
  std::vector<std::int64_t> places_;
};

}  // namespace neural::engine::reference
