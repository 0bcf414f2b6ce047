#include "neural/emit/tensorflow/legalise.hpp"

#include "neural/emit/tensorflow/keras_names.hpp"
#include "neural/emit/tensorflow/layers.hpp"
#include "neural/emit/tensorflow/training.hpp"

namespace neural::emit::tensorflow {

std::optional<KerasModel> legalise(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  KerasNames names;
  KerasModel keras = {.name = keras_name(model.name, "network"),
                      .input_name = names.layer(model.inputs.front().name),
                      .device = lower_device(model, diagnostics),
                      .steps = {},
                      .compilation = lower_training(model, diagnostics),
                      .save_statement = lower_save(model, diagnostics)};
  for (const model::Layer& layer : model.layers) lower_layer(layer, names, keras.steps, diagnostics);
  if (diagnostics.error_count() > errors) return std::nullopt;
  return keras;
}

}  // namespace neural::emit::tensorflow
