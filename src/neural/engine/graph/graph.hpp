// The engine's own form of a network: values and the operations between them, few kinds of them, each with a gradient
// and a kernel. A Graph is one step of training or of prediction: a pure function of its inputs and states.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "neural/engine/graph/expression.hpp"

namespace neural::engine {

/// Sizes with the batch first, the last axis running fastest.
using Shape = std::vector<std::int64_t>;
std::int64_t element_count(const Shape& shape);
std::string to_string(const Shape& shape);  ///< "[64, 28, 28, 1]"

enum class ValueType : std::uint8_t {
  kReal,     ///< float32; float64 in the reference
  kInteger,  ///< int32: class numbers, ids, places of maxima
};

/// A value of a Graph, written once.
struct ValueId {
  std::int32_t index = -1;
  explicit operator bool() const { return index >= 0; }
  friend bool operator==(ValueId, ValueId) = default;
};

struct Value {
  Shape shape;
  ValueType type = ValueType::kReal;
};

/// How a window moves over the spatial axes, which stand between the batch and the channels.
struct Window {
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;
  std::vector<std::pair<std::int64_t, std::int64_t>> pads;  ///< zeros before and after; negative ones cut
  std::int64_t groups = 1;

  friend bool operator==(const Window&, const Window&) = default;
};

/// Where a pooling window lies on one axis: [begin, end) of the input, for each place of the result. Never empty.
struct Interval {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

struct Graph;

// ---- The kinds of operations, and what they read and give. [n, …] are shapes.

/// The expression at each element of `shape`; inputs are broadcast to it as in NumPy. Gives a value per result.
struct Elementwise {
  Expression expression;
  std::vector<int> scalars;  ///< for each scalar of the expression, which of the graph's
};
/// Numbers by counting: element i of step s is the same whoever makes it.
struct Random {
  enum class Kind : std::uint8_t { kUniform, kNormal } kind{};  ///< in [0, 1); of mean 0 and variance 1
  std::uint32_t stream = 0;                                     ///< one for each use in a network
  std::optional<std::uint64_t> seed;                            ///< in place of the run's
};
struct Constant {
  std::vector<double> values;
};
/// [… m k] · [… k n], each transposed on request. The leading axes are the same, or the second has none.
struct Matmul {
  bool transpose_a = false;
  bool transpose_b = false;
};
/// x [n, …, c], kernel [k…, c / groups, f] -> [n, …, f].
struct Convolution {
  Window window;
};
/// The gradient of it by x, which is a transposed convolution: y [n, …, f], kernel -> `spatial` sizes.
struct ConvolutionInput {
  Window window;
  Shape spatial;
};
/// The gradient by the kernel: x, y -> [k…, c / groups, f].
struct ConvolutionKernel {
  Window window;
  Shape kernel;            ///< the sizes k…
  bool by_sample = false;  ///< one for each sample, [n, k…, c / groups, f]; else their sum
};
/// x [n, …, c] -> [n, …, c] and the places of the maxima in the input's spatial axes, counted as one; the first of
/// equals.
struct MaxPool {
  std::vector<std::vector<Interval>> windows;  ///< by axis
};
/// y and places -> [n, `spatial`…, c].
struct MaxPoolInput {
  Shape spatial;
};
/// The mean of each window; `full_size` divides by that many instead.
struct AveragePool {
  std::vector<std::vector<Interval>> windows;
  std::optional<std::int64_t> full_size;
};
struct AveragePoolInput {
  std::vector<std::vector<Interval>> windows;
  std::optional<std::int64_t> full_size;
  Shape spatial;
};
/// Along the axes, which stay with size 1.
struct Reduce {
  enum class Kind : std::uint8_t { kSum, kMaximum } kind{};
  std::vector<int> axes;
};
/// Along the last axis.
struct Softmax {};
struct LogSoftmax {};
/// logits [… c], class numbers […] -> -log softmax(logits)[class], […].
struct CrossEntropy {};
/// The gradient of it: logits, class numbers, what flows into the result -> [… c].
struct CrossEntropyInput {};
/// The same elements.
struct Reshape {};
struct Transpose {
  std::vector<int> axes;  ///< result axis i is input axis axes[i]
};
/// Every `step`th from `begin` on, as many as the result has.
struct Slice {
  Shape begin;
  Shape step;
};
/// Zeros around, and between the elements so that they stand `step` apart: what undoes a Slice.
struct Pad {
  Shape begin;
  Shape step;
};
struct Concatenate {
  int axis = 0;
};
/// Turned round along an axis.
struct Reverse {
  int axis = 0;
};
/// table [v, d], ids […] -> […, d].
struct Gather {};
/// ids […], rows […, d] -> [v, d]: their sums, in the order of the ids.
struct ScatterAdd {
  std::int64_t rows = 0;
};
/// Places of the largest along the last axis -> integers without that axis.
struct ArgMax {};
/// Integers as reals.
struct ToReal {};
/// The body once for each step of time. Inputs, in this order: `sequences` values of which it reads step t, `states` it
/// begins with, and constants. The body's inputs are the same without the time; its outputs are the states after the
/// step, then values of which the scan gives all steps. Results: the last states, then these. Time is axis 0 of a
/// sequence.
struct Scan {
  std::shared_ptr<const Graph> body;
  std::int64_t steps = 0;
  int sequences = 0;
  int states = 0;
  bool reversed = false;  ///< from the last step to the first
};

/// A Matmul of two matrices whose product goes through an expression at once. Inputs: both matrices, then what the
/// expression reads besides; the product is its input 0. Made where a graph is prepared to run, behind all gradients.
struct MatmulThen {
  Matmul product;
  Elementwise then;
};
/// A Convolution, with a bias and rectified or without, of which the maxima of windows are kept alone: x, kernel and
/// the bias, if it has one -> as MaxPool. This and the next two are made like MatmulThen.
struct ConvolutionMaxPool {
  Window window;
  std::vector<std::vector<Interval>> pool;
  Shape pooled;  ///< the spatial sizes that `pool` is laid over
  bool has_bias = false;
  bool is_rectified = false;
};
/// ConvolutionInput of what is 0 but at places of maxima: MaxPoolInput's y and places, kernel -> `spatial` sizes.
struct MaximaConvolutionInput {
  Window window;
  Shape spatial;
  Shape pooled;  ///< the spatial sizes that the places count in
};
/// ConvolutionKernel of the same: x, MaxPoolInput's y and places -> [k…, c, f].
struct MaximaConvolutionKernel {
  Window window;
  Shape kernel;  ///< the sizes k…
  Shape pooled;
};

using Action =
    std::variant<Elementwise, Random, Constant, Matmul, Convolution, ConvolutionInput, ConvolutionKernel, MaxPool,
                 MaxPoolInput, AveragePool, AveragePoolInput, Reduce, Softmax, LogSoftmax, CrossEntropy,
                 CrossEntropyInput, Reshape, Transpose, Slice, Pad, Concatenate, Reverse, Gather, ScatterAdd, ArgMax,
                 ToReal, Scan, MatmulThen, ConvolutionMaxPool, MaximaConvolutionInput, MaximaConvolutionKernel>;
std::string_view action_name(const Action& action);  ///< "matmul"

struct Operation {
  Action action;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::string origin;  ///< the layer it belongs to: "conv2d"; empty for what is nobody's
};

/// What stays from step to step: weights, moving statistics, what an optimiser keeps.
struct State {
  std::string name;  ///< "dense/kernel", "dense/kernel/momentum"
  ValueId before;
  ValueId after;  ///< the same as `before` where nothing changes it
  bool is_trainable = false;
};

/// A number that is the same for all elements and changes from step to step.
struct Scalar {
  std::string name;                                ///< "learning_rate"
  std::function<double(std::int64_t step)> value;  ///< steps are counted from 0
};

struct Graph {
  std::vector<Value> values;
  std::vector<Operation> operations;  ///< each behind those it reads from
  std::vector<ValueId> inputs;        ///< what comes from outside for each step
  std::vector<State> states;
  std::vector<ValueId> outputs;
  std::vector<Scalar> scalars;

  const Value& value(ValueId id) const { return values[static_cast<std::size_t>(id.index)]; }
  const Shape& shape(ValueId id) const { return value(id).shape; }
};

/// Which operation writes each value; -1 for inputs and states.
std::vector<std::int32_t> producers(const Graph& graph);

/// Without operations that neither an output nor a state needs.
void remove_unused(Graph& graph);

/// For people: a line an operation.
std::string to_text(const Graph& graph);

}  // namespace neural::engine
