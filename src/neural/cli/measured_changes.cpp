#include "neural/cli/measured_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "neural/base/files.hpp"
#include "neural/base/json.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/parity/compare.hpp"
#include "neural/bench/plan/machine.hpp"
#include "neural/bench/process/noise.hpp"
#include "neural/bench/stats/compare.hpp"
#include "neural/cli/parity_sides.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/cli/work_folder.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using bench::stats::Comparison;
using bench::stats::Verdict;

constexpr int kPairs = 12;  // of turns: enough that a 95 % interval may leave out one that was disturbed
constexpr double kSecondsPerTurn = 0.25;
constexpr std::int64_t kMostBatches = 16;
constexpr std::int64_t kMostNumbers = 1 << 24;  // of the samples in all
constexpr std::int64_t kParitySteps = 20;

/// "threads" with the numbers worth a try: one, and half of the cores.
std::vector<std::string> candidates_of(const model::Model& model, const emit::Backend& backend) {
  std::vector<std::string> candidates;
  const int cores = bench::plan::physical_cores();
  for (const std::string& name : backend.changes(model)) {
    if (name != "threads") {
      candidates.push_back(name);
      continue;
    }
    for (const int threads : std::set<int>{1, cores / 2}) {
      if (threads >= 1 && threads < cores) candidates.push_back(fmt::format("threads={}", threads));
    }
  }
  return candidates;
}

std::int64_t batches_of(const model::Model& model) {
  std::int64_t numbers = 1;
  for (const model::Input& input : model.inputs) {
    std::int64_t size = model.training.batch_size;
    for (const model::Dimension& each : input.shape) size = std::min(kMostNumbers, size * each.value_or(1));
    numbers += size;
  }
  return std::clamp<std::int64_t>(kMostNumbers / numbers, 1, kMostBatches);
}

/// "1.21 times as fast (1.15 to 1.27)": the ratio of the times, turned over.
std::string speed_of(const Comparison& comparison) {
  return fmt::format("{:.2f} times as fast ({:.2f} to {:.2f})", 1 / comparison.ratio, 1 / comparison.ci_high,
                     1 / comparison.ci_low);
}

/// Threads that wait for each other lose most where others take the processors.
bool is_busy(const bench::process::Ending& ending) {
  return ending.foreign_cpu_share > bench::process::kMostForeignShare;
}

class Measurement {
 public:
  Measurement(const model::Model& model, const emit::Backend& backend, const emit::Options& options,
              const fs::path& python, fs::path folder)
      : model_(model), backend_(backend), options_(options), python_(python), folder_(std::move(folder)) {}

  Expected<MeasuredChanges> run() {
    const std::vector<std::string> candidates = candidates_of(model_, backend_);
    std::string tried;
    emit::Changes faster;
    double best_threads = 1;
    for (const std::string& candidate : candidates) {
      emit::Changes changes;
      add_change(changes, candidate);
      const auto found = compare(changes, candidate);
      // What cannot run, or not with this version of the framework, is no reason to give up the rest.
      if (!found && found.error().code != ErrorCode::kProcess) return tl::unexpected(found.error());
      const std::string outcome = !found ? "cannot run: " + found.error().message : outcome_of(*found);
      tell(fmt::format("  {}: {}\n", candidate, printable(outcome)));
      tried += (tried.empty() ? "" : ", ") + candidate;
      if (!found || found->verdict != Verdict::kFaster) continue;
      if (changes.threads > 0 && found->ratio >= best_threads) continue;
      if (changes.threads > 0) best_threads = found->ratio;
      add_change(faster, candidate);
    }
    if (faster.empty()) {
      return MeasuredChanges{{}, {fmt::format("Tried, and not faster{}: {}.", here(), tried)}};
    }
    return confirm(faster);
  }

 private:
  std::string here() const {
    const Json cpu = bench::plan::describe_machine()["cpu"];
    const std::string name = cpu.contains("model") && cpu["model"].is_string() ? cpu["model"].get<std::string>() : "";
    return fmt::format(" on {}{} core{}", name.empty() ? "" : name + ", ", bench::plan::physical_cores(),
                       bench::plan::physical_cores() == 1 ? "" : "s");
  }

  static std::string outcome_of(const Comparison& comparison) {
    if (comparison.verdict == Verdict::kFaster || comparison.verdict == Verdict::kSlower) return speed_of(comparison);
    if (comparison.verdict == Verdict::kInvalid) return comparison.reason;
    return (comparison.verdict == Verdict::kEquivalent ? "no difference, " : "undecided, ") + speed_of(comparison);
  }

  /// All that were faster, measured anew: whoever is chosen for being fast looks faster than it is.
  Expected<MeasuredChanges> confirm(const emit::Changes& faster) {
    const std::string names = join(names_of(faster), ",");
    const Comparison found = NEURAL_TRY(compare(faster, names));
    tell(fmt::format("  together, once more: {}\n", outcome_of(found)));
    if (found.verdict != Verdict::kFaster) {
      return MeasuredChanges{{}, {fmt::format("Not faster{} when measured once more: {}.", here(), names)}};
    }
    const auto [deviation, reason] = NEURAL_TRY(deviation_of(faster));
    if (!reason.empty()) {
      tell(fmt::format("  left out, for it computes something else: {}\n", printable(reason)));
      return MeasuredChanges{{}, {fmt::format("Faster, but not the same within rounding: {}.", names)}};
    }
    tell(fmt::format("  agrees with -O1: {}\n", deviation));
    return MeasuredChanges{faster,
                           {fmt::format("{} as -O1{}, in {} pairs; it agrees with -O1: {}.", speed_of(found), here(),
                                        found.pairs, deviation),
                            fmt::format("The same program again, without measuring: -O2 --changes {}", names)}};
  }

