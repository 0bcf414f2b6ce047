#include <gtest/gtest.h>

#include <filesystem>

#include "neural/base/files.hpp"
#include "neural/syntax/format_testing.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::syntax {
namespace {

using testing::Formatted;
using testing::formatted;
using testing::layers;
using testing::sections;

TEST(Format, lays_a_network_out) {
  EXPECT_EQ(
      formatted("network   A{input:(28,28 , 1)layers:Dense( 8,activation = \"relu\" ),Output(2);loss:mse "
                "optimizer:Adam(learning_rate=1E-3)metrics:[ \"accuracy\",mse ]train{epochs:5,batch_size:16,32}}"),
      R"(network A {
  input: (28, 28, 1)
  layers:
    Dense(8, activation="relu")
    Output(2)
  loss: mse
  optimizer: Adam(learning_rate=1E-3)
  metrics: ["accuracy", mse]
  train { epochs: 5 batch_size: 16, 32 }
}
)");
}

TEST(Format, lays_macros_and_research_out) {
  EXPECT_EQ(formatted("define B(width,rate = 0.1){Dense(width)Dropout(rate)}\n"
                      "define E{}define F(){B(1)}research R{metrics{a:0.9;b:1}references{paper:'x'}}research{}"),
            R"(define B(width, rate=0.1) {
  Dense(width)
  Dropout(rate)
}

define E {}

define F() {
  B(1)
}

research R {
  metrics { a: 0.9 b: 1 }
  references { paper: "x" }
}

research {}
)");
}

TEST(Format, keeps_what_has_this_layout) {
  for (const char* name : {"cnn", "cnn_large", "deep_mlp", "simple_mlp"}) {
    const auto path = std::filesystem::path(NEURAL_SOURCE_DIR) / "benchmarks" / name / "model.neural";
    const std::string text = read_file(path).value();
    EXPECT_EQ(formatted(text), text) << path;
  }
}

TEST(Format, takes_the_readme_at_its_word) {
  const std::string readme = read_file(std::filesystem::path(NEURAL_SOURCE_DIR) / "README.md").value();
  const std::size_t begin = readme.find("network SimpleMLP {");
  ASSERT_NE(begin, std::string::npos);
  const std::string text = readme.substr(begin, readme.find("```", begin) - begin);
  EXPECT_EQ(formatted(text), text);
}

// ---- layers ----

TEST(Format, puts_each_layer_on_a_line_and_breaks_every_block) {
  EXPECT_EQ(layers("Dense Dense(4)@cuda : 0*  2 Residual{}Residual { Dense(4)\n} @ 'cpu' * 3 a:{Dense(2)} b : { }"),
            R"(    Dense
    Dense(4) @ cuda:0 * 2
    Residual {}
    Residual {
      Dense(4)
    } @ "cpu" * 3
    a: {
      Dense(2)
    }
    b: {}
)");
}

TEST(Format, keeps_how_words_numbers_and_strings_are_written) {
  const std::string same =
      R"(    dense(+4, -.5, 2., 1E+05, True, NONE, none, "a\"\q", 'a"', 'a\'', "größe 😀", [], f(), (1), x: 3)
)";
  EXPECT_EQ(layers(same), same);
  EXPECT_EQ(layers("Dense(name='größe')"), "    Dense(name=\"größe\")\n");
}

TEST(Format, takes_the_last_comma_of_tuples_and_lists_away) {
  EXPECT_EQ(layers("Reshape((4 ,), [1,2 , ], ((1,),))"), "    Reshape((4), [1, 2], ((1)))\n");
}

TEST(Format, breaks_a_long_line_at_its_outermost_list) {
  const std::string text =
      "Conv2D(32, (3, 3), kernel_initializer=truncated_normal(stddev=0.02), activation=\"relu\", padding=\"same\")";
  ASSERT_GT(text.size(), 100u);
  EXPECT_EQ(layers(text), R"(    Conv2D(
      32,
      (3, 3),
      kernel_initializer=truncated_normal(stddev=0.02),
      activation="relu",
      padding="same"
    )
)");
}

