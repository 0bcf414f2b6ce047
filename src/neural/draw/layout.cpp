#include <fmt/format.h>

#include <algorithm>

#include "neural/draw/drawing.hpp"

namespace neural::draw {
namespace {

constexpr Px kMargin = 28;
constexpr Px kCardHeight = 46;
constexpr Px kGapHeight = 26;
constexpr Px kNarrowestCard = 150;
constexpr Px kWidestCard = 330;
constexpr Px kCardPadding = 12;   ///< at both sides of the text
constexpr Px kBetweenTexts = 16;  ///< at least, on one line of a card
constexpr Px kArrow = 24;         ///< from a card to the next
constexpr Px kForkGap = 34;       ///< where lines part or join
constexpr Px kBetweenColumns = 28;
constexpr Px kLane = 12;          ///< from a line beside cards to them
constexpr Px kFramePadding = 18;
constexpr Px kFrameHead = 44;
constexpr Px kBadgeHeight = 20;
constexpr Px kTallest = 1700;     ///< of one column of the whole
constexpr Px kGutter = 64;        ///< between the parts of a broken column
constexpr Px kTitleSize = 18;
constexpr Px kBodySize = 13;
constexpr Px kSmallSize = 11;
constexpr std::ptrdiff_t kLanes = 24;

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

Extent centred(Px width, Px height) {
  return {(width + 1) / 2, (width + 1) / 2, height};
}

Px card_width(const Card& card) {
  const Px upper = text_width(card.title, kBodySize, true) + kBetweenTexts + text_width(card.shape, kBodySize, false);
  const Px amount = card.amount.empty() ? 0 : kBetweenTexts + text_width(card.amount, kSmallSize, false);
  const Px lower = text_width(card.name, kSmallSize, false) + amount;
  return std::clamp(std::max(upper, lower) + 2 * kCardPadding, kNarrowestCard, kWidestCard);
}

Px label_width(std::string_view label) {
  return text_width(label, kSmallSize, true) + 2 * kCardPadding;
}

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
  add_pair(rect, 20, {.size = kBodySize, .is_bold = true, .text = card.title}, {.size = kBodySize, .text = card.shape}, texts);
  add_pair(rect, 36, {.size = kSmallSize, .is_muted = true, .text = card.name},
           {.size = kSmallSize, .is_muted = true, .text = card.amount}, texts);
  return texts;
}

/// A scene with its extents, measured once from the inside out.
struct Measured {
  const Item* item = nullptr;
  Extent extent;
  Px card_width = 0;  ///< of a card or gap: that of all in its column
  struct Row {
    std::vector<Measured> items;
    Extent extent;
    bool is_tangled = false;
    const Column* column = nullptr;
  };
  std::vector<Row> columns;
};

bool is_fork(const Item& item) {
  return item.kind == Item::Kind::kFork;
}

/// The gap between an item and the next: a fork keeps its own.
Px gap_between(const Item& above, const Item& below) {
  return is_fork(above) || is_fork(below) ? 0 : kArrow;
}

Measured measure(const Item& item, Px card_width);

Measured::Row measure(const Column& column) {
  Measured::Row row{.is_tangled = column.is_tangled, .column = &column};
  Px width = 0;
  for (const Item& item : column.items) {
    if (item.kind == Item::Kind::kCard) width = std::max(width, card_width(item.card));
    if (item.kind == Item::Kind::kGap) width = std::max(width, std::min(label_width(item.label), kWidestCard));
  }
  row.items.reserve(column.items.size());
  row.extent = centred(column.items.empty() ? 2 * kLane : 0, 0);
  for (const Item& item : column.items) {
    if (!row.items.empty()) row.extent.height += gap_between(*row.items.back().item, item);
    row.items.push_back(measure(item, width));
    row.extent.widen(row.items.back().extent);
    row.extent.height += row.items.back().extent.height;
  }
  if (row.is_tangled) {
    const auto lanes = std::min(kLanes, static_cast<std::ptrdiff_t>(column.edges.size()));
    row.extent.right += static_cast<Px>(lanes + 1) * kLane;
  }
  return row;
}

/// The column with what is at its sides: the head of the frame is as wide as its card.
Extent frame_extent(const Item& item, const Extent& inside) {
  Extent extent = inside;
  if (item.has_shortcut) {
    extent.right += 2 * kLane + text_width(item.label, kSmallSize, false);
    extent.height += kForkGap + 2 * kSumRadius;
  }
  extent.left += kFramePadding;
  extent.right += kFramePadding;
  Px head = kBadgeHeight / 2;
  Px least = label_width(item.label) + 4 * kFramePadding;
  if (item.kind == Item::Kind::kFrame) {
    head = kFrameHead;
    least = card_width(item.card) + (item.has_shortcut ? 0 : label_width(item.label));
  }
  if (extent.width() < least) {
    const Px more = (least - extent.width() + 1) / 2;
    extent.left += more;
    extent.right += more;
  }
  extent.height += head + kArrow + kFramePadding;
  return extent;
}

Extent fork_extent(const std::vector<Measured::Row>& columns) {
  Px width = 0;
  Px height = 0;
  for (const Measured::Row& column : columns) {
    width += column.extent.width() + (width > 0 ? kBetweenColumns : 0);
    height = std::max(height, column.extent.height);
  }
  // The axis stands halfway between those of the outer columns, which looks centred where they are equal.
  const Px first = columns.front().extent.left;
  const Px last = width - columns.back().extent.right;
  const Px axis = (first + last) / 2;
  return {axis, width - axis, height + 2 * kForkGap};
}

Measured measure(const Item& item, Px width) {
  Measured measured{.item = &item, .card_width = width};
  for (const Column& column : item.columns) measured.columns.push_back(measure(column));
  switch (item.kind) {
    case Item::Kind::kCard:
      measured.extent = centred(width, kCardHeight);
      break;
    case Item::Kind::kGap:
      measured.extent = centred(width, kGapHeight);
      break;
    case Item::Kind::kFork:
      measured.extent = fork_extent(measured.columns);
      break;
    case Item::Kind::kFrame:
    case Item::Kind::kRepeat:
      measured.extent = frame_extent(item, measured.columns.front().extent);
      break;
  }
  return measured;
}

class Placer {
 public:
  explicit Placer(Drawing& drawing) : drawing_(drawing) {}

