#include "neural/cli/engine_worker.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/bench/process/event_writer.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/engine_data.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/tensor_folders.hpp"
#include "neural/data/npy.hpp"
#include "neural/engine/train/trainer.hpp"
#include "neural/model/deterministic.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using bench::process::seconds_since;

/// What of a plan the engine needs. Its weights lie in folders as a program of `layout` has them.
struct Plan {
  std::string task;
  std::string layout;
  fs::path program;
  fs::path data;
  std::optional<std::int64_t> train_rows;
  std::optional<std::int64_t> test_rows;
  int threads = 1;
  std::uint64_t seed = 0;
  std::int64_t batch_size = 1;
  std::int64_t epochs = 1;
  bool shuffle = true;
  std::optional<fs::path> load;
  std::optional<fs::path> save;
  Json parity;
  Json pair;
};

template <class T>
Expected<std::optional<T>> optional_field(const Json& object, std::string_view key) {
  if (!object.is_object() || !object.contains(key) || object[std::string(key)].is_null()) return std::optional<T>();
  return std::optional<T>(NEURAL_TRY(json_field<T>(object, key, "the plan")));
}

Expected<Json> object_field(const Json& plan, std::string_view key) {
  if (plan.is_object() && plan.contains(key) && plan[std::string(key)].is_object()) return plan[std::string(key)];
  return fail(ErrorCode::kUsage, fmt::format("the plan has no `{}`", key));
}

Expected<Plan> read_plan(const fs::path& file) {
  const Json json = NEURAL_TRY(read_json(file));
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  const auto positive = [&](std::string_view key) -> Expected<std::int64_t> {
    const auto value = NEURAL_TRY(json_field<std::int64_t>(json, key, "the plan"));
    if (value >= 1 && value <= kMost) return value;
    return fail(ErrorCode::kUsage, fmt::format("the plan: `{}` is {}", key, value));
  };
  Plan plan;
  plan.task = NEURAL_TRY(json_field<std::string>(json, "task", "the plan"));
  plan.layout = NEURAL_TRY(json_field<std::string>(json, "layout", "the plan"));
  plan.program = NEURAL_TRY(json_field<std::string>(json, "program", "the plan"));
  const Json data = NEURAL_TRY(object_field(json, "data"));
  plan.data = NEURAL_TRY(json_field<std::string>(data, "folder", "the plan"));
  plan.train_rows = NEURAL_TRY(optional_field<std::int64_t>(data, "train_rows"));
  plan.test_rows = NEURAL_TRY(optional_field<std::int64_t>(data, "test_rows"));
  plan.threads = static_cast<int>(std::min<std::int64_t>(NEURAL_TRY(positive("threads")), 1024));
  plan.seed = NEURAL_TRY(json_field<std::uint64_t>(json, "seed", "the plan"));
  plan.batch_size = NEURAL_TRY(positive("batch_size"));
  plan.epochs = NEURAL_TRY(positive("epochs"));
  plan.shuffle = NEURAL_TRY(json_field<bool>(json, "shuffle", "the plan"));
  const Json weights = NEURAL_TRY(object_field(json, "weights"));
  if (auto path = NEURAL_TRY(optional_field<std::string>(weights, "load"))) plan.load = *path;
  if (auto path = NEURAL_TRY(optional_field<std::string>(weights, "save"))) plan.save = *path;
  if (plan.task == "parity") plan.parity = NEURAL_TRY(object_field(json, "parity"));
  if (plan.task == "pair") plan.pair = NEURAL_TRY(object_field(json, "pair"));
  for (const char* task : {"parity", "full", "pair", "memory"}) {
    if (plan.task == task) return plan;
  }
  return fail(ErrorCode::kUsage, fmt::format("the plan: there is no task `{}`", plan.task));
}

struct Fit {
  std::int64_t begin = 0;  ///< CLOCK_MONOTONIC, nanoseconds
  double seconds = 0;
  double loss = 0;
};

class Worker {
 public:
  Worker(Plan plan, int descriptor) : plan_(std::move(plan)), events_(descriptor) {}

  Expected<int> run() {
    const Status status = run_phases();
    if (status) {
      for (const Json& record : memory_.records()) NEURAL_TRY(events_.emit("memory", record));
      NEURAL_TRY(events_.emit("exit", {{"status", 0}}));
      return 0;
    }
    NEURAL_TRY(events_.emit("error", {{"phase", memory_.phase()},
                                      {"type", "Error"},
                                      {"message", status.error().message},
                                      {"file", plan_.program.string()},
                                      {"line", nullptr}}));
    NEURAL_TRY(events_.emit("exit", {{"status", 1}}));
    return 1;
  }

