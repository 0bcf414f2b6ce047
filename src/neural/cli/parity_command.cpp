#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/parity/compare.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/cli/chosen_values.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/custom_option.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/parity_sides.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/semantics_option.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/cli/work_folder.hpp"
#include "neural/model/torch_defaults.hpp"
#include "neural/weights/weights.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;
using bench::parity::Certificate;
using bench::parity::Check;

constexpr const char* kFooter =
    "examples:\n"
    "  neural parity model.neural                                 # all backends that can express it\n"
    "  neural parity model.neural --backends pytorch,tensorflow --steps 20\n"
    "  neural parity model.neural --float64                       # tells another meaning from rounding\n"
    "  neural parity model.neural -o certificate.json --keep proof/\n"
    "\nThe same weights, the same batches, dropout and noise at 0: predictions, the loss, every gradient, the weights\n"
    "after steps 1, 2 and 10, the losses at steps 20 and 200. docs/features/parity.md has the tolerances.\n"
    "\nexit codes: 0 all agree, 1 they differ or a backend cannot express the network, 2 usage or environment";

struct Options {
  std::string file;
  std::vector<std::string> backends;
  std::int64_t steps = 200;
  bool float64 = false;
  model::Semantics semantics = model::Semantics::kKeras;
  bool strict = true;
  std::uint64_t seed = 0;
  std::optional<std::string> network;
  std::string python;
  std::string output;
  std::string keep;
  std::vector<std::string> choose;
  bool allow_python_lambda = false;
};

/// Two sides and what their comparison found.
struct Comparison {
  const emit::Backend* first = nullptr;
  const emit::Backend* second = nullptr;
  Certificate certificate;
  std::uint32_t line = 0;  ///< of the layer of the first tensor that differs; 0: none
};

constexpr double kExact = 1e-9;       // of float64
constexpr double kLeastShare = 1e-4;  // see Protocol::least_share

bench::parity::Protocol protocol_of(const Options& options, const emit::Backend& first, const emit::Backend& second) {
  bench::parity::Protocol protocol = {.first = std::string(first.title),
                                      .second = std::string(second.title),
                                      .weight_steps = {},
                                      .loss_steps = {},
                                      .least_share = kLeastShare};
  for (const int step : {1, 2, 10}) {
    if (step <= options.steps) protocol.weight_steps.push_back(step);
  }
  for (const std::size_t step : {20, 200}) {
    if (step <= static_cast<std::size_t>(options.steps)) protocol.loss_steps.push_back(step);
  }
  if (options.float64) protocol.tolerance = kExact;
  return protocol;
}

/// The line of the layer that has the tensor; 0 of no tensor.
std::uint32_t line_of(const model::Model& model, const std::string& where) {
  for (const weights::NamedTensor& tensor : weights::tensors_of(model)) {
    if (where == tensor.name) return tensor.layer->line;
  }
  return 0;
}

const Check* first_failure(const Certificate& certificate) {
  const auto failed = std::find_if(certificate.checks.begin(), certificate.checks.end(),
                                   [](const Check& check) { return !check.passed; });
  return failed == certificate.checks.end() ? nullptr : &*failed;
}

/// "PyTorch: 200 steps", on a terminal.
void announce(const std::string& what) {
  if (is_terminal(stderr)) tell(what + "\n");
}

class Session {
 public:
  Session(const Options& options, const model::Model& model, ParityPlan plan)
      : options_(options), model_(model), plan_(std::move(plan)) {}

  /// Runs every side once, and the first once more where another did not agree at once.
  Status run(const std::vector<ParitySide>& sides) {
    std::vector<const ParitySide*> able;
    for (const ParitySide& side : sides) {
      if (side.program) able.push_back(&side);
    }
    for (const ParitySide* side : able) folders_.push_back(NEURAL_TRY(run_once(*side, false)));
    NEURAL_TRY(check_batches());
    for (std::size_t i = 1; i < able.size(); ++i) {
      comparisons_.push_back(NEURAL_TRY(compare(*able[0], folders_[0], *able[i], folders_[i])));
    }
    return done();
  }

  const std::vector<Comparison>& comparisons() const { return comparisons_; }
  const Json& versions() const { return versions_; }
  const std::string& batches() const { return batches_; }

 private:
  Expected<fs::path> run_once(const ParitySide& side, bool moved) {
    announce(is_program(*side.backend)
                 ? fmt::format("{}: {} steps{}", side.backend->title, plan_.steps, moved ? ", moved by one ulp" : "")
                 : fmt::format("{}: predictions", side.backend->title));
    return run_side(model_, plan_, side, moved);
  }

  /// That all saw the same is not taken on trust.
  Status check_batches() {
    for (const fs::path& folder : folders_) {
      const Json index = NEURAL_TRY(read_json(folder / "index.json"));
      const std::string name = as_code((folder / "index.json").string());
      const std::string seen = NEURAL_TRY(json_field<std::string>(index, "batches", name));
      const Json versions = NEURAL_TRY(json_field<Json>(index, "versions", name));
      for (const auto& [package, version] : versions.items()) versions_[package] = version;
      if (batches_.empty()) batches_ = seen;
      if (seen == batches_) continue;
      return fail(ErrorCode::kMeasurement, fmt::format("{} saw other batches than the first side", name),
                  "use one version of NumPy for all of them");
    }
    return done();
  }

