#include <fmt/format.h>

#include "neural/base/clock.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/engine_data.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/engine/run/team.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "\nexamples:\n"
    "  neural evaluate model.neural --weights trained.safetensors\n"
    "  neural evaluate model.neural --weights trained.safetensors --data other.npz --split train\n"
    "  neural evaluate model.neural --weights trained.safetensors --json | jq .scores.accuracy\n"
    "\nexit codes: 0 done, 1 the program has errors, 2 usage or data";

struct Options {
  DataChoice data;
  std::optional<std::string> network;
  std::string weights;
  std::optional<std::string> split;
  std::optional<int> threads;
  bool json = false;
};

/// The split that is asked for; without a word the test data, if there are any.
Expected<std::pair<std::string, const data::Split*>> chosen_split(const data::Dataset& dataset,
                                                                  const std::optional<std::string>& asked) {
  const bool wants_test = asked ? *asked == "test" : dataset.test.has_value();
  if (!wants_test) return std::pair("train", &dataset.train);
  if (!dataset.test) {
    return fail(ErrorCode::kUsage, fmt::format("{} has no test data", dataset.origin),
                "evaluate the training data with --split train");
  }
  return std::pair("test", &*dataset.test);
}

Expected<int> evaluate(const Options& options) {
  const CheckedFile file = NEURAL_TRY(check_source(options.data.file));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, options.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;
  engine::TrainingOptions settings;
  settings.isa = NEURAL_TRY(chosen_isa());
  settings.threads = options.threads.value_or(engine::processors());
  const data::Dataset dataset = NEURAL_TRY(load_data(*model, options.data));
  const auto [split, rows] = NEURAL_TRY(chosen_split(dataset, options.split));
  const engine::Samples samples = NEURAL_TRY(engine::prepare_samples(*model, *rows, dataset.origin, split));
  syntax::DiagnosticList diagnostics;
  const auto trainer = engine::Trainer::for_prediction(*model, samples, settings, diagnostics);
  if (!trainer) {
    tell(render_text(file.source, diagnostics, {.color = wants_color(stderr)}));
    return kNo;
  }
  NEURAL_TRY(trainer->check_ids(samples, dataset.origin, split));
  trainer->set_weights(NEURAL_TRY(weights::read_weights(options.weights, *model)));
  const std::int64_t begun = monotonic_ns();
  const engine::Scores scores = trainer->evaluate(samples);
  const double seconds = static_cast<double>(monotonic_ns() - begun) * 1e-9;
  if (!options.json) {
    NEURAL_TRY(print_result(
        fmt::format("{}{}  {} samples, {:.2f} s\n", split, scores_text(scores), with_commas(samples.rows), seconds)));
    return kDone;
  }
  NEURAL_TRY(print_result(pretty_json({{"network", model->name},
                                       {"data", dataset.origin},
                                       {"split", split},
                                       {"rows", samples.rows},
                                       {"scores", scores_json(scores)},
                                       {"seconds", seconds},
                                       {"threads", settings.threads},
                                       {"isa", isa_name(settings.isa)}})));
  return kDone;
}

}  // namespace

Run add_evaluate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->data.file, "The .neural file; - is standard input")->required();
  app.add_option("--weights", options->weights, "The .safetensors file with the weights")->required();
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  app.add_option("--data", options->data.data, "What to evaluate on (default: the data set that the file names)");
  app.add_option("--label", options->data.label, "Of a .csv file: the column of the targets, by name or number");
  app.add_option("--split", options->split, "train or test (default: test, if there is one)")
      ->check(CLI::IsMember({"train", "test"}));
  app.add_option("--threads", options->threads, "Threads (default: as many as processors)")->check(CLI::Range(1, 1024));
  app.add_flag("--json", options->json, "Print one JSON document");
  app.footer(std::string(kDataHelp) + kIsaHelp + kFooter);
  return [options] { return evaluate(*options); };
}

}  // namespace neural::cli
