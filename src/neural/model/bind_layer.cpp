// One layer: its arguments, its block, the layer it wraps, its device.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "neural/base/text.hpp"
#include "neural/model/expand.hpp"
#include "neural/model/shapes/shape_context.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// What messages show of the name of a custom layer.
constexpr std::size_t kLongestOwner = 60;

/// Slots for bindings that may be used again: networks repeat few kinds of layers, often next to each other.
constexpr std::size_t kKnownBindings = 64;

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
  constexpr auto kLargest = std::numeric_limits<std::int64_t>::max();
  const bool is_countable = elements < static_cast<double>(kLargest);
  reporter.add(Code::E406, binding.callee,
               too_many_weights(binding.owner, is_countable ? static_cast<std::int64_t>(elements) : kLargest, "kernel"),
               fewer_weights(attributes));
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

/// From its name to its last argument.
std::string_view text_of(const syntax::Call& call, const syntax::SourceText& source) {
  const std::uint32_t end = call.arguments.empty() ? call.name.span.end : call.arguments.back().span.end;
  return source.text({call.name.span.begin, end});
}

}  // namespace

void Expander::bind_layer(const syntax::LayerExpression& layer, const syntax::Call& call, BoundLayer& bound,
                          const Context& context) {
  const LayerRow& row = *bound.row;
  const std::size_t remarks = reporter_.remark_count();
  const std::size_t searches = searches_->read_count();
  Signature signature = signature_of(row);
  if (&row == &custom_layer_row()) signature.owner = std::string_view(call.name.text).substr(0, kLongestOwner);
  Binding binding = ArgumentReader(reporter_, searches_, context.macro, context.is_open).bind(signature, call);
  if (!binding.shape_failed) check_size(binding, reporter_);
  if (!binding.shape_failed && row.complete != nullptr) row.complete(binding, reporter_);
  if (row.block != BlockUse::kRefused || row.wraps()) bind_inside(layer, call, binding, bound, context);
  bound.name_span = binding.span_of(Parameter::name);
  bound.failed = binding.failed;
  bound.shape_failed = binding.shape_failed;
  bound.attributes = std::move(binding.attributes);
  bound.is_named = !bound.attributes.at(Parameter::name).is_none();
  const bool is_usual =
      !bound.failed && !bound.is_named && reporter_.remark_count() == remarks && searches_->read_count() == searches;
  if (!is_usual) return;
  known_.resize(kKnownBindings);
  KnownBinding* slot = binding_slot(row, call, context);
  if (slot == nullptr) return;
  const bool is_in_macro = context.macro != nullptr;
  *slot = {is_in_macro ? std::string_view() : text_of(call, reporter_.source()), is_in_macro ? &layer : nullptr, &row,
           bound.attributes};
}

/// A layer that is a stack of several counts as those.
void Expander::count_stack(const LayerRow& row, const BoundLayer& bound) {
  if (!row.is_recurrent && row.block != BlockUse::kAfter) return;
  const Attribute* layers = bound.attributes.find(Parameter::num_layers);
  if (layers != nullptr) grow({.layers = std::get<std::int64_t>(layers->value) - 1}, bound.span);
}

/// Where the binding of a layer is kept; null for one that depends on more than its text.
Expander::KnownBinding* Expander::binding_slot(const LayerRow& row, const syntax::Call& call, const Context& context) {
  if (context.is_open || row.wraps() || row.block != BlockUse::kRefused || known_.empty()) return nullptr;
  if (context.macro == nullptr) {
    return &known_[std::hash<std::string_view>{}(text_of(call, reporter_.source())) % kKnownBindings];
  }
  if (context.scope == nullptr || !context.macro->parameters.empty()) return nullptr;
  return &known_[call.name.span.begin % kKnownBindings];
}

const Expander::KnownBinding* Expander::find_binding(const LayerRow& row, const syntax::LayerExpression& layer,
                                                     const syntax::Call& call, const Context& context) {
  const KnownBinding* slot = binding_slot(row, call, context);
  if (slot == nullptr || slot->row != &row) return nullptr;
  const bool is_same = context.macro == nullptr
                           ? slot->place == nullptr && slot->text == text_of(call, reporter_.source())
                           : slot->place == &layer;
  return is_same ? slot : nullptr;
}