 private:
  Status run_phases() {
    NEURAL_TRY(events_.emit("start", {{"pid", ::getpid()}, {"schema", 1}}));
    const std::int64_t begun = monotonic_ns();
    NEURAL_TRY(memory_.during("import", [&] { return choose_kernels(); }));
    NEURAL_TRY(
        events_.emit("import_end", {{"versions", {{"neural", NEURAL_VERSION}}}, {"seconds", seconds_since(begun)}}));
    NEURAL_TRY(memory_.during("build", [&] { return build(); }));
    NEURAL_TRY(events_.emit("model_built", {{"parameters", model_.parameter_count()}, {"seconds", build_seconds_}}));
    const std::int64_t loading = monotonic_ns();
    NEURAL_TRY(memory_.during("data", [&] { return load_data(); }));
    NEURAL_TRY(events_.emit(
        "data_ready",
        {{"train_rows", train_.rows}, {"test_rows", test_ ? test_->rows : 0}, {"seconds", seconds_since(loading)}}));
    NEURAL_TRY(tell_environment());
    if (plan_.task == "parity") return write_parity();
    if (plan_.task == "full") return train_fully();
    if (plan_.task == "pair") return train_pair();
    return train_for_memory();
  }

  Status choose_kernels() {
    isa_ = NEURAL_TRY(chosen_isa());
    return done();
  }

  Status build() {
    const std::int64_t begun = monotonic_ns();
    const CheckedFile file = NEURAL_TRY(check_source(plan_.program.string()));
    if (file.diagnostics.has_errors() || file.networks.empty() || !file.networks.front()) {
      return fail(ErrorCode::kUsage, fmt::format("`{}` has errors; `neural check` shows them", plan_.program.string()));
    }
    model_ = *file.networks.front();
    if (plan_.task == "parity") model_ = model::without_randomness(model_);
    trainer_ = NEURAL_TRY(make_trainer());
    build_seconds_ = seconds_since(begun);
    folders_.emplace(NEURAL_TRY(emit::program_tensors(model_, plan_.layout)));
    weights::Weights weights = trainer_->weights();
    if (plan_.load) NEURAL_TRY(folders_->load(*plan_.load, weights));
    if (plan_.save) NEURAL_TRY(folders_->save(*plan_.save, weights));
    trainer_->set_weights(weights);
    return done();
  }

  /// Of the network's own sizes: the data are not there yet.
  Expected<std::unique_ptr<engine::Trainer>> make_trainer() const {
    engine::Samples shapes;
    shapes.rows = plan_.batch_size;
    for (const model::Input& input : model_.inputs) {
      engine::Column column;
      for (const model::Dimension& size : input.shape) {
        if (!size) return fail(ErrorCode::kUsage, fmt::format("the input `{}` has a dimension None", input.name));
        column.row.push_back(*size);
      }
      shapes.columns.push_back(std::move(column));
    }
    engine::TrainingOptions options;
    options.batch_size = plan_.batch_size;
    options.seed = plan_.seed;
    options.shuffle = plan_.shuffle;
    options.threads = plan_.threads;
    options.isa = isa_;
    options.dialect = plan_.layout == "tensorflow" ? engine::Dialect::kKeras : engine::Dialect::kPyTorch;
    syntax::DiagnosticList diagnostics;
    std::unique_ptr<engine::Trainer> trainer = engine::Trainer::create(model_, shapes, options, diagnostics);
    if (trainer) return trainer;
    return fail(ErrorCode::kUsage, "the engine cannot express this network; `neural train` says why");
  }

  Expected<engine::Samples> load_split(const std::string& split, std::optional<std::int64_t> rows) const {
    data::Split arrays;
    arrays.inputs.push_back(NEURAL_TRY(data::read_npy(plan_.data / ("x_" + split + ".npy"))));
    arrays.targets = NEURAL_TRY(data::read_npy(plan_.data / ("y_" + split + ".npy")));
    engine::Samples samples = NEURAL_TRY(engine::prepare_samples(model_, arrays, plan_.data.string(), split));
    NEURAL_TRY(trainer_->check_ids(samples, plan_.data.string(), split));
    if (!rows || *rows == samples.rows) return samples;
    if (*rows > samples.rows) {
      return fail(ErrorCode::kUsage, fmt::format("the plan asks for {} rows, there are {}", *rows, samples.rows));
    }
    return samples.slice(0, *rows);
  }

