// The parser's cursor and its rules of recovery. Each file parse_*.cpp reads the constructs it is named after.
//
// A function that cannot read its construct has reported why and gives back an empty optional; its caller skips to a
// place where it can go on. A token that is already known to be broken is never reported again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/syntax/ast.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::syntax {

/// Words that begin a section of a network, and so end a sequence of layers.
bool is_section_word(std::string_view word);
/// Settings of train { }; at network level they end a sequence of layers too.
bool is_training_key(std::string_view word);
/// Section words, training keys and HPO: not free for macros, parameters, inputs and branches.
bool is_reserved(std::string_view word);

class Parser {
 public:
  Parser(const SourceText& source, Span range, DiagnosticList& diagnostics);

  // parse_file.cpp
  File file();
  std::optional<Macro> macro();
  std::optional<Research> research();
  // parse_network.cpp
  std::optional<Network> network();
  // parse_layers.cpp
  std::vector<Item> layers();
  std::optional<Item> item();
  std::optional<LayerExpression> layer();
  std::optional<Block> block();
  // parse_values.cpp
  std::optional<Value> value();

  // ---- the cursor ----
  const Token& token(std::size_t ahead = 0) const;
  bool at(TokenKind kind, std::size_t ahead = 0) const { return token(ahead).kind == kind; }
  bool at_end() const { return at(TokenKind::kEnd); }
  bool at_word(std::string_view word, std::size_t ahead = 0) const;
  std::string_view word(std::size_t ahead = 0) const;  ///< the name at that token, or empty
  const Token& advance();
  bool skip_if(TokenKind kind);
  Span last_span() const;
  Span span_from(std::uint32_t begin) const { return {begin, last_span().end}; }

  /// E101: `what` was expected at the current token; nothing if that token is broken.
  void expected(std::string_view what);
  /// The whole text was read; else E101.
  void expect_end(std::string_view what);
  /// Any number of `,` and `;`.
  void skip_separators();
  /// `network`, `define` or `research` followed by what makes it the begin of a new block.
  bool at_top_level_word() const;
  DiagnosticList& diagnostics() { return diagnostics_; }
  std::string text_of(const Token& token) const { return std::string(source_.text(token.span)); }

 private:
  // parse_file.cpp
  void skip_to_top_level();
  bool top_level_word_in_wrong_case();
  std::vector<MacroParameter> macro_parameters();
  std::optional<MacroParameter> macro_parameter();
  void research_metrics(Research& research);
  void research_references(Research& research);
  // parse_network.cpp
  void sections(Network& network, Span open);
  void section(Network& network);
  bool section_body(Network& network, std::string_view word);
  void inputs(Network& network);
  void named_inputs(Network& network);
  std::optional<ShapeLiteral> shape();
  std::optional<Dimension> dimension();
  void settings(std::vector<Setting>& settings, bool execution);
  std::optional<Setting> setting(bool execution);
  std::optional<std::vector<Value>> values();
  void unknown_section();
  void skip_to_section();
  void check_sections(const Network& network, bool layers_seen, bool input_seen);
  // parse_layers.cpp
  std::optional<LayerExpression> suffixes(LayerExpression layer, std::uint32_t begin);
  std::optional<Device> device();
  void skip_to_item();
  bool ends_layers() const;
  bool at_foreign_block() const;
  // parse_values.cpp
  std::optional<Value> number();
  std::optional<Value> literal_word();
  std::optional<std::vector<Value>> elements(TokenKind close);
  std::optional<Call> call();
  std::optional<Argument> argument(bool& named_seen);
  std::optional<SearchExpression> search();
  std::optional<std::vector<Value>> search_operands(SearchExpression::Kind kind);
  void skip_to_argument_end();
  bool line_break_ends_call() const;

  /// Reports E103 for a bracket that the text never closes; once a text, since one missing bracket opens all around it.
  void never_closed(Span open, TokenKind kind);
  /// Reports a name that is reserved (E113); true if it was.
  bool reserved_name(const Token& name, std::string_view place);

  /// Guards the recursion: `deeper()` is false once the nesting passes kDeepestNesting (E903, reported once), after
  /// which the cursor stands at the end.
  struct Depth {
    explicit Depth(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    Depth(const Depth&) = delete;
    ~Depth() { --parser_.depth_; }
    Parser& parser_;
  };
  bool too_deep();

  const SourceText& source_;
  DiagnosticList& diagnostics_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
  bool end_reported_ = false;
  std::size_t dropped_ = 0;  ///< constructs given up since the network began
};

}  // namespace neural::syntax
