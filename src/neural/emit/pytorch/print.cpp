#include "neural/emit/pytorch/print.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

void print_head(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  write_docstring(writer, program, legal.notes, legal.deviations);
  std::vector<std::string_view> imports = {"import numpy as np", "import torch", "from torch import nn"};
  if (program.options.level == Level::kO0) {
    imports.push_back("from torch.utils.data import DataLoader, TensorDataset");
  }
  std::vector<std::string_view> standard = {"json", "math", "os", "from typing import NamedTuple"};
  const auto uses = [&](std::string_view word) {
    const auto has = [&](const std::string& text) { return text.find(word) != std::string::npos; };
    return has(legal.schedule) || std::any_of(legal.helpers.begin(), legal.helpers.end(), has) ||
           std::any_of(legal.before_step.begin(), legal.before_step.end(), has);
  };
  if (uses("ABC)")) standard.push_back("from abc import ABC, abstractmethod");
  std::vector<std::string> abstract;
  if (uses("Callable[")) abstract.emplace_back("Callable");
  if (uses("Iterable[")) abstract.emplace_back("Iterable");
  const std::string from_abstract = "from collections.abc import " + join(abstract, ", ");
  if (!abstract.empty()) standard.push_back(from_abstract);
  write_imports(writer, program, standard, imports, legal.imports);
  writer.blank();
  write_constants(writer, program);
  if (!legal.device.empty()) writer.line("DEVICE = " + legal.device);
  if (const int threads = program.options.changes.threads; threads > 0) {
    writer.line(fmt::format("torch.set_num_threads({})", threads));
  }
}

void print_helpers(PythonWriter& writer, const LegalProgram& legal) {
  for (const std::string& helper : legal.helpers) {
    writer.blank(2);
    writer.block(helper);
  }
  // Line by line: a block has marks of its own, which the text of a Lambda may look like.
  for (const std::string& function : legal.functions) {
    writer.blank(2);
    for (const std::string& line : split(trim(function), '\n')) writer.line(line);
  }
}

void print_initialisation(PythonWriter& writer, const TensorInitialisation& tensor, const std::string& module) {
  const std::string target = module + "." + tensor.tensor;
  std::vector<Argument> arguments = {target};
  for (const auto& [name, value] : tensor.arguments) arguments.emplace_back(name, value);
  const Expression call = Expression::call(tensor.function, std::move(arguments));
  const std::string comment = tensor.comment.empty() ? "" : "  # " + tensor.comment;
  if (tensor.may_be_none) writer.line("assert " + target + " is not None");  // for type checkers
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
  for (const auto& [module, type] : legal.typed) writer.line("self." + module + ".to(torch." + type + ")");
  if (legal.has_activity) {
    writer.line("self.activity = torch.zeros(())  # penalties of activations since somebody set this to zero");
  }
}

/// `torch.stack([terms]).sum()`
Expression sum_of(std::vector<Argument> terms) {
  return Expression::call("torch.sum", {Expression::call("torch.stack", {Expression::list(std::move(terms))})});
}

/// What training has to know of the weights.
void print_limits(PythonWriter& writer, const LegalProgram& legal) {
  if (!legal.penalties.empty()) {
    writer.block(R"(

def penalty(self) -> torch.Tensor:
    """What the regularizers of the weights add to the loss."""
)");
    const auto indentation = writer.indent();
    std::vector<Argument> terms(legal.penalties.begin(), legal.penalties.end());
    writer.statement("return ", terms.size() == 1 ? terms.front().value : sum_of(std::move(terms)));
  }
  if (legal.constraints.empty()) return;
  writer.block(R"(

@torch.no_grad()
def constrain(self) -> None:
    """Bring the weights back to where they may be, after a step."""
)");
  const auto indentation = writer.indent();
  for (const std::string& line : legal.constraints) writer.line(line);
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
  std::vector<Argument> arguments = {"self"};
  for (const std::string& input : legal.inputs) arguments.emplace_back(input + ": torch.Tensor");
  const std::string_view gives = legal.gives_mask ? "tuple[torch.Tensor, torch.Tensor]" : "torch.Tensor";
  writer.statement("def ", Expression::call("forward", std::move(arguments)), fmt::format(" -> {}:", gives));
  const auto indentation = writer.indent();
  for (std::size_t i = 0; i < legal.forward.size(); ++i) {
    const Statement& statement = legal.forward[i];
    const std::string after = statement.comment.empty() ? "" : "  # " + statement.comment;
    writer.statement(i + 1 == legal.forward.size() ? "return " : statement.target + " = ", statement.value, after);
  }
}

