// A metric of several runs as curves: for a terminal, and as SVG.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/track/recorded_run.hpp"

namespace neural::track {

struct Curve {
  std::string label;
  std::vector<std::pair<double, double>> points;  ///< in the order of the run; a NaN is a gap
};

struct Plot {
  std::string metric;
  std::string place;  ///< what the horizontal axis counts: "epoch" or "step"
  std::vector<Curve> curves;
};

/// By epoch where every run has its numbers at rising epochs, else by step. The error, kUsage, says that no run has a
/// finite number of that name, and which one might be meant.
Expected<Plot> plot_of(std::span<const RecordedRun> runs, std::string_view metric);

/// In so many columns (at least 40), with a legend.
std::string plot_text(const Plot& plot, std::size_t width);

/// A whole document that fetches nothing; texts out of files are text in it.
std::string plot_svg(const Plot& plot);

/// The ends of an axis and the places of its marks, which are round numbers. `low` and `high` are finite.
struct Axis {
  double low = 0, high = 1;
  std::vector<double> marks;

  double share(double value) const { return (value - low) / (high - low); }  ///< 0 at `low`, 1 at `high`
};
Axis axis_of(double low, double high, int marks);

/// The axes on which all points of a plot lie.
struct Axes {
  Axis x, y;
};
Axes axes_of(const Plot& plot, int x_marks, int y_marks);

}  // namespace neural::track
