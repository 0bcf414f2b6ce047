#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/text.hpp"
#include "neural/track/plot.hpp"

namespace neural::track {
namespace {

constexpr std::size_t kRows = 16;
constexpr std::size_t kMargin = 11;  // of the numbers at the left, with a blank and the axis
constexpr std::string_view kMarks = "abcdefghijklmnopqrstuvwxyz";

/// A letter a curve; where curves meet the first is seen.
class Grid {
 public:
  explicit Grid(std::size_t columns) : columns_(columns), rows_(kRows, std::string(columns, ' ')) {}

  /// `x` and `y` are shares of the axes.
  void put(double x, double y, char mark) {
    const auto column = static_cast<std::size_t>(std::lround(x * static_cast<double>(columns_ - 1)));
    const auto row = static_cast<std::size_t>(std::lround((1 - y) * static_cast<double>(kRows - 1)));
    char& cell = rows_[row][column];
    const bool is_free = cell == ' ' || (cell == '.' && mark != '.');
    if (is_free) cell = mark;
  }

  /// Dots between two points, a column each.
  void connect(std::pair<double, double> from, std::pair<double, double> to) {
    const auto steps = std::max<long>(1, std::lround(std::abs(to.first - from.first) * static_cast<double>(columns_)));
    for (long i = 1; i < steps; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(steps);
      put(std::lerp(from.first, to.first, share), std::lerp(from.second, to.second, share), '.');
    }
  }

  const std::string& row(std::size_t index) const { return rows_[index]; }

 private:
  std::size_t columns_;
  std::vector<std::string> rows_;
};

char mark_of(std::size_t curve) {
  return kMarks[curve % kMarks.size()];
}

void draw(const Curve& curve, char mark, const Axes& axes, Grid& grid) {
  std::optional<std::pair<double, double>> last;
  for (const auto& [x, y] : curve.points) {
    if (std::isnan(y)) {
      last.reset();
      continue;
    }
    const std::pair<double, double> here = {axes.x.share(x), axes.y.share(y)};
    grid.put(here.first, here.second, mark);
    if (last) grid.connect(*last, here);
    last = here;
  }
}

}  // namespace

std::string plot_text(const Plot& plot, std::size_t width) {
  constexpr std::size_t kNarrowest = 40;
  const std::size_t columns = std::max(width, kNarrowest) - kMargin;
  const Axes axes = axes_of(plot, 4, 4);
  Grid grid(columns);
  for (std::size_t i = 0; i < plot.curves.size(); ++i) draw(plot.curves[i], mark_of(i), axes, grid);

  std::string text = printable(plot.metric) + "\n";
  for (std::size_t row = 0; row < kRows; ++row) {
    const double share = 1 - static_cast<double>(row) / (kRows - 1);
    const std::string number = row % 5 == 0 ? fmt::format("{:.4g}", std::lerp(axes.y.low, axes.y.high, share)) : "";
    std::string line = fmt::format("{:>9} |{}", number, grid.row(row));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  const std::string right = fmt::format("{:.6g}", axes.x.high);
  text += fmt::format("{:>9} +{}\n", "", std::string(columns, '-'));
  text += fmt::format("{:>10} {:<{}}{}\n", "", fmt::format("{:.6g}", axes.x.low) + " " + plot.place,
                      columns - right.size(), right);
  for (std::size_t i = 0; i < plot.curves.size(); ++i) {
    text += fmt::format("{:>10} {}  {}\n", "", mark_of(i), printable(plot.curves[i].label));
  }
  return text;
}

}  // namespace neural::track
