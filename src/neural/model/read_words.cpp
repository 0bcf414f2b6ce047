// Text, words of an enumeration, activations.
#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/model/arguments.hpp"
#include "neural/model/value_text.hpp"

namespace neural::model {

using syntax::Code;

std::nullopt_t ArgumentReader::not_a_word(const Target& target, syntax::Span span, std::string_view word,
                                          std::span<const std::string_view> candidates) {
  const bool is_call = word.find('(') != std::string_view::npos;
  std::string help = is_call ? "write a call without quotes" : reporter_.did_you_mean(word, candidates);
  if (help.empty()) help = words_help(quoted(candidates));
  reporter_.add(Code::E209, span, fmt::format("{} is not a valid {}", as_code(word), target.name()), help);
  return std::nullopt;
}

std::string words_help(const std::vector<std::string>& words) {
  constexpr std::size_t kMostShown = 6;
  if (words.size() <= kMostShown) return "write " + as_code_list(words, " or ");
  return "use one of " + as_code_list(std::span(words).first(kMostShown), ", ") + ", …";
}

std::nullopt_t ArgumentReader::not_a_name(const Target& target, const syntax::Value& value) {
  if (is_single(target, without_single_tuple(value))) wrong_type(target, value);
  return std::nullopt;
}

std::optional<Attribute> ArgumentReader::read_text(const Target& target, const syntax::Value& value) {
  const auto* text = std::get_if<syntax::StringLiteral>(&value.data);
  if (text == nullptr) return wrong_type(target, value);
  if (text->text.empty()) {
    reporter_.add(Code::E302, value.span, fmt::format("{} must not be empty", target.name()), "leave it out");
    return {};
  }
  constexpr std::size_t kLongestName = 255;
  if (target.spec.parameter == Parameter::name && text->text.size() > kLongestName) {
    reporter_.add(Code::E302, value.span,
                  fmt::format("{} must be at most {} bytes long, got {}", target.name(), kLongestName,
                              with_thousands(static_cast<std::int64_t>(text->text.size()))),
                  "use a shorter name");
    return {};
  }
  return Attribute{text->text};
}

std::optional<Attribute> ArgumentReader::read_word(const Target& target, const syntax::Value& value) {
  const std::string* word = word_of(without_single_tuple(value));
  if (word == nullptr) return not_a_name(target, value);
  const auto match = target.matching_word(*word);
  if (!match) return not_a_word(target, value.span, *word, target.words());
  return Attribute{std::string(*match)};
}

std::optional<Attribute> ArgumentReader::read_padding(const Target& target, const syntax::Value& value) {
  const syntax::Value& single = without_single_tuple(value);
  const auto* text = std::get_if<syntax::StringLiteral>(&single.data);
  const bool is_quoted_number = text != nullptr && is_number_text(text->text);
  if (word_of(single) != nullptr && !is_quoted_number) return read_word(target, value);
  return read_per_axis(target, value);
}

std::optional<Attribute> ArgumentReader::read_activation(const Target& target, const syntax::Value& value) {
  const std::string* word = word_of(without_single_tuple(value));
  if (word == nullptr) return not_a_name(target, value);
  const auto found = activation_names().find(*word);
  if (!found) return not_a_word(target, value.span, *word, activation_names().spellings());
  return Attribute{found.row->kind};
}

}  // namespace neural::model
