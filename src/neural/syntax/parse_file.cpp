#include <fmt/format.h>

#include <utility>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {
namespace {

constexpr std::string_view kExample = "a network looks like `network Name { input: (28, 28, 1) layers: Output(10) }`";

/// The fix for what people bring along from elsewhere.
std::string help_for_foreign(std::string_view word) {
  for (const std::string_view python : {"import", "from", "class", "def", "model", "print", "if", "for"}) {
    if (word == python) return "a file holds networks, macros and research blocks, and no other code";
  }
  return std::string(kExample);
}

}  // namespace

File Parser::file() {
  File file;
  skip_separators();
  while (!at_end()) {
    block_begin_ = next_;
    block_mistakes_ = mistakes_;
    top_level_item(file);
    settle_brackets();
    skip_separators();
  }
  forget_junk();
  if (file.networks.empty() && file.research.empty() && diagnostics_.error_count() == 0) {
    const bool empty = file.macros.empty();
    report(empty ? Code::E104 : Code::W104, token().span,
           empty ? "the file defines no network and no research block" : "the file defines only macros",
           std::string(kExample));
  }
  return file;
}

void Parser::top_level_item(File& file) {
  const std::uint32_t begin = token().span.begin;
  const std::size_t mistakes = mistakes_;
  const Word word = top_level_word();
  if (word == Word::kNetwork) {
    advance();
    if (auto found = network_behind_keyword(begin, mistakes)) file.networks.push_back(std::move(*found));
  } else if (word == Word::kDefine) {
    advance();
    if (auto found = macro_behind_keyword(begin)) file.macros.push_back(std::move(*found));
  } else if (word == Word::kResearch) {
    advance();
    if (auto found = research_behind_keyword(begin)) file.research.push_back(std::move(*found));
  } else {
    unknown_top_level(file);
  }
}

/// What the token at the cursor begins; a misspelt keyword is reported.
Word Parser::top_level_word() {
  if (begins_top_level(word())) return word();
  if (!at(TokenKind::kIdentifier)) return Word::kName;
  const bool like_keyword = at(TokenKind::kIdentifier, 1) || at(TokenKind::kLeftBrace, 1);
  return like_keyword ? misspelt_top_level_word() : Word::kName;
}

Word Parser::misspelt_top_level_word() {
  const std::string folded = fold(text_at().substr(0, 16));
  for (const std::string_view keyword : top_level_spellings()) {
    if (folded != keyword) continue;
    report(Code::E111, token().span, fmt::format("keywords are lower case, found {}", as_code(text_at())),
           fmt::format("write `{}`", keyword));
    return word_of(keyword);
  }
  constexpr std::size_t kLongestGuess = 12;
  const bool anonymous = at(TokenKind::kLeftBrace, 1);
  const bool block = anonymous || at(TokenKind::kLeftBrace, 2) || at(TokenKind::kLeftParenthesis, 2);
  if (!block || begins_top_level(word(1)) || text_at().size() > kLongestGuess) return Word::kName;
  for (const std::string_view keyword : top_level_spellings()) {
    if (edit_distance(folded, keyword) > (anonymous ? 1u : 2u)) continue;
    expected("`network`, `define` or `research`", fmt::format("did you mean `{}`?", keyword));
    return word_of(keyword);
  }
  return Word::kName;
}

/// Nothing that begins a block of the file; where only the keyword is missing, the block is read all the same.
void Parser::unknown_top_level(File& file) {
  constexpr std::string_view kWhat = "`network`, `define` or `research`";
  const std::uint32_t begin = token().span.begin;
  const std::size_t mistakes = mistakes_;
  const std::size_t errors = diagnostics_.error_count();
  const bool named = at(TokenKind::kIdentifier);
  const std::string name = named ? as_code(text_at()) : std::string();
  const bool research = word(2) == Word::kMetrics || word(2) == Word::kReferences;
  if (is_section(word()) && (at(TokenKind::kColon, 1) || at(TokenKind::kLeftBrace, 1))) {
    expected(kWhat, fmt::format("{} stands in a network: write `network Name {{` before it", name));
    skip_junk(diagnostics_.error_count() > errors);
  } else if (named && at(TokenKind::kLeftBrace, 1) && research && at(TokenKind::kLeftBrace, 3)) {
    expected(kWhat, fmt::format("write `research` before {}", name));
    if (auto found = research_behind_keyword(begin)) file.research.push_back(std::move(*found));
  } else if (named && at(TokenKind::kLeftBrace, 1) && (ends_layers_word(2) || at(TokenKind::kRightBrace, 2))) {
    expected(kWhat, fmt::format("write `network` before {}", name));
    if (auto found = network_behind_keyword(begin, mistakes)) file.networks.push_back(std::move(*found));
  } else if (named && (at(TokenKind::kLeftBrace, 1) || at_macro_head())) {
    expected(kWhat, fmt::format("write `define` before {}", name));
    if (auto found = macro_behind_keyword(begin)) file.macros.push_back(std::move(*found));
  } else if (named && begins_top_level(word(1)) && !at(TokenKind::kIdentifier, 2)) {
    expected(kWhat, fmt::format("the name stands behind `{}`", text_at(1)));
    advance();
  } else {
    expected(kWhat, help_for_foreign(text_at()));
    skip_junk(diagnostics_.error_count() > errors);
  }
}

