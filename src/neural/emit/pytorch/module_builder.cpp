#include "neural/emit/pytorch/module_builder.hpp"

#include <algorithm>
#include <utility>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

/// Attributes of torch.nn.Module.
constexpr std::string_view kModuleWords[] = {
    "T_destination",
    "add_module",
    "apply",
    "bfloat16",
    "buffers",
    "call_super_init",
    "children",
    "compile",
    "cpu",
    "cuda",
    "double",
    "dump_patches",
    "eval",
    "extra_repr",
    "float",
    "forward",
    "get_buffer",
    "get_extra_state",
    "get_parameter",
    "get_submodule",
    "half",
    "ipu",
    "load_state_dict",
    "modules",
    "mtia",
    "named_buffers",
    "named_children",
    "named_modules",
    "named_parameters",
    "parameters",
    "register_backward_hook",
    "register_buffer",
    "register_forward_hook",
    "register_forward_pre_hook",
    "register_full_backward_hook",
    "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook",
    "register_load_state_dict_pre_hook",
    "register_module",
    "register_parameter",
    "register_state_dict_post_hook",
    "register_state_dict_pre_hook",
    "requires_grad_",
    "set_extra_state",
    "set_submodule",
    "share_memory",
    "state_dict",
    "to",
    "to_empty",
    "train",
    "training",
    "xpu",
    "zero_grad",
};

/// What `forward` uses besides its own variables.
constexpr std::string_view kForwardWords[] = {"self", "torch", "nn", "x"};

/// "x.permute(0, 3, 1, 2)" of that variable -> its axes; of anything else none.
std::vector<std::size_t> permuted_axes(const Expression& value, const std::string& variable) {
  if (!value.is_atom()) return {};
  const std::string text = value.flat();
  const std::string begin = variable + ".permute(";
  if (!text.starts_with(begin)) return {};
  std::vector<std::size_t> axes;
  for (std::size_t i = begin.size(); i < text.size(); i += 3) {  // a digit, then ", " or the last bracket
    if (text[i] < '0' || text[i] > '9') return {};
    axes.push_back(static_cast<std::size_t>(text[i] - '0'));
  }
  return axes;
}

/// Two changes of layout right behind each other are one, or none at all. True if `next` is done with.
bool joins_changes_of_layout(std::vector<Statement>& forward, const std::string& variable, const Statement& next) {
  if (forward.empty() || next.target != variable || forward.back().target != variable) return false;
  if (forward.back().comment.empty() || next.comment.empty()) return false;
  const std::vector<std::size_t> first = permuted_axes(forward.back().value, variable);
  const std::vector<std::size_t> second = permuted_axes(next.value, variable);
  if (first.empty() || first.size() != second.size()) return false;
  std::string axes;
  bool changes = false;
  for (std::size_t i = 0; i < second.size(); ++i) {
    axes += (i == 0 ? "" : ", ") + std::to_string(first[second[i]]);
    changes = changes || first[second[i]] != i;
  }
  forward.pop_back();
  if (changes) forward.push_back({variable, variable + ".permute(" + axes + ")", next.comment});
  return true;
}

}  // namespace

std::string declared(const Flow& flow) {
  if (!flow.lies_channels_first) return flow.variable;
  std::string axes;
  for (std::size_t axis = 2; axis <= flow.rank; ++axis) axes += std::to_string(axis) + ", ";
  return flow.variable + ".permute(0, " + axes + "1)";
}

std::vector<std::int64_t> kernel_axes(std::size_t rank) {
  const auto last = static_cast<std::int64_t>(rank) - 1;
  std::vector<std::int64_t> axes = {last, last - 1};
  for (std::int64_t axis = 0; axis < last - 1; ++axis) axes.push_back(axis);
  return axes;
}

ModuleBuilder::ModuleBuilder(LegalProgram& program, const Options& options, const CustomImports& imports,
                             syntax::DiagnosticList& diagnostics)
    : program_(program),
      options_(options),
      imports_(imports),
      diagnostics_(diagnostics),
      names_(kModuleWords),
      variables_(kForwardWords) {}

std::string ModuleBuilder::input(const std::string& name) {
  program_.inputs.push_back(name.empty() ? "x" : variables_.variable(name, "input"));
  return program_.inputs.back();
}

std::string ModuleBuilder::target_for(const model::Layer& layer, const Flow& source) {
  return reads_[source.variable] <= 0 ? source.variable : variables_.variable(layer.name, "x");
}

std::string ModuleBuilder::target_for(const model::Layer& layer, const std::vector<Flow>& sources) {
  if (reads_["x"] <= 0) return "x";
  for (const Flow& source : sources) {
    if (reads_[source.variable] <= 0) return source.variable;
  }
  return variables_.variable(layer.name, "x");
}

void ModuleBuilder::begin(Flow flow, std::string target) {
  flow_ = std::move(flow);
  target_ = std::move(target);
}

void ModuleBuilder::apply(Expression value, std::string comment) {
  Statement next = {target_, std::move(value), std::move(comment)};
  if (!joins_changes_of_layout(program_.forward, flow_.variable, next)) program_.forward.push_back(std::move(next));
  flow_.variable = target_;
}

Mask ModuleBuilder::assign_mask(Expression value, std::size_t rank) {
  masks_.push_back(fresh_variable("mask"));
  assign(masks_.back(), std::move(value));
  return {masks_.back(), rank};
}

