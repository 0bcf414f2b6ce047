#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/model/macros.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using syntax::Value;

/// The most values that parameters may put into one call, and how deep in each other. Values given to macros that use
/// each other could otherwise double with every use.
constexpr std::int64_t kMostFilledValues = 1 << 16;
constexpr int kDeepestValue = 1000;

/// Long texts cost like several values.
constexpr std::size_t kTextPerValue = 64;

/// "(width, rate=…)".
std::string parameter_list(const syntax::Macro& macro) {
  std::vector<std::string> names;
  for (const syntax::MacroParameter& parameter : macro.parameters) {
    names.push_back(parameter.name.text + (parameter.default_value ? "=…" : ""));
  }
  return as_code("(" + join(names, ", ") + ")");
}

std::string takes(const syntax::Macro& macro) {
  if (macro.parameters.empty()) return fmt::format("macro {} takes no arguments", as_code(macro.name.text));
  return fmt::format("macro {} takes {}", as_code(macro.name.text), parameter_list(macro));
}

}  // namespace

/// Copies values and puts the parameters' values in.
class Filling {
 public:
  explicit Filling(const MacroScope& scope) : scope_(scope) {}

  syntax::Call call(const syntax::Call& call) {
    syntax::Call filled{call.name, {}, call.parenthesised};
    for (const syntax::Argument& argument : call.arguments) {
      filled.arguments.push_back({argument.name, value(argument.value), argument.span});
    }
    return filled;
  }

  syntax::SearchExpression search(const syntax::SearchExpression& search) {
    return {search.kind, values(search.operands), search.span};
  }

  bool is_too_large() const { return is_too_large_; }
  std::int64_t count() const { return written_ + filled_; }

 private:
  /// The block of a layer that is a value.
  std::vector<syntax::Item> items(const std::vector<syntax::Item>& written) {
    std::vector<syntax::Item> filled = written;
    for (syntax::Item& item : filled) {
      if (auto* branch = std::get_if<syntax::Branch>(&item.data)) {
        branch->block.items = items(branch->block.items);
        continue;
      }
      const auto& layer = std::get<syntax::LayerExpression>(item.data);
      const Value inner = value({std::make_shared<const syntax::LayerExpression>(layer), layer.span});
      // A bare name at the head of a layer is no value, so it is not replaced.
      if (layer.bare_name() == nullptr && inner.layer() != nullptr) item.data = *inner.layer();
    }
    return filled;
  }

  static std::int64_t weight_of(const std::string& text) {
    return static_cast<std::int64_t>(1 + text.size() / kTextPerValue);
  }

  Value value(const Value& written) {
    if (is_too_large_) return {syntax::NoneLiteral{}, written.span};
    const auto* text = std::get_if<syntax::StringLiteral>(&written.data);
    written_ += text != nullptr ? weight_of(text->text) : 1;
    if (const auto* tuple = std::get_if<syntax::TupleValue>(&written.data)) {
      return {syntax::TupleValue{values(tuple->elements)}, written.span};
    }
    if (const auto* list = std::get_if<syntax::ListValue>(&written.data)) {
      return {syntax::ListValue{values(list->elements)}, written.span};
    }
    const syntax::LayerExpression* layer = written.layer();
    if (layer == nullptr) return written;
    if (const syntax::Identifier* name = layer->bare_name()) {
      const Value* given = scope_.value_of(name->text);
      return given == nullptr ? written : placed(*given, written.span, 0);
    }
    syntax::LayerExpression filled = *layer;
    if (const auto* inner = std::get_if<syntax::Call>(&layer->callee)) filled.callee = call(*inner);
    if (auto* search = std::get_if<syntax::SearchExpression>(&filled.callee)) {
      search->operands = values(search->operands);
    }
    if (layer->block() != nullptr) {
      syntax::Suffixes suffixes = *layer->suffixes;
      suffixes.block->items = items(layer->block()->items);
      filled.suffixes = std::make_shared<const syntax::Suffixes>(std::move(suffixes));
    }
    return {std::make_shared<const syntax::LayerExpression>(std::move(filled)), written.span};
  }

  std::vector<Value> values(const std::vector<Value>& written) {
    std::vector<Value> filled;
    for (const Value& each : written) filled.push_back(value(each));
    return filled;
  }

  /// A copy of an argument's value that says it stands at `span`.
  Value placed(const Value& given, syntax::Span span, int depth) {
    const auto* text = std::get_if<syntax::StringLiteral>(&given.data);
    if (!may_add(text != nullptr ? weight_of(text->text) : 1, depth)) return {syntax::NoneLiteral{}, span};
    Value copy{given.data, span};
    if (auto* tuple = std::get_if<syntax::TupleValue>(&copy.data)) place_all(tuple->elements, span, depth);
    if (auto* list = std::get_if<syntax::ListValue>(&copy.data)) place_all(list->elements, span, depth);
    const syntax::LayerExpression* layer = given.layer();
    if (layer == nullptr) return copy;
    syntax::LayerExpression moved = *layer;
    moved.span = span;
    if (auto* inner = std::get_if<syntax::Call>(&moved.callee)) {
      inner->name.span = span;
      for (syntax::Argument& argument : inner->arguments) {
        argument.span = span;
        if (argument.name) argument.name->span = span;
        argument.value = placed(argument.value, span, depth + 1);
      }
    } else {
      count_all(std::get<syntax::SearchExpression>(layer->callee).operands, depth);
    }
    if (layer->block() != nullptr) count(layer->block()->items, depth);
    copy.data = std::make_shared<const syntax::LayerExpression>(std::move(moved));
    return copy;
  }

