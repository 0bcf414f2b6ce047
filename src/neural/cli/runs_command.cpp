#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/runs_text.hpp"
#include "neural/cli/shell_word.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/track/export.hpp"
#include "neural/track/plot.hpp"
#include "neural/track/remove.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using track::RecordedRun;
using track::RunList;

constexpr const char* kFooter =
    "examples:\n"
    "  neural runs                                     # every run in ./runs, the newest last\n"
    "  neural runs --sort test_accuracy                # the best last\n"
    "  neural runs show 1a2b                           # one of them, by the beginning of its name\n"
    "  neural runs diff 1a2b 3c4d                      # what differs between two\n"
    "  neural runs diff cnn_pytorch_native.neural cnn_pytorch_native.native   # or between two groups of seeds\n"
    "  neural runs plot 1a2b 3c4d --metric test_loss   # in the terminal; -o FILE.svg makes a drawing\n"
    "  neural runs export mlflow -o mlruns             # also csv, tensorboard, wandb\n"
    "  neural runs gc --keep 50 --dry-run              # what would be removed\n"
    "\nA run is named by its path, by its name or the beginning of it, or by its last eight digits or the beginning "
    "of\n"
    "them. docs/features/runs.md says what its folder holds.\n"
    "\nexit codes: 0 done, 2 usage, or files that cannot be read or written";

constexpr const char* kListExamples =
    "examples:\n"
    "  neural runs list --sort val_loss\n"
    "  neural runs list --json | jq '.[].metrics.loss'";
constexpr const char* kShowExamples =
    "examples:\n"
    "  neural runs show 1a2b3c4d\n"
    "  neural runs show runs/cnn/20260131T120000Z-1a2b3c4d --json | jq .params";
constexpr const char* kDiffExamples =
    "examples:\n"
    "  neural runs diff 1a2b 3c4d\n"
    "  neural runs diff cnn_pytorch_native.neural cnn_pytorch_native.native   # two groups, over their seeds";
constexpr const char* kPlotExamples =
    "examples:\n"
    "  neural runs plot 1a2b 3c4d --metric test_accuracy\n"
    "  neural runs plot cnn_pytorch_native.neural -o loss.svg                 # all runs of a group";
constexpr const char* kExportExamples =
    "examples:\n"
    "  neural runs export csv 1a2b -o run.csv\n"
    "  neural runs export mlflow -o mlruns         # and the line that takes it into a database\n"
    "  neural runs export tensorboard -o board && tensorboard --logdir board\n"
    "  neural runs export wandb -o replay && python replay/replay.py          # or: … replay.py trackio";
constexpr const char* kGcExamples =
    "examples:\n"
    "  neural runs gc --keep 50 --dry-run\n"
    "  neural runs gc --older-than 90 --keep 10    # what is both older and not among the newest ten";

struct Options {
  fs::path runs = "runs";
  std::vector<std::string> names;
  std::string before, after, sort, metric = "loss", format;
  std::string output = "-", drawing;
  std::optional<std::size_t> keep;
  std::optional<double> older_than_days;
  bool json = false, reverse = false, dry_run = false;
};

void tell_problems(const std::vector<std::string>& problems) {
  for (const std::string& each : problems) tell(fmt::format("neural: warning: {}\n", printable(each)));
}

/// What could not be read of it is told.
Expected<RunList> open_runs(const Options& options) {
  auto list = track::read_runs(options.runs);
  if (!list && list.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, fmt::format("there are no runs in `{}`", printable(options.runs.string())),
                "`neural bench` leaves one for each full run; name another folder with `--runs`");
  }
  if (!list) return list;
  tell_problems(list->problems);
  return list;
}

/// All runs where none is named; a group stands for its runs.
Expected<std::vector<RecordedRun>> named_runs(const Options& options) {
  const RunList list = NEURAL_TRY(open_runs(options));
  std::vector<RecordedRun> runs = options.names.empty() ? list.runs : std::vector<RecordedRun>();
  for (const std::string& name : options.names) {
    for (RecordedRun& run : NEURAL_TRY(track::find_runs(list, name))) {
      const auto is_it = [&](const RecordedRun& other) { return other.folder == run.folder; };
      if (std::none_of(runs.begin(), runs.end(), is_it)) runs.push_back(std::move(run));
    }
  }
  for (const RecordedRun& run : runs) tell_problems(run.problems);
  return runs;
}

// ---- list ----

std::optional<double> last_finite(const RecordedRun& run, const std::string& name) {
  for (const track::Metric& metric : track::last_metrics(run)) {
    if (track::metric_name(metric) == name && std::isfinite(metric.value)) return metric.value;
  }
  return std::nullopt;
}

