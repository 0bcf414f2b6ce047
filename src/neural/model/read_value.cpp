// Which reader a value goes to, and what is said when it fits none.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/text.hpp"
#include "neural/model/arguments.hpp"
#include "neural/model/value_text.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// A call of something that stands where a plain value is needed, or null.
const syntax::LayerExpression* compound(const syntax::Value& value) {
  const syntax::LayerExpression* layer = value.layer();
  return layer != nullptr && layer->bare_name() == nullptr ? layer : nullptr;
}

bool is_integer_type(ValueType type) {
  using enum ValueType;
  return type == kInteger || type == kPositiveInteger || type == kNonNegativeInteger || type == kAxes ||
         type == kPositiveIntegers || type == kNonNegativeIntegers || type == kPadding || type == kPads;
}

bool takes_calls(ValueType type) {
  return type == ValueType::kInitializer || type == ValueType::kRegularizer || type == ValueType::kConstraint ||
         type == ValueType::kLearningRate || type == ValueType::kAny;
}

bool is_number(const syntax::Value& value) {
  return std::holds_alternative<std::int64_t>(value.data) || std::holds_alternative<double>(value.data);
}

/// `[3, 3]` where `(3, 3)` would do.
bool is_list_for_tuple(const Target& target, const syntax::Value& value) {
  using enum ValueType;
  constexpr std::array kTuples = {kShape, kAxes, kPositiveIntegers, kNonNegativeIntegers, kPadding, kPads};
  return std::holds_alternative<syntax::ListValue>(value.data) &&
         std::find(kTuples.begin(), kTuples.end(), target.spec.type) != kTuples.end();
}

/// Written as such, or a fraction without one.
bool is_whole_number(const syntax::Value& value) {
  const auto* real = std::get_if<double>(&value.data);
  return real == nullptr ? is_number(value) : std::trunc(*real) == *real;
}

/// An activation is often written as the layer of that name.
std::string example_instead(const Target& target, const syntax::LayerExpression& call) {
  const auto* written = std::get_if<syntax::Call>(&call.callee);
  if (target.spec.type != ValueType::kActivation || written == nullptr) return target.example();
  const auto found = activation_names().find(written->name.text);
  if (!found) return target.example();
  return fmt::format("write its name: `{}=\"{}\"`", parameter_name(target.spec.parameter), found.row->name);
}

}  // namespace

std::vector<std::string_view> Target::words() const {
  std::vector<std::string_view> words = words_in(spec.words);
  if (spec.type == ValueType::kPadding && axes != 1) std::erase(words, "causal");
  return words;
}

std::optional<std::string_view> Target::matching_word(std::string_view word) const {
  for (const std::string_view each : words()) {
    if (fold(each) == fold(word)) return each;
  }
  return {};
}

/// Words as they are best written.
std::vector<std::string> quoted(std::span<const std::string_view> words) {
  std::vector<std::string> texts;
  for (const std::string_view word : words) texts.push_back(fmt::format("\"{}\"", word));
  return texts;
}

std::string Target::name() const {
  return fmt::format("`{}.{}`", owner, parameter_name(spec.parameter));
}

std::string Target::description() const {
  if (spec.type != ValueType::kWord) return std::string(value_type_row(spec.type).description);
  return as_code_list(quoted(words()), " or ");
}

std::string Target::assignment(std::string_view value) const {
  return fmt::format("`{}{}{}`", parameter_name(spec.parameter), joint, value);
}

std::string Target::example() const {
  std::string value(value_type_row(spec.type).example);
  if (!spec.words.empty()) value = fmt::format("\"{}\"", words().front());
  if (spec.parameter == Parameter::dims) value = "(2, 1)";
  return "for example " + assignment(value);
}

std::string Target::advice() const {
  const ValueTypeRow& row = value_type_row(spec.type);
  if (spec.type == ValueType::kBoolean) return fmt::format("write {} or {}", assignment("true"), assignment("false"));
  if (!spec.words.empty()) {
    const std::vector<std::string> known = quoted(words());
    return "write " + as_code_list(known, " or ") +
           (spec.type == ValueType::kPadding ? ", or whole numbers from 0" : "");
  }
  const bool is_bounded = row.bounds.low > -std::numeric_limits<double>::infinity();
  if (row.type == ValueType::kActivation ||
      (!is_bounded && row.description != "a number" && !is_integer_type(row.type))) {
    return example();
  }
  std::string bounds = is_bounded ? " " + to_string(row.bounds) : std::string();
  if (bounds.starts_with(" at least")) bounds.replace(0, 9, " from");
  return fmt::format("use {}{}, {}", is_integer_type(row.type) ? "a whole number" : "a number", bounds, example());
}

