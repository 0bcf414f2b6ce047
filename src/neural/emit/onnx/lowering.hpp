// Layers of the Model -> operators of ONNX, as they are at inference: dropout, noise and penalties do nothing.
#pragma once

#include <optional>
#include <vector>

#include "neural/emit/onnx/graph_builder.hpp"

namespace neural::emit::onnx {

/// The layers of a graph in their order; the value of the last one. `taken` leaves out the activation of the last
/// layer, which the loss has taken over.
Value lower_graph(GraphBuilder& builder, const std::vector<model::Layer>& layers, std::vector<Value> inputs);

/// One layer of one input.
Value lower_layer(GraphBuilder& builder, const model::Layer& layer, Value input);

// Each appends what the layer is and gives its result. What ONNX cannot express is an E701, and the result is of no
// use.
Value lower_dense(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_embedding(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_flatten(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_reshape(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_permute(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_repeat(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_masking(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_activation_layer(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_lambda(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_convolution(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_transposed_convolution(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_depthwise_convolution(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_separable_convolution(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_pooling(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_global_pooling(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_adaptive_pooling(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_sizes(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_batch_normalization(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_normalization(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_recurrent(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_recurrent_convolution(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_attention(GraphBuilder& builder, const model::Layer& layer, const std::vector<Value>& inputs);
Value lower_squeeze_excitation(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_merge(GraphBuilder& builder, const model::Layer& layer, std::vector<Value> inputs);
Value lower_residual(GraphBuilder& builder, const model::Layer& layer, Value input);
Value lower_time_distributed(GraphBuilder& builder, const model::Layer& layer, Value input);

/// The activation of a tensor, along `axis` if it is a softmax. `alpha` is the slope of leaky_relu (0.2), the factor of
/// elu and celu (1).
std::string activate(GraphBuilder& builder, model::Activation activation, const std::string& x, std::int64_t axis = -1,
                     std::optional<double> alpha = {});

/// `x @ weight + bias` along the last axis of `rank` + 1.
std::string linear(GraphBuilder& builder, const std::string& x, std::size_t rank, const std::string& kernel,
                   const std::string& bias);

/// Normalises the last axes of the tensor as LayerNormalization does, with weights of the layer by these names ("" for
/// none).
std::string normalised(GraphBuilder& builder, const std::string& x, Integers axes, double epsilon);

/// The dimension, as the value lies, of an axis of one sample's batch (0 is the batch); never negative.
std::int64_t dimension(const Value& value, std::int64_t axis);

/// The sum of values of the same shape.
Value add_values(GraphBuilder& builder, const Value& a, const Value& b);

}  // namespace neural::emit::onnx
