#include "neural/emit/tensorflow/tensorflow.hpp"

#include <fmt/format.h>

#include "neural/emit/tensorflow/legalise.hpp"
#include "neural/emit/tensorflow/program_parts.hpp"
#include "neural/emit/text/program.hpp"
#include "neural/emit/text/scope.hpp"

namespace neural::emit {
namespace {

using model::LayerKind;
using model::LossKind;
using model::MetricKind;
using model::OptimizerKind;

bool knows_layer(LayerKind kind) {
  switch (kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
    case LayerKind::Conv2D:
    case LayerKind::MaxPooling2D:
    case LayerKind::AveragePooling2D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::Flatten:
    case LayerKind::Reshape:
    case LayerKind::Dropout:
    case LayerKind::BatchNormalization:
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::Softmax:
      return true;
    default:
      return false;
  }
}

bool knows_optimizer(OptimizerKind kind) {
  return kind == OptimizerKind::SGD || kind == OptimizerKind::Adam || kind == OptimizerKind::AdamW ||
         kind == OptimizerKind::RMSprop;
}

bool knows_loss(LossKind kind) {
  return kind == LossKind::categorical_crossentropy || kind == LossKind::sparse_categorical_crossentropy ||
         kind == LossKind::binary_crossentropy || kind == LossKind::mean_squared_error;
}

bool knows_metric(const model::Metric& metric) {
  const auto* kind = std::get_if<MetricKind>(&metric.kind);
  return kind != nullptr && (*kind == MetricKind::binary_accuracy || *kind == MetricKind::categorical_accuracy ||
                             *kind == MetricKind::sparse_categorical_accuracy);
}

constexpr Scope kScope = {.title = "TensorFlow",
                          .knows_layer = knows_layer,
                          .knows_optimizer = knows_optimizer,
                          .knows_loss = knows_loss,
                          .knows_metric = knows_metric};

}  // namespace

std::optional<std::string> emit_tensorflow(const model::Model& model, const Options& options,
                                           syntax::DiagnosticList& diagnostics) {
  if (!is_in_scope(model, kScope, diagnostics)) return std::nullopt;
  const std::optional<tensorflow::KerasModel> keras = tensorflow::legalise(model, diagnostics);
  if (!keras) return std::nullopt;

  const Program program = describe(model, options, "tensorflow", "TensorFlow");
  PythonWriter writer;
  std::vector<std::string> notes;
  if (model.optimizer.parameters.boolean(model::Parameter::use_ema)) {
    notes.emplace_back("At the end of each `fit` the weights become their moving average, as in Keras.");
  }
  write_docstring(writer, program, notes);
  tensorflow::write_tensorflow_imports(writer, program, *keras);
  writer.blank();
  write_constants(writer, program);
  if (tensorflow::loops_in_graph(program)) {
    writer.line(fmt::format("PART_ROWS = {}  # what TensorFlow is given at a time, about 8 MiB",
                            tensorflow::rows_per_part(model.inputs.front().shape)));
  }
  tensorflow::write_create_model(writer, program, *keras);
  tensorflow::write_trainer(writer, program);
  tensorflow::write_inference(writer, program);
  write_data_functions(writer, program);
  write_main(writer, program, {.seed = "keras.utils.set_random_seed(args.seed)", .save = keras->save_statement});
  return writer.take();
}

}  // namespace neural::emit
