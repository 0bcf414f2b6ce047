#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/pytorch/print.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

std::string to_device(const LegalProgram& legal) {
  return legal.device.empty() ? "" : ".to(DEVICE)";
}

bool counts_steps(const LegalProgram& legal) {
  if (!legal.schedule.empty() || !legal.ema_momentum.empty()) return true;
  return std::any_of(legal.before_step.begin(), legal.before_step.end(),
                     [](const std::string& line) { return line.find("self.steps") != std::string::npos; });
}

/// torch refuses strides below 0; what is in order already is not copied.
void print_as_tensor(PythonWriter& writer) {
  writer.block(R"(


def as_tensor(array: np.ndarray) -> torch.Tensor:
    """The array as a tensor; one in the order of its memory is not copied, others (`x[::-1]`) are."""
    return torch.from_numpy(np.ascontiguousarray(array))
)");
}

void print_constructor(PythonWriter& writer, const LegalProgram& legal) {
  writer.block(R"(


class Trainer:
    """${optimizer} on `compute_loss`; weights and optimiser state last from `fit` to `fit`."""

    def __init__(self, model: ${type}) -> None:
        self.model = model
)",
               {{"optimizer", legal.optimizer_name}, {"type", model_type(legal)}});
  const auto type = writer.indent();
  const auto body = writer.indent();
  writer.statement("self.optimizer = ", legal.optimizer);
  if (counts_steps(legal)) writer.line("self.steps = 0");
  if (!legal.ema_momentum.empty()) {
    writer.line("self.averages = [each.detach().clone() for each in model.parameters() if each.requires_grad]");
  }
  if (legal.is_mixed) writer.line("self.loss_scale = LossScale()");
}

void print_decay(PythonWriter& writer, const LegalProgram& legal) {
  if (legal.decay.empty()) return;
  writer.block(R"(

    @torch.no_grad()
    def decay_weights(self) -> None:
        """Before a step and apart from the gradients, as Keras does."""
        weights: list[torch.Tensor] = [each for each in self.model.parameters() if each.grad is not None]
        torch._foreach_mul_(weights, 1 - self.optimizer.param_groups[0]["lr"] * ${decay})
)",
               {{"decay", legal.decay}});
}

void print_average(PythonWriter& writer, const LegalProgram& legal) {
  if (legal.ema_momentum.empty()) return;
  writer.block(R"(

    @torch.no_grad()
    def average_weights(self) -> None:
        """Let the averages follow the weights; they begin as the weights after the first step."""
        weights: list[torch.Tensor] = [each for each in self.model.parameters() if each.requires_grad]
        torch._foreach_lerp_(self.averages, weights, 1 - ${momentum} if self.steps > 0 else 1.0)

    @torch.no_grad()
    def use_averages(self) -> None:
        """Let the weights become their averages."""
        weights: list[torch.Tensor] = [each for each in self.model.parameters() if each.requires_grad]
        torch._foreach_copy_(weights, self.averages)
)",
               {{"momentum", legal.ema_momentum}});
}

/// The loss of a batch, with what regularizers add to it.
void print_loss(PythonWriter& writer, const LegalProgram& legal, const std::string& inputs, const std::string& targets,
                const std::string& count) {
  if (legal.has_activity) writer.line("self.model.activity = torch.zeros(())");
  const std::string call = fmt::format("self.model({})", inputs);
  const std::string assignment = fmt::format("{}{} = {}", legal.outputs, legal.gives_mask ? ", mask" : "", call);
  const std::string outputs = legal.outputs + (legal.is_mixed ? ".float()" : "");
  if (legal.is_mixed) {
    writer.line("with " + autocast(legal) + ":");
    writer.line("    " + assignment);
  } else if (legal.gives_mask) {
    writer.line(assignment);
  }
  if (legal.gives_mask) {
    writer.line(fmt::format("loss = compute_loss({}[mask], {}[mask])", outputs, targets));
  } else {
    writer.line(fmt::format("loss = compute_loss({}, {})", legal.is_mixed ? outputs : call, targets));
  }
  if (!legal.penalties.empty()) writer.line("loss = loss + self.model.penalty()");
  if (legal.has_activity) writer.line(fmt::format("loss = loss + self.model.activity / len({})", count));
}

