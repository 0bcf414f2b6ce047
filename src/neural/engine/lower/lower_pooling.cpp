// Pooling over windows, over everything, and adaptive, along one to three axes.
#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"
#include "neural/engine/lower/windows.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;
using Intervals = std::vector<std::vector<Interval>>;

bool is_average(const model::Layer& layer) {
  return layer_kind_name(layer.kind).find("Average") != std::string_view::npos;
}

bool is_global(LayerKind kind) {
  return layer_kind_name(kind).starts_with("Global");
}

/// What of each window lies inside; padding counts for nothing.
Intervals intervals_of(const model::Layer& layer, const std::vector<model::Window>& windows) {
  const auto paddings = model::padding_of(layer, windows);
  NEURAL_CHECK(paddings, "sizes are known by now");
  Intervals result;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const model::Window& window = windows[i];
    const std::int64_t size = *window.input;
    const auto [before, after] = (*paddings)[i];
    std::vector<Interval> intervals;
    for (std::int64_t begin = -before; begin + window.size <= size + after; begin += window.stride) {
      const Interval interval = {std::max<std::int64_t>(begin, 0), std::min(begin + window.size, size)};
      NEURAL_CHECK(interval.begin < interval.end, "a window in the padding is refused before");
      intervals.push_back(interval);
    }
    result.push_back(std::move(intervals));
  }
  return result;
}

/// ⌊i · n / m⌋ up to ⌈(i + 1) · n / m⌉: the i-th of m windows over n elements.
Intervals adaptive(const Shape& x, const std::vector<std::int64_t>& sizes) {
  Intervals result;
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
    const std::int64_t input = x[axis + 1];
    const std::int64_t output = sizes[axis];
    std::vector<Interval> intervals;
    for (std::int64_t i = 0; i < output; ++i) {
      intervals.push_back({i * input / output, ((i + 1) * input + output - 1) / output});
    }
    result.push_back(std::move(intervals));
  }
  return result;
}

Flow pool_globally(Lowering& lowering, const model::Layer& layer, const Flow& input) {
  Builder& builder = lowering.builder();
  ValueId x = channels_last(lowering, layer, input.value);
  std::vector<int> axes;
  for (int axis = 1; axis < builder.rank(x) - 1; ++axis) axes.push_back(axis);
  ValueId y;
  if (input.is_masked() && layer.kind == LayerKind::GlobalAveragePooling1D) {
    // The mean of the steps that count; where none does, 0 / 0 as in Keras.
    const ValueId counts = spread_mask(builder, input.mask, x);
    y = builder.divide(builder.sum(builder.multiply(x, counts), axes), builder.sum(counts, axes));
  } else if (is_average(layer)) {
    y = builder.mean(x, axes);
  } else {
    y = builder.reduce(x, Reduce::Kind::kMaximum, axes);
  }
  if (layer.attributes.boolean(Parameter::keepdims)) return {as_declared(lowering, layer, y)};
  const Shape shape = builder.shape(y);
  return {builder.reshape(y, {shape.front(), shape.back()})};
}

}  // namespace

Flow lower_pooling(Lowering& lowering, const model::Layer& layer, Flow input) {
  if (is_global(layer.kind)) return pool_globally(lowering, layer, input);
  Builder& builder = lowering.builder();
  const ValueId x = channels_last(lowering, layer, input.value);
  const Intervals intervals = layer.attributes.has(Parameter::output_size)
                                  ? adaptive(builder.shape(x), layer.attributes.integers(Parameter::output_size))
                                  : intervals_of(layer, windows_over(lowering, layer, x, Parameter::pool_size));
  const ValueId y = is_average(layer) ? builder.average_pool(x, intervals) : builder.max_pool(x, intervals).first;
  return {as_declared(lowering, layer, y)};
}

}  // namespace neural::engine
