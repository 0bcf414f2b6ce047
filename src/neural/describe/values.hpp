// Values of the Model as JSON: attributes with every default written out, shapes, what has a name and parameters.
#pragma once

#include <string>

#include "neural/base/json.hpp"
#include "neural/model/model.hpp"

namespace neural::describe {

/// [28, 28, 1]; an unknown size is null.
Json shape_json(const model::Shape& shape);

/// {units: 64, activation: "relu", kernel_initializer: {name: "glorot_uniform"}, …}, in the order of the catalogue.
Json attributes_json(const model::Attributes& attributes);

Json any_json(const model::AnyValue& value);

/// {name, …parameters}: "sparse_categorical_crossentropy", "Adam", "accuracy", "he_normal".
Json loss_json(const model::Loss& loss);
Json optimizer_json(const model::Optimizer& optimizer);
Json metric_json(const model::Metric& metric);
Json initializer_json(const model::Initializer& initializer);

/// The value of an attribute in one line, as a person writes it: `relu`, `(3, 3)`, `l2(l2=0.01)`, `None`.
std::string value_text(const model::Attribute& attribute);

}  // namespace neural::describe
