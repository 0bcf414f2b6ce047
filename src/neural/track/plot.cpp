#include "neural/track/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "neural/base/text.hpp"

namespace neural::track {
namespace {

bool epochs_rise(const Series& series) {
  std::int64_t last = 0;
  return std::all_of(series.points.begin(), series.points.end(),
                     [&](const Metric& point) { return point.epoch > std::exchange(last, point.epoch); });
}

bool is_finite_somewhere(const Series& series) {
  return std::any_of(series.points.begin(), series.points.end(),
                     [](const Metric& point) { return std::isfinite(point.value); });
}

/// Metrics of large steps and wild values must not overflow a difference of two.
constexpr double kLargest = std::numeric_limits<double>::max() / 4;

}  // namespace

Expected<Plot> plot_of(std::span<const RecordedRun> runs, std::string_view metric) {
  std::vector<std::pair<const RecordedRun*, Series>> found;
  std::vector<std::string> names;
  for (const RecordedRun& run : runs) {
    for (Series& series : series_of(run.metrics.all)) {
      if (!is_finite_somewhere(series)) continue;
      names.push_back(series.name);
      if (series.name == metric) found.emplace_back(&run, std::move(series));
    }
  }
  if (found.empty()) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    const std::vector<std::string_view> views(names.begin(), names.end());
    const auto close = nearest(metric, views, 1);
    std::string help = names.empty()   ? "none of these runs has any number"
                       : close.empty() ? "there are " + as_code_list(names, " and ")
                                       : fmt::format("did you mean `{}`?", printable(close[0]));
    return fail(ErrorCode::kUsage, "no run has the metric " + as_code(metric), std::move(help));
  }
  const bool by_epoch =
      std::all_of(found.begin(), found.end(), [](const auto& each) { return epochs_rise(each.second); });
  Plot plot{std::string(metric), by_epoch ? "epoch" : "step", {}};
  for (const auto& [run, series] : found) {
    Curve curve{run->experiment + " " + run->short_id(), {}};
    for (const Metric& point : series.points) {
      const bool is_shown = std::abs(point.value) <= kLargest;  // false for NaN, too
      curve.points.emplace_back(static_cast<double>(by_epoch ? point.epoch : point.step),
                                is_shown ? point.value : std::numeric_limits<double>::quiet_NaN());
    }
    plot.curves.push_back(std::move(curve));
  }
  return plot;
}

Axis axis_of(double low, double high, int marks) {
  if (!(high > low)) {  // a single place lies in the middle
    const double room = low == 0 ? 1 : std::abs(low) * 0.1;
    low -= room;
    high += room;
  }
  const double rough = (high - low) / marks;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digit = rough / power;
  const double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  Axis axis{low, high, {}};
  // Two numbers that lie closer than the step can be told apart have no marks between them.
  for (double mark = std::ceil(low / step); mark <= std::floor(high / step) && axis.marks.size() < 100; ++mark) {
    axis.marks.push_back(mark * step);
  }
  return axis;
}

Axes axes_of(const Plot& plot, int x_marks, int y_marks) {
  double left = std::numeric_limits<double>::infinity(), low = left;
  double right = -left, high = -left;
  for (const Curve& curve : plot.curves) {
    for (const auto& [x, y] : curve.points) {
      if (std::isnan(y)) continue;
      left = std::min(left, x), right = std::max(right, x);
      low = std::min(low, y), high = std::max(high, y);
    }
  }
  return {axis_of(left, right, x_marks), axis_of(low, high, y_marks)};
}

}  // namespace neural::track
