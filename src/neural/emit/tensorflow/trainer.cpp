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
constexpr std::int64_t kAssumedSize = 128;  // of a dynamic axis

std::string_view loss_words(LossKind kind) {
  switch (kind) {
    case LossKind::categorical_crossentropy:
    case LossKind::sparse_categorical_crossentropy:
      return "cross-entropy";
    case LossKind::binary_crossentropy:
      return "binary cross-entropy";
    case LossKind::mean_squared_error:
      return "squared error";
    default:
      break;
  }
  NEURAL_CHECK(false, "a loss out of scope");
}

/// "Adam on the mean cross-entropy".
std::string method_words(const model::Model& model) {
  const bool sums = model.loss.parameters.word(model::Parameter::reduction) == "sum";
  return fmt::format("{} on the {} {}", optimizer_name(model.optimizer.kind), sums ? "summed" : "mean",
                     loss_words(model.loss.kind));
}

/// How `fit` and `evaluate` begin.
void write_checks(PythonWriter& writer, const Program& program) {
  if (converts_targets(program.model)) writer.line("y = prepare_targets(y)");
  if (program.options.validate) writer.line("check_data(x, y)");
}

/// The head of `fit` with its docstring, and the checks.
void write_fit_head(PythonWriter& writer, const Program& program) {
  writer.line(
      fmt::format("def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = "
                  "{}) -> list[float]:",
                  python_bool(program.model.training.shuffle)));
  const auto indentation = writer.indent();
  writer.line(fmt::format("\"\"\"Train on {} x and {} y; the mean loss of each epoch.\"\"\"", program.words.inputs,
                          program.words.targets));
  write_checks(writer, program);
}

void write_keras_trainer(PythonWriter& writer, const Program& program) {
  writer.block(R"(


class Trainer:
    """${method}, by fit of Keras; state lasts from `fit` to `fit`."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model

)",
               {{"method", method_words(program.model)}});
  const auto indentation = writer.indent();
  write_fit_head(writer, program);
  writer.block(R"(
    history = self.model.fit(x, y, batch_size=batch_size, epochs=epochs, shuffle=shuffle, verbose=0)
    return history.history["loss"]
)");
}

void write_graph_step(PythonWriter& writer, const Program& program) {
  const bool classes = program.model.targets == model::TargetKind::kClasses;
  writer.block(R"(

@tf.function(
    input_signature=[
        tf.TensorSpec((None, *INPUT_SHAPE), tf.float32),
        tf.TensorSpec(${target_shape}, tf.${target_type}),
        tf.TensorSpec((), tf.int32),
    ]
)
def train_part(self, x: tf.Tensor, y: tf.Tensor, batch_size: tf.Tensor) -> tf.Tensor:
    """One step for each `batch_size` rows, the last one for those left over; the sum of the rows' losses."""
    variables = self.model.trainable_variables
    total = tf.zeros(())
    for start in tf.range(0, tf.shape(x)[0], batch_size):
        ${inputs}, ${targets} = x[start : start + batch_size], y[start : start + batch_size]
        with tf.GradientTape() as tape:
            loss = self.loss(${targets}, self.model(${inputs}, training=True))
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        total += loss * tf.cast(tf.shape(${inputs})[0], tf.float32)
    return total
)",
               {{"inputs", program.words.inputs},
                {"targets", program.words.targets},
                {"target_type", classes ? "int64" : "float32"},
                {"target_shape", target_shape(program.model).empty() ? "(None,)" : "(None, *TARGET_SHAPE)"}});
}

void write_graph_trainer(PythonWriter& writer, const Program& program) {
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
  write_fit_head(writer, program);
  writer.block(R"(
    part = max(batch_size, PART_ROWS - PART_ROWS % batch_size)
    history = []
    for _ in range(epochs):
        order = np.random.permutation(len(x)) if shuffle else np.arange(len(x))
        total = 0.0
        for start in range(0, len(x), part):
            rows = order[start : start + part]
            total += float(self.train_part(x[rows], y[rows], batch_size))
        history.append(total / len(x))
)");
  if (program.model.optimizer.parameters.boolean(model::Parameter::use_ema)) {
    writer.block(R"(
    if history:
        self.optimizer.finalize_variable_values(self.model.trainable_variables)
)");
  }
  writer.line("    return history");
  write_graph_step(writer, program);
}

}  // namespace

bool loops_in_graph(const Program& program) {
  return program.options.level == Level::kO1 && program.model.trainable_count() > 0;
}

std::int64_t rows_per_part(const model::Shape& input) {
  std::int64_t bytes = kFloatBytes;
  for (const model::Dimension& size : input) bytes = std::min(kPartBytes, bytes * size.value_or(kAssumedSize));
  return kPartBytes / bytes;
}

void write_trainer(PythonWriter& writer, const Program& program) {
  if (loops_in_graph(program)) {
    write_graph_trainer(writer, program);
  } else {
    write_keras_trainer(writer, program);
  }
  writer.block(R"(


def create_trainer(model: keras.Model) -> Trainer:
    return Trainer(model)
)");
}

void write_inference(PythonWriter& writer, const Program& program) {
  const Words& words = program.words;
  const std::vector<NamedMetric> metrics = evaluated_metrics(program.model);
  std::string names = "\"loss\"";
  for (const NamedMetric& metric : metrics) names += ", " + python_string(metric.name);
  const std::string_view also = metrics.empty() ? "" : metrics.size() == 1 ? " and accuracy" : " and metrics";
  writer.block(R"(


def predict(model: keras.Model, x: np.ndarray, *, batch_size: int = 256) -> np.ndarray:
    """${Outputs} ${output_shape} of ${inputs} x."""
    return model.predict(x, batch_size=batch_size, verbose=0)


def evaluate(model: keras.Model, x: np.ndarray, y: np.ndarray, *, batch_size: int = 256) -> dict[str, float]:
    """Mean loss${also} on ${inputs} x and ${targets} y."""
)",
               {{"Outputs", capitalised(words.outputs)},
                {"output_shape", words.output_shape},
                {"inputs", words.inputs},
                {"targets", words.targets},
                {"also", also}});
  const auto indentation = writer.indent();
  write_checks(writer, program);
  writer.line("result = model.evaluate(x, y, batch_size=batch_size, verbose=0, return_dict=True)");
  writer.line("return {name: result[name] for name in (" + names + (metrics.empty() ? ",)}" : ")}"));
}

}  // namespace neural::emit::tensorflow
