#include "neural/model/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "neural/base/text.hpp"
#include "neural/model/value_text.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using SearchKind = syntax::SearchExpression::Kind;

std::optional<double> number_of(const syntax::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value.data)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value.data)) return *real;
  return {};
}

/// What a message calls the kind of an alternative; empty for None, which goes with any.
std::string_view kind_of(const syntax::Value& value) {
  struct Kinds {
    std::string_view operator()(syntax::NoneLiteral) const { return {}; }
    std::string_view operator()(bool) const { return "a truth value"; }
    std::string_view operator()(std::int64_t) const { return "a number"; }
    std::string_view operator()(double) const { return "a number"; }
    std::string_view operator()(const syntax::StringLiteral&) const { return "a name"; }
    std::string_view operator()(const syntax::TupleValue&) const { return "a tuple"; }
    std::string_view operator()(const syntax::ListValue&) const { return "a list"; }
    std::string_view operator()(const std::shared_ptr<const syntax::LayerExpression>& layer) const {
      const auto* search = std::get_if<syntax::SearchExpression>(&layer->callee);
      if (search == nullptr) return layer->bare_name() == nullptr ? "a call" : "a name";
      if (search->kind != SearchKind::kChoice) return "a number";
      for (const syntax::Value& operand : search->operands) {
        if (const std::string_view kind = kind_of(operand); !kind.empty()) return kind;
      }
      return {};
    }
  };
  return std::visit(Kinds{}, value.data);
}

/// A call is a name with arguments: both may be alternatives of one choice.
bool are_one_kind(std::string_view one, std::string_view other) {
  const auto is_name = [](std::string_view kind) { return kind == "a name" || kind == "a call"; };
  return one == other || (is_name(one) && is_name(other));
}

bool check_alternatives(const syntax::SearchExpression& search, Reporter& reporter) {
  std::string_view first;
  for (const syntax::Value& operand : search.operands) {
    const std::string_view kind = kind_of(operand);
    if (first.empty()) first = kind;
    if (kind.empty() || are_one_kind(kind, first)) continue;
    reporter.add(Code::E351, operand.span,
                 fmt::format("the choice mixes {} with {}: {}", first, kind, value_as_code(operand)),
                 "give it alternatives of one kind");
    return false;
  }
  return true;
}

bool check_range(const syntax::SearchExpression& search, Reporter& reporter) {
  for (const syntax::Value& operand : search.operands) {
    if (number_of(operand)) continue;
    reporter.add(Code::E301, operand.span,
                 fmt::format("the bounds and the step of a range must be numbers, got {}", value_as_code(operand)),
                 "search over other values with `HPO(choice(…))`");
    return false;
  }
  const double low = *number_of(search.operands[0]);
  const double high = *number_of(search.operands[1]);
  const std::string low_text = value_as_code(search.operands[0]);
  const std::string high_text = value_as_code(search.operands[1]);
  if (search.kind == SearchKind::kLogRange && !(low > 0 && low < high)) {
    reporter.add(Code::E354, cover(search.operands[0].span, search.operands[1].span),
                 fmt::format("`log_range` needs 0 < low < high, got {} and {}", low_text, high_text),
                 low > 0 ? "give the smaller bound first" : "begin above 0, or use `range`");
    return false;
  }
  if (search.kind == SearchKind::kRange && !(low < high)) {
    reporter.add(Code::E352, cover(search.operands[0].span, search.operands[1].span),
                 fmt::format("`range` must end above its start, got {} and {}", low_text, high_text),
                 "give the smaller bound first");
    return false;
  }
  if (search.operands.size() > 2 && !(*number_of(search.operands[2]) > 0)) {
    reporter.add(Code::E353, search.operands[2].span,
                 fmt::format("the step of a range must be positive, got {}", value_as_code(search.operands[2])),
                 "give a step above 0, or leave it out");
    return false;
  }
  return true;
}

std::string text_of(const AnyValue& value);

std::string joined(const std::vector<AnyValue>& values) {
  std::vector<std::string> texts;
  for (const AnyValue& each : values) texts.push_back(text_of(each));
  return join(texts, ", ");
}

