#include "neural/model/expand.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// E406 without shapes: a kernel has at least this many elements, whatever the input.
void check_size(Binding& binding, Reporter& reporter) {
  const Attributes& attributes = binding.attributes;
  double elements = 1;
  if (attributes.has(Parameter::units)) elements *= static_cast<double>(attributes.integer(Parameter::units));
  if (attributes.has(Parameter::filters)) elements *= static_cast<double>(attributes.integer(Parameter::filters));
  if (attributes.has(Parameter::kernel_size)) {
    for (const std::int64_t size : attributes.integers(Parameter::kernel_size)) elements *= static_cast<double>(size);
  }
  if (elements <= static_cast<double>(kMostWeights)) return;
  reporter.add(
      Code::E406, binding.callee,
      fmt::format("`{}` would hold at least {:.3g} weights in its kernel, more than 2^40", binding.owner, elements));
  binding.failed = binding.shape_failed = true;
}

/// What else a name is that heads no layer.
std::string other_meaning(const std::string& name) {
  if (const auto found = optimizer_names().find(name)) {
    return fmt::format("it is an optimizer: write `optimizer: {}`", found.row->name);
  }
  if (const auto found = loss_names().find(name)) {
    return fmt::format("it is a loss: write `loss: {}`", found.row->name);
  }
  if (const auto found = activation_names().find(name)) {
    return fmt::format("it is an activation: write `Activation({})`", found.row->name);
  }
  return {};
}

}  // namespace

void Expander::check_definitions() {
  for (const MacroInfo& macro : macros_.macros()) {
    std::vector<Placement> ignored;
    for (const syntax::Item& item : macro.definition->body.items) place(item, {.macro = &macro}, ignored);
    layers_.clear();
  }
}

std::optional<std::vector<Placement>> Expander::expand(const std::vector<syntax::Item>& items) {
  for (const syntax::Item& item : items) {
    const ExpandedSize size = macros_.size_of(item);
    if (size.layers > kMostLayers - total_.layers || size.steps > kMostExpansionSteps - total_.steps) {
      const bool by_layers = size.layers > kMostLayers - total_.layers;
      reporter_.add(
          Code::E901, item.span,
          fmt::format("more than {} {} after expansion", with_thousands(by_layers ? kMostLayers : kMostExpansionSteps),
                      by_layers ? "layers" : "uses of macros"));
      return {};
    }
    total_.layers += size.layers;
    total_.steps += size.steps;
  }
  layers_.clear();
  uses_.clear();
  std::vector<Placement> placements;
  for (const syntax::Item& item : items) place(item, {}, placements);
  return placements;
}

void Expander::check_layer(const syntax::Item& item) {
  std::vector<Placement> ignored;
  // One copy is enough to check, however often it is repeated.
  if (const auto* layer = std::get_if<syntax::LayerExpression>(&item.data); layer != nullptr && layer->repeat()) {
    syntax::LayerExpression once = *layer;
    syntax::Suffixes suffixes = *once.suffixes;
    suffixes.repeat->count = std::min<std::int64_t>(1, suffixes.repeat->count);
    once.suffixes = std::make_shared<const syntax::Suffixes>(std::move(suffixes));
    place_layer(once, {}, ignored);
  } else {
    place(item, {}, ignored);
  }
}

void Expander::place(const syntax::Item& item, const Context& context, std::vector<Placement>& placements) {
  const UseScope scope(reporter_, context.use);
  if (const auto* layer = std::get_if<syntax::LayerExpression>(&item.data)) {
    place_layer(*layer, context, placements);
  } else {
    reporter_.unavailable(std::get<syntax::Branch>(item.data).label.span, "branches are");
    place_nothing(placements, context);
  }
}

void Expander::place_layer(const syntax::LayerExpression& layer, const Context& context,
                           std::vector<Placement>& placements) {
  const std::size_t first = placements.size();
  std::int64_t copies = layer.repeat() ? layer.repeat()->count : 1;
  if (copies < 1) {
    reporter_.add(Code::E403, layer.repeat()->span, fmt::format("a layer cannot be repeated {} times", copies),
                  "use `* 1` or more, or remove the layer");
    copies = 1;
  }
  if (const auto* call = std::get_if<syntax::Call>(&layer.callee)) {
    place_call(layer, *call, context, placements);
  } else {
    reporter_.unavailable(layer.span, "search expressions (`HPO`) are");
    place_nothing(placements, context);
  }
  // In an open macro body one copy tells everything, and the size is not limited yet.
  if (layer.repeat() && !context.is_open()) repeat(copies, first, placements);
}

