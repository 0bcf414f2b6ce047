#include <cmath>

#include "neural/draw/drawing.hpp"
#include "neural/draw/measure.hpp"
#include "neural/draw/place.hpp"

namespace neural::draw {
namespace {

constexpr Px kSubtitleBaseline = kMargin + kTitleSize + 20;

/// Items [begin, end) of the whole, which stand below each other.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  Extent extent;
};

/// Into how many parts a column is broken, so that the whole is about half as wide again as it is tall.
std::size_t part_count(const Extent& whole) {
  if (whole.height <= kTallest) return 1;
  const auto height = static_cast<double>(whole.height);
  const double parts = std::sqrt(1.5 * height / static_cast<double>(whole.width() + kGutter));
  const double most = height / (static_cast<double>(kTallest) / 2);  // none is very short
  return static_cast<std::size_t>(std::max(1.0, std::min(parts, most) + 0.5));
}

/// The items in parts of about the same height. A fork and the item that joins it stay together.
std::vector<Part> even_parts(const MeasuredColumn& root, std::size_t wanted) {
  const std::size_t count = root.items.size();
  const Px height = root.extent.height / static_cast<Px>(wanted);
  std::vector<Part> parts;
  const auto add = [&](std::size_t end) {
    const std::size_t begin = parts.empty() ? 0 : parts.back().end;
    parts.push_back({begin, end, extent_of(root, begin, end)});
  };
  Px filled = 0;
  for (std::size_t i = 0; i < count;) {
    const std::size_t next = i + (is_fork(*root.items[i].item) && i + 1 < count ? 2 : 1);
    const Px taken = extent_of(root, i, next).height + kArrow;
    const bool is_begun = parts.empty() ? i > 0 : i > parts.back().end;
    // What would stand more below the end of the part than above begins the next one.
    if (is_begun && filled + taken / 2 > height * static_cast<Px>(parts.size() + 1) && parts.size() + 1 < wanted)
      add(i);
    filled += taken;
    i = next;
  }
  add(count);
  return parts;
}

/// One part where breaking would not make the whole much less tall.
std::vector<Part> parts_of(const MeasuredColumn& root) {
  std::vector<Part> parts = even_parts(root, root.column->is_tangled ? 1 : part_count(root.extent));
  Px tallest = 0;
  for (const Part& part : parts) tallest = std::max(tallest, part.extent.height);
  const bool pays = tallest < root.extent.height * 3 / 4;
  return pays ? parts : even_parts(root, 1);
}

void add_titles(std::string_view title, std::string_view subtitle, Px room, Drawing& drawing) {
  drawing.titles.push_back({.at = {kMargin, kMargin + kTitleSize - 2},
                            .size = kTitleSize,
                            .is_bold = true,
                            .text = fitted(title, kTitleSize, true, room)});
  drawing.titles.push_back({.at = {kMargin, kSubtitleBaseline},
                            .size = kBodySize,
                            .is_muted = true,
                            .text = fitted(subtitle, kBodySize, false, room)});
}

/// From the end of a part around it to the top of the next.
void add_turn(Point end, Px gutter, Point next, bool has_arrow, Drawing& drawing) {
  const Px below = end.y + kArrow;
  const Px above = next.y - kArrow;
  drawing.lines.push_back({{end, {end.x, below}, {gutter, below}, {gutter, above}, {next.x, above}, next}, has_arrow});
}

}  // namespace

Drawing layout_of(const Column& scene, std::string_view title, std::string_view subtitle) {
  constexpr Px kWidestTitle = 720;
  Drawing drawing;
  const MeasuredColumn root = measure(scene);
  const std::vector<Part> parts = parts_of(root);
  Px width = static_cast<Px>(parts.size() - 1) * kGutter;
  for (const Part& part : parts) width += part.extent.width();
  const Px titles =
      std::max(std::min(text_width(title, kTitleSize, true), kWidestTitle), text_width(subtitle, kBodySize, false));
  const Px room = std::max(width, titles);
  add_titles(title, subtitle, room, drawing);

  const bool is_broken = parts.size() > 1;
  const Px top = kSubtitleBaseline + kMargin + (is_broken ? kArrow : 0);
  Px left = kMargin + (room - width) / 2;
  Px bottom = top;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const Px axis = left + part.extent.left;
    const Px end = place(root, part.begin, part.end, {axis, top}, i > 0, drawing);
    bottom = std::max(bottom, end);
    left += part.extent.width() + kGutter;
    if (i + 1 == parts.size()) break;
    const Part& next = parts[i + 1];
    add_turn({axis, end}, left - kGutter / 2, {left + next.extent.left, top}, !is_fork(*root.items[next.begin].item),
             drawing);
    bottom = std::max(bottom, end + kArrow);
  }
  drawing.width = room + 2 * kMargin;
  drawing.height = bottom + kMargin;
  return drawing;
}

}  // namespace neural::draw
