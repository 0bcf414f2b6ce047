#include <fmt/format.h>

#include <filesystem>

#include "neural/base/text.hpp"
#include "neural/bench/html/render_html.hpp"
#include "neural/bench/report/collect.hpp"
#include "neural/bench/report/render_csv.hpp"
#include "neural/bench/report/render_markdown.hpp"
#include "neural/bench/report/write_reports.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/output_file.hpp"
#include "neural/cli/report_files.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter =
    "examples:\n"
    "  neural report benchmark_results                        # all files of the folder again\n"
    "  neural report benchmark_results --csv -o results.csv   # for a spreadsheet\n"
    "  neural report benchmark_results.json --html -o a.html  # the page, from a results file alone\n"
    "  neural report benchmark_results.json                   # the Markdown of a results file, on standard output\n"
    "\nOf a folder the raw events of every run are read again, so a report can be checked by someone who did not "
    "measure it.";

struct Options {
  fs::path source;
  std::string output = "-";
  bool markdown = false, html = false, csv = false;
};

Status must_be_results_folder(const fs::path& folder) {
  if (fs::exists(folder / "session.json")) return done();
  return fail(ErrorCode::kNotFound,
              fmt::format("`{}` is no results folder of `neural bench`: it holds no `session.json`", folder.string()),
              "name the folder that was given to `neural bench --output`, by default benchmark_results");
}

/// The results and all reports of a results folder.
Expected<int> rewrite(const fs::path& folder) {
  const auto results = bench::report::write_reports(folder, report_files());
  if (!results) return tl::unexpected(results.error().within(fmt::format("`{}`", folder.string())));
  NEURAL_TRY(print_result(told_reports(folder)));
  return kDone;
}

/// From the raw events of a folder, or from a results file.
Expected<Json> read_results(const fs::path& source) {
  if (fs::is_directory(source)) {
    auto results = bench::report::collect_results(source);
    if (!results) return tl::unexpected(results.error().within(fmt::format("`{}`", source.string())));
    return results;
  }
  Json results = NEURAL_TRY(read_json(source));
  if (results.is_object() && results.contains("results")) return results;
  return fail(ErrorCode::kCorrupt, fmt::format("`{}` is no results file of `neural bench`", source.string()),
              "name its benchmark_results.json, or its results folder");
}

Expected<int> report(const Options& options) {
  const bool is_folder = fs::is_directory(options.source);
  if (is_folder) NEURAL_TRY(must_be_results_folder(options.source));
  const bool chosen = options.markdown || options.html || options.csv;
  if (is_folder && !chosen && options.output == "-") return rewrite(options.source);
  NEURAL_TRY(must_spare_source(options.source.string(), options.output));
  const Json results = NEURAL_TRY(read_results(options.source));
  const std::string text = options.csv    ? bench::report::render_csv(results)
                           : options.html ? bench::html::render_html(results)
                                          : bench::report::render_markdown(results);
  NEURAL_TRY(write_output(options.output, [&](const Sink& sink) { return sink(text); }));
  return kDone;
}

}  // namespace

Run add_report(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("SOURCE", options->source, "A results folder of `neural bench`, or its benchmark_results.json")
      ->required();
  CLI::Option* markdown = app.add_flag("--markdown", options->markdown, "The report, and no file is changed");
  CLI::Option* html = app.add_flag("--html", options->html, "The report as one page with charts, that opens offline");
  html->excludes(markdown);
  app.add_flag("--csv", options->csv, "A row for each quantity of each cell")->excludes(markdown)->excludes(html);
  add_output(app, options->output, "Where to write it; - is standard output (default)");
  app.footer(kFooter);
  return [options] { return report(*options); };
}

}  // namespace neural::cli
