#include <cmath>

#include "neural/track/export.hpp"
#include "neural/track/export_parts.hpp"
#include "neural/track/names.hpp"

namespace neural::track {
namespace {

// The same for all runs: what is theirs is in runs.jsonl, so that no text of theirs becomes code.
constexpr const char* kReplay =
    R"py("""Gives the runs of runs.jsonl, beside this file, to a tracker: python replay.py [wandb|trackio]"""

import importlib
import json
import sys
from pathlib import Path

tracker = importlib.import_module(sys.argv[1] if len(sys.argv) > 1 else "wandb")
with Path(__file__).with_name("runs.jsonl").open(encoding="utf-8", newline="\n") as lines:
    for line in lines:
        run = json.loads(line)
        tracker.init(project=run["project"], name=run["name"], group=run["group"], config=run["config"])
        for step, numbers in run["rows"]:
            tracker.log({name: float("nan") if value is None else value for name, value in numbers.items()}, step=step)
        tracker.finish()
)py";

constexpr std::size_t kLongestName = 128;  // of a project, a run and a group

Json line_of(const RecordedRun& run) {
  Json rows = Json::array();
  for (const auto& [place, numbers] : rows_of(run)) {
    Json row = Json::object();
    if (place.second != 0) row["epoch"] = place.second;
    for (const auto& [name, value] : numbers) row[name] = std::isfinite(value) ? Json(value) : Json();
    rows.push_back({place.first, std::move(row)});
  }
  const std::string group = plain_name(run.group).substr(0, kLongestName);
  return {{"project", plain_name(run.experiment).substr(0, kLongestName)},
          {"name", plain_name(run.id).substr(0, kLongestName)},
          {"group", run.group.empty() ? Json() : Json(group)},
          {"config", to_json(run.params)},
          {"rows", std::move(rows)}};
}

}  // namespace

Status export_wandb(Runs runs, const std::filesystem::path& folder) {
  NEURAL_TRY(make_empty_folder(folder));
  const auto write_lines = [&](const Sink& sink) -> Status {
    for (const RecordedRun& run : runs) NEURAL_TRY(sink(compact_json(line_of(run)) + "\n"));
    return done();
  };
  NEURAL_TRY(write_file(folder / "runs.jsonl", write_lines));
  return write_file(folder / "replay.py", kReplay);
}

}  // namespace neural::track
