#include <string>

#include "neural/cli/command.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/describe/describe.hpp"
#include "neural/draw/draw.hpp"
#include "neural/estimate/outline.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "FLOPs and memory are estimates from formulas, for one sample and for training; docs/inspect.md has them.\n"
    "\nexamples:\n"
    "  neural inspect model.neural                       # the table of layers, and totals\n"
    "  neural inspect model.neural --network Encoder     # another network of the file\n"
    "  neural inspect model.neural --svg -o model.svg    # a drawing\n"
    "  neural inspect model.neural --dot | dot -Tpdf -o model.pdf\n"
    "  neural inspect model.neural --json | jq .total_parameters\n"
    "  neural inspect - <model.neural                    # from standard input\n"
    "\nexit codes: 0 shown, 1 the program has errors, 2 usage or a file that cannot be read or written";

struct Options {
  std::string file;
  std::optional<std::string> network;
  std::string output = "-";
  bool json = false;
  bool dot = false;
  bool svg = false;
  bool all = false;
};

std::string table_of(const estimate::Outline& outline, const Options& options) {
  const bool is_shown = options.output == "-";
  return describe::as_table(
      outline,
      {.width = is_shown ? terminal_width(stdout) : 0, .color = is_shown && wants_color(stdout), .all = options.all});
}

Expected<int> inspect(const Options& options) {
  NEURAL_TRY(must_spare_source(options.file, options.output));
  const CheckedFile file = NEURAL_TRY(check_source(options.file));
  print_diagnostics(file);
  const model::Model* model = NEURAL_TRY(choose_network(file, options.network));
  if (model == nullptr || file.diagnostics.has_errors()) return kNo;
  const estimate::Outline outline = estimate::outline_of(*model);
  NEURAL_TRY(write_output(options.output, [&](const Sink& sink) {
    if (options.json) return describe::write_json(outline, file.source, sink);
    if (options.dot) return sink(describe::as_dot(outline));
    if (options.svg) return sink(draw::as_svg(outline, {.all = options.all}));
    return sink(table_of(outline, options));
  }));
  return kDone;
}

}  // namespace

Run add_inspect(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "The .neural file; - is standard input")->required();
  app.add_option("--network", options->network, "Which network of the file (default: the first)");
  auto* json = app.add_flag("--json", options->json, "Print one JSON document, with every attribute and exact numbers");
  auto* dot = app.add_flag("--dot", options->dot, "Print the graph for Graphviz")->excludes(json);
  app.add_flag("--svg", options->svg, "Print a drawing of the graph")->excludes(json)->excludes(dot);
  app.add_flag("--all", options->all, "In the table and the drawing, show long runs of equal layers in full");
  add_output(app, options->output, "Where to write it (default: standard output, -)");
  app.footer(kFooter);
  return [options] { return inspect(*options); };
}

}  // namespace neural::cli
