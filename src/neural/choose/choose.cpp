#include "neural/choose/choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "neural/base/text.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::choose {
namespace {

using syntax::SourceText;
using syntax::Span;
using syntax::Token;
using syntax::TokenKind;
using Kind = model::SearchVariable::Kind;

constexpr std::size_t kMostListed = 8;

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
  return is_number ? std::optional(value) : std::nullopt;
}

/// How blanks and quotes are made not to matter.
std::string bare(std::string_view text) {
  std::string kept;
  for (const char each : text) {
    if (each != ' ' && each != '\t' && each != '\n' && each != '\r' && each != '"' && each != '\'') kept += each;
  }
  return kept;
}

std::string number_text(const Variable& variable, double value) {
  return variable.is_whole() ? fmt::format("{:.0f}", value) : shortest_double(value);
}

/// "8, 16 or 32", "from 64 to 256 in steps of 64".
std::string values_of(const SourceText& source, const Variable& variable) {
  if (variable.search.kind == Kind::kChoice) {
    std::vector<std::string> texts;
    for (const Alternative& alternative : variable.alternatives) {
      if (texts.size() < kMostListed) texts.push_back(text_of(source, alternative));
    }
    if (texts.size() < variable.alternatives.size()) texts.emplace_back("…");
    return as_code_list(texts, " or ");
  }
  std::string text =
      fmt::format("{}from {} to {}", variable.is_whole() ? "a whole number " : "",
                  number_text(variable, variable.search.low), number_text(variable, variable.search.high));
  const bool has_steps = variable.search.step && !(variable.is_whole() && *variable.search.step == 1);
  if (has_steps) text += fmt::format(" in steps of {}", number_text(variable, *variable.search.step));
  return text;
}

std::optional<std::size_t> position_of(const SourceText& source, const Variable& variable, const std::string& value) {
  const std::vector<Alternative>& all = variable.alternatives;
  if (value.starts_with('#')) {
    const auto position = number_of(std::string_view(value).substr(1));
    const bool is_one =
        position && *position >= 0 && std::trunc(*position) == *position && *position < static_cast<double>(all.size());
    return is_one ? std::optional(static_cast<std::size_t>(*position)) : std::nullopt;
  }
  const auto find = [&](const auto& is_meant) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (is_meant(text_of(source, all[i]))) return i;
    }
    return {};
  };
  if (const auto found = find([&](const std::string& text) { return text == value; })) return found;
  if (const auto found = find([&](const std::string& text) { return bare(text) == bare(value); })) return found;
  const auto number = number_of(value);
  return number ? find([&](const std::string& text) { return number_of(text) == number; }) : std::nullopt;
}

/// The text of a number of the range, or nothing if it is outside.
std::optional<std::string> number_in(const Variable& variable, const std::string& value) {
  constexpr double kSlack = 1e-9;  // of a step: 0.1 + 2 * 0.1 is not 0.3
  const model::SearchVariable& search = variable.search;
  const auto number = number_of(value);
  if (!number) return {};
  double near = *number;
  if (search.step) {
    const double steps = std::round((*number - search.low) / *search.step);
    near = search.low + steps * *search.step;
    if (std::abs(near - *number) > kSlack * *search.step) return {};
    if (!variable.is_whole()) near = *number_of(fmt::format("{:.12g}", near));
  } else if (variable.is_whole() && std::trunc(near) != near) {
    return {};
  }
  const double slack = search.step ? kSlack * *search.step : 0;
  if (near < search.low - slack || near > search.high + slack) return {};
  return number_text(variable, near);
}

/// `* 3` at the end of a layer: how often, and where the text before it ends.
struct Repeat {
  std::int64_t count = 1;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

std::optional<Repeat> repeat_in(const SourceText& source, const std::vector<Token>& tokens, std::size_t at) {
  if (at + 1 >= tokens.size() || tokens[at].kind != TokenKind::kStar) return {};
  if (tokens[at + 1].kind != TokenKind::kInteger) return {};
  const auto count = number_of(source.text(tokens[at + 1].span));
  if (!count) return {};
  return Repeat{static_cast<std::int64_t>(*count), tokens[at].span.begin, tokens[at + 1].span.end};
}

class Substitution {
 public:
  Substitution(const SourceText& source, const Space& space) : source_(source), space_(space) {}

  Status take(const Given& given) {
    values_.resize(space_.variables.size());
    for (const Choice& choice : given.choices) NEURAL_TRY(take(choice));
    std::vector<std::string> missing;
    complete(space_.outermost, given.defaults, missing);
    if (missing.empty()) return done();
    return fail(ErrorCode::kUsage, fmt::format("no value is chosen for {}", join(missing, ", ")),
                "choose one for each, or `defaults`: the first alternatives and the low ends");
  }

  Chosen result() {
    Chosen chosen;
    chosen.text =
        text_of_part({0, static_cast<std::uint32_t>(source_.text().size())}, space_.outermost, chosen.choices);
    return chosen;
  }

 private:
  /// What is chosen for one variable: an alternative, or a number's text.
  struct Value {
    std::size_t alternative = 0;
    std::string number;
  };

