// Runs in the forms of other tools.
//
// Folders are made anew: one that holds anything is refused (kUsage), so that nothing is overwritten. Names out of runs
// become names of files only by way of plain_name().
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "neural/base/files.hpp"
#include "neural/track/recorded_run.hpp"

namespace neural::track {

using Runs = std::span<const RecordedRun>;

/// One table: a row for each place of each run at which there is a number, a column for each metric of any of them.
Status export_csv(Runs runs, const Sink& sink);

/// The layout of MLflow's FileStore (mlflow/store/tracking/file_store.py), with the runs' files as artifacts.
Status export_mlflow(Runs runs, const std::filesystem::path& folder);

/// An event file for each run, in `folder`/<experiment>/<id>.
Status export_tensorboard(Runs runs, const std::filesystem::path& folder);

/// `replay.py` and the `runs.jsonl` that it gives to the functions `init`, `log` and `finish` of the module wandb, or
/// of another one with these, such as trackio.
Status export_wandb(Runs runs, const std::filesystem::path& folder);

}  // namespace neural::track
