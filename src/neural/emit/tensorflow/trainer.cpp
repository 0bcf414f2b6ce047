#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "neural/base/check.hpp"
#include "neural/emit/tensorflow/program_parts.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

using model::LossKind;

constexpr std::int64_t kPartBytes = 8 << 20;
constexpr std::int64_t kFloatBytes = 4;
constexpr std::int64_t kIdBytes = 8;
constexpr std::int64_t kAssumedSize = 128;  // of a dynamic axis

std::string_view loss_words(LossKind kind) {
  switch (kind) {
    case LossKind::categorical_crossentropy:
    case LossKind::sparse_categorical_crossentropy:
      return "cross-entropy";
    case LossKind::binary_crossentropy:
      return "binary cross-entropy";
    case LossKind::categorical_focal_crossentropy:
      return "focal cross-entropy";
    case LossKind::binary_focal_crossentropy:
      return "binary focal cross-entropy";
    case LossKind::mean_squared_error:
      return "squared error";
    case LossKind::mean_absolute_error:
      return "absolute error";
    case LossKind::mean_absolute_percentage_error:
      return "absolute percentage error";
    case LossKind::mean_squared_logarithmic_error:
      return "squared logarithmic error";
    case LossKind::root_mean_squared_error:
      return "root of the squared error";
    case LossKind::huber:
      return "Huber loss";
    case LossKind::log_cosh:
      return "logarithm of the hyperbolic cosine";
    case LossKind::hinge:
      return "hinge loss";
    case LossKind::squared_hinge:
      return "squared hinge loss";
    case LossKind::categorical_hinge:
      return "categorical hinge loss";
    case LossKind::kl_divergence:
      return "Kullback-Leibler divergence";
    case LossKind::poisson:
      return "Poisson loss";
    case LossKind::cosine_similarity:
      return "negative cosine similarity";
  }
  NEURAL_CHECK(false, "a loss outside the table");
}

/// "Adam on the mean cross-entropy".
std::string method_words(const model::Model& model) {
  const bool sums = model.loss.parameters.word(model::Parameter::reduction) == "sum";
  return fmt::format("{} on the {} {}", optimizer_name(model.optimizer.kind), sums ? "summed" : "mean",
                     loss_words(model.loss.kind));
}

/// A function's head on one line if it fits behind `indent` blanks, else with its parameters on a line of their own.
void write_signature(PythonWriter& writer, const std::string& open, const std::string& parameters,
                     const std::string& close, std::size_t indent) {
  if (indent + open.size() + parameters.size() + close.size() <= kLineLength) {
    return writer.line(open + parameters + close);
  }
  writer.line(open);
  writer.line("    " + parameters);
  writer.line(close);
}

/// Keras overwrites the weights at the end of each `fit`; the averages themselves live on in the optimiser.
void write_keep_weights(PythonWriter& writer) {
  writer.block(R"(


class KeepWeights(keras.callbacks.Callback):
    """Keeps the weights of the last step, which `fit` of Keras replaces by their averages when it ends."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.weights = self.model.get_weights()
)");
}

void write_use_averages(PythonWriter& writer) {
  writer.block(R"(

def use_averages(self) -> None:
    """Let the weights become their averages."""
    self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
)");
}

void write_keras_trainer(PythonWriter& writer, const Program& program) {
  const bool averages = averages_weights(program.model);
  if (averages) write_keep_weights(writer);
  writer.block(R"(


class Trainer:
    """${method}, by fit of Keras; state lasts from `fit` to `fit`."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model

)",
               {{"method", method_words(program.model)}});
  const auto indentation = writer.indent();
  write_fit_head(writer, program);
  if (averages) {
    writer.block(R"(
    keep = KeepWeights()
    history = self.model.fit(
        x, y, batch_size=batch_size, epochs=epochs, shuffle=shuffle, verbose=0, callbacks=[keep]
    )
    if not finish:
        self.model.set_weights(keep.weights)
)");
  } else {
    writer.line("    history = self.model.fit(x, y, batch_size=batch_size, epochs=epochs, shuffle=shuffle, verbose=0)");
  }
  writer.line("    return history.history[\"loss\"]");
  if (averages) write_use_averages(writer);
}

