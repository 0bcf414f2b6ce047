#include "neural/emit/pytorch/module_builder.hpp"

#include "neural/emit/pytorch/unsupported.hpp"

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

}  // namespace

ModuleBuilder::ModuleBuilder(LegalProgram& program, syntax::DiagnosticList& diagnostics)
    : program_(program), diagnostics_(diagnostics), names_(kModuleWords) {}

std::string ModuleBuilder::add(const model::Layer& layer, Expression constructor) {
  std::string name = names_.variable(layer.name, "layer");
  program_.modules.push_back({name, std::move(constructor), {}});
  if (!layer.attributes.boolean(model::Parameter::trainable) && !layer.tensors().empty()) {
    program_.frozen.push_back(name);
  }
  return name;
}

void ModuleBuilder::apply(Expression value, std::string comment) {
  program_.forward.push_back({std::move(value), std::move(comment)});
}

void ModuleBuilder::initialise(const std::string& module, std::vector<TensorInitialisation> tensors) {
  if (tensors.empty()) return;
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

void ModuleBuilder::to_channels_first() {
  if (lies_channels_first_) return;
  apply("x.permute(0, 3, 1, 2)", "channels first");
  lies_channels_first_ = true;
}

void ModuleBuilder::to_declared_order() {
  if (!lies_channels_first_) return;
  apply("x.permute(0, 2, 3, 1)", "channels last");
  lies_channels_first_ = false;
}

int ModuleBuilder::dimension(std::int64_t axis, std::size_t rank) const {
  const auto axes = static_cast<std::int64_t>(rank) + 1;
  if (axis < 0) axis += axes;
  if (lies_channels_first_ && axis > 0) axis = axis == 3 ? 1 : axis + 1;
  return static_cast<int>(axis == axes - 1 ? -1 : axis);
}

void ModuleBuilder::expect_channels_first(const model::Shape& image) {
  expected_layout_ = WeightLayout{{}, *image[0], *image[1], *image[2]};
}

void ModuleBuilder::take_layout(const std::string& module) {
  if (!expected_layout_) return;
  expected_layout_->module = module;
  program_.layouts.push_back(*std::move(expected_layout_));
  expected_layout_.reset();
}

void ModuleBuilder::refuse(const model::Layer& layer, const std::string& what, std::string help) {
  pytorch::refuse(diagnostics_, layer.span, what, std::move(help));
}

}  // namespace neural::emit::pytorch