/// One step on the batch of `inputs` and `targets`, and its part of the epoch's loss.
void print_step(PythonWriter& writer, const LegalProgram& legal, const std::string& inputs, const std::string& targets,
                const std::string& count) {
  const auto type = writer.indent();
  const auto method = writer.indent();
  const auto epoch = writer.indent();
  const auto batch = writer.indent();
  const std::string adds = fmt::format("total += loss.detach() * len({})", count);
  writer.line("self.optimizer.zero_grad()");
  print_loss(writer, legal, inputs, targets, count);
  if (legal.is_mixed) {
    writer.line(adds);
    writer.line("(self.loss_scale.factor * loss).backward()");
    writer.line("if not self.loss_scale.unscale(self.model):");
    writer.line("    continue");
  } else {
    writer.line("loss.backward()");
  }
  for (const std::string& line : legal.before_step) writer.line(line);
  if (!legal.schedule.empty()) writer.line("self.optimizer.param_groups[0][\"lr\"] = learning_rate(self.steps)");
  if (!legal.decay.empty()) writer.line("self.decay_weights()");
  writer.line("self.optimizer.step()");
  if (!legal.ema_momentum.empty()) writer.line("self.average_weights()");
  if (!legal.constraints.empty()) writer.line("self.model.constrain()");
  if (counts_steps(legal)) writer.line("self.steps += 1");
  if (!legal.is_mixed) writer.line(adds);
}

void print_end(PythonWriter& writer, const LegalProgram& legal) {
  if (!legal.ema_momentum.empty()) {
    writer.line("        if history and finish:");
    writer.line("            self.use_averages()");
  }
  writer.line("        return history");
}

void print_fit_head(PythonWriter& writer, const Program& program) {
  const auto indentation = writer.indent();
  writer.blank();
  write_fit_head(writer, program);
}

/// The loop as PyTorch documents it. The loader gets its own generator so that it leaves the global one alone.
void print_documented_loop(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const bool several = has_several_inputs(program.model);
  const std::string arrays = several ? "*(as_tensor(x[name]) for name in INPUT_SHAPES)" : "as_tensor(x)";
  writer.block(R"(
        data = TensorDataset(${arrays}, as_tensor(y))
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
  print_end(writer, legal);
}

/// The same steps on data that lie in memory as tensors: one gather a batch, and nothing read back before the epoch
/// ends.
void print_resident_loop(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  const Words& words = program.words;
  const bool several = has_several_inputs(program.model);
  if (several) {
    writer.block(R"(
        ${inputs} = [as_tensor(x[name])${to} for name in INPUT_SHAPES]
        ${targets} = as_tensor(y)${to}
)",
                 {{"to", to_device(legal)}, {"inputs", words.inputs}, {"targets", words.targets}});
  } else {
    writer.block(R"(
        ${inputs}, ${targets} = as_tensor(x)${to}, as_tensor(y)${to}
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
  print_end(writer, legal);
}

}  // namespace

std::string_view model_type(const LegalProgram& legal) {
  const bool has_more = !legal.penalties.empty() || legal.has_activity || !legal.constraints.empty();
  return has_more ? std::string_view(legal.class_name) : "nn.Module";
}

std::string autocast(const LegalProgram& legal) {
  return fmt::format("torch.autocast({}, dtype=torch.float16)", legal.device.empty() ? "\"cpu\"" : "DEVICE.type");
}

void print_trainer(PythonWriter& writer, const LegalProgram& legal, const Program& program) {
  if (!legal.schedule.empty()) {
    writer.blank(2);
    writer.block(legal.schedule);
  }
  print_as_tensor(writer);
  print_constructor(writer, legal);
  print_decay(writer, legal);
  print_average(writer, legal);
  print_fit_head(writer, program);
  if (program.options.level == Level::kO0) {
    print_documented_loop(writer, legal, program);
  } else {
    print_resident_loop(writer, legal, program);
  }
  writer.block(R"(


def create_trainer(model: ${type}) -> Trainer:
    return Trainer(model)
)",
               {{"type", model_type(legal)}});
}

}  // namespace neural::emit::pytorch
