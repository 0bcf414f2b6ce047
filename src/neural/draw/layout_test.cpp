#include <filesystem>

#include "neural/base/files.hpp"
#include "neural/describe/testing.hpp"
#include "neural/draw/drawing.hpp"
#include "neural/draw/soundness.hpp"

namespace neural::draw {
namespace {

using describe::testing::Network;

namespace fs = std::filesystem;

Drawing drawing_of(const Network& network, const SceneOptions& options = {}) {
  return layout_of(scene_of(network.structure, options), network.model.name, "so many parameters");
}

Drawing drawing_of(const std::string& layers, const std::string& input = "(4)", const SceneOptions& options = {}) {
  return drawing_of(Network(layers, input), options);
}

/// At most ten, and how many there are.
std::string faults_text(const Drawing& drawing) {
  const std::vector<std::string> faults = faults_of(drawing);
  std::string text = faults.empty() ? "" : std::to_string(faults.size()) + " faults\n";
  for (std::size_t i = 0; i < std::min<std::size_t>(10, faults.size()); ++i) text += faults[i] + "\n";
  return text;
}

TEST(Layout, puts_the_cards_of_a_chain_below_each_other_with_arrows_between) {
  const Drawing drawing = drawing_of("Dense(3) ReLU()");
  ASSERT_EQ(drawing.boxes.size(), 4U);
  ASSERT_EQ(drawing.lines.size(), 3U);
  for (std::size_t i = 1; i < 4; ++i) {
    const Rect& above = drawing.boxes[i - 1].rect;
    const Rect& below = drawing.boxes[i].rect;
    EXPECT_EQ(below.x, above.x);
    EXPECT_EQ(below.width, above.width);
    EXPECT_EQ(below.y, above.bottom() + 24);
    const Line& line = drawing.lines[i - 1];
    EXPECT_TRUE(line.has_arrow);
    EXPECT_EQ(line.points.front().y, above.bottom());
    EXPECT_EQ(line.points.back().y, below.y);
    EXPECT_EQ(line.points.back().x, below.x + below.width / 2);
  }
}

TEST(Layout, puts_branches_side_by_side_and_what_joins_them_below) {
  const Drawing drawing = drawing_of("Dense(4) a: { Dense(5) ReLU() } b: { Dense(6) } c: { Dense(7) } Concatenate()");
  // Input, Dense, then the branches from left to right, Concatenate, Output.
  ASSERT_EQ(drawing.boxes.size(), 8U);
  const auto rect = [&](std::size_t i) { return drawing.boxes[i].rect; };
  EXPECT_EQ(rect(2).y, rect(4).y);
  EXPECT_EQ(rect(2).y, rect(5).y);
  EXPECT_LT(rect(2).right(), rect(4).x);
  EXPECT_LT(rect(4).right(), rect(5).x);
  EXPECT_GT(rect(6).y, rect(3).bottom());
  // The layers before and behind stand in the middle.
  EXPECT_EQ(rect(1).x + rect(1).width / 2, (rect(2).x + rect(5).x + rect(5).width) / 2);
  EXPECT_EQ(rect(6).x, rect(1).x);
  EXPECT_EQ(faults_text(drawing), "");
}

TEST(Layout, draws_no_line_into_inputs) {
  const Drawing drawing = drawing_of("left: { Dense(2) } right: { } Concatenate()", "{ left: (4), right: (3) }");
  const Px first_row = drawing.boxes.front().rect.y;
  for (const Line& line : drawing.lines) EXPECT_GT(line.points.back().y, first_row + kCardHeight);
  EXPECT_EQ(faults_text(drawing), "");
}

TEST(Layout, draws_the_shortcut_of_a_residual_connection_past_its_body) {
  const Drawing drawing = drawing_of("Residual { Dense(5) ReLU() }");
  ASSERT_EQ(drawing.frames.size(), 1U);
  ASSERT_EQ(drawing.sums.size(), 1U);
  ASSERT_EQ(drawing.labels.size(), 1U);
  EXPECT_EQ(drawing.labels.front().text, "projected");
  EXPECT_EQ(faults_text(drawing), "");
}

TEST(Layout, breaks_a_long_column_and_leads_the_line_on) {
  std::string layers;
  for (int i = 1; i <= 48; ++i) layers += "Dense(" + std::to_string(i) + ") ";
  const Drawing drawing = drawing_of(layers);
  EXPECT_EQ(drawing.boxes.size(), 50U);
  EXPECT_EQ(drawing.lines.size(), 49U);
  EXPECT_EQ(faults_text(drawing), "");
  std::vector<Px> tops;
  for (const Box& box : drawing.boxes) {
    if (tops.empty() || box.rect.x != tops.back()) tops.push_back(box.rect.x);
  }
  EXPECT_GE(tops.size(), 3U) << "columns";
  EXPECT_LT(drawing.height, 1100);
  EXPECT_LT(drawing.width, 2 * drawing.height);
  EXPECT_LT(drawing.height, 2 * drawing.width);
}

TEST(Layout, leaves_a_column_whole_where_breaking_saves_little) {
  std::string branch;
  for (int i = 1; i <= 30; ++i) branch += "Dense(" + std::to_string(i) + ") ";
  const Drawing drawing = drawing_of("Dense(4) a: { " + branch + "} b: { } Concatenate()");
  EXPECT_GT(drawing.height, 2200);
  EXPECT_EQ(faults_text(drawing), "");
}

TEST(Layout, keeps_a_fork_and_its_join_together_where_it_breaks) {
  std::string layers;
  for (int i = 1; i <= 40; ++i) {
    const std::string n = std::to_string(i);
    layers += "a: { Dense(" + n + ") } b: { Dense(" + n + ") ReLU() } Add() ";
  }
  EXPECT_EQ(faults_text(drawing_of(layers)), "");
}

TEST(Layout, holds_titles_of_any_length) {
  const Network network("Dense(3)");
  const Drawing drawing = layout_of(scene_of(network.structure, {}), std::string(2000, 'W'), "");
  EXPECT_LE(drawing.width, 800);
  EXPECT_TRUE(drawing.titles.front().text.ends_with("…"));
}

TEST(Layout, draws_a_graph_that_is_no_fork_and_join_with_lines_at_its_side) {
  model::Model model = model::testing::model_of(
      "Dense(4) a: { Dense(4) } b: { } Add() c: { ReLU() } d: { } Add() Output(1)", "(4)", "loss: mse");
  model.layers[4].inputs[1].index = 2;  // the second Add takes what is inside the first fork
  const Network network(std::move(model));
  ASSERT_TRUE(network.structure.is_tangled);
  const Drawing drawing = drawing_of(network);
  EXPECT_EQ(faults_text(drawing), "");
  const Px right = drawing.boxes.front().rect.right();
  const auto is_beside = [&](const Line& line) { return line.points[1].x > right; };
  EXPECT_EQ(std::count_if(drawing.lines.begin(), drawing.lines.end(), is_beside), 2)
      << "past the second Dense, and past the first Add and ReLU";
}

TEST(Layout, is_sound_for_every_valid_program) {
  std::size_t networks = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(NEURAL_SOURCE_DIR) / "tests/programs/valid")) {
    if (entry.path().extension() == ".json") continue;
    model::testing::Checked checked(read_file(entry.path()).value());
    for (auto& model : checked.models) {
      if (!model) continue;
      ++networks;
      const Network network(std::move(*model));
      EXPECT_EQ(faults_text(drawing_of(network)), "") << entry.path();
      if (network.model.layers.size() < 500) {
        EXPECT_EQ(faults_text(drawing_of(network, {.all = true})), "") << entry.path() << " with all layers";
      }
    }
  }
  EXPECT_GT(networks, 150U);
}

