#include "neural/model/expand.hpp"

#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/model/value_text.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::model {
using syntax::Code;

namespace {

/// Macros, blocks and wrappers in each other; each level costs some of the stack.
constexpr int kDeepestExpansion = kDeepestMacro + 1;

struct DepthScope {
  explicit DepthScope(int& depth) : depth_(++depth) {}
  ~DepthScope() { --depth_; }
  DepthScope(const DepthScope&) = delete;
  DepthScope& operator=(const DepthScope&) = delete;
  int& depth_;
};

}  // namespace

std::string_view BoundLayer::type_name() const {
  return row->is_opaque && inside != nullptr ? std::string_view(inside->custom->custom->class_name) : row->name;
}

void Expander::check_definitions() {
  for (const MacroInfo& macro : macros_.macros()) {
    Sequence ignored;
    place_items(macro.definition->body.items, {.macro = &macro, .is_open = true}, ignored);
    layers_.clear();
    branches_.clear();
    placed_ = {};
    stopped_ = false;
  }
}

std::optional<Sequence> Expander::expand(const std::vector<syntax::Item>& items, SearchSpace& searches) {
  searches_ = &searches;
  total_before_last_ = total_;
  placed_before_last_ = placed_;
  for (const syntax::Item& item : items) {
    const ExpandedSize before = total_;
    total_.add(macros_.size_of(item));
    const std::string excess = total_.excess();
    if (excess.empty()) continue;
    reporter_.add(Code::E901, item.span, excess);
    total_ = before;
    return {};
  }
  layers_.clear();
  branches_.clear();
  uses_.clear();
  stopped_ = false;
  Sequence placements;
  place_items(items, {}, placements);
  if (stopped_) return {};
  return placements;
}

void Expander::check_layer(const syntax::Item& item) {
  Sequence ignored;
  place(item, {.is_open = true}, ignored);
}

void Expander::place_items(const std::vector<syntax::Item>& items, const Context& context, Sequence& placements) {
  if (context.macro == nullptr) placements.reserve(placements.size() + items.size());
  for (std::size_t i = 0; i < items.size() && !stopped_; ++i) {
    const PathScope path(searches_, "layers", i);
    place(items[i], context, placements);
  }
}

void Expander::place(const syntax::Item& item, const Context& context, Sequence& placements) {
  const UseScope scope(reporter_, context.use);
  if (const auto* layer = std::get_if<syntax::LayerExpression>(&item.data)) {
    place_layer(*layer, context, placements);
  } else {
    place_branch(std::get<syntax::Branch>(item.data), context, placements);
  }
}

void Expander::place_branch(const syntax::Branch& branch, const Context& context, Sequence& placements) {
  BoundBranch& bound = branches_.emplace_back();
  bound.label = branch.label.text;
  bound.span = branch.label.span;
  bound.use = context.use;
  place_items(branch.block.items, context, bound.body);
  placements.push_back({.branch = &bound});
}

/// The size of what is expanded is known before; what values of macro parameters add to it is not.
void Expander::grow(const ExpandedSize& by, syntax::Span span) {
  placed_.add(by);
  if (stopped_) return;
  const std::string excess = placed_.excess();
  if (excess.empty()) return;
  stopped_ = true;
  reporter_.add(Code::E901, span, excess);
}

BoundLayer& Expander::add_layer(syntax::Span span) {
  grow({.layers = 1}, span);
  return layers_.emplace_back();
}

bool Expander::is_too_deep(syntax::Span span) {
  if (depth_ <= kDeepestExpansion || stopped_) return stopped_;
  stopped_ = true;
  reporter_.add(Code::E903, span,
                fmt::format("nested deeper than {} after expansion", with_thousands(kDeepestExpansion)));
  return true;
}

void Expander::place_layer(const syntax::LayerExpression& layer, const Context& context, Sequence& placements) {
  const DepthScope scope(depth_);
  if (stopped_ || is_too_deep(layer.span)) return;
  const std::size_t first = placements.size();
  const ExpandedSize before = placed_;
  const syntax::Suffixes::Repeat* written = layer.repeat();
  std::int64_t copies = written != nullptr ? written->count : 1;
  if (copies < 1) {
    reporter_.add(Code::E403, written->span, fmt::format("a layer cannot be repeated {} times", copies),
                  "use `* 1` or more, or remove the layer");
    copies = 1;
  }
  if (const auto* call = std::get_if<syntax::Call>(&layer.callee)) {
    place_call(layer, *call, context, placements);
  } else {
    place_search(layer, std::get<syntax::SearchExpression>(layer.callee), context, placements);
  }
  // In an open macro body one copy tells everything, and the size is not limited yet.
  if (written == nullptr || context.is_open || stopped_) return;
  repeat(copies, {.layers = placed_.layers - before.layers}, layer.span, first, placements);
}

/// A parameter of the macro whose body is checked; it has no value yet.
bool Expander::is_parameter(const syntax::LayerExpression& layer, const Context& context) {
  const syntax::Identifier* name = layer.bare_name();
  return context.is_open && context.macro != nullptr && name != nullptr &&
         context.macro->parameters.contains(name->text);
}

