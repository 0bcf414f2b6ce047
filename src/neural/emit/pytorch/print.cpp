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