/// Of these less is better.
bool is_cost(const std::string& metric) {
  return std::ranges::any_of(std::array{"loss", "error", "seconds", "mse", "mae", "perplexity"},
                             [&](const char* word) { return metric.find(word) != std::string::npos; });
}

/// The best last, where a terminal ends; runs without the metric first.
Status sort_runs(std::vector<RecordedRun>& runs, const std::string& metric) {
  std::vector<std::string> names;
  for (const RecordedRun& run : runs) {
    for (const track::Metric& each : track::last_metrics(run)) names.push_back(track::metric_name(each));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (!runs.empty() && !std::binary_search(names.begin(), names.end(), metric)) {
    const auto close = nearest(metric, std::vector<std::string_view>(names.begin(), names.end()), 1);
    return fail(ErrorCode::kUsage, "no run has the metric " + as_code(metric),
                names.empty()   ? "these runs have no metrics"
                : close.empty() ? "there are " + as_code_list(names, " and ")
                                : fmt::format("did you mean `{}`?", printable(close[0])));
  }
  const double sign = is_cost(metric) ? -1 : 1;
  const auto rank = [&](const RecordedRun& run) {
    const auto value = last_finite(run, metric);
    return value ? sign * *value : -std::numeric_limits<double>::infinity();
  };
  std::stable_sort(runs.begin(), runs.end(),
                   [&](const auto& one, const auto& other) { return rank(one) < rank(other); });
  return done();
}

Expected<int> list(const Options& options) {
  std::vector<RecordedRun> runs = NEURAL_TRY(named_runs(options));
  if (!options.sort.empty()) NEURAL_TRY(sort_runs(runs, options.sort));
  if (options.reverse) std::reverse(runs.begin(), runs.end());
  if (options.json) {
    Json all = Json::array();
    for (const RecordedRun& run : runs) all.push_back(to_json(run));
    NEURAL_TRY(print_result(pretty_json(all)));
  } else {
    NEURAL_TRY(print_result(runs_text(runs, terminal_width(stdout), wants_color(stdout))));
  }
  return kDone;
}

// ---- show, diff, plot ----

Expected<int> show(const Options& options) {
  const RunList list = NEURAL_TRY(open_runs(options));
  const RecordedRun run = NEURAL_TRY(track::find_run(list, options.before));
  tell_problems(run.problems);
  NEURAL_TRY(print_result(options.json ? pretty_json(to_json(run)) : run_text(run)));
  return kDone;
}

Expected<int> diff(const Options& options) {
  const RunList list = NEURAL_TRY(open_runs(options));
  const std::vector<RecordedRun> before = NEURAL_TRY(track::find_runs(list, options.before));
  const std::vector<RecordedRun> after = NEURAL_TRY(track::find_runs(list, options.after));
  for (const auto* side : {&before, &after}) {
    for (const RecordedRun& run : *side) tell_problems(run.problems);
  }
  const track::Comparison comparison = NEURAL_TRY(track::compare_runs(before, after));
  NEURAL_TRY(print_result(options.json ? pretty_json(to_json(comparison))
                                       : comparison_text(comparison, options.before, options.after)));
  return kDone;
}

Expected<int> plot(const Options& options) {
  const std::vector<RecordedRun> runs = NEURAL_TRY(named_runs(options));
  const track::Plot plot = NEURAL_TRY(track::plot_of(runs, options.metric));
  if (options.drawing.empty()) {
    constexpr std::size_t kPlain = 80;
    const std::size_t width = terminal_width(stdout);
    NEURAL_TRY(print_result(plot_text(plot, width == 0 ? kPlain : width)));
  } else {
    NEURAL_TRY(write_output(options.drawing, [&](const Sink& sink) { return sink(plot_svg(plot)); }));
  }
  return kDone;
}

// ---- export, gc ----

std::string next_step(const std::string& format, const std::string& folder) {
  if (format == "tensorboard") return fmt::format("see it with: tensorboard --logdir {}\n", folder);
  if (format == "wandb") return fmt::format("send it with: python {}/replay.py        # or: … trackio\n", folder);
  return fmt::format(
      "take it into a database with: mlflow migrate-filestore --source {} --target sqlite:///mlflow.db\n", folder);
}

Expected<int> export_runs(const Options& options) {
  const std::vector<RecordedRun> runs = NEURAL_TRY(named_runs(options));
  if (options.format == "csv") {
    NEURAL_TRY(write_output(options.output, [&](const Sink& sink) { return track::export_csv(runs, sink); }));
    return kDone;
  }
  if (options.output == "-") {
    return fail(ErrorCode::kUsage, fmt::format("`{}` makes a folder", options.format), "name it with `-o FOLDER`");
  }
  const fs::path folder = options.output;
  if (options.format == "mlflow") NEURAL_TRY(track::export_mlflow(runs, folder));
  if (options.format == "tensorboard") NEURAL_TRY(track::export_tensorboard(runs, folder));
  if (options.format == "wandb") NEURAL_TRY(track::export_wandb(runs, folder));
  NEURAL_TRY(print_result(fmt::format("{} {}\n{}", runs.size(), runs.size() == 1 ? "run" : "runs",
                                      next_step(options.format, quoted_argument(options.output)))));
  return kDone;
}

Expected<int> gc(const Options& options) {
  if (!options.keep && !options.older_than_days) {
    return fail(ErrorCode::kUsage, "what to remove is not said", "`--keep N`, `--older-than DAYS`, or both");
  }
  const RunList list = NEURAL_TRY(open_runs(options));
  const track::Removal removal{options.keep, options.older_than_days, unix_ms()};
  std::string text;
  for (const RecordedRun& run : track::runs_to_remove(list, removal)) {
    if (!options.dry_run) NEURAL_TRY(track::remove_run(run));
    text += fmt::format("{} {}\n", options.dry_run ? "would remove" : "removed", printable(run.folder.string()));
  }
  NEURAL_TRY(print_result(text.empty() ? "nothing to remove\n" : text));
  return kDone;
}

}  // namespace

