#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {
namespace {

constexpr std::string_view kSectionList =
    "sections are `input`, `layers`, `loss`, `optimizer`, `metrics`, `train` and `execution`";
constexpr std::size_t kLongestGuess = 24;

/// `train { … }` and `execution { … }` hold settings; the other sections have a colon.
bool is_braced(Word word) {
  return word == Word::kTrain || word == Word::kExecution;
}

/// The section word that is meant when only the case is wrong; empty if none.
std::string_view in_right_case(std::string_view word) {
  if (word.size() > kLongestGuess) return {};
  const std::string folded = fold(word);
  for (const std::string_view known : section_spellings()) {
    if (folded == known && word != known) return known;
  }
  return {};
}

std::string nearest_section(std::string_view word) {
  if (word.size() > kLongestGuess) return {};
  const auto close = nearest(word, section_spellings(), 1);
  return close.empty() ? std::string() : close[0];
}

}  // namespace

/// What is known of the sections of a network.
struct Parser::Seen {
  std::array<std::uint32_t, static_cast<std::size_t>(Word::kExecution) + 1> first_line{};  ///< 0 where none was seen
  std::size_t mistakes = 0;   ///< before the name of the network
  Word last = Word::kName;    ///< the section before the cursor
  bool unknown = false;       ///< a section was not recognised; what it held may follow
  bool just_unknown = false;  ///< the one before the cursor

  std::uint32_t& line(Word word) { return first_line[static_cast<std::size_t>(word)]; }
  bool has(Word word) const { return first_line[static_cast<std::size_t>(word)] != 0; }
};

std::optional<Network> Parser::network() {
  const std::uint32_t begin = token().span.begin;
  const std::size_t mistakes = mistakes_;
  if (top_level_word() != Word::kNetwork) {
    expected("`network`");
    return {};
  }
  advance();
  return network_behind_keyword(begin, mistakes);
}

std::optional<Network> Parser::network_behind_keyword(std::uint32_t begin, std::size_t mistakes) {
  Network network;
  Seen seen;
  seen.mistakes = mistakes_;
  network_name(network);
  const auto open = network_open(network);
  if (!open) return {};
  while (!ended(*open, true)) {
    const std::size_t before = next_;
    section(network, seen);
    if (next_ == before) skip_group();
  }
  network.span = span_from(begin);
  network.complete = mistakes_ == mistakes;
  check_sections(network, seen);
  if (network.name.text.empty()) return {};
  return network;
}

void Parser::network_name(Network& network) {
  if (at(TokenKind::kIdentifier)) {
    network.name = identifier(advance());
    return;
  }
  std::string help = "write `network Name { … }`";
  if (at(TokenKind::kString)) help = "a name stands without quotes";
  report_here(Code::E102, token().span, fmt::format("a network needs a name, found {}", seen()), std::move(help));
  skip_to_name_or_open();
  if (at(TokenKind::kIdentifier) && !ends_layers_word(0)) network.name = identifier(advance());
}

/// The `{` behind the name; empty where nothing of a network follows.
std::optional<Opening> Parser::network_open(const Network& network) {
  const std::string what = network.name.text.empty()
                               ? "`{` of the network"
                               : fmt::format("`{{` behind network {}", as_code(network.name.text));
  std::string help = "a network looks like `network Name { input: (28, 28, 1) layers: Output(10) }`";
  if (at(TokenKind::kLeftParenthesis)) {
    help = "a network takes no parameters; only macros do";
    expected(what, help);
    skip_group();
  } else if (at(TokenKind::kIdentifier) && !token().starts_line && !ends_layers_word(0)) {
    help = "a name is one word; join words with `_`";
  } else if (at(TokenKind::kColon) || at(TokenKind::kEquals)) {
    help = "write `{` there, and `}` behind the network";
  } else if (ends_layers_word(0) && !network.name.text.empty()) {
    help = fmt::format("put `{{` behind {}", as_code(network.name.text));
  }
  const Opening open = at(TokenKind::kLeftBrace) ? take_open() : missing_brace(what, std::move(help));
  if (!open.missing) return open;
  while (at(TokenKind::kColon) || at(TokenKind::kEquals)) advance();
  if (ends_layers_word(0) || open.end < tokens_.size()) return open;
  skip_to_top_level();
  return {};
}

// ---- sections ----

/// A section word or a training key at `ahead` that begins a section there.
bool Parser::ends_layers_word(std::size_t ahead) const {
  return ends_layers(word(ahead)) && (at(TokenKind::kColon, ahead + 1) || at(TokenKind::kLeftBrace, ahead + 1));
}

