#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/cli/chosen_values.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/custom_option.hpp"
#include "neural/cli/measured_changes.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/semantics_option.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/torch_defaults.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural compile model.neural                          # model_tensorflow.py\n"
    "  neural compile model.neural --backend pytorch -o -   # to standard output\n"
    "  neural compile model.neural -O0 -o idiomatic.py\n"
    "  neural compile model.neural --backend pytorch -O2    # measures first what is faster on this machine\n"
    "  neural compile model.neural --backend pytorch -O2 --changes fused_optimizer,threads=1\n"
    "  neural compile model.neural --backend onnx --weights trained.safetensors -o model.onnx\n"
    "  neural compile tuned.neural --choose defaults --choose 'layers[1].units=128'\n"
    "  neural compile own.neural --backend pytorch --custom HighwayLayer=my_layers:Highway\n"
    "\nlevels: -O0 is the framework's documented idiom; -O1 does the same arithmetic, bit for bit, with less "
    "plumbing;\n"
    "-O2 also changes what moves results by rounding only, and only what was measured to be faster here, unless\n"
    "`--changes` says what: fused_optimizer, channels_last (PyTorch), xla (TensorFlow), threads=N\n"
    "\nexit codes: 0 written, 1 the program has errors or the backend cannot express it, 2 usage or environment,\n"
    "3 the machine was too busy for -O2 to measure";

struct Options {
  std::string file;
  std::string backend = "tensorflow";
  std::string output;
  std::string level = "1";
  std::optional<std::string> network;
  std::optional<std::string> weights;
  std::vector<std::string> choose;
  std::vector<std::string> changes;
  std::string python;
  std::vector<std::string> custom;
  bool allow_python_lambda = false;
  bool no_validation = false;
  bool strict = false;
  bool report_deviations = false;
  model::Semantics semantics = model::Semantics::kKeras;
};

/// What the backend says of the network. Deviations only where they are asked for: the program's head has them too.
void print_emit_diagnostics(const CheckedFile& file, const syntax::DiagnosticList& diagnostics,
                            const Options& options) {
  syntax::DiagnosticList wanted;
  std::size_t deviations = 0;
  for (const syntax::Diagnostic& each : diagnostics.sorted()) {
    if (each.code == syntax::Code::W702 && (++deviations, !options.report_deviations)) continue;
    wanted.add(each.code, each.span, each.message, each.help).notes = each.notes;
  }
  std::fputs(render_text(file.source, wanted, {.color = wants_color(stderr)}).c_str(), stderr);
  if (!options.report_deviations || deviations > 0 || diagnostics.has_errors()) return;
  fmt::print(stderr, "no deviations: {} computes what the language defines, rounding apart\n",
             emit::find_backend(options.backend)->title);
}

std::filesystem::path default_output(const Options& options) {
  const std::string stem = options.file == "-" ? "model" : std::filesystem::path(options.file).stem().string();
  const emit::Backend& backend = *emit::find_backend(options.backend);
  return emit::is_program(backend) ? fmt::format("{}_{}{}", stem, options.backend, backend.ending)
                                   : fmt::format("{}{}", stem, backend.ending);
}

emit::Level level_of(const Options& options) {
  if (options.level == "2") return emit::Level::kO2;
  return options.level == "0" ? emit::Level::kO0 : emit::Level::kO1;
}

/// Before anything is read: what does not go together.
Status check_level(const Options& options, const emit::Backend& backend) {
  if (options.level != "2" && !options.changes.empty()) {
    return fail(ErrorCode::kUsage, "`--changes` are those of -O2", "add `-O2`, or leave them out");
  }
  if (options.level == "2" && !is_program(backend)) {
    return fail(ErrorCode::kUsage, fmt::format("there is no -O2 of `--backend {}`", backend.name),
                "the runtime that reads the file optimises it");
  }
  return done();
}

