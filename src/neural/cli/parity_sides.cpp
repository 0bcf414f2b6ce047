#include "neural/cli/parity_sides.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/cli/engine_side.hpp"
#include "neural/cli/python_half.hpp"
#include "neural/describe/describe.hpp"
#include "neural/estimate/outline.hpp"
#include "neural/model/deterministic.hpp"
#include "neural/weights/initial_weights.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLargestBatch = 16;
constexpr std::int64_t kBatches = 8;
constexpr double kTimeout = 1800;

std::string weights_name(int rerun) {
  return rerun == 0 ? "weights.safetensors" : fmt::format("weights_rerun_{}.safetensors", rerun);
}

/// Every number one step of its own precision away from zero, or nearer to it; zeros stay.
weights::Weights moved_by_one_ulp(weights::Weights weights, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  for (auto& [name, array] : weights) {
    for (float& value : array.values) {
      const bool up = generator() % 2 == 0;
      if (value != 0) value = std::nextafter(value, up ? 2 * value : 0);
    }
  }
  return weights;
}

std::int64_t least_vocabulary(const std::vector<model::Layer>& layers) {
  std::int64_t least = std::numeric_limits<std::int32_t>::max();
  for (const model::Layer& layer : layers) {
    if (layer.kind == model::LayerKind::Embedding) {
      least = std::min(least, layer.attributes.integer(model::Parameter::input_dim));
    }
    if (layer.wrapped) least = std::min(least, least_vocabulary({*layer.wrapped}));
    if (layer.body() != nullptr) least = std::min(least, least_vocabulary(layer.body()->layers));
  }
  return least;
}

Json sizes_of(const model::Shape& shape) {
  Json sizes = Json::array();
  for (const model::Dimension& size : shape) sizes.push_back(size.value_or(kAnySize));
  return sizes;
}

/// What is not known is null: the network itself knows, once its inputs have sizes.
Json known_sizes_of(const model::Shape& shape) {
  Json sizes = Json::array();
  for (const model::Dimension& size : shape) sizes.push_back(size ? Json(*size) : Json(nullptr));
  return sizes;
}

fs::path folder(const SideRun& run) {
  return folder_of(*run.plan, *run.side, run.rerun);
}

/// What a side writes last.
fs::path index(const SideRun& run) {
  return folder(run) / "index.json";
}

Json plan_of(const SideRun& run) {
  const ParityPlan& plan = *run.plan;
  Json all = {{"backend", run.side->backend->name},
              {"program", run.side->program->string()},
              {"weights", weights_file(run).string()},
              {"folder", folder(run).string()},
              {"batches_folder", batches_folder(plan).string()},
              {"trains", trains(*run.model)},
              {"steps", plan.steps},
              {"weights_after", plan.weights_after},
              {"precision", plan.float64 ? "float64" : "float32"},
              {"seed", plan.seed},
              {"rerun", run.rerun},
              {"batches", kBatches},
              {"batch_size", std::min(run.model->training.batch_size, kLargestBatch)}};
  all.update(describe_batches(*run.model));
  return all;
}

Status write_moved_weights(const SideRun& run) {
  const weights::Weights initial = weights::initial_weights(model::without_randomness(*run.model), run.plan->seed);
  const std::uint64_t seed = run.plan->seed + static_cast<std::uint64_t>(run.rerun);
  return weights::write_safetensors(run.plan->folder / weights_name(run.rerun), moved_by_one_ulp(initial, seed));
}

/// The last line of a log that says something.
std::string last_words(const fs::path& log) {
  const auto text = read_file(log);
  if (!text) return {};
  const std::vector<std::string> lines = split(*text, '\n');
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!trim(*line).empty()) return std::string(trim(*line));
  }
  return {};
}

/// Its program would turn oneDNN on for all that share a process with it.
Expected<bool> turns_onednn_on(const SideRun& run) {
  const std::string program = NEURAL_TRY(read_file(*run.side->program));
  return program.find("\nos.environ[\"TF_ENABLE_ONEDNN_OPTS\"] = ") != std::string::npos;
}

}  // namespace

bool trains(const model::Model& model) {
  return estimate::outline_of(model).totals.trainable_parameters.value() > 0;
}

Json describe_batches(const model::Model& model) {
  Json inputs = Json::array();
  for (const model::Input& input : model.inputs) {
    inputs.push_back({{"name", input.name}, {"shape", sizes_of(input.shape)}, {"integer", input.is_integer}});
  }
  return {{"inputs", std::move(inputs)},
          {"vocabulary", least_vocabulary(model.layers)},
          {"targets", describe::target_name(model.targets)},
          {"loss", loss_name(model.loss.kind)},
          {"output_shape", known_sizes_of(model.output())}};
}

