#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/syntax/numbers.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {
namespace {

constexpr std::size_t kLongestHelp = 24;  ///< bytes of the user's text in a proposed fix

bool is_bare(const Item& item) {
  const auto* layer = std::get_if<LayerExpression>(&item.data);
  return layer != nullptr && layer->bare_name() != nullptr;
}

}  // namespace

/// `}`, the end, the next block of the file, a section word or a training key, or `word:` that is no branch.
bool Parser::at_layers_end() const {
  if (!at(TokenKind::kIdentifier)) return at(TokenKind::kRightBrace) || at_end();
  if (word() != Word::kName && (ends_layers(word()) || at_top_level_word())) return true;
  if (at(TokenKind::kColon, 1)) return !at(TokenKind::kLeftBrace, 2) && word(2) != Word::kSearch;
  return at(TokenKind::kLeftBrace, 1) && at_foreign_block();
}

/// `name { entry:`: what is opened is no block of layers.
bool Parser::at_foreign_block() const {
  const bool device = at(TokenKind::kIdentifier, 2) && text_at(2) == "device";
  if (!device && !ends_layers(word(2))) return false;
  if (at_reserved_label(2)) return false;
  return at(TokenKind::kColon, 3) || (is_section(word(2)) && at(TokenKind::kLeftBrace, 3));
}

/// `seed: {`: no value has braces, so it can only be a branch.
bool Parser::at_reserved_label(std::size_t ahead) const {
  return word(ahead) == Word::kTrainingKey && at_braces(ahead + 1);
}

/// `: {`
bool Parser::at_braces(std::size_t ahead) const {
  return at(TokenKind::kColon, ahead) && at(TokenKind::kLeftBrace, ahead + 1);
}

/// `seed: { Dense(4) }`, or `loss: { Dense(4) }` beside a branch: a branch, though its label is reserved.
bool Parser::at_reserved_branch(const std::vector<Item>& before) {
  if (at_reserved_label(0)) return true;
  if (!is_section(word()) || !at_braces(1) || at(TokenKind::kColon, 4)) return false;
  if (!before.empty() && std::holds_alternative<Branch>(before.back().data)) return true;
  const std::size_t behind = brackets().has_partner(next_ + 2) ? brackets().end_of(next_ + 2) + 1 - next_ : 0;
  return behind > 0 && at(TokenKind::kIdentifier, behind) && at_braces(behind + 1) && word(behind) == Word::kName;
}

std::vector<Item> Parser::layers(const Opening* block) {
  std::vector<Item> items;
  for (;;) {
    skip_separators();
    if ((at_layers_end() && !at_branch_without_brace() && !at_reserved_branch(items)) || closes_outside()) return items;
    if (block != nullptr && brackets_ && next_ >= end_of(*block)) return items;
    if (!at(TokenKind::kIdentifier) || at(TokenKind::kEquals, 1)) {
      no_layer(items);
    } else if (at_statement()) {
      no_statement();
    } else if (auto found = item()) {
      items.push_back(std::move(*found));
    } else {
      skip_to_item();
    }
  }
}

/// `for name in`, `if name`, `while name`: code of other languages, unless the file has a macro of that name.
bool Parser::at_statement() {
  if (!at(TokenKind::kIdentifier, 1) || token(1).starts_line) return false;
  const std::string_view first = text_at();
  const bool loop = first == "for" && at(TokenKind::kIdentifier, 2) && text_at(2) == "in";
  if (!loop && first != "while" && first != "if") return false;
  if (!defines_statements_) {
    defines_statements_ = false;
    for (std::size_t i = 1; i < tokens_.size(); ++i) {
      const std::string_view name = text(tokens_[i]);
      if (tokens_[i - 1].word == Word::kDefine && (name == "for" || name == "while" || name == "if"))
        defines_statements_ = true;
    }
  }
  return !*defines_statements_;
}

void Parser::no_statement() {
  expected("a layer", text_at() == "if" ? "there are no conditions"
                                        : "there are no loops; a layer, or a macro, is repeated by `* 3`");
  skip_line();
}

/// `name:` where, as the lines below are indented, only `{` is missing.
bool Parser::at_branch_without_brace() {
  return at(TokenKind::kIdentifier) && word() == Word::kName && at(TokenKind::kColon, 1) &&
         brackets().misses_open_before(next_ + 2);
}

/// A closing bracket whose partner stands before the layers.
bool Parser::closes_outside() {
  const bool closing = at(TokenKind::kRightParenthesis) || at(TokenKind::kRightBracket);
  return closing && brackets().has_partner(next_);
}

/// The layers of a network; in brackets, as a list of other languages, they are read too.
std::vector<Item> Parser::listed_layers() {
  if (!at(TokenKind::kLeftBracket)) return layers();
  expected("a layer", "layers need no brackets: write one below the other");
  const Opening open = take_open();
  auto items = layers();
  while (brackets().has_partner(open.index) && next_ <= end_of(open) && at(TokenKind::kRightBracket)) {
    advance();
    for (Item& item : layers()) items.push_back(std::move(item));
  }
  return items;
}