  /// The items of a column from `top` on, on one axis; the place below the last.
  Px place(const Measured::Row& row, std::size_t begin, std::size_t end, Px axis, Px top, std::size_t depth) {
    std::vector<Rect> places;
    for (std::size_t i = begin; i < end; ++i) {
      const Measured& item = row.items[i];
      if (i > begin) {
        const Px next = top + gap_between(*row.items[i - 1].item, *item.item);
        if (next > top && !row.is_tangled) draw({{axis, top}, {axis, next}}, true);
        top = next;
      }
      places.push_back({axis - item.extent.left, top, item.extent.width(), item.extent.height});
      place(item, axis, top, depth, i > begin || top_is_fed_);
      top += item.extent.height;
    }
    if (row.is_tangled) place_edges(row, places, axis);
    return top;
  }

  void set_fed(bool fed) { top_is_fed_ = fed; }

 private:
  void draw(std::vector<Point> points, bool has_arrow) { drawing_.lines.push_back({std::move(points), has_arrow}); }

  void place(const Measured& item, Px axis, Px top, std::size_t depth, bool is_fed) {
    const Rect rect{axis - item.extent.left, top, item.extent.width(), item.extent.height};
    switch (item.item->kind) {
      case Item::Kind::kCard:
        drawing_.boxes.push_back({.rect = rect,
                                  .family = item.item->card.family,
                                  .tooltip = item.item->card.tooltip,
                                  .texts = card_texts(item.item->card, rect)});
        return;
      case Item::Kind::kGap:
        place_gap(item, rect);
        return;
      case Item::Kind::kFork:
        place_fork(item, rect, axis, depth, is_fed);
        return;
      case Item::Kind::kFrame:
      case Item::Kind::kRepeat:
        place_frame(item, rect, axis, depth, is_fed);
        return;
    }
  }

  void place_gap(const Measured& item, const Rect& rect) {
    Text text{.at = {rect.x + rect.width / 2, rect.y + 17},
              .anchor = Anchor::kMiddle,
              .size = kSmallSize,
              .is_bold = true,
              .is_muted = true,
              .text = fitted(item.item->label, kSmallSize, true, rect.width - 2 * kCardPadding)};
    drawing_.boxes.push_back({.rect = rect, .is_gap = true, .tooltip = item.item->label, .texts = {std::move(text)}});
  }

  void place_fork(const Measured& fork, const Rect& rect, Px axis, std::size_t depth, bool is_fed) {
    Px left = rect.x;
    for (const Measured::Row& column : fork.columns) {
      const Px at = left + column.extent.left;
      const Px top = rect.y + kForkGap;
      const bool begins_with_fork = !column.items.empty() && is_fork(*column.items.front().item);
      if (is_fed) part(axis, rect.y, at, top, !column.items.empty() && !begins_with_fork);
      const bool was_fed = std::exchange(top_is_fed_, is_fed);
      const Px end = place(column, 0, column.items.size(), at, top, depth);
      top_is_fed_ = was_fed;
      join(at, end, axis, rect.bottom(), fork.columns.size() == 1 || at == axis);
      left += column.extent.width() + kBetweenColumns;
    }
  }