/// Every alternative, and both bounds, must be good values of the parameter.
std::optional<Attribute> ArgumentReader::read_search(const Target& target, const syntax::SearchExpression& search) {
  if (!check_operands(search, reporter_)) return {};
  if (searches_ == nullptr || target.spec.parameter == Parameter::name) {
    refuse_search(search.span, target.name(), reporter_);
    return {};
  }
  const bool is_choice = search.kind == syntax::SearchExpression::Kind::kChoice;
  const std::size_t count = is_choice ? search.operands.size() : 2;  // the step is no value
  std::optional<Attribute> chosen;
  bool sound = true;
  for (std::size_t i = 0; i < count; ++i) {
    const PathScope scope(searches_, {}, i);
    auto one = read(target, search.operands[i]);
    sound = sound && one;
    // Alternatives of a wrong type are one mistake; of unknown words each is one.
    if (!one && word_of(search.operands[i]) == nullptr && !fits(target, search.operands[i])) break;
    const bool is_wanted = searches_->point() == SearchPoint::kFirst ? i == 0 : i + 1 == count;
    if (is_wanted) chosen = std::move(one);
  }
  if (!sound) return {};
  const bool is_integer = is_integer_type(target.spec.type);
  searches_->declare(search, is_integer, is_integer || target.spec.decides_shape);
  return chosen;
}

/// E355 for a search that is only a part of the value.
std::optional<AnyValue> ArgumentReader::read_any(const syntax::Value& value) {
  if (const InnerSearch inner = search_inside(value); inner.search != nullptr) {
    if (check_operands(*inner.search, reporter_)) refuse_search(inner.search->span, inner.place, reporter_);
    return {};
  }
  return any_value(value);
}

std::optional<Attribute> ArgumentReader::read(const Target& target, const syntax::Value& value) {
  using enum ValueType;
  if (is_open(value)) return {};
  if (const auto* search = search_of(value)) return read_search(target, *search);
  if (const auto* call = compound(value); call != nullptr && !takes_calls(target.spec.type)) {
    reporter_.add(Code::E405, value.span,
                  fmt::format("{} is a layer or a call where {} needs a value", value_as_code(value), target.name()),
                  example_instead(target, *call));
    return {};
  }
  if (std::holds_alternative<syntax::NoneLiteral>(value.data)) {
    const bool by_rule = std::holds_alternative<std::monostate>(target.spec.fallback);
    if (target.spec.type == kActivation && !by_rule) return Attribute{Activation::linear};
    if (target.spec.nullable) return Attribute{};
    if (target.spec.type == kAny) return Attribute{AnyValue{}};
    // `reduction=none`: in an enumeration the literal is the word of that name.
    if (target.spec.type == kWord && target.matching_word("none")) return Attribute{std::string("none")};
    return wrong_type(target, value);
  }
  switch (target.spec.type) {
    case kInteger:
    case kPositiveInteger:
    case kNonNegativeInteger:
    case kNumber:
    case kPositiveNumber:
    case kNonNegativeNumber:
    case kProbability:
    case kFraction:
      return read_number(target, value);
    case kBoolean:
      return read_boolean(target, value);
    case kText:
      return read_text(target, value);
    case kWord:
      return read_word(target, value);
    case kShape:
      return read_shape(target, value);
    case kAxes:
      return read_axes(target, value);
    case kPads:
      return read_pads(target, value);
    case kPositiveIntegers:
    case kNonNegativeIntegers:
      return read_per_axis(target, value);
    case kPadding:
      return read_padding(target, value);
    case kActivation:
      return read_activation(target, value);
    case kInitializer:
      return read_named(target, value, initializer_names());
    case kRegularizer:
      return read_named(target, value, regularizer_names());
    case kConstraint:
      return read_named(target, value, constraint_names());
    case kLearningRate:
      return read_learning_rate(target, value);
    case kNumbers:
      return read_numbers(target, value);
    case kAny: {
      auto any = read_any(value);
      if (!any) return {};
      return Attribute{std::move(*any)};
    }
    case kLayer:
      break;  // read_wrapped takes it out before
  }
  return {};
}

