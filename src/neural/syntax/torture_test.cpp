// Hostile and broken texts: each ends, and says little.
#include <gtest/gtest.h>

#include <random>

#include "neural/syntax/parser.hpp"

namespace neural::syntax {
namespace {

constexpr std::size_t kLong = 2'000'000;
constexpr std::size_t kFew = 3;

struct Parsed {
  SourceText source;
  DiagnosticList diagnostics;

  explicit Parsed(std::string text) : source("t", std::move(text)) {
    parse_file(source, diagnostics);
    rendered = render_text(source, diagnostics);
  }
  std::size_t errors() const { return diagnostics.error_count(); }
  std::string rendered;
};

std::string repeated(std::string_view part, std::size_t size = kLong) {
  std::string text;
  while (text.size() < size) text += part;
  return text;
}

std::string random_text(std::string_view characters, std::size_t size = kLong) {
  std::mt19937 random(11);
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += characters[random() % characters.size()];
  return text;
}

/// One or two errors for the noise, wherever it stands.
void expect_few_errors(const std::string& noise) {
  for (const std::string begin : {"", "network A { input: (4) layers: ", "network A { input: (4) layers: Dense(",
                                  "network A {\n  input: (", "define M(", "research R { metrics { "}) {
    const Parsed parsed(begin + noise);
    EXPECT_GE(parsed.errors(), 1u) << begin << noise.substr(0, 20);
    EXPECT_LE(parsed.errors(), kFew) << begin << noise.substr(0, 20) << "\n" << parsed.rendered;
    EXPECT_LT(parsed.rendered.size(), 8'000u);
  }
}

TEST(Torture, a_hundred_thousand_brackets_are_a_few_mistakes) {
  for (const std::string bracket : {"(", ")", "[", "]", "{", "}"}) expect_few_errors(repeated(bracket, 100'000));
}

TEST(Torture, brackets_that_cross_are_a_few_mistakes) {
  for (const std::string brackets : {"([", "[)", "{)", "({", ")}", "[[)", "(}"}) {
    expect_few_errors(repeated(brackets, 100'000));
    expect_few_errors(repeated(brackets + "\n ", 100'000));
  }
}

TEST(Torture, random_punctuation_comes_to_an_end) {
  const std::string noise = random_text("(){}[],:=@*;\n");
  for (const std::string begin : {"", "network A {\n layers:\n "}) EXPECT_GE(Parsed(begin + noise).errors(), 1u);
  EXPECT_GE(Parsed("network A { layers: " + random_text("(){}[],:=@*; a1\"\n")).errors(), 1u);
}

TEST(Torture, a_mistake_on_every_line_comes_to_an_end_and_is_counted) {
  const auto file = [](const std::string& line) {
    return "network A {\n  input: (4)\n  layers:\n" + repeated(line) + "}\n";
  };
  for (const std::string line : {"    Dense(64 activation=\"relu\")\n", "    Dense 64\n", "    Dense(64, =)\n",
                                 "    Dense(units: 3;)\n", "    Dense(3) * x\n"}) {
    const Parsed parsed(file(line));
    EXPECT_GE(parsed.errors(), kLong / line.size()) << line;
    EXPECT_GT(parsed.diagnostics.dropped_errors(), 0u);
  }
  for (const std::string line :
       {"    Dense(64\n", "    Dense 64)\n", "    R {\n", "    }\n", "    R\n      D\n    }\n"}) {
    EXPECT_GE(Parsed(file(line)).errors(), 1u) << line;
  }
}

TEST(Torture, mistakes_at_the_level_of_sections_and_files_come_to_an_end) {
  for (const std::string part :
       {"loss a\n", "foo: 3\n", "train x\n", "train x ( }\n", "input: loss: ", "input: { a (3) ", "input: (3 3 ",
        "metrics: , ", "layers: for i in x ", "layers: HPO(x) "}) {
    EXPECT_GE(Parsed("network A {\n" + repeated(part)).errors(), 1u) << part;
  }
  for (const std::string part :
       {"network A {\n", "network A{", "Network A\n", "A {\n", "A(b) {\n", "A(b\n", "define ", "define M(a ",
        "define M(a) { A\n b\n }\n }\n", "research { metrics: 3 ", "};", "x\n"}) {
    EXPECT_GE(Parsed(repeated(part)).errors(), 1u) << part;
  }
}

TEST(Torture, what_is_no_text_is_one_mistake) {
  std::mt19937 random(3);
  std::string bytes;
  for (int i = 0; i < 1'000'000; ++i) bytes += static_cast<char>(random());
  EXPECT_EQ(Parsed(bytes).errors(), 1u);
  EXPECT_EQ(Parsed(std::string(kLong, '\0')).errors(), 1u);
  EXPECT_EQ(Parsed(std::string(kLong, '\xFF')).errors(), 1u);
}

TEST(Torture, strange_characters_in_a_sound_network_are_one_mistake_each_kind) {
  const std::string network = "network A { input: (4) layers: Output(2) }\n";
  EXPECT_EQ(Parsed(network + repeated("# umlauts in another alphabet: \xFC\n") + network).errors(), 1u);
  EXPECT_EQ(Parsed(network + repeated("\xEF\xBB\xBF  # a\n") + network).errors(), 1u);
  EXPECT_EQ(Parsed(network + repeated("\u00A0  # b\n") + network).errors(), 1u);
  EXPECT_EQ(Parsed(network + std::string(1, '\0') + network + std::string(1, '\0')).errors(), 1u);
}

TEST(Torture, carriage_returns_end_lines) {
  const Parsed parsed("network A {\r  input: (4)\r  layers:\r    Dense(3\r    Output(2)\r}\r");
  EXPECT_EQ(parsed.errors(), 1u);
  EXPECT_NE(parsed.rendered.find("t:4:10: error[E103]"), std::string::npos) << parsed.rendered;
}

TEST(Torture, numbers_at_the_edge_of_64_bits) {
  EXPECT_EQ(Parsed("network A { input: (9223372036854775807) layers: Output(-9223372036854775808) }").errors(), 0u);
  for (const std::string number : {"9223372036854775808", "-9223372036854775809", "99999999999999999999999", "1e400"}) {
    EXPECT_EQ(Parsed("network A { input: (4) layers: Output(" + number + ") }").errors(), 1u) << number;
    EXPECT_EQ(Parsed("network A { input: (" + number + ") layers: Output(2) }").errors(), 1u) << number;
    EXPECT_EQ(Parsed("network A { input: (4) layers: Output(2) * " + number + " }").errors(), 1u) << number;
  }
  EXPECT_EQ(Parsed("network A { input: (4) layers: Output(" + std::string(kLong, '1') + ") }").errors(), 1u);
}

TEST(Torture, a_text_beyond_the_limit_is_refused_at_once) {
  for (std::string text :
       {std::string(kLongestSource + 1, 'a'), "network A { layers: D(\"" + std::string(100'000'000, 'a')}) {
    const SourceText source("t", std::move(text));
    DiagnosticList diagnostics;
    const File file = parse_file(source, diagnostics);
    ASSERT_EQ(diagnostics.error_count(), 1u);
    EXPECT_EQ(diagnostics.sorted()[0].code, Code::E902);
    EXPECT_TRUE(file.networks.empty());
    EXPECT_LT(render_text(source, diagnostics).size(), 2'000u);
  }
}

TEST(Torture, a_quoted_call_in_a_quoted_call) {
  const auto errors = [](const std::string& quoted) {
    const SourceText source("t", quoted);
    DiagnosticList diagnostics;
    parse_quoted_value(source, {1, static_cast<std::uint32_t>(quoted.size()) - 1}, diagnostics);
    return diagnostics.error_count();
  };
  EXPECT_EQ(errors("\"Adam(learning_rate='ExponentialDecay(0.1, 10, 0.9)')\""), 0u);
  EXPECT_EQ(errors("\"Adam(learning_rate=\\\"ExponentialDecay(0.1, 10, 0.9)\\\")\""), 1u);
  EXPECT_EQ(errors("\"Adam(learning_rate='ExponentialDecay(0.1)\""), 1u);
  EXPECT_EQ(errors("\"" + repeated("A(", 100'000) + "\""), 1u);
  EXPECT_EQ(errors("\"" + repeated("A('", 100'000) + "\""), 1u);
}

}  // namespace
}  // namespace neural::syntax
