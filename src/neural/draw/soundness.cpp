#include "neural/draw/soundness.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace neural::draw {
namespace {

std::string text_of(const Rect& rect) {
  return fmt::format("({}, {}, {} × {})", rect.x, rect.y, rect.width, rect.height);
}

bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

bool contains(const Rect& outer, const Rect& inner) {
  return outer.x <= inner.x && outer.y <= inner.y && inner.right() <= outer.right() && inner.bottom() <= outer.bottom();
}

bool is_on_border(Point at, const Rect& rect) {
  const bool is_within = rect.x <= at.x && at.x <= rect.right() && rect.y <= at.y && at.y <= rect.bottom();
  const bool is_inside = rect.x < at.x && at.x < rect.right() && rect.y < at.y && at.y < rect.bottom();
  return is_within && !is_inside;
}

bool is_on_segment(Point at, Point from, Point to) {
  const auto [left, right] = std::minmax(from.x, to.x);
  const auto [top, bottom] = std::minmax(from.y, to.y);
  const bool is_on_axis = from.x == to.x ? at.x == from.x : at.y == from.y;
  return is_on_axis && left <= at.x && at.x <= right && top <= at.y && at.y <= bottom;
}

bool is_on_line(Point at, const Line& line) {
  for (std::size_t i = 1; i < line.points.size(); ++i) {
    if (is_on_segment(at, line.points[i - 1], line.points[i])) return true;
  }
  return false;
}

/// The inside of a box that a segment may not enter.
bool enters(Point from, Point to, const Rect& rect) {
  const auto [left, right] = std::minmax(from.x, to.x);
  const auto [top, bottom] = std::minmax(from.y, to.y);
  return left < rect.right() && right > rect.x && top < rect.bottom() && bottom > rect.y;
}

Rect extent_of(const Text& text) {
  const Px width = text_width(text.text, text.size, text.is_bold);
  Px x = text.at.x;
  if (text.anchor == Anchor::kEnd) x -= width;
  if (text.anchor == Anchor::kMiddle) x -= width / 2;
  return {x, text.at.y - text.size, width, text.size};
}

class Inspector {
 public:
  explicit Inspector(const Drawing& drawing) : drawing_(drawing) {}

  std::vector<std::string> faults() {
    look_at_boxes();
    look_at_frames();
    for (const Line& line : drawing_.lines) look_at(line);
    for (const Text& label : drawing_.labels) look_at_label(label);
    return std::move(faults_);
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    faults_.push_back(fmt::format(format, std::forward<Values>(values)...));
  }

  bool is_in_drawing(const Rect& rect) const { return contains({0, 0, drawing_.width, drawing_.height}, rect); }

  void look_at_boxes() {
    for (std::size_t i = 0; i < drawing_.boxes.size(); ++i) {
      const Box& box = drawing_.boxes[i];
      if (!is_in_drawing(box.rect)) add("a card outside: {}", text_of(box.rect));
      for (const Text& text : box.texts) {
        if (!contains(box.rect, extent_of(text))) add("`{}` leaves its card", text.text);
      }
      for (std::size_t k = 0; k < i; ++k) {
        if (overlap(box.rect, drawing_.boxes[k].rect)) add("cards overlap: {} {}", i, k);
      }
    }
  }

  void look_at_frames() {
    for (std::size_t i = 0; i < drawing_.frames.size(); ++i) {
      const Frame& frame = drawing_.frames[i];
      const Rect head = {frame.rect.x, frame.rect.y, frame.rect.width, frame.head};
      if (!is_in_drawing(frame.rect)) add("a frame outside: {}", text_of(frame.rect));
      for (const Text& text : frame.texts) {
        if (!contains(head, extent_of(text))) add("`{}` leaves the head of its frame", text.text);
      }
      for (const Box& box : drawing_.boxes) {
        if (overlap(frame.rect, box.rect) && !contains(frame.rect, box.rect)) add("a card across a frame");
        if (overlap(head, box.rect)) add("a card over the head of a frame");
        if (frame.is_repeat && overlap(frame.badge, box.rect)) add("a card under a badge: {}", frame.badge_text.text);
      }
      for (std::size_t k = 0; k < i; ++k) {
        const Rect& other = drawing_.frames[k].rect;
        const bool is_nested = contains(frame.rect, other) || contains(other, frame.rect);
        if (overlap(frame.rect, other) && !is_nested) add("frames overlap: {} {}", i, k);
      }
    }
  }

  /// A border of a card or frame, the bottom of a head, the circle of a sum.
  bool is_at_shape(Point at) const {
    const auto has = [&](const auto& all, const auto& rect_of) {
      return std::any_of(all.begin(), all.end(), [&](const auto& each) { return is_on_border(at, rect_of(each)); });
    };
    return has(drawing_.boxes, [](const Box& box) { return box.rect; }) ||
           has(drawing_.frames, [](const Frame& frame) { return frame.rect; }) ||
           has(drawing_.frames,
               [](const Frame& frame) { return Rect{frame.rect.x, frame.rect.y, frame.rect.width, frame.head}; }) ||
           has(drawing_.sums, [](const Point& sum) {
             return Rect{sum.x - kSumRadius, sum.y - kSumRadius, 2 * kSumRadius, 2 * kSumRadius};
           });
  }

  bool is_at_other_line(Point at, const Line& line) const {
    return std::any_of(drawing_.lines.begin(), drawing_.lines.end(),
                       [&](const Line& other) { return &other != &line && is_on_line(at, other); });
  }

  void look_at(const Line& line) {
    const Point first = line.points.front();
    const Point last = line.points.back();
    if (!is_at_shape(first) && !is_at_other_line(first, line)) add("a line begins nowhere: {}, {}", first.x, first.y);
    if (!is_at_shape(last) && (line.has_arrow || !is_at_other_line(last, line))) {
      add("a line ends nowhere: {}, {}", last.x, last.y);
    }
    for (std::size_t i = 1; i < line.points.size(); ++i) {
      const Point from = line.points[i - 1];
      const Point to = line.points[i];
      if (from.x != to.x && from.y != to.y) add("a line is askew");
      if (!is_in_drawing({from.x, from.y}) || !is_in_drawing({to.x, to.y})) add("a line outside");
      for (const Box& box : drawing_.boxes) {
        if (enters(from, to, box.rect)) add("a line through a card: {}", text_of(box.rect));
      }
    }
  }

  void look_at_label(const Text& label) {
    const Rect rect = extent_of(label);
    if (!is_in_drawing(rect)) add("`{}` is outside", label.text);
    for (const Box& box : drawing_.boxes) {
      if (overlap(rect, box.rect)) add("`{}` is over a card", label.text);
    }
  }

  const Drawing& drawing_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> faults_of(const Drawing& drawing) {
  return Inspector(drawing).faults();
}

}  // namespace neural::draw