Expected<int> compile(const Options& options) {
  const std::filesystem::path output =
      options.output.empty() ? default_output(options) : std::filesystem::path(options.output);
  NEURAL_TRY(must_spare_source(options.file, output));
  if (options.level == "2") NEURAL_TRY(must_be_writable(output));
  const emit::Backend* backend = emit::find_backend(options.backend);
  if (options.weights && emit::is_program(*backend)) {
    return fail(ErrorCode::kUsage, fmt::format("`--weights` is not for `--backend {}`", backend->name),
                "a program takes its weights when it runs: `load_weights(model, path)`");
  }
  NEURAL_TRY(check_level(options, *backend));
  const CheckedFile file = NEURAL_TRY(check_chosen(options.file, options.network, options.choose));
  print_diagnostics(file);
  const model::Model* network = NEURAL_TRY(choose_network(file, options.network));
  if (network == nullptr || file.diagnostics.has_errors()) return kNo;
  const model::Model model = model::with_defaults_of(options.semantics, *network);

  std::vector<emit::CustomClass> custom =
      NEURAL_TRY(emit::read_custom_classes(options.custom, model, !options.choose.empty()));
  weights::Weights weights;
  if (options.weights) weights = NEURAL_TRY(weights::read_weights(*options.weights, model));
  emit::Options emit_options = {
      .level = level_of(options),
      .strict = options.strict,
      .validate = !options.no_validation,
      .source_name = options.file == "-" ? "<stdin>" : std::filesystem::path(options.file).filename().string(),
      .output_name = options.output == "-" ? "" : output.filename().string(),
      .source_sha256 = file.sha256,
      .version = NEURAL_VERSION,
      .research = file.research.at(model.name),
      .chosen = file.chosen,
      .custom = std::move(custom),
      .allow_python_lambda = options.allow_python_lambda,
      .weights = options.weights ? &weights : nullptr,
  };
  syntax::DiagnosticList diagnostics;
  auto program = backend->emit(model, emit_options, diagnostics);
  print_emit_diagnostics(file, diagnostics, options);
  if (!program) return kNo;
  if (emit_options.level == emit::Level::kO2) {
    if (options.changes.empty()) {
      const auto python = NEURAL_TRY(bench::plan::choose_interpreter(bench::plan::interpreter_sources(options.python)));
      auto measured = NEURAL_TRY(measure_changes(model, *backend, emit_options, python));
      emit_options.changes = measured.changes;
      emit_options.measured = std::move(measured.sentences);
    } else {
      emit_options.changes = NEURAL_TRY(emit::read_changes(*backend, model, options.changes));
      emit_options.measured = {"Not measured: `--changes` says so."};
    }
    program = backend->emit(model, emit_options, diagnostics);
  }

  NEURAL_TRY(write_output(output, [&](const Sink& sink) { return program->write(sink); }));
  return kDone;
}

}  // namespace

Run add_compile(CLI::App& app) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names;
  for (const emit::Backend& backend : emit::backends()) names.emplace_back(backend.name);

  app.add_option("FILE", options->file, "The .neural file; - is standard input")->required();
  app.add_option("--backend", options->backend, "What to write a program for")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  add_output(app, options->output, "Where to write it; - is standard output (default: FILE_BACKEND.py, or FILE.onnx)");
  app.add_option("-O", options->level, "Level: 0, 1 or 2")
      ->check(CLI::IsMember({"0", "1", "2"}))
      ->capture_default_str();
  app.add_option("--changes", options->changes, "What -O2 changes, without measuring it")
      ->type_name("NAME,…")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--python", options->python,
                 "The Python interpreter that -O2 measures with (default: the one `neural bench` would take)");
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  app.add_option("--weights", options->weights,
                 "The weights of an ONNX file, a .safetensors file (default: those the network begins with)");
  add_choose(app, options->choose);
  add_custom(app, options->custom);
  add_allow_python_lambda(app, options->allow_python_lambda);
  app.add_flag("--no-validation", options->no_validation, "Leave out the program's run-time checks of its arrays");
  app.add_flag("--strict", options->strict, "Deviate nowhere from Keras, by a rounding either, where that costs time");
  add_semantics(app, options->semantics);
  app.add_flag("--report-deviations", options->report_deviations,
               "List where the program computes nearly what Keras does, but not to the last bit");
  app.footer(kFooter);
  return [options] { return compile(*options); };
}

}  // namespace neural::cli
