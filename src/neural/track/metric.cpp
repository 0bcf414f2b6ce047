#include "neural/track/metric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "neural/base/csv.hpp"
#include "neural/base/json.hpp"
#include "neural/base/text.hpp"

namespace neural::track {
namespace {

/// Of one line; nothing where a field is missing or of the wrong kind.
std::optional<Metric> parse_metric(std::string_view line) {
  const Expected<Json> parsed = parse_json(line, "line");
  if (!parsed || !parsed->is_object()) return std::nullopt;
  Metric metric;
  const auto integer = [&](const char* key, std::int64_t& into) {
    const auto found = parsed->find(key);
    if (found == parsed->end() || !found->is_number_integer()) return false;
    // A number above the largest is a mistake, too: it would turn negative.
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
      return false;
    into = found->get<std::int64_t>();
    return true;
  };
  const auto text = [&](const char* key, std::string& into) {
    const auto found = parsed->find(key);
    if (found == parsed->end() || !found->is_string()) return false;
    into = found->get<std::string>();
    return true;
  };
  const auto value = parsed->find("v");
  if (value == parsed->end() || !(value->is_number() || value->is_null())) return std::nullopt;
  metric.value = value->is_null() ? std::numeric_limits<double>::quiet_NaN() : value->get<double>();
  const bool whole = integer("t", metric.unix_ms) && integer("step", metric.step) && integer("epoch", metric.epoch) &&
                     text("split", metric.split) && text("k", metric.key) && !metric.key.empty();
  return whole ? std::optional(std::move(metric)) : std::nullopt;
}

std::string quoted(const std::string& text) {
  return compact_json(Json(text));
}

std::string number(double value) {
  return std::isfinite(value) ? shortest_double(value) : "nan";
}

}  // namespace

std::string metric_name(const Metric& metric) {
  return metric.split.empty() || metric.split == "train" ? metric.key : metric.split + "_" + metric.key;
}

// Not by way of a Json object: a line may be written every step, and this takes half the time.
std::string metric_line(const Metric& metric) {
  return fmt::format(R"({{"t":{},"step":{},"epoch":{},"split":{},"k":{},"v":{}}})", metric.unix_ms, metric.step,
                     metric.epoch, quoted(metric.split), quoted(metric.key),
                     std::isfinite(metric.value) ? shortest_double(metric.value) : "null");
}

Metrics parse_metrics(std::string_view text) {
  Metrics metrics;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (trim(line).empty()) continue;
    if (auto metric = parse_metric(line)) {
      metrics.all.push_back(std::move(*metric));
    } else {
      ++metrics.broken_lines;
    }
  }
  return metrics;
}

std::vector<Series> series_of(std::span<const Metric> metrics) {
  std::vector<Series> all;
  std::map<std::string, std::size_t> places;
  for (const Metric& metric : metrics) {
    const auto [place, is_new] = places.try_emplace(metric_name(metric), all.size());
    if (is_new) all.push_back({place->first, {}});
    all[place->second].points.push_back(metric);
  }
  return all;
}

std::string metrics_csv(std::span<const Metric> metrics) {
  const bool by_epoch = std::any_of(metrics.begin(), metrics.end(), [](const Metric& each) { return each.epoch != 0; });
  const std::vector<Series> columns = series_of(metrics);
  std::map<std::int64_t, std::vector<std::string>> rows;
  std::string text = by_epoch ? "epoch" : "step";
  for (std::size_t column = 0; column < columns.size(); ++column) {
    text += "," + csv_field(columns[column].name);
    for (const Metric& point : columns[column].points) {
      std::vector<std::string>& row = rows[by_epoch ? point.epoch : point.step];
      row.resize(columns.size());
      row[column] = number(point.value);
    }
  }
  text += "\n";
  for (const auto& [place, cells] : rows) text += fmt::format("{},{}\n", place, join(cells, ","));
  return text;
}

}  // namespace neural::track
