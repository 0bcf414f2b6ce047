#include "neural/cli/weights_conversion.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/base/text.hpp"
#include "neural/bench/plan/interpreter.hpp"
#include "neural/bench/process/scratch_folder.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/python_half.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/emit/backends.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

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

/// Takes weights from file to file, where one of both is of a framework.
class Framework {
 public:
  Framework(const CheckedFile& file, const model::Model& model, const Conversion& conversion, const fs::path& folder)
      : file_(file), model_(model), conversion_(conversion), folder_(folder) {}

  Expected<int> convert(std::string_view backend, const fs::path& from, const fs::path& to) const {
    const auto program = write_program(*emit::find_backend(backend));
    if (!program) return tl::unexpected(program.error());
    if (program->empty()) return kNo;
    const auto python =
        NEURAL_TRY(bench::plan::choose_interpreter(bench::plan::interpreter_sources(conversion_.python)));
    const int status =
        NEURAL_TRY(run_module(python, "neural.weights", {program->string(), from.string(), to.string()}));
    // 2 has told what is wrong.
    if (status == kDone || status == kUsage) return status;
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
        .source_name = "<weights>", .source_sha256 = sha256(file_.source.text()), .version = NEURAL_VERSION};
    syntax::DiagnosticList diagnostics;
    const auto text = backend.emit(model, options, diagnostics);
    if (!text) {
      std::fputs(render_text(file_.source, diagnostics, {.color = wants_color(stderr)}).c_str(), stderr);
      return fs::path();
    }
    fs::path path = folder_ / fmt::format("{}_program.py", backend.name);
    NEURAL_TRY(write_file(path, *text));
    return path;
  }

  const CheckedFile& file_;
  const model::Model& model_;
  const Conversion& conversion_;
  const fs::path& folder_;
};

}  // namespace

Expected<int> convert_weights(const Conversion& conversion) {
  const Format& from = *NEURAL_TRY(format_of(conversion.from));
  const Format& to = *NEURAL_TRY(format_of(conversion.to));
  NEURAL_TRY(read_beginning(conversion.from, 1));
  const CheckedFile file = NEURAL_TRY(check_source(conversion.file));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, conversion.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;

  const auto folder = bench::process::ScratchFolder::make();
  if (!folder) return tl::unexpected(folder.error());
  const Framework framework(file, *model, conversion, folder->path());
  fs::path canonical = conversion.from;
  if (!from.backend.empty()) {
    canonical = folder->path() / "read.safetensors";
    const int code = NEURAL_TRY(framework.convert(from.backend, conversion.from, canonical));
    if (code != kDone) return code;
  }
  const weights::Weights weights = NEURAL_TRY(weights::read_weights(canonical, *model));
  fs::path written = conversion.to;
  if (!to.backend.empty()) written = folder->path() / "written.safetensors";
  NEURAL_TRY(weights::write_safetensors(written, weights));
  if (!to.backend.empty()) {
    const int code = NEURAL_TRY(framework.convert(to.backend, written, conversion.to));
    if (code != kDone) return code;
  }
  if (is_terminal(stderr)) tell(fmt::format("wrote {}\n", printable(conversion.to.string())));
  return kDone;
}

}  // namespace neural::cli
