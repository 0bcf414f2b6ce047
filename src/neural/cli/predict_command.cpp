#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/engine_data.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/data/npy.hpp"
#include "neural/engine/run/team.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "The input is an .npy file, samples along its first axis; or an .npz with an array for each input of the network, "
    "by its\n"
    "name (of a single input also `x`). Images of uint8 are scaled from 0..255 to 0..1, as for training.\n"
    "\nexamples:\n"
    "  neural predict model.neural --weights trained.safetensors --input x.npy -o y.npy\n"
    "  neural predict pairs.neural --weights trained.safetensors --input both.npz -o y.npy\n"
    "\nexit codes: 0 done, 1 the program has errors, 2 usage or data";

struct Options {
  std::string file;
  std::optional<std::string> network;
  std::string weights;
  std::string input;
  std::string output;
  std::optional<int> threads;
};

/// An array for each input of the network, in its order.
Expected<std::vector<data::Array>> read_inputs(const model::Model& model, const fs::path& path) {
  std::vector<data::Array> arrays;
  if (fold(path.extension().string()) != ".npz") {
    if (model.inputs.size() > 1) {
      return fail(ErrorCode::kUsage, fmt::format("`{}` has {} inputs", model.name, model.inputs.size()),
                  "give them as an .npz with an array for each, by its name");
    }
    arrays.push_back(NEURAL_TRY(data::read_npy(path)));
    return arrays;
  }
  const auto all = NEURAL_TRY(data::read_npz(path));
  for (const model::Input& input : model.inputs) {
    auto found = all.find(input.name);
    if (found == all.end() && model.inputs.size() == 1) found = all.find("x");
    if (found == all.end()) {
      return fail(ErrorCode::kUsage, fmt::format("`{}` has no array `{}`", printable(path.string()), input.name),
                  "name the arrays as the network's inputs");
    }
    arrays.push_back(found->second);
  }
  return arrays;
}

Expected<int> predict(const Options& options) {
  NEURAL_TRY(must_spare_source(options.file, options.output));
  NEURAL_TRY(must_be_writable(options.output));
  const CheckedFile file = NEURAL_TRY(check_source(options.file));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, options.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;
  engine::TrainingOptions settings;
  settings.isa = NEURAL_TRY(chosen_isa());
  settings.threads = options.threads.value_or(engine::processors());
  const std::string origin = fmt::format("`{}`", printable(options.input));
  const std::vector<data::Array> arrays = NEURAL_TRY(read_inputs(*model, options.input));
  const engine::Samples samples = NEURAL_TRY(engine::prepare_inputs(*model, arrays, origin));
  syntax::DiagnosticList diagnostics;
  const auto trainer = engine::Trainer::for_prediction(*model, samples, settings, diagnostics);
  if (!trainer) {
    tell(render_text(file.source, diagnostics, {.color = wants_color(stderr)}));
    return kNo;
  }
  NEURAL_TRY(trainer->check_ids(samples, origin, "predict"));
  trainer->set_weights(NEURAL_TRY(weights::read_weights(options.weights, *model)));
  data::Shape shape = trainer->output_row();
  shape.insert(shape.begin(), samples.rows);
  const std::string told = data::to_string(shape);
  NEURAL_TRY(data::write_npy(
      options.output, data::Array::of(data::ElementType::kFloat32, std::move(shape), trainer->predict(samples))));
  NEURAL_TRY(print_result(fmt::format("{}: {} float32\n", printable(options.output), told)));
  return kDone;
}

}  // namespace

Run add_predict(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "The .neural file; - is standard input")->required();
  app.add_option("--weights", options->weights, "The .safetensors file with the weights")->required();
  app.add_option("--input", options->input, "Samples: an .npy, or an .npz")->required();
  app.add_option("-o,--output", options->output, "Where to write the predictions, as .npy")->required();
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  app.add_option("--threads", options->threads, "Threads (default: as many as processors)")->check(CLI::Range(1, 1024));
  app.footer(std::string(kFooter) + "\n" + kIsaHelp);
  return [options] { return predict(*options); };
}

}  // namespace neural::cli
