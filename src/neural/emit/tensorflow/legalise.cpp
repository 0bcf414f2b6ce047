#include "neural/emit/tensorflow/legalise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/lowering.hpp"
#include "neural/emit/tensorflow/training.hpp"
#include "neural/model/layer_queries.hpp"
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

/// True if Keras names something in the graph that is no layer: a function, or what a layer does to a mask.
bool has_functions(const Session& session) {
  const auto is_function = [](const Step& step) {
    return step.kind == Step::Kind::kFunction && step.expression.flat() != kTensor;
  };
  const std::vector<Step>& steps = session.keras.steps;
  return session.marks_steps || std::any_of(steps.begin(), steps.end(), is_function);
}

/// A transposed convolution of single points with strides and few filters: its gradient is wrong with oneDNN, without
/// which something else of the network is.
void refuse_spread_points(const model::Layer& layer, std::string_view onednn_for, syntax::DiagnosticList& diagnostics) {
  diagnostics.add(syntax::Code::E701, layer.span,
                  fmt::format("`kernel_size=1` with strides and fewer than 8 filters of `{}` cannot be expressed on "
                              "TensorFlow beside {}",
                              layer_kind_name(layer.kind), onednn_for),
                  "these need oneDNN, with which the gradient of the other is wrong; use a `kernel_size` as large as "
                  "the strides, or 8 filters");
}

struct Lowered {
  std::optional<KerasModel> keras;  ///< none where something cannot be expressed
  bool has_clash = false;           ///< a layer may have the name of a function of the graph
};

Lowered lower(const model::Model& model, const Options& options, KerasNames names,
              syntax::DiagnosticList& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  KerasModel keras;
  keras.name = keras_name(model.name, "network");
  keras.device = lower_device(model, diagnostics);
  lower_training(model, keras, diagnostics);
  keras.save_statement = lower_save(model, diagnostics);

  const CustomImports imports(options.custom, model);
  keras.imports = imports.lines();
  Session session(keras, options, imports, std::move(names), diagnostics);
  session.marks_steps = std::any_of(model.layers.begin(), model.layers.end(), model::marks_steps);
  std::vector<std::string> variables;
  for (const model::Input& input : model.inputs) {
    const bool is_only = model.inputs.size() == 1;
    variables.push_back(is_only ? std::string(kFirstTensor) : session.variable(input.name, "input"));
    keras.inputs.push_back({variables.back(), session.names.layer(input.name), input.name, input.is_integer});
  }
  session.last = &model.layers.back();
  std::vector<const model::Shape*> shapes;
  for (const model::Input& input : model.inputs) shapes.push_back(&input.shape);
  lower_graph(session, model.layers, std::move(variables), std::move(shapes), kLastTensor);
  if (session.spread_points != nullptr && !keras.onednn_for.empty()) {
    refuse_spread_points(*session.spread_points, keras.onednn_for, diagnostics);
  }
  keras.modules.merge(modules_of(keras.helpers));
  if (diagnostics.error_count() > errors) return {};
  const bool has_clash = session.names.has_name_of_function() && has_functions(session);
  collect_weights(keras, model);
  return {std::move(keras), has_clash};
}

}  // namespace

std::optional<KerasModel> legalise(const model::Model& model, const Options& options,
                                   syntax::DiagnosticList& diagnostics) {
  Lowered lowered = lower(model, options, KerasNames(), diagnostics);
  if (lowered.has_clash) lowered = lower(model, options, KerasNames(true), diagnostics);
  return std::move(lowered.keras);
}

}  // namespace neural::emit::tensorflow
