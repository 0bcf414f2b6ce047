// What stands behind the arguments of a layer: a device, a block, a repetition.
#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/syntax/numbers.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

void Parser::suffixes(LayerExpression& layer) {
  Suffixes suffixes;
  for (;;) {
    if (at(TokenKind::kAt)) {
      device_suffix(suffixes);
    } else if (at(TokenKind::kLeftBrace)) {
      if (suffixes.block || suffixes.repeat) {
        expected(suffixes.block ? "a layer behind the block" : "a layer behind the repetition",
                 suffixes.block ? "a layer has at most one block" : "a block stands before `*`");
        skip_group();
        return;
      }
      block_suffix(suffixes, layer);
    } else if (at(TokenKind::kStar)) {
      repeat_suffix(suffixes);
    } else {
      break;
    }
  }
  if (suffixes.device || suffixes.block || suffixes.repeat) {
    layer.suffixes = std::make_shared<const Suffixes>(std::move(suffixes));
  }
}

void Parser::device_suffix(Suffixes& suffixes) {
  if (suffixes.repeat) expected("a layer behind the repetition", "a device stands before `*`");
  const Span mark = advance().span;
  auto found = device();
  if (!found) return;
  if (suffixes.device) {
    report(Code::E402, cover(mark, found->span),
           fmt::format("a second device, after {}", as_code(suffixes.device->text)), "keep one of them");
  } else {
    suffixes.device = std::move(*found);
  }
}

void Parser::block_suffix(Suffixes& suffixes, const LayerExpression& layer) {
  const bool foreign = ends_layers_word(1) && !at_reserved_label(1);
  if (foreign && brackets().has_partner(next_)) {
    const Call* head = std::get_if<Call>(&layer.callee);
    const Span place = head != nullptr ? head->name.span : token().span;
    report_here(Code::E107, place, fmt::format("{} is not a section here", as_code(source_.text(place))),
                "sections are `input`, `layers`, `loss`, `optimizer`, `metrics`, `train` and `execution`");
    skip_group();
    return;
  }
  const Opening open = take_open();
  suffixes.block = block(open);
}

void Parser::repeat_suffix(Suffixes& suffixes) {
  if (suffixes.repeat) expected("a layer behind the repetition", "multiply the two counts");
  const Span star = advance().span;
  const Token count = token();
  if (count.kind == TokenKind::kInteger && !count.broken) {
    advance();
    suffixes.repeat = Suffixes::Repeat{integer_of(text(count)), cover(star, count.span)};
    return;
  }
  if (refuse_search("a repeat count", "write one whole number, for example `* 2`")) return;
  const bool name = at(TokenKind::kIdentifier) && !at(TokenKind::kLeftParenthesis, 1) && !ends_layers_word(0);
  expected("a whole number of copies", name && !token().starts_line ? "a count is written as a number" : "");
  if (token().starts_line || !begins_value() || (at(TokenKind::kIdentifier) && !name)) return;
  skip_group();
}

std::optional<Device> Parser::device() {
  constexpr std::string_view kWhat = "a device such as `cpu` or `gpu:0`";
  const Token name = token();
  if (name.kind == TokenKind::kString && !name.broken) {
    advance();
    return Device{decode_string(text(name)), name.span};
  }
  if (refuse_search("a device", "name one, for example `gpu:0`")) return {};
  if (name.kind != TokenKind::kIdentifier || ends_layers_word(0) || at(TokenKind::kLeftParenthesis, 1)) {
    expected(kWhat);
    if (name.kind <= TokenKind::kString && name.kind != TokenKind::kIdentifier && !name.starts_line) advance();
    return {};
  }
  advance();
  std::string device(text(name));
  if (at(TokenKind::kColon) && at(TokenKind::kInteger, 1)) {
    advance();
    device += ':';
    device += text(advance());
  }
  return Device{std::move(device), span_from(name.span.begin)};
}

}  // namespace neural::syntax