/// "(a [n, 2], b [n])" -> "a [n, 2]", "b [n]"
std::vector<std::string> inputs_in(std::string_view shapes) {
  std::vector<std::string> inputs;
  shapes.remove_prefix(shapes.starts_with('(') ? 1 : 0);
  for (std::size_t end = shapes.find(']'); end != std::string_view::npos; end = shapes.find(']')) {
    inputs.emplace_back(shapes.substr(0, end + 1));
    shapes.remove_prefix(std::min(shapes.size(), end + 3));
  }
  return inputs;
}

void print_class(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const std::string then =
      legal.predictions == legal.outputs ? "." : fmt::format("; `predict` gives {}.", words.outputs);
  writer.blank(2);
  writer.line("class " + legal.class_name + "(nn.Module):");
  const auto indentation = writer.indent();
  const std::string_view mask = legal.gives_mask ? ", and the mask of the steps that count" : "";
  const std::string inputs = capitalised(words.inputs);
  const std::string rest = fmt::format("-> {} {}{}{}", legal.outputs, words.output_shape, mask, then);
  const std::string docstring = fmt::format("\"\"\"{} {} {}\"\"\"", inputs, words.input_shape, rest);
  constexpr std::size_t kIndent = 4;
  if (kIndent + docstring.size() <= kLineLength) {
    writer.line(docstring);
  } else {
    writer.line(fmt::format("\"\"\"{} {}", inputs, rest));
    writer.blank();
    writer.line("They are");
    for (const std::string& each : inputs_in(words.input_shape)) writer.line("- " + each);
    writer.line("\"\"\"");
  }
  writer.blank();
  print_constructor(writer, legal);
  print_train(writer, legal);
  print_forward(writer, legal);
  print_limits(writer, legal);
}

/// "[n, 5, 3]" -> "[m, 3]": of the steps that count in all samples.
std::string shape_of_steps(const std::string& shape) {
  const std::size_t steps = shape.find(", ");
  const std::size_t rest = shape.find_first_of(",]", steps + 1);
  return "[m" + shape.substr(rest);
}

void print_model_and_loss(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  writer.block(R"(


def create_model() -> ${class}:
    return ${class}()${to}${layout}


def compute_loss(${outputs}: torch.Tensor, ${targets}: torch.Tensor) -> torch.Tensor:
    """${loss} of ${outputs} ${output_shape} and ${targets} ${target_shape}${steps}."""
)",
               {{"class", legal.class_name},
                {"to", legal.device.empty() ? "" : ".to(DEVICE)"},
                {"layout", program.options.changes.channels_last ? ".to(memory_format=torch.channels_last)" : ""},
                {"outputs", legal.outputs},
                {"targets", words.targets},
                {"loss", legal.loss_description},
                {"output_shape", legal.gives_mask ? shape_of_steps(words.output_shape) : words.output_shape},
                {"target_shape", legal.gives_mask ? shape_of_steps(words.target_shape) : words.target_shape},
                {"steps", legal.gives_mask ? " of the steps that count" : ""}});
  const auto indentation = writer.indent();
  for (const std::string& line : legal.loss_preparation) writer.line(line);
  writer.statement("return ", legal.loss);
}

/// `sees_shapes`: some tensor is seen in another shape before its axes change places.
void write_weight(PythonWriter& writer, bool sees_shapes, std::string_view to_float) {
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
        array = tensor.detach().cpu()${to_float}.numpy().reshape([sizes[axis] for axis in axes])
        return array.transpose(np.argsort(axes)).reshape(self.shape)


)",
               {{"sizes", sizes}, {"to_float", to_float}});
}

/// Gates stand in another order, and two parameters may be rows of one tensor.
void write_weight_of_parts(PythonWriter& writer, std::string_view to_float) {
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
        array = tensor.detach().cpu()${to_float}.numpy().reshape([self.sizes()[axis] for axis in axes])
        if self.order:
            array = array[np.argsort(self.order)]
        return array.transpose(np.argsort(axes)).reshape(self.shape if self.row is None else self.shape[1:])


)",
               {{"to_float", to_float}});
}

