#include "neural/model/macros.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "neural/base/text.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::size_t kLongestShownPath = 8;

std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::int64_t>::max() : product;
}

}  // namespace

void ExpandedSize::add(const ExpandedSize& other) {
  layers = saturating_sum(layers, other.layers);
  steps = saturating_sum(steps, other.steps);
  values = saturating_sum(values, other.values);
}

ExpandedSize ExpandedSize::times(std::int64_t count) const {
  return {saturating_product(layers, count), saturating_product(steps, count), saturating_product(values, count)};
}

std::string ExpandedSize::excess() const {
  const auto more_than = [](std::int64_t limit, std::string_view what) {
    return fmt::format("more than {} {} after expansion", with_thousands(limit), what);
  };
  if (layers > kMostLayers) return more_than(kMostLayers, "layers");
  if (steps > kMostExpansionSteps) return more_than(kMostExpansionSteps, "uses of macros");
  if (values > kMostBodyValues) return more_than(kMostBodyValues, "arguments in macros");
  return {};
}

/// Visits every macro after those it uses, without recursion: marks what uses itself or is too deep, and sets sizes.
class MacroWalk {
 public:
  MacroWalk(MacroTable& table, Reporter& reporter) : table_(table), reporter_(reporter) {}

  void run() {
    for (MacroInfo& macro : table_.macros_) {
      if (!states_.contains(&macro)) begin(macro);
      while (!path_.empty()) step();
    }
  }

 private:
  struct State {
    bool done = false;
    int height = 1;
  };
  struct Visit {
    MacroInfo* macro;
    std::vector<MacroInfo*> uses;
    std::size_t next = 0;
  };

  void begin(MacroInfo& macro) {
    states_[&macro];
    Visit visit{&macro, {}};
    table_.collect_uses(macro.definition->body.items, visit.uses);
    for (const syntax::MacroParameter& parameter : macro.definition->parameters) {
      const auto* layer = parameter.default_value ? parameter.default_value->layer() : nullptr;
      if (layer != nullptr) table_.collect_uses(*layer, visit.uses);
    }
    path_.push_back(std::move(visit));
  }

  void step() {
    Visit& visit = path_.back();
    if (visit.next == visit.uses.size()) return finish();
    MacroInfo& used = *visit.uses[visit.next++];
    const auto state = states_.find(&used);
    if (state == states_.end()) {
      begin(used);
    } else if (!state->second.done) {
      report_cycle(used);
      visit.macro->usable = false;
    }
  }

  void finish() {
    MacroInfo& macro = *path_.back().macro;
    State& state = states_[&macro];
    bool too_deep_inside = false;
    for (const MacroInfo* used : path_.back().uses) {
      if (used == &macro) continue;
      macro.usable = macro.usable && used->usable;
      const int height = states_[used].height;
      too_deep_inside = too_deep_inside || height > kDeepestMacro;
      state.height = std::max(state.height, height + 1);
    }
    if (state.height > kDeepestMacro) {
      if (!too_deep_inside) {
        reporter_.add(Code::E903, macro.definition->name.span,
                      fmt::format("macro {} nests macros deeper than {}", as_code(macro.definition->name.text),
                                  with_thousands(kDeepestMacro)));
      }
      macro.usable = false;
    }
    macro.size = table_.size_of(macro.definition->body.items);
    state.done = true;
    path_.pop_back();
  }

  void report_cycle(const MacroInfo& start) {
    const auto first = std::find_if(path_.begin(), path_.end(), [&](const Visit& v) { return v.macro == &start; });
    std::string path;
    std::size_t shown = 0;
    for (auto visit = first; visit != path_.end(); ++visit) {
      if (shown++ == kLongestShownPath) {
        path += "… -> ";
        break;
      }
      path += as_code(visit->macro->definition->name.text) + " -> ";
    }
    const syntax::Identifier& name = start.definition->name;
    reporter_.add(Code::E214, name.span,
                  fmt::format("macro {} uses itself ({}{})", as_code(name.text), path, as_code(name.text)),
                  "a macro is written out at its use, so it cannot contain itself; repeat with `*N`");
    // What lies on the cycle above its start cannot be expanded either.
    for (auto visit = first; visit != path_.end(); ++visit) visit->macro->usable = false;
  }

  MacroTable& table_;
  Reporter& reporter_;
  std::unordered_map<const MacroInfo*, State> states_;
  std::vector<Visit> path_;
};

MacroTable::MacroTable(std::span<const syntax::Macro> macros, Reporter& reporter) {
  for (const syntax::Macro& macro : macros) define(macro, reporter);
  MacroWalk(*this, reporter).run();
}

