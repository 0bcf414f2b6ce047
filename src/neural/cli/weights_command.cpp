#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>

#include "neural/base/text.hpp"
#include "neural/cli/chosen_values.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/custom_option.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/cli/weights_conversion.hpp"
#include "neural/describe/text_table.hpp"
#include "neural/describe/units.hpp"
#include "neural/weights/safetensors.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural weights convert model.neural trained.pt trained.safetensors\n"
    "  neural weights convert model.neural trained.safetensors trained.weights.h5\n"
    "  neural weights show trained.safetensors\n"
    "\n`neural weights convert --help` has more.";

constexpr const char* kConvertFooter =
    "endings:\n"
    "  .safetensors   all weights, by the names and in the layouts of the network (docs/features/weights.md)\n"
    "  .pt, .pth      the state_dict of the generated PyTorch program\n"
    "  .weights.h5    the weights of the generated TensorFlow program, as Keras saves them\n"
    "\nexamples:\n"
    "  neural weights convert model.neural trained.pt trained.safetensors        # for `neural compile --weights`\n"
    "  neural weights convert model.neural trained.pt trained.weights.h5         # from PyTorch to Keras\n"
    "  neural weights convert model.neural half.safetensors whole.safetensors    # checked, and as float32\n"
    "  neural weights convert own.neural trained.pt trained.safetensors --custom HighwayLayer=my_layers:Highway\n"
    "\nexit codes: 0 converted, 1 the program has errors or a backend cannot express it, 2 usage, a file or Python";

Expected<int> show(const std::string& path) {
  const std::vector<weights::StoredTensor> tensors = NEURAL_TRY(weights::list_safetensors(path));
  constexpr std::size_t kLeastName = 20;
  describe::TextTable table({{.title = "name", .least_width = kLeastName},
                             {.title = "type"},
                             {.title = "shape"},
                             {.title = "size", .is_number = true}});
  std::uint64_t bytes = 0;
  for (const weights::StoredTensor& tensor : tensors) {
    const std::uint64_t size = tensor.end - tensor.begin;
    bytes += size;
    table.add({printable(tensor.name), printable(shortened(tensor.dtype, 8)),
               fmt::format("({}{})", fmt::join(tensor.shape, ", "), tensor.shape.size() == 1 ? "," : ""),
               describe::bytes_text(Amount(size))});
  }
  std::string text = tensors.empty() ? "" : table.render(terminal_width(stdout), wants_color(stdout)).text + "\n";
  text += fmt::format("{} tensors, {}\n", with_thousands(static_cast<std::int64_t>(tensors.size())),
                      describe::bytes_text(Amount(bytes)));
  NEURAL_TRY(print_result(text));
  return kDone;
}

}  // namespace

Run add_weights(CLI::App& app) {
  app.require_subcommand(1);
  app.footer(kFooter);

  auto conversion = std::make_shared<Conversion>();
  CLI::App* convert = app.add_subcommand("convert", "Convert a weight file of a network to another format");
  convert->add_option("FILE", conversion->file, "The .neural file; - is standard input")->required();
  convert->add_option("FROM", conversion->from, "The weights: .safetensors, .pt, .pth or .weights.h5")->required();
  convert->add_option("TO", conversion->to, "Where to write them, in the format that the ending names")->required();
  convert->add_option("--network", conversion->network, "Which network of the file (default: the first)");
  add_choose(*convert, conversion->choose);
  add_custom(*convert, conversion->custom);
  add_allow_python_lambda(*convert, conversion->allow_python_lambda);
  convert->add_option("--python", conversion->python,
                      "The Python interpreter that has the framework (default: the one `neural bench` would take)");
  convert->footer(kConvertFooter);

  auto shown = std::make_shared<std::string>();
  CLI::App* show_command = app.add_subcommand("show", "List the tensors of a .safetensors file");
  show_command->add_option("FILE", *shown, "The .safetensors file")->required();

  return [=]() -> Expected<int> { return convert->parsed() ? convert_weights(*conversion) : show(*shown); };
}

}  // namespace neural::cli
