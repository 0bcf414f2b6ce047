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

/// Which random numbers: those of a step, of a use in the network, of a seed.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  std::uint32_t stream = 0;
};

/// A step of Adam for each element, with the gradient g:
///   mean += (g - mean) · mean_share,  square += (g² - square) · square_share,
///   weight -= rate · mean / (√square + epsilon)
struct AdamStep {
  float* mean = nullptr;  ///< as the product's c
  float* square = nullptr;
  float rate = 0;
  float mean_share = 0;
  float square_share = 0;
  float epsilon = 0;
};

/// A product of matrices: c(i, j) = or += Σₖ a(i, k) · b(k, j), each sum in the order of k, whatever the instruction
/// set.
struct Product {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t depth = 0;
  const float* a = nullptr;  ///< (i, k) at i · a_row + k · a_column, one of which is 1
  std::int64_t a_row = 0;
  std::int64_t a_column = 0;
  /// More blocks of such a depth, one behind the other in b and `a_block` apart in a: the rows of a convolution's
  /// window.
  std::int64_t blocks = 1;
  std::int64_t a_block = 0;
  const float* b = nullptr;  ///< (k, j) at k · b_row + j · b_column, one of which is 1
  /// Where b has been packed: how far its strips are apart. 0 where it lies as above.
  std::int64_t packed_strip = 0;
  std::int64_t b_row = 0;
  std::int64_t b_column = 0;
  float* c = nullptr;  ///< (i, j) at i · c_row + j
  std::int64_t c_row = 0;
  bool accumulates = false;
  const AdamStep* adam = nullptr;  ///< the product is a gradient: c are weights, which take a step by it
  float* scratch = nullptr;        ///< of `scratch_floats(depth · blocks)` floats, if b is not packed
};

/// The rows of channels in a window, at least one, and what each is called.
struct WindowRows {
  const float* const* rows = nullptr;
  const std::int32_t* places = nullptr;
  int count = 0;
  const float* bias = nullptr;  ///< by channel, added to each element if there is one
  bool is_rectified = false;    ///< a maximum below 0 is given as 0
};

/// A row of places of a depthwise convolution: `taps` products at each, channel by channel. Tap t reads x at
/// place · x_step + offsets[t], and the row tap_rows[t] of the weights.
struct ChannelWindows {
  const float* x = nullptr;
  std::int64_t x_step = 0;
  const std::int32_t* offsets = nullptr;
  const std::int32_t* tap_rows = nullptr;
  int taps = 0;
  float* weights = nullptr;
  std::int64_t weight_row = 0;  ///< floats from a row to the next
  float* y = nullptr;
  std::int64_t y_step = 0;
  std::int64_t places = 0;
  std::int64_t channels = 0;
};

/// Gradients by the maxima of one sample: all others of what was pooled are 0.
struct Maxima {
  const float* flow = nullptr;           ///< [count, channels]
  const std::int32_t* places = nullptr;  ///< the same: row · width + column of what was pooled, below 2^22
  std::int64_t count = 0;
  std::int64_t channels = 0;
  std::int64_t first = 0;  ///< of the channels, those in [first, end)
  std::int64_t end = 0;
  std::int64_t width = 1;
  std::int32_t row_step = 0;  ///< floats from the patch under an element to that under the next row's
  std::int32_t column_step = 0;
};
/// A list for each channel: gradients that are not 0, and where the patches under them begin. Room for `capacity` of
/// them, which is at least the count of maxima and the lanes of a vector more.
struct MaximaLists {
  float* values = nullptr;
  std::int32_t* offsets = nullptr;
  std::int32_t* counts = nullptr;
  std::int64_t capacity = 0;
};
/// For each channel, weights [rows, row_floats] and the patches of a plane that a list names.
struct Patches {
  MaximaLists lists;
  std::int64_t channels = 0;
  std::int64_t rows = 0;
  std::int64_t row_floats = 0;
  float* weights = nullptr;
  std::int64_t weight_row = 0;  ///< from a row to the next: row_floats, rounded up to whole vectors of 16
  float* plane = nullptr;
  std::int64_t row_step = 0;
};

/// to[j · to_row + i] = from[i · from_row + j]
struct Transposed {
  const float* from = nullptr;
  std::int64_t from_row = 0;
  std::int64_t rows = 0;  ///< of `from`
  std::int64_t columns = 0;
  float* to = nullptr;
  std::int64_t to_row = 0;
};

struct Kernels {
  Isa isa{};
  int lanes = 0;
  BlockFunction (*function)(Function function) = nullptr;
  void (*multiply)(const Product& product) = nullptr;
  std::int64_t (*scratch_floats)(std::int64_t depth) = nullptr;
  std::int64_t strip = 0;  ///< columns that a product packs at once
  /// b as products read it: strips of `strip` columns, `to_strip` floats apart, row behind row.
  void (*pack)(const Product& product, float* to, std::int64_t to_strip) = nullptr;
  void (*max_of_rows)(const WindowRows& window, std::int64_t channels, float* to, std::int32_t* places) = nullptr;
  /// to[c] = the sum of from[r · row_floats + c], in the order of the rows
  void (*sum_rows)(const float* from, std::int64_t rows, std::int64_t row_floats, std::int64_t channels,
                   float* to) = nullptr;
  void (*sum_windows)(const ChannelWindows& windows) = nullptr;  ///< y = Σ x · weights, in the order of the taps
  void (*add_window_products)(const ChannelWindows& windows) =
      nullptr;  ///< weights += x · y, in the order of the places
  void (*list_maxima)(const Maxima& maxima, const MaximaLists& to) = nullptr;
  void (*add_patches)(const Patches& patches) = nullptr;     ///< weights += value · patch, in the order of the lists
  void (*spread_patches)(const Patches& patches) = nullptr;  ///< patch += value · weights, likewise
  void (*transpose)(const Transposed& matrix) = nullptr;
  void (*scale_bytes)(float* to, const std::uint8_t* from, std::int64_t count) = nullptr;  ///< over 255
  /// Numbers [first, first + count) in [0, 1), multiples of 2^-24; fewer than 2^34 of a key.
  void (*uniform)(float* to, std::int64_t first, std::int64_t count, const RandomKey& key) = nullptr;
};
/// That it is available is the caller's to know.
const Kernels& kernels_of(Isa isa);

}  // namespace neural::engine