/// All alternatives are checked; the one of the current search point is placed.
void Expander::place_search(const syntax::LayerExpression& layer, const syntax::SearchExpression& search,
                            const Context& context, Sequence& placements) {
  Context inner = context;
  resolve_device(layer, inner);
  if (layer.block() != nullptr) {
    reporter_.add(Code::E401, layer.block()->span, "a search over layers takes no block",
                  "put the block behind the layers it is for");
  }
  std::optional<syntax::SearchExpression> filled;
  if (context.scope != nullptr) {
    filled = context.scope->fill(search, placed_, reporter_);
    if (!filled) return place_nothing(layer.span, placements, context);
    inner.scope = nullptr;
  }
  const syntax::SearchExpression& written = filled ? *filled : search;
  if (written.kind != syntax::SearchExpression::Kind::kChoice) {
    reporter_.add(Code::E405, written.span, "a range of numbers stands where a layer is needed",
                  "search over layers with `HPO(choice(…))`");
    return place_nothing(layer.span, placements, context);
  }
  if (!check_operands(written, reporter_)) return place_nothing(layer.span, placements, context);
  const std::size_t wanted = searches_->point() == SearchPoint::kFirst ? 0 : written.operands.size() - 1;
  Sequence chosen;
  for (std::size_t i = 0; i < written.operands.size(); ++i) {
    const PathScope path(searches_, {}, i);
    Sequence checked;
    const syntax::LayerExpression* alternative = written.operands[i].layer();
    if (alternative == nullptr) {
      reporter_.add(Code::E405, written.operands[i].span,
                    fmt::format("{} stands where a layer is needed", value_as_code(written.operands[i])),
                    "the alternatives of a search over layers are layers, as in `HPO(choice(Dense(8), Dense(16)))`");
      break;
    }
    if (!is_parameter(*alternative, context)) place_layer(*alternative, inner, i == wanted ? chosen : checked);
  }
  if (!context.is_open) searches_->declare(written, false, true);
  if (chosen.empty()) return place_nothing(layer.span, placements, context);
  placements.insert(placements.end(), chosen.begin(), chosen.end());
}

void Expander::place_call(const syntax::LayerExpression& layer, const syntax::Call& call, const Context& context,
                          Sequence& placements) {
  const Head head = macros_.resolve(call.name.text);
  Context inner = context;
  resolve_device(layer, inner);
  if (head.row == nullptr && head.macro == nullptr) {
    unknown_head(call.name, context);
    return place_nothing(layer.span, placements, context);
  }
  if (head.macro != nullptr && head.macro->disputed) {
    reporter_.count_error();
    return place_nothing(layer.span, placements, context);
  }
  if (layer.block() != nullptr && (head.macro != nullptr || head.row->block == BlockUse::kRefused)) {
    refuse_block(*layer.block(), call.name, head.macro != nullptr);
  }
  const KnownBinding* known = head.row == nullptr ? nullptr : find_binding(*head.row, layer, call, context);
  std::optional<syntax::Call> filled;
  if (context.scope != nullptr && known == nullptr && !call.arguments.empty()) {
    filled = context.scope->fill(call, placed_, reporter_);
    if (!filled) return place_nothing(layer.span, placements, context);
  }
  const syntax::Call& written = filled ? *filled : call;
  if (head.macro != nullptr) return place_macro(*head.macro, written, inner, placements);

  BoundLayer& bound = add_layer(layer.span);
  bound.row = head.row;
  bound.span = call.name.span;
  bound.line = reporter_.line_of(call.name.span);
  bound.use = context.use;
  bound.device = inner.device;
  bound.device_span = inner.device_span;
  if (known != nullptr) {
    bound.attributes = known->attributes;
  } else {
    bind_layer(layer, written, bound, context);
  }
  count_stack(*head.row, bound);
  placements.push_back({.layer = &bound});
}

void Expander::place_macro(const MacroInfo& macro, const syntax::Call& call, const Context& context,
                           Sequence& placements) {
  MacroScope scope(macro);
  if (!scope.bind(call, reporter_) || !macro.usable || context.is_open) {
    if (!macro.usable) reporter_.count_error();
    return place_nothing(call.name.span, placements, context);
  }
  grow({.steps = 1}, call.name.span);
  for (const syntax::Argument& argument : call.arguments) {
    if (const auto* search = search_of(argument.value)) {
      const std::size_t index = static_cast<std::size_t>(&argument - call.arguments.data());
      const PathScope path(searches_, argument.name ? std::string_view(argument.name->text)
                                                    : macro.definition->parameters[index].name.text);
      searches_->name(*search, searches_->path());
    }
  }
  MacroUse& use = uses_.emplace_back(MacroUse{macro.definition->name.text, call.name.span, context.use, &scope});
  const Context inner = {
      .macro = &macro, .scope = &scope, .use = &use, .device = context.device, .device_span = context.device_span};
  // What a body searches over is the same in all its uses, and is named after the macro.
  const PathRestart path(*searches_, macro.definition->name.text);
  place_items(macro.definition->body.items, inner, placements);
  use.scope = nullptr;
}

void Expander::place_nothing(syntax::Span span, Sequence& placements, const Context& context) {
  BoundLayer& unknown = add_layer(span);
  unknown.use = context.use;
  placements.push_back({.layer = &unknown});
}

void Expander::repeat(std::int64_t count, const ExpandedSize& size, syntax::Span span, std::size_t first,
                      Sequence& placements) {
  grow(size.times(count - 1), span);
  if (stopped_) return;
  const std::size_t last = placements.size();
  const auto holds_names = [](const Placement& placed) {
    return placed.branch != nullptr || placed.layer->is_named || placed.layer->inside != nullptr;
  };
  placements.reserve(placements.size() + (last - first) * static_cast<std::size_t>(count - 1));
  for (std::int64_t copy = 2; copy <= count; ++copy) {
    for (std::size_t i = first; i < last; ++i) {
      Placement placed = placements[i];
      if (holds_names(placed)) placed.suffix += fmt::format("_{}", copy);
      placements.push_back(std::move(placed));
    }
  }
  for (std::size_t i = first; i < last; ++i) {
    if (holds_names(placements[i])) placements[i].suffix += "_1";
  }
}

}  // namespace neural::model