  Status take(const Choice& choice) {
    const auto found = std::find_if(space_.variables.begin(), space_.variables.end(),
                                    [&](const Variable& each) { return each.search.name == choice.name; });
    if (found == space_.variables.end()) return unknown(choice.name);
    std::optional<Value>& value = values_[static_cast<std::size_t>(found - space_.variables.begin())];
    if (value) {
      return fail(ErrorCode::kUsage, fmt::format("{} is chosen twice", as_code(choice.name)), "give it one value");
    }
    if (found->search.kind == Kind::kChoice) {
      if (const auto position = position_of(source_, *found, choice.value)) value = Value{*position, {}};
    } else if (auto number = number_in(*found, choice.value)) {
      value = Value{0, std::move(*number)};
    }
    if (value) return done();
    return fail(ErrorCode::kUsage, fmt::format("{} cannot be {}", as_code(choice.name), as_code(choice.value)),
                fmt::format("it is {}", values_of(source_, *found)));
  }

  Status unknown(const std::string& name) const {
    std::vector<std::string_view> known;
    for (const Variable& variable : space_.variables) known.push_back(variable.search.name);
    std::vector<std::string> shown = nearest(name, known);
    const bool is_near = !shown.empty();
    for (std::size_t i = 0; !is_near && i < std::min(known.size(), kMostListed); ++i) shown.emplace_back(known[i]);
    if (!is_near && known.size() > kMostListed) shown.emplace_back("…");
    const std::string help = known.empty() ? "it has no `HPO(…)`, so there is nothing to choose"
                             : is_near     ? fmt::format("did you mean {}?", as_code_list(shown, " or "))
                                           : fmt::format("it searches over {}", as_code_list(shown, " and "));
    return fail(ErrorCode::kUsage, fmt::format("{} searches over no {}", as_code(source_.name()), as_code(name)), help);
  }

  /// Gives what is left its default, or lists it, of all that will be in the text.
  void complete(const std::vector<std::size_t>& variables, bool defaults, std::vector<std::string>& missing) {
    for (const std::size_t i : variables) {
      const Variable& variable = space_.variables[i];
      if (!values_[i] && !defaults) {
        missing.push_back(fmt::format("{} ({})", as_code(variable.search.name), values_of(source_, variable)));
        continue;
      }
      if (!values_[i]) values_[i] = Value{0, number_text(variable, variable.search.low)};
      if (variable.search.kind == Kind::kChoice && !variable.alternatives.empty()) {
        complete(variable.alternatives[values_[i]->alternative].nested, defaults, missing);
      }
    }
  }

  /// The text of a span in which these searches stand, each replaced.
  std::string text_of_part(Span part, const std::vector<std::size_t>& variables, std::vector<Choice>& choices) const {
    std::string text;
    std::uint32_t at = part.begin;
    for (const std::size_t i : variables) {
      const Span span = space_.variables[i].search.span;
      text += source_.text({at, span.begin});
      at = span.end;
      const std::size_t place = choices.size();
      choices.push_back({space_.variables[i].search.name, {}});  // before those inside it
      std::string value = text_of_value(i, choices);
      choices[place].value = on_one_line(value);
      multiply_repeats(value, at);
      text += value;
    }
    return text + std::string(source_.text({at, part.end}));
  }

  std::string text_of_value(std::size_t i, std::vector<Choice>& choices) const {
    const Variable& variable = space_.variables[i];
    if (variable.search.kind != Kind::kChoice) return values_[i]->number;
    const Alternative& alternative = variable.alternatives[values_[i]->alternative];
    return text_of_part(alternative.span, alternative.nested, choices);
  }

  static std::string on_one_line(const std::string& value) {
    const SourceText text("", value);
    return text_of(text, {{0, static_cast<std::uint32_t>(value.size())}, {}});
  }

  /// A layer is repeated once only: of `HPO(choice(Dense(8) * 2, …)) * 3` becomes `Dense(8) * 6`.
  void multiply_repeats(std::string& value, std::uint32_t& end) const {
    syntax::DiagnosticList ignored;
    const SourceText own("", value);
    const auto tokens = tokenize(own, {0, static_cast<std::uint32_t>(value.size())}, ignored);
    if (tokens.size() < 4) return;  // a name, `*`, a number, the end
    const auto inner = repeat_in(own, tokens, tokens.size() - 3);
    if (!inner) return;
    const auto size = static_cast<std::uint32_t>(source_.text().size());
    const auto outer = repeat_in(source_, tokenize(source_, {end, size}, ignored), 0);
    if (!outer) return;
    value = fmt::format("{}* {}", value.substr(0, inner->begin), inner->count * outer->count);
    end = outer->end;
  }

  const SourceText& source_;
  const Space& space_;
  std::vector<std::optional<Value>> values_;  ///< one a variable
};

}  // namespace

Expected<Chosen> choose(const SourceText& source, const Space& space, const Given& given) {
  Substitution substitution(source, space);
  NEURAL_TRY(substitution.take(given));
  return substitution.result();
}

}  // namespace neural::choose
