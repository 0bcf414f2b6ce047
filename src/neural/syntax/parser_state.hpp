// The parser's cursor and its rules of recovery. Each file parse_*.cpp reads the constructs it is named after.
//
// A function that cannot read its construct has reported why and gives back an empty optional. What is read behind a
// mistake goes into the tree only where it stands on its own: half an item would make the checker find mistakes that
// nobody made.
//
// One mistake is one report. Three rules see to that: a token the lexer has reported, and the two behind any mistake,
// are never reported again; a bracket without partner is reported where the layout shows that it is missing or too
// many, and then accounts for what the parser stumbles over; and where the fix is obvious (a comma, a colon, an opening
// brace is missing) reading goes on as if it had been made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "neural/syntax/ast.hpp"
#include "neural/syntax/brackets.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/syntax/tokens.hpp"

namespace neural::syntax {

/// An opening bracket whose contents are being read.
struct Opening {
  std::size_t index = 0;  ///< of its token; where it is missing, of the one behind its place
  std::size_t end = 0;    ///< only of a missing one: where it would end
  bool missing = false;
};

/// What was skipped at the level of the file.
struct Junk {
  Span span;
  bool is_told = false;  ///< one error says so
};

class Parser {
 public:
  /// `whole` is how messages call what `range` holds.
  Parser(const SourceText& source, Span range, DiagnosticList& diagnostics, std::string_view whole = "file");

  // parse_file.cpp
  File file();
  std::optional<Macro> macro();
  std::optional<Research> research();  // parse_research.cpp
  std::optional<Network> network();    // parse_network.cpp
  std::optional<Item> item();          // parse_layers.cpp
  /// parse_values.cpp; `of` is the name of what has the value, where it has one.
  std::optional<Value> value(std::string_view of = {});

  bool at_end() const { return at(TokenKind::kEnd); }
  /// Any number of `,` and `;`.
  void skip_separators();
  /// The whole text was read; else E101.
  void expect_end(std::string_view what);

 private:
  // ---- the cursor ----
  const Token& token(std::size_t ahead = 0) const { return tokens_[next_ + ahead]; }  ///< up to three ahead
  bool at(TokenKind kind, std::size_t ahead = 0) const { return token(ahead).kind == kind; }
  Word word(std::size_t ahead = 0) const { return token(ahead).word; }
  bool at_top_level_word() const { return at_top_level(&tokens_[next_]); }
  std::string_view text(const Token& token) const { return source_.text(token.span); }
  std::string_view text_at(std::size_t ahead = 0) const { return text(token(ahead)); }
  Identifier identifier(const Token& token) const { return {std::string(text(token)), token.span}; }
  const Token& advance() { return at_end() ? token() : tokens_[next_++]; }
  bool skip_if(TokenKind kind) {
    const bool found = at(kind);
    next_ += found ? 1 : 0;
    return found;
  }
  Span last_span() const { return next_ == 0 ? Span{} : tokens_[next_ - 1].span; }
  Span span_from(std::uint32_t begin) const { return {begin, last_span().end}; }

  // ---- mistakes: mistakes.cpp ----
  /// Whether what is wrong at the cursor follows from what is already reported.
  bool is_quiet() const;
  /// Reports, unless the cursor stands in the shadow of another mistake.
  void report(Code code, Span span, std::string message, std::string help = {});
  /// The same for a warning, which leaves what it stands in sound.
  void warn(Code code, Span span, std::string message, std::string help = {});
  /// The same for what is wrong with the token at the cursor; the next tokens are in its shadow.
  void report_here(Code code, Span span, std::string message, std::string help = {});
  /// E101 at the cursor, or the bracket that is to blame for it.
  void expected(std::string_view what, std::string help = {});
  /// The same for a mark that is missing: where the cursor begins a line, at the end of the line before.
  void lacks(std::string_view what, std::string help);
  /// The same for a comma, or what else may stand in its place.
  void lacks_comma(std::string_view what, bool before_value);
  void expected_at(Span place, std::string_view what, std::string help);
  Span behind(std::size_t index) const;
  /// Counts a mistake at the cursor that needs no report; the next tokens are in its shadow.
  void shade();
  /// What was wrong is made up for: the next line is out of its shadow.
  void end_shadow_with_line();
  void doubt_brackets();
  /// The found token as messages call it.
  std::string seen() const;
  /// A bracket without partner accounts for what is wrong at the cursor; true if it was reported. The second also takes
  /// it for a mistake at the cursor.
  bool blame_bracket();
  bool blames_bracket();
  bool is_unpaired_open();
  void report_unclosed(std::size_t first, std::size_t last);
  /// What holds the cursor ends although `open` is not closed: E103.
  void never_closed(Opening open);
  /// Reports a name that is reserved: E113.
  void check_reserved(const Token& name, std::string_view place);
  /// E355 for a search expression at the cursor, where `place` takes none; false if there is none.
  bool refuse_search(std::string_view place, std::string help);
  bool at_search() const { return word() == Word::kSearch && at(TokenKind::kLeftParenthesis, 1); }

