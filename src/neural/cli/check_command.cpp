#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "examples:\n"
    "  neural check model.neural other.neural\n"
    "  neural check --json model.neural | jq '.files[].diagnostics'\n"
    "  echo 'Dense(64)' | neural check --as layer -\n"
    "\n--json prints {schema, files: [{file, errors, warnings, diagnostics}]}. A file's list ends after 2000 errors\n"
    "and 2000 warnings; the counts are of all, and dropped_errors and dropped_warnings say how many are not in it.\n"
    "\n`neural explain E503` says more about the code of a message.\n"
    "exit codes: 0 no errors, 1 errors, 2 a file could not be read";

struct Options {
  std::vector<std::string> files;
  std::string as = "file";
  bool json = false;
  bool warnings_are_errors = false;
};

void check_text(const std::string& as, const syntax::SourceText& source, syntax::DiagnosticList& diagnostics) {
  if (as == "file") {
    model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  } else if (as == "network") {
    if (auto network = syntax::parse_network(source, diagnostics)) model::check_network(*network, source, diagnostics);
  } else if (as == "layer") {
    if (auto layer = syntax::parse_layer(source, diagnostics)) model::check_layer(*layer, source, diagnostics);
  } else if (as == "macro") {
    model::check_macros(syntax::parse_macros(source, diagnostics), source, diagnostics);
  } else {
    if (auto research = syntax::parse_research(source, diagnostics)) {
      model::check_research(*research, source, diagnostics);
    }
  }
}

Expected<int> check_files(const Options& options) {
  Json files = Json::array();
  int code = kDone;
  for (const std::string& path : options.files) {
    const auto source = read_source(path);
    if (!source) {
      print_error(source.error());  // the other files are still checked
      code = kUsage;
      continue;
    }
    syntax::DiagnosticList diagnostics;
    check_text(options.as, *source, diagnostics);
    const bool bad = diagnostics.has_errors() || (options.warnings_are_errors && !diagnostics.empty());
    if (bad && code == kDone) code = kNo;

    const syntax::RenderOptions render{.color = wants_color(stderr),
                                       .warnings_are_errors = options.warnings_are_errors};
    if (options.json) {
      Json file = {{"file", source->name()}, {"diagnostics", render_json(*source, diagnostics, render)}};
      file.update(render_counts(diagnostics, render));
      files.push_back(std::move(file));
    } else {
      std::fputs(render_text(*source, diagnostics, render).c_str(), stderr);
    }
  }
  if (options.json) NEURAL_TRY(print_result(pretty_json({{"schema", 1}, {"files", std::move(files)}})));
  return code;
}

}  // namespace

Run add_check(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->files, "Files to check; - is standard input")->required();
  app.add_option("--as", options->as, "What the files hold")
      ->check(CLI::IsMember({"file", "network", "layer", "macro", "research"}))
      ->capture_default_str();
  app.add_flag("--json", options->json, "Print the diagnostics as one JSON document on standard output");
  app.add_flag("--werror", options->warnings_are_errors, "Treat warnings as errors");
  app.footer(kFooter);
  return [options] { return check_files(*options); };
}

}  // namespace neural::cli
