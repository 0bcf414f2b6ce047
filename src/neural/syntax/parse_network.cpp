#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {
namespace {

/// `train` and `training` count as one section, `execute` and `execution` too.
std::string_view canonical_section(std::string_view word) {
  if (word == "training") return "train";
  if (word == "execute") return "execution";
  return word;
}

constexpr std::array<std::string_view, 7> kSections = {"input",   "layers", "loss",     "optimizer",
                                                       "metrics", "train",  "execution"};

/// The section or training key a word means when only its case is wrong; empty if none.
std::string_view in_right_case(std::string_view word) {
  const std::string folded = fold(word);
  for (const std::string_view known :
       {"input", "layers", "loss", "optimizer", "metrics", "train", "training", "execute", "execution"}) {
    if (folded == known) return known;
  }
  return {};
}

}  // namespace

std::optional<Network> Parser::network() {
  const std::uint32_t begin = token().span.begin;
  if (!at_word("network") && fold(word()) != "network") {
    expected("`network`");
    return {};
  }
  advance();
  dropped_ = 0;
  Network network;
  if (at(TokenKind::kIdentifier)) {
    const Token name = advance();
    network.name = {text_of(name), name.span};
  } else {
    diagnostics_.add(Code::E102, token().span, "a network needs a name", "write `network Name { … }`");
    network.complete = false;
  }
  const Span open = token().span;
  if (!skip_if(TokenKind::kLeftBrace)) {
    expected("`{`");
    skip_to_top_level();
    return {};
  }
  sections(network, open);
  network.span = span_from(begin);
  if (network.name.text.empty()) return {};
  return network;
}

void Parser::sections(Network& network, Span open) {
  skip_separators();
  std::array<std::uint32_t, kSections.size()> first_line{};
  const std::size_t errors_before = diagnostics_.error_count();
  while (!at(TokenKind::kRightBrace)) {
    if (at_end() || at_top_level_word()) {
      never_closed(open, TokenKind::kLeftBrace);
      network.complete = false;
      break;
    }
    std::string_view found = word();
    if (found.empty()) {
      expected("a section");
      ++dropped_;
      skip_to_section();
      continue;
    }
    if (const std::string_view right = in_right_case(found); !is_section_word(found) && !right.empty()) {
      diagnostics_.add(Code::E111, token().span, fmt::format("keywords are lower case, found `{}`", found),
                       fmt::format("write `{}`", right));
      found = right;
    }
    const auto known = std::find(kSections.begin(), kSections.end(), canonical_section(found));
    if (known != kSections.end()) {
      std::uint32_t& line = first_line[static_cast<std::size_t>(known - kSections.begin())];
      if (line != 0) {
        diagnostics_.add(Code::E108, token().span, fmt::format("`{}` is given twice (first at line {})", found, line),
                         "keep one of them");
        Network ignored;
        if (!section_body(ignored, found)) skip_to_section();
        skip_separators();
        continue;
      }
      line = source_.position(token().span.begin).line;
    }
    if (!section_body(network, found)) {
      ++dropped_;
      skip_to_section();
    }
    skip_separators();
  }
  skip_if(TokenKind::kRightBrace);
  network.complete = network.complete && dropped_ == 0 && diagnostics_.error_count() == errors_before;
  check_sections(network, first_line[1] != 0, first_line[0] != 0);
}

/// E109 and E110: what a network must have. Silent where the section is there but could not be read.
void Parser::check_sections(const Network& network, bool layers_seen, bool input_seen) {
  if (network.name.text.empty() || end_reported_) return;
  const auto missing = [&](std::string_view what, std::string_view help) {
    diagnostics_.add(Code::E109, network.name.span,
                     fmt::format("network `{}` has no `{}` section", network.name.text, what), std::string(help));
  };
  if (!input_seen && dropped_ == 0) missing("input", "add the shape of one sample, for example `input: (28, 28, 1)`");
  if (input_seen && network.inputs.empty() && network.complete) {
    diagnostics_.add(Code::E110, network.name.span,
                     fmt::format("the inputs of network `{}` are empty", network.name.text),
                     "give it the shape of one sample, for example `input: (28, 28, 1)`");
  }
  if (!layers_seen && dropped_ == 0) missing("layers", "add `layers:` and the layers in order");
  if (layers_seen && network.layers.empty() && network.complete) {
    diagnostics_.add(Code::E110, network.name.span,
                     fmt::format("the layers of network `{}` are empty", network.name.text),
                     "give it at least one layer, for example `Output(10)`");
  }
}

bool Parser::section_body(Network& network, std::string_view name) {
  if (is_training_key(name) && at(TokenKind::kColon, 1)) {
    diagnostics_.add(Code::W115, token().span,
                     fmt::format("`{}` belongs in `train {{ }}`, read as if it stood there", name));
    auto found = setting(false);
    if (found) network.training.push_back(std::move(*found));
    return found.has_value();
  }
  const bool braced = name == "train" || name == "training" || name == "execute" || name == "execution";
  if (!is_section_word(name)) {
    unknown_section();
    return false;
  }
  advance();
  if (braced) {
    if (!at(TokenKind::kLeftBrace)) {
      expected("`{`");
      return false;
    }
    settings(canonical_section(name) == "train" ? network.training : network.execution,
             canonical_section(name) == "execution");
    return true;
  }
  if (!skip_if(TokenKind::kColon)) {
    expected("`:`");
    return false;
  }
  if (name == "input") {
    inputs(network);
  } else if (name == "layers") {
    skip_separators();
    network.layers = layers();
  } else if (name == "metrics") {
    auto found = values();
    if (!found) return false;
    network.metrics = std::move(*found);
  } else {
    auto found = value();
    if (!found) return false;
    (name == "loss" ? network.loss : network.optimizer) = std::move(*found);
  }
  return true;
}