  Expected<Comparison> compare(const ParitySide& first, const fs::path& first_folder, const ParitySide& second,
                               const fs::path& second_folder) {
    Comparison comparison = {first.backend, second.backend, {}, 0};
    // The second is measured against the first.
    const bench::parity::Protocol protocol = protocol_of(options_, *second.backend, *first.backend);
    if (!is_program(*second.backend) || !is_program(*first.backend)) {
      bench::parity::Protocol of_graphs = protocol;
      of_graphs.tolerance = std::nullopt;  // a graph computes in float32, whatever the others do
      comparison.certificate = NEURAL_TRY(bench::parity::compare_predictions(
          second_folder / "predictions.npy", first_folder / "predictions.npy", of_graphs));
      return comparison;
    }
    comparison.certificate = NEURAL_TRY(bench::parity::compare_folders(second_folder, first_folder, {}, protocol));
    if (!comparison.certificate.passed && !options_.float64) {
      if (rerun_.empty()) rerun_ = NEURAL_TRY(run_once(first, true));
      const std::vector<fs::path> reruns = {rerun_};
      comparison.certificate =
          NEURAL_TRY(bench::parity::compare_folders(second_folder, first_folder, reruns, protocol));
    }
    if (const Check* failure = first_failure(comparison.certificate)) {
      comparison.line = line_of(model_, failure->where);
    }
    return comparison;
  }

  const Options& options_;
  const model::Model& model_;
  ParityPlan plan_;
  std::vector<fs::path> folders_;
  fs::path rerun_;
  Json versions_ = Json::object();
  std::string batches_;
  std::vector<Comparison> comparisons_;
};

std::string table_of(const Certificate& certificate) {
  std::string text;
  for (const Check& check : certificate.checks) {
    if (check.name == "parameters") continue;
    text += fmt::format("  {:<28} {:>8}  {:>9}  {}{}\n", check.name,
                        check.deviation == 0 ? "0" : fmt::format("{:.1e}", check.deviation),
                        fmt::format("≤ {:.0e}", check.tolerance), check.passed ? "ok" : "DIFFERS",
                        check.where.empty() || check.deviation == 0 ? "" : "  " + printable(check.where));
  }
  return text;
}

std::string text_of(const Session& session, const std::vector<ParitySide>& sides, const std::string& file) {
  std::string text;
  for (const Comparison& comparison : session.comparisons()) {
    const Certificate& certificate = comparison.certificate;
    text += fmt::format("{} against {}: {}\n{}", comparison.second->title, comparison.first->title,
                        certificate.passed ? "agreed, " + summary(certificate) : "DIFFER", table_of(certificate));
    if (certificate.passed) continue;
    text += fmt::format("  {}\n", printable(certificate.reason));
    if (comparison.line > 0) text += fmt::format("  {}:{}: the layer that has it\n", printable(file), comparison.line);
  }
  for (const ParitySide& side : sides) {
    if (!side.program) text += fmt::format("{}: cannot express this network\n", side.backend->title);
  }
  return text;
}

Json certificate_of(const Session& session, const Options& options, const model::Model& model, const CheckedFile& file,
                    const std::vector<ParitySide>& sides) {
  Json comparisons = Json::array();
  for (const Comparison& comparison : session.comparisons()) {
    Json entry = {{"backends", {comparison.first->name, comparison.second->name}}};
    entry.update(bench::parity::to_json(comparison.certificate));
    entry["line"] = comparison.line > 0 ? Json(comparison.line) : Json(nullptr);
    comparisons.push_back(std::move(entry));
  }
  Json refused = Json::array();
  for (const ParitySide& side : sides) {
    if (!side.program) refused.push_back(side.backend->name);
  }
  return {{"schema", 1},
          {"version", NEURAL_VERSION},
          {"network", model.name},
          {"source_sha256", file.sha256},
          {"chosen", file.chosen},
          {"seed", options.seed},
          {"steps", options.steps},
          {"strict", options.strict},
          {"semantics", options.semantics == model::Semantics::kTorch ? "torch" : "keras"},
          {"precision", options.float64 ? "float64" : "float32"},
          {"batches_sha256", session.batches()},
          {"versions", session.versions()},
          {"comparisons", std::move(comparisons)},
          {"refused", std::move(refused)}};
}

Expected<std::vector<const emit::Backend*>> backends_of(const Options& options) {
  std::vector<const emit::Backend*> chosen;
  for (const std::string& name : options.backends) {
    const emit::Backend* backend = emit::find_backend(name);
    if (std::find(chosen.begin(), chosen.end(), backend) == chosen.end()) chosen.push_back(backend);
  }
  if (options.backends.empty()) {
    for (const char* name : {"pytorch", "tensorflow", "onnx"}) chosen.push_back(emit::find_backend(name));
  }
  if (chosen.size() < 2) {
    return fail(ErrorCode::kUsage, "parity needs two backends", "name another in `--backends`, or leave it out");
  }
  return chosen;
}