  Status load_data() {
    train_ = NEURAL_TRY(load_split("train", plan_.train_rows));
    if (plan_.test_rows != 0) test_ = NEURAL_TRY(load_split("test", plan_.test_rows));
    return done();
  }

  Status tell_environment() const {
    cpu_set_t mask;
    const int cpus = ::sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 0;
    std::error_code error;
    const auto tasks = std::distance(fs::directory_iterator("/proc/self/task", error), fs::directory_iterator());
    return events_.emit("environment", {{"threads", {{"engine", plan_.threads}}},
                                        {"tasks", tasks},
                                        {"cpus", cpus},
                                        {"variables", Json::object()},
                                        {"settings", {{"isa", engine::isa_name(isa_)}}}});
  }

  static Expected<Fit> timed_fit(engine::Trainer& trainer, const engine::Samples& samples, bool shuffle,
                                 bool finish = true) {
    Fit fit;
    fit.begin = monotonic_ns();
    fit.loss = NEURAL_TRY(trainer.fit(samples, shuffle));
    if (finish) trainer.use_averages();
    fit.seconds = seconds_since(fit.begin);
    return fit;
  }
  Status train_for(const engine::Samples& samples, Fit& fit, bool finish = true) {
    fit = NEURAL_TRY(timed_fit(*trainer_, samples, plan_.shuffle, finish));
    return done();
  }

  std::int64_t steps_of(std::int64_t rows) const { return (rows + plan_.batch_size - 1) / plan_.batch_size; }

  /// The rows of the first batches; the last one may be partial.
  Expected<engine::Samples> batches(std::int64_t steps) const {
    if (steps <= steps_of(train_.rows)) return train_.slice(0, std::min(steps * plan_.batch_size, train_.rows));
    return fail(ErrorCode::kUsage,
                fmt::format("the plan asks for {} batches, the data has {}", steps, steps_of(train_.rows)));
  }

  Status tell_epoch(std::int64_t epoch, const Fit& fit, const Json& loss, const Json& accuracy) const {
    return events_.emit("epoch", {{"epoch", epoch},
                                  {"rows", train_.rows},
                                  {"steps", steps_of(train_.rows)},
                                  {"seconds", fit.seconds},
                                  {"loss", fit.loss},
                                  {"test_loss", loss},
                                  {"test_accuracy", accuracy}});
  }

  Status train_fully() {
    if (!test_) return fail(ErrorCode::kUsage, "the plan has no test rows");
    double total = 0;
    double evaluating = 0;
    Json loss;
    Json accuracy;
    const auto evaluate = [&] {
      const std::int64_t begun = monotonic_ns();
      const engine::Scores scores = trainer_->evaluate(*test_);
      evaluating = seconds_since(begun);
      loss = scores.front().second;
      for (const auto& [name, value] : scores) {
        if (name == "accuracy") accuracy = value;
      }
      return done();
    };
    for (std::int64_t epoch = 1; epoch <= plan_.epochs; ++epoch) {
      Fit fit;
      NEURAL_TRY(memory_.during("train", [&] { return train_for(train_, fit, epoch == plan_.epochs); }));
      NEURAL_TRY(memory_.during("evaluate", evaluate));
      total += fit.seconds;
      NEURAL_TRY(tell_epoch(epoch, fit, loss, accuracy));
    }
    NEURAL_TRY(events_.emit("train_end", {{"seconds", total}}));
    return events_.emit("evaluate_end",
                        {{"loss", loss}, {"accuracy", accuracy}, {"rows", test_->rows}, {"seconds", evaluating}});
  }

  Status train_for_memory() {
    Fit fit;
    NEURAL_TRY(memory_.during("train", [&] { return train_for(train_, fit); }));
    NEURAL_TRY(tell_epoch(1, fit, nullptr, nullptr));
    return events_.emit("train_end", {{"seconds", fit.seconds}});
  }

