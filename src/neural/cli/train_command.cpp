#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/base/json.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/interrupts.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/engine_data.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/progress_line.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/cli/training_record.hpp"
#include "neural/engine/run/team.hpp"
#include "neural/engine/train/trainer.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

using bench::process::Interrupts;

constexpr const char* kFooter =
    "\nexamples:\n"
    "  neural train model.neural                                   # as the file says\n"
    "  neural train model.neural --epochs 3 --save trained.safetensors\n"
    "  neural train model.neural --init trained.safetensors        # goes on from these weights\n"
    "  neural train table.neural --data measurements.csv --label price\n"
    "  neural train model.neural --json | jq .test.accuracy\n"
    "  neural train model.neural --resume 1a2b3c4d                 # goes on with that run, to the same bits\n"
    "\nCtrl-C ends the training behind the step it is at and keeps where it was. `neural runs` lists, compares and "
    "draws runs.\n"
    "\nexit codes: 0 trained, 1 the program has errors, 2 usage, data, or Ctrl-C";

struct Options {
  std::string file;
  std::optional<std::string> network;
  std::optional<std::string> data;
  std::optional<std::string> label;
  std::optional<std::int64_t> epochs;
  std::optional<std::int64_t> batch_size;
  std::optional<std::uint64_t> seed;
  std::optional<int> threads;
  std::string save;
  std::string init;
  std::string resume;
  std::string runs = "runs";
  double between_checkpoints = 10;
  bool no_tracking = false;
  bool json = false;
  bool explains = false;
  bool no_progress = false;
};

class TrainCommand {
 public:
  TrainCommand(const Options& options, const CheckedFile& file, const model::Model& model)
      : options_(options), file_(file), model_(model), progress_(!options.no_progress && !options.json) {}

  Expected<int> run() {
    NEURAL_TRY(read_resumed());
    const engine::TrainingOptions settings = NEURAL_TRY(chosen_settings());
    const std::int64_t begun = monotonic_ns();
    NEURAL_TRY(prepare_data());
    data_seconds_ = seconds_since(begun);
    syntax::DiagnosticList diagnostics;
    trainer_ = engine::Trainer::create(model_, train_, settings, diagnostics);
    if (!trainer_) {
      tell(render_text(file_.source, diagnostics, {.color = wants_color(stderr)}));
      return kNo;
    }
    NEURAL_TRY(check_ids());
    if (!options_.init.empty()) trainer_->set_weights(NEURAL_TRY(weights::read_weights(options_.init, model_)));
    if (resumed_) NEURAL_TRY(trainer_->set_states(resumed_->checkpoint.states));
    if (options_.explains) {
      NEURAL_TRY(print_result(trainer_->explanation()));
      return kDone;
    }
    batch_size_ = std::min(settings.batch_size, train_.rows);
    NEURAL_TRY(start_record(settings));
    NEURAL_TRY(say(fmt::format("{}: {} samples, batches of {}, {}, {}, seed {}\n", model_.name,
                               with_commas(train_.rows), std::min(settings.batch_size, train_.rows),
                               settings.threads == 1 ? "1 thread" : fmt::format("{} threads", settings.threads),
                               isa_name(settings.isa), settings.seed)));
    if (resumed_)
      NEURAL_TRY(say(fmt::format("goes on in epoch {} behind {} steps\n", resumed_->checkpoint.epoch + 1,
                                 resumed_->checkpoint.step)));
    const Expected<bool> trained = train();
    if (!trained) {
      if (record_) NEURAL_TRY(record_->finish(track::RunStatus::kFailed));
      return tl::unexpected(trained.error());
    }
    if (*trained) trainer_->use_averages();
    NEURAL_TRY(save());
    NEURAL_TRY(told_);
    if (*trained) return finish(settings);
    if (record_) NEURAL_TRY(record_->finish(track::RunStatus::kKilled));
    return fail(ErrorCode::kInterrupted, "the training was ended before its end", way_on());
  }

 private:
  static double seconds_since(std::int64_t begun) { return static_cast<double>(monotonic_ns() - begun) * 1e-9; }

  /// For people; with --json they get the document alone.
  Status say(const std::string& text) {
    if (options_.json) return done();
    progress_.clear();
    return print_result(text);
  }

