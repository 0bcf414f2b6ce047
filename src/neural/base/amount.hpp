// A count that cannot overflow.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

#include "neural/base/check.hpp"

namespace neural {

/// A number from 0 to 2^63 - 1 under addition and multiplication; what would be more stays at the largest one.
class Amount {
 public:
  static constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

  constexpr Amount() = default;
  constexpr Amount(std::int64_t value) : value_(value) {  // NOLINT(google-explicit-constructor): a plain number is one
    NEURAL_CHECK(value >= 0, "an amount is not negative");
  }

  constexpr std::int64_t value() const { return value_; }
  constexpr bool is_largest() const { return value_ == kLargest; }

  friend constexpr Amount operator+(Amount a, Amount b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a.value_, b.value_, &sum) ? Amount(kLargest) : Amount(sum);
  }
  friend constexpr Amount operator*(Amount a, Amount b) {
    std::int64_t product = 0;
    return __builtin_mul_overflow(a.value_, b.value_, &product) ? Amount(kLargest) : Amount(product);
  }
  Amount& operator+=(Amount other) { return *this = *this + other; }
  Amount& operator*=(Amount other) { return *this = *this * other; }

  friend constexpr auto operator<=>(Amount, Amount) = default;

 private:
  std::int64_t value_ = 0;
};

}  // namespace neural
