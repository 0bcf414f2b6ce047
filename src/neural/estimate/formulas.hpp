// The formulas behind work_of, by kinds of layers.
#pragma once

#include "neural/estimate/work.hpp"

namespace neural::estimate {

using Inputs = std::span<const model::Shape* const>;

/// Operations on so many numbers of the activation that is the layer's parameter, which may be None.
Amount activation_flops(const model::Attributes& attributes, model::Parameter parameter, Amount numbers);

Amount product(const std::vector<std::int64_t>& factors);

/// Rounded up.
constexpr std::int64_t ceil_div(std::int64_t size, std::int64_t divisor) {
  return size / divisor + (size % divisor == 0 ? 0 : 1);
}

/// All axes but the last; the last.
Amount rows_of(const model::Shape& shape);
Amount width_of(const model::Shape& shape);

/// A linear map of so many rows, with a bias of its results where there is one.
Amount linear_flops(Amount rows, Amount from, Amount to, bool has_bias);

/// 5 a number, 1 more for the scale, 1 more for the shift.
Amount normalization_flops(Amount numbers, bool scale, bool center);

Work convolution_work(const model::Layer& layer);
Work transposed_work(const model::Layer& layer);
Work depthwise_work(const model::Layer& layer);
Work separable_work(const model::Layer& layer);
Work recurrent_work(const model::Layer& layer);
Work recurrent_convolution_work(const model::Layer& layer);
Work pooling_work(const model::Layer& layer);
Work global_pooling_work(const model::Layer& layer);
Work adaptive_pooling_work(const model::Layer& layer);
Work attention_work(const model::Layer& layer, Inputs inputs);
Work multi_head_attention_work(const model::Layer& layer, Inputs inputs);
Work transformer_work(const model::Layer& layer, Inputs inputs);
Work squeeze_excitation_work(const model::Layer& layer);
Work up_sampling_work(const model::Layer& layer);
Work normalization_work(const model::Layer& layer);
Work lambda_work(const model::Layer& layer);
Work penalty_work(const model::Layer& layer);
Work merge_work(const model::Layer& layer, Inputs inputs);
Work dot_work(const model::Layer& layer, Inputs inputs);
Work residual_work(const model::Layer& layer);
Work bidirectional_work(const model::Layer& layer);
Work time_distributed_work(const model::Layer& layer);

/// So many operations for each number of the result, which is kept.
Work elementwise_work(const model::Layer& layer, Amount flops_each);

}  // namespace neural::estimate
