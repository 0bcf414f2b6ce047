#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/base/json.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/process/interrupts.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/progress_line.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/data/dataset.hpp"
#include "neural/engine/lower/training.hpp"
#include "neural/engine/train/trainer.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using bench::process::Interrupts;

constexpr const char* kFooter =
    "Data: `mnist`; a folder of MNIST's IDX files, of x_train.npy, y_train.npy, x_test.npy, y_test.npy, or of "
    "train.csv and\n"
    "test.csv; an .npz with these arrays; a .csv. A network of several inputs has arrays of their names in place of "
    "x.\n"
    "Without --data it is the data set that the file names. MNIST is looked for in $NEURAL_DATA, in data/mnist here "
    "and\n"
    "above the file, and in the user's cache.\n"
    "\nexamples:\n"
    "  neural train model.neural                                   # as the file says\n"
    "  neural train model.neural --epochs 3 --save trained.safetensors\n"
    "  neural train model.neural --init trained.safetensors        # goes on from these weights\n"
    "  neural train table.neural --data measurements.csv --label price\n"
    "  neural train model.neural --json | jq .test.accuracy\n"
    "\nCtrl-C ends the training behind the step it is at; with --save the weights are kept.\n"
    "NEURAL_ISA=avx2 (or portable, avx512) takes that instruction set.\n"
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
  bool json = false;
  bool explains = false;
  bool no_progress = false;
};

int processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(CPU_COUNT(&set), 1) : 1;
}

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss * 1024;  // Linux counts in kilobytes
}

Expected<engine::Isa> chosen_isa() {
  const char* name = std::getenv("NEURAL_ISA");
  if (name == nullptr || *name == '\0') return engine::best_isa();
  const auto isa = engine::isa_of_name(name);
  if (!isa) {
    return fail(ErrorCode::kUsage, fmt::format("NEURAL_ISA is `{}`", printable(name)),
                "it is portable, avx2 or avx512");
  }
  if (!engine::is_available(*isa)) {
    return fail(ErrorCode::kUsage, fmt::format("this processor has no {}", name),
                fmt::format("unset NEURAL_ISA: `{}` is the best it has", isa_name(engine::best_isa())));
  }
  return *isa;
}

std::vector<fs::path> mnist_folders(const std::string& source) {
  std::vector<fs::path> folders;
  if (const char* given = std::getenv("NEURAL_DATA"); given != nullptr && *given != '\0') {
    folders = {given, fs::path(given) / "mnist"};
  }
  folders.emplace_back("data/mnist");
  std::error_code error;
  for (fs::path folder = fs::absolute(source, error).parent_path(); !error && folder != folder.root_path();
       folder = folder.parent_path()) {
    if (fs::is_directory(folder / "data" / "mnist", error)) folders.push_back(folder / "data" / "mnist");
    error.clear();
  }
  folders.push_back(user_cache_folder() / "mnist");
  return folders;
}

Expected<data::Dataset> load_data(const model::Model& model, const Options& options) {
  data::DatasetRequest request;
  for (const model::Input& input : model.inputs) request.inputs.push_back(input.name);
  request.label = options.label;
  request.cache = user_cache_folder() / "data";
  const std::optional<std::string> named = options.data ? options.data : model.training.dataset;
  if (!named) {
    return fail(ErrorCode::kUsage, "there is nothing to train on: the file names no data set", "name one with --data");
  }
  if (fold(*named) == "mnist") {
    request.path = NEURAL_TRY(data::find_mnist(mnist_folders(options.file)));
    request.is_mnist = true;
  } else if (options.data) {
    request.path = *named;
  } else {
    return fail(ErrorCode::kUsage,
                fmt::format("the data set `{}` of the file is not one that is known here", printable(*named)),
                "name its files with --data; known by name is `mnist`");
  }
  return data::load_dataset(request);
}