bool ArgumentReader::fits(const Target& target, const syntax::Value& written) const {
  using enum ValueType;
  if (is_open(written)) return true;
  if (const auto* search = search_of(written)) {
    return std::all_of(search->operands.begin(), search->operands.end(),
                       [&](const syntax::Value& operand) { return fits(target, operand); });
  }
  const syntax::Value& value = without_single_tuple(written);
  const bool is_tuple = std::holds_alternative<syntax::TupleValue>(value.data);
  const std::string* word = word_of(value);
  if (std::holds_alternative<syntax::NoneLiteral>(value.data)) {
    return target.spec.nullable || target.spec.type == kActivation;
  }
  switch (target.spec.type) {
    case kBoolean:
      return std::holds_alternative<bool>(value.data);
    case kText:
      return std::holds_alternative<syntax::StringLiteral>(value.data);
    case kWord:
      return word != nullptr && target.matching_word(*word);
    case kShape:
      return std::holds_alternative<syntax::TupleValue>(written.data);
    case kAxes:
    case kPositiveIntegers:
    case kNonNegativeIntegers:
    case kPads:
      return is_whole_number(value) || is_tuple;
    case kNumbers:
      return is_tuple || std::holds_alternative<syntax::ListValue>(value.data);
    case kLayer:
      return compound(value) != nullptr || (word != nullptr && value.layer() != nullptr);
    case kAny:
      return true;
    case kPadding:
      return is_whole_number(value) || is_tuple || (word != nullptr && target.matching_word(*word));
    case kActivation:
      return word != nullptr && activation_names().find(*word);
    case kInitializer:
    case kRegularizer:
    case kConstraint:
      return word != nullptr || compound(value) != nullptr;
    case kLearningRate:
      return is_number(value) || word != nullptr || compound(value) != nullptr;
    case kInteger:
    case kPositiveInteger:
    case kNonNegativeInteger:
      return is_whole_number(value);
    default:
      return is_number(value);
  }
}

bool ArgumentReader::is_open(const syntax::Value& value) const {
  if (!open_ || macro_ == nullptr) return false;
  if (const auto* tuple = std::get_if<syntax::TupleValue>(&value.data)) {
    return std::any_of(tuple->elements.begin(), tuple->elements.end(), [&](const auto& each) { return is_open(each); });
  }
  if (const auto* search = search_of(value)) {
    return std::any_of(search->operands.begin(), search->operands.end(),
                       [&](const auto& each) { return is_open(each); });
  }
  const syntax::LayerExpression* layer = value.layer();
  const syntax::Identifier* name = layer == nullptr ? nullptr : layer->bare_name();
  return name != nullptr && macro_->parameters.contains(name->text);
}

bool ArgumentReader::is_single(const Target& target, const syntax::Value& value) {
  if (const auto* list = std::get_if<syntax::ListValue>(&value.data)) {
    std::string help = "give one value";
    if (list->elements.size() > 1) {
      const std::string all = value_as_code(value);  // `[…]`
      help += fmt::format(", or search over several with `HPO(choice({}))`", all.substr(2, all.size() - 4));
    }
    reporter_.add(Code::E306, value.span, fmt::format("{} takes one value, got a list", target.name()), help);
    return false;
  }
  if (const auto* tuple = std::get_if<syntax::TupleValue>(&value.data)) {
    reporter_.add(Code::E303, value.span,
                  fmt::format("{} needs 1 value, got {}", target.name(), tuple->elements.size()), target.advice());
    return false;
  }
  return true;
}

std::nullopt_t ArgumentReader::wrong_type(const Target& target, const syntax::Value& value) {
  if (const auto* search = search_of(value)) {  // one that is the whole value never comes here
    if (check_operands(*search, reporter_)) refuse_search(search->span, "an element of a tuple", reporter_);
    return std::nullopt;
  }
  const auto* text = std::get_if<syntax::StringLiteral>(&value.data);
  if (text != nullptr && is_number_text(text->text)) {
    reporter_.add(Code::E307, value.span,
                  fmt::format("{} is a number in quotes, {}", target.name(), value_as_code(value)),
                  fmt::format("remove the quotes: `{}`", trim(text->text)));
  } else if (const std::string* word = word_of(value); word != nullptr && text == nullptr) {
    meaningless_name(target, value);
  } else {
    reporter_.add(Code::E301, value.span,
                  fmt::format("{} must be {}, got {}", target.name(), target.description(),
                              number_as_code(value, reporter_.source())),
                  is_list_for_tuple(target, value) ? "write a tuple: `(…)` instead of `[…]`" : target.advice());
  }
  return std::nullopt;
}

std::nullopt_t ArgumentReader::meaningless_name(const Target& target, const syntax::Value& value) {
  const std::string& name = *word_of(value);
  std::string help = "the language has no variables outside macros";
  if (macro_ != nullptr) {
    std::vector<std::string_view> candidates;
    for (const auto& [parameter, index] : macro_->parameters) candidates.push_back(parameter);
    std::sort(candidates.begin(), candidates.end());
    const std::string guess = reporter_.did_you_mean(name, candidates);
    help =
        guess.empty() ? fmt::format("it is no parameter of macro {}", as_code(macro_->definition->name.text)) : guess;
  } else if (target.spec.type == ValueType::kText) {
    help = fmt::format("write text in quotes: `\"{}\"`", printable(name.substr(0, 60)));
  } else if (layer_names().find(name)) {
    reporter_.add(Code::E405, value.span,
                  fmt::format("{} is a layer where {} needs a value", as_code(name), target.name()), target.example());
    return std::nullopt;
  }
  reporter_.add(
      Code::E216, value.span,
      fmt::format("the name {} means nothing here; {} must be {}", as_code(name), target.name(), target.description()),
      help);
  return std::nullopt;
}

}  // namespace neural::model