std::string text_of(const AnyValue& value) {
  struct Texts {
    std::string operator()(std::monostate) const { return "None"; }
    std::string operator()(bool each) const { return each ? "true" : "false"; }
    std::string operator()(std::int64_t each) const { return std::to_string(each); }
    std::string operator()(double each) const { return shortest_double(each); }
    std::string operator()(const std::string& each) const { return each; }
    std::string operator()(const std::vector<AnyValue>& each) const { return "[" + joined(each) + "]"; }
  };
  return std::visit(Texts{}, value.data);
}

/// A list of values and the first of them may begin at one place.
std::uint64_t place_of(syntax::Span span) {
  return (std::uint64_t{span.begin} << 32) | span.end;
}

/// The value of a variable at one of its ends.
std::string end_of(const SearchVariable& variable, bool is_first) {
  if (variable.kind == SearchVariable::Kind::kChoice) {
    return text_of(is_first ? variable.alternatives.front() : variable.alternatives.back());
  }
  const double bound = is_first ? variable.low : variable.high;
  return variable.is_integer ? fmt::format("{:.0f}", bound) : fmt::format("{}", bound);
}

/// `Dense(64, activation=relu)`; a block and what else stands behind the call is left out.
std::string call_text(const syntax::LayerExpression& layer) {
  const auto* call = std::get_if<syntax::Call>(&layer.callee);
  if (call == nullptr) return "HPO(…)";
  if (!call->parenthesised) return call->name.text;
  std::vector<std::string> arguments;
  for (const syntax::Argument& argument : call->arguments) {
    arguments.push_back((argument.name ? argument.name->text + "=" : "") + text_of(any_value(argument.value)));
  }
  return call->name.text + "(" + join(arguments, ", ") + ")";
}

}  // namespace

std::string SearchSpace::path() const {
  std::string text;
  for (const auto& part : path_) {
    if (const auto* indexed = std::get_if<Indexed>(&part)) {
      if (!text.empty() && !indexed->first.empty()) text += '.';
      text += fmt::format("{}[{}]", indexed->first, indexed->second);
    } else {
      if (!text.empty()) text += '.';
      text += std::get<std::string_view>(part);
    }
  }
  return text;
}

void SearchSpace::name(const syntax::SearchExpression& search, std::string name) {
  names_.try_emplace(search.span.begin, std::move(name));
}

const std::string& SearchSpace::declare(const syntax::SearchExpression& search, bool is_integer, bool bears_on_shapes) {
  ++read_count_;
  const auto [place, is_new] = by_place_.try_emplace(place_of(search.span), variables_.size());
  if (bears_on_shapes) shaping_.insert(place->second);
  if (!is_new) return variables_[place->second].name;
  SearchVariable variable{.kind = static_cast<SearchVariable::Kind>(search.kind), .span = search.span};
  const auto named = names_.find(search.span.begin);
  variable.name = named == names_.end() ? path() : named->second;
  if (const int count = ++taken_[variable.name]; count > 1) variable.name += fmt::format("#{}", count);
  if (search.kind == SearchKind::kChoice) {
    for (const syntax::Value& operand : search.operands) {
      const auto* nested = search_of(operand);
      const auto known = nested == nullptr ? by_place_.end() : by_place_.find(place_of(nested->span));
      variable.alternatives.push_back(known == by_place_.end() ? any_value(operand)
                                                               : AnyValue{variables_[known->second].name});
    }
  } else {
    variable.low = number_of(search.operands[0]).value_or(0);
    variable.high = number_of(search.operands[1]).value_or(0);
    const bool is_counted = std::holds_alternative<std::int64_t>(search.operands[0].data) &&
                            std::holds_alternative<std::int64_t>(search.operands[1].data);
    if (search.operands.size() > 2) {
      variable.step = number_of(search.operands[2]);
    } else if (search.kind == SearchKind::kRange && is_counted) {
      variable.step = 1;
    }
    variable.is_integer = is_integer;
  }
  variables_.push_back(std::move(variable));
  return variables_.back().name;
}