/// A function of its own, for XLA needs to know the size of a batch, which in the loop only each step does.
void write_compiled_step(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  const Words& words = program.words;
  writer.block(R"(

@tf.function(jit_compile=True)
def train_step(self, ${inputs}: ${type}, ${targets}: tf.Tensor) -> tf.Tensor:
    """One step, compiled by XLA for each size of a batch that it sees; the loss."""
    variables = self.model.trainable_variables
    with tf.GradientTape() as tape:
        loss = self.loss(${targets}, self.model(${inputs}, training=True))${penalties}
    self.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss
)",
               {{"inputs", words.inputs},
                {"targets", words.targets},
                {"type", has_several_inputs(program.model) ? "dict[str, tf.Tensor]" : "tf.Tensor"},
                {"penalties", keras.has_penalties ? " + sum(self.model.losses)" : ""}});
}

void write_graph_step(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  const bool classes = program.model.targets == model::TargetKind::kClasses;
  const bool several = has_several_inputs(program.model);
  writer.block(
      R"(

@tf.function(
    input_signature=[
        ${input_spec},
        tf.TensorSpec(${target_shape}, tf.${target_type}),
        tf.TensorSpec((), tf.int32),
    ]
)
def train_part(self, x: ${type}, y: tf.Tensor, batch_size: tf.Tensor) -> tf.Tensor:
    """One step for each `batch_size` rows, the last one for those left over; the sum of the rows' losses."""
    ${variables}total = tf.zeros(())
    for start in tf.range(0, tf.shape(${counted})[0], batch_size):
)",
      {{"input_spec",
        several ? "{name: tf.TensorSpec((None, *shape), INPUT_TYPES[name]) for name, shape in INPUT_SHAPES.items()}"
                : "tf.TensorSpec((None, *INPUT_SHAPE), tf." + program.words.input_type + ")"},
       {"target_type", classes ? "int64" : "float32"},
       {"target_shape", target_shape(program.model).empty() ? "(None,)" : "(None, *TARGET_SHAPE)"},
       {"type", several ? "dict[str, tf.Tensor]" : "tf.Tensor"},
       {"variables", program.options.changes.xla ? "" : "variables = self.model.trainable_variables\n        "},
       {"counted", several ? "y" : "x"}});
  writer.block(several ? R"(
        inputs = {name: tensor[start : start + batch_size] for name, tensor in x.items()}
        ${targets} = y[start : start + batch_size]
)"
                       : R"(
        ${inputs}, ${targets} = x[start : start + batch_size], y[start : start + batch_size]
)",
               {{"inputs", program.words.inputs}, {"targets", program.words.targets}});
  if (program.options.changes.xla) {
    writer.block(R"(
        total += self.train_step(${inputs}, ${targets}) * tf.cast(tf.shape(${counted})[0], tf.float32)
    return total
)",
                 {{"inputs", program.words.inputs},
                  {"targets", program.words.targets},
                  {"counted", several ? program.words.targets : program.words.inputs}});
    return write_compiled_step(writer, program, keras);
  }
  writer.block(R"(
        with tf.GradientTape() as tape:
            loss = self.loss(${targets}, self.model(${inputs}, training=True))${penalties}${scaling}
        self.optimizer.apply(tape.gradient(${goal}, variables), variables)
        total += loss * tf.cast(tf.shape(${counted})[0], tf.float32)
    return total
)",
               {{"inputs", program.words.inputs},
                {"targets", program.words.targets},
                {"scaling", keras.is_mixed ? "\n                scaled = self.optimizer.scale_loss(loss)" : ""},
                {"goal", keras.is_mixed ? "scaled" : "loss"},
                {"penalties", keras.has_penalties ? " + sum(self.model.losses)" : ""},
                {"counted", several ? program.words.targets : program.words.inputs}});
}

