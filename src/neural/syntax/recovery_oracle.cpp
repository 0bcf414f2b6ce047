#include "neural/syntax/recovery_oracle.hpp"

#include <set>

#include "neural/base/text.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::syntax {
namespace {

using enum TokenKind;

class Oracle {
 public:
  explicit Oracle(const std::string& text) : source_("oracle", text) {
    tokens_ = tokenize(source_, {0, static_cast<std::uint32_t>(text.size())}, lexical_);
    tokens_.insert(tokens_.end(), 3, Token(tokens_.back()));
  }

  bool file() {
    if (lexical_.has_errors()) return false;
    bool defines = false;
    for (separators(); !at(kEnd); separators()) {
      const std::string word = text();
      if (!take(kIdentifier)) return false;
      const bool sound = word == "network" ? network() : word == "define" ? macro() : word == "research" && research();
      if (!sound) return false;
      defines = true;
    }
    return defines;
  }

 private:
  bool at(TokenKind kind, std::size_t ahead = 0) const { return tokens_[next_ + ahead].kind == kind; }
  Word word(std::size_t ahead = 0) const { return tokens_[next_ + ahead].word; }
  std::string text(std::size_t ahead = 0) const { return std::string(source_.text(tokens_[next_ + ahead].span)); }
  bool take(TokenKind kind) { return at(kind) && (++next_, true); }
  void separators() {
    while (at(kComma) || at(kSemicolon)) ++next_;
  }
  bool free_name() { return !is_reserved(word()) && take(kIdentifier); }

  bool macro() {
    if (!free_name()) return false;
    if (take(kLeftParenthesis) && !take(kRightParenthesis)) {
      do {
        if (!free_name() || (take(kEquals) && !value())) return false;
      } while (take(kComma));
      if (!take(kRightParenthesis)) return false;
    }
    return at(kLeftBrace) && !at_empty_block() && block();
  }
  bool at_empty_block() const {
    std::size_t i = next_ + 1;
    while (tokens_[i].kind == kComma || tokens_[i].kind == kSemicolon) ++i;
    return tokens_[i].kind == kRightBrace;
  }

  bool network() {
    if (!take(kIdentifier) || !take(kLeftBrace)) return false;
    std::set<Word> seen;
    for (separators(); !take(kRightBrace); separators()) {
      const Word section = word();
      if (section == Word::kTrainingKey) {
        if (!setting(false)) return false;
        continue;
      }
      if (!is_section(section) || !seen.insert(section).second || !take(kIdentifier)) return false;
      if (section == Word::kTrain || section == Word::kExecution) {
        if (!settings(section == Word::kExecution)) return false;
      } else if (!take(kColon) || !contents(section)) {
        return false;
      }
    }
    return seen.contains(Word::kInput) && seen.contains(Word::kLayers);
  }
  bool contents(Word section) {
    if (section == Word::kInput) return inputs();
    if (section == Word::kMetrics) return values();
    if (section != Word::kLayers) return value();
    separators();
    return !at_layers_end() && layers();
  }
  bool inputs() {
    if (!take(kLeftBrace)) {
      do {
        if (!shape()) return false;
      } while (at(kComma) && at(kLeftParenthesis, 1) && take(kComma));
      return true;
    }
    int count = 0;
    for (separators(); !take(kRightBrace); separators(), ++count) {
      if (!free_name() || !take(kColon) || !shape()) return false;
    }
    return count > 0;
  }
  bool shape() {
    if (!take(kLeftParenthesis)) return false;
    do {
      if (word() == Word::kNone ? !take(kIdentifier) : !take(kInteger)) return false;
    } while (take(kComma) && !at(kRightParenthesis));
    return take(kRightParenthesis);
  }

  bool settings(bool execution) {
    if (!take(kLeftBrace)) return false;
    for (separators(); !take(kRightBrace); separators()) {
      if (!setting(execution)) return false;
    }
    return true;
  }
  bool setting(bool execution) {
    const bool is_device = execution && text() == "device";
    return take(kIdentifier) && take(kColon) && (is_device ? device() : values());
  }
  bool values() {
    do {
      if (!value()) return false;
    } while (at(kComma) && begins_value(1) && (!at(kIdentifier, 1) || word(1) == Word::kSearch) && take(kComma));
    return true;
  }
  bool begins_value(std::size_t ahead) const {
    return tokens_[next_ + ahead].kind <= kString || at(kLeftParenthesis, ahead) || at(kLeftBracket, ahead);
  }

