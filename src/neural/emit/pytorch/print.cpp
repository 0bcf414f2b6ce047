#include "neural/emit/pytorch/print.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

void print_head(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  write_docstring(writer, program, legal.notes);
  std::vector<std::string_view> imports = {"import numpy as np", "import torch", "from torch import nn"};
  if (program.options.level == Level::kO0) {
    imports.push_back("from torch.utils.data import DataLoader, TensorDataset");
  }
  std::vector<std::string_view> standard = {"json", "math", "os", "from typing import NamedTuple"};
  const bool calls_functions = std::any_of(legal.helpers.begin(), legal.helpers.end(), [](const std::string& helper) {
    return helper.find("Callable[") != std::string::npos;
  });
  if (calls_functions) standard.push_back("from collections.abc import Callable");
  write_imports(writer, program, standard, imports);
  writer.blank();
  write_constants(writer, program);
  if (!legal.device.empty()) writer.line("DEVICE = " + legal.device);
}

void print_helpers(PythonWriter& writer, const LegalProgram& legal) {
  for (const std::string& helper : legal.helpers) {
    writer.blank(2);
    writer.block(helper);
  }
}

void print_initialisation(PythonWriter& writer, const TensorInitialisation& tensor, const std::string& module) {
  const std::string target = module + "." + tensor.tensor;
  std::vector<Argument> arguments = {target};
  for (const auto& [name, value] : tensor.arguments) arguments.emplace_back(name, value);
  const Expression call = Expression::call(tensor.function, std::move(arguments));
  const std::string comment = tensor.comment.empty() ? "" : "  # " + tensor.comment;
  if (!tensor.may_be_none) return writer.statement("", call, comment);
  writer.line("if " + target + " is not None:");
  const auto indentation = writer.indent();
  writer.statement("", call, comment);
}

void print_initialisations(PythonWriter& writer, const LegalProgram& legal) {
  for (const Initialisation& initialisation : legal.initialisations) {
    if (initialisation.modules.size() == 1) {
      for (const auto& tensor : initialisation.tensors) {
        print_initialisation(writer, tensor, "self." + initialisation.modules.front());
      }
      continue;
    }
    std::vector<Argument> modules;
    for (const std::string& module : initialisation.modules) modules.emplace_back("self." + module);
    writer.statement("for layer in ", Expression::tuple(std::move(modules)), ":");
    const auto indentation = writer.indent();
    for (const auto& tensor : initialisation.tensors) print_initialisation(writer, tensor, "layer");
  }
}

void print_constructor(PythonWriter& writer, const LegalProgram& legal) {
  writer.line("def __init__(self) -> None:");
  const auto indentation = writer.indent();
  writer.line("super().__init__()");
  for (const Module& module : legal.modules) {
    writer.statement("self." + module.name + " = ", module.constructor);
    for (const std::string& line : module.then) writer.line(line);
  }
  print_initialisations(writer, legal);
  for (const std::string& module : legal.frozen) writer.line("self." + module + ".requires_grad_(False)");
}

void print_train(PythonWriter& writer, const LegalProgram& legal) {
  if (legal.always_evaluating.empty()) return;
  writer.blank();
  writer.line("def train(self, mode: bool = True) -> " + legal.class_name + ":");
  const auto indentation = writer.indent();
  writer.line("\"\"\"As usual, but frozen batch normalisation keeps its statistics.\"\"\"");
  writer.line("super().train(mode)");
  for (const std::string& module : legal.always_evaluating) writer.line("self." + module + ".eval()");
  writer.line("return self");
}

void print_forward(PythonWriter& writer, const LegalProgram& legal) {
  writer.blank();
  std::string arguments;
  for (const std::string& input : legal.inputs) arguments += ", " + input + ": torch.Tensor";
  writer.line("def forward(self" + arguments + ") -> torch.Tensor:");
  const auto indentation = writer.indent();
  for (std::size_t i = 0; i < legal.forward.size(); ++i) {
    const Statement& statement = legal.forward[i];
    const std::string after = statement.comment.empty() ? "" : "  # " + statement.comment;
    writer.statement(i + 1 == legal.forward.size() ? "return " : statement.target + " = ", statement.value, after);
  }
}

void print_class(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const std::string then =
      legal.predictions == legal.outputs ? "." : fmt::format("; `predict` gives {}.", words.outputs);
  writer.blank(2);
  writer.line("class " + legal.class_name + "(nn.Module):");
  const auto indentation = writer.indent();
  writer.line(fmt::format("\"\"\"{} {} -> {} {}{}\"\"\"", capitalised(words.inputs), words.input_shape, legal.outputs,
                          words.output_shape, then));
  writer.blank();
  print_constructor(writer, legal);
  print_train(writer, legal);
  print_forward(writer, legal);
}

