// One number at one place of a training, and how it is kept: a line of metrics.jsonl, a cell of metrics.csv.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace neural::track {

struct Metric {
  std::int64_t unix_ms = 0;
  std::int64_t step = 0;
  std::int64_t epoch = 0;  ///< from 1; 0 where there are none
  std::string split;       ///< "train", "val" or "test"
  std::string key;         ///< "loss", "accuracy", "seconds"
  double value = 0;        ///< NaN where it was not finite
};

/// As Keras calls it: "loss" of the training, else "val_loss", "test_loss".
std::string metric_name(const Metric& metric);

/// One JSON object, without a newline. A number that is not finite is stored as null.
std::string metric_line(const Metric& metric);

struct Metrics {
  std::vector<Metric> all;  ///< as they were written
  /// Lines that are no metric, left out. The last line of a run that died may be one.
  std::size_t broken_lines = 0;
};

/// The metrics of a whole metrics.jsonl.
Metrics parse_metrics(std::string_view text);

/// The numbers of one name, in order.
struct Series {
  std::string name;
  std::vector<Metric> points;  ///< never empty

  const Metric& last() const { return points.back(); }
};

/// A series for each name, in the order of their first numbers.
std::vector<Series> series_of(std::span<const Metric> metrics);

/// The shape of Keras's CSVLogger: `epoch,loss,val_loss,…`, a row for each epoch with the last number of each name in
/// it; by step, and headed so, where a run counts no epochs. What is missing is an empty field.
std::string metrics_csv(std::span<const Metric> metrics);

}  // namespace neural::track
