#include "neural/emit/tensorflow/tensorflow.hpp"

#include <fmt/format.h>

#include "neural/emit/tensorflow/legalise.hpp"
#include "neural/emit/tensorflow/program_parts.hpp"
#include "neural/emit/text/custom_layers.hpp"
#include "neural/emit/text/program.hpp"
#include "neural/emit/text/scope.hpp"
#include "neural/model/deterministic.hpp"

namespace neural::emit {
std::optional<std::string> emit_tensorflow(const model::Model& model, const Options& options,
                                           syntax::DiagnosticList& diagnostics) {
  if (!is_in_scope(model, options, "TensorFlow", diagnostics)) return std::nullopt;
  const std::optional<tensorflow::KerasModel> keras = tensorflow::legalise(model, options, diagnostics);
  if (!keras) return std::nullopt;

  const Program program = describe(model, options, "tensorflow", "TensorFlow");
  PythonWriter writer;
  std::vector<std::string> notes;
  if (averages_weights(model)) {
    notes.emplace_back("At the end of `fit` the weights become their moving average, as in Keras.");
  }
  if (!keras->custom_layers.empty()) notes.emplace_back(kUncountedNote);
  write_docstring(writer, program, notes);
  tensorflow::write_tensorflow_imports(writer, program, *keras);
  writer.blank();
  write_constants(writer, program);
  if (tensorflow::loops_in_graph(program)) {
    writer.line(fmt::format("PART_ROWS = {}  # what TensorFlow is given at a time, about 8 MiB",
                            tensorflow::rows_per_part(model.inputs)));
  }
  if (options.changes.threads > 0) {
    writer.line(fmt::format("tf.config.threading.set_intra_op_parallelism_threads({})", options.changes.threads));
  }
  tensorflow::write_helpers(writer, keras->helpers, optimizer_name(model.optimizer.kind));
  tensorflow::write_functions(writer, keras->functions);
  tensorflow::write_create_model(writer, program, *keras);
  tensorflow::write_trainer(writer, program, *keras);
  tensorflow::write_inference(writer, program, *keras);
  tensorflow::write_weights(writer, *keras);
  write_data_functions(writer, program);
  write_main(writer, program,
             {.seed = "keras.utils.set_random_seed(args.seed)",
              .seeds = "2**32",
              .save = keras->save_statement,
              .refusal = {}});
  return writer.take();
}

std::vector<std::string> changes_of_tensorflow(const model::Model& model) {
  std::vector<std::string> changes;
  // XLA draws other random numbers, which is more than rounding.
  const bool is_the_same = !model::is_random(model) && !model.training.mixed_precision;
  if (is_the_same && model.trainable_count() > 0) changes.emplace_back("xla");
  changes.emplace_back("threads");
  return changes;
}

}  // namespace neural::emit