  std::string way_on() const {
    if (record_) return fmt::format("go on with --resume {}", printable(record_->folder().string()));
    if (!options_.save.empty()) return fmt::format("go on with --init {}", printable(options_.save));
    return "with --save its weights are kept, without --no-tracking also what --resume goes on from";
  }

  Status read_resumed() {
    if (options_.resume.empty()) return done();
    resumed_ = NEURAL_TRY(read_training(options_.runs, options_.resume));
    const TrainingSetup& setup = resumed_->setup;
    if (setup.sha256 == file_.sha256 && setup.network == model_.name) {
      if (!data_) data_ = setup.data;
      if (!label_) label_ = setup.label;
      return done();
    }
    return fail(ErrorCode::kUsage,
                fmt::format("`{}` is not what `{}` was trained from: {}", printable(options_.file),
                            printable(resumed_->run.string()),
                            setup.network != model_.name ? "another network" : "it has changed"),
                "bring it back, or begin from its weights with --init");
  }

  /// Of the options, or as they were.
  Expected<engine::TrainingOptions> chosen_settings() const {
    engine::TrainingOptions settings;
    settings.shuffle = model_.training.shuffle;
    settings.threads = options_.threads.value_or(engine::processors());
    settings.isa = NEURAL_TRY(chosen_isa());
    settings.batch_size = options_.batch_size.value_or(model_.training.batch_size);
    if (!resumed_) {
      settings.seed = seed();
      return settings;
    }
    settings.seed = resumed_->setup.seed;
    settings.batch_size = resumed_->setup.batch_size;
    // AVX2 and AVX-512 have the same bits; the portable kernels others.
    const auto before = engine::isa_of_name(resumed_->setup.isa);
    if (before && (*before == engine::Isa::kPortable) != (settings.isa == engine::Isa::kPortable)) {
      tell(fmt::format("note: the run was begun with {}, with {} its bits may differ\n", isa_name(*before),
                       isa_name(settings.isa)));
    }
    return settings;
  }

  Status start_record(const engine::TrainingOptions& settings) {
    if (resumed_ && resumed_->setup.rows != train_.rows) {
      return fail(
          ErrorCode::kUsage,
          fmt::format("{} has {} samples to train on, the run had {}", origin_, train_.rows, resumed_->setup.rows),
          "go on with the same data");
    }
    if (options_.no_tracking || !track::tracking_enabled()) return done();
    track::Beginning beginning;
    beginning.experiment = model_.name;
    beginning.details = {{"name", model_.name},
                         {"group", model_.name},
                         {"backend", "engine"},
                         {"program", options_.file},
                         {"seed", settings.seed},
                         {"threads", settings.threads},
                         {"sha256", {{"source", file_.sha256}}}};
    if (resumed_) beginning.details["resumed"] = resumed_->run.string();
    const TrainingSetup setup = {.network = model_.name,
                                 .sha256 = file_.sha256,
                                 .seed = settings.seed,
                                 .batch_size = settings.batch_size,
                                 .epochs = epochs(),
                                 .rows = train_.rows,
                                 .data = data_,
                                 .label = label_,
                                 .isa = std::string(isa_name(settings.isa))};
    record_ = NEURAL_TRY(TrainingRecord::start(options_.runs, beginning, setup, options_.between_checkpoints));
    return done();
  }

  std::int64_t epochs() const {
    if (options_.epochs) return *options_.epochs;
    return resumed_ ? resumed_->setup.epochs : model_.training.epochs;
  }

  std::uint64_t seed() const {
    if (options_.seed) return *options_.seed;
    if (model_.training.seed) return static_cast<std::uint64_t>(*model_.training.seed);
    std::random_device random;
    return random();
  }

  Status prepare_data() {
    const data::Dataset dataset = NEURAL_TRY(load_data(model_, {options_.file, data_, label_}));
    origin_ = dataset.origin;
    train_ = NEURAL_TRY(engine::prepare_samples(model_, dataset.train, origin_, "train"));
    if (dataset.test) test_ = NEURAL_TRY(engine::prepare_samples(model_, *dataset.test, origin_, "test"));
    validation_ = NEURAL_TRY(engine::hold_out_validation(model_, train_));
    return done();
  }

  Status check_ids() const {
    NEURAL_TRY(trainer_->check_ids(train_, origin_, "train"));
    if (test_) NEURAL_TRY(trainer_->check_ids(*test_, origin_, "test"));
    return validation_ ? trainer_->check_ids(*validation_, origin_, "train") : done();
  }

