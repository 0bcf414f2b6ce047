#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "neural/base/json.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/custom_option.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/python_half.hpp"
#include "neural/emit/backends.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "examples:\n"
    "  neural tune model.neural --trials 50                       # as train { } says, by the validation loss\n"
    "  neural tune model.neural --backend pytorch --metric accuracy --data data/mnist -o best.neural\n"
    "  neural tune model.neural --trials 50 --storage search.db   # again, or twice at once: goes on, shares the work\n"
    "\nThe same command again goes on where a search was stopped, however it was. docs/features/tune.md has more.\n"
    "\nexit codes: 0 the best program is written, 1 errors in the program or no trial with a result, 2 usage or\n"
    "environment, 130 interrupted";

struct Options {
  std::string file;
  std::string backend = "tensorflow";
  std::string data;
  std::string output;
  std::string storage;
  std::string study;
  std::string metric = "loss";
  std::string python;
  std::optional<std::string> network;
  std::int64_t trials = 0;
  std::uint32_t seed = 0;
  double timeout = 0;
  std::vector<std::string> custom;
  bool allow_python_lambda = false;
};

/// `{"HighwayLayer": "my_layers:Highway"}`, as neural.compile takes it.
Json json_of(const std::vector<emit::CustomClass>& classes) {
  Json json = Json::object();
  for (const emit::CustomClass& each : classes) json[each.layer] = each.module + ":" + each.name;
  return json;
}

Expected<int> tune(const Options& options) {
  if (options.file == "-") {
    return fail(ErrorCode::kUsage, "a search needs a file, to which one can come back", "save the program in one");
  }
  const std::string stem = fs::path(options.file).stem().string();
  const std::string output = options.output.empty() ? stem + "_best.neural" : options.output;
  NEURAL_TRY(must_spare_source(options.file, output));
  NEURAL_TRY(must_be_writable(output));
  const CheckedFile file = NEURAL_TRY(check_source(options.file));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, options.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;
  const auto custom = NEURAL_TRY(emit::read_custom_classes(options.custom, *model, true));
  const Json plan = {{"file", options.file},
                     {"source_sha256", file.sha256},
                     {"network", options.network.value_or("")},
                     {"backend", options.backend},
                     {"data", options.data},
                     {"output", output},
                     {"storage", options.storage.empty() ? stem + "_tune.db" : options.storage},
                     {"study", options.study.empty() ? stem : options.study},
                     {"metric", options.metric},
                     {"trials", options.trials},
                     {"seed", options.seed},
                     {"timeout", options.timeout},
                     {"custom", json_of(custom)},
                     {"allow_python_lambda", options.allow_python_lambda}};
  const auto python = NEURAL_TRY(bench::plan::choose_interpreter(bench::plan::interpreter_sources(options.python)));
  return tl::unexpected(become_module(python, "neural.tune", {compact_json(plan)}));
}

}  // namespace

Run add_tune(CLI::App& app) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names;
  for (const emit::Backend& backend : emit::backends()) {
    if (is_program(backend)) names.emplace_back(backend.name);
  }
  app.add_option("FILE", options->file, "The .neural file, with `HPO(…)` in it")->required();
  app.add_option("--trials", options->trials,
                 "Finished trials in all, with those before (default: `trials` of the file)")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--backend", options->backend, "What trains")->check(CLI::IsMember(names))->capture_default_str();
  app.add_option("--data", options->data, "An .npz file or a folder of IDX files (default: the file's data set)");
  app.add_option("--metric", options->metric, "What trials are compared by, on the validation data")
      ->capture_default_str();
  app.add_option("-o,--output", options->output,
                 "Where to write the best program; - is standard output (default: FILE_best.neural)");
  app.add_option("--storage", options->storage, "The SQLite file that keeps the search (default: FILE_tune.db)");
  app.add_option("--study", options->study, "The name of the search in it (default: that of FILE)");
  app.add_option("--seed", options->seed, "Of the drawn values, and of each training")->capture_default_str();
  app.add_option("--timeout", options->timeout, "Begin no trial after so many seconds")->check(CLI::PositiveNumber);
  add_custom(app, options->custom);
  add_allow_python_lambda(app, options->allow_python_lambda);
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  app.add_option("--python", options->python, "The Python interpreter (default: the one `neural bench` would take)");
  app.footer(kFooter);
  return [options] { return tune(*options); };
}

}  // namespace neural::cli
