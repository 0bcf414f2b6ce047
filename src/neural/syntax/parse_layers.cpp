#include <fmt/format.h>

#include <charconv>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

/// `}`, the end, a section word or a training key, the next block of the file, or `word:` that is no branch.
bool Parser::ends_layers() const {
  if (at_end() || at(TokenKind::kRightBrace) || at_top_level_word()) return true;
  const std::string_view found = word();
  if (found.empty()) return false;
  if (is_section_word(found) || is_training_key(found)) return true;
  return at(TokenKind::kColon, 1) && !at(TokenKind::kLeftBrace, 2);
}

std::vector<Item> Parser::layers() {
  std::vector<Item> items;
  while (!ends_layers()) {
    const std::size_t before = next_;
    if (auto found = item()) {
      items.push_back(std::move(*found));
    } else {
      ++dropped_;
      if (next_ == before) advance();
      skip_to_item();
    }
    skip_separators();
  }
  return items;
}

/// To the next line that begins with a name, over balanced brackets, or to what ends the sequence.
void Parser::skip_to_item() {
  int open = 0;
  while (!at_end() && !at_top_level_word()) {
    const bool section_begins = token().starts_line && (is_section_word(word()) || is_training_key(word()));
    if (section_begins) return;
    if (open == 0 && at(TokenKind::kIdentifier) && token().starts_line) return;
    if (at(TokenKind::kLeftBrace)) ++open;
    if (at(TokenKind::kRightBrace) && open-- == 0) return;
    advance();
  }
}

std::optional<Item> Parser::item() {
  const Depth guard(*this);
  if (too_deep()) return {};
  const std::uint32_t begin = token().span.begin;
  if (at(TokenKind::kIdentifier) && at(TokenKind::kColon, 1)) {
    const Token label = advance();
    reserved_name(label, "a branch");
    advance();
    if (!at(TokenKind::kLeftBrace)) {
      expected("`{` and the layers of the branch");
      return {};
    }
    auto body = block();
    if (!body) return {};
    return Item{Branch{{text_of(label), label.span}, std::move(*body)}, span_from(begin)};
  }
  auto found = layer();
  if (!found) return {};
  return Item{std::move(*found), span_from(begin)};
}

std::optional<Block> Parser::block() {
  const Depth guard(*this);
  if (too_deep()) return {};
  const Span open = advance().span;
  Block block;
  skip_separators();
  block.items = layers();
  while (!at(TokenKind::kRightBrace)) {
    if (at_end() || at_top_level_word()) {
      never_closed(open, TokenKind::kLeftBrace);
      return block;
    }
    unknown_section();
    ++dropped_;
    skip_to_item();
    auto more = layers();
    for (Item& item : more) block.items.push_back(std::move(item));
  }
  advance();
  block.span = span_from(open.begin);
  return block;
}

/// `{` and a section: what was opened is no block of layers.
bool Parser::at_foreign_block() const {
  return at(TokenKind::kLeftBrace) && is_section_word(word(1)) &&
         (at(TokenKind::kColon, 2) || at(TokenKind::kLeftBrace, 2));
}

std::optional<LayerExpression> Parser::layer() {
  const std::uint32_t begin = token().span.begin;
  if (!at(TokenKind::kIdentifier)) {
    expected("a layer");
    return {};
  }
  LayerExpression layer;
  if (at_word("HPO")) {
    auto found = search();
    if (!found) return {};
    layer.callee = std::move(*found);
  } else {
    auto found = call();
    if (!found) return {};
    layer.callee = std::move(*found);
  }
  return suffixes(std::move(layer), begin);
}

std::optional<LayerExpression> Parser::suffixes(LayerExpression layer, std::uint32_t begin) {
  Suffixes suffixes;
  for (;;) {
    if (at(TokenKind::kAt)) {
      const Span mark = advance().span;
      auto found = device();
      if (!found) return {};
      if (suffixes.device) {
        diagnostics_.add(Code::E402, cover(mark, found->span),
                         fmt::format("a second device, after `{}`", printable(suffixes.device->text)),
                         "keep one of them");
      } else {
        suffixes.device = std::move(*found);
      }
    } else if (at(TokenKind::kLeftBrace) && !suffixes.block) {
      if (at_foreign_block()) {
        const Call* head = std::get_if<Call>(&layer.callee);
        const Span place = head != nullptr ? head->name.span : Span{begin, begin + 1};
        diagnostics_.add(Code::E107, place, fmt::format("`{}` is not a section here", source_.text(place)),
                         "sections are `input`, `layers`, `loss`, `optimizer`, `metrics`, `train` and `execution`");
        return {};
      }
      suffixes.block = block();
      if (!suffixes.block) return {};
    } else {
      break;
    }
  }
  if (at(TokenKind::kStar)) {
    const Span star = advance().span;
    const Token count = token();
    if (count.kind != TokenKind::kInteger || count.broken) {
      expected("a whole number of copies");
      return {};
    }
    std::string_view text = source_.text(count.span);
    if (text.starts_with('+')) text.remove_prefix(1);
    Suffixes::Repeat repeat;
    std::from_chars(text.data(), text.data() + text.size(), repeat.count);
    advance();
    repeat.span = cover(star, count.span);
    suffixes.repeat = repeat;
  }
  if (suffixes.device || suffixes.block || suffixes.repeat) {
    layer.suffixes = std::make_shared<const Suffixes>(std::move(suffixes));
  }
  layer.span = span_from(begin);
  return layer;
}

std::optional<Device> Parser::device() {
  const Token name = token();
  if (name.kind == TokenKind::kString && !name.broken) {
    advance();
    return Device{decode_string(source_.text(name.span)), name.span};
  }
  if (name.kind != TokenKind::kIdentifier) {
    expected("a device such as `cpu` or `gpu:0`");
    return {};
  }
  advance();
  std::string text = text_of(name);
  if (at(TokenKind::kColon) && at(TokenKind::kInteger, 1)) {
    advance();
    text += ':' + text_of(advance());
  }
  return Device{std::move(text), span_from(name.span.begin)};
}

}  // namespace neural::syntax