TEST(Format, fills_100_columns_and_no_more) {
  const std::string name(90, 'n');
  EXPECT_EQ(layers("D(" + name + ", 1)\n"), "    D(" + name + ", 1)\n") << "100 columns";
  EXPECT_EQ(layers("D(" + name + ", 12)"), "    D(\n      " + name + ",\n      12\n    )\n");
  EXPECT_EQ(layers("D(" + name + "1) * 3"), "    D(\n      " + name + "1\n    ) * 3\n") << "what follows counts";
  EXPECT_EQ(layers("D(" + name + ") { A }"), "    D(" + name + ") {\n      A\n    }\n");
  EXPECT_EQ(layers("D(" + name + "11) { A }"), "    D(\n      " + name + "11\n    ) {\n      A\n    }\n");
  std::string umlauts;
  for (std::size_t i = 0; i < name.size() - 2; ++i) umlauts += "ä";
  EXPECT_EQ(layers("D(\"" + umlauts + "\", 1)"), "    D(\"" + umlauts + "\", 1)\n") << "characters, not bytes";
}

TEST(Format, counts_the_comma_behind_an_element) {
  const std::string name(90, 'n');
  EXPECT_EQ(layers("Dense(f(" + name + "), 3)"), "    Dense(\n      f(" + name + "),\n      3\n    )\n");
  EXPECT_EQ(layers("Dense(f(" + name + "n), 3)"),
            "    Dense(\n      f(\n        " + name + "n\n      ),\n      3\n    )\n");
  EXPECT_EQ(layers("Dense(3, f(" + name + "n))"), "    Dense(\n      3,\n      f(" + name + "n)\n    )\n");
}

TEST(Format, opens_a_search_with_one_bracket) {
  EXPECT_EQ(layers("Dense( HPO ( range ( 1,9 , step = 2 ) ) )"), "    Dense(HPO(range(1, 9, step=2)))\n");
  const std::string name(95, 'n');
  EXPECT_EQ(layers("HPO(choice(A, " + name + "))"), "    HPO(choice(\n      A,\n      " + name + "\n    ))\n");
}

TEST(Format, breaks_the_lists_round_a_block_of_layers) {
  EXPECT_EQ(layers("HPO(choice(Dense(4), Residual { Dense(4) } * 2, A {}))"), R"(    HPO(choice(
      Dense(4),
      Residual {
        Dense(4)
      } * 2,
      A {}
    ))
)");
}

// ---- separators ----

TEST(Format, drops_separators_between_items) {
  EXPECT_EQ(
      formatted(";,define M{;A,;B;},;network N{,input:{;a:(4),b:(8);},layers:,;A;,B,;loss:mse;train{;epochs:5;},}"),
      R"(define M {
  A
  B
}

network N {
  input: { a: (4) b: (8) }
  layers:
    A
    B
  loss: mse
  train { epochs: 5 }
}
)");
}

TEST(Format, keeps_the_commas_between_values) {
  EXPECT_EQ(
      sections("input: (4), (NONE,3), metrics: \"a\", [b], HPO(choice(1)), batch_size: 16, 32,, train { seed: 1, }"),
      R"(  input: (4), (NONE, 3)
  metrics: "a", [b], HPO(choice(1))
  batch_size: 16, 32
  train { seed: 1 }
)");
  EXPECT_EQ(layers("A(b, (3), c(3), d, [e])"), "    A(b, (3), c(3), d, [e])\n");
  EXPECT_EQ(sections("metrics: a, (b), \"c\""), "  metrics: a, (b), \"c\"\n");
}

TEST(Format, keeps_a_separator_that_alone_makes_a_name_a_layer) {
  EXPECT_EQ(layers("network, Residual { A }\ndefine; f(3) network;f(3) research"), R"(    network;
    Residual {
      A
    }
    define;
    f(3)
    network
    f(3)
    research
)");
  EXPECT_EQ(sections("layers: A research; train { seed: 1 }"),
            "  layers:\n    A\n    research;\n  train { seed: 1 }\n");
}