std::string scores_text(const engine::Scores& scores, const std::string& prefix = {}) {
  std::string text;
  for (const auto& [name, value] : scores) text += fmt::format("  {}{} {:.4f}", prefix, name, value);
  return text;
}

Json scores_json(const engine::Scores& scores) {
  Json json = Json::object();
  for (const auto& [name, value] : scores) json[name] = value;
  return json;
}

class TrainCommand {
 public:
  TrainCommand(const Options& options, const CheckedFile& file, const model::Model& model)
      : options_(options), file_(file), model_(model), progress_(!options.no_progress && !options.json) {}

  Expected<int> run() {
    const engine::Isa isa = NEURAL_TRY(chosen_isa());
    const std::int64_t begun = monotonic_ns();
    NEURAL_TRY(prepare_data());
    data_seconds_ = seconds_since(begun);
    engine::TrainingOptions settings;
    settings.batch_size = options_.batch_size.value_or(model_.training.batch_size);
    settings.seed = seed();
    settings.shuffle = model_.training.shuffle;
    settings.threads = options_.threads.value_or(processors());
    settings.isa = isa;
    syntax::DiagnosticList diagnostics;
    trainer_ = engine::Trainer::create(model_, train_, settings, diagnostics);
    if (!trainer_) {
      tell(render_text(file_.source, diagnostics, {.color = wants_color(stderr)}));
      return kNo;
    }
    NEURAL_TRY(check_ids());
    if (!options_.init.empty()) trainer_->set_weights(NEURAL_TRY(weights::read_weights(options_.init, model_)));
    if (options_.explains) {
      NEURAL_TRY(print_result(trainer_->explanation()));
      return kDone;
    }
    NEURAL_TRY(say(fmt::format("{}: {} samples, batches of {}, {}, {}, seed {}\n", model_.name,
                               with_commas(train_.rows), std::min(settings.batch_size, train_.rows),
                               settings.threads == 1 ? "1 thread" : fmt::format("{} threads", settings.threads),
                               isa_name(isa), settings.seed)));
    const bool is_whole = NEURAL_TRY(train());
    if (is_whole) trainer_->use_averages();
    NEURAL_TRY(save());
    NEURAL_TRY(told_);
    if (!is_whole) {
      return fail(ErrorCode::kInterrupted, "the training was ended before its end",
                  options_.save.empty() ? "with --save its weights are kept"
                                        : fmt::format("go on with --init {}", printable(options_.save)));
    }
    return finish(settings);
  }

 private:
  static double seconds_since(std::int64_t begun) { return static_cast<double>(monotonic_ns() - begun) * 1e-9; }

  /// For people; with --json they get the document alone.
  Status say(const std::string& text) {
    if (options_.json) return done();
    progress_.clear();
    return print_result(text);
  }

  static std::string with_commas(std::int64_t count) {
    std::string text = std::to_string(count);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
    return text;
  }

  std::uint64_t seed() const {
    if (options_.seed) return *options_.seed;
    if (model_.training.seed) return static_cast<std::uint64_t>(*model_.training.seed);
    std::random_device random;
    return random();
  }

  Status prepare_data() {
    const data::Dataset dataset = NEURAL_TRY(load_data(model_, options_));
    origin_ = dataset.origin;
    train_ = NEURAL_TRY(engine::prepare_samples(model_, dataset.train, origin_, "train"));
    if (dataset.test) test_ = NEURAL_TRY(engine::prepare_samples(model_, *dataset.test, origin_, "test"));
    if (model_.training.validation_split > 0) {
      const auto kept =
          static_cast<std::int64_t>(static_cast<double>(train_.rows) * (1 - model_.training.validation_split));
      if (kept < 1 || kept == train_.rows) {
        return fail(ErrorCode::kUsage, fmt::format("a validation_split of {} leaves {} of {} samples to train on",
                                                   model_.training.validation_split, kept, train_.rows));
      }
      validation_ = train_.slice(kept, train_.rows);
      train_ = train_.slice(0, kept);
    }
    return done();
  }

