// The formulas are those of keras.optimizers, version 3; the functions torch._foreach_… take all tensors at once.
#include "neural/emit/pytorch/optimizer_classes.hpp"

#include <utility>
#include <vector>

#include "neural/base/text.hpp"
#include "neural/emit/text/expression.hpp"
#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {
namespace {

struct Option {
  std::string name;
  std::string type = "float";
};

/// A tensor beside each parameter: its key, the list of them all, what it begins with.
struct State {
  std::string key;
  std::string list;
  std::string beginning = "torch.zeros_like(each)";
};

struct Class {
  std::string name;
  std::string description;
  std::vector<Option> options;
  std::vector<State> states;
  bool counts_steps = false;
  std::string step;  ///< lines behind those that set `group`, `parameters`, `gradients` and the lists of states
};

/// As `ruff format` lays it out, in a class.
void write_signature(PythonWriter& writer, const std::vector<std::string>& parameters) {
  const std::string joined = join(parameters, ", ");
  const std::string line = "def __init__(" + joined + ") -> None:";
  if (line.size() + 4 <= kLineLength) return writer.line(line);
  writer.line("def __init__(");
  if (joined.size() + 8 <= kLineLength) {
    writer.line("    " + joined);
  } else {
    for (const std::string& parameter : parameters) writer.line("    " + parameter + ",");
  }
  writer.line(") -> None:");
}

void write_constructor(PythonWriter& writer, const Class& optimizer) {
  std::vector<std::string> parameters = {"self", "parameters: Iterable[nn.Parameter]", "*", "lr: float"};
  std::vector<Argument> defaults = {{"\"lr\"", "lr"}};
  for (const Option& option : optimizer.options) {
    parameters.push_back(option.name + ": " + option.type);
    defaults.emplace_back("\"" + option.name + "\"", option.name);
  }
  if (optimizer.counts_steps) defaults.emplace_back("\"steps\"", "0");
  write_signature(writer, parameters);
  const auto indentation = writer.indent();
  writer.statement("", Expression::call("super().__init__", {"parameters", Expression::dictionary(defaults)}));
  std::vector<Argument> state;
  for (const State& each : optimizer.states) state.emplace_back("\"" + each.key + "\"", each.beginning);
  writer.line("for each in self.param_groups[0][\"params\"]:");
  const auto loop = writer.indent();
  writer.statement("self.state[each] = ", Expression::dictionary(std::move(state)));
}

std::string class_of(const Class& optimizer) {
  PythonWriter writer;
  writer.block(R"(
class ${name}(torch.optim.Optimizer):
    """${description}"""

)",
               {{"name", optimizer.name}, {"description", optimizer.description}});
  const auto indentation = writer.indent();
  write_constructor(writer, optimizer);
  writer.block(R"(

@torch.no_grad()
def step(self) -> None:  # type: ignore[override]
    (group,) = self.param_groups
    parameters = [each for each in group["params"] if each.grad is not None]
    gradients = [each.grad for each in parameters]
)");
  const auto body = writer.indent();
  for (const State& each : optimizer.states) {
    writer.line(each.list + " = [self.state[each][\"" + each.key + "\"] for each in parameters]");
  }
  if (optimizer.counts_steps) writer.line("group[\"steps\"] += 1");
  writer.block(optimizer.step);
  return writer.take();
}

}  // namespace

std::string sgd_class(bool nesterov) {
  const std::string step = R"(
torch._foreach_mul_(momenta, group["momentum"])
torch._foreach_add_(momenta, gradients, alpha=-group["lr"])
)";
  return class_of({.name = "SGD",
                   .description = "Keras's SGD: the momentum carries the learning rate of the steps it comes from.",
                   .options = {{"momentum"}},
                   .states = {{"momentum", "momenta"}},
                   .step = step + (nesterov ? R"(torch._foreach_add_(parameters, momenta, alpha=group["momentum"])
torch._foreach_add_(parameters, gradients, alpha=-group["lr"])
)"
                                            : "torch._foreach_add_(parameters, momenta)\n")});
}

