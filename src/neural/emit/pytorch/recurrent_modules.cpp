#include "neural/emit/pytorch/recurrent_modules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/recurrent_helpers.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/model/fans.hpp"

namespace neural::emit::pytorch {

using model::Activation;
using model::LayerKind;
using model::Parameter;

double Recurrent::rate(Parameter dropout) const {
  const double rate = attributes().number(dropout);
  return rate == 1 && cell.kind != LayerKind::SimpleRNN ? 0 : rate;
}

bool Recurrent::is_in_torch() const {
  const Activation activation = attributes().activation(Parameter::activation);
  if (rate(Parameter::recurrent_dropout) > 0) return false;
  if (cell.kind == LayerKind::SimpleRNN) return activation == Activation::tanh || activation == Activation::relu;
  if (cell.kind == LayerKind::GRU && !attributes().boolean(Parameter::reset_after)) return false;
  return activation == Activation::tanh &&
         attributes().activation(Parameter::recurrent_activation) == Activation::sigmoid;
}

bool Recurrent::drops_by_gate() const {
  return cell.kind != LayerKind::SimpleRNN && rate(Parameter::dropout) > 0 && rate(Parameter::recurrent_dropout) > 0;
}

namespace {

std::string class_of(LayerKind kind) {
  return kind == LayerKind::LSTM ? "nn.LSTM" : kind == LayerKind::GRU ? "nn.GRU" : "nn.RNN";
}

/// "layer_1/backward/recurrent_kernel" -> "weight_hh_l1_reverse", which in a loop is "weight_hh".
std::string parameter_of(std::string_view tensor, bool in_torch) {
  const std::string kind = tensor.ends_with("recurrent_kernel") ? "weight_hh"
                           : tensor.ends_with("kernel")         ? "weight_ih"
                                                                : "bias_ih";
  if (!in_torch) return kind;
  const std::size_t at = tensor.find("layer_");
  const std::string_view number =
      at == std::string_view::npos ? "0" : tensor.substr(at + 6, tensor.find('/', at) - at - 6);
  return fmt::format("{}_l{}{}", kind, number, tensor.find("backward/") == std::string_view::npos ? "" : "_reverse");
}

/// Keras has the gates of a GRU in the order z, r, h, PyTorch as r, z, n; those of an LSTM are in one order. A bias
/// for the state is the second row of the tensor.
void place_tensor(ModuleBuilder& builder, const Recurrent& recurrent, const model::Tensor& tensor,
                  const std::string& module, const std::string& parameter) {
  const bool is_kernel = tensor.name.ends_with("kernel");
  const bool reorders = recurrent.cell.kind == LayerKind::GRU && recurrent.is_in_torch();
  builder.place(recurrent.outer, tensor, module, parameter,
                is_kernel ? std::vector<std::int64_t>{1, 0} : std::vector<std::int64_t>{});
  WeightPlace& place = builder.program().weights.back();
  const std::int64_t units = recurrent.attributes().integer(Parameter::units);
  if (reorders) {
    place.order = {1, 0, 2};
    place.view = is_kernel ? std::vector<std::int64_t>{tensor.shape[0], 3, units} : std::vector<std::int64_t>{3, units};
    if (is_kernel) place.axes = {1, 2, 0};
  }
  if (is_kernel || tensor.shape.size() == 1) return;
  place.row = 0;
  WeightPlace second = place;
  second.parameter.replace(second.parameter.rfind("bias_ih"), 7, "bias_hh");
  second.row = 1;
  builder.program().weights.push_back(std::move(second));
}

/// Parameters of one kind that begin alike, and the statements that set them.
struct Beginning {
  std::vector<std::string> names;
  std::string kind;  ///< "weight_ih"
  std::vector<std::string> statements;
};

std::string condition_of(const Beginning& beginning, const std::vector<Beginning>& all, bool begins_states) {
  const auto is_same_kind = [&](const Beginning& each) { return each.kind == beginning.kind; };
  if (std::count_if(all.begin(), all.end(), is_same_kind) == 1) {
    return "name.startswith(" + python_string(begins_states ? "bias" : beginning.kind) + ")";
  }
  std::vector<Argument> names;
  for (const std::string& name : beginning.names) names.emplace_back(python_string(name));
  return "name in " + Expression::tuple(std::move(names)).flat();
}

using Tensors = std::vector<std::pair<const model::Tensor*, std::string>>;  ///< with the names of their parameters

/// The size of a gate where the bias of the second begins with 1, else 0.
std::int64_t open_gate_of(const Recurrent& recurrent) {
  if (recurrent.cell.kind != LayerKind::LSTM || !recurrent.attributes().boolean(Parameter::unit_forget_bias)) return 0;
  return recurrent.attributes().integer(Parameter::units);
}

std::vector<std::string> statements_of(const Recurrent& recurrent, const model::Tensor& tensor, bool is_bias) {
  std::vector<std::string> statements = beginning_of_parameter(tensor, is_bias ? open_gate_of(recurrent) : 0);
  const bool reorders = recurrent.cell.kind == LayerKind::GRU && recurrent.is_in_torch();
  if (reorders && tensor.initializer.kind == model::InitializerKind::identity) {
    const std::int64_t units = recurrent.attributes().integer(Parameter::units);
    statements.push_back(fmt::format("parameter.data[:{0}] = parameter.data[:{0}].roll({1}, dims=0)  # z is behind r",
                                     2 * units, units));
  }
  return statements;
}

std::vector<Beginning> beginnings_of(const Recurrent& recurrent, const Tensors& tensors) {
  std::vector<Beginning> beginnings;
  for (const auto& [tensor, name] : tensors) {
    const std::string kind = name.substr(0, name.find("_l"));
    const std::vector<std::string> statements = statements_of(recurrent, *tensor, kind == "bias_ih");
    const auto is_same = [&](const Beginning& each) { return each.kind == kind && each.statements == statements; };
    auto found = std::find_if(beginnings.begin(), beginnings.end(), is_same);
    if (found == beginnings.end()) found = beginnings.insert(found, {{}, kind, statements});
    found->names.push_back(name);
  }
  return beginnings;
}

/// Keras has one bias where PyTorch adds two, unless it is a GRU's:
/// the second stays zero.
std::vector<std::string> beginning_lines(const Recurrent& recurrent, const Tensors& tensors) {
  const std::vector<Beginning> beginnings = beginnings_of(recurrent, tensors);
  const bool is_gru = recurrent.cell.kind == LayerKind::GRU;
  std::vector<std::string> lines;
  for (const Beginning& beginning : beginnings) {
    const bool is_bias = beginning.kind == "bias_ih";
    lines.push_back((lines.empty() ? "if " : "elif ") + condition_of(beginning, beginnings, is_bias && is_gru) + ":");
    for (const std::string& statement : beginning.statements) lines.push_back("    " + statement);
    if (!is_bias || is_gru || !recurrent.is_in_torch()) continue;
    lines.insert(lines.end(), {"else:", "    nn.init.zeros_(parameter).requires_grad_(False)  # one bias is enough"});
  }
  return lines;
}

std::vector<Argument> arguments_of_torch(const Recurrent& recurrent, const RecurrentPart& part) {
  const model::Attributes& attributes = recurrent.attributes();
  std::vector<Argument> arguments;
  if (recurrent.cell.kind == LayerKind::SimpleRNN) {
    arguments.emplace_back("nonlinearity",
                           python_string(activation_name(attributes.activation(Parameter::activation))));
  }
  if (part.layers > 1) arguments.emplace_back("num_layers", std::to_string(part.layers));
  arguments.emplace_back("bias", python_bool(attributes.boolean(Parameter::use_bias)));
  arguments.emplace_back("batch_first", "True");
  if (part.both_ways) arguments.emplace_back("bidirectional", "True");
  return arguments;
}

std::vector<Argument> arguments_of_loop(const Recurrent& recurrent) {
  const model::Attributes& attributes = recurrent.attributes();
  std::vector<Argument> arguments = {{"activation", function_text(attributes.activation(Parameter::activation), -1)}};
  if (recurrent.cell.kind != LayerKind::SimpleRNN) {
    arguments.emplace_back("recurrent_activation",
                           function_text(attributes.activation(Parameter::recurrent_activation), -1));
  }
  if (recurrent.cell.kind == LayerKind::GRU) {
    arguments.emplace_back("reset_after", python_bool(attributes.boolean(Parameter::reset_after)));
  }
  const double rate = recurrent.drops_by_gate() ? recurrent.rate(Parameter::dropout) : 0;
  arguments.emplace_back("bias", python_bool(attributes.boolean(Parameter::use_bias)));
  arguments.emplace_back("dropout", python_number(rate));
  arguments.emplace_back("recurrent_dropout", python_number(recurrent.rate(Parameter::recurrent_dropout)));
  return arguments;
}

}  // namespace

std::vector<std::string> beginning_of_parameter(const model::Tensor& tensor, std::int64_t open_gate) {
  std::vector<std::string> lines;
  const auto set = [&](const model::Tensor& part, const std::string& target) {
    // A bias of Keras may have two rows, which are two parameters here.
    const TensorInitialisation beginning =
        initialise(part, {}, tensor.name.ends_with("bias") ? Fans::kOfKeras : Fans::kOfTorch);
    std::vector<Argument> arguments = {target};
    for (const auto& [name, value] : beginning.arguments) arguments.emplace_back(name, value);
    constexpr std::size_t kIndent = 16;  // a branch of a loop of a method
    Expression::call(beginning.function, std::move(arguments)).append(lines.emplace_back(), kIndent, kIndent, 0);
  };
  if (open_gate > 0 && model::counts_fans(tensor.initializer.kind)) {  // Keras draws one gate, then two at once
    model::Tensor part = tensor;
    part.shape = {open_gate};
    set(part, fmt::format("parameter.data[:{}]", open_gate));
    part.shape = {2 * open_gate};
    set(part, fmt::format("parameter.data[{}:]", 2 * open_gate));
  } else {
    set(tensor, "parameter");
  }
  if (open_gate > 0) {
    lines.push_back(fmt::format("parameter.data[{}:{}] = 1.0  # the forget gate", open_gate, 2 * open_gate));
  }
  return lines;
}

std::string add_recurrent_module(ModuleBuilder& builder, const Recurrent& recurrent, const RecurrentPart& part,
                                 std::vector<ParameterBeginning>& beginnings) {
  const bool in_torch = recurrent.is_in_torch();
  const LayerKind kind = recurrent.cell.kind;
  Tensors tensors;
  for (const model::Tensor& tensor : recurrent.outer.tensors()) {
    if (!tensor.name.starts_with(part.path)) continue;
    tensors.emplace_back(&tensor, parameter_of(std::string_view(tensor.name).substr(part.path.size()), in_torch));
  }
  if (!in_torch) {
    require(builder.program(), recurrent_loop());
    require(builder.program(), loop_of(kind));
  }
  std::vector<Argument> arguments = {std::to_string(tensors.front().first->shape.front()),
                                     std::to_string(recurrent.attributes().integer(Parameter::units))};
  for (Argument& each : in_torch ? arguments_of_torch(recurrent, part) : arguments_of_loop(recurrent)) {
    arguments.push_back(std::move(each));
  }
  const std::string module =
      builder.add(recurrent.outer, Expression::call(in_torch ? class_of(kind) : loop_class(kind), std::move(arguments)),
                  part.ending);
  for (const auto& [tensor, parameter] : tensors) place_tensor(builder, recurrent, *tensor, module, parameter);
  std::vector<std::string> lines = beginning_lines(recurrent, tensors);
  const auto begins_so = [&](const ParameterBeginning& each) { return each.lines == lines; };
  const auto same = std::find_if(beginnings.begin(), beginnings.end(), begins_so);
  if (same == beginnings.end()) {
    beginnings.push_back({{module}, std::move(lines)});
  } else {
    same->modules.push_back(module);
  }
  return module;
}

void begin_parameters(ModuleBuilder& builder, const std::vector<ParameterBeginning>& beginnings) {
  std::vector<std::string>& then = builder.program().modules.back().then;
  for (const auto& [modules, lines] : beginnings) {
    if (modules.size() == 1) {
      then.push_back("for name, parameter in self." + modules.front() + ".named_parameters():");
    } else {
      std::vector<Argument> all;
      for (const std::string& module : modules) all.emplace_back("*self." + module + ".named_parameters()");
      constexpr std::size_t kIndent = 8;
      std::string head = "for name, parameter in ";
      Expression::list(std::move(all)).append(head, kIndent, kIndent + head.size(), 1);
      then.push_back(head + ":");
    }
    for (const std::string& line : lines) then.push_back("    " + line);
  }
}

}  // namespace neural::emit::pytorch