void Expander::bind_inside(const syntax::LayerExpression& layer, const syntax::Call& call, Binding& binding,
                           BoundLayer& bound, const Context& context) {
  const LayerRow& row = *bound.row;
  if (layer.block() == nullptr && !row.wraps() && !row.is_opaque) return;
  auto inside = std::make_shared<LayerInside>();
  Context inner = context;
  if (layer.device() != nullptr) {  // it holds for all that is inside
    inner.device = bound.device;
    inner.device_span = bound.device_span;
  }
  if (layer.block() != nullptr) {
    inside->has_block = true;
    place_items(layer.block()->items, inner, inside->body);
  }
  if (binding.wrapped != nullptr) {
    inner.scope = nullptr;  // the values of the macro's parameters are already in
    const PathScope path(searches_, "layer");
    place_wrapped(*binding.wrapped, bound, *inside, inner);
    if (inside->wrapped.empty()) binding.failed = binding.shape_failed = true;
  }
  if (row.is_opaque) {
    const bool is_known = &row != &custom_layer_row();
    CustomCall custom = {is_known ? std::string(row.name) : call.name.text, std::move(binding.further_arguments)};
    inside->custom = std::make_shared<const LayerParts>(LayerParts{.custom = std::move(custom)});
  }
  bound.inside = std::move(inside);
}

void Expander::place_wrapped(const syntax::LayerExpression& wrapped, const BoundLayer& bound, LayerInside& inside,
                             const Context& context) {
  if (!may_be_wrapped(wrapped, *bound.row)) return;
  place_layer(wrapped, context, inside.wrapped);
  if (stopped_) return;
  // What a macro stands for is known only now.
  const bool is_one = inside.wrapped.size() == 1 && inside.wrapped.front().branch == nullptr;
  const LayerRow* row = is_one ? inside.wrapped.front().layer->row : nullptr;
  if (is_one && (row == nullptr || suits(*bound.row, *row))) return;
  refuse_wrapped(wrapped.span, *bound.row, row);
  inside.wrapped.clear();
}

/// E404 unless a layer, and each alternative of a search over layers, is one that the wrapper takes.
bool Expander::may_be_wrapped(const syntax::LayerExpression& layer, const LayerRow& wrapper) {
  if (const auto* search = std::get_if<syntax::SearchExpression>(&layer.callee)) {
    const auto fits = [&](const syntax::Value& operand) {
      return operand.layer() == nullptr || may_be_wrapped(*operand.layer(), wrapper);
    };
    return std::all_of(search->operands.begin(), search->operands.end(), fits);
  }
  const Head head = macros_.resolve(std::get<syntax::Call>(layer.callee).name.text);
  const bool is_one = (layer.repeat() == nullptr || layer.repeat()->count <= 1) &&
                      (head.macro == nullptr || head.macro->definition->body.items.size() <= 1);
  if (is_one && (head.row == nullptr || suits(wrapper, *head.row))) return true;
  refuse_wrapped(layer.span, wrapper, is_one ? head.row : nullptr);
  return false;
}

bool Expander::suits(const LayerRow& wrapper, const LayerRow& wrapped) {
  return wrapper.kind != LayerKind::Bidirectional || wrapped.is_recurrent;
}

/// `wrapped` is null where there is not exactly one layer.
void Expander::refuse_wrapped(syntax::Span span, const LayerRow& wrapper, const LayerRow* wrapped) {
  if (wrapped == nullptr) {
    reporter_.add(Code::E404, span, fmt::format("`{}` wraps exactly one layer", wrapper.name),
                  fmt::format("wrap each layer in a `{}` of its own", wrapper.name));
  } else {
    reporter_.add(Code::E404, span, fmt::format("`{}` wraps a recurrent layer, got `{}`", wrapper.name, wrapped->name),
                  "use `LSTM`, `GRU`, `SimpleRNN`, `ConvLSTM2D` or `ConvGRU2D`");
  }
}

void Expander::resolve_device(const syntax::LayerExpression& layer, Context& context) {
  if (layer.device() == nullptr) return;
  auto device = read_device(layer.device()->text, layer.device()->span, reporter_);
  if (!device) return;
  context.device = std::make_shared<const std::string>(std::move(*device));
  context.device_span = layer.device()->span;
}

void Expander::unknown_head(const syntax::Identifier& name, const Context& context) {
  std::string help = other_meaning(name.text);
  if (context.macro != nullptr && context.macro->parameters.contains(name.text)) {
    help = "a parameter of a macro stands for a value, not for a layer of the body";
  }
  if (help.empty() && fold(name.text).ends_with("layer")) {
    help = reporter_.did_you_mean(name.text, layer_names().spellings());
    if (help.empty())
      help = "a layer of your own has a name like `MyLayer`: letters and digits, and `Layer` at the end";
  }
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