/// Two cards with a line between them in a frame, and a label beside it.
Drawing sound_drawing() {
  Drawing drawing{.width = 400, .height = 400};
  drawing.frames.push_back(
      {.rect = {5, 5, 200, 200}, .head = 30, .tooltip = {}, .texts = {{.at = {10, 25}, .text = "Block"}}});
  drawing.boxes.push_back({.rect = {20, 50, 100, 40}, .tooltip = {}, .texts = {{.at = {25, 70}, .text = "Dense"}}});
  drawing.boxes.push_back({.rect = {20, 120, 100, 40}, .tooltip = {}, .texts = {}});
  drawing.lines.push_back({{{70, 90}, {70, 120}}, true});
  drawing.labels.push_back({.at = {220, 60}, .text = "projected"});
  return drawing;
}

TEST(Faults, are_found) {
  struct Fault {
    std::string_view told;
    void (*plant)(Drawing&);
  };
  const std::vector<Fault> faults = {
      {"a card outside", [](Drawing& drawing) { drawing.width = 90; }},
      {"`Dense` leaves its card", [](Drawing& drawing) { drawing.boxes[0].texts[0].at.x = 110; }},
      {"cards overlap", [](Drawing& drawing) { drawing.boxes[1].rect.y = 80; }},
      {"a frame outside", [](Drawing& drawing) { drawing.frames[0].rect.width = 500; }},
      {"`Block` leaves the head of its frame", [](Drawing& drawing) { drawing.frames[0].texts[0].at.y = 40; }},
      {"a card across a frame", [](Drawing& drawing) { drawing.frames[0].rect.width = 100; }},
      {"a card over the head of a frame", [](Drawing& drawing) { drawing.frames[0].head = 60; }},
      {"a card under a badge: × 3",
       [](Drawing& drawing) {
         drawing.frames[0].is_repeat = true;
         drawing.frames[0].badge = {100, 40, 60, 20};
         drawing.frames[0].badge_text.text = "× 3";
       }},
      {"frames overlap",
       [](Drawing& drawing) { drawing.frames.push_back({.rect = {150, 170, 100, 100}, .tooltip = {}, .texts = {}}); }},
      {"a line begins nowhere", [](Drawing& drawing) { drawing.lines[0].points[0].y = 100; }},
      {"a line ends nowhere", [](Drawing& drawing) { drawing.lines[0].points[1].y = 110; }},
      {"a line is askew", [](Drawing& drawing) { drawing.lines[0].points[1].x = 80; }},
      {"a line outside", [](Drawing& drawing) { drawing.lines.push_back({{{120, 60}, {410, 60}}, false}); }},
      {"a line through a card", [](Drawing& drawing) { drawing.lines.push_back({{{20, 70}, {120, 70}}, false}); }},
      {"`projected` is outside", [](Drawing& drawing) { drawing.labels[0].at.x = 380; }},
      {"`projected` is over a card", [](Drawing& drawing) { drawing.labels[0].at = {110, 70}; }},
  };
  EXPECT_EQ(faults_text(sound_drawing()), "");
  for (const Fault& fault : faults) {
    Drawing drawing = sound_drawing();
    fault.plant(drawing);
    EXPECT_NE(faults_text(drawing).find(fault.told), std::string::npos) << fault.told << "\n" << faults_text(drawing);
  }
}

}  // namespace
}  // namespace neural::draw
