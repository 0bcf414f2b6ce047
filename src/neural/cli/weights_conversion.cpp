#include "neural/cli/weights_conversion.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <vector>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/bench/process/process_runner.hpp"
#include "neural/cli/chosen_values.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/python_half.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/cli/work_folder.hpp"
#include "neural/emit/backends.hpp"
#include "neural/emit/text/custom_classes.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

constexpr double kTimeout = 3600;
constexpr std::size_t kMostShown = std::size_t{1} << 16;
constexpr std::streamsize kPart = std::streamsize{1} << 20;

struct Format {
  std::string_view ending;
  std::string_view backend;  ///< whose program reads and writes such files; empty: we do
};

constexpr std::array kFormats = {Format{".safetensors", ""}, Format{".pt", "pytorch"}, Format{".pth", "pytorch"},
                                 Format{".weights.h5", "tensorflow"}};

Expected<const Format*> format_of(const fs::path& path) {
  const std::string name = path.filename().string();
  for (const Format& format : kFormats) {
    if (name.size() > format.ending.size() && name.ends_with(format.ending)) return &format;
  }
  return fail(ErrorCode::kUsage, fmt::format("the ending of {} is not one of weights", as_code(name)),
              "weights are in files .safetensors, .pt or .pth (a state_dict of PyTorch), and .weights.h5 (Keras)");
}

/// The target is replaced in one step.
Status put_file(const fs::path& from, const fs::path& to) {
  return write_file(to, [&](const Sink& sink) -> Status {
    std::ifstream file(from, std::ios::binary);
    std::vector<char> part(kPart);
    while (file.read(part.data(), kPart) || file.gcount() > 0) {
      NEURAL_TRY(sink({part.data(), static_cast<std::size_t>(file.gcount())}));
    }
    return file.eof() ? done() : tl::unexpected(system_error("cannot read " + as_code(from.string()), errno));
  });
}

/// Takes weights from file to file, where one of both is of a framework.
class Framework {
 public:
  Framework(const CheckedFile& file, const model::Model& model, std::vector<emit::CustomClass> custom,
            const Conversion& conversion, const fs::path& folder)
      : file_(file), model_(model), custom_(std::move(custom)), conversion_(conversion), folder_(folder) {}

  Expected<int> convert(std::string_view backend, const fs::path& from, const fs::path& to) const {
    const auto program = write_program(*emit::find_backend(backend));
    if (!program) return tl::unexpected(program.error());
    if (program->empty()) return kNo;
    const auto python =
        NEURAL_TRY(bench::plan::choose_interpreter(bench::plan::interpreter_sources(conversion_.python)));
    const fs::path log = folder_ / "log.txt", reason = folder_ / "reason.txt";
    const auto run =
        bench::process::ProcessRunner().run({.arguments = {python.string(), "-P", "-m", "neural.weights",
                                                           program->string(), fs::absolute(from).string(), to.string()},
                                             .environment = environment_of_this_program(),
                                             .log = log,
                                             .standard_output = reason,
                                             .timeout_seconds = kTimeout});
    if (!run && run.error().code == ErrorCode::kInterrupted) {
      return fail(ErrorCode::kInterrupted, "interrupted, nothing is written", "the same command again begins anew");
    }
    const int status = NEURAL_TRY(run).exit_status;
    if (status == kDone && fs::exists(to)) return kDone;
    const std::string text = NEURAL_TRY(read_beginning(status == kUsage ? reason : log, kMostShown));
    std::fputs(text.c_str(), stderr);
    if (status == kUsage) return kUsage;
    return fail(ErrorCode::kProcess, fmt::format("{} did not convert the weights", as_code(python.string())),
                "`neural doctor` shows what works there; name another interpreter with `--python`");
  }

 private:
  /// The path of the program; empty, with the reasons told, if the backend cannot express the network.
  Expected<fs::path> write_program(const emit::Backend& backend) const {
    // Where and into what the network trains has nothing to do with its weights.
    model::Model model = model_;
    model.device = "cpu";
    model.training.save_path.reset();
    const emit::Options options = {
        .source_name = "<weights>",
        .source_sha256 = file_.sha256,
        .version = NEURAL_VERSION,
        .custom = custom_,
        .allow_python_lambda = conversion_.allow_python_lambda,
    };
    syntax::DiagnosticList diagnostics;
    const auto text = backend.emit(model, options, diagnostics);
    if (!text) {
      syntax::DiagnosticList errors;  // what a backend computes a little differently has nothing to do with weights
      for (const syntax::Diagnostic& each : diagnostics.sorted()) {
        if (syntax::severity_of(each.code) == syntax::Severity::kError)
          errors.add(each.code, each.span, each.message, each.help).notes = each.notes;
      }
      std::fputs(render_text(file_.source, errors, {.color = wants_color(stderr)}).c_str(), stderr);
      return fs::path();
    }
    fs::path path = folder_ / fmt::format("{}_program.py", backend.name);
    NEURAL_TRY(write_file(path, text->text()));
    return path;
  }

  const CheckedFile& file_;
  const model::Model& model_;
  std::vector<emit::CustomClass> custom_;
  const Conversion& conversion_;
  const fs::path& folder_;
};

/// Values that a search leaves open decide which weights there are.
Status check_search(const model::Model& model) {
  if (model.search.empty()) return done();
  return fail(
      ErrorCode::kUsage, "the program searches over values, which may decide its weights",
      "name those that it was trained with, `--choose NAME=VALUE`, or convert for the program that `neural tune` "
      "wrote");
}

}  // namespace

Expected<int> convert_weights(const Conversion& conversion) {
  const Format& from = *NEURAL_TRY(format_of(conversion.from));
  const Format& to = *NEURAL_TRY(format_of(conversion.to));
  NEURAL_TRY(read_beginning(conversion.from, 1));
  NEURAL_TRY(must_be_writable(conversion.to));
  const CheckedFile file = NEURAL_TRY(check_chosen(conversion.file, conversion.network, conversion.choose));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, conversion.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;
  NEURAL_TRY(check_search(*model));
  std::vector<emit::CustomClass> custom =
      NEURAL_TRY(emit::read_custom_classes(conversion.custom, *model, !conversion.choose.empty()));
  const bool has_own = !emit::custom_names(*model).empty();
  if (has_own && from.backend.empty() == to.backend.empty()) {
    return fail(ErrorCode::kUsage, "what layers of your own hold is known to the programs of one framework alone",
                "convert between a file of that framework and a .safetensors");
  }

  const WorkFolder folder = NEURAL_TRY(WorkFolder::make("neural-weights"));
  const Framework framework(file, *model, std::move(custom), conversion, folder.path());
  fs::path canonical = conversion.from;
  if (!from.backend.empty()) {
    canonical = folder.path() / "read.safetensors";
    const int code = NEURAL_TRY(framework.convert(from.backend, conversion.from, canonical));
    if (code != kDone) return code;
  }
  if (!has_own) {
    const weights::Weights weights = NEURAL_TRY(weights::read_weights(canonical, *model));
    canonical = folder.path() / "written.safetensors";
    NEURAL_TRY(weights::write_safetensors(canonical, weights));
  }
  fs::path written = canonical;
  if (!to.backend.empty()) {
    written = folder.path() / fmt::format("converted{}", to.ending);
    const int code = NEURAL_TRY(framework.convert(to.backend, canonical, written));
    if (code != kDone) return code;
  }
  NEURAL_TRY(put_file(written, conversion.to));
  if (is_terminal(stderr)) tell(fmt::format("wrote {}\n", printable(conversion.to.string())));
  return kDone;
}

}  // namespace neural::cli
