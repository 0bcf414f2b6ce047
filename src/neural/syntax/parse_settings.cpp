// Entries `name: value` of train { }, execution { } and other braces.
#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/syntax/parser_state.hpp"

namespace neural::syntax {

void Parser::settings(std::vector<Setting>& settings, std::string_view section, bool execution) {
  const Opening open = at(TokenKind::kLeftBrace)
                           ? take_open()
                           : missing_brace(fmt::format("`{{` behind `{}`", section),
                                           execution ? fmt::format("write `{} {{ device: gpu }}`", section)
                                                     : fmt::format("write `{} {{ epochs: 10 }}`", section));
  while (!ended(open)) {
    if (at_foreign_section(open)) return never_closed(open);
    if (auto found = setting(execution)) {
      settings.push_back(std::move(*found));
    } else {
      skip_to_entry(open);
    }
  }
}

/// A section that cannot stand in `open`, where something is wrong: what `open` holds must have ended.
bool Parser::at_foreign_section(Opening open) {
  if (!is_section(word()) || !ends_layers_word(0)) return false;
  return open.missing || mistakes_ > block_mistakes_ || is_unclosed(open);
}

std::optional<Setting> Parser::setting(bool execution) {
  if (!at(TokenKind::kIdentifier)) {
    expected("`name: value`");
    return {};
  }
  const Token key = advance();
  if (!colon_behind(key)) return {};
  Setting setting{identifier(key), {}, {}};
  if (execution && setting.key.text == "device") {
    auto found = device();
    if (!found) return {};
    setting.values.push_back({StringLiteral{std::move(found->text)}, found->span});
  } else {
    auto found = values(text(key));
    if (!found) return {};
    setting.values = std::move(*found);
  }
  setting.span = span_from(key.span.begin);
  return setting;
}

std::optional<std::vector<Value>> Parser::values(std::string_view of) {
  std::vector<Value> values;
  bool sound = true;
  do {
    if (auto found = value(of)) {
      values.push_back(std::move(*found));
    } else {
      sound = false;
    }
    const bool goes_on =
        at(TokenKind::kComma) && begins_value(1) && (!at(TokenKind::kIdentifier, 1) || word(1) == Word::kSearch);
    if (!goes_on) break;
  } while (skip_if(TokenKind::kComma));
  if (!sound) return {};
  return values;
}

bool Parser::colon_behind(const Token& name) {
  if (skip_if(TokenKind::kColon)) return true;
  const std::string shown = as_code(text(name));
  const bool equals = at(TokenKind::kEquals);
  expected(fmt::format("`:` behind {}", shown), text(name).size() > 40 ? "" : fmt::format("write `{}:`", text(name)));
  if (equals) {
    advance();
    end_shadow_with_line();
  }
  if (skip_if(TokenKind::kColon)) return true;
  if (at(TokenKind::kColon, 1) && !token().starts_line && !brackets().has_partner(next_)) {
    skip_to(next_ + 2);
    return true;
  }
  return begins_value() && !token().starts_line;
}

void Parser::skip_to_entry(Opening open) {
  while (!at_end() && !at_top_level_word() && !at(TokenKind::kRightBrace) &&
         !(at(TokenKind::kIdentifier) && at(TokenKind::kColon, 1)) && next_ < end_of(open))
    skip_group();
}

}  // namespace neural::syntax