  /// False where it was interrupted.
  Expected<bool> train() {
    const Interrupts interrupts;
    const std::int64_t last = epochs();
    const std::int64_t first = resumed_ ? resumed_->checkpoint.epoch : 0;
    const std::int64_t begun = monotonic_ns();
    for (std::int64_t epoch = first; epoch < last; ++epoch) {
      const std::int64_t epoch_begun = monotonic_ns();
      const std::int64_t done_before = resumed_ && epoch == first ? resumed_->checkpoint.step : 0;
      std::int64_t shown = epoch_begun;
      std::int64_t steps_of_epoch = 0;
      const auto after_step = [&](std::int64_t step, std::int64_t steps, double loss) {
        constexpr std::int64_t kBetween = 100'000'000;
        const std::int64_t now = monotonic_ns();
        steps_of_epoch = steps;
        if (now - shown > kBetween && step < steps) {
          shown = now;
          const double passed =
              static_cast<double>(epoch - first) + static_cast<double>(step - done_before) / static_cast<double>(steps);
          const double left =
              static_cast<double>(last - epoch) - static_cast<double>(step) / static_cast<double>(steps);
          progress_.show(fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  {} left", epoch + 1, last, step, steps,
                                     loss, minutes_text(seconds_since(begun) * left / passed)),
                         fmt::format("epoch {}", epoch + 1));
        }
        const bool goes_on = Interrupts::check().has_value();
        step < steps ? keep(epoch, step, !goes_on) : keep(epoch + 1, 0, !goes_on);
        return goes_on;
      };
      const auto scores = NEURAL_TRY(trainer_->train_epoch(train_, epoch, done_before, after_step));
      if (!scores) return false;
      const double seconds = seconds_since(epoch_begun);
      keep(epoch + 1, 0, epoch + 1 == last);
      // That nobody can be told is no reason to lose what was trained.
      remember(report_epoch(epoch, last, done_before, *scores, seconds, (epoch + 1) * steps_of_epoch));
    }
    return true;
  }

  /// The first that could not be told or kept is an error at the end.
  void remember(Status status) {
    if (told_) told_ = std::move(status);
  }

  void keep(std::int64_t epoch, std::int64_t step, bool must_be) {
    if (record_) remember(record_->keep(*trainer_, epoch, step, must_be));
  }

  Status report_epoch(std::int64_t epoch, std::int64_t last, std::int64_t done_before, const engine::Scores& scores,
                      double seconds, std::int64_t steps) {
    const std::int64_t rows = train_.rows - std::min(done_before * batch_size_, train_.rows);
    const double rate = static_cast<double>(rows) / seconds;
    Json json = {{"epoch", epoch + 1}, {"train_seconds", seconds}, {"samples_per_second", rate}};
    if (done_before > 0) json["steps_before"] = done_before;
    json.update(scores_json(scores));
    std::string text = fmt::format("epoch {}/{}{}", epoch + 1, last, scores_text(scores));
    if (record_) {
      NEURAL_TRY(record_->log(epoch + 1, steps, "train", scores));
      NEURAL_TRY(record_->log_seconds(epoch + 1, steps, seconds));
    }
    if (validation_) {
      const engine::Scores of_validation = trainer_->evaluate(*validation_);
      for (const auto& [name, value] : of_validation) json["val_" + name] = value;
      text += scores_text(of_validation, "val_");
      if (record_) NEURAL_TRY(record_->log(epoch + 1, steps, "val", of_validation));
    }
    epochs_.push_back(std::move(json));
    return say(fmt::format("{}  {:.2f} s  {} samples/s\n", text, seconds, with_commas(std::llround(rate))));
  }

  Status save() {
    if (options_.save.empty()) return done();
    NEURAL_TRY(weights::write_safetensors(options_.save, trainer_->weights()));
    return told_ ? say(fmt::format("weights: {}\n", printable(options_.save))) : done();
  }

  Expected<int> finish(const engine::TrainingOptions& settings) {
    std::optional<engine::Scores> scores;
    if (test_) scores = trainer_->evaluate(*test_);
    if (record_) {
      Json results = Json::object();
      if (scores) {
        for (const auto& [name, value] : *scores) results["test_" + name] = value;
        const std::int64_t steps = (train_.rows + batch_size_ - 1) / batch_size_;
        NEURAL_TRY(record_->log(epochs(), epochs() * steps, "test", *scores));
      }
      NEURAL_TRY(record_->finish(track::RunStatus::kFinished, results));
    }
    if (!options_.json) {
      if (scores) NEURAL_TRY(say(fmt::format("test{}\n", scores_text(*scores))));
      if (record_) NEURAL_TRY(say(fmt::format("run: {}\n", printable(record_->folder().string()))));
      return kDone;
    }
    NEURAL_TRY(print_result(pretty_json({{"network", model_.name},
                                         {"data", origin_},
                                         {"rows", train_.rows},
                                         {"epochs", epochs_},
                                         {"test", scores ? scores_json(*scores) : Json(nullptr)},
                                         {"data_seconds", data_seconds_},
                                         {"peak_memory_bytes", peak_memory_bytes()},
                                         {"threads", settings.threads},
                                         {"isa", isa_name(settings.isa)},
                                         {"batch_size", settings.batch_size},
                                         {"seed", settings.seed},
                                         {"run", record_ ? Json(record_->folder().string()) : Json(nullptr)}})));
    return kDone;
  }

  const Options& options_;
  const CheckedFile& file_;
  const model::Model& model_;
  ProgressLine progress_;
  std::string origin_;
  engine::Samples train_;
  std::optional<engine::Samples> test_;
  std::optional<engine::Samples> validation_;
  std::optional<std::string> data_ = options_.data;
  std::optional<std::string> label_ = options_.label;
  std::int64_t batch_size_ = 1;
  std::unique_ptr<engine::Trainer> trainer_;
  std::optional<ResumedTraining> resumed_;
  std::optional<TrainingRecord> record_;
  Json epochs_ = Json::array();
  double data_seconds_ = 0;
  Status told_;  ///< and kept
};

