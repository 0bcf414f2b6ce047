// Layers of classes that a user names, and the text of a Lambda that a user lets through.
#include <fmt/format.h>

#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/custom_layers.hpp"
#include "neural/emit/text/lambda_text.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/python_lambda.hpp"

namespace neural::emit::pytorch {
namespace {

/// What comes from elsewhere is checked: a shape that differs would be found late, or nowhere.
void apply_checked(ModuleBuilder& builder, const model::Layer& layer, Expression value) {
  if (!builder.options().validate) return builder.apply(std::move(value));
  require(builder.program(), expect_shape_function("torch.Tensor"));
  builder.apply(with_expected_shape(value, layer));
}

/// A function of the program, whose body is the text; its name.
std::string add_function(ModuleBuilder& builder, const model::Layer& layer, const PythonLambda& lambda) {
  std::string name = builder.function_name("apply_" + layer.name);
  builder.program().functions.push_back(fmt::format("def {}({}: torch.Tensor) -> torch.Tensor:\n    return {}\n", name,
                                                    lambda.variable, lambda.expression));
  return name;
}

}  // namespace

void lower_custom(ModuleBuilder& builder, const model::Layer& layer) {
  builder.to_declared_order();
  LegalProgram& program = builder.program();
  const std::string module =
      builder.add(layer, Expression::call(*builder.imports().name_of(layer), custom_arguments(layer)));
  if (!layer.attributes.boolean(model::Parameter::trainable)) program.frozen.push_back(module);
  program.custom_layers.emplace_back(layer.name, module);
  apply_checked(builder, layer, Expression::call("self." + module, {builder.x()}));
}

void lower_lambda(ModuleBuilder& builder, const model::Layer& layer) {
  const std::string& text = layer.attributes.word(model::Parameter::function);
  const auto expression = lambda_expression(text, builder.x(), Functions::kTorch);
  if (expression) return builder.apply(expression->text);
  const auto lambda = python_lambda_of(text, builder.options().allow_python_lambda, "PyTorch");
  if (!lambda) {
    builder.diagnostics().add(syntax::Code::E705, layer.span, lambda.error().message, lambda.error().help);
    return;
  }
  builder.to_declared_order();
  apply_checked(builder, layer, Expression::call(add_function(builder, layer, *lambda), {builder.x()}));
}

}  // namespace neural::emit::pytorch