  Status train_pair() {
    const auto steps = [&](const char* key) { return json_field<std::int64_t>(plan_.pair, key, "the plan"); };
    const std::int64_t warmup = NEURAL_TRY(steps("warmup_steps"));
    const std::int64_t few = NEURAL_TRY(steps("short_steps"));
    const std::int64_t many = NEURAL_TRY(steps("long_steps"));
    const std::pair<const char*, std::int64_t> slices[] = {{"short", few}, {"long", many}};
    double total = 0;
    const auto warm_up = [&]() -> Status {
      Fit first;
      Fit others;
      const engine::Samples one = NEURAL_TRY(batches(1));
      NEURAL_TRY(train_for(one, first));
      if (warmup > 1) {
        const engine::Samples rest = NEURAL_TRY(batches(warmup - 1));
        NEURAL_TRY(train_for(rest, others));
      }
      const double seconds = first.seconds + others.seconds;
      return events_.emit("warmup_end",
                          {{"first_step_seconds", first.seconds}, {"seconds", seconds}, {"steps", warmup}});
    };
    const auto train = [&]() -> Status {
      for (const auto& [kind, count] : slices) {
        const engine::Samples rows = NEURAL_TRY(batches(count));
        Fit fit;
        NEURAL_TRY(train_for(rows, fit));
        total += fit.seconds;
        NEURAL_TRY(events_.emit("slice", {{"kind", kind},
                                          {"rows", rows.rows},
                                          {"steps", steps_of(rows.rows)},
                                          {"begin", fit.begin},
                                          {"seconds", fit.seconds},
                                          {"loss", fit.loss}}));
      }
      return done();
    };
    NEURAL_TRY(memory_.during("warmup", warm_up));
    NEURAL_TRY(memory_.during("train", train));
    return events_.emit("train_end", {{"seconds", total}});
  }

  /// The batches in order; from the first again when the full ones are used up.
  engine::Samples single_batch(std::int64_t number) const {
    const std::int64_t begin = number % std::max<std::int64_t>(1, train_.rows / plan_.batch_size) * plan_.batch_size;
    return train_.slice(begin, std::min(begin + plan_.batch_size, train_.rows));
  }

  Status write_parity() {
    const fs::path folder = NEURAL_TRY(json_field<std::string>(plan_.parity, "folder", "the plan"));
    const auto steps = NEURAL_TRY(json_field<std::int64_t>(plan_.parity, "steps", "the plan"));
    const auto after = NEURAL_TRY(json_field<std::vector<std::int64_t>>(plan_.parity, "weights_after", "the plan"));
    NEURAL_TRY(make_folder(folder));
    const weights::Weights initial = trainer_->weights();
    const engine::LossGradients first = NEURAL_TRY(trainer_->gradients(single_batch(0)));
    Json index = {{"schema", 1}, {"parameters", folders_->describe(true)}, {"step0_loss", first.loss}};
    index["gradients"] = NEURAL_TRY(folders_->write_all(folder, "gradient", first.gradients, true));
    Json losses = Json::array();
    Json seconds = Json::array();
    Json weights = Json::object();
    for (std::int64_t step = 1; step <= steps; ++step) {
      const Fit fit = NEURAL_TRY(timed_fit(*trainer_, single_batch(step - 1), false));
      losses.push_back(fit.loss);
      seconds.push_back(fit.seconds);
      if (std::find(after.begin(), after.end(), step) == after.end()) continue;
      weights[std::to_string(step)] =
          NEURAL_TRY(folders_->write_all(folder, fmt::format("step{}", step), trainer_->weights(), true));
    }
    index["losses"] = std::move(losses);
    index["weights"] = std::move(weights);
    trainer_.reset();  // before another one, whose threads would be beside its own
    trainer_ = NEURAL_TRY(make_trainer());
    trainer_->set_weights(initial);
    const engine::Samples loop = train_.slice(0, std::min(plan_.batch_size * 7 / 2, train_.rows));
    NEURAL_TRY(timed_fit(*trainer_, loop, false));
    index["loop_weights"] = NEURAL_TRY(folders_->write_all(folder, "loop", trainer_->weights(), true));
    NEURAL_TRY(write_file(folder / "index.json", pretty_json(index)));
    return events_.emit("parity", {{"folder", folder.string()}, {"step_seconds", seconds}});
  }

  Plan plan_;
  bench::process::EventWriter events_;
  bench::process::PhaseMemory memory_;
  engine::Isa isa_ = engine::Isa::kPortable;
  model::Model model_;
  std::unique_ptr<engine::Trainer> trainer_;
  std::optional<TensorFolders> folders_;
  double build_seconds_ = 0;
  engine::Samples train_;
  std::optional<engine::Samples> test_;
};

}  // namespace

Expected<int> run_engine_worker(const fs::path& plan, int descriptor) {
  return Worker(NEURAL_TRY(read_plan(plan)), descriptor).run();
}

/// Started by `neural bench` alone.
Run add_worker(CLI::App& app) {
  auto plan = std::make_shared<fs::path>();
  app.add_option("PLAN", *plan, "plan.json of a run")->required();
  return [plan] { return run_engine_worker(*plan); };
}

}  // namespace neural::cli
