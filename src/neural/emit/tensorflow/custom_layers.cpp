// Layers of classes that a user names, and the text of a Lambda that a user lets through.
#include <fmt/format.h>

#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/text/custom_layers.hpp"
#include "neural/emit/text/lambda_text.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/python_lambda.hpp"

namespace neural::emit::tensorflow {

/// What comes from elsewhere is checked: a shape that differs would be found late, or nowhere.
void Lowering::expect_shape() {
  if (!session_.options.validate) return;
  session_.keras.helpers.insert(Helper::kExpectShape);
  add_step(Step::Kind::kFunction, with_expected_shape(tensor_, layer_), {});
}

void Lowering::custom() {
  add_layer(*session_.imports.name_of(layer_), custom_arguments(layer_));
  const std::string& keras_layer = last_layer_;
  session_.keras.custom_layers.emplace_back(keras_layer, path_.substr(0, path_.size() - 1));
  if (!is_trainable()) session_.keras.frozen.push_back(keras_layer);
  expect_shape();
}

void Lowering::lambda() {
  const std::string& text = attributes_.word(model::Parameter::function);
  if (const auto expression = lambda_expression(text, tensor_, Functions::kKeras)) {
    if (expression->uses_functions) session_.keras.modules.insert(Module::kOps);
    add_step(Step::Kind::kFunction, expression->text, {});
    return;
  }
  const auto lambda = python_lambda_of(text, session_.options.allow_python_lambda, "TensorFlow");
  if (!lambda) {
    session_.diagnostics.add(syntax::Code::E705, layer_.span, lambda.error().message, lambda.error().help);
    return;
  }
  const std::string function = session_.functions.variable("apply_" + layer_.name, "apply");
  session_.keras.functions.push_back(fmt::format("def {}({}: tf.Tensor) -> tf.Tensor:\n    return {}\n", function,
                                                 lambda->variable, lambda->expression));
  add_layer("layers.Lambda", {function});
  expect_shape();
}

}  // namespace neural::emit::tensorflow
