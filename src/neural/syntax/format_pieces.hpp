// A source text on its way through the formatter: cut into pieces, given a structure, printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "neural/syntax/source.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::syntax {

struct Comment {
  Span text;                  ///< without the blanks at its end
  std::uint32_t column = 0;   ///< bytes before it on its line
  bool trailing = false;      ///< on the line of the piece before it
  bool blank_before = false;  ///< an empty line stands above
};

/// A token other than `,` and `;`. A group is a run of pieces that is either on one line or broken over lines: what
/// stands between two brackets, the layers behind `layers:`, several values behind `key:`.
struct Piece {
  // as written
  Span text;
  std::uint32_t line = 0;
  std::uint32_t column = 0;    ///< bytes before it on its line
  std::uint32_t comments = 0;  ///< how many comments of the text stand before it
  TokenKind kind = TokenKind::kEnd;
  bool separated = false;     ///< a `,` or `;` stands before it
  bool blank_before = false;  ///< an empty line stands above

  // laid out
  bool comma = false;           ///< the piece before it is followed by `,`
  bool space = false;           ///< a blank before it, unless it begins a line
  bool breaks = false;          ///< begins a line if its group is broken
  bool closes = false;          ///< is the bracket that ends its group
  bool semicolon = false;       ///< is followed by `;`
  bool opens_items = false;     ///< opens a group of items, which may have empty lines between them; else of a list
  bool broken = false;          ///< the group it opens cannot stay on one line
  std::uint32_t group_end = 0;  ///< the last piece of the group it opens; 0 if it opens none
  std::uint32_t width = 0;      ///< of all pieces up to this one, on one line
};

struct Pieces {
  std::vector<Piece> pieces;  ///< the last one is kEnd
  std::vector<Comment> comments;
};

/// format_pieces.cpp. The text must be free of lexical errors.
Pieces cut_into_pieces(const SourceText& source);

/// format_structure.cpp: fills in what is laid out. The text must have been read without errors of structure.
void give_structure(const SourceText& source, std::vector<Piece>& pieces);

/// format_print.cpp. Empty if the result would be longer than kLongestSource.
std::optional<std::string> print_pieces(const SourceText& source, const Pieces& text);

}  // namespace neural::syntax