std::string rmsprop_class(bool has_momentum, bool centered) {
  Class optimizer = {.name = "RMSprop",
                     .description = "Keras's RMSprop: epsilon stands under the root.",
                     .options = {{"rho"}},
                     .states = {{"square", "squares"}},
                     .step = R"(
torch._foreach_mul_(squares, group["rho"])
torch._foreach_addcmul_(squares, gradients, gradients, value=1 - group["rho"])
)"};
  if (centered) {
    optimizer.states.push_back({"mean", "means"});
    optimizer.step += R"(torch._foreach_lerp_(means, gradients, 1 - group["rho"])
roots = torch._foreach_addcmul(squares, means, means, value=-1.0)
torch._foreach_add_(roots, group["eps"])
)";
  } else {
    optimizer.step += "roots = torch._foreach_add(squares, group[\"eps\"])\n";
  }
  optimizer.step += "torch._foreach_sqrt_(roots)\n";
  if (has_momentum) {
    optimizer.description =
        "Keras's RMSprop: epsilon stands under the root, and the momentum carries the learning rate.";
    optimizer.options.push_back({"momentum"});
    optimizer.states.push_back({"momentum", "momenta"});
    optimizer.step += R"(torch._foreach_mul_(momenta, group["momentum"])
torch._foreach_addcdiv_(momenta, gradients, roots, value=group["lr"])
torch._foreach_sub_(parameters, momenta)
)";
  } else {
    optimizer.step += "torch._foreach_addcdiv_(parameters, gradients, roots, value=-group[\"lr\"])\n";
  }
  optimizer.options.push_back({"eps"});
  return class_of(optimizer);
}

std::string adagrad_class() {
  return class_of({.name = "Adagrad",
                   .description = "Keras's Adagrad: epsilon stands under the root.",
                   .options = {{"initial_accumulator_value"}, {"eps"}},
                   .states = {{"accumulator", "accumulators", "torch.full_like(each, initial_accumulator_value)"}},
                   .step = R"(
torch._foreach_addcmul_(accumulators, gradients, gradients)
roots = torch._foreach_add(accumulators, group["eps"])
torch._foreach_sqrt_(roots)
torch._foreach_addcdiv_(parameters, gradients, roots, value=-group["lr"])
)"});
}

std::string adamax_class() {
  return class_of({.name = "Adamax",
                   .description = "Keras's Adamax: epsilon is added to the largest gradient, once it is found.",
                   .options = {{"betas", "tuple[float, float]"}, {"eps"}},
                   .states = {{"mean", "means"}, {"norm", "norms"}},
                   .counts_steps = true,
                   .step = R"(
beta_1, beta_2 = group["betas"]
torch._foreach_lerp_(means, gradients, 1 - beta_1)
torch._foreach_mul_(norms, beta_2)
torch._foreach_maximum_(norms, torch._foreach_abs(gradients))
rate = group["lr"] / (1 - beta_1 ** group["steps"])
torch._foreach_addcdiv_(parameters, means, torch._foreach_add(norms, group["eps"]), value=-rate)
)"});
}

std::string lion_class() {
  return class_of(
      {.name = "Lion",
       .description = "Steps of the size of the learning rate, in the direction of a mean of the gradients.",
       .options = {{"betas", "tuple[float, float]"}},
       .states = {{"mean", "means"}},
       .step = R"(
beta_1, beta_2 = group["betas"]
directions = torch._foreach_lerp(gradients, means, beta_1)
torch._foreach_sign_(directions)
torch._foreach_add_(parameters, directions, alpha=-group["lr"])
torch._foreach_lerp_(means, gradients, 1 - beta_2)
)"});
}

std::string ftrl_class() {
  return class_of(
      {.name = "Ftrl",
       .description = "Follow the regularized leader: the weights are computed anew from the sums of the gradients.",
       .options = {{"power"}, {"initial_accumulator_value"}, {"l1"}, {"l2"}, {"beta"}},
       .states = {{"accumulator", "accumulators", "torch.full_like(each, initial_accumulator_value)"},
                  {"linear", "linears"}},
       .step = R"(
before = torch._foreach_pow(accumulators, -group["power"])
torch._foreach_addcmul_(accumulators, gradients, gradients)
after = torch._foreach_pow(accumulators, -group["power"])
torch._foreach_add_(linears, gradients)
torch._foreach_addcmul_(linears, torch._foreach_sub(after, before), parameters, value=-1 / group["lr"])
torch._foreach_div_(after, group["lr"])
torch._foreach_add_(after, 2 * group["l2"] + group["beta"] / group["lr"])
for parameter, linear, curvature in zip(parameters, linears, after, strict=True):
    parameter.copy_((linear.clamp(-group["l1"], group["l1"]) - linear) / curvature)
)"});
}

}  // namespace neural::emit::pytorch
