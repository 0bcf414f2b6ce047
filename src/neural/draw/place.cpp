#include "neural/draw/place.hpp"

#include <utility>

namespace neural::draw {
namespace {

/// Two texts at the ends of one line; the first is cut before the second.
void add_pair(const Rect& rect, Px baseline, Text start, Text end, std::vector<Text>& texts) {
  const Px room = rect.width - 2 * kCardPadding;
  end.text = fitted(end.text, end.size, end.is_bold, room * 3 / 5);
  const Px taken = end.text.empty() ? 0 : text_width(end.text, end.size, end.is_bold) + kBetweenTexts;
  start.text = fitted(start.text, start.size, start.is_bold, room - taken);
  start.at = {rect.x + kCardPadding, rect.y + baseline};
  end.at = {rect.right() - kCardPadding, rect.y + baseline};
  end.anchor = Anchor::kEnd;
  texts.push_back(std::move(start));
  if (!end.text.empty()) texts.push_back(std::move(end));
}

std::vector<Text> card_texts(const Card& card, const Rect& rect) {
  std::vector<Text> texts;
  add_pair(rect, 20, {.size = kBodySize, .is_bold = true, .text = card.title}, {.size = kBodySize, .text = card.shape},
           texts);
  add_pair(rect, 36, {.size = kSmallSize, .is_muted = true, .text = card.name},
           {.size = kSmallSize, .is_muted = true, .text = card.amount}, texts);
  return texts;
}

class Placer {
 public:
  explicit Placer(Drawing& drawing) : drawing_(drawing) {}

  Px place(const MeasuredColumn& column, std::size_t begin, std::size_t end, Point at, bool is_fed) {
    std::vector<Rect> places;
    for (std::size_t i = begin; i < end; ++i) {
      const MeasuredItem& item = column.items[i];
      if (i > begin) {
        const Px gap = gap_between(*column.items[i - 1].item, *item.item);
        if (gap > 0 && !column.column->is_tangled) draw({at, {at.x, at.y + gap}}, true);
        at.y += gap;
      }
      places.push_back({at.x - item.extent.left, at.y, item.extent.width(), item.extent.height});
      place(item, {at.x, places.back(), is_fed || i > begin});
      at.y += item.extent.height;
    }
    if (column.column->is_tangled) place_edges(column, places, at.x);
    return at.y;
  }

 private:
  /// Where an item goes.
  struct Spot {
    Px axis;
    Rect rect;
    bool is_fed;  ///< by a line that ends at the axis and the top of the place
  };

  void draw(std::vector<Point> points, bool has_arrow) { drawing_.lines.push_back({std::move(points), has_arrow}); }

  void place(const MeasuredItem& item, const Spot& spot) {
    switch (item.item->kind) {
      case Item::Kind::kCard:
        return place_card(item.item->card, spot.rect);
      case Item::Kind::kGap:
        return place_gap(item.item->label, spot.rect);
      case Item::Kind::kFork:
        return place_fork(item, spot);
      case Item::Kind::kFrame:
      case Item::Kind::kRepeat:
        return place_frame(item, spot);
    }
  }

  void place_card(const Card& card, const Rect& rect) {
    drawing_.boxes.push_back(
        {.rect = rect, .family = card.family, .tooltip = card.tooltip, .texts = card_texts(card, rect)});
  }

  void place_gap(const std::string& label, const Rect& rect) {
    Text text{.at = {rect.x + rect.width / 2, rect.y + 17},
              .anchor = Anchor::kMiddle,
              .size = kSmallSize,
              .is_bold = true,
              .is_muted = true,
              .text = fitted(label, kSmallSize, true, rect.width - 2 * kCardPadding)};
    drawing_.boxes.push_back({.rect = rect, .is_gap = true, .tooltip = label, .texts = {std::move(text)}});
  }

  void place_fork(const MeasuredItem& fork, const Spot& spot) {
    Px left = spot.rect.x;
    const Px top = spot.rect.y + kForkGap;
    for (const MeasuredColumn& column : fork.columns) {
      const Px axis = left + column.extent.left;
      const bool enters_card = !column.items.empty() && !is_fork(*column.items.front().item);
      if (spot.is_fed) turn({spot.axis, spot.rect.y}, {axis, top}, top - kForkGap / 2, enters_card);
      const Px end = place(column, 0, column.items.size(), {axis, top}, spot.is_fed);
      turn({axis, end}, {spot.axis, spot.rect.bottom()}, spot.rect.bottom() - kForkGap / 2, true);
      left += column.extent.width() + kBetweenColumns;
    }
  }