/// To the next block of the file, or the next keyword where only one token stands before it.
void Parser::skip_junk(bool is_told) {
  const std::uint32_t begin = token().span.begin;
  skip_to(next_ + 1);
  const bool prose = at(TokenKind::kIdentifier, 1) && at(TokenKind::kIdentifier, 2);
  if (!begins_top_level(word()) || prose) skip_to_top_level();
  junk_.push_back({{begin, token().span.begin}, is_told});
}

/// What is no program is one mistake, whatever the lexer found in it: its first finding, where that kept the parser
/// quiet.
void Parser::forget_junk() {
  if (junk_.empty()) return;
  auto junk = junk_.begin();
  diagnostics_.drop_errors([&](const Diagnostic& found) {
    while (junk != junk_.end() && junk->span.end <= found.span.begin) ++junk;
    const bool is_junk = found.code <= Code::E003 && junk != junk_.end() && found.span.begin >= junk->span.begin;
    return is_junk && std::exchange(junk->is_told, true);
  });
}

/// `Name( … ) {`
bool Parser::at_macro_head() {
  if (!at(TokenKind::kLeftParenthesis, 1)) return false;
  const std::size_t close = brackets().end_of(next_ + 1);
  return brackets().has_partner(next_ + 1) && tokens_[close + 1].kind == TokenKind::kLeftBrace;
}

// ---- macros ----

std::optional<Macro> Parser::macro() {
  const std::uint32_t begin = token().span.begin;
  if (word() != Word::kDefine) {
    expected("`define`");
    return {};
  }
  advance();
  return macro_behind_keyword(begin);
}

std::optional<Macro> Parser::macro_behind_keyword(std::uint32_t begin) {
  const std::size_t mistakes = mistakes_;
  Macro macro;
  if (at(TokenKind::kIdentifier)) {
    const Token name = advance();
    check_reserved(name, "a macro");
    macro.name = identifier(name);
  } else {
    report_here(Code::E102, token().span, fmt::format("a macro needs a name, found {}", seen()),
                "write `define Name { … }`");
    skip_to_name_or_open();
    if (at(TokenKind::kIdentifier)) macro.name = identifier(advance());
  }
  if (at(TokenKind::kLeftParenthesis)) macro.parameters = macro_parameters();
  const std::string what = macro.name.text.empty()
                               ? "`{` and the layers of the macro"
                               : fmt::format("`{{` and the layers of macro {}", as_code(macro.name.text));
  const Opening open = at(TokenKind::kLeftBrace)
                           ? take_open()
                           : missing_brace(what, "a macro looks like `define Name(width) { Dense(width) }`");
  auto body = block(open, true);
  if (!body) return {};
  macro.body = std::move(*body);
  macro.span = span_from(begin);
  if (macro.name.text.empty()) return {};
  if (macro.body.items.empty() && mistakes_ == mistakes) {
    report(Code::E110, macro.name.span, fmt::format("macro {} is empty", as_code(macro.name.text)),
           "give it at least one layer");
  }
  return macro;
}

/// Over what stands where a name should, as long as a name or `{` follows in the same line.
void Parser::skip_to_name_or_open() {
  for (std::size_t ahead = 0; ahead <= 2; ++ahead) {
    if (at(TokenKind::kEnd, ahead) || (ahead > 0 && token(ahead).starts_line)) return;
    if (ahead == 0 && at(TokenKind::kLeftParenthesis) && !at(TokenKind::kLeftParenthesis, 2)) return;
    if (!at(TokenKind::kIdentifier, ahead) && !at(TokenKind::kLeftBrace, ahead)) continue;
    skip_to(next_ + ahead);
    return;
  }
}

std::vector<MacroParameter> Parser::macro_parameters() {
  std::vector<MacroParameter> parameters;
  const Opening open = take_open();
  if (skip_if(TokenKind::kRightParenthesis)) return parameters;
  for (;;) {
    if (auto parameter = macro_parameter()) {
      parameters.push_back(std::move(*parameter));
    } else {
      skip_to_comma(open);
    }
    if (skip_if(TokenKind::kRightParenthesis)) return parameters;
    if (at(TokenKind::kComma)) {
      const Span comma = advance().span;
      if (!at(TokenKind::kRightParenthesis) || goes_on_behind(comma, "parameter")) continue;
      return parameters;
    }
    if (at_end() || at_top_level_word() || at(TokenKind::kLeftBrace) || at(TokenKind::kRightBrace)) {
      never_closed(open);
      return parameters;
    }
    lacks_comma("`,` or `)` in the parameters of a macro", at(TokenKind::kIdentifier));
    if (next_ > end_of(open)) return parameters;
    if (at(TokenKind::kIdentifier)) continue;
    skip_to_comma(open);
    if (!skip_if(TokenKind::kComma)) {
      skip_if(TokenKind::kRightParenthesis);
      return parameters;
    }
  }
}

std::optional<MacroParameter> Parser::macro_parameter() {
  if (!at(TokenKind::kIdentifier)) {
    expected("the name of a parameter");
    if (!at(TokenKind::kIdentifier, 1) || at(TokenKind::kComma)) return {};
    skip_to(next_ + 1);
  }
  const Token name = advance();
  check_reserved(name, "a macro parameter");
  MacroParameter parameter{identifier(name), {}};
  if (at(TokenKind::kColon)) {
    expected("`=` and a default, or `,`", "parameters have no types; a default is written `name=1`");
    advance();
    if (!value()) return {};
  } else if (skip_if(TokenKind::kEquals)) {
    parameter.default_value = value(text(name));
    if (!parameter.default_value) return {};
  }
  return parameter;
}

}  // namespace neural::syntax
