// The shape rules of the catalogue's rows: output shape and parameter tensors. The rank a row demands is already
// checked when its rule runs.
#pragma once

#include "neural/model/catalogue/catalogue.hpp"

namespace neural::model {

/// Output = input, no tensors.
std::optional<Shape> same_shape(ShapeContext& context);

// Dense, Output: on the last axis.
std::optional<Shape> dense_shape(ShapeContext& context);
PartialShape dense_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
std::optional<Shape> embedding_shape(ShapeContext& context);

// Windows over the spatial axes.
std::optional<Shape> convolution_shape(ShapeContext& context);
std::optional<Shape> transposed_shape(ShapeContext& context);
std::optional<Shape> depthwise_shape(ShapeContext& context);
std::optional<Shape> separable_shape(ShapeContext& context);
void complete_convolution(Binding& binding, Reporter& reporter);
void complete_transposed(Binding& binding, Reporter& reporter);
void complete_depthwise(Binding& binding, Reporter& reporter);
void complete_separable(Binding& binding, Reporter& reporter);
std::optional<Shape> pooling_shape(ShapeContext& context);
void complete_pooling(Binding& binding, Reporter& reporter);
std::optional<Shape> global_pooling_shape(ShapeContext& context);
PartialShape global_pooling_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
std::optional<Shape> adaptive_pooling_shape(ShapeContext& context);

// Sizes of the spatial axes.
std::optional<Shape> up_sampling_shape(ShapeContext& context);
std::optional<Shape> zero_padding_shape(ShapeContext& context);
std::optional<Shape> cropping_shape(ShapeContext& context);

std::optional<Shape> flatten_shape(ShapeContext& context);
PartialShape flatten_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
std::optional<Shape> reshape_shape(ShapeContext& context);
PartialShape reshape_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
std::optional<Shape> permute_shape(ShapeContext& context);
PartialShape permute_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
std::optional<Shape> repeat_vector_shape(ShapeContext& context);
PartialShape repeat_vector_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);

// Layers that keep the shape.
std::optional<Shape> dropout_shape(ShapeContext& context);
std::optional<Shape> softmax_shape(ShapeContext& context);
std::optional<Shape> prelu_shape(ShapeContext& context);
void complete_activation(Binding& binding, Reporter& reporter);
std::optional<Shape> lambda_shape(ShapeContext& context);
void complete_lambda(Binding& binding, Reporter& reporter);

std::optional<Shape> batch_normalization_shape(ShapeContext& context);
std::optional<Shape> layer_normalization_shape(ShapeContext& context);
std::optional<Shape> group_normalization_shape(ShapeContext& context);  ///< InstanceNormalization, too
std::optional<Shape> rms_normalization_shape(ShapeContext& context);
std::optional<Shape> unit_normalization_shape(ShapeContext& context);

// Sequences.
std::optional<Shape> recurrent_shape(ShapeContext& context);
PartialShape recurrent_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
void complete_recurrent(Binding& binding, Reporter& reporter);
void complete_recurrent_convolution(Binding& binding, Reporter& reporter);
std::optional<Shape> recurrent_convolution_shape(ShapeContext& context);
std::optional<Shape> attention_shape(ShapeContext& context);  ///< Attention and AdditiveAttention
std::optional<Shape> multi_head_attention_shape(ShapeContext& context);
std::optional<Shape> transformer_shape(ShapeContext& context);  ///< encoder and decoder
std::optional<Shape> squeeze_excitation_shape(ShapeContext& context);

// Merges.
std::optional<Shape> elementwise_merge_shape(ShapeContext& context);
std::optional<Shape> concatenate_shape(ShapeContext& context);
std::optional<Shape> dot_shape(ShapeContext& context);

// Layers without built-in meaning.
std::optional<Shape> custom_shape(ShapeContext& context);
PartialShape custom_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
std::optional<Shape> opaque_shape(ShapeContext& context);

}  // namespace neural::model