  /// Down, at `turn` to the side, and down again.
  void turn(Point from, Point to, Px turn, bool has_arrow) {
    if (from.x == to.x) return draw({from, to}, has_arrow);
    draw({from, {from.x, turn}, {to.x, turn}, to}, has_arrow);
  }

  void place_frame(const MeasuredItem& item, const Spot& spot) {
    const Item& what = *item.item;
    const bool is_repeat = what.kind == Item::Kind::kRepeat;
    Frame frame{.rect = spot.rect, .is_repeat = is_repeat, .family = what.card.family};
    frame.head = head_height(what);
    frame.tooltip = is_repeat ? what.label : what.card.tooltip;
    if (is_repeat) {
      add_badge(what.label, frame);
    } else {
      frame.texts = card_texts(what.card, {spot.rect.x, spot.rect.y, spot.rect.width, kFrameHead});
    }
    const Px head = spot.rect.y + frame.head;
    drawing_.frames.push_back(std::move(frame));
    const MeasuredColumn& column = item.columns.front();
    const Point top = {spot.axis, head + kArrow};
    if (spot.is_fed) {
      draw({{spot.axis, is_repeat ? spot.rect.y : head}, top}, !is_fork(*column.items.front().item));
    }
    const Px end = place(column, 0, column.items.size(), top, spot.is_fed);
    if (what.has_shortcut) return place_shortcut(what, column, spot, head, end);
    draw({{spot.axis, end}, {spot.axis, spot.rect.bottom()}}, false);
  }

  static void add_badge(const std::string& label, Frame& frame) {
    const Px width = label_width(label);
    frame.badge = {frame.rect.right() - width - kCardPadding, frame.rect.y - kBadgeHeight / 2, width, kBadgeHeight};
    frame.badge_text = {.at = {frame.badge.x + width / 2, frame.badge.y + 14},
                        .anchor = Anchor::kMiddle,
                        .size = kSmallSize,
                        .is_bold = true,
                        .text = label};
  }

  /// Past the column on its right, into a sum below it.
  void place_shortcut(const Item& what, const MeasuredColumn& column, const Spot& spot, Px head, Px end) {
    const Px axis = spot.axis;
    const Px lane = axis + column.extent.right + kLane;
    const Px leaves = head + kArrow / 3;
    const Px sum = end + kForkGap + kSumRadius;
    draw({{axis, end}, {axis, sum - kSumRadius}}, true);
    draw({{axis, leaves}, {lane, leaves}, {lane, sum}, {axis + kSumRadius, sum}}, true);
    draw({{axis, sum + kSumRadius}, {axis, spot.rect.bottom()}}, false);
    drawing_.sums.push_back({axis, sum});
    if (what.label.empty()) return;
    drawing_.labels.push_back({.at = {lane + kLane / 2, head + kArrow + kCardHeight / 2},
                               .size = kSmallSize,
                               .is_muted = true,
                               .text = what.label});
  }

  /// Each from the side of an item, along a lane beside the column, to the side of another; straight to the next one.
  /// What the column gets comes in above the first.
  void place_edges(const MeasuredColumn& column, const std::vector<Rect>& places, Px axis) {
    const std::size_t lanes = lanes_of(*column.column);
    const Px side = axis + column.extent.right - static_cast<Px>(lanes) * kLane;
    std::size_t lane = 0;
    for (const auto& [from, to] : column.column->edges) {
      const Rect& below = places[static_cast<std::size_t>(to)];
      const bool is_outside = from < 0;
      const Rect above = is_outside ? Rect{axis, below.y - kArrow} : places[static_cast<std::size_t>(from)];
      if (to == from + 1) {
        draw({{axis, above.bottom()}, {axis, below.y}}, true);
        continue;
      }
      const Px begin = is_outside ? places.front().y - kLane : above.bottom() - kLane;
      const Px out = is_outside ? axis : above.right();
      const Px x = side + static_cast<Px>(lane++ % lanes) * kLane;
      const Px end = below.y + below.height / 3;
      draw({{out, begin}, {x, begin}, {x, end}, {below.right(), end}}, true);
    }
  }

  Drawing& drawing_;
};

}  // namespace

Px place(const MeasuredColumn& column, std::size_t begin, std::size_t end, Point at, bool is_fed, Drawing& drawing) {
  return Placer(drawing).place(column, begin, end, at, is_fed);
}

}  // namespace neural::draw