void Expander::place_call(const syntax::LayerExpression& layer, const syntax::Call& call, const Context& context,
                          std::vector<Placement>& placements) {
  const Head head = macros_.resolve(call.name.text);
  const bool is_built = head.row != nullptr && head.row->kind;
  Context inner = context;
  resolve_device(layer, inner);
  if (!is_built && head.macro == nullptr) {
    if (head.row != nullptr) {
      reporter_.unavailable(call.name.span, fmt::format("`{}` is", head.row->name));
    } else if (head.is_custom) {
      reporter_.unavailable(call.name.span, fmt::format("custom layers such as {} are", as_code(call.name.text)));
    } else {
      unknown_head(call.name);
    }
    return place_nothing(placements, context);
  }
  if (layer.block()) refuse_block(*layer.block(), call.name, head.macro != nullptr);
  std::optional<syntax::Call> filled;
  if (context.scope != nullptr) {
    filled = context.scope->fill(call, reporter_);
    if (!filled) return place_nothing(placements, context);
  }
  const syntax::Call& written = filled ? *filled : call;
  if (head.macro != nullptr) return place_macro(*head.macro, written, inner, placements);

  BoundLayer& bound = layers_.emplace_back();
  bound.device = inner.device;
  bound.device_span = inner.device_span;
  bind_layer(*head.row, written, bound, context);
  placements.push_back({&bound, {}});
}

void Expander::place_macro(const MacroInfo& macro, const syntax::Call& call, const Context& context,
                           std::vector<Placement>& placements) {
  MacroScope scope(macro);
  if (!scope.bind(call, reporter_) || !macro.usable || context.is_open()) {
    if (!macro.usable) reporter_.count_error();
    return place_nothing(placements, context);
  }
  const MacroUse& use = uses_.emplace_back(MacroUse{macro.definition->name.text, call.name.span, context.use});
  const Context inner = {
      .macro = &macro, .scope = &scope, .use = &use, .device = context.device, .device_span = context.device_span};
  for (const syntax::Item& item : macro.definition->body.items) place(item, inner, placements);
}

void Expander::place_nothing(std::vector<Placement>& placements, const Context& context) {
  BoundLayer& unknown = layers_.emplace_back();
  unknown.use = context.use;
  placements.push_back({&unknown, {}});
}

void Expander::bind_layer(const LayerRow& row, const syntax::Call& call, BoundLayer& bound, const Context& context) {
  bound.row = &row;
  bound.span = call.name.span;
  bound.line = reporter_.line_of(call.name.span);
  bound.use = context.use;
  bound.binding = ArgumentReader(reporter_, context.macro, context.is_open()).bind(signature_of(row), call);
  if (!bound.binding.shape_failed) check_size(bound.binding, reporter_);
  if (!bound.binding.shape_failed && row.complete != nullptr) row.complete(bound.binding, reporter_);
  const Attribute& name = bound.binding.attributes.at(Parameter::name);
  if (!name.is_none()) bound.name = std::get<std::string>(name.value);
}

void Expander::repeat(std::int64_t count, std::size_t first, std::vector<Placement>& placements) {
  const std::size_t last = placements.size();
  for (std::int64_t copy = 2; copy <= count; ++copy) {
    for (std::size_t i = first; i < last; ++i) {
      Placement placed = placements[i];
      if (placed.layer->name) placed.suffix += fmt::format("_{}", copy);
      placements.push_back(std::move(placed));
    }
  }
  for (std::size_t i = first; i < last; ++i) {
    if (placements[i].layer->name) placements[i].suffix += "_1";
  }
}

void Expander::resolve_device(const syntax::LayerExpression& layer, Context& context) {
  if (!layer.device()) return;
  const auto device = read_device(layer.device()->text, layer.device()->span, reporter_);
  if (!device) return;
  context.device = device;
  context.device_span = layer.device()->span;
}

void Expander::unknown_head(const syntax::Identifier& name) {
  std::string help = other_meaning(name.text);
  if (help.empty()) {
    if (heads_.empty()) {
      heads_ = layer_names().spellings();
      for (const MacroInfo& macro : macros_.macros()) heads_.push_back(macro.definition->name.text);
    }
    help = reporter_.did_you_mean(name.text, heads_);
  }
  reporter_.add(Code::E201, name.span,
                fmt::format("{} is neither a layer nor a macro of this file", as_code(name.text)), help);
}

void Expander::refuse_block(const syntax::Block& block, const syntax::Identifier& name, bool is_macro) {
  reporter_.add(Code::E401, block.span,
                fmt::format("{}{} takes no block", is_macro ? "macro " : "", as_code(name.text)),
                is_macro ? "put the layers behind it, or into the macro" : "put the layers behind it");
}

}  // namespace neural::model