void Parser::section(Network& network, Seen& seen) {
  if (seen.last == Word::kLayers && is_quiet() && !ends_layers_word(0)) return append_layers(network);
  if (!at(TokenKind::kIdentifier)) {
    expected("a section such as `layers:`");
    skip_unknown_section();
    return;
  }
  if (at_surplus_value(seen.last)) return surplus_value(seen.last);
  const Word found = section_word(seen.last);
  if (found == Word::kTrainingKey) {
    seen.last = found;
    warn(Code::W115, token().span, fmt::format("`{}` belongs in `train {{ }}`, read as if it stood there", text_at()));
    if (auto read = setting(false)) network.training.push_back(std::move(*read));
  } else if (found != Word::kName) {
    const Token name = token();
    if (is_second(found, seen)) {
      Network ignored;
      section_body(ignored, found, name);
    } else {
      section_body(network, found, name);
    }
    seen.last = found;
  } else if (at(TokenKind::kColon, 1) || at(TokenKind::kEquals, 1) ||
             (at(TokenKind::kLeftBrace, 1) && at(TokenKind::kIdentifier, 2) && at(TokenKind::kColon, 3))) {
    const bool entry = at(TokenKind::kColon, 1) && (at(TokenKind::kLeftParenthesis, 2) || at(TokenKind::kLeftBrace, 2));
    if (seen.just_unknown && entry) quiet_until_ = std::max(quiet_until_, next_ + 1);
    unknown_section(seen.last);
    skip_unknown_section();
    seen.unknown = true;
    seen.just_unknown = true;
    return;
  } else {
    layers_without_section(network, seen);
  }
  seen.just_unknown = false;
}

/// The section that the name at the cursor begins; a misspelt one is reported, and meant.
Word Parser::section_word(Word last) {
  const std::string_view name = text_at();
  if (is_section(word()) || word() == Word::kTrainingKey) return word();
  const bool shaped = at(TokenKind::kColon, 1) || at(TokenKind::kLeftBrace, 1) || at(TokenKind::kEquals, 1);
  if (!shaped) return Word::kName;
  if (const std::string_view right = in_right_case(name); !right.empty()) {
    report_here(Code::E111, token().span, fmt::format("keywords are lower case, found {}", as_code(name)),
                fmt::format("write `{}`", right));
    return word_of(right);
  }
  const Word meant = word_of(nearest_section(name));
  if (meant == Word::kName || is_braced(meant) != at(TokenKind::kLeftBrace, 1)) return Word::kName;
  unknown_section(last);
  return meant;
}

/// E108 for a section that was there before.
bool Parser::is_second(Word section, Seen& seen) {
  std::uint32_t& line = seen.line(section);
  if (line != 0) {
    report(Code::E108, token().span, fmt::format("`{}` is given twice (first in line {})", text_at(), line),
           "keep one of them");
    return true;
  }
  line = source_.position(token().span.begin).line;
  return false;
}

void Parser::section_body(Network& network, Word section, const Token& name) {
  advance();
  if (is_braced(section)) {
    settings(section == Word::kTrain ? network.training : network.execution, text(name), section == Word::kExecution);
    return;
  }
  if (!section_colon(name, section)) return;
  std::optional<Opening> braces;
  if (section != Word::kInput && at(TokenKind::kLeftBrace)) {
    expected(section == Word::kLayers ? "a layer" : fmt::format("a value for `{}`", text(name)),
             fmt::format("`{}:` stands without braces", text(name)));
    if (brackets().has_partner(next_)) braces = Opening{next_, 0, false};
    advance();
  }
  section_contents(network, section, text(name));
  if (braces && next_ <= end_of(*braces)) skip_to(end_of(*braces) + 1);
}

void Parser::section_contents(Network& network, Word section, std::string_view name) {
  if (section == Word::kInput) {
    inputs(network);
  } else if (section == Word::kLayers) {
    network.layers = listed_layers();
  } else if (section == Word::kMetrics) {
    if (auto found = values(name)) network.metrics = std::move(*found);
  } else if (auto found = value(name)) {
    (section == Word::kLoss ? network.loss : network.optimizer) = std::move(*found);
  }
}

