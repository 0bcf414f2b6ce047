// Dense, Output, Embedding.
#include "neural/base/check.hpp"
#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {

using model::Parameter;

void lower_dense(ModuleBuilder& builder, const model::Layer& layer, model::Activation activation) {
  builder.to_declared_order();
  NEURAL_CHECK(layer.input.back().has_value(), "a dense layer needs a known width");
  const std::string module = builder.add(
      layer, Expression::call("nn.Linear", {std::to_string(*layer.input.back()),
                                            std::to_string(layer.attributes.integer(Parameter::units)),
                                            {"bias", python_bool(layer.attributes.boolean(Parameter::use_bias))}}));
  const auto layout = builder.take_layout(module);
  std::vector<TensorInitialisation> tensors;
  for (const model::Tensor& tensor : layer.tensors()) {
    if (tensor.name == "bias") {
      tensors.push_back(initialise(tensor, "bias"));
      builder.place(layer, tensor, module, "bias");
      continue;
    }
    tensors.push_back(initialise(tensor, "weight"));
    if (layout) {
      builder.place(layer, tensor, module, "weight", {3, 2, 0, 1},
                    {layout->height, layout->width, layout->channels, tensor.shape.back()});
    } else {
      builder.place(layer, tensor, module, "weight", {1, 0});
    }
  }
  builder.initialise(module, std::move(tensors));
  builder.apply(activate(activation, Expression::call("self." + module, {builder.x()}), -1));
}

void lower_embedding(ModuleBuilder& builder, const model::Layer& layer) {
  builder.to_declared_order();
  const bool marks = layer.attributes.boolean(Parameter::mask_zero);
  const auto mask =
      marks ? std::optional(builder.assign_mask(builder.x() + " != 0", layer.input.size())) : std::nullopt;
  const std::string module = builder.add(
      layer, Expression::call("nn.Embedding", {std::to_string(layer.attributes.integer(Parameter::input_dim)),
                                               std::to_string(layer.attributes.integer(Parameter::output_dim))}));
  builder.place(layer, layer.tensors().front(), module, "weight");
  builder.initialise(module, {initialise(layer.tensors().front(), "weight", Fans::kOfKeras)});
  builder.call(module);
  builder.set_mask(mask);
}

}  // namespace neural::emit::pytorch