  /// From the axis of a fork to that of a column.
  void part(Px from, Px top, Px to, Px bottom, bool has_arrow) {
    const Px middle = top + (bottom - top) / 2;
    if (from == to) return draw({{from, top}, {to, bottom}}, has_arrow);
    draw({{from, top}, {from, middle}, {to, middle}, {to, bottom}}, has_arrow);
  }

  /// From the end of a column to the item that joins them.
  void join(Px from, Px top, Px to, Px bottom, bool is_straight) {
    const Px middle = bottom - kForkGap / 2;
    if (is_straight || from == to) return draw({{from, top}, {to, bottom}}, true);
    draw({{from, top}, {from, middle}, {to, middle}, {to, bottom}}, true);
  }

  void place_frame(const Measured& item, const Rect& rect, Px axis, std::size_t depth, bool is_fed) {
    const Item& what = *item.item;
    const bool is_repeat = what.kind == Item::Kind::kRepeat;
    Frame frame{.rect = rect,
                .is_repeat = is_repeat,
                .family = what.card.family,
                .depth = depth,
                .head = is_repeat ? kBadgeHeight / 2 : kFrameHead,
                .tooltip = is_repeat ? what.label : what.card.tooltip};
    if (is_repeat) {
      add_badge(what.label, frame);
    } else {
      const Px label = what.label.empty() || what.has_shortcut ? 0 : label_width(what.label);
      frame.texts = card_texts(what.card, {rect.x, rect.y, rect.width - label, kFrameHead});
      if (label > 0) {
        frame.texts.push_back({.at = {rect.right() - kCardPadding, rect.y + 20},
                               .anchor = Anchor::kEnd,
                               .size = kSmallSize,
                               .is_muted = true,
                               .text = what.label});
      }
    }
    const Px head = rect.y + frame.head;
    drawing_.frames.push_back(std::move(frame));
    const Measured::Row& column = item.columns.front();
    const Px top = head + kArrow;
    if (is_fed) draw({{axis, is_repeat ? rect.y : head}, {axis, top}}, !is_fork(*column.items.front().item));
    const bool was_fed = std::exchange(top_is_fed_, is_fed);
    const Px end = place(column, 0, column.items.size(), axis, top, depth + 1);
    top_is_fed_ = was_fed;
    if (!what.has_shortcut) return draw({{axis, end}, {axis, rect.bottom()}}, false);
    place_shortcut(what, column, axis, head, end, rect);
  }

  void add_badge(const std::string& label, Frame& frame) {
    const Px width = label_width(label);
    frame.badge = {frame.rect.right() - width - kCardPadding, frame.rect.y - kBadgeHeight / 2, width, kBadgeHeight};
    frame.badge_text = {.at = {frame.badge.x + width / 2, frame.badge.y + 14},
                        .anchor = Anchor::kMiddle,
                        .size = kSmallSize,
                        .is_bold = true,
                        .text = label};
  }

  /// Past the column on its right, into a sum below it.
  void place_shortcut(const Item& what, const Measured::Row& column, Px axis, Px head, Px end, const Rect& rect) {
    const Px lane = axis + column.extent.right + kLane;
    const Px sum = end + kForkGap + kSumRadius;
    draw({{axis, end}, {axis, sum - kSumRadius}}, true);
    draw({{axis, head + kArrow / 3}, {lane, head + kArrow / 3}, {lane, sum}, {axis + kSumRadius, sum}}, true);
    draw({{axis, sum + kSumRadius}, {axis, rect.bottom()}}, false);
    drawing_.sums.push_back({axis, sum});
    if (what.label.empty()) return;
    drawing_.labels.push_back({.at = {lane + 6, head + kArrow + kCardHeight / 2},
                               .size = kSmallSize,
                               .is_muted = true,
                               .text = what.label});
  }

  /// Each from the side of an item, along a lane of its own, to the side of another.
  void place_edges(const Measured::Row& row, const std::vector<Rect>& places, Px axis) {
    const Px side = axis + row.extent.right - static_cast<Px>(std::min(kLanes, static_cast<std::ptrdiff_t>(row.column->edges.size()))) * kLane;
    std::ptrdiff_t lane = 0;
    for (const auto& [from, to] : row.column->edges) {
      const Rect& below = places[static_cast<std::size_t>(to)];
      if (to == from + 1) {
        draw({{axis, from < 0 ? below.y - kArrow : places[static_cast<std::size_t>(from)].bottom()}, {axis, below.y}}, true);
        continue;
      }
      const Px x = side + static_cast<Px>(lane++ % kLanes) * kLane;
      const Px end = below.y + below.height / 3;
      const Px begin = from < 0 ? places.front().y - kLane : places[static_cast<std::size_t>(from)].bottom() - kLane;
      const Px out = from < 0 ? axis : places[static_cast<std::size_t>(from)].right();
      draw({{out, begin}, {x, begin}, {x, end}, {below.right(), end}}, true);
    }
  }