Expected<std::vector<ParitySide>> compile_sides(const model::Model& model, const ParityPlan& plan,
                                                const emit::Options& options,
                                                const std::vector<const emit::Backend*>& backends) {
  model::Model quiet = model::without_randomness(model);
  quiet.device = "cpu";                     // where all backends compute with float32, with nothing shortened
  if (plan.float64) quiet.metrics.clear();  // some of Keras's take float32 alone, and none is compared
  const weights::Weights weights = weights::initial_weights(quiet, plan.seed);
  NEURAL_TRY(weights::write_safetensors(plan.folder / weights_name(0), weights));
  std::vector<ParitySide> sides;
  for (const emit::Backend* backend : backends) {
    ParitySide side = {.backend = backend};
    if (backend == &engine_backend()) {
      prepare_engine_side(quiet, plan, side);
      sides.push_back(std::move(side));
      continue;
    }
    emit::Options own = options;
    own.weights = &weights;
    own.validate = false;                            // arrays of float64 are what the programs refuse
    if (plan.float64) own.level = emit::Level::kO0;  // loops at -O1 are written for float32
    if (const auto program = backend->emit(quiet, own, side.diagnostics)) {
      side.program = plan.folder / fmt::format("{}{}", backend->name, backend->ending);
      NEURAL_TRY(write_file(*side.program, [&](const Sink& sink) { return program->write(sink); }));
    }
    sides.push_back(std::move(side));
  }
  return sides;
}

fs::path weights_file(const SideRun& run) {
  return run.plan->folder / weights_name(run.plan->float64 ? 0 : run.rerun);
}

fs::path folder_of(const ParityPlan& plan, const ParitySide& side, int rerun) {
  return plan.folder /
         (rerun == 0 ? std::string(side.backend->name) : fmt::format("{}_rerun_{}", side.backend->name, rerun));
}

Expected<fs::path> run_side(const SideRun& run) {
  const std::vector<Status> endings = NEURAL_TRY(run_sides({run}));
  if (!endings.front()) return tl::unexpected(endings.front().error());
  return folder(run);
}

Expected<std::vector<Status>> run_sides(const std::vector<SideRun>& runs) {
  std::vector<fs::path> files;
  for (const SideRun& run : runs) {
    NEURAL_TRY(make_folder(folder(run)));
    if (run.rerun > 0 && !run.plan->float64) NEURAL_TRY(write_moved_weights(run));
    std::error_code ignored;
    fs::remove(index(run), ignored);  // of an earlier command
    if (run.side->backend == &engine_backend()) continue;
    files.push_back(folder(run).concat(".json"));
    NEURAL_TRY(write_file(files.back(), pretty_json(plan_of(run))));
  }
  if (files.empty()) {
    std::vector<Status> endings;
    for (const SideRun& run : runs) endings.push_back(run_engine_side(run));
    return endings;
  }
  std::vector<fs::path> alike, with_onednn;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    (NEURAL_TRY(turns_onednn_on(runs[i])) ? with_onednn : alike).push_back(files[i]);
  }
  for (const std::vector<fs::path>& group : {alike, with_onednn}) {
    if (group.size() < 2) continue;
    const auto together = run_half(runs.front().plan->python, "neural.parity", group, "several sides");
    if (!together && together.error().code == ErrorCode::kInterrupted) return tl::unexpected(together.error());
  }
  std::vector<Status> endings;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    endings.push_back(done());
    if (fs::exists(index(runs[i]))) continue;
    const auto alone = run_half(runs[i].plan->python, "neural.parity", {files[i]},
                                fmt::format("the {} side", runs[i].side->backend->title));
    if (alone) continue;
    if (alone.error().code == ErrorCode::kInterrupted) return tl::unexpected(alone.error());
    endings.back() = tl::unexpected(alone.error());
  }
  return endings;
}

Expected<bench::process::Ending> run_half(const fs::path& python, const std::string& module,
                                          const std::vector<fs::path>& files, const std::string& what) {
  const fs::path log = fs::path(files.front()).replace_extension(".log");
  std::vector<std::string> arguments = {python.string(), "-P", "-m", module};
  for (const fs::path& file : files) arguments.push_back(file.string());
  const bench::process::Command command = {.arguments = std::move(arguments),
                                           .environment = environment_of_this_program(),
                                           .log = log,
                                           .timeout_seconds = kTimeout * static_cast<double>(files.size())};
  const auto run = bench::process::ProcessRunner().run(command);
  if (!run && run.error().code == ErrorCode::kInterrupted) {
    return fail(ErrorCode::kInterrupted, "interrupted", "the same command again begins anew");
  }
  bench::process::Ending ending = NEURAL_TRY(run);
  if (ending.timed_out) {
    return fail(ErrorCode::kProcess, fmt::format("{} took longer than {} s", what, command.timeout_seconds),
                "a smaller `batch_size` takes less time");
  }
  if (ending.exit_status != 0) {
    std::string words = printable(shortened(last_words(log), 300));
    if (words.empty()) words = fmt::format("it said nothing, exit status {}", ending.exit_status);
    return fail(ErrorCode::kProcess, fmt::format("{} failed: {}", what, words),
                fmt::format("its log is {}; `neural doctor` shows what is installed", log.string()));
  }
  return ending;
}

}  // namespace neural::cli