void print_model_and_loss(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  writer.block(R"(


def create_model() -> ${class}:
    return ${class}()${to}


def compute_loss(${outputs}: torch.Tensor, ${targets}: torch.Tensor) -> torch.Tensor:
    """${loss} of ${outputs} ${output_shape} and ${targets} ${target_shape}."""
)",
               {{"class", legal.class_name},
                {"to", legal.device.empty() ? "" : ".to(DEVICE)"},
                {"outputs", legal.outputs},
                {"targets", words.targets},
                {"loss", legal.loss_description},
                {"output_shape", words.output_shape},
                {"target_shape", words.target_shape}});
  const auto indentation = writer.indent();
  for (const std::string& line : legal.loss_preparation) writer.line(line);
  writer.statement("return ", legal.loss);
}

void print_evaluation(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const bool on_device = !legal.device.empty();
  const bool several = has_several_inputs(program.model);
  const std::string to = on_device ? ".to(DEVICE)" : "";
  const std::string_view back = on_device ? ".cpu()" : "";
  const std::string prediction =
      legal.predictions == legal.outputs
          ? "return compute_outputs(model, x).numpy()"
          : fmt::format("{} = compute_outputs(model, x)\n    return {}.numpy()", legal.outputs, legal.predictions);
  writer.block(R"(


@torch.inference_mode()
def compute_outputs(model: nn.Module, x: ${data}, batch_size: int = 256) -> torch.Tensor:
    """${outputs} ${output_shape} of ${inputs} x, on the processor."""
    model.eval()
)",
               {{"data", data_type(program.model)},
                {"outputs", capitalised(legal.outputs)},
                {"output_shape", words.output_shape},
                {"inputs", words.inputs}});
  if (several) {
    const std::string part = on_device ? "(part.to(DEVICE) for part in batch)" : "batch";
    writer.block(R"(
    batches = zip(*(torch.from_numpy(x[name]).split(batch_size) for name in INPUT_SHAPES), strict=True)
    return torch.cat([model(*${part})${back} for batch in batches])
)",
                 {{"part", part}, {"back", back}});
  } else {
    writer.block(R"(
    return torch.cat([model(part${to})${back} for part in torch.from_numpy(x).split(batch_size)])
)",
                 {{"to", to}, {"back", back}});
  }
  writer.block(R"(


def predict(model: nn.Module, x: ${data}) -> np.ndarray:
    """${predictions} ${output_shape} of ${inputs} x."""
    ${prediction}


def evaluate(model: nn.Module, x: ${data}, y: np.ndarray) -> dict[str, float]:
    """Loss${metrics} on ${inputs} x and ${targets} y."""
)",
               {{"data", data_type(program.model)},
                {"output_shape", words.output_shape},
                {"inputs", words.inputs},
                {"predictions", capitalised(words.outputs)},
                {"prediction", prediction},
                {"metrics", legal.metrics.empty() ? "" : " and accuracy"},
                {"targets", words.targets}});
  const auto indentation = writer.indent();
  if (converts_targets(program.model)) writer.line("y = prepare_targets(y)");
  if (program.options.validate) writer.line("check_data(x, y)");
  writer.line(fmt::format("{}, {} = compute_outputs(model, x), torch.from_numpy(y)", legal.outputs, words.targets));
  writer.line("return {");
  writer.line(fmt::format("    \"loss\": compute_loss({}, {}).item(),", legal.outputs, words.targets));
  for (const auto& [key, value] : legal.metrics) writer.line(fmt::format("    \"{}\": {},", key, value));
  writer.line("}");
}

/// `sees_shapes`: some tensor is seen in another shape before its axes change places.
void write_weight(PythonWriter& writer, bool sees_shapes) {
  writer.block(R"(


class Weight(NamedTuple):
    """Where a tensor of the weight file lives in the model."""

    name: str
    shape: tuple[int, ...]
    parameter: str
    axes: tuple[int, ...] = ()  # of the file's tensor, in the parameter's order; as they are where empty
)");
  if (sees_shapes)
    writer.line("    view: tuple[int, ...] = ()  # the shape whose axes these are; the tensor's own where empty");
  const std::string_view sizes = sees_shapes ? "self.view or self.shape" : "self.shape";
  writer.block(R"(

    def to_model(self, array: np.ndarray, like: torch.Tensor) -> torch.Tensor:
        array = array.reshape(${sizes})
        return torch.from_numpy(array.transpose(self.axes or range(array.ndim)).copy()).reshape(like.shape)

    def to_file(self, tensor: torch.Tensor) -> np.ndarray:
        sizes = ${sizes}
        axes = self.axes or tuple(range(len(sizes)))
        array = tensor.detach().cpu().numpy().reshape([sizes[axis] for axis in axes])
        return array.transpose(np.argsort(axes)).reshape(self.shape)


)",
               {{"sizes", sizes}});
}