Expression weight_entry(const WeightPlace& place) {
  std::vector<Argument> arguments;
  arguments.reserve(4);
  arguments.emplace_back(python_string(place.name));
  arguments.emplace_back(python_tuple(place.shape));
  arguments.emplace_back(python_string(place.parameter));
  if (!place.axes.empty()) arguments.emplace_back("axes", python_tuple(place.axes));
  if (!place.view.empty()) arguments.emplace_back("view", python_tuple(place.view));
  if (!place.order.empty()) arguments.emplace_back("order", python_tuple(place.order));
  if (place.row) arguments.emplace_back("row", std::to_string(*place.row));
  return Expression::call("Weight", std::move(arguments));
}

/// The weights that a custom layer holds are known when it is made: the program asks it.
void print_custom_layers(PythonWriter& writer, const LegalProgram& legal) {
  std::vector<Argument> entries;
  for (const auto& [layer, module] : legal.custom_layers) {
    entries.emplace_back(python_string(layer), python_string(module));
  }
  writer.line("# Imported layers, by their names in a weight file: all that these modules hold is in it, as it is.");
  writer.statement("CUSTOM_LAYERS: dict[str, str] = ", Expression::dictionary(std::move(entries)));
  writer.block(R"(


def weights_of(model: nn.Module) -> list[Weight]:
    """Where all tensors of the weight file live: WEIGHTS, and what imported layers hold, under their own names."""
    return WEIGHTS + [
        Weight(f"{layer}/{name}", tuple(tensor.shape), f"{module}.{name}")
        for layer, module in CUSTOM_LAYERS.items()
        for name, tensor in model.get_submodule(module).state_dict().items()
        if isinstance(tensor, torch.Tensor)
    ]
)");
}

void print_weights(PythonWriter& writer, const LegalProgram& legal) {
  const auto has_parts = [](const WeightPlace& place) { return !place.order.empty() || place.row; };
  const auto has_view = [](const WeightPlace& place) { return !place.view.empty(); };
  const bool has_rows = std::any_of(legal.weights.begin(), legal.weights.end(), has_parts);
  const bool is_custom = !legal.custom_layers.empty();
  const std::string_view to_float = legal.typed.empty() && !is_custom ? "" : ".float()";
  if (has_rows) {
    write_weight_of_parts(writer, to_float);
  } else {
    write_weight(writer, std::any_of(legal.weights.begin(), legal.weights.end(), has_view), to_float);
  }
  writer.list("WEIGHTS: list[Weight] = ", legal.weights.size(),
              [&](std::size_t i) { return weight_entry(legal.weights[i]); });
  if (is_custom) print_custom_layers(writer, legal);
  const std::string_view list = is_custom ? "weights" : "WEIGHTS";
  writer.block(R"(


def load_weights(model: nn.Module, path: str | Path) -> None:
    """Take the weights from a safetensors file, which ${origin} may have written."""
    tensors = model.state_dict()
${weights}    arrays = read_safetensors(path, {weight.name: weight.shape for weight in ${list}})
    for weight in ${list}:
        tensors[weight.parameter].copy_(weight.to_model(arrays[weight.name], tensors[weight.parameter]))


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write the weights to a safetensors file."""
    tensors = model.state_dict()
${weights})",
               {{"origin", is_custom ? "this program" : "any backend's program"},
                {"weights", is_custom ? "    weights = weights_of(model)\n" : ""},
                {"list", list}});
  if (has_rows) {
    writer.block(R"(
    arrays = {weight.name: np.empty(weight.shape, np.float32) for weight in ${list}}
    for weight in ${list}:
        arrays[weight.name][... if weight.row is None else weight.row] = weight.to_file(tensors[weight.parameter])
    write_safetensors(path, arrays)
)",
                 {{"list", list}});
  } else {
    writer.block(
        "    write_safetensors(path, {weight.name: weight.to_file(tensors[weight.parameter]) for weight in ${list}})\n",
        {{"list", list}});
  }
  write_safetensors_functions(writer);
}

std::string missing_gpu(const LegalProgram& legal) {
  return fmt::format(
      "if torch.cuda.device_count() < {}:\n"
      "    raise SystemExit(\"error: this network wants GPU {}, which PyTorch does not find; see `device` in its "
      "source\")",
      legal.gpus, legal.gpus - 1);
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
  write_main(writer, program,
             {.seed = "torch.manual_seed(args.seed)",
              .seeds = "2**64",
              .save = legal.save,
              .refusal = legal.gpus > 0 ? missing_gpu(legal) : ""});
  return writer.take();
}

}  // namespace neural::emit::pytorch
