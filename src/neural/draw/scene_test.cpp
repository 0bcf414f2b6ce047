#include "neural/draw/scene.hpp"

#include "neural/describe/testing.hpp"

namespace neural::draw {
namespace {

using describe::testing::Network;

std::string text_of(const Column& column);

/// The title of a card; "[a | b]" for a fork, "Title{…}" for a frame, "<label: …>" for a repeat, "(label)" for a gap.
std::string text_of(const Item& item) {
  std::string text;
  switch (item.kind) {
    case Item::Kind::kCard:
      return item.card.title;
    case Item::Kind::kGap:
      return "(" + item.label + ")";
    case Item::Kind::kFork:
      for (const Column& column : item.columns) text += (text.empty() ? "[" : " | ") + text_of(column);
      return text + "]";
    case Item::Kind::kFrame:
      text = item.card.title + (item.label.empty() ? "" : " " + item.label) + (item.has_shortcut ? "+" : "");
      return text + "{" + text_of(item.columns.front()) + "}";
    case Item::Kind::kRepeat:
      return "<" + item.label + ": " + text_of(item.columns.front()) + ">";
  }
  return text;
}

std::string text_of(const Column& column) {
  std::string text;
  for (const Item& item : column.items) text += (text.empty() ? "" : " ") + text_of(item);
  return text;
}

std::string scene_text(const std::string& layers, const std::string& input = "(4)", const SceneOptions& options = {}) {
  const Network network(layers, input);
  return text_of(scene_of(network.structure, options));
}

std::size_t cards_in(const Column& column) {
  std::size_t count = 0;
  for (const Item& item : column.items) {
    if (item.kind == Item::Kind::kCard || item.kind == Item::Kind::kGap) ++count;
    for (const Column& inside : item.columns) count += cards_in(inside);
  }
  return count;
}

TEST(Scene, has_a_card_for_each_input_and_layer) {
  EXPECT_EQ(scene_text("Dense(3) ReLU()"), "Input Dense ReLU Output");
  EXPECT_EQ(scene_text("left: { Dense(2) } right: { } Concatenate()", "{ left: (4), right: (3) }"),
            "[Input Dense | Input] Concatenate Output");
}

TEST(Scene, puts_a_frame_around_what_is_inside_a_layer) {
  EXPECT_EQ(scene_text("Residual { Dense(4) } Residual { Dense(5) } TimeDistributed(Dense(2)) Bidirectional(LSTM(3))",
                       "(5, 4)"),
            "Input ResidualConnection+{Dense} ResidualConnection projected+{Dense} TimeDistributed{Dense} "
            "Bidirectional{LSTM} Output");
}

TEST(Scene, says_how_often_a_layer_runs_what_is_inside) {
  const Network network("TimeDistributed(Dense(2)) Bidirectional(LSTM(3))", "(5, 4)");
  const Column scene = scene_of(network.structure, {});
  EXPECT_EQ(scene.items[1].card.name, "time_distributed · every step");
  EXPECT_EQ(scene.items[2].card.name, "bidirectional · both directions");
}

TEST(Scene, folds_three_and_more_equal_layers_unless_all_is_asked_for) {
  EXPECT_EQ(scene_text("Dense(4) Dense(4)"), "Input Dense Dense Output");
  EXPECT_EQ(scene_text("Dense(4)*3"), "Input <× 3: Dense> Output");
  EXPECT_EQ(scene_text("Dense(4)*1000 ReLU()"), "Input <× 1,000: Dense> ReLU Output");
  EXPECT_EQ(scene_text("Dense(4) ReLU() Dense(4) ReLU() Dense(4) ReLU()"), "Input <× 3: Dense ReLU> Output");
  EXPECT_EQ(scene_text("a: { Dense(4) } b: { Dense(4) } c: { Dense(4) } Add()"),
            "Input [<3 like it: Dense>] Add Output");
  EXPECT_EQ(scene_text("Dense(4)*3", "(4)", {.all = true}), "Input Dense Dense Dense Output");
}

TEST(Scene, gives_a_folded_run_of_layers_with_an_inside_its_inside_once) {
  EXPECT_EQ(scene_text("Residual { Dense(4) ReLU() }*7"), "Input <× 7: ResidualConnection+{Dense ReLU}> Output");
}

TEST(Scene, leaves_out_the_middle_of_a_column_without_runs) {
  std::string layers;
  for (int i = 1; i <= 2000; ++i) layers += "Dense(" + std::to_string(i) + ") ";
  const Network network(layers);
  const Column scene = scene_of(network.structure, {});
  EXPECT_LE(cards_in(scene), 1500U);
  EXPECT_NE(text_of(scene).find("(… 1,602 more layers)"), std::string::npos);  // of 2,002 items 400 stay
  EXPECT_EQ(cards_in(scene_of(network.structure, {.all = true})), 2002U);
}

TEST(Scene, stays_small_however_deep_and_wide_the_network_is) {
  std::string layers;
  for (int i = 0; i < 60; ++i) layers += "Residual { Dense(4) a" + std::to_string(i) + ": { ReLU() } b: { } Add() ";
  for (int i = 0; i < 60; ++i) layers += "}";
  const std::string text = scene_text(layers);
  EXPECT_NE(text.find("ResidualConnection …"), std::string::npos) << text;

  std::string fork;
  for (int i = 0; i < 3000; ++i) {
    const std::string n = std::to_string(i);
    fork += "a" + n + ": { Dense(" + std::to_string(i + 1) + ") ReLU() } ";
  }
  const Network wide(fork + "Concatenate()");
  EXPECT_EQ(scene_of(wide.structure, {}).items[1].columns.size(), 25U) << "24 branches, and what is left out";
  EXPECT_LE(cards_in(scene_of(wide.structure, {.most_cards = 300})), 300U);
}

TEST(Card, has_what_a_reader_asks_first) {
  const Network network("Conv2D(8, 3, activation=relu, name=\"stem\") GlobalAveragePooling2D()", "(28, 28, 1)");
  const Card card = card_of(network.outline.layers.front());
  EXPECT_EQ(card.family, Family::kConvolution);
  EXPECT_EQ(card.title, "Conv2D");
  EXPECT_EQ(card.name, "stem");
  EXPECT_EQ(card.shape, "(26, 26, 8)");
  EXPECT_EQ(card.amount, "80");
  EXPECT_EQ(card.tooltip.substr(0, card.tooltip.find("FLOPs")),
            "stem: Conv2D, line 3\noutput (26, 26, 8)\n80 parameters, 80 of them trained\n108 k ");
  EXPECT_NE(card.tooltip.find("filters=8, kernel_size=(3, 3)"), std::string::npos) << card.tooltip;
  EXPECT_EQ(card_of(network.outline.layers[1]).amount, "");
  EXPECT_EQ(card_of(network.model.inputs.front()).tooltip, "input: Input\n(28, 28, 1) real numbers");
}

TEST(Card, has_printable_text_of_bounded_length) {
  const Network network("Dense(4, name=\"tab\\tand\\n" + std::string(240, 'x') + "\")");
  const Card card = card_of(network.outline.layers.front());
  EXPECT_EQ(card.name.substr(0, 16), "tab\\x09and\\x0axx");
  EXPECT_LE(card.name.size(), 80U);
}

}  // namespace
}  // namespace neural::draw