  // ---- going on: recovery.cpp ----
  Brackets& brackets();
  std::size_t end_of(Opening open) { return open.missing ? open.end : brackets().end_of(open.index); }
  bool is_unclosed(Opening open) { return !open.missing && !brackets().has_partner(open.index); }
  /// Whether the closing bracket at the cursor closes `open`; surely, while nothing is wrong with any bracket.
  bool closes(Opening open);
  /// Separators, then whether what `{` holds ends here; if so, the cursor stands behind it, and what is missing is
  /// reported. Behind an outermost block nothing but the file goes on.
  bool ended(Opening open, bool outermost = false);
  bool file_goes_on() const;
  /// A closing bracket that closes nothing.
  void surplus_bracket();
  /// Reads on as if an opening bracket stood before the cursor.
  Opening assume_open(TokenKind kind);
  /// Over the opening bracket at the cursor.
  Opening take_open();
  /// Reports that `{` is missing, as `what`; a token or two too many before it are skipped.
  Opening missing_brace(std::string_view what, std::string help);
  /// Over the token at the cursor; over all of its contents if it is a bracket with a partner.
  void skip_group();
  void skip_to(std::size_t index);
  /// Over groups to the end of `open`, or a `,` in it.
  void skip_to_comma(Opening open);
  void skip_to_top_level();
  void skip_line();
  /// What was skipped accounts for its brackets.
  void settle_brackets();
  bool begins_value(std::size_t ahead = 0) const;

