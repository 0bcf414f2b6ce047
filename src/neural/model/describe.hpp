// A Model for people and for programs: the layer table of `neural inspect`.
#pragma once

#include <string>

#include "neural/base/json.hpp"
#include "neural/model/model.hpp"

namespace neural::model {

/// {network, input_shape, layers: [{name, type, output_shape, parameters, trainable_parameters,
///  tensors: [{name, shape, trainable}], line}], total_parameters, trainable_parameters}; a dynamic dimension is null.
/// The tensors are a layer's own, in the order Keras creates them. What is inside is under `wrapped`, a layer, and
/// `body`, layers.
Json describe_json(const Model& model);

/// The same as a text table, one line a layer.
std::string describe_table(const Model& model);

/// {name, …parameters}, with every parameter written out: "sparse_categorical_crossentropy", "Adam".
Json loss_json(const Loss& loss);
Json optimizer_json(const Optimizer& optimizer);

}  // namespace neural::model