TEST(Format, tells_a_device_from_a_key) {
  EXPECT_EQ(sections("execution { device : gpu : 1 } layers: A @ gpu : 1 epochs : 5"),
            "  execution { device: gpu:1 }\n  layers:\n    A @ gpu:1\n  epochs: 5\n");
  EXPECT_EQ(sections("execute {device:\"tpu\"}"), "  execute { device: \"tpu\" }\n");
}

// ---- blocks of settings ----

TEST(Format, leaves_settings_on_one_line_where_they_were) {
  const std::string same = "  train { epochs: 5 batch_size: 32 }\n  execution {\n    device: cpu\n  }\n";
  EXPECT_EQ(sections(same), same);
  EXPECT_EQ(sections("train { epochs: 5\nbatch_size: 32 }\nexecution{}"),
            "  train {\n    epochs: 5\n    batch_size: 32\n  }\n  execution {}\n");
  const std::string long_path(80, 'p');
  EXPECT_EQ(sections("train { epochs: 5 save_path: \"" + long_path + "\" }"),
            "  train {\n    epochs: 5\n    save_path: \"" + long_path + "\"\n  }\n");
}

TEST(Format, puts_values_below_their_key_where_they_are_too_long) {
  const std::string name(60, 'n');
  EXPECT_EQ(sections("metrics: \"" + name + "\", [\"" + name + "\"]"),
            "  metrics:\n    \"" + name + "\",\n    [\"" + name + "\"]\n");
  EXPECT_EQ(sections("metrics: [\"" + name + "\", \"" + name + "\"]"),
            "  metrics: [\n    \"" + name + "\",\n    \"" + name + "\"\n  ]\n");
}

// ---- what is refused ----

TEST(Format, refuses_what_was_not_read_to_the_end) {
  for (const char* text : {"network N { layers: Dense(", "x", "network N { layers: Dense(4)) }", "define M { A(1,) }",
                           "network N { loss: \"a }", "network N { layers: A(b=1, 2) }", "network n { Layers: A }",
                           "/* a */", "network N { input: (4) input: (4) }", "define M { \xFF }"}) {
    const Formatted found(text);
    EXPECT_FALSE(found.text) << text;
    EXPECT_TRUE(found.diagnostics.has_errors()) << text;
  }
}

TEST(Format, takes_what_only_lacks_something) {
  EXPECT_EQ(formatted("network N { layers: }"), "network N {\n  layers:\n}\n");
  EXPECT_EQ(formatted("network N{input:{}}define M{}"), "network N {\n  input: {}\n}\n\ndefine M {}\n");
}

TEST(Format, refuses_a_result_that_nobody_could_read) {
  std::string text = "define M {";
  for (int i = 0; i < 490; ++i) text += "a:{";
  for (int i = 0; i < 200000; ++i) text += "A ";
  for (int i = 0; i < 491; ++i) text += "}";
  const Formatted found(text);
  EXPECT_FALSE(found.text);
  EXPECT_NE(render_text(found.source, found.diagnostics).find("E902"), std::string::npos);
}

TEST(Format, takes_the_deepest_nesting) {
  const auto nested = [](const std::string& head, std::string_view open, std::string_view close,
                         std::string_view tail) {
    std::string text = head;
    for (int i = 0; i < kDeepestNesting - 10; ++i) text += open;
    text += "1";
    for (int i = 0; i < kDeepestNesting - 10; ++i) text += close;
    return text + std::string(tail);
  };
  EXPECT_TRUE(Formatted(nested("network N { loss: ", "[", "]", "}")).text);
  EXPECT_TRUE(Formatted(nested("network N { loss: ", "f(", ")", "}")).text);
  EXPECT_TRUE(Formatted(nested("network N { loss: ", "(# \n", ")", "}")).text);
  EXPECT_TRUE(Formatted(nested("network N { loss: ", "HPO(choice(", "))", "}")).text);
  std::string blocks = "define M {";
  for (int i = 0; i < kDeepestNesting / 2 - 10; ++i) blocks += "A{";
  for (int i = 0; i < kDeepestNesting / 2 - 10; ++i) blocks += "}";
  EXPECT_TRUE(Formatted(blocks + "}").text);
}

}  // namespace
}  // namespace neural::syntax
