// LSTM, GRU, SimpleRNN and Bidirectional on the recurrent modules of torch.nn.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/initializers.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Activation;
using model::LayerKind;
using model::Parameter;

/// A recurrent layer as it runs: alone, or both ways.
struct Recurrent {
  const model::Layer& outer;  ///< whose tensors and name they are
  const model::Layer& cell;   ///< whose attributes they are
  bool both_ways = false;

  const model::Attributes& attributes() const { return cell.attributes; }
  std::int64_t units() const { return attributes().integer(Parameter::units); }
  std::int64_t count() const { return attributes().integer(Parameter::num_layers); }
  std::int64_t gates() const { return cell.kind == LayerKind::LSTM ? 4 : cell.kind == LayerKind::GRU ? 3 : 1; }
};

/// "a GRU with reset_after=false", or empty where the modules of PyTorch compute what is asked for.
std::string beyond_modules(const Recurrent& recurrent) {
  const model::Attributes& attributes = recurrent.attributes();
  const std::string name = fmt::format("`{}`", layer_kind_name(recurrent.cell.kind));
  const Activation activation = attributes.activation(Parameter::activation);
  const bool is_simple = recurrent.cell.kind == LayerKind::SimpleRNN;
  if (activation != Activation::tanh && !(is_simple && activation == Activation::relu)) {
    return fmt::format("{} with `activation={}`", name, activation_name(activation));
  }
  if (!is_simple && attributes.activation(Parameter::recurrent_activation) != Activation::sigmoid) {
    return fmt::format("{} with another `recurrent_activation` than `sigmoid`", name);
  }
  if (attributes.number(Parameter::recurrent_dropout) > 0) return name + " with `recurrent_dropout`";
  if (recurrent.cell.kind == LayerKind::GRU && !attributes.boolean(Parameter::reset_after)) {
    return name + " with `reset_after=false`";
  }
  if (attributes.number(Parameter::dropout) > 0 && recurrent.count() > 1) {
    return name + " with `dropout` and several layers";
  }
  const bool is_wrapped = &recurrent.outer != &recurrent.cell;
  if (is_wrapped && (recurrent.count() > 1 || attributes.boolean(Parameter::bidirectional))) {
    return name + " of several layers in a `Bidirectional`";
  }
  if (is_wrapped && attributes.boolean(Parameter::go_backwards)) {
    return name + " with `go_backwards` in a `Bidirectional`";
  }
  if (attributes.boolean(Parameter::go_backwards) && attributes.boolean(Parameter::bidirectional)) {
    return name + " with `go_backwards` and `bidirectional`";
  }
  return {};
}

/// "layer_1/backward/recurrent_kernel" -> "weight_hh_l1_reverse"
std::string torch_name(const std::string& tensor) {
  const std::size_t at = tensor.find("layer_");
  const std::string number = at == std::string::npos ? "0" : tensor.substr(at + 6, tensor.find('/', at) - at - 6);
  const std::string way = tensor.find("backward/") == std::string::npos ? "" : "_reverse";
  const std::string kind = tensor.ends_with("recurrent_kernel") ? "weight_hh"
                           : tensor.ends_with("kernel")         ? "weight_ih"
                                                                : "bias_ih";
  return kind + "_l" + number + way;
}

/// Keras has the gates of a GRU in the order z, r, h, PyTorch as r, z, n; those of an LSTM are in one order.
void place_tensor(ModuleBuilder& builder, const Recurrent& recurrent, const model::Tensor& tensor,
                  const std::string& module) {
  const std::string name = torch_name(tensor.name);
  const bool is_kernel = tensor.name.ends_with("kernel");
  builder.place(recurrent.outer, tensor, module, name,
                is_kernel ? std::vector<std::int64_t>{1, 0} : std::vector<std::int64_t>{});
  if (recurrent.cell.kind != LayerKind::GRU) return;
  WeightPlace& place = builder.program().weights.back();
  place.order = {1, 0, 2};
  if (is_kernel) {
    place.view = {tensor.shape[0], 3, recurrent.units()};
    place.axes = {1, 2, 0};
    return;
  }
  place.view = {3, recurrent.units()};
  place.row = 0;
  WeightPlace second = place;
  second.parameter.replace(second.parameter.find("bias_ih"), 7, "bias_hh");
  second.row = 1;
  builder.program().weights.push_back(std::move(second));
}

Expression call_of(const TensorInitialisation& initialisation) {
  std::vector<Argument> arguments = {"parameter"};
  for (const auto& [name, value] : initialisation.arguments) arguments.emplace_back(name, value);
  return Expression::call(initialisation.function, std::move(arguments));
}

/// Parameters of one kind that begin alike, and the statement that sets them.
struct Beginning {
  std::vector<std::string> names;
  std::string kind;  ///< "weight_ih"
  std::string statement;
};

std::string condition_of(const Beginning& beginning, const std::vector<Beginning>& all) {
  const auto is_same_kind = [&](const Beginning& each) { return each.kind == beginning.kind; };
  if (std::count_if(all.begin(), all.end(), is_same_kind) == 1) {
    return "name.startswith(" + python_string(beginning.kind) + ")";
  }
  std::vector<Argument> names;
  for (const std::string& name : beginning.names) names.emplace_back(python_string(name));
  return "name in " + Expression::tuple(std::move(names)).flat();
}

