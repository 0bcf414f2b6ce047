// The scalar functions of expressions over blocks.
#pragma once

#include <cmath>

#include "neural/engine/kernels/functions.hpp"
#include "neural/engine/kernels/kernels.hpp"

namespace neural::engine::NEURAL_ISA {

/// A loop over vectors: `compute` of up to three of them.
template <class Compute>
NEURAL_INLINE void each_vector(float* out, const float* a, const float* b, const float* c, std::int64_t count,
                               Compute compute) {
  for (std::int64_t i = 0; i < count; i += kLanes) store(out + i, compute(load(a + i), load(b + i), load(c + i)));
}

NEURAL_INLINE Floats one_where(Mask mask) {
  return pick(mask, splat(1.0F), Floats{});
}

template <Function kFunction>
NEURAL_INLINE Floats value_of(Floats a, Floats b, Floats c) {
  if constexpr (kFunction == Function::negate) return -a;
  if constexpr (kFunction == Function::absolute) return magnitude(a);
  if constexpr (kFunction == Function::sign) {
    return pick(is_less(Floats{}, a), splat(1.0F), pick(is_less(a, Floats{}), splat(-1.0F), a));
  }
  if constexpr (kFunction == Function::square_root) return square_root(a);
  if constexpr (kFunction == Function::exponential) return exponential(a);
  if constexpr (kFunction == Function::logarithm) return logarithm(a);
  if constexpr (kFunction == Function::log1p) return log1p(a);
  if constexpr (kFunction == Function::tanh) return tanh(a);
  if constexpr (kFunction == Function::sigmoid) return sigmoid(a);
  if constexpr (kFunction == Function::softplus) return softplus(a);
  if constexpr (kFunction == Function::error_function) return error_function(a);
  if constexpr (kFunction == Function::add) return a + b;
  if constexpr (kFunction == Function::subtract) return a - b;
  if constexpr (kFunction == Function::multiply) return a * b;
  if constexpr (kFunction == Function::divide) return a / b;
  if constexpr (kFunction == Function::minimum) return smaller(a, b);
  if constexpr (kFunction == Function::maximum) return larger(a, b);
  if constexpr (kFunction == Function::less) return one_where(is_less(a, b));
  if constexpr (kFunction == Function::less_equal) return one_where(is_at_most(a, b));
  if constexpr (kFunction == Function::equal) return one_where(is_equal(a, b));
  if constexpr (kFunction == Function::select) return pick(is_equal(a, Floats{}), c, b);
  return a;
}

template <Function kFunction>
void block_function(float* out, const float* a, const float* b, const float* c, std::int64_t count) {
  if constexpr (kFunction == Function::power) {
    // Rare, and hard to get right: the library's.
    for (std::int64_t i = 0; i < count; ++i) out[i] = ::powf(a[i], b[i]);
  } else {
    each_vector(out, a, b, c, count, [](Floats x, Floats y, Floats z) __attribute__((always_inline)) {
      return value_of<kFunction>(x, y, z);
    });
  }
}

NEURAL_INLINE BlockFunction block_function_of(Function function) {
  switch (function) {
#define NEURAL_FUNCTION(name, arguments) \
  case Function::name:                   \
    return block_function<Function::name>;
#include "neural/engine/graph/functions.def"
#undef NEURAL_FUNCTION
  }
  return nullptr;
}

}  // namespace neural::engine::NEURAL_ISA
