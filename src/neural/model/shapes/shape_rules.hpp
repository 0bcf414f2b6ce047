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

// Windows over the spatial axes.
std::optional<Shape> convolution_shape(ShapeContext& context);
void complete_convolution(Binding& binding, Reporter& reporter);
std::optional<Shape> pooling_shape(ShapeContext& context);
void complete_pooling(Binding& binding, Reporter& reporter);
std::optional<Shape> global_pooling_shape(ShapeContext& context);
PartialShape global_pooling_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);

std::optional<Shape> flatten_shape(ShapeContext& context);
PartialShape flatten_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);
std::optional<Shape> reshape_shape(ShapeContext& context);
PartialShape reshape_partial_shape(const Attributes& attributes, std::optional<std::size_t> input_rank);

std::optional<Shape> dropout_shape(ShapeContext& context);
std::optional<Shape> batch_normalization_shape(ShapeContext& context);
std::optional<Shape> softmax_shape(ShapeContext& context);
void complete_activation(Binding& binding, Reporter& reporter);

}  // namespace neural::model
