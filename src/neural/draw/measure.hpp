// How much room each part of a scene takes, from the inside out.
#pragma once

#include <algorithm>
#include <vector>

#include "neural/draw/metrics.hpp"
#include "neural/draw/scene.hpp"

namespace neural::draw {

/// How far something reaches from its axis, on which lines enter and leave it.
struct Extent {
  Px left = 0;
  Px right = 0;
  Px height = 0;

  Px width() const { return left + right; }
  void widen(const Extent& other) {
    left = std::max(left, other.left);
    right = std::max(right, other.right);
  }
};

struct MeasuredItem;

/// Both point into the scene, which outlives them.
struct MeasuredColumn {
  const Column* column = nullptr;
  std::vector<MeasuredItem> items;
  Extent extent;
};

struct MeasuredItem {
  const Item* item = nullptr;
  Extent extent;
  std::vector<MeasuredColumn> columns;
};

/// Linear. The cards of a column are equally wide.
MeasuredColumn measure(const Column& column);

/// The items [begin, end) of a column alone.
Extent extent_of(const MeasuredColumn& column, std::size_t begin, std::size_t end);

inline bool is_fork(const Item& item) {
  return item.kind == Item::Kind::kFork;
}

/// The gap between an item and the next: a fork keeps its own.
inline Px gap_between(const Item& above, const Item& below) {
  return is_fork(above) || is_fork(below) ? 0 : kArrow;
}

/// Of the part of a frame above its column: room for the texts, or for the lower half of the badge of a repeat.
inline Px head_height(const Item& frame) {
  return frame.kind == Item::Kind::kRepeat ? kBadgeHeight / 2 : kFrameHead;
}

/// Of a label with room around it.
Px label_width(std::string_view label);

/// Lanes of the lines beside a tangled column.
std::size_t lanes_of(const Column& column);

}  // namespace neural::draw
