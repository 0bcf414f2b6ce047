#include "neural/cli/runs_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/sparkline.hpp"
#include "neural/describe/text_table.hpp"

namespace neural::cli {
namespace {

using describe::TextTable;
using track::Metric;
using track::MetricDifference;
using track::RecordedRun;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.5g}", value) : "nan";
}

std::string number(const std::optional<double>& value) {
  return value ? number(*value) : "-";
}

std::string begun(const RecordedRun& run) {
  return run.start_ms ? utc_iso(*run.start_ms) : "-";
}

/// "3.2 s", "4 min 05 s".
std::string duration(const RecordedRun& run) {
  if (!run.start_ms || !run.end_ms || *run.end_ms < *run.start_ms) return "-";
  const std::int64_t ms = *run.end_ms - *run.start_ms;
  if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
  const std::int64_t seconds = ms / 1000;
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

std::string last_number(const RecordedRun& run, const std::string& name) {
  for (const Metric& metric : track::last_metrics(run)) {
    if (track::metric_name(metric) == name) return number(metric.value);
  }
  return "-";
}

std::vector<std::string> metric_names(const std::vector<RecordedRun>& runs) {
  std::vector<std::string> names;
  for (const RecordedRun& run : runs) {
    for (const Metric& metric : track::last_metrics(run)) {
      const std::string name = track::metric_name(metric);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

/// A text of any kind in run.json as people read it; empty for null.
std::string shown(const Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : compact_json(value);
}

std::string params_text(const track::Params& params) {
  TextTable table({{"parameter"}, {"value"}});
  for (const auto& [name, value] : params) table.add({printable(name), printable(value)});
  return params.empty() ? std::string() : "\n" + table.render(0, false).text;
}

std::string metrics_text(const RecordedRun& run) {
  TextTable table({{"metric"}, {"last", true}, {"least", true}, {"most", true}, {"numbers", true}, {"course"}});
  for (const track::Series& series : track::series_of(run.metrics.all)) {
    std::vector<double> finite;
    for (const Metric& point : series.points) {
      if (std::isfinite(point.value)) finite.push_back(point.value);
    }
    const auto [least, most] = std::minmax_element(finite.begin(), finite.end());
    table.add({printable(series.name), number(series.last().value), finite.empty() ? "-" : number(*least),
               finite.empty() ? "-" : number(*most), std::to_string(series.points.size()), sparkline(finite)});
  }
  return run.metrics.all.empty() ? "\nno metrics\n" : "\n" + table.render(0, false).text;
}

std::string difference_text(const MetricDifference& each) {
  if (!each.difference) return "-";
  std::string text = fmt::format("{:+.4g}", *each.difference);
  if (!each.interval) return text;
  return text + fmt::format(" [{:+.4g}, {:+.4g}]", each.interval->low, each.interval->high);
}

std::string word_for(const MetricDifference& each) {
  if (!each.interval) return "";
  return each.interval->excludes_zero() ? "differs" : "undecided";
}

std::string count(std::size_t runs) {
  return runs == 1 ? "1 run" : fmt::format("{} runs", runs);
}

/// What the intervals are, or why there are none.
std::string note_on_intervals(const track::Comparison& comparison) {
  if (comparison.before_runs == 1 && comparison.after_runs == 1) return {};
  const auto has = [](const MetricDifference& each) { return each.interval.has_value(); };
  const auto first = std::find_if(comparison.metrics.begin(), comparison.metrics.end(), has);
  if (first == comparison.metrics.end()) {
    return "too few runs for an interval: it takes 6 pairs of one seed each, or 4 runs on both sides without\n";
  }
  return fmt::format("in brackets the {:.1f} % interval {}\n", 100 * first->interval->level,
                     first->paired ? "over runs of the same seed" : "over runs that no seed pairs");
}

}  // namespace

std::string runs_text(const std::vector<RecordedRun>& runs, std::size_t width, bool color) {
  if (runs.empty()) return "no runs\n";
  std::vector<TextTable::Column> columns = {
      {"run"},    {"experiment", false, 10}, {"name", false, 8, 3}, {"backend", false, 0, 2},
      {"status"}, {"begun", false, 0, 4},    {"took", true, 0, 1}};
  const std::vector<std::string> names = metric_names(runs);
  std::vector<std::string> titles;
  for (const std::string& name : names) titles.push_back(printable(name));
  // From the right: what a run logs first, its loss, stays longest.
  for (std::size_t i = 0; i < titles.size(); ++i) {
    columns.push_back({titles[i], true, 0, 5 + static_cast<int>(titles.size() - i)});
  }
  TextTable table(columns);
  for (const RecordedRun& run : runs) {
    std::vector<std::string> cells = {printable(run.short_id()),
                                      or_dash(run.experiment),
                                      or_dash(run.name),
                                      or_dash(run.backend),
                                      or_dash(run.status),
                                      begun(run),
                                      duration(run)};
    for (const std::string& name : names) cells.push_back(last_number(run, name));
    table.add(std::move(cells), run.status == "KILLED" || run.status == "FAILED");
  }
  const TextTable::Rendered rendered = table.render(width, color);
  if (rendered.left_out.empty()) return rendered.text;
  const std::vector<std::string> left_out(rendered.left_out.begin(), rendered.left_out.end());
  return rendered.text +
         fmt::format("left out: {}; a wider terminal, a pipe or --json has them\n", join(left_out, ", "));
}

std::string run_text(const RecordedRun& run) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("{:<12}  {}\n", printable(name), printable(value));
  };
  line("run", run.id);
  line("folder", run.folder.string());
  line("experiment", run.experiment);
  line("status", run.status);
  line("begun", begun(run));
  line("took", duration(run));
  for (const auto& [key, value] : run.description.items()) {
    constexpr std::array kShown = {"schema", "id", "experiment", "status", "start_ms", "end_ms"};
    if (std::find(kShown.begin(), kShown.end(), key) == kShown.end()) line(key, shown(value));
  }
  return text + params_text(run.params) + metrics_text(run);
}

std::string comparison_text(const track::Comparison& comparison, const std::string& before, const std::string& after) {
  const std::string one = fmt::format("{} ({})", printable(before), count(comparison.before_runs));
  const std::string other = fmt::format("{} ({})", printable(after), count(comparison.after_runs));
  std::string text;
  if (comparison.params.empty()) {
    text = "no parameter differs\n";
  } else {
    TextTable table({{"parameter"}, {one}, {other}});
    for (const auto& each : comparison.params) {
      table.add({printable(each.name), or_dash(each.before.value_or("")), or_dash(each.after.value_or(""))});
    }
    text = table.render(0, false).text;
  }
  if (comparison.metrics.empty()) return text + "\nno metrics\n";
  TextTable table({{"metric"}, {one, true}, {other, true}, {"difference", true}, {""}});
  for (const MetricDifference& each : comparison.metrics) {
    table.add({printable(each.name), number(each.before), number(each.after), difference_text(each), word_for(each)});
  }
  return text + "\n" + table.render(0, false).text + note_on_intervals(comparison);
}

}  // namespace neural::cli
