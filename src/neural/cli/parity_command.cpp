#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <string>

#include "neural/base/text.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/cli/chosen_values.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/custom_option.hpp"
#include "neural/cli/engine_side.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/parity_cases.hpp"
#include "neural/cli/parity_report.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/semantics_option.hpp"
#include "neural/cli/source_files.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/cli/work_folder.hpp"

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
    "  neural parity networks/ --choose defaults                  # every network of every file, and a summary\n"
    "\nThe same weights, the same batches, dropout and noise at 0: predictions, the loss, every gradient, the weights\n"
    "after steps 1, 2 and 10, the losses at steps 20 and 200. docs/features/parity.md has the tolerances.\n"
    "\nexit codes: 0 all agree, 1 they differ or a backend cannot express a network, 2 usage or environment";

/// Networks that share a process of each framework, which takes seconds to start.
constexpr std::size_t kTogether = 32;

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> backends;
  std::optional<std::string> network;
  std::string python;
  std::string output;
  std::string keep;
  std::vector<std::string> choose;
  ParityOptions parity;
};

Expected<std::vector<const emit::Backend*>> backends_of(const Options& options) {
  std::vector<const emit::Backend*> chosen;
  for (const std::string& name : options.backends) {
    const emit::Backend* backend = name == engine_backend().name ? &engine_backend() : emit::find_backend(name);
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

/// In place of what was at `output`.
Status write_certificates(const fs::path& output, const Json& certificates) {
  return write_output(output, [&](const Sink& sink) { return sink(pretty_json(certificates)); });
}

/// Behind what is wrong with the files: that is told without it.
Status find_python(Options& options) {
  options.parity.python = NEURAL_TRY(bench::plan::choose_interpreter(bench::plan::interpreter_sources(options.python)));
  return done();
}

// ---- one network ----

void print_refusals(const CheckedFile& file, const ParityCase& one) {
  for (const ParitySide& side : one.sides) {
    if (side.program) continue;
    std::fputs(render_text(file.source, side.diagnostics, {.color = wants_color(stderr)}).c_str(), stderr);
  }
}

Expected<int> prove_one(Options options, const std::string& path) {
  const std::string stem = path == "-" ? "model" : fs::path(path).stem().string();
  const fs::path output = options.output.empty() ? fs::path(stem + "_parity.json") : fs::path(options.output);
  NEURAL_TRY(must_spare_source(path, output));
  NEURAL_TRY(must_be_writable(output));
  const CheckedFile file = NEURAL_TRY(check_chosen(path, options.network, options.choose));
  print_diagnostics(file);
  const model::Model* network = NEURAL_TRY(choose_network(file, options.network));
  if (network == nullptr || file.diagnostics.has_errors()) return kNo;

  NEURAL_TRY(find_python(options));
  WorkFolder folder = NEURAL_TRY(WorkFolder::make("neural-parity", options.keep));
  ParityCase one = parity_case(file, path, network->name, *network, folder.path(), options.parity);
  if (one.error) return tl::unexpected(*one.error);
  NEURAL_TRY(compare_cases({&one, 1}, options.parity));
  print_refusals(file, one);
  if (one.outcome() == Outcome::kRefused) return kNo;
  if (one.error) {
    folder.keep();  // the log it names is in there
    return tl::unexpected(*one.error);
  }
  if (options.output == "-") {
    NEURAL_TRY(print_result(pretty_json(certificate_of(one, options.parity))));
  } else {
    NEURAL_TRY(print_result(table_of(one)));
    NEURAL_TRY(write_certificates(output, certificate_of(one, options.parity)));
  }
  return one.outcome() == Outcome::kAgreed ? kDone : kNo;
}

// ---- many networks ----

/// A case that has no network to compare.
ParityCase failed_case(const std::string& path, const std::string& network, Error why) {
  ParityCase one;
  one.file = path;
  one.network = network;
  one.error = std::move(why);
  return one;
}

class ManyCases {
 public:
  ManyCases(const Options& options, fs::path folder) : options_(options), folder_(std::move(folder)) {}

  void add_file(const std::string& path) {
    const auto file = check_source(path);
    if (!file) return cases_.push_back(failed_case(path, "", file.error()));
    if (file->diagnostics.has_errors()) {
      print_diagnostics(*file);
      return cases_.push_back(failed_case(path, "", {ErrorCode::kUsage, "the file has errors", {}}));
    }
    for (const std::string& network : file->network_addresses) {
      if (options_.choose.empty()) {
        add_network(*file, path, network);
      } else if (const auto chosen = check_chosen(path, network, options_.choose)) {
        add_network(*chosen, path, network);
      } else {
        cases_.push_back(failed_case(path, network, chosen.error()));
      }
    }
  }

  std::vector<ParityCase>& cases() { return cases_; }

 private:
  void add_network(const CheckedFile& file, const std::string& path, const std::string& network) {
    const auto model = choose_network(file, network);
    if (!model || *model == nullptr) {
      return cases_.push_back(failed_case(path, network, {ErrorCode::kUsage, "the values chosen do not fit", {}}));
    }
    const fs::path own = folder_ / fmt::format("{:04}_{}", cases_.size() + 1, (*model)->name.substr(0, 60));
    cases_.push_back(parity_case(file, path, network, **model, own, options_.parity));
  }

  const Options& options_;
  fs::path folder_;
  std::vector<ParityCase> cases_;
};

/// "24 of 227 networks, 3 min left", on a terminal.
void show_progress(std::size_t done, std::size_t all, std::chrono::steady_clock::time_point begun) {
  if (!is_terminal(stderr) || done == 0 || done == all) return;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  const double left = seconds / static_cast<double>(done) * static_cast<double>(all - done);
  tell(fmt::format("{} of {} networks, {} left\n", done, all,
                   left < 90 ? fmt::format("{:.0f} s", left) : fmt::format("{:.0f} min", left / 60)));
}

/// Folders of what went well are not kept, as there may be gigabytes of them.
void clean(std::span<const ParityCase> cases, const Options& options) {
  if (!options.keep.empty()) return;
  for (const ParityCase& one : cases) {
    std::error_code ignored;
    if (one.outcome() != Outcome::kFailed && !one.plan.folder.empty()) fs::remove_all(one.plan.folder, ignored);
  }
}

/// The certificates of those that are done, and the exit code.
Expected<int> conclude(const Options& options, const fs::path& output, std::span<const ParityCase> cases) {
  const Json certificates = certificates_of(cases, options.parity);
  if (options.output == "-") {
    NEURAL_TRY(print_result(pretty_json(certificates)));
  } else {
    NEURAL_TRY(print_result(summary_of(cases)));
    NEURAL_TRY(write_certificates(output, certificates));
  }
  const auto has = [&](Outcome outcome) {
    return std::any_of(cases.begin(), cases.end(), [&](const ParityCase& one) { return one.outcome() == outcome; });
  };
  if (has(Outcome::kFailed)) return kUsage;
  return has(Outcome::kDiffer) || has(Outcome::kRefused) ? kNo : kDone;
}

Expected<int> prove_many(Options options, const std::vector<std::string>& paths) {
  if (options.network) {
    return fail(ErrorCode::kUsage, "`--network` is for a single file", "name that file alone");
  }
  if (std::find(paths.begin(), paths.end(), "-") != paths.end()) {
    return fail(ErrorCode::kUsage, "standard input is compared alone, not beside files", "save the program in a file");
  }
  const fs::path output = options.output.empty() ? "parity.json" : options.output;
  for (const std::string& path : paths) NEURAL_TRY(must_spare_source(path, output));
  NEURAL_TRY(must_be_writable(output));
  NEURAL_TRY(find_python(options));
  WorkFolder folder = NEURAL_TRY(WorkFolder::make("neural-parity", options.keep));
  ManyCases many(options, folder.path());
  for (const std::string& path : paths) many.add_file(path);
  const std::span<ParityCase> cases = many.cases();
  const auto begun = std::chrono::steady_clock::now();
  for (std::size_t first = 0; first < cases.size(); first += kTogether) {
    show_progress(first, cases.size(), begun);
    const auto part = cases.subspan(first, std::min(kTogether, cases.size() - first));
    if (Status status = compare_cases(part, options.parity); !status) {
      // What was found by then is not lost.
      if (first > 0) NEURAL_TRY(conclude(options, output, cases.first(first)));
      return tl::unexpected(status.error());
    }
    for (const ParityCase& one : part) {
      if (options.output != "-") NEURAL_TRY(print_result(line_of(one)));
      if (one.outcome() == Outcome::kFailed) folder.keep();  // the log it names is in there
    }
    clean(part, options);
  }
  return conclude(options, output, cases);
}

Expected<int> prove(Options options) {
  options.parity.backends = NEURAL_TRY(backends_of(options));
  options.parity.needs_all = !options.backends.empty();
  std::vector<std::string> paths;
  for (const std::string& path : options.paths) {
    const std::vector<std::string> found = NEURAL_TRY(source_files(path));
    if (found.empty()) return fail(ErrorCode::kUsage, fmt::format("{} holds no .neural file", as_code(path)));
    paths.insert(paths.end(), found.begin(), found.end());
  }
  const bool is_one = options.paths.size() == 1 && paths.front() == options.paths.front();
  return is_one ? prove_one(std::move(options), paths.front()) : prove_many(std::move(options), paths);
}

}  // namespace

Run add_parity(CLI::App& app) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names;
  for (const emit::Backend& backend : emit::backends()) names.emplace_back(backend.name);
  names.emplace_back(engine_backend().name);
  app.add_option("FILE", options->paths,
                 "The .neural file, - is standard input; of several, or a folder, every network")
      ->required();
  app.add_option("--backends", options->backends,
                 "Which to compare, the first with each other (default: pytorch,tensorflow,onnx)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names));
  app.add_option("--steps", options->parity.steps, "Training steps")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_flag("--strict,!--no-strict", options->parity.strict,
               "Compare programs without their harmless deviations; --no-strict: as `neural compile` writes them");
  app.add_flag("--float64", options->parity.float64, "Compute in float64, which tells another meaning from rounding");
  add_semantics(app, options->parity.semantics);
  app.add_option("--seed", options->parity.seed, "Of the weights and batches")->capture_default_str();
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  add_choose(app, options->choose);
  add_allow_python_lambda(app, options->parity.allow_python_lambda);
  app.add_option("--python", options->python, "The Python interpreter (default: the one `neural bench` would take)");
  app.add_option("-o,--output", options->output,
                 "Where to write the certificate as JSON; - is standard output (default: FILE_parity.json, of many\n"
                 "parity.json)");
  app.add_option("--keep", options->keep, "A folder to keep programs, weights and all that was computed in");
  app.footer(kFooter);
  return [options] { return prove(*options); };
}

}  // namespace neural::cli
