#include <fmt/format.h>

#include <array>

#include "neural/base/text.hpp"
#include "neural/emit/tensorflow/program_parts.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

constexpr std::array kModuleNames = std::to_array<std::string_view>(
    {"constraints", "initializers", "layers", "losses", "metrics", "ops", "optimizers", "regularizers"});

/// `from keras import …`: the modules the program uses.
std::string keras_modules(const KerasModel& keras) {
  std::string modules;
  for (const Module module : keras.modules) {
    modules += (modules.empty() ? "" : ", ") + std::string(kModuleNames.at(static_cast<std::size_t>(module)));
  }
  return "from keras import " + modules;
}

void write_device(PythonWriter& writer, const Device& device) {
  if (device.kind == Device::Kind::kAny) return;
  if (device.kind == Device::Kind::kProcessor) {
    writer.line("tf.config.set_visible_devices([], \"GPU\")");
    return;
  }
  writer.block(R"(
gpus = tf.config.list_physical_devices("GPU")
if len(gpus) < ${count}:
    raise RuntimeError(f"this network wants GPU ${index}, TensorFlow sees {len(gpus)} GPUs")
tf.config.set_visible_devices(gpus[${index}], "GPU")
)",
               {{"index", std::to_string(device.index)}, {"count", std::to_string(device.index + 1)}});
}

void write_step(PythonWriter& writer, const Step& step) {
  const std::string before = step.to + " = ";
  if (step.kind == Step::Kind::kFunction) return writer.statement(before, step.expression);
  // Where the layer fits a line, `ruff format` breaks what it is applied to.
  constexpr std::size_t kIndent = 4;
  const std::string layer = step.expression.flat();
  const Expression applied = Expression::call(layer, step.from);
  if (kIndent + before.size() + layer.size() < kLineLength) return writer.statement(before, applied);
  writer.statement(before, step.expression, applied.flat().substr(layer.size()));
}

/// `image = keras.Input(…)`
void write_input(PythonWriter& writer, const InputTensor& input, bool is_only) {
  const std::string shape = is_only ? "INPUT_SHAPE" : fmt::format("INPUT_SHAPES[{}]", python_string(input.key));
  std::vector<Argument> arguments = {{"shape", shape}};
  if (input.is_integer) arguments.emplace_back("dtype", "\"int64\"");
  arguments.emplace_back("name", python_string(input.name));
  writer.statement(input.variable + " = ", Expression::call("keras.Input", std::move(arguments)));
}

/// The inputs as keras.Model takes them: one, or several by their names.
Expression inputs_expression(const std::vector<InputTensor>& inputs) {
  if (inputs.size() == 1) return inputs.front().variable;
  std::vector<Argument> entries;
  for (const InputTensor& input : inputs) entries.emplace_back(python_string(input.key), input.variable);
  return Expression::dictionary(std::move(entries));
}

void write_frozen(PythonWriter& writer, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::vector<Argument> elements;
  for (const std::string& name : names) elements.emplace_back(python_string(name));
  writer.line("# Layers with layers inside, which are not told before they are built.");
  writer.statement("frozen = ", Expression::tuple(std::move(elements)));
  writer.block(R"(
for name in frozen:
    model.get_layer(name).trainable = False
)");
}

}  // namespace

void write_tensorflow_imports(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  const std::string modules = keras_modules(keras);
  std::vector<std::string_view> lines = {
      "# Read as the libraries are loaded: warnings are shown, notes on starting up are not.",
      "os.environ.setdefault(\"TF_CPP_MIN_LOG_LEVEL\", \"1\")", "os.environ[\"KERAS_BACKEND\"] = \"tensorflow\""};
  const std::string onednn = fmt::format("os.environ[\"TF_ENABLE_ONEDNN_OPTS\"] = \"1\"  # for {}", keras.onednn_for);
  if (!keras.onednn_for.empty()) lines.push_back(onednn);
  lines.insert(lines.end(), {"", "import keras", "import numpy as np"});
  const bool calls_tensorflow = loops_in_graph(program) || keras.device.kind != Device::Kind::kAny ||
                                keras.helpers.contains(Helper::kDenseOptimizer) || !keras.functions.empty() ||
                                program.options.changes.threads > 0;
  if (calls_tensorflow) lines.push_back("import tensorflow as tf");
  lines.push_back(modules);
  std::vector<std::string_view> standard = {"json", "math", "os"};
  if (!keras.custom_layers.empty()) standard.push_back("re");
  write_imports(writer, program, standard, lines, keras.imports);
}

void write_functions(PythonWriter& writer, const std::vector<std::string>& functions) {
  // Line by line: a block has marks of its own, which the text of a Lambda may look like.
  for (const std::string& function : functions) {
    writer.blank(2);
    for (const std::string& line : split(trim(function), '\n')) writer.line(line);
  }
}

void write_create_model(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  const Words& words = program.words;
  const bool is_only = keras.inputs.size() == 1;
  writer.block(R"(


def create_model() -> keras.Model:
    """${inputs} -> ${outputs} ${output_shape}, compiled."""
)",
               {{"inputs", is_only ? capitalised(words.inputs) + " " + words.input_shape : "The inputs by their names"},
                {"outputs", words.outputs},
                {"output_shape", words.output_shape}});
  const auto indentation = writer.indent();
  write_device(writer, keras.device);
  for (const InputTensor& input : keras.inputs) write_input(writer, input, is_only);
  for (const Step& step : keras.steps) write_step(writer, step);
  writer.statement("model = ", Expression::call("keras.Model", {inputs_expression(keras.inputs),
                                                                std::string(kLastTensor),
                                                                {"name", python_string(keras.name)}}));
  write_frozen(writer, keras.frozen);

  if (keras.compilation.fused_activation &&
      program.model.loss.kind != model::LossKind::categorical_focal_crossentropy) {
    writer.line("# Keras takes the " + std::string(activation_name(*keras.compilation.fused_activation)) +
                " off again and computes this loss from the logits.");
  }
  std::vector<Argument> arguments = {{"optimizer", keras.compilation.optimizer}, {"loss", keras.compilation.loss}};
  if (!keras.compilation.metrics.empty())
    arguments.emplace_back("metrics", Expression::list(keras.compilation.metrics));
  arguments.emplace_back("jit_compile", "False");
  writer.statement("", Expression::call("model.compile", std::move(arguments)));
  writer.line("return model");
}

}  // namespace neural::emit::tensorflow