std::string ModuleBuilder::add(const model::Layer& layer, Expression constructor, std::string_view ending) {
  std::string name = names_.variable(layer.name + std::string(ending), "layer");
  program_.modules.push_back({name, std::move(constructor), {}});
  // Keras's Bidirectional does not hand `trainable` on: its tensors say what is trained.
  const auto& tensors = layer.tensors();
  const bool trains = std::any_of(tensors.begin(), tensors.end(), [](const auto& tensor) { return tensor.trainable; });
  if (!layer.attributes.boolean(model::Parameter::trainable) && !tensors.empty() && !trains) {
    program_.frozen.push_back(name);
  }
  return name;
}

void ModuleBuilder::call(const std::string& module) {
  apply(Expression::call("self." + module, {x()}));
}

/// PyTorch makes the matrix of a weight's first axis and the others, Keras of the others and its kernel's last: where
/// that axis does not come first, the program makes Keras's matrix itself.
void ModuleBuilder::make_orthogonal_as_keras(const std::string& parameter, TensorInitialisation& tensor) {
  const auto found = std::find_if(program_.weights.rbegin(), program_.weights.rend(),
                                  [&](const WeightPlace& place) { return place.parameter == parameter; });
  NEURAL_CHECK(found != program_.weights.rend(), parameter);
  const std::size_t rank = found->shape.size();
  std::vector<std::int64_t> axes = found->axes;
  for (std::size_t i = axes.size(); i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (rank <= 2 || axes.front() == static_cast<std::int64_t>(rank) - 1) return;
  require(program_, orthogonal());
  tensor.function = "orthogonal_";
  tensor.arguments.insert(tensor.arguments.begin(),
                          {{"shape", python_tuple(found->shape)}, {"axes", python_tuple(axes)}});
}

void ModuleBuilder::initialise(const std::string& module, std::vector<TensorInitialisation> tensors) {
  if (tensors.empty()) return;
  for (TensorInitialisation& each : tensors) {
    if (each.function == "nn.init.orthogonal_") make_orthogonal_as_keras(module + "." + each.tensor, each);
  }
  std::string key;
  for (const TensorInitialisation& each : tensors) {
    key += each.tensor + each.function;
    for (const auto& [name, value] : each.arguments) key += name + value;
    key += '\n';
  }
  const auto [found, is_new] = initialisations_.try_emplace(key, program_.initialisations.size());
  if (is_new) {
    program_.initialisations.push_back({{module}, std::move(tensors)});
    return;
  }
  Initialisation& same = program_.initialisations[found->second];
  same.modules.push_back(module);
  for (std::size_t i = 0; i < tensors.size(); ++i) same.tensors[i].may_be_none |= tensors[i].may_be_none;
}

void ModuleBuilder::place(const model::Layer& layer, const model::Tensor& tensor, const std::string& module,
                          std::string_view parameter, std::vector<std::int64_t> axes, std::vector<std::int64_t> view) {
  program_.weights.push_back({layer.name + "/" + tensor.name, tensor.shape, module + "." + std::string(parameter),
                              std::move(axes), std::move(view)});
}

void ModuleBuilder::to_channels_first() {
  if (flow_.lies_channels_first || flow_.rank < 2) return;
  std::string axes = std::to_string(flow_.rank);
  for (std::size_t axis = 1; axis < flow_.rank; ++axis) axes += ", " + std::to_string(axis);
  apply(x() + ".permute(0, " + axes + ")", "channels first");
  flow_.lies_channels_first = true;
}

void ModuleBuilder::to_declared_order() {
  if (!flow_.lies_channels_first) return;
  apply(declared(flow_), "channels last");
  flow_.lies_channels_first = false;
}

void ModuleBuilder::to_channels_first_as_declared(const model::Layer& layer) {
  if (is_channels_first(layer.attributes)) {
    to_declared_order();
  } else {
    to_channels_first();
  }
}

int ModuleBuilder::dimension(std::int64_t axis, std::size_t rank) const {
  const auto axes = static_cast<std::int64_t>(rank) + 1;
  if (axis < 0) axis += axes;
  if (flow_.lies_channels_first && axis > 0) axis = axis == axes - 1 ? 1 : axis + 1;
  return static_cast<int>(axis == axes - 1 ? -1 : axis);
}

void ModuleBuilder::expect_channels_first(const model::Shape& image) {
  flow_.flattened_as = WeightLayout{{}, *image[0], *image[1], *image[2]};
}

std::optional<WeightLayout> ModuleBuilder::take_layout(const std::string& module) {
  if (!flow_.flattened_as) return std::nullopt;
  flow_.flattened_as->module = module;
  program_.layouts.push_back(*std::exchange(flow_.flattened_as, std::nullopt));
  return program_.layouts.back();
}

void ModuleBuilder::refuse(const model::Layer& layer, const std::string& what, std::string help) {
  pytorch::refuse(diagnostics_, layer.span, what, std::move(help));
}

void ModuleBuilder::deviate(const model::Layer& layer, const std::string& what, const std::string& how,
                            std::string help) {
  pytorch::deviate(program_, diagnostics_, layer.span, what, how, std::move(help));
}

}  // namespace neural::emit::pytorch
