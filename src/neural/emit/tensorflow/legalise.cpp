#include "neural/emit/tensorflow/legalise.hpp"

#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/tensorflow/training.hpp"
#include "neural/emit/text/layer_queries.hpp"
#include "neural/weights/weights.hpp"

namespace neural::emit::tensorflow {
namespace {

void collect_weights(KerasModel& keras, const model::Model& model) {
  std::size_t count = 0;
  for (Step& step : keras.steps) {
    for (LayerWeights& weights : step.weights) {
      count += weights.names.size();
      keras.weights.push_back(std::move(weights));
    }
  }
  NEURAL_CHECK(count == weights::tensors_of(model).size(), "a tensor that is in no layer of Keras");
}

}  // namespace

std::optional<KerasModel> legalise(const model::Model& model, const Options& options,
                                   syntax::DiagnosticList& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  KerasModel keras;
  keras.name = keras_name(model.name, "network");
  keras.device = lower_device(model, diagnostics);
  lower_training(model, keras, diagnostics);
  keras.save_statement = lower_save(model, diagnostics);

  const CustomImports imports(options.custom, model);
  keras.imports = imports.lines();
  Session session(keras, options, imports, diagnostics);
  session.marks_steps = std::any_of(model.layers.begin(), model.layers.end(), marks_steps);
  std::vector<std::string> variables;
  for (const model::Input& input : model.inputs) {
    const bool is_only = model.inputs.size() == 1;
    variables.push_back(is_only ? std::string(kFirstTensor) : session.variable(input.name, "input"));
    keras.inputs.push_back({variables.back(), session.names.layer(input.name), input.name, input.is_integer});
  }
  session.last = &model.layers.back();
  lower_graph(session, model.layers, std::move(variables), kLastTensor);
  keras.modules.merge(modules_of(keras.helpers));
  if (diagnostics.error_count() > errors) return std::nullopt;
  collect_weights(keras, model);
  return keras;
}

}  // namespace neural::emit::tensorflow
