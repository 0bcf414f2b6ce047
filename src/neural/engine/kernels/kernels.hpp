// The kernels of an instruction set, as functions that are chosen when the program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "neural/engine/graph/expression.hpp"

namespace neural::engine {

enum class Isa : std::uint8_t { kPortable, kAvx2, kAvx512 };
std::string_view isa_name(Isa isa);  ///< "avx2"
/// By that name; none where it is no name.
std::optional<Isa> isa_of_name(std::string_view name);
/// Whether this processor, and its system, has the instructions.
bool is_available(Isa isa);
/// The last of those that are.
Isa best_isa();

/// Elements of a block that an expression is computed for at once: what a kernel of one function is called with.
inline constexpr std::int64_t kBlock = 512;

/// out[i] = function(a[i], b[i], c[i]) for `count` elements, rounded up to whole vectors: buffers hold kBlock elements.
using BlockFunction = void (*)(float* out, const float* a, const float* b, const float* c, std::int64_t count);

/// A product of matrices: c(i, j) = or += Σₖ a(i, k) · b(k, j), each sum in the order of k, whatever the instruction
/// set.
struct Product {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t depth = 0;
  const float* a = nullptr;  ///< (i, k) at i · a_row + k · a_column, one of which is 1
  std::int64_t a_row = 0;
  std::int64_t a_column = 0;
  const float* b = nullptr;  ///< (k, j) at k · b_row + j · b_column, one of which is 1
  std::int64_t b_row = 0;
  std::int64_t b_column = 0;
  float* c = nullptr;  ///< (i, j) at i · c_row + j
  std::int64_t c_row = 0;
  bool accumulates = false;
  float* scratch = nullptr;  ///< of `scratch_floats(depth)` floats
};

struct Kernels {
  Isa isa{};
  int lanes = 0;
  BlockFunction (*function)(Function function) = nullptr;
  void (*multiply)(const Product& product) = nullptr;
  std::int64_t (*scratch_floats)(std::int64_t depth) = nullptr;
};
/// That it is available is the caller's to know.
const Kernels& kernels_of(Isa isa);

}  // namespace neural::engine
