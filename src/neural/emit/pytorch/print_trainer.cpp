#include <fmt/format.h>

#include "neural/emit/pytorch/print.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

std::string to_device(const LegalProgram& legal) {
  return legal.device.empty() ? "" : ".to(DEVICE)";
}

void print_constructor(PythonWriter& writer, const LegalProgram& legal) {
  writer.block(R"(


class Trainer:
    """${optimizer} on `compute_loss`; weights and optimiser state last from `fit` to `fit`."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
)",
               {{"optimizer", legal.optimizer_name}});
  const auto type = writer.indent();
  const auto body = writer.indent();
  writer.statement("self.optimizer = ", legal.optimizer);
}

void print_decay(PythonWriter& writer, const LegalProgram& legal) {
  if (legal.decay.empty()) return;
  writer.block(R"(

    @torch.no_grad()
    def decay_weights(self) -> None:
        """Before a step and apart from the gradients, as Keras does."""
        for parameter in self.model.parameters():
            if parameter.grad is not None:
                parameter.mul_(${factor})
)",
               {{"factor", legal.decay}});
}

/// One step on the batch of `inputs` and `targets`, and its part of the epoch's loss.
void print_step(PythonWriter& writer, const LegalProgram& legal, const std::string& inputs, const std::string& targets,
                const std::string& count) {
  const auto type = writer.indent();
  const auto method = writer.indent();
  const auto epoch = writer.indent();
  const auto batch = writer.indent();
  writer.line(legal.shares_zero_grad ? "self.optimizer.zero_grad()" : "self.model.zero_grad()");
  if (legal.gives_mask) {
    writer.line(fmt::format("{}, mask = self.model({})", legal.outputs, inputs));
    writer.line(fmt::format("loss = compute_loss({}[mask], {}[mask])", legal.outputs, targets));
  } else {
    writer.line(fmt::format("loss = compute_loss(self.model({}), {})", inputs, targets));
  }
  writer.line("loss.backward()");
  for (const std::string& line : legal.before_step) writer.line(line);
  if (!legal.decay.empty()) writer.line("self.decay_weights()");
  writer.line("self.optimizer.step()");
  writer.line(fmt::format("total += loss.detach() * len({})", count));
}

void print_fit_head(PythonWriter& writer, const Program& program) {
  const Words& words = program.words;
  const std::string arguments =
      fmt::format("self, x: {}, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = {}",
                  data_type(program.model), python_bool(program.model.training.shuffle));
  const std::string head = has_several_inputs(program.model)
                               ? "def fit(\n        " + arguments + "\n    ) -> list[float]:"
                               : "def fit(" + arguments + ") -> list[float]:";
  writer.block(R"(

    ${head}
        """Train on ${inputs} x and ${targets} y; the mean loss of each epoch."""
)",
               {{"head", head}, {"inputs", words.inputs}, {"targets", words.targets}});
  if (converts_targets(program.model)) writer.line("        y = prepare_targets(y)");
  if (program.options.validate) writer.line("        check_data(x, y)");
}

/// The loop as PyTorch documents it. The loader gets its own generator so that it leaves the global one alone.
void print_documented_loop(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const bool several = has_several_inputs(program.model);
  const std::string arrays = several ? "*(torch.from_numpy(x[name]) for name in INPUT_SHAPES)" : "torch.from_numpy(x)";
  writer.block(R"(
        data = TensorDataset(${arrays}, torch.from_numpy(y))
        self.model.train()
        history = []
        for _ in range(epochs):
            order = torch.randperm(len(data)) if shuffle else torch.arange(len(data))
            loader = DataLoader(data, batch_size=batch_size, sampler=order.tolist(), generator=torch.Generator())
            total = torch.zeros(()${device})
            for ${star}${inputs}, ${targets} in loader:
)",
               {{"arrays", arrays},
                {"star", several ? "*" : ""},
                {"device", legal.device.empty() ? "" : ", device=DEVICE"},
                {"inputs", words.inputs},
                {"targets", words.targets}});
  const std::string moved =
      legal.device.empty() ? "*" + words.inputs : "*(each.to(DEVICE) for each in " + words.inputs + ")";
  print_step(writer, legal, several ? moved : words.inputs + to_device(legal), words.targets + to_device(legal),
             several ? words.targets : words.inputs);
  writer.line("            history.append(total.item() / len(data))");
  writer.line("        return history");
}

/// The same steps on data that lie in memory as tensors: one gather a batch, and nothing read back before the epoch
/// ends.
void print_resident_loop(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const bool several = has_several_inputs(program.model);
  if (several) {
    writer.block(R"(
        ${inputs} = [torch.from_numpy(x[name])${to} for name in INPUT_SHAPES]
        ${targets} = torch.from_numpy(y)${to}
)",
                 {{"to", to_device(legal)}, {"inputs", words.inputs}, {"targets", words.targets}});
  } else {
    writer.block(R"(
        ${inputs}, ${targets} = torch.from_numpy(x)${to}, torch.from_numpy(y)${to}
)",
                 {{"to", to_device(legal)}, {"inputs", words.inputs}, {"targets", words.targets}});
  }
  const std::string_view counted = several ? "y" : "x";
  writer.block(
      R"(
        self.model.train()
        history = []
        for _ in range(epochs):
            order = torch.randperm(len(${counted})) if shuffle else torch.arange(len(${counted}))
            total = torch.zeros(()${device})
            for rows in order${to}.split(batch_size):
)",
      {{"to", to_device(legal)}, {"device", legal.device.empty() ? "" : ", device=DEVICE"}, {"counted", counted}});
  const std::string batch = several ? "*(each[rows] for each in " + words.inputs + ")" : words.inputs + "[rows]";
  print_step(writer, legal, batch, words.targets + "[rows]", "rows");
  writer.line(fmt::format("            history.append(total.item() / len({}))", counted));
  writer.line("        return history");
}

}  // namespace

void print_trainer(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  print_constructor(writer, legal);
  print_decay(writer, legal);
  print_fit_head(writer, program);
  if (program.options.level == Level::kO0) {
    print_documented_loop(writer, legal, program);
  } else {
    print_resident_loop(writer, legal, program);
  }
  writer.block(R"(


def create_trainer(model: nn.Module) -> Trainer:
    return Trainer(model)
)");
}

}  // namespace neural::emit::pytorch