  // parse_file.cpp
  void top_level_item(File& file);
  Word top_level_word();
  Word misspelt_top_level_word();
  void unknown_top_level(File& file);
  void skip_junk(bool is_told);
  void forget_junk();
  bool at_macro_head();
  std::optional<Macro> macro_behind_keyword(std::uint32_t begin);
  void skip_to_name_or_open();
  std::vector<MacroParameter> macro_parameters();
  std::optional<MacroParameter> macro_parameter();
  // parse_research.cpp
  std::optional<Research> research_behind_keyword(std::uint32_t begin);
  void research_section(Research& research);
  bool research_entry(Research& research, bool metrics);
  // parse_network.cpp
  struct Seen;
  /// `mistakes` were made before the keyword, at `begin`.
  std::optional<Network> network_behind_keyword(std::uint32_t begin, std::size_t mistakes);
  void network_name(Network& network);
  std::optional<Opening> network_open(const Network& network);
  bool ends_layers_word(std::size_t ahead) const;
  void section(Network& network, Seen& seen);
  /// `last` is the section before.
  Word section_word(Word last);
  bool is_second(Word section, Seen& seen);
  void section_body(Network& network, Word section, const Token& name);
  void section_contents(Network& network, Word section, std::string_view name);
  bool section_colon(const Token& name, Word section);
  /// One more value behind the comma of a section that has its value.
  bool at_surplus_value(Word section) const;
  void surplus_value(Word section);
  bool arguments_without_open(Word last);
  void unknown_section(Word last);
  void skip_unknown_section();
  void layers_without_section(Network& network, Seen& seen);
  void append_layers(Network& network);
  void check_sections(const Network& network, const Seen& seen);
  // parse_inputs.cpp
  void inputs(Network& network);
  void named_inputs(Network& network, Opening open);
  std::optional<ShapeLiteral> shape();
  std::optional<ShapeLiteral> dimensions(Opening open, std::uint32_t begin);
  std::optional<Dimension> dimension();
  void no_shape();
  // parse_settings.cpp
  void settings(std::vector<Setting>& settings, std::string_view section, bool execution);
  bool at_foreign_section(Opening open);
  std::optional<Setting> setting(bool execution);
  std::optional<std::vector<Value>> values(std::string_view of);
  /// The `:` behind the name of an entry; where it is missing, reading goes on as if it was there. False if nothing
  /// follows.
  bool colon_behind(const Token& name);
  /// To the next `name:` in `open`.
  void skip_to_entry(Opening open);
  // parse_layers.cpp
  /// In `block`, where it is one.
  std::vector<Item> layers(const Opening* block = nullptr);
  std::vector<Item> listed_layers();
  bool at_layers_end() const;
  bool at_foreign_block() const;
  bool at_reserved_label(std::size_t ahead) const;
  bool at_braces(std::size_t ahead) const;
  bool at_reserved_branch(const std::vector<Item>& before);
  bool at_branch_without_brace();
  bool at_statement();
  void no_statement();
  bool closes_outside();
  void no_layer(std::vector<Item>& items);
  void skip_to_item();
  bool at_layer_head() const;
  std::optional<Item> branch();
  /// Behind `{`.
  std::optional<Block> block(Opening open, bool outermost = false);
  void no_item_of_block();
  std::optional<LayerExpression> layer();
  void suffixes(LayerExpression& layer);
  void device_suffix(Suffixes& suffixes);
  void block_suffix(Suffixes& suffixes, const LayerExpression& layer);
  void repeat_suffix(Suffixes& suffixes);
  std::optional<Device> device();
  // parse_values.cpp
  std::optional<Value> named_value(std::string_view of);
  std::optional<Value> no_value(std::string_view of);
  std::optional<std::vector<Value>> elements(TokenKind close);
  void no_tuple(Opening open, const Token& bracket);
  std::optional<Call> call();
  bool arguments(const Token& name);
  bool argument_follows(const Token& name, Opening open, bool sound);
  std::optional<Argument> argument(bool named_seen);
  std::optional<Argument> named_argument();
  bool is_early_close();
  bool goes_on_behind(Span comma, std::string_view what);
  // parse_search.cpp
  std::optional<SearchExpression> search();
  bool at_search_in_wrong_case();
  std::optional<SearchExpression> search_function();
  std::optional<std::vector<Value>> search_operands(SearchExpression::Kind kind);
  std::optional<Value> search_operand(SearchExpression::Kind kind);

  /// Guards the recursion: too_deep() once the nesting passes kDeepestNesting (E903, reported once), after which the
  /// cursor stands at the end.
  struct Depth {
    explicit Depth(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    Depth(const Depth&) = delete;
    ~Depth() { --parser_.depth_; }
    Parser& parser_;
  };
  bool too_deep();

  /// Tokens that a mistake accounts for, the wrong one among them; and how many kEnd stand behind the tokens.
  static constexpr std::size_t kShadow = 3;

  const SourceText& source_;
  DiagnosticList& diagnostics_;
  std::string_view whole_;
  std::vector<Token> tokens_;  ///< with three kEnd behind
  std::size_t next_ = 0;
  int depth_ = 0;
  std::size_t mistakes_ = 0;        ///< so far, those too that follow from others
  std::size_t block_mistakes_ = 0;  ///< before the block of the file that is being read
  std::size_t quiet_until_ = 0;     ///< tokens before this one are in the shadow of a mistake
  std::optional<Brackets> brackets_;
  std::size_t blamed_ = 0;                  ///< flaws of brackets that the cursor has passed
  std::size_t block_begin_ = 0;             ///< the first token of the block of the file that is being read
  std::optional<bool> defines_statements_;  ///< whether a macro is called `for`, `while` or `if`; empty until asked
  std::vector<Junk> junk_;
  std::vector<Argument> arguments_;  ///< of the calls that are being read; each call takes its own off the end
};

}  // namespace neural::syntax