void MacroTable::define(const syntax::Macro& macro, Reporter& reporter) {
  const syntax::Identifier& name = macro.name;
  MacroInfo& info = macros_.emplace_back();
  info.definition = &macro;
  info.usable = !reporter.has_earlier_error(macro.span);
  for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
    const syntax::Identifier& parameter = macro.parameters[i].name;
    if (!macro.parameters[i].default_value) info.required.push_back(i);
    if (info.parameters.try_emplace(parameter.text, i).second) continue;
    reporter.add(
        Code::E213, parameter.span,
        fmt::format("parameter {} of macro {} is already defined", as_code(parameter.text), as_code(name.text)),
        "give it another name");
  }
  const NameIndex<LayerRow>::Found built_in = layer_names().find(name.text);
  if (built_in && !built_in.by_alias) {
    reporter.add(Code::E213, name.span, fmt::format("{} is already defined: it is a layer", as_code(name.text)),
                 "give the macro another name");
    info.disputed = true;
    named_like_layers_.try_emplace(name.text, &info);
    return;
  }
  const auto [first, is_new] = by_name_.try_emplace(name.text, &info);
  if (!is_new) {
    reporter.add(Code::E213, name.span, fmt::format("macro {} is already defined", as_code(name.text)),
                 "give one of them another name", {{"the first definition", first->second->definition->name.span}});
    info.disputed = first->second->disputed = true;
    return;
  }
  if (built_in) {
    reporter.add(
        Code::W218, name.span,
        fmt::format("macro {} hides the layer `{}`, which has that name too", as_code(name.text), built_in.row->name),
        fmt::format("the layer is still there as `{}`", built_in.row->name));
  }
}

Head MacroTable::resolve(std::string_view name) const {
  const NameIndex<LayerRow>::Found built_in = layer_names().find(name);
  if (built_in && !built_in.by_alias) {
    const auto disputed = named_like_layers_.empty() ? named_like_layers_.end() : named_like_layers_.find(name);
    if (disputed != named_like_layers_.end()) return {.macro = disputed->second};
    return {.row = built_in.row};
  }
  const auto macro = by_name_.find(name);
  if (macro != by_name_.end()) return {.macro = macro->second};
  if (built_in) return {.row = built_in.row};
  if (is_custom_layer_name(name)) return {.row = &custom_layer_row()};
  return {};
}

void MacroTable::collect_uses(const std::vector<syntax::Item>& items, std::vector<MacroInfo*>& uses) {
  for (const syntax::Item& item : items) {
    if (const auto* branch = std::get_if<syntax::Branch>(&item.data)) {
      collect_uses(branch->block.items, uses);
    } else {
      collect_uses(std::get<syntax::LayerExpression>(item.data), uses);
    }
  }
}

void MacroTable::collect_uses(const syntax::LayerExpression& layer, std::vector<MacroInfo*>& uses) {
  const auto collect_value = [&](const syntax::Value& value) {
    if (const syntax::LayerExpression* inner = value.layer()) collect_uses(*inner, uses);
  };
  if (const auto* call = std::get_if<syntax::Call>(&layer.callee)) {
    const auto macro = by_name_.find(call->name.text);
    if (macro != by_name_.end()) uses.push_back(macro->second);
    const Head head = resolve(call->name.text);
    if (head.macro != nullptr || (head.row != nullptr && head.row->wraps())) {
      for (const syntax::Argument& argument : call->arguments) collect_value(argument.value);
    }
  } else {
    for (const syntax::Value& operand : std::get<syntax::SearchExpression>(layer.callee).operands) {
      collect_value(operand);
    }
  }
  if (layer.block() != nullptr) collect_uses(layer.block()->items, uses);
}

ExpandedSize MacroTable::size_of(const syntax::Item& item) const {
  if (const auto* layer = std::get_if<syntax::LayerExpression>(&item.data)) return size_of(*layer);
  return size_of(std::get<syntax::Branch>(item.data).block.items);
}

ExpandedSize MacroTable::size_of(const syntax::LayerExpression& layer) const {
  ExpandedSize size{1, 1};
  if (const auto* call = std::get_if<syntax::Call>(&layer.callee)) {
    const Head head = resolve(call->name.text);
    if (head.macro != nullptr && head.macro->usable) {
      size.layers = std::max<std::int64_t>(1, head.macro->size.layers);
      size.steps = saturating_sum(1, head.macro->size.steps);
    } else if (head.row != nullptr && head.row->wraps()) {
      for (const syntax::Argument& argument : call->arguments) {
        if (const auto* inner = argument.value.layer()) size.add(size_of(*inner));
      }
    }
  } else {
    for (const syntax::Value& operand : std::get<syntax::SearchExpression>(layer.callee).operands) {
      if (const auto* inner = operand.layer()) size.add(size_of(*inner));
    }
  }
  if (layer.block() != nullptr) size.add(size_of(layer.block()->items));
  if (layer.repeat() != nullptr) {
    size.layers = saturating_product(size.layers, std::max<std::int64_t>(1, layer.repeat()->count));
  }
  return size;
}

ExpandedSize MacroTable::size_of(const std::vector<syntax::Item>& items) const {
  ExpandedSize size;
  for (const syntax::Item& item : items) size.add(size_of(item));
  return size;
}

}  // namespace neural::model