void Parser::unknown_section() {
  static constexpr std::array<std::string_view, 9> kWords = {"input", "layers",   "loss",    "optimizer", "metrics",
                                                             "train", "training", "execute", "execution"};
  const auto close = nearest(word(), kWords, 1);
  diagnostics_.add(Code::E107, token().span, fmt::format("`{}` is not a section here", word()),
                   close.empty()
                       ? "sections are `input`, `layers`, `loss`, `optimizer`, `metrics`, `train` and `execution`"
                       : fmt::format("did you mean `{}`?", close[0]));
  advance();
}

/// To the next section word, the closing brace of the network or the next block of the file, over balanced brackets.
void Parser::skip_to_section() {
  int open = 0;
  while (!at_end() && !at_top_level_word()) {
    const bool section_begins =
        is_section_word(word()) && token().starts_line && (at(TokenKind::kColon, 1) || at(TokenKind::kLeftBrace, 1));
    if (section_begins || (open == 0 && is_section_word(word()))) return;
    if (at(TokenKind::kLeftBrace)) ++open;
    if (at(TokenKind::kRightBrace) && open-- == 0) return;
    advance();
  }
}

// ---- inputs ----

void Parser::inputs(Network& network) {
  if (at(TokenKind::kLeftBrace)) {
    named_inputs(network);
    return;
  }
  do {
    auto found = shape();
    if (!found) {
      ++dropped_;
      skip_to_section();
      return;
    }
    network.inputs.push_back({{}, std::move(*found)});
  } while (at(TokenKind::kComma) && at(TokenKind::kLeftParenthesis, 1) && skip_if(TokenKind::kComma));
}

void Parser::named_inputs(Network& network) {
  const Span open = advance().span;
  skip_separators();
  while (!skip_if(TokenKind::kRightBrace)) {
    if (at_end() || at_top_level_word()) return never_closed(open, TokenKind::kLeftBrace);
    if (!at(TokenKind::kIdentifier) || !at(TokenKind::kColon, 1)) {
      expected("`name: (shape)`");
      ++dropped_;
      skip_to_section();
      return;
    }
    const Token name = advance();
    reserved_name(name, "an input");
    advance();
    auto found = shape();
    if (!found) {
      ++dropped_;
      skip_to_section();
      return;
    }
    network.inputs.push_back({Identifier{text_of(name), name.span}, std::move(*found)});
    skip_separators();
  }
}

std::optional<ShapeLiteral> Parser::shape() {
  const Span open = token().span;
  if (!skip_if(TokenKind::kLeftParenthesis)) {
    expected("a shape such as `(28, 28, 1)`");
    return {};
  }
  ShapeLiteral shape;
  do {
    if (at(TokenKind::kRightParenthesis) && !shape.dimensions.empty()) break;  // one comma may end a shape
    auto found = dimension();
    if (!found) return {};
    shape.dimensions.push_back(*found);
  } while (skip_if(TokenKind::kComma));
  if (!skip_if(TokenKind::kRightParenthesis)) {
    if (at_end() || at(TokenKind::kIdentifier)) {
      never_closed(open, TokenKind::kLeftParenthesis);
    } else {
      expected("`,` or `)`");
    }
    return {};
  }
  shape.span = span_from(open.begin);
  return shape;
}

std::optional<Dimension> Parser::dimension() {
  const Token found = token();
  if (found.kind == TokenKind::kInteger && !found.broken) {
    std::string_view text = source_.text(found.span);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    advance();
    return Dimension{size, found.span};
  }
  if (fold(word()) == "none") {
    advance();
    return Dimension{{}, found.span};
  }
  expected("a whole number or `None`");
  return {};
}

// ---- settings ----

void Parser::settings(std::vector<Setting>& settings, bool execution) {
  const Span open = advance().span;
  skip_separators();
  while (!skip_if(TokenKind::kRightBrace)) {
    if (at_end() || at_top_level_word()) return never_closed(open, TokenKind::kLeftBrace);
    if (auto found = setting(execution)) {
      settings.push_back(std::move(*found));
    } else {
      ++dropped_;
      while (!at_end() && !at(TokenKind::kRightBrace) && !(at(TokenKind::kIdentifier) && at(TokenKind::kColon, 1)))
        advance();
    }
    skip_separators();
  }
}

std::optional<Setting> Parser::setting(bool execution) {
  if (!at(TokenKind::kIdentifier) || !at(TokenKind::kColon, 1)) {
    expected("`name: value`");
    if (!at_end() && !at(TokenKind::kRightBrace)) advance();
    return {};
  }
  const Token key = advance();
  advance();
  Setting setting{{text_of(key), key.span}, {}, {}};
  if (execution && setting.key.text == "device") {
    auto found = device();
    if (!found) return {};
    setting.values.push_back({StringLiteral{std::move(found->text)}, found->span});
  } else {
    auto found = values();
    if (!found) return {};
    setting.values = std::move(*found);
  }
  setting.span = span_from(key.span.begin);
  return setting;
}

std::optional<std::vector<Value>> Parser::values() {
  std::vector<Value> values;
  do {
    auto found = value();
    if (!found) return {};
    values.push_back(std::move(*found));
    const bool goes_on = at(TokenKind::kComma) && (!at(TokenKind::kIdentifier, 1) || at_word("HPO", 1)) &&
                         !at(TokenKind::kRightBrace, 1) && !at(TokenKind::kComma, 1) && !at(TokenKind::kSemicolon, 1) &&
                         !at(TokenKind::kEnd, 1);
    if (!goes_on) return values;
  } while (skip_if(TokenKind::kComma));
  return values;
}

}  // namespace neural::syntax