  std::string emitted(const emit::Changes& changes) const {
    emit::Options own = options_;
    own.changes = changes;
    own.validate = false;
    syntax::DiagnosticList ignored;  // the caller has emitted the same network before
    const auto program = backend_.emit(model_, own, ignored);
    NEURAL_CHECK(program.has_value(), "changes make no program impossible");
    return program->text();
  }

  /// The program with the changes against the one without.
  Expected<Comparison> compare(const emit::Changes& changes, const std::string& name) {
    const fs::path folder = folder_ / fmt::format("pace_{}", ++count_);
    NEURAL_TRY(make_folder(folder));
    NEURAL_TRY(write_file(folder / "changed.py", emitted(changes)));
    NEURAL_TRY(write_file(folder / "plain.py", emitted({})));
    Json plan = {{"backend", backend_.name},
                 {"programs", {(folder / "changed.py").string(), (folder / "plain.py").string()}},
                 {"precision", "float32"},
                 {"seed", 0},
                 {"batches", batches_of(model_)},
                 {"batch_size", model_.training.batch_size},
                 {"pairs", kPairs},
                 {"seconds", kSecondsPerTurn},
                 {"output", (folder / "seconds.json").string()}};
    plan.update(describe_batches(model_));
    NEURAL_TRY(write_file(folder / "pace.json", pretty_json(plan)));
    auto ending = NEURAL_TRY(run_half(python_, "neural.pace", {folder / "pace.json"}, name));
    if (is_busy(ending)) ending = NEURAL_TRY(run_half(python_, "neural.pace", {folder / "pace.json"}, name));
    if (is_busy(ending)) {
      return fail(ErrorCode::kMeasurement,
                  fmt::format("other programs took {:.1f} processors while -O2 measured", ending.foreign_cpu_share),
                  "try again when the machine is quiet, or say what to change: `--changes " + name + "`");
    }
    const Json seconds = NEURAL_TRY(read_json(folder / "seconds.json"));
    const std::string file = as_code((folder / "seconds.json").string());
    const auto changed = NEURAL_TRY(json_field<std::vector<double>>(seconds, "changed", file));
    const auto plain = NEURAL_TRY(json_field<std::vector<double>>(seconds, "plain", file));
    return bench::stats::compare_times(changed, plain, {.looks = {kPairs}});
  }

  struct Deviation {
    std::string summary;
    std::string reason;  ///< why it is too much; empty: it is not
  };

  /// How far the changed program is from the plain one, by the protocol of `neural parity`.
  Expected<Deviation> deviation_of(const emit::Changes& changes) {
    std::vector<fs::path> folders;
    for (const auto& [name, own, rerun] :
         {std::tuple("changed", changes, 0), std::tuple("plain", emit::Changes(), 0),
          std::tuple("rerun_1", emit::Changes(), 1), std::tuple("rerun_2", emit::Changes(), 2)}) {
      const ParityPlan plan = {
          .folder = folder_ / name, .python = python_, .steps = kParitySteps, .weights_after = {1, 2, 10}};
      NEURAL_TRY(make_folder(plan.folder));
      emit::Options emit_options = options_;
      emit_options.changes = own;
      const auto sides = NEURAL_TRY(compile_sides(model_, plan, emit_options, {&backend_}));
      folders.push_back(NEURAL_TRY(run_side({&model_, &plan, &sides.front(), rerun})));
    }
    const bench::parity::Protocol protocol = {.first = "-O2",
                                              .second = "-O1",
                                              .weight_steps = {1, 2, 10},
                                              .loss_steps = {static_cast<std::size_t>(kParitySteps)},
                                              .tolerance = {},
                                              .reruns_widen_gradients = true,
                                              .flipped_share = 0,
                                              .least_share = 1e-4};
    const std::vector<fs::path> reruns = {folders[2], folders[3]};
    const auto certificate = NEURAL_TRY(bench::parity::compare_folders(folders[0], folders[1], reruns, protocol));
    return Deviation{bench::parity::summary(certificate), certificate.passed ? "" : certificate.reason};
  }

  const model::Model& model_;
  const emit::Backend& backend_;
  const emit::Options& options_;
  const fs::path& python_;
  fs::path folder_;
  int count_ = 0;
};

}  // namespace

Expected<MeasuredChanges> measure_changes(const model::Model& model, const emit::Backend& backend,
                                          const emit::Options& options, const fs::path& python) {
  if (model.training.mixed_precision) {
    return fail(ErrorCode::kUsage, "a network with `mixed_precision` rounds more than changes of -O2 may",
                "leave it out, or take -O1");
  }
  if (!options.custom.empty()) {
    return fail(ErrorCode::kUsage, "-O2 cannot measure a network with layers of your own, which it has no weights for",
                "say what to change, as in `--changes threads=1`, or take -O1");
  }
  WorkFolder folder = NEURAL_TRY(WorkFolder::make("neural-compile"));
  tell(fmt::format("-O2: what is faster here, on random batches of {}\n", model.training.batch_size));
  auto found = Measurement(model, backend, options, python, folder.path()).run();
  if (!found && found.error().code == ErrorCode::kProcess) folder.keep();  // the log that the error names
  return found;
}

}  // namespace neural::cli
