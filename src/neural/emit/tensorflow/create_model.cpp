#include <fmt/format.h>

#include "neural/emit/tensorflow/program_parts.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {
namespace {

/// `from keras import …`: the modules the program uses.
std::string keras_modules(const KerasModel& keras) {
  bool initializers = false;
  bool functions = false;
  for (const Step& step : keras.steps) {
    functions |= step.kind == Step::Kind::kFunction;
    initializers |= step.initializes;
  }
  std::string modules;
  if (initializers) modules += "initializers, ";
  modules += "layers, losses, ";
  if (!keras.compilation.metrics.empty()) modules += "metrics, ";
  if (functions) modules += "ops, ";
  return "from keras import " + modules + "optimizers";
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

void write_step(PythonWriter& writer, const Step& step, std::string_view from, std::string_view to) {
  const bool is_layer = step.kind == Step::Kind::kLayer;
  writer.statement(fmt::format("{} = ", to), step.expression, is_layer ? fmt::format("({})", from) : "");
}

}  // namespace

std::string capitalised(std::string text) {
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

void write_tensorflow_imports(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  const std::string modules = keras_modules(keras);
  std::vector<std::string_view> lines = {
      "# Read as the libraries are loaded: warnings are shown, notes on starting up are not.",
      "os.environ.setdefault(\"TF_CPP_MIN_LOG_LEVEL\", \"1\")",
      "os.environ[\"KERAS_BACKEND\"] = \"tensorflow\"",
      "",
      "import keras",
      "import numpy as np"};
  if (loops_in_graph(program) || keras.device.kind != Device::Kind::kAny) lines.push_back("import tensorflow as tf");
  lines.push_back(modules);
  write_imports(writer, program, std::vector<std::string_view>{"os"}, lines);
}

void write_create_model(PythonWriter& writer, const Program& program, const KerasModel& keras) {
  const Words& words = program.words;
  writer.block(R"(


def create_model() -> keras.Model:
    """${Inputs} ${input_shape} -> ${outputs} ${output_shape}, compiled."""
)",
               {{"Inputs", capitalised(words.inputs)},
                {"input_shape", words.input_shape},
                {"outputs", words.outputs},
                {"output_shape", words.output_shape}});
  const auto indentation = writer.indent();
  write_device(writer, keras.device);
  writer.statement("inputs = ", Expression::call("keras.Input", {{"shape", "INPUT_SHAPE"},
                                                                 {"name", python_string(keras.input_name)}}));
  for (std::size_t i = 0; i < keras.steps.size(); ++i) {
    write_step(writer, keras.steps[i], i == 0 ? kFirstTensor : kTensor,
               i + 1 == keras.steps.size() ? "outputs" : kTensor);
  }
  writer.statement("model = ",
                   Expression::call("keras.Model", {"inputs", "outputs", {"name", python_string(keras.name)}}));

  if (keras.compilation.fused_activation) {
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