const syntax::SearchExpression* search_of(const syntax::Value& value) {
  const syntax::LayerExpression* layer = value.layer();
  return layer == nullptr ? nullptr : std::get_if<syntax::SearchExpression>(&layer->callee);
}

InnerSearch search_inside(const syntax::Value& value) {
  const auto find_in = [](const auto& elements, std::string_view place) -> InnerSearch {
    for (const syntax::Value& element : elements) {
      if (const auto* search = search_of(element)) return {search, place};
      if (const InnerSearch inner = search_inside(element); inner.search != nullptr) return inner;
    }
    return {};
  };
  if (const auto* tuple = std::get_if<syntax::TupleValue>(&value.data)) {
    return find_in(tuple->elements, "an element of a tuple");
  }
  if (const auto* list = std::get_if<syntax::ListValue>(&value.data)) {
    return find_in(list->elements, "an element of a list");
  }
  const syntax::LayerExpression* layer = value.layer();
  const auto* call = layer == nullptr ? nullptr : std::get_if<syntax::Call>(&layer->callee);
  if (call == nullptr) return {};
  for (const syntax::Argument& argument : call->arguments) {
    if (const auto* search = search_of(argument.value)) return {search, "an argument of an argument"};
    if (const InnerSearch inner = search_inside(argument.value); inner.search != nullptr) return inner;
  }
  return {};
}

bool check_operands(const syntax::SearchExpression& search, Reporter& reporter) {
  return search.kind == SearchKind::kChoice ? check_alternatives(search, reporter) : check_range(search, reporter);
}

std::string values_text(const SearchSpace& searches, syntax::Span place) {
  constexpr std::size_t kMostShown = 3;
  const std::vector<SearchVariable>& variables = searches.variables();
  if (searches.shaping().empty()) return {};
  // The nearest are those of the layer itself and the ones before it.
  std::vector<std::size_t> shown(searches.shaping().begin(), searches.shaping().end());
  const auto distance = [&](std::size_t i) {
    const std::uint32_t begin = variables[i].span.begin;
    return begin > place.begin ? begin - place.begin : place.begin - begin;
  };
  const std::size_t all = shown.size();
  const std::size_t count = std::min(kMostShown, all);
  std::partial_sort(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(count), shown.end(),
                    [&](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
  shown.resize(count);
  std::sort(shown.begin(), shown.end());
  const bool is_first = searches.point() == SearchPoint::kFirst;
  std::string text = is_first ? "with the first values of its searches:" : "with the last values of its searches:";
  for (const std::size_t i : shown) {
    text += fmt::format("{} {} = {}", text.ends_with(':') ? "" : ",", as_code(variables[i].name),
                        as_code(end_of(variables[i], is_first)));
  }
  return count < all ? text + ", …" : text;
}

void refuse_search(syntax::Span span, std::string_view place, Reporter& reporter) {
  reporter.add(Code::E355, span, fmt::format("no search expression is allowed for {}", place),
               "write one value; searches stand, without quotes, for whole parameters, layers, `loss`, `optimizer`, "
               "`epochs`, `batch_size` and `validation_split`");
}

AnyValue any_value(const syntax::Value& value) {
  struct Values {
    AnyValue operator()(syntax::NoneLiteral) const { return {}; }
    AnyValue operator()(bool each) const { return {each}; }
    AnyValue operator()(std::int64_t each) const { return {each}; }
    AnyValue operator()(double each) const { return {each}; }
    AnyValue operator()(const syntax::StringLiteral& each) const { return {each.text}; }
    AnyValue operator()(const syntax::TupleValue& each) const { return all(each.elements); }
    AnyValue operator()(const syntax::ListValue& each) const { return all(each.elements); }
    AnyValue operator()(const std::shared_ptr<const syntax::LayerExpression>& each) const { return {call_text(*each)}; }
    static AnyValue all(const std::vector<syntax::Value>& elements) {
      std::vector<AnyValue> values;
      for (const syntax::Value& element : elements) values.push_back(any_value(element));
      return {std::move(values)};
    }
  };
  return std::visit(Values{}, value.data);
}

}  // namespace neural::model
