#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/syntax/format_pieces.hpp"
#include "neural/syntax/words.hpp"

namespace neural::syntax {
namespace {

/// Reads the pieces by the grammar, as the parser did before. Whoever calls a function for a construct has marked what
/// stands before its first piece; the function marks the rest.
class Structure {
 public:
  Structure(const SourceText& source, std::vector<Piece>& pieces) : source_(source), pieces_(pieces) {}

  void file() {
    while (!at(TokenKind::kEnd)) {
      begin_item();
      if (word() == "define") {
        macro();
      } else if (word() == "research") {
        research();
      } else {
        network();
      }
    }
    piece().breaks = true;
  }

 private:
  // ---- the cursor ----

  Piece& piece() { return pieces_[next_]; }
  bool at(TokenKind kind, std::size_t ahead = 0) const {
    return next_ + ahead < pieces_.size() && pieces_[next_ + ahead].kind == kind;
  }
  std::string_view word() const {
    return at(TokenKind::kIdentifier) ? source_.text(pieces_[next_].text) : std::string_view();
  }
  void take() {
    NEURAL_CHECK(next_ + 1 < pieces_.size(), "the formatter ran past a text that the parser had read");
    ++next_;
  }
  void take_spaced() {
    piece().space = true;
    take();
  }
  void begin_item() {
    piece().breaks = true;
    piece().space = true;
  }

  // ---- groups ----

  /// When a group is broken over lines, apart from the comments and groups inside that make it so. A list is broken if
  /// it is too long; so are items written on one line.
  enum class Broken { kItemsAlways, kItemsAsWritten, kListIfTooLong };

  struct Group {
    std::size_t opener;
    std::size_t broken_before;
  };

  Group open_group() {
    take();
    return {next_ - 1, broken_groups_};
  }

  void end_group(Group group, std::size_t last, Broken rule) {
    Piece& opener = pieces_[group.opener];
    const Piece& end = pieces_[last];
    opener.group_end = static_cast<std::uint32_t>(last);
    opener.opens_items = rule != Broken::kListIfTooLong;
    opener.broken = rule == Broken::kItemsAlways || (rule == Broken::kItemsAsWritten && opener.line != end.line) ||
                    opener.comments != end.comments || broken_groups_ != group.broken_before;
    broken_groups_ += opener.broken ? 1 : 0;
  }

  void close_group(Group group, Broken rule) {
    piece().breaks = true;
    piece().closes = true;
    end_group(group, next_, rule);
    take();
  }

  /// `{ items }`; `{}` where there are none.
  void block(Broken rule, void (Structure::*read_item)()) {
    piece().space = true;
    if (at(TokenKind::kRightBrace, 1) && pieces_[next_ + 1].comments == piece().comments) {
      take();
      take();
      return;
    }
    const Group group = open_group();
    while (!at(TokenKind::kRightBrace)) {
      begin_item();
      (this->*read_item)();
    }
    piece().space = true;
    close_group(group, rule);
  }

  /// Arguments, parameters, operands, elements, dimensions: between brackets, with commas.
  void list() {
    const Group group = open_group();
    for (bool first = true; !at(TokenKind::kRightParenthesis) && !at(TokenKind::kRightBracket); first = false) {
      begin_element(first);
      argument();
    }
    close_group(group, Broken::kListIfTooLong);
  }

  void begin_element(bool first) {
    piece().breaks = true;
    piece().comma = !first;
    piece().space = !first;
  }

  // ---- blocks of the file ----

  void macro() {
    take();
    take_spaced();
    if (at(TokenKind::kLeftParenthesis)) list();
    block(Broken::kItemsAlways, &Structure::item);
  }

  void network() {
    take();
    take_spaced();
    block(Broken::kItemsAlways, &Structure::section);
  }

  void research() {
    take();
    if (at(TokenKind::kIdentifier)) take_spaced();
    block(Broken::kItemsAlways, &Structure::research_block);
  }

  void research_block() {
    take();
    block(Broken::kItemsAsWritten, &Structure::setting);
  }

  // ---- sections ----