Expected<int> train(const Options& options) {
  if (!options.save.empty()) {
    NEURAL_TRY(must_spare_source(options.file, options.save));
    NEURAL_TRY(must_be_writable(options.save));
  }
  const CheckedFile file = NEURAL_TRY(check_source(options.file));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, options.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;
  return TrainCommand(options, file, *model).run();
}

}  // namespace

Run add_train(CLI::App& app) {
  auto options = std::make_shared<Options>();
  constexpr std::int64_t kMost = 1'000'000'000;
  app.add_option("FILE", options->file, "The .neural file; - is standard input")->required();
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  app.add_option("--data", options->data, "What to train on (default: the data set that the file names)");
  app.add_option("--label", options->label, "Of a .csv file: the column of the targets, by name or number");
  app.add_option("--epochs", options->epochs, "Passes over the data (default: as the file says)")
      ->check(CLI::Range(std::int64_t{1}, kMost));
  app.add_option("--batch-size", options->batch_size, "Samples a step (default: as the file says)")
      ->check(CLI::Range(std::int64_t{1}, kMost));
  app.add_option("--seed", options->seed, "Of weights, order and dropout (default: as the file says, else drawn)");
  app.add_option("--threads", options->threads, "Threads (default: as many as processors)")->check(CLI::Range(1, 1024));
  app.add_option("--save", options->save, "Where to write the trained weights, as .safetensors");
  app.add_option("--init", options->init, "A .safetensors file with the weights to begin with");
  auto* resume = app.add_option("--resume", options->resume, "Go on with this run, by its folder or its name");
  for (const char* name : {"--seed", "--batch-size", "--init"}) resume->excludes(app.get_option(name));
  app.add_option("--runs", options->runs, "The folder of tracked runs (default: runs)");
  app.add_option("--checkpoint-every", options->between_checkpoints, "Seconds between two checkpoints (default: 10)")
      ->check([](const std::string& text) {
        double seconds = 0;
        const bool is_one = CLI::detail::lexical_cast(text, seconds) && std::isfinite(seconds) && seconds >= 0;
        return is_one ? std::string() : fmt::format("`{}` is no number of seconds", printable(text));
      });
  app.add_flag("--no-tracking", options->no_tracking,
               "Leave no run and no checkpoints (also NEURAL_DISABLE_TRACKING=1)");
  app.add_flag("--json", options->json, "Print one JSON document");
  app.add_flag("--explain", options->explains, "Show which kernel each operation gets, and train nothing");
  app.add_flag("--no-progress", options->no_progress, "Show no progress");
  app.footer(std::string(kDataHelp) + kIsaHelp + kFooter);
  return [options] { return train(*options); };
}

}  // namespace neural::cli