void write_graph_trainer(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  writer.block(R"(


class Trainer:
    """${method}, by a loop in the graph; state lasts from `fit` to `fit`.

    Rows go to TensorFlow in parts of many batches: Python is left once a part, and the data is never there twice.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.loss = model.loss
        self.optimizer = model.optimizer
        self.optimizer.build(model.trainable_variables)

)",
               {{"method", method_words(program.model)}});
  const auto indentation = writer.indent();
  const bool several = has_several_inputs(program.model);
  write_fit_head(writer, program);
  writer.block(R"(
    part = max(batch_size, PART_ROWS - PART_ROWS % batch_size)
    history = []
    for _ in range(epochs):
        order = np.random.permutation(len(${counted})) if shuffle else np.arange(len(${counted}))
        total = 0.0
        for start in range(0, len(${counted}), part):
            rows = order[start : start + part]
            total += float(self.train_part(${rows}, y[rows], batch_size))
        history.append(total / len(${counted}))
)",
               {{"counted", several ? "y" : "x"},
                {"rows", several ? "{name: array[rows] for name, array in x.items()}" : "x[rows]"}});
  const bool averages = averages_weights(program.model);
  if (averages) {
    writer.block(R"(
    if history and finish:
        self.use_averages()
)");
  }
  writer.line("    return history");
  if (averages) write_use_averages(writer);
  write_graph_step(writer, program, keras);
}

}  // namespace

bool loops_in_graph(const Program& program) {
  return program.options.level != Level::kO0 && program.model.trainable_count() > 0;
}

std::int64_t rows_per_part(std::span<const model::Input> inputs) {
  std::int64_t bytes = 0;
  for (const model::Input& input : inputs) {
    std::int64_t of_input = input.is_integer ? kIdBytes : kFloatBytes;
    for (const model::Dimension& size : input.shape) {
      of_input = std::min(kPartBytes, of_input * size.value_or(kAssumedSize));
    }
    bytes = std::min(kPartBytes, bytes + of_input);
  }
  return kPartBytes / bytes;
}

void write_trainer(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  if (loops_in_graph(program)) {
    write_graph_trainer(writer, program, keras);
  } else {
    write_keras_trainer(writer, program);
  }
  writer.block(R"(


def create_trainer(model: keras.Model) -> Trainer:
    return Trainer(model)
)");
}

void write_inference(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  const Words& words = program.words;
  const std::vector<std::string>& metrics = keras.compilation.metric_names;
  std::vector<Argument> names = {"\"loss\""};
  for (const std::string& metric : metrics) names.emplace_back(python_string(metric));
  const bool is_accuracy = metrics.size() == 1 && metrics.front() == "accuracy";
  const std::string_view also = metrics.empty() ? "" : is_accuracy ? " and accuracy" : " and metrics";
  writer.block(R"(


def predict(model: keras.Model, x: ${type}, *, batch_size: int = 256) -> np.ndarray:
    """${Outputs} ${output_shape} of ${inputs} x."""
${checks}    return model.predict(x, batch_size=batch_size, verbose=0)


)",
               {{"Outputs", capitalised(words.outputs)},
                {"output_shape", words.output_shape},
                {"type", data_type(program.model)},
                {"checks", program.options.validate ? "    check_inputs(x)\n    check_batch_size(batch_size)\n" : ""},
                {"inputs", words.inputs}});
  write_signature(
      writer, "def evaluate(",
      fmt::format("model: keras.Model, x: {}, y: np.ndarray, *, batch_size: int = 256", data_type(program.model)),
      ") -> dict[str, float]:", 0);
  const auto indentation = writer.indent();
  writer.line(fmt::format("\"\"\"Mean loss{} on {} x and {} y.\"\"\"", also, words.inputs, words.targets));
  write_checks(writer, program, true);
  writer.line("result = model.evaluate(x, y, batch_size=batch_size, verbose=0, return_dict=True)");
  const Expression tuple = Expression::tuple(std::move(names));
  const std::string line = "return {name: result[name] for name in " + tuple.flat() + "}";
  if (line.size() + 4 <= kLineLength) return writer.line(line);
  writer.statement("names = ", tuple);
  writer.line("return {name: result[name] for name in names}");
}

}  // namespace neural::emit::tensorflow