/// The `:` behind a section word; where it is missing, reading goes on as if it was there. False if nothing follows.
bool Parser::section_colon(const Token& name, Word section) {
  if (skip_if(TokenKind::kColon)) return true;
  const std::string spelling(text(name));
  expected(fmt::format("`:` behind `{}`", spelling), at(TokenKind::kLeftBrace) && section != Word::kInput
                                                         ? fmt::format("write `{}:`, without braces", spelling)
                                                         : fmt::format("write `{}:`", spelling));
  if (at(TokenKind::kColon, 1) && !token().starts_line && !brackets().has_partner(next_)) {
    skip_to(next_ + 2);
    return true;
  }
  if (skip_if(TokenKind::kEquals)) {
    end_shadow_with_line();
    return true;
  }
  if (at(TokenKind::kLeftBrace)) return true;
  return begins_value() && !ends_layers_word(0) && (section == Word::kLayers || !token().starts_line);
}

bool Parser::at_surplus_value(Word section) const {
  const bool behind_comma = tokens_[next_ - 1].kind == TokenKind::kComma && !token().starts_line;
  const bool has_value = section >= Word::kLoss && section <= Word::kMetrics;
  return behind_comma && has_value && word() == Word::kName && !at(TokenKind::kColon, 1) &&
         !at(TokenKind::kEquals, 1) && !at(TokenKind::kLeftBrace, 1);
}

void Parser::surplus_value(Word section) {
  expected("the next section", section == Word::kMetrics
                                   ? "several metrics stand in brackets, as in `metrics: [accuracy, precision]`"
                                   : "a network has one loss and one optimizer");
  skip_unknown_section();
}

void Parser::unknown_section(Word last) {
  if (blames_bracket()) return;
  const std::string close = nearest_section(text_at());
  std::string help(kSectionList);
  if (!close.empty()) {
    help = fmt::format("did you mean `{}`?", close);
  } else if (at(TokenKind::kColon, 1) && at(TokenKind::kLeftParenthesis, 2)) {
    help = "a layer has no `:` before its arguments";
  } else if (last == Word::kLayers && at(TokenKind::kColon, 1) && at(TokenKind::kIdentifier, 2) &&
             at(TokenKind::kLeftParenthesis, 3)) {
    help = "a branch is written `name: { … }`";
  }
  report_here(Code::E107, token().span, fmt::format("{} is not a section here", as_code(text_at())), std::move(help));
  ++quiet_until_;  // its colon
}

/// To the next section word, `}` or line, over balanced brackets.
void Parser::skip_unknown_section() {
  skip_group();
  if (at(TokenKind::kColon) || at(TokenKind::kEquals)) skip_to(next_ + 1);
  while (!at_end() && !at(TokenKind::kRightBrace) && !at_top_level_word() && !ends_layers_word(0) &&
         !(token().starts_line && at(TokenKind::kIdentifier)))
    skip_group();
}

/// A layer where a section must begin: the word `layers:` may be missing, or a brace too many has ended them.
void Parser::layers_without_section(Network& network, Seen& seen) {
  if (seen.unknown) quiet_until_ = std::max(quiet_until_, next_ + 1);
  const bool first = !seen.has(Word::kLayers);
  if (first && !is_quiet()) seen.line(Word::kLayers) = source_.position(token().span.begin).line;
  expected("a section such as `layers:`",
           first ? "write `layers:` before the first layer" : "layers stand together, behind `layers:`");
  append_layers(network);
  seen.last = Word::kLayers;
}

void Parser::append_layers(Network& network) {
  for (;;) {
    const std::size_t before = next_;
    auto more = layers();
    for (Item& item : more) network.layers.push_back(std::move(item));
    if (next_ != before || !at(TokenKind::kIdentifier) || ends_layers_word(0)) return;
    skip_unknown_section();
  }
}

/// E109 and E110: what a network must have. Silent where something in the network could not be read.
void Parser::check_sections(const Network& network, const Seen& seen) {
  if (network.name.text.empty() || mistakes_ != seen.mistakes) return;
  const std::string name = as_code(network.name.text);
  const auto missing = [&](std::string_view what, std::string_view help) {
    diagnostics_.add(Code::E109, network.name.span, fmt::format("network {} has no `{}` section", name, what),
                     std::string(help));
  };
  const auto empty = [&](std::string_view what, std::string_view help) {
    diagnostics_.add(Code::E110, network.name.span, fmt::format("the {} of network {} are empty", what, name),
                     std::string(help));
  };
  if (!seen.has(Word::kInput)) {
    missing("input", "add the shape of one sample, for example `input: (28, 28, 1)`");
  } else if (network.inputs.empty()) {
    empty("inputs", "give it the shape of one sample, for example `input: (28, 28, 1)`");
  }
  if (!seen.has(Word::kLayers)) {
    missing("layers", "add `layers:` and the layers in order");
  } else if (network.layers.empty()) {
    empty("layers", "give it at least one layer, for example `Output(10)`");
  }
}

}  // namespace neural::syntax