  Drawing& drawing_;
  bool top_is_fed_ = false;  ///< whether a line comes into the column that is being placed
};

/// Where a column of the whole is broken: places behind which a part ends.
std::vector<std::size_t> breaks_of(const Measured::Row& root) {
  const std::size_t count = root.items.size();
  if (root.extent.height <= kTallest || root.is_tangled) return {count};
  // Parts as tall as makes the whole half as wide again as it is tall.
  const double parts = std::sqrt(1.5 * static_cast<double>(root.extent.height) / static_cast<double>(root.extent.width() + kGutter));
  const Px target = std::max<Px>(kTallest / 2, static_cast<Px>(static_cast<double>(root.extent.height) / std::max(1.0, parts)));
  std::vector<std::size_t> breaks;
  Px height = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool joins = i > 0 && is_fork(*root.items[i - 1].item);
    // A fork goes on into the item that joins it.
    const Px next = root.items[i].extent.height + (is_fork(*root.items[i].item) && i + 1 < count ? root.items[i + 1].extent.height : 0);
    if (height > 0 && !joins && height + next > target) {
      breaks.push_back(i);
      height = 0;
    }
    height += root.items[i].extent.height + kArrow;
  }
  breaks.push_back(count);
  return breaks;
}

Extent extent_of(const Measured::Row& row, std::size_t begin, std::size_t end) {
  Extent extent;
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) extent.height += gap_between(*row.items[i - 1].item, *row.items[i].item);
    extent.height += row.items[i].extent.height;
    extent.widen(row.items[i].extent);
  }
  if (row.is_tangled) extent.widen(row.extent);
  return extent;
}

Px add_titles(std::string_view title, std::string_view subtitle, Px room, Drawing& drawing) {
  drawing.titles.push_back({.at = {kMargin, kMargin + kTitleSize - 2},
                            .size = kTitleSize,
                            .is_bold = true,
                            .text = fitted(title, kTitleSize, true, room)});
  drawing.titles.push_back({.at = {kMargin, kMargin + kTitleSize + 20},
                            .size = kBodySize,
                            .is_muted = true,
                            .text = fitted(subtitle, kBodySize, false, room)});
  return kMargin + kTitleSize + 20 + kMargin;
}

}  // namespace

Drawing layout_of(const Column& scene, std::string_view title, std::string_view subtitle) {
  Drawing drawing;
  const Measured::Row root = measure(scene);
  const std::vector<std::size_t> breaks = breaks_of(root);
  std::vector<Extent> parts;
  Px width = 0;
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    parts.push_back(extent_of(root, i == 0 ? 0 : breaks[i - 1], breaks[i]));
    width += parts.back().width() + (i > 0 ? kGutter : 0);
  }
  const Px title_width = std::min<Px>(720, std::max(text_width(title, kTitleSize, true), text_width(subtitle, kBodySize, false)));
  const Px room = std::max(width, title_width);
  Px top = add_titles(title, subtitle, room, drawing);
  const bool is_broken = breaks.size() > 1;
  if (is_broken) top += kArrow;

  Placer placer(drawing);
  Px left = kMargin + (room - width) / 2;
  if (is_broken) left = kMargin;
  Px bottom = top;
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    const Px axis = left + parts[i].left;
    placer.set_fed(i > 0);
    const Px end = placer.place(root, i == 0 ? 0 : breaks[i - 1], breaks[i], axis, top, 0);
    bottom = std::max(bottom, end);
    if (i + 1 < breaks.size()) {
      const Px gutter = left + parts[i].width() + kGutter / 2;
      const Px next = left + parts[i].width() + kGutter + parts[i + 1].left;
      const bool goes_into_fork = is_fork(*root.items[breaks[i]].item);
      drawing.lines.push_back(
          {{{axis, end}, {axis, end + kArrow}, {gutter, end + kArrow}, {gutter, top - kArrow}, {next, top - kArrow}, {next, top}},
           !goes_into_fork});
      bottom = std::max(bottom, end + kArrow);
    }
    left += parts[i].width() + kGutter;
  }
  drawing.width = room + 2 * kMargin;
  drawing.height = bottom + kMargin;
  return drawing;
}

}  // namespace neural::draw