Run add_runs(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto chosen = std::make_shared<std::function<Expected<int>(const Options&)>>(list);
  app.require_subcommand(0, 1);
  app.footer(kFooter);
  const auto add_folder = [&](CLI::App& command) {
    command.add_option("--runs", options->runs, "The folder of the runs (default: runs)");
  };
  const auto add_list_options = [&](CLI::App& command) {
    add_folder(command);
    command.add_option("--sort", options->sort, "By the last number of this metric, the best last");
    command.add_flag("--reverse", options->reverse, "The other way round");
    command.add_flag("--json", options->json, "As JSON");
  };
  const auto add = [&](const char* name, const char* summary, const char* examples,
                       Expected<int> (*run)(const Options&)) {
    CLI::App* command = app.add_subcommand(name, summary);
    command->footer(examples);
    command->callback([chosen, run] { *chosen = run; });
    return command;
  };
  add_list_options(app);
  CLI::App* command = add("list", "List runs (also without a word)", kListExamples, list);
  add_list_options(*command);

  command = add("show", "Show all of a run", kShowExamples, show);
  add_folder(*command);
  command->add_option("RUN", options->before, "Which")->required();
  command->add_flag("--json", options->json, "As JSON");

  command = add("diff", "Tell what differs between two runs, or two groups of runs", kDiffExamples, diff);
  add_folder(*command);
  command->add_option("A", options->before, "A run, or a group as `show` has it")->required();
  command->add_option("B", options->after, "Another")->required();
  command->add_flag("--json", options->json, "As JSON");

  command = add("plot", "Draw a metric of runs", kPlotExamples, plot);
  add_folder(*command);
  command->add_option("RUN", options->names, "Which; also groups (default: all)");
  command->add_option("--metric", options->metric, "Which number")->capture_default_str();
  add_output(*command, options->drawing, "An SVG file, - is standard output (default: text in the terminal)");

  command = add("export", "Write runs for other tools", kExportExamples, export_runs);
  add_folder(*command);
  command->add_option("FORMAT", options->format, "csv, mlflow, tensorboard or wandb")
      ->required()
      ->check(CLI::IsMember({"csv", "mlflow", "tensorboard", "wandb"}));
  command->add_option("RUN", options->names, "Which; also groups (default: all)");
  add_output(*command, options->output,
             "The file of csv, - is standard output (default); the new folder of the others");

  command = add("gc", "Remove runs for good; those that are running stay", kGcExamples, gc);
  add_folder(*command);
  command->add_option("--keep", options->keep, "All but the newest so many")->check(CLI::Range(0, 1'000'000));
  command->add_option("--older-than", options->older_than_days, "What began more than so many days ago")
      ->check(CLI::Range(0.0, 1e6));
  command->add_flag("--dry-run", options->dry_run, "Only tell what would be removed");
  return [options, chosen] { return (*chosen)(*options); };
}

}  // namespace neural::cli