  void section() {
    const std::string_view name = word();
    if (name == "layers") {
      layers();
    } else if (name == "input" && at(TokenKind::kLeftBrace, 2)) {
      take();
      take();
      block(Broken::kItemsAsWritten, &Structure::setting);
    } else if (name == "train" || name == "training") {
      take();
      block(Broken::kItemsAsWritten, &Structure::setting);
    } else if (name == "execute" || name == "execution") {
      take();
      block(Broken::kItemsAsWritten, &Structure::execution_setting);
    } else {
      setting();
    }
  }

  void layers() {
    take();
    const Group group = open_group();
    if (ends_layers()) return;
    while (!ends_layers()) {
      begin_item();
      item();
    }
    end_group(group, next_ - 1, Broken::kItemsAlways);
  }

  bool ends_layers() const { return at(TokenKind::kRightBrace) || syntax::ends_layers(word_of(word())); }

  void execution_setting() {
    if (word() != "device") return setting();
    take();
    take();
    piece().space = true;
    device();
  }

  /// `key: value, value`: several values are a group.
  void setting() {
    take();
    const Group group = open_group();
    const std::size_t first = next_;
    piece().space = true;
    value();
    if (!another_value()) return;
    pieces_[first].breaks = true;
    while (another_value()) {
      begin_element(false);
      value();
    }
    end_group(group, next_ - 1, Broken::kListIfTooLong);
  }

  /// A name would be the next key or section.
  bool another_value() const {
    if (at(TokenKind::kIdentifier)) return word() == "HPO" && at(TokenKind::kLeftParenthesis, 1);
    return !at(TokenKind::kRightBrace);
  }

  // ---- layers and values ----

  void item() {
    if (at(TokenKind::kColon, 1)) {
      take();
      take();
      block(Broken::kItemsAlways, &Structure::item);
      return;
    }
    const std::size_t first = next_;
    layer();
    pieces_[first].semicolon = next_ == first + 1 && begins_block_of_file(source_.text(pieces_[first].text));
  }

  /// Whether a layer of that bare name would, without its `;`, be read with what follows as the begin of a block of the
  /// file: `network; Residual { … }`.
  bool begins_block_of_file(std::string_view name) const {
    if (!at(TokenKind::kIdentifier)) return false;
    if (name == "define" && at(TokenKind::kLeftParenthesis, 1)) return true;
    return (name == "network" || name == "define" || name == "research") && at(TokenKind::kLeftBrace, 1);
  }

  void layer() {
    if (word() == "HPO") {
      search();
    } else {
      take();
      if (at(TokenKind::kLeftParenthesis) && !piece().separated) list();
    }
    for (;;) {
      if (at(TokenKind::kAt)) {
        take_spaced();
        piece().space = true;
        device();
      } else if (at(TokenKind::kLeftBrace)) {
        block(Broken::kItemsAlways, &Structure::item);
      } else if (at(TokenKind::kStar)) {
        take_spaced();
        take_spaced();
      } else {
        return;
      }
    }
  }

  /// `HPO(choice(…))`: only the inner brackets are broken over lines.
  void search() {
    take();
    take();
    take();
    list();
    take();
  }

  void device() {
    take();
    if (at(TokenKind::kColon) && at(TokenKind::kInteger, 1)) {
      take();
      take();
    }
  }

  void argument() {
    if (at(TokenKind::kEquals, 1)) {
      take();
      take();
    } else if (at(TokenKind::kColon, 1)) {
      take();
      take();
      piece().space = true;
    }
    value();
  }

  void value() {
    if (at(TokenKind::kLeftParenthesis) || at(TokenKind::kLeftBracket)) {
      list();
    } else if (at(TokenKind::kIdentifier)) {
      layer();
    } else {
      take();
    }
  }

  const SourceText& source_;
  std::vector<Piece>& pieces_;
  std::size_t next_ = 0;
  std::size_t broken_groups_ = 0;
};

}  // namespace

void give_structure(const SourceText& source, std::vector<Piece>& pieces) {
  Structure(source, pieces).file();
  std::uint32_t width = 0;
  for (Piece& piece : pieces) {
    width += static_cast<std::uint32_t>(code_points(source.text(piece.text)));
    width += (piece.comma ? 1u : 0u) + (piece.space ? 1u : 0u);
    piece.width = width;
  }
}

}  // namespace neural::syntax
