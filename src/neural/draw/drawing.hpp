// A drawing with every place decided, in pixels from the top left corner.
#pragma once

#include <string>
#include <vector>

#include "neural/draw/metrics.hpp"
#include "neural/draw/scene.hpp"

namespace neural::draw {

struct Point {
  Px x = 0;
  Px y = 0;
};

struct Rect {
  Px x = 0;
  Px y = 0;
  Px width = 0;
  Px height = 0;

  Px right() const { return x + width; }
  Px bottom() const { return y + height; }
};

enum class Anchor { kStart, kMiddle, kEnd };

struct Text {
  Point at = {};  ///< the anchor, on the baseline
  Anchor anchor = Anchor::kStart;
  Px size = 12;
  bool is_bold = false;
  bool is_muted = false;
  std::string text = {};
};

/// A card or a gap.
struct Box {
  Rect rect;
  Family family = Family::kShape;
  bool is_gap = false;
  std::string tooltip;
  std::vector<Text> texts;
};

struct Frame {
  Rect rect;
  bool is_repeat = false;
  Family family = Family::kBlock;
  Px head = 0;  ///< height of the part at the top with the texts
  std::string tooltip;
  std::vector<Text> texts;
  Rect badge = {};  ///< of a repeat, around `badge_text`
  Text badge_text = {};
};

struct Line {
  std::vector<Point> points;  ///< of a path that turns at right angles
  bool has_arrow = false;     ///< at its last point
};

struct Drawing {
  Px width = 0;
  Px height = 0;
  std::vector<Text> titles;
  std::vector<Frame> frames;  ///< outer ones before those in them
  std::vector<Line> lines;
  std::vector<Box> boxes;
  std::vector<Point> sums;  ///< centres of the circles in which a shortcut joins
  std::vector<Text> labels;
};

/// Places a scene below a title, which is cut where it is long, and a short subtitle. A column that would be much too
/// tall is broken into several. Linear.
Drawing layout_of(const Column& scene, std::string_view title, std::string_view subtitle);

/// As a document of its own, with a background of its own; well-formed whatever the texts hold.
std::string svg_of(const Drawing& drawing);

}  // namespace neural::draw
