#include "neural/track/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/csv.hpp"
#include "neural/base/text.hpp"
#include "neural/track/event_file.hpp"
#include "neural/track/export_parts.hpp"
#include "neural/track/names.hpp"

namespace neural::track {

namespace fs = std::filesystem;

Status make_empty_folder(const fs::path& folder) {
  NEURAL_TRY(make_folder(folder));
  std::error_code error;
  if (fs::is_empty(folder, error)) return done();
  const std::string name = printable(folder.string());
  if (error) return tl::unexpected(system_error(fmt::format("cannot read the folder `{}`", name), error.value()));
  return fail(ErrorCode::kUsage, fmt::format("the folder `{}` is not empty", name), "name a new one with `-o`");
}

Rows rows_of(const RecordedRun& run) {
  Rows rows;
  for (const Metric& metric : run.metrics.all) {
    auto& row = rows[{metric.step, metric.epoch}];
    const std::string name = metric_name(metric);
    const auto there = std::find_if(row.begin(), row.end(), [&](const auto& each) { return each.first == name; });
    if (there == row.end()) {
      row.emplace_back(name, metric.value);
    } else {
      there->second = metric.value;
    }
  }
  return rows;
}

std::string PlainNames::of(std::string_view name) {
  constexpr std::size_t kLongest = 200;  // what file systems and databases take, with room for a number
  const std::string plain = plain_name(name).substr(0, kLongest);
  std::string unique = plain;
  for (int number = 2; !used_.insert(unique).second; ++number) unique = fmt::format("{}_{}", plain, number);
  return unique;
}

Status export_csv(Runs runs, const Sink& sink) {
  std::vector<std::string> names;
  for (const RecordedRun& run : runs) {
    for (const Series& series : series_of(run.metrics.all)) {
      if (std::find(names.begin(), names.end(), series.name) == names.end()) names.push_back(series.name);
    }
  }
  std::string text = "experiment,run,epoch,step";
  for (const std::string& name : names) text += "," + csv_field(name);
  NEURAL_TRY(sink(text + "\n"));
  for (const RecordedRun& run : runs) {
    for (const auto& [place, numbers] : rows_of(run)) {
      std::vector<std::string> cells(names.size());
      for (const auto& [name, value] : numbers) {
        const auto column = std::find(names.begin(), names.end(), name) - names.begin();
        cells[static_cast<std::size_t>(column)] = std::isfinite(value) ? shortest_double(value) : "nan";
      }
      NEURAL_TRY(sink(fmt::format("{},{},{},{}{}{}\n", csv_field(run.experiment), csv_field(run.id), place.second,
                                  place.first, cells.empty() ? "" : ",", join(cells, ","))));
    }
  }
  return done();
}

Status export_tensorboard(Runs runs, const fs::path& folder) {
  NEURAL_TRY(make_empty_folder(folder));
  PlainNames names;
  for (const RecordedRun& run : runs) {
    const fs::path place = folder / plain_name(run.experiment) / names.of(run.id);
    NEURAL_TRY(make_folder(place));
    const std::int64_t begun = run.start_ms.value_or(0);
    const auto write_events = [&](const Sink& sink) -> Status {
      NEURAL_TRY(sink(first_event(begun)));
      NEURAL_TRY(sink(event_of(run.params, begun)));
      for (const Metric& metric : run.metrics.all) NEURAL_TRY(sink(event_of(metric)));
      return done();
    };
    NEURAL_TRY(write_file(place / event_file_name(begun, "export", 0), write_events));
  }
  return done();
}

}  // namespace neural::track