  void place_all(std::vector<Value>& elements, syntax::Span span, int depth) {
    for (Value& element : elements) element = placed(element, span, depth + 1);
  }

  // What is shared by all places keeps its spans, but counts like what is copied: it is read at every place.

  void count(const std::vector<syntax::Item>& items, int depth) {
    for (const syntax::Item& item : items) {
      if (const auto* branch = std::get_if<syntax::Branch>(&item.data)) {
        if (may_add(1, depth)) count(branch->block.items, depth + 1);
      } else {
        count(std::get<syntax::LayerExpression>(item.data), depth + 1);
      }
    }
  }

  void count(const syntax::LayerExpression& layer, int depth) {
    if (!may_add(1, depth)) return;
    if (const auto* inner = std::get_if<syntax::Call>(&layer.callee)) {
      for (const syntax::Argument& argument : inner->arguments) count(argument.value, depth + 1);
    } else {
      count_all(std::get<syntax::SearchExpression>(layer.callee).operands, depth);
    }
    if (layer.block() != nullptr) count(layer.block()->items, depth);
  }

  void count(const Value& value, int depth) {
    if (const auto* tuple = std::get_if<syntax::TupleValue>(&value.data)) return count_all(tuple->elements, depth);
    if (const auto* list = std::get_if<syntax::ListValue>(&value.data)) return count_all(list->elements, depth);
    if (const syntax::LayerExpression* layer = value.layer()) return count(*layer, depth);
    const auto* text = std::get_if<syntax::StringLiteral>(&value.data);
    may_add(text != nullptr ? weight_of(text->text) : 1, depth);
  }

  void count_all(const std::vector<Value>& values, int depth) {
    if (!may_add(1, depth)) return;
    for (const Value& value : values) count(value, depth + 1);
  }

  bool may_add(std::int64_t values, int depth) {
    filled_ += is_too_large_ ? 0 : values;
    is_too_large_ = is_too_large_ || filled_ > kMostFilledValues || depth > kDeepestValue;
    return !is_too_large_;
  }

  const MacroScope& scope_;
  std::int64_t written_ = 0;  ///< values in the body
  std::int64_t filled_ = 0;   ///< values the parameters have put there
  bool is_too_large_ = false;
};

bool MacroScope::bind(const syntax::Call& use, Reporter& reporter) {
  const syntax::Macro& macro = *macro_.definition;
  const auto mismatch = [&](syntax::Span span, std::string_view what, std::string help = {}) {
    reporter.add(Code::E215, span, fmt::format("{}; {}", what, takes(macro)), std::move(help));
    return false;
  };
  std::size_t next = 0;
  for (const syntax::Argument& argument : use.arguments) {
    std::size_t index = next;
    if (argument.name) {
      const auto found = macro_.parameters.find(argument.name->text);
      if (found == macro_.parameters.end()) {
        std::vector<std::string_view> names;
        for (const syntax::MacroParameter& parameter : macro.parameters) names.push_back(parameter.name.text);
        return mismatch(argument.name->span, fmt::format("there is no parameter {}", as_code(argument.name->text)),
                        reporter.did_you_mean(argument.name->text, names));
      }
      index = found->second;
    } else if (++next > macro.parameters.size()) {
      return mismatch(argument.span, use.arguments.size() == 1
                                         ? "there is an argument too many"
                                         : fmt::format("{} arguments are too many", use.arguments.size()));
    }
    if (!given_.try_emplace(index, &argument.value).second) {
      return mismatch(argument.span, fmt::format("{} is given twice", as_code(macro.parameters[index].name.text)));
    }
  }
  for (const std::size_t i : macro_.required) {
    if (given_.contains(i)) continue;
    return mismatch(use.name.span, fmt::format("{} is missing", as_code(macro.parameters[i].name.text)));
  }
  return true;
}

const Value* MacroScope::value_of(std::string_view name) const {
  const auto index = macro_.parameters.find(name);
  if (index == macro_.parameters.end()) return nullptr;
  const auto given = given_.find(index->second);
  return given != given_.end() ? given->second : default_of(name);
}

const Value* MacroScope::default_of(std::string_view name) const {
  const auto index = macro_.parameters.find(name);
  if (index == macro_.parameters.end() || given_.contains(index->second)) return nullptr;
  const std::optional<Value>& fallback = macro_.definition->parameters[index->second].default_value;
  return fallback ? &*fallback : nullptr;
}

std::optional<syntax::Call> MacroScope::fill(const syntax::Call& call, ExpandedSize& size, Reporter& reporter) const {
  Filling filling(*this);
  syntax::Call filled = filling.call(call);
  size.values += filling.count();
  if (!filling.is_too_large()) return filled;
  report_too_large(call.name.span, reporter);
  return {};
}

std::optional<syntax::SearchExpression> MacroScope::fill(const syntax::SearchExpression& search, ExpandedSize& size,
                                                         Reporter& reporter) const {
  Filling filling(*this);
  syntax::SearchExpression filled = filling.search(search);
  size.values += filling.count();
  if (!filling.is_too_large()) return filled;
  report_too_large(search.span, reporter);
  return {};
}

void MacroScope::report_too_large(syntax::Span span, Reporter& reporter) const {
  reporter.add(
      Code::E903, span,
      fmt::format("the parameters of macro {} put more than {} values, or nested deeper than {}, into this call",
                  as_code(macro_.definition->name.text), with_thousands(kMostFilledValues),
                  with_thousands(kDeepestValue)));
}

}  // namespace neural::model
