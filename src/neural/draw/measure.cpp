#include "neural/draw/measure.hpp"

#include <cstdlib>

namespace neural::draw {
namespace {

Extent centred(Px width, Px height) {
  return {(width + 1) / 2, (width + 1) / 2, height};
}

Px card_width(const Card& card) {
  const Px upper = text_width(card.title, kBodySize, true) + kBetweenTexts + text_width(card.shape, kBodySize, false);
  const Px amount = card.amount.empty() ? 0 : kBetweenTexts + text_width(card.amount, kSmallSize, false);
  const Px lower = text_width(card.name, kSmallSize, false) + amount;
  return std::clamp(std::max(upper, lower) + 2 * kCardPadding, kNarrowestCard, kWidestCard);
}

/// Of the cards and gaps of a column.
Px card_width(const Column& column) {
  Px width = 0;
  for (const Item& item : column.items) {
    if (item.kind == Item::Kind::kCard) width = std::max(width, card_width(item.card));
    if (item.kind == Item::Kind::kGap) width = std::max(width, std::min(label_width(item.label), kWidestCard));
  }
  return width;
}

/// The column with what is at its sides: the head of the frame is as wide as its card.
Extent frame_extent(const Item& item, Extent extent) {
  if (item.has_shortcut) {
    extent.right += 2 * kLane + text_width(item.label, kSmallSize, false);
    extent.height += kForkGap + 2 * kSumRadius;
  }
  extent.left += kFramePadding;
  extent.right += kFramePadding;
  const bool is_repeat = item.kind == Item::Kind::kRepeat;
  const Px least = is_repeat ? label_width(item.label) + 4 * kFramePadding : card_width(item.card);
  const Px missing = std::max<Px>(0, least - extent.width());
  extent.left += (missing + 1) / 2;
  extent.right += (missing + 1) / 2;
  extent.height += head_height(item) + kArrow + kFramePadding;
  return extent;
}

/// The axis of a column that is close to this one, so that the line between them is straight; else this one.
Px near_axis(const std::vector<MeasuredColumn>& columns, Px axis) {
  Px left = 0;
  for (const MeasuredColumn& column : columns) {
    const Px own = left + column.extent.left;
    if (std::abs(own - axis) <= kNear) return own;
    left += column.extent.width() + kBetweenColumns;
  }
  return axis;
}

Extent fork_extent(const std::vector<MeasuredColumn>& columns) {
  Px width = 0;
  Px height = 0;
  for (const MeasuredColumn& column : columns) {
    width += column.extent.width() + (width > 0 ? kBetweenColumns : 0);
    height = std::max(height, column.extent.height);
  }
  // The axis stands halfway between those of the outer columns, which looks centred where they are equal.
  const Px first = columns.front().extent.left;
  const Px last = width - columns.back().extent.right;
  const Px axis = near_axis(columns, (first + last) / 2);
  return {axis, width - axis, height + 2 * kForkGap};
}

/// `width` is that of a card.
MeasuredItem measure(const Item& item, Px width) {
  MeasuredItem measured{.item = &item};
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

}  // namespace

Px label_width(std::string_view label) {
  return text_width(label, kSmallSize, true) + 2 * kCardPadding;
}

std::size_t lanes_of(const Column& column) {
  constexpr std::size_t kMostLanes = 24;
  return std::min(kMostLanes, column.edges.size());
}

MeasuredColumn measure(const Column& column) {
  MeasuredColumn measured{.column = &column};
  const Px width = card_width(column);
  measured.items.reserve(column.items.size());
  for (const Item& item : column.items) measured.items.push_back(measure(item, width));
  measured.extent = column.items.empty() ? centred(2 * kLane, 0) : extent_of(measured, 0, measured.items.size());
  return measured;
}

Extent extent_of(const MeasuredColumn& column, std::size_t begin, std::size_t end) {
  Extent extent;
  for (std::size_t i = begin; i < end; ++i) {
    const MeasuredItem& item = column.items[i];
    if (i > begin) extent.height += gap_between(*column.items[i - 1].item, *item.item);
    extent.height += item.extent.height;
    extent.widen(item.extent);
  }
  if (column.column->is_tangled) extent.right += static_cast<Px>(lanes_of(*column.column) + 1) * kLane;
  return extent;
}

}  // namespace neural::draw
