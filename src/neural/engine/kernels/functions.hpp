// Exponential, logarithm and their kin, of a vector at a time. Each says how far it may be from the exact value, in
// units of the last place; the tests hold it to that over all floats of its range.
#pragma once

#include "neural/engine/kernels/vector.hpp"

namespace neural::engine::NEURAL_ISA {

/// Horner's scheme: coefficients from the highest power down.
template <int kCount>
NEURAL_INLINE Floats polynomial(Floats x, const float (&coefficients)[kCount]) {
  Floats sum = splat(coefficients[0]);
  NEURAL_UNROLL for (int i = 1; i < kCount; ++i) sum = multiply_add(sum, x, splat(coefficients[i]));
  return sum;
}

/// Within 2. Below -87.3 it is 0, above 88.72 infinite. e^x = 2^n e^r with |r| ≤ ln 2 / 2, after Cephes (S. L.
/// Moshier).
NEURAL_INLINE Floats exponential(Floats x) {
  const Floats clamped = smaller(larger(x, splat(-87.336F)), splat(88.7228F));
  const Floats shift = splat(12582912.0F);  // 1.5 · 2^23: what is added to it is rounded to a whole number
  const Floats shifted = multiply_add(clamped, splat(1.44269504F), shift);
  const Floats n = shifted - shift;
  Floats r = multiply_add(n, splat(-0.693359375F), clamped);
  r = multiply_add(n, splat(2.12194440e-4F), r);
  static constexpr float kCoefficients[] = {1.9875691500e-4F, 1.3981999507e-3F, 8.3334519073e-3F,
                                            4.1665795894e-2F, 1.6666665459e-1F, 5.0000001201e-1F};
  const Floats tail = multiply_add(r * r, polynomial(r, kCoefficients), r) + 1.0F;
  // 2^n in two steps, so that neither overflows: n is from -126 to 128.
  const Integers whole = (Integers)shifted - (Integers)shift;
  const Integers half = whole >> 1;
  const Floats first = (Floats)((half + 127) << 23);
  const Floats second = (Floats)((whole - half + 127) << 23);
  Floats result = tail * first * second;
  result = pick(is_less(x, splat(-87.336F)), Floats{}, result);
  result = pick(is_less(splat(88.7228F), x), splat(__builtin_inff()), result);
  return pick(is_equal(x, x), result, x);
}

/// Within 2 of numbers above 0; -infinity of 0, no number below. After Cephes.
NEURAL_INLINE Floats logarithm(Floats x) {
  // Subnormal numbers are scaled up first.
  const Mask is_small = is_less(x, splat(1.17549435e-38F));
  const Floats scaled = pick(is_small, x * 8388608.0F, x);
  const Integers bits = (Integers)scaled;
  Floats exponent = __builtin_convertvector((bits >> 23) - 126, Floats);
  exponent = exponent - pick(is_small, splat(23.0F), Floats{});
  Floats m = (Floats)((bits & 0x007fffff) | 0x3f000000);  // from 0.5 to 1
  const Mask is_low = is_less(m, splat(0.707106781F));
  exponent = exponent - pick(is_low, splat(1.0F), Floats{});
  m = m + pick(is_low, m, Floats{}) - 1.0F;
  static constexpr float kCoefficients[] = {7.0376836292e-2F,  -1.1514610310e-1F, 1.1676998740e-1F,
                                            -1.2420140846e-1F, 1.4249322787e-1F,  -1.6668057665e-1F,
                                            2.0000714765e-1F,  -2.4999993993e-1F, 3.3333331174e-1F};
  const Floats square = m * m;
  Floats y = polynomial(m, kCoefficients) * m * square;
  y = multiply_add(exponent, splat(-2.12194440e-4F), y);
  y = multiply_add(square, splat(-0.5F), y);
  Floats result = multiply_add(exponent, splat(0.693359375F), m + y);
  result = pick(is_equal(x, splat(__builtin_inff())), x, result);
  result = pick(is_equal(x, Floats{}), splat(-__builtin_inff()), result);
  return pick(is_at_most(Floats{}, x), result, splat(__builtin_nanf("")));
}

/// log(1 + x), within 4: where 1 + x is rounded, the error is made good by x / ((1 + x) - 1) (Kahan).
NEURAL_INLINE Floats log1p(Floats x) {
  const Floats u = 1.0F + x;
  const Floats d = u - 1.0F;
  const Mask is_exact = is_equal(d, Floats{});
  const Floats ratio = x / pick(is_exact, splat(1.0F), d);
  const Floats result = logarithm(u) * ratio;
  const Floats of_infinite = pick(is_equal(u, splat(__builtin_inff())), u, result);
  return pick(is_exact, x, of_infinite);
}

/// Within 3. Of a large number 1 or 0, never no number.
NEURAL_INLINE Floats sigmoid(Floats x) {
  const Floats e = exponential(-magnitude(x));
  const Floats below = e / (1.0F + e);
  return pick(is_less(x, Floats{}), below, pick(is_equal(x, x), 1.0F / (1.0F + e), x));
}

/// Within 4: a polynomial near 0, else 1 - 2 / (e^2|x| + 1). After Cephes.
NEURAL_INLINE Floats tanh(Floats x) {
  const Floats m = magnitude(x);
  const Floats square = x * x;
  static constexpr float kCoefficients[] = {-5.70498872745e-3F, 2.06390887954e-2F, -5.37397155531e-2F,
                                            1.33314422036e-1F, -3.33332819422e-1F};
  const Floats near = multiply_add(polynomial(square, kCoefficients) * square, x, x);
  const Floats far = with_sign_of(1.0F - 2.0F / (exponential(smaller(m + m, splat(40.0F))) + 1.0F), x);
  return pick(is_equal(x, x), pick(is_less(m, splat(0.625F)), near, far), x);
}

/// log(1 + e^x), within 4.
NEURAL_INLINE Floats softplus(Floats x) {
  const Floats tail = log1p(exponential(-magnitude(x)));
  return pick(is_equal(x, x), larger(x, Floats{}) + tail, x);
}

/// Within 1e-6 of the exact value; after Abramowitz and Stegun 7.1.26 away from 0, a series near it.
NEURAL_INLINE Floats error_function(Floats x) {
  const Floats m = magnitude(x);
  const Floats square = x * x;
  static constexpr float kNear[] = {-1.6365844691e-7F, 1.6462114366e-6F, -1.4925650358e-5F, 1.2055332982e-4F,
                                    -8.5483270234e-4F, 5.2239776254e-3F, -2.6866170645e-2F, 1.1283791671e-1F,
                                    -3.7612638903e-1F, 1.1283791671F};
  const Floats near = x * polynomial(square, kNear);
  const Floats t = 1.0F / multiply_add(m, splat(0.3275911F), splat(1.0F));
  static constexpr float kFar[] = {1.061405429F, -1.453152027F, 1.421413741F, -0.284496736F, 0.254829592F};
  const Floats far = with_sign_of(1.0F - polynomial(t, kFar) * t * exponential(-square), x);
  return pick(is_equal(x, x), pick(is_less(m, splat(1.0F)), near, far), x);
}

}  // namespace neural::engine::NEURAL_ISA
