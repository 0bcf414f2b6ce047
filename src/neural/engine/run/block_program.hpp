// Elementwise operations: an expression as a list of kernels over blocks that stay in the first cache.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "neural/engine/graph/graph.hpp"
#include "neural/engine/kernels/kernels.hpp"

namespace neural::engine {

/// How an input's elements go with those of the result, counted in the order of the result's shape.
struct Operand {
  enum class Kind : std::uint8_t {
    kSame,    ///< one for each
    kOne,     ///< one for all
    kTail,    ///< element i with result i mod `period`: a bias
    kHead,    ///< element i with results i · `period` … : a number for each row
    kStrided  ///< any other broadcast
  };
  Kind kind{};
  std::int64_t period = 1;
  std::vector<std::int64_t> strides;  ///< of a strided one, by axis of the result
};
Operand operand_of(const Shape& input, const Shape& result);

class BlockProgram {
 public:
  BlockProgram(const Elementwise& action, const std::vector<Shape>& inputs, const Shape& result,
               const Kernels& kernels);

  /// Floats of scratch that a run needs, at a multiple of 64 bytes.
  std::int64_t scratch_floats() const { return buffers_ * kBlock; }

  /// Elements [begin, end) of the results. `scalars` are those of the graph.
  void run(std::int64_t begin, std::int64_t end, std::span<const float* const> inputs, std::span<float* const> outputs,
           std::span<const double> scalars, float* scratch) const;

  /// The same in parts: what is one for all elements, or comes again and again, goes into the scratch, then any blocks
  /// of up to kBlock elements follow.
  void prepare(std::span<const float* const> inputs, std::span<const double> scalars, float* scratch) const;
  void run_block(std::int64_t begin, std::int64_t count, std::span<const float* const> inputs,
                 std::span<float* const> outputs, float* scratch) const;

 private:
  /// Where a value lies while a block is computed: in an input as it is, or in a buffer of the scratch.
  struct Place {
    std::int32_t input = -1;
    std::int32_t buffer = -1;
    std::int32_t result = -1;  ///< where it is one that is written where it belongs at once
  };
  struct Instruction {
    BlockFunction function = nullptr;
    Place to;
    Place from[3];
  };
  /// What the blocks of a run find in the scratch from its beginning on. A longer tail is copied as fast for each
  /// block.
  bool is_prepared(std::size_t input) const {
    constexpr std::int64_t kShort = 64;
    const Operand& operand = operands_[input];
    return operand.kind == Operand::Kind::kOne || (operand.kind == Operand::Kind::kTail && operand.period <= kShort);
  }
  /// Where in its buffers a block finds what comes again and again.
  std::int64_t phase(const Place& place, std::int64_t begin) const;
  void write_at_once(const Expression& expression);
  /// A buffer that holds one number: from the expression, or a scalar of the graph.
  struct Filled {
    std::int32_t buffer = 0;
    double number = 0;
    std::int32_t scalar = -1;
  };

  void gather(std::size_t input, const float* from, std::int64_t begin, std::int64_t count, float* to) const;

  Shape shape_;
  std::vector<Operand> operands_;
  std::vector<std::int32_t> gathered_;  ///< by input: the buffer it is copied to; -1 where it is read in place
  std::vector<Filled> filled_;
  std::vector<Instruction> instructions_;
  std::vector<Place> results_;
  std::int64_t buffers_ = 0;
};

}  // namespace neural::engine
