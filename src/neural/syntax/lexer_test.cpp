#include <gtest/gtest.h>

#include "neural/syntax/tokens.hpp"

namespace neural::syntax {
namespace {

struct Lexed {
  SourceText source;
  DiagnosticList diagnostics;
  std::vector<Token> tokens;

  explicit Lexed(std::string text) : source("t", std::move(text)) {
    tokens = tokenize(source, {0, static_cast<std::uint32_t>(source.text().size())}, diagnostics);
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const Token& token : tokens) all.emplace_back(source.text(token.span));
    all.pop_back();
    return all;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> all;
    for (const Diagnostic& found : diagnostics.sorted()) all.emplace_back(code_name(found.code));
    return all;
  }
};

using Texts = std::vector<std::string>;

TEST(Lexer, takes_the_longest_number_with_its_sign) {
  const Lexed lexed("-3 +4.5 .5 1e-7 2. -1.5E+3 0");
  EXPECT_EQ(lexed.texts(), (Texts{"-3", "+4.5", ".5", "1e-7", "2.", "-1.5E+3", "0"}));
  EXPECT_EQ(lexed.tokens[0].kind, TokenKind::kInteger);
  EXPECT_EQ(lexed.tokens[3].kind, TokenKind::kFloat);
  EXPECT_TRUE(lexed.diagnostics.empty());
}

TEST(Lexer, refuses_a_number_that_runs_on) {
  for (const char* text : {"1_000", "0x10", "1.2.3", "2d", "1e", "1.5e+"}) {
    const Lexed lexed(text);
    ASSERT_FALSE(lexed.tokens.empty());
    EXPECT_TRUE(lexed.diagnostics.has_errors()) << text;
    EXPECT_TRUE(lexed.tokens[0].broken) << text;
  }
  EXPECT_EQ(Lexed("1_000").codes(), Texts{"E003"});
}

TEST(Lexer, refuses_numbers_that_do_not_fit) {
  EXPECT_EQ(Lexed("9223372036854775808").codes(), Texts{"E003"});
  EXPECT_EQ(Lexed("1e400").codes(), Texts{"E003"});
  EXPECT_EQ(Lexed("1e9223372036854775807").codes(), Texts{"E003"});
  EXPECT_TRUE(Lexed("9223372036854775807 -9223372036854775808 1e-400").diagnostics.empty());
}

TEST(Lexer, tells_numbers_that_are_too_small_from_those_that_are_too_large) {
  const std::string zeros(400, '0');
  EXPECT_TRUE(
      Lexed("0." + zeros + "1 ." + zeros + "1 -0." + zeros + "1e5 1e-99999999999999999999").diagnostics.empty());
  EXPECT_EQ(Lexed("1" + zeros + "e-5").codes(), Texts{"E003"});
  EXPECT_EQ(Lexed("1" + zeros + ".5").codes(), Texts{"E003"});
  EXPECT_EQ(Lexed("1e99999999999999999999").codes(), Texts{"E003"});
}

TEST(Lexer, quotes_only_the_begin_of_an_endless_number) {
  const std::string digits(100'000, '1');
  for (const std::string& text : {digits, digits + "x"}) {
    const Lexed lexed(text);
    ASSERT_TRUE(lexed.diagnostics.has_errors());
    EXPECT_LT(lexed.diagnostics.sorted()[0].message.size(), 200u);
  }
}

TEST(Lexer, a_sign_without_a_number_is_an_error) {
  EXPECT_EQ(Lexed("3 + x").codes(), Texts{"E001"});
}

TEST(Lexer, skips_comments_and_the_byte_order_mark) {
  EXPECT_EQ(Lexed("\xEF\xBB\xBF"
                  "a # b\n// c\nd")
                .texts(),
            (Texts{"a", "d"}));
}

TEST(Lexer, block_comments_are_refused_and_skipped) {
  const Lexed lexed("a /* b */ c");
  EXPECT_EQ(lexed.codes(), Texts{"E004"});
  EXPECT_EQ(lexed.texts(), (Texts{"a", "c"}));
}

TEST(Lexer, a_string_ends_on_its_line) {
  const Lexed lexed("\"abc\n'd'");
  EXPECT_EQ(lexed.codes(), Texts{"E002"});
  EXPECT_EQ(lexed.texts(), (Texts{"\"abc", "'d'"}));
}

TEST(Lexer, resolves_escapes_and_keeps_unknown_ones) {
  EXPECT_EQ(decode_string(R"("a\"b\\\n\t\'")"), "a\"b\\\n\t'");
  EXPECT_EQ(decode_string(R"('\d')"), "\\d");
  EXPECT_EQ(Lexed(R"("\d")").codes(), Texts{"W005"});
  EXPECT_EQ(Lexed(R"("\n")").codes(), Texts{});
}

TEST(Lexer, names_the_unexpected_character) {
  EXPECT_EQ(Lexed("a ? b").codes(), Texts{"E001"});
  EXPECT_EQ(Lexed("größe").codes(), Texts{"E001"});
  EXPECT_EQ(Lexed("\x01").diagnostics.sorted()[0].message, "unexpected character `\\x01`");
}

TEST(Lexer, reports_bytes_that_are_not_utf8_once_and_counts_the_others) {
  const Lexed lexed("a long line that is text \"\xFF\xFE\xFF\" # and a comment \xC0 and \xFF\n\xFE");
  ASSERT_EQ(lexed.codes(), Texts{"E001"});
  const Diagnostic found = lexed.diagnostics.sorted()[0];
  EXPECT_EQ(found.message, "byte 0xff is not UTF-8 text");
  ASSERT_EQ(found.notes.size(), 1u);
  EXPECT_EQ(found.notes[0].message, "so are bytes in 3 other places");
  EXPECT_EQ(lexed.texts().size(), 7u);
}

TEST(Lexer, a_name_with_other_letters_or_dots_is_one_broken_token) {
  for (const char* text : {"größe", "Übung", "x_é_y", "model.add", "a.b.c"}) {
    const Lexed lexed(text);
    EXPECT_EQ(lexed.codes(), Texts{"E001"}) << text;
    EXPECT_EQ(lexed.texts(), Texts{text});
    EXPECT_TRUE(lexed.tokens[0].broken);
  }
  EXPECT_TRUE(Lexed("a .5 b").diagnostics.empty());
}

TEST(Lexer, signs_that_stand_together_are_one_mistake) {
  for (const char* text : {"a -> b", "a => b", "a | b", "a >> b", "a && b", "a ... b", "a ! b"}) {
    const Lexed lexed(text);
    EXPECT_EQ(lexed.codes(), Texts{"E001"}) << text;
    EXPECT_EQ(lexed.texts(), (Texts{"a", "b"}));
    EXPECT_TRUE(lexed.tokens[1].after_error);
  }
  EXPECT_EQ(Lexed("a = b").codes(), Texts{});
  EXPECT_EQ(Lexed("a -3 +.5").codes(), Texts{});
}

TEST(Lexer, knows_characters_that_look_like_others) {
  const Lexed quotes("x=“relu” y");
  EXPECT_EQ(quotes.codes(), Texts{"E001"});
  EXPECT_EQ(quotes.texts(), (Texts{"x", "=", "“relu”", "y"}));
  EXPECT_TRUE(quotes.tokens[2].broken);
  const Lexed spaces("a\u00A0\u00A0b \u00A0c \x01 d \x01 \x02");
  EXPECT_EQ(spaces.codes(), (Texts{"E001", "E001", "E001"}));
  EXPECT_EQ(spaces.texts(), (Texts{"a", "b", "c", "d"}));
  EXPECT_EQ(spaces.diagnostics.sorted()[0].notes.at(0).message, "it stands 1 more time in the file");
  EXPECT_EQ(Lexed("a\u00A0b").diagnostics.sorted()[0].help, "it is a no-break space; type a plain space");
  EXPECT_EQ(Lexed("\"a\" \xEF\xBB\xBF b").diagnostics.sorted()[0].help,
            "it is a byte order mark inside the text; remove it");
}

TEST(Lexer, a_file_that_is_no_text_is_one_mistake) {
  std::string noise;
  for (int i = 0; i < 100'000; ++i) noise += static_cast<char>(i * 7919 % 251);
  for (const std::string& text :
       {noise, std::string(1000, '\0'), std::string("\xFF\xFEn\0e\0t\0w\0o\0r\0k\0 \0{\0", 20)}) {
    const Lexed lexed(text);
    EXPECT_EQ(lexed.codes(), Texts{"E001"});
    EXPECT_TRUE(lexed.texts().empty());
  }
  EXPECT_EQ(Lexed("a \x01 b").texts(), (Texts{"a", "b"}));
}

TEST(Lexer, says_how_a_number_is_written) {
  EXPECT_EQ(Lexed("28x28").diagnostics.sorted()[0].help, "write `28, 28`");
  EXPECT_EQ(Lexed("1_000").diagnostics.sorted()[0].help, "write the digits without `_`");
  EXPECT_EQ(Lexed("0x10").diagnostics.sorted()[0].help, "numbers are decimal");
  EXPECT_EQ(Lexed("1.2.3").diagnostics.sorted()[0].help, "a number has one decimal point");
}

TEST(Lexer, knows_the_words_of_the_grammar) {
  const Lexed lexed("network training execute epochs HPO None FALSE true Network nones hpo x");
  const std::vector<Word> expected = {Word::kNetwork, Word::kTrain, Word::kExecution, Word::kTrainingKey, Word::kSearch,
                                      Word::kNone,    Word::kFalse, Word::kTrue,      Word::kName,        Word::kName,
                                      Word::kName,    Word::kName,  Word::kName};
  std::vector<Word> words;
  for (const Token& token : lexed.tokens) words.push_back(token.word);
  EXPECT_EQ(words, expected);
}

TEST(Lexer, marks_the_first_token_of_each_line) {
  const Lexed lexed("a b\r\nc\rd");
  std::vector<bool> starts;
  for (const Token& token : lexed.tokens) starts.push_back(token.starts_line);
  EXPECT_EQ(starts, (std::vector<bool>{true, false, true, true, false}));
}

TEST(SourceText, counts_columns_in_code_points_and_every_line_end_once) {
  const SourceText source("t", "é\tx\r\ny\rz\n");
  EXPECT_EQ(source.position(3).column, 3u);
  EXPECT_EQ(source.position(6).line, 2u);
  EXPECT_EQ(source.position(8).line, 3u);
  EXPECT_EQ(source.line(2), "y");
  EXPECT_EQ(source.line(4), "");
}

}  // namespace
}  // namespace neural::syntax