/// Reports what stands where a layer should, and skips it. Where it was meant for the layer before, that one goes too.
void Parser::no_layer(std::vector<Item>& items) {
  const Token& before = tokens_[next_ > 0 ? next_ - 1 : 0];
  const bool behind_name = before.kind == TokenKind::kIdentifier && !token().starts_line && !items.empty() &&
                           is_bare(items.back()) && begins_value();
  if (behind_name) {
    const bool named = at(TokenKind::kIdentifier);
    std::string help = "arguments stand in parentheses";
    const bool listed =
        at(TokenKind::kLeftBracket) && token(1).kind <= TokenKind::kString && at(TokenKind::kRightBracket, 2);
    const std::string_view argument = text_at(listed ? 1 : 0);
    if ((listed || (token().kind <= TokenKind::kString && !named)) &&
        argument.size() + text(before).size() <= kLongestHelp)
      help = fmt::format("write `{}({})`", text(before), argument);
    expected(fmt::format("`(` behind {}", as_code(text(before))), std::move(help));
    items.pop_back();
  } else if (at(TokenKind::kIdentifier)) {
    expected("a layer", "an argument stands in the parentheses of a layer");
  } else if (at(TokenKind::kAt)) {
    expected("a layer", "a device stands directly behind its layer");
    advance();
    device();
    return;
  } else {
    expected("a layer");
  }
  ++mistakes_;
  const bool rest_is_lost = begins_value() || at(TokenKind::kEquals, 1);
  skip_group();
  if (rest_is_lost) skip_to_item();
  if (token().starts_line && at(TokenKind::kIdentifier)) end_shadow_with_line();
  if (at(TokenKind::kAt) || at(TokenKind::kStar)) quiet_until_ = std::max(quiet_until_, next_ + 1);
}

/// To the next head of a layer, a section or `}`, over balanced brackets. A new line is out of the mistake's shadow.
void Parser::skip_to_item() {
  while (!at_end() && !at(TokenKind::kRightBrace) && !at_top_level_word() && !ends_layers_word(0) && !at_layer_head())
    skip_group();
  if (token().starts_line) end_shadow_with_line();
}

/// A name that begins a line, or looks like the name of a layer and not like an argument.
bool Parser::at_layer_head() const {
  if (!at(TokenKind::kIdentifier) || at(TokenKind::kEquals, 1) || at(TokenKind::kComma, 1)) return false;
  if (token().starts_line) return true;
  const char first = text_at()[0];
  const TokenKind before = tokens_[next_ - 1].kind;
  const bool argument = before == TokenKind::kEquals || before == TokenKind::kComma;
  return first >= 'A' && first <= 'Z' && !argument && !is_literal(word()) &&
         (at(TokenKind::kLeftParenthesis, 1) || at(TokenKind::kLeftBrace, 1));
}

std::optional<Item> Parser::item() {
  const Depth guard(*this);
  if (too_deep()) return {};
  if (at(TokenKind::kIdentifier) && at(TokenKind::kColon, 1)) return branch();
  const std::uint32_t begin = token().span.begin;
  auto found = layer();
  if (!found) return {};
  return Item{std::move(*found), span_from(begin)};
}

std::optional<Item> Parser::branch() {
  const Token label = advance();
  check_reserved(label, "a branch");
  advance();
  if (refuse_search("the layers of a branch", "put it between `{` and `}`")) return {};
  if (!at(TokenKind::kLeftBrace)) {
    expected("`{` and the layers of the branch", "a branch looks like `image: { Flatten() }`");
    if (!brackets().misses_open_before(next_)) return {};
  }
  const Opening open = at(TokenKind::kLeftBrace) ? take_open() : assume_open(TokenKind::kLeftBrace);
  auto body = block(open);
  if (!body) return {};
  return Item{Branch{identifier(label), std::move(*body)}, span_from(label.span.begin)};
}

std::optional<Block> Parser::block(Opening open, bool outermost) {
  const Depth guard(*this);
  if (too_deep()) return {};
  const std::size_t mistakes = mistakes_;
  Block block;
  block.items = layers(&open);
  bool foreign = false;
  while (!ended(open, outermost)) {
    if (ends_layers_word(0) && (is_unclosed(open) || brackets().exchange_open(open.index, tokens_))) {
      if (mistakes_ == mistakes) {
        block_mistakes_ = mistakes;
        never_closed(open);
      }
      break;
    }
    const std::size_t before = next_;
    if (at(TokenKind::kIdentifier)) {
      if (!foreign) no_item_of_block();
      foreign = true;
      ++mistakes_;
      skip_unknown_section();
    }
    for (Item& item : layers(&open)) block.items.push_back(std::move(item));
    if (next_ == before) {
      expected("a layer");
      skip_group();
    }
  }
  block.span = span_from(tokens_[open.index].span.begin);
  return block;
}

/// `word:` or a section inside a block.
void Parser::no_item_of_block() {
  if (blames_bracket()) return;
  if (ends_layers(word())) {
    report_here(Code::E107, token().span, fmt::format("`{}` is not a section here", text_at()),
                "a block holds only layers; sections stand in the braces of the network");
  } else {
    report_here(Code::E107, token().span, fmt::format("{} is not a section here", as_code(text_at())),
                "a branch is written `name: { … }`");
  }
}

std::optional<LayerExpression> Parser::layer() {
  const std::uint32_t begin = token().span.begin;
  if (!at(TokenKind::kIdentifier)) {
    expected("a layer");
    return {};
  }
  LayerExpression layer;
  if (word() == Word::kSearch || at_search_in_wrong_case()) {
    auto found = search();
    if (!found) return {};
    layer.callee = std::move(*found);
  } else {
    auto found = call();
    if (!found) return {};
    layer.callee = std::move(*found);
  }
  if (at(TokenKind::kAt) || at(TokenKind::kLeftBrace) || at(TokenKind::kStar)) {
    const std::size_t mistakes = mistakes_;
    suffixes(layer);
    if (mistakes_ != mistakes) return {};
  }
  layer.span = span_from(begin);
  return layer;
}

}  // namespace neural::syntax