Expected<int> prove(const Options& options) {
  const auto backends = NEURAL_TRY(backends_of(options));
  const std::string stem = options.file == "-" ? "model" : fs::path(options.file).stem().string();
  const fs::path output = options.output.empty() ? fs::path(stem + "_parity.json") : fs::path(options.output);
  NEURAL_TRY(must_spare_source(options.file, output));  // before minutes of work
  const CheckedFile file = NEURAL_TRY(check_chosen(options.file, options.network, options.choose));
  print_diagnostics(file);
  const model::Model* network = NEURAL_TRY(choose_network(file, options.network));
  if (network == nullptr || file.diagnostics.has_errors()) return kNo;
  const model::Model model = model::with_defaults_of(options.semantics, *network);
  if (model.training.mixed_precision) {
    return fail(ErrorCode::kUsage, "a network with `mixed_precision` rounds by what each backend likes",
                "leave `mixed_precision` out for the comparison");
  }
  if (const std::vector<std::string> names = emit::custom_names(model); !names.empty()) {
    return fail(ErrorCode::kUsage,
                fmt::format("`{}` is a layer of your own, whose weights no other backend has a place for",
                            printable(names.front())),
                "compare a network without it, or a macro made of layers of the language");
  }
  WorkFolder folder = NEURAL_TRY(WorkFolder::make("neural-parity", options.keep));
  ParityPlan plan = {
      .folder = folder.path(),
      .python = NEURAL_TRY(bench::plan::choose_interpreter(bench::plan::interpreter_sources(options.python))),
      .steps = options.steps,
      .weights_after = protocol_of(options, *backends[0], *backends[1]).weight_steps,
      .float64 = options.float64,
      .seed = options.seed};
  const emit::Options emit_options = {.strict = options.strict,
                                      .source_name = fs::path(options.file).filename().string(),
                                      .source_sha256 = file.sha256,
                                      .version = NEURAL_VERSION,
                                      .research = file.research.at(model.name),
                                      .chosen = file.chosen,
                                      .allow_python_lambda = options.allow_python_lambda};
  const auto sides = NEURAL_TRY(compile_sides(model, plan, emit_options, backends));
  std::size_t able = 0;
  for (const ParitySide& side : sides) {
    if (side.program) {
      ++able;
    } else {
      std::fputs(render_text(file.source, side.diagnostics, {.color = wants_color(stderr)}).c_str(), stderr);
    }
  }
  const bool is_refused = able < (options.backends.empty() ? 2 : backends.size());
  if (is_refused) return kNo;

  Session session(options, model, std::move(plan));
  if (Status status = session.run(sides); !status) {
    if (status.error().code != ErrorCode::kInterrupted) folder.keep();  // the log it names is in there
    return tl::unexpected(status.error());
  }
  const std::string text = text_of(session, sides, options.file);
  const Json certificate = certificate_of(session, options, model, file, sides);
  if (options.output == "-") {
    NEURAL_TRY(print_result(pretty_json(certificate)));
  } else {
    NEURAL_TRY(print_result(text));
    NEURAL_TRY(write_output(output, [&](const Sink& sink) { return sink(pretty_json(certificate)); }));
  }
  const bool agreed = std::all_of(session.comparisons().begin(), session.comparisons().end(),
                                  [](const Comparison& comparison) { return comparison.certificate.passed; });
  return agreed ? kDone : kNo;
}

}  // namespace

Run add_parity(CLI::App& app) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names;
  for (const emit::Backend& backend : emit::backends()) names.emplace_back(backend.name);
  app.add_option("FILE", options->file, "The .neural file; - is standard input")->required();
  app.add_option("--backends", options->backends, "Which to compare, the first with each other (default: all)")
      ->delimiter(',')
      ->check(CLI::IsMember(names));
  app.add_option("--steps", options->steps, "Training steps")->check(CLI::Range(1, 100000))->capture_default_str();
  app.add_flag("--strict,!--no-strict", options->strict,
               "Compare programs without their harmless deviations; --no-strict: as `neural compile` writes them");
  app.add_flag("--float64", options->float64, "Compute in float64, which tells another meaning from rounding");
  add_semantics(app, options->semantics);
  app.add_option("--seed", options->seed, "Of the weights and batches")->capture_default_str();
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  add_choose(app, options->choose);
  add_allow_python_lambda(app, options->allow_python_lambda);
  app.add_option("--python", options->python, "The Python interpreter (default: the one `neural bench` would take)");
  app.add_option("-o,--output", options->output,
                 "Where to write the certificate as JSON; - is standard output (default: FILE_parity.json)");
  app.add_option("--keep", options->keep, "A folder to keep programs, weights and all that was computed in");
  app.footer(kFooter);
  return [options] { return prove(*options); };
}

}  // namespace neural::cli