  bool at_layers_end() const { return at(kRightBrace) || at(kEnd) || ends_layers(word()) || at_block_of_file(); }
  /// A layer may be called like a keyword, but not stand where that one begins a block of the file.
  bool at_block_of_file() const {
    if (!begins_top_level(word())) return false;
    const std::size_t behind = at(kIdentifier, 1) ? 2 : 1;
    return at(kLeftBrace, behind) || (word() == Word::kDefine && behind == 2 && at(kLeftParenthesis, 2));
  }
  bool layers() {
    for (separators(); !at_layers_end(); separators()) {
      const bool branch = at(kIdentifier) && at(kColon, 1);
      if (branch ? !(free_name() && take(kColon) && block()) : !at_statement() && !layer()) return false;
      if (!branch && at_statement()) return false;
    }
    return true;
  }
  bool at_statement() const {
    const bool named = at(kIdentifier, 1) && !tokens_[next_ + 1].starts_line;
    return named && (text() == "if" || text() == "while" || (text() == "for" && text(2) == "in"));
  }
  bool block() { return take(kLeftBrace) && layers() && take(kRightBrace); }
  bool layer() {
    if (!at(kIdentifier) || !(word() == Word::kSearch ? search() : call())) return false;
    bool has_device = false;
    bool has_block = false;
    for (;;) {
      if (!has_device && take(kAt)) {
        has_device = true;
        if (!device()) return false;
      } else if (!has_block && at(kLeftBrace)) {
        has_block = true;
        if (!block()) return false;
      } else {
        break;
      }
    }
    return !take(kStar) || take(kInteger);
  }
  bool device() {
    if (take(kString)) return true;
    if (ends_layers(word()) && (at(kColon, 1) || at(kLeftBrace, 1))) return false;
    if (!take(kIdentifier)) return false;
    if (at(kColon) && at(kInteger, 1)) next_ += 2;
    return true;
  }

  bool call() {
    if (fold(text()) == "hpo" && at(kLeftParenthesis, 1) && at(kLeftParenthesis, 3)) {
      for (const char* function : {"choice", "range", "log_range"}) {
        if (text(2) == function) return false;
      }
    }
    if (!take(kIdentifier)) return false;
    if (!take(kLeftParenthesis) || take(kRightParenthesis)) return true;
    bool named = false;
    do {
      if (at(kIdentifier) && (at(kEquals, 1) || at(kColon, 1))) {
        named = true;
        next_ += 2;
      } else if (named) {
        return false;
      }
      if (!value()) return false;
    } while (take(kComma));
    return take(kRightParenthesis);
  }
  bool search() {
    next_ += 1;
    if (!take(kLeftParenthesis)) return false;
    const std::string function = text();
    if (!take(kIdentifier) || !take(kLeftParenthesis)) return false;
    int count = 0;
    do {
      ++count;
      if (function == "range" && count == 3 && text() == "step" && at(kEquals, 1)) next_ += 2;
      if (function == "choice" ? !value() : !take(kInteger) && !take(kFloat)) return false;
    } while (take(kComma));
    const bool enough = function == "choice" || (function == "range" && (count == 2 || count == 3)) ||
                        (function == "log_range" && count == 2);
    return enough && take(kRightParenthesis) && take(kRightParenthesis);
  }
  bool value() {
    if (take(kInteger) || take(kFloat) || take(kString)) return true;
    if (is_literal(word()) && !at(kLeftParenthesis, 1)) return take(kIdentifier);
    if (at(kIdentifier)) return !at(kColon, 1) && layer();
    const bool list = at(kLeftBracket);
    const TokenKind close = list ? kRightBracket : kRightParenthesis;
    if (!take(kLeftBracket) && !take(kLeftParenthesis)) return false;
    if (list && take(close)) return true;
    do {
      if (!value()) return false;
    } while (take(kComma) && !at(close));
    return take(close);
  }

  bool research() {
    take(kIdentifier);
    if (!take(kLeftBrace)) return false;
    for (separators(); !take(kRightBrace); separators()) {
      const bool metrics = word() == Word::kMetrics;
      if (!metrics && word() != Word::kReferences) return false;
      next_ += 1;
      if (!take(kLeftBrace)) return false;
      for (separators(); !take(kRightBrace); separators()) {
        if (!take(kIdentifier) || !take(kColon)) return false;
        if (metrics ? !take(kInteger) && !take(kFloat) : !take(kString)) return false;
      }
    }
    return true;
  }

  SourceText source_;
  DiagnosticList lexical_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

}  // namespace

bool is_sound(const std::string& text) {
  return Oracle(text).file();
}

}  // namespace neural::syntax