/// Gates stand in another order, and two parameters may be rows of one tensor.
void write_weight_of_parts(PythonWriter& writer) {
  writer.block(R"(


class Weight(NamedTuple):
    """Where a tensor of the weight file lives in the model: how the file's becomes the parameter."""

    name: str
    shape: tuple[int, ...]
    parameter: str
    row: int | None = None  # of the file's tensor; the whole where None
    view: tuple[int, ...] = ()  # the shape it is seen in then; as it is where empty
    axes: tuple[int, ...] = ()  # in the parameter's order; as they are where empty
    order: tuple[int, ...] = ()  # of the parts along the first axis; as they are where empty

    def sizes(self) -> tuple[int, ...]:
        return self.view or (self.shape if self.row is None else self.shape[1:])

    def to_model(self, array: np.ndarray, like: torch.Tensor) -> torch.Tensor:
        seen = (array if self.row is None else array[self.row]).reshape(self.sizes())
        seen = seen.transpose(self.axes or range(seen.ndim))
        if self.order:
            seen = seen[list(self.order)]
        return torch.from_numpy(seen.copy()).reshape(like.shape)

    def to_file(self, tensor: torch.Tensor) -> np.ndarray:
        axes = self.axes or tuple(range(len(self.sizes())))
        array = tensor.detach().cpu().numpy().reshape([self.sizes()[axis] for axis in axes])
        if self.order:
            array = array[np.argsort(self.order)]
        return array.transpose(np.argsort(axes)).reshape(self.shape if self.row is None else self.shape[1:])


)");
}

void print_weights(PythonWriter& writer, const LegalProgram& legal) {
  std::vector<Argument> entries;
  for (const WeightPlace& place : legal.weights) {
    std::vector<Argument> arguments = {python_string(place.name), python_tuple(place.shape),
                                       python_string(place.parameter)};
    if (!place.axes.empty()) arguments.emplace_back("axes", python_tuple(place.axes));
    if (!place.view.empty()) arguments.emplace_back("view", python_tuple(place.view));
    if (!place.order.empty()) arguments.emplace_back("order", python_tuple(place.order));
    if (place.row) arguments.emplace_back("row", std::to_string(*place.row));
    entries.emplace_back(Expression::call("Weight", std::move(arguments)));
  }
  const auto has_parts = [](const WeightPlace& place) { return !place.order.empty(); };
  const auto has_view = [](const WeightPlace& place) { return !place.view.empty(); };
  const bool has_rows = std::any_of(legal.weights.begin(), legal.weights.end(), has_parts);
  if (has_rows) {
    write_weight_of_parts(writer);
  } else {
    write_weight(writer, std::any_of(legal.weights.begin(), legal.weights.end(), has_view));
  }
  writer.statement("WEIGHTS: list[Weight] = ", Expression::list(std::move(entries)));
  writer.block(R"(


def load_weights(model: nn.Module, path: str | Path) -> None:
    """Take the weights from a safetensors file, which any backend's program may have written."""
    tensors = model.state_dict()
    arrays = read_safetensors(path, {weight.name: weight.shape for weight in WEIGHTS})
    for weight in WEIGHTS:
        tensors[weight.parameter].copy_(weight.to_model(arrays[weight.name], tensors[weight.parameter]))


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write the weights to a safetensors file."""
    tensors = model.state_dict()
)");
  if (has_rows) {
    writer.block(R"(
    arrays = {weight.name: np.empty(weight.shape, np.float32) for weight in WEIGHTS}
    for weight in WEIGHTS:
        arrays[weight.name][... if weight.row is None else weight.row] = weight.to_file(tensors[weight.parameter])
    write_safetensors(path, arrays)
)");
  } else {
    writer.line(
        "    write_safetensors(path, {weight.name: weight.to_file(tensors[weight.parameter]) for weight in WEIGHTS})");
  }
  write_safetensors_functions(writer);
}

}  // namespace

std::string print(const LegalProgram& legal, const Program& program) {
  PythonWriter writer;
  print_head(writer, legal, program);
  print_helpers(writer, legal);
  print_class(writer, legal, program);
  print_model_and_loss(writer, legal, program);
  print_trainer(writer, legal, program);
  print_evaluation(writer, legal, program);
  print_weights(writer, legal);
  write_data_functions(writer, program);
  write_main(writer, program, {"torch.manual_seed(args.seed)", "torch.save(model.state_dict(), SAVE_PATH)"});
  return writer.take();
}

}  // namespace neural::emit::pytorch