/// Keras has one bias where PyTorch adds two: the second stays zero. The forget gate of an LSTM begins with a bias
/// of 1.
void initialise_parameters(ModuleBuilder& builder, const Recurrent& recurrent, const std::string& module) {
  std::vector<Beginning> beginnings;
  for (const model::Tensor& tensor : recurrent.outer.tensors()) {
    const std::string name = torch_name(tensor.name);
    const std::string kind = name.substr(0, name.find("_l"));
    const std::string statement = call_of(initialise(tensor, name)).flat();
    const auto is_same = [&](const Beginning& each) { return each.kind == kind && each.statement == statement; };
    auto found = std::find_if(beginnings.begin(), beginnings.end(), is_same);
    if (found == beginnings.end()) found = beginnings.insert(found, {{}, kind, statement});
    found->names.push_back(name);
  }
  std::vector<std::string>& lines = builder.program().modules.back().then;
  lines.push_back("for name, parameter in self." + module + ".named_parameters():");
  const char* word = "if ";
  for (const Beginning& beginning : beginnings) {
    lines.push_back("    " + (word + condition_of(beginning, beginnings)) + ":");
    lines.push_back("        " + beginning.statement);
    word = "elif ";
    const bool forgets = recurrent.cell.kind == LayerKind::LSTM && beginning.kind == "bias_ih" &&
                         recurrent.attributes().boolean(Parameter::unit_forget_bias);
    if (forgets) {
      lines.push_back(fmt::format("        parameter.data[{}:{}] = 1.0  # the forget gate", recurrent.units(),
                                  2 * recurrent.units()));
    }
    if (beginning.kind != "bias_ih") continue;
    if (recurrent.cell.kind == LayerKind::GRU) {
      lines[lines.size() - 2] = "    " + std::string("elif name.startswith(\"bias\"):");
    } else {
      lines.insert(lines.end(),
                   {"    else:", "        nn.init.zeros_(parameter).requires_grad_(False)  # one bias is enough"});
    }
  }
}

std::string class_of(LayerKind kind) {
  return kind == LayerKind::LSTM ? "nn.LSTM" : kind == LayerKind::GRU ? "nn.GRU" : "nn.RNN";
}

std::string add_module(ModuleBuilder& builder, const Recurrent& recurrent) {
  const model::Attributes& attributes = recurrent.attributes();
  std::vector<Argument> arguments = {std::to_string(*recurrent.outer.input.back()), std::to_string(recurrent.units())};
  if (recurrent.cell.kind == LayerKind::SimpleRNN) {
    arguments.emplace_back("nonlinearity",
                           python_string(activation_name(attributes.activation(Parameter::activation))));
  }
  if (recurrent.count() > 1) arguments.emplace_back("num_layers", std::to_string(recurrent.count()));
  arguments.emplace_back("bias", python_bool(attributes.boolean(Parameter::use_bias)));
  arguments.emplace_back("batch_first", "True");
  if (recurrent.both_ways) arguments.emplace_back("bidirectional", "True");
  const std::string module =
      builder.add(recurrent.outer, Expression::call(class_of(recurrent.cell.kind), std::move(arguments)));
  for (const model::Tensor& tensor : recurrent.outer.tensors()) place_tensor(builder, recurrent, tensor, module);
  initialise_parameters(builder, recurrent, module);
  return module;
}

/// The results of both ways stand side by side; other modes join them.
std::string merged(const model::Layer& outer) {
  if (outer.kind != LayerKind::Bidirectional) return {};
  const std::string& mode = outer.attributes.word(Parameter::merge_mode);
  if (mode == "concat") return {};
  return std::string(".unflatten(-1, (2, -1)).") +
         (mode == "sum"   ? "sum"
          : mode == "mul" ? "prod"
                          : "mean") +
         "(dim=-2)";
}

}  // namespace

void lower_recurrent(ModuleBuilder& builder, const model::Layer& layer) {
  const model::Layer& cell = layer.kind == LayerKind::Bidirectional ? *layer.wrapped : layer;
  const Recurrent recurrent = {
      layer, cell, layer.kind == LayerKind::Bidirectional || cell.attributes.boolean(Parameter::bidirectional)};
  if (const std::string what = beyond_modules(recurrent); !what.empty()) return builder.not_yet(layer, what);
  const model::Attributes& attributes = recurrent.attributes();
  if (!attributes.at(Parameter::seed).is_none() && attributes.number(Parameter::dropout) > 0) {
    return builder.refuse(layer, fmt::format("a `seed` of its own for `{}`", layer_kind_name(cell.kind)),
                          "leave it out, and set `seed` in train { }");
  }
  builder.to_declared_order();
  if (attributes.boolean(Parameter::go_backwards)) builder.apply(builder.x() + ".flip(1)", "backwards");
  if (const double rate = attributes.number(Parameter::dropout); rate > 0) {
    require(builder.program(), shared_dropout());
    builder.call(builder.add(
        layer, Expression::call("SharedDropout", {{"p", python_number(rate)}, {"shape", "(None, 1, None)"}}),
        "_dropout"));
  }
  const std::string module = add_module(builder, recurrent);
  std::string value = "self." + module + "(" + builder.x() + ")";
  if (attributes.boolean(Parameter::return_sequences)) {
    value += "[0]";
  } else {
    value += cell.kind == LayerKind::LSTM ? "[1][0]" : "[1]";
    value += recurrent.both_ways ? "[-2:].transpose(0, 1).flatten(1)" : "[-1]";
  }
  builder.apply(value + merged(layer));
}

}  // namespace neural::emit::pytorch