  Status check_ids() const {
    syntax::DiagnosticList none;
    std::vector<engine::Shape> shapes;
    for (std::size_t i = 0; i < model_.inputs.size(); ++i) shapes.push_back(train_.columns[i].row);
    const auto graph = engine::training_graph(model_, 1, shapes, none);
    if (!graph) return done();
    NEURAL_TRY(engine::check_ids(*graph, train_, origin_, "train"));
    if (test_) NEURAL_TRY(engine::check_ids(*graph, *test_, origin_, "test"));
    return validation_ ? engine::check_ids(*graph, *validation_, origin_, "train") : done();
  }

  /// False where it was interrupted.
  Expected<bool> train() {
    const Interrupts interrupts;
    const std::int64_t epochs = options_.epochs.value_or(model_.training.epochs);
    const std::int64_t begun = monotonic_ns();
    for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
      const std::int64_t epoch_begun = monotonic_ns();
      std::int64_t shown = epoch_begun;
      const auto after_step = [&](std::int64_t step, std::int64_t steps, double loss) {
        constexpr std::int64_t kBetween = 100'000'000;
        const std::int64_t now = monotonic_ns();
        if (now - shown > kBetween && step < steps) {
          shown = now;
          const double share = (static_cast<double>(epoch) + static_cast<double>(step) / static_cast<double>(steps)) /
                               static_cast<double>(epochs);
          const double left = seconds_since(begun) * (1 - share) / share;
          progress_.show(fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  {} left", epoch + 1, epochs, step, steps,
                                     loss, minutes_text(left)),
                         fmt::format("epoch {}", epoch + 1));
        }
        return Interrupts::check().has_value();
      };
      const auto scores = NEURAL_TRY(trainer_->train_epoch(train_, epoch, after_step));
      if (!scores) return false;
      // That nobody can be told is no reason to lose what was trained.
      Status told = report_epoch(epoch, epochs, *scores, seconds_since(epoch_begun));
      if (told_) told_ = std::move(told);
    }
    return true;
  }

  Status report_epoch(std::int64_t epoch, std::int64_t epochs, const engine::Scores& scores, double seconds) {
    const double rate = static_cast<double>(train_.rows) / seconds;
    Json json = {{"epoch", epoch + 1}, {"train_seconds", seconds}, {"samples_per_second", rate}};
    json.update(scores_json(scores));
    std::string text = fmt::format("epoch {}/{}{}", epoch + 1, epochs, scores_text(scores));
    if (validation_) {
      const engine::Scores of_validation = trainer_->evaluate(*validation_);
      for (const auto& [name, value] : of_validation) json["val_" + name] = value;
      text += scores_text(of_validation, "val_");
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
    if (!options_.json) {
      if (scores) NEURAL_TRY(say(fmt::format("test{}\n", scores_text(*scores))));
      return kDone;
    }
    const Json json = {{"network", model_.name},
                       {"data", origin_},
                       {"rows", train_.rows},
                       {"epochs", epochs_},
                       {"test", scores ? scores_json(*scores) : Json(nullptr)},
                       {"data_seconds", data_seconds_},
                       {"peak_memory_bytes", peak_memory_bytes()},
                       {"threads", settings.threads},
                       {"isa", isa_name(settings.isa)},
                       {"batch_size", settings.batch_size},
                       {"seed", settings.seed}};
    NEURAL_TRY(print_result(pretty_json(json)));
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
  std::unique_ptr<engine::Trainer> trainer_;
  Json epochs_ = Json::array();
  double data_seconds_ = 0;
  Status told_;  ///< of the epochs
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
  app.add_flag("--json", options->json, "Print one JSON document");
  app.add_flag("--explain", options->explains, "Show which kernel each operation gets, and train nothing");
  app.add_flag("--no-progress", options->no_progress, "Show no progress");
  app.footer(kFooter);
  return [options] { return train(*options); };
}

}  // namespace neural::cli
