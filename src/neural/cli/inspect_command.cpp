#include <string>

#include "neural/base/json.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/model/describe.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural inspect model.neural\n"
    "  neural inspect --json model.neural | jq .total_parameters";

struct Options {
  std::string file;
  std::optional<std::string> network;
  bool json = false;
};

Expected<int> inspect(const Options& options) {
  const CheckedFile file = NEURAL_TRY(check_source(options.file));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, options.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;
  NEURAL_TRY(print_result(options.json ? pretty_json(model::describe_json(*model)) : model::describe_table(*model)));
  return kDone;
}

}  // namespace

Run add_inspect(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "The .neural file; - is standard input")->required();
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  app.add_flag("--json", options->json, "Print one JSON document");
  app.footer(kFooter);
  return [options] { return inspect(*options); };
}

}  // namespace neural::cli
