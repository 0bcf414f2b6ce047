// That it is well-formed is tested with an XML parser, in Python.
#include "neural/describe/testing.hpp"
#include "neural/draw/draw.hpp"
#include "neural/draw/drawing.hpp"

namespace neural::draw {
namespace {

using describe::testing::Network;

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t i = text.find(what); i != std::string_view::npos; i = text.find(what, i + 1)) ++found;
  return found;
}

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST(Svg, has_a_size_a_title_and_a_group_for_each_card) {
  const Network network("Dense(3, activation=relu)");
  const std::string svg = as_svg(network.outline, {});
  EXPECT_EQ(svg.find("<svg xmlns=\"http://www.w3.org/2000/svg\" width="), 0U);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_TRUE(has(svg, "<title>N</title>"));
  // 5 · 3 + 4 parameters; 2 · 4 · 3 + 3 + 3 and 2 · 3 + 1 operations.
  EXPECT_TRUE(has(svg, ">2 layers · 19 parameters, 19 trained · 37 FLOPs · at least "));
  EXPECT_EQ(count(svg, "<g><title>"), 3U);
  EXPECT_EQ(count(svg, "</g>"), 3U);
  EXPECT_EQ(count(svg, "class=\"line to\""), 2U);
  EXPECT_TRUE(has(svg, ">(3,)</text>"));
}

TEST(Svg, writes_a_line_by_its_turns) {
  Drawing drawing{.width = 100, .height = 100};
  drawing.lines.push_back({{{10, 10}, {10, 20}, {50, 20}, {50, 40}}, true});
  drawing.lines.push_back({{{10, 60}, {90, 60}}, false});
  const std::string svg = svg_of(drawing);
  EXPECT_TRUE(has(svg, "<path class=\"line to\" d=\"M10 10V20H50V40\"/>"));
  EXPECT_TRUE(has(svg, "<path class=\"line\" d=\"M10 60H90\"/>"));
}

TEST(Svg, writes_names_as_text_whatever_they_hold) {
  const Network network("Dense(3, name=\"</text><script>alert('&amp;')\")");
  const std::string svg = as_svg(network.outline, {});
  EXPECT_FALSE(has(svg, "<script"));
  EXPECT_TRUE(has(svg, "&lt;/text&gt;&lt;script&gt;alert('&amp;amp;')"));
}

TEST(Svg, stays_small_for_a_hundred_thousand_equal_layers) {
  const Network network("Dense(4)*100000");
  const std::string svg = as_svg(network.outline, {});
  EXPECT_LT(svg.size(), 8000U);
  EXPECT_TRUE(has(svg, ">× 100,000</text>"));
}

}  // namespace
}  // namespace neural::draw
