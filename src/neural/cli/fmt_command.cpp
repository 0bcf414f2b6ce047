#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "neural/base/diff.hpp"
#include "neural/base/files.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/cli/source_files.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/syntax/format.hpp"

namespace neural::cli {
namespace {

constexpr const char* kFooter =
    "Only layout changes, never meaning; comments stay. A file with syntax errors is left as it is.\n"
    "\nexamples:\n"
    "  neural fmt model.neural other.neural\n"
    "  neural fmt models/               # the .neural, .nr and .rnr files in it and below\n"
    "  neural fmt --diff model.neural   # what would change\n"
    "  neural fmt --check .             # for CI: says which files would change\n"
    "  neural fmt - <draft.neural       # the result on standard output\n"
    "\nexit codes: 0 done, 1 syntax errors, or with --check or --diff a file would change, 2 a file could not be read "
    "or "
    "written";

struct Options {
  std::vector<std::string> paths;
  bool check = false;
  bool diff = false;
};

enum class Outcome { kUnchanged, kChanged, kRefused };

struct Counts {
  std::size_t unchanged = 0;
  std::size_t changed = 0;
  std::size_t refused = 0;
  std::size_t failed = 0;  ///< not read, or not written
};

/// Nothing else can be replaced, and reading from it could wait for ever.
Status must_be_file(const std::string& path) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error);
  if (!std::filesystem::exists(kind) || std::filesystem::is_regular_file(kind)) return done();
  return fail(ErrorCode::kUsage, fmt::format("`{}` is no regular file", printable(path)),
              "standard input is `-`, and its result goes to standard output");
}

/// With no byte that could steer a terminal.
std::string for_terminal(const std::string& diff) {
  std::string shown;
  for (const std::string& line : split(diff, '\n')) shown += printable(line) + '\n';
  shown.pop_back();
  return shown;
}

Status show_change(const syntax::SourceText& source, const std::string& text, const Options& options) {
  const std::string name = printable(source.name());
  if (!options.diff) return print_result(name + '\n');
  const std::string diff = unified_diff(source.text(), text, name, name);
  return print_result(is_terminal(stdout) ? for_terminal(diff) : diff);
}

Expected<Outcome> format_one(const std::string& path, const Options& options) {
  if (path != "-") NEURAL_TRY(must_be_file(path));
  const syntax::SourceText source = NEURAL_TRY(read_source(path));
  syntax::DiagnosticList diagnostics;
  const std::optional<std::string> text = syntax::format(source, diagnostics);
  if (!text) {
    tell(render_text(source, diagnostics, {.color = wants_color(stderr)}));
    return Outcome::kRefused;
  }
  const bool changed = *text != source.text();
  if (options.check || options.diff) {
    if (changed) NEURAL_TRY(show_change(source, *text, options));
  } else if (path == "-") {
    NEURAL_TRY(print_result(*text));
  } else if (changed) {
    NEURAL_TRY(write_file(path, *text));
    tell(fmt::format("reformatted {}\n", printable(path)));
  }
  return changed ? Outcome::kChanged : Outcome::kUnchanged;
}

void format_path(const std::string& path, const Options& options, Counts& counts) {
  const auto files = source_files(path);
  if (!files) {
    print_error(files.error());
    ++counts.failed;
    return;
  }
  for (const std::string& file : *files) {
    const auto outcome = format_one(file, options);
    if (!outcome) {
      print_error(outcome.error());  // the other files are still laid out
      ++counts.failed;
    } else {
      ++(*outcome == Outcome::kChanged     ? counts.changed
         : *outcome == Outcome::kUnchanged ? counts.unchanged
                                           : counts.refused);
    }
  }
}

/// "2 files reformatted, 3 files left unchanged"
std::string summary(const Counts& counts, const Options& options) {
  std::vector<std::string> parts;
  const auto add = [&parts](std::size_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {} {}", count, count == 1 ? "file" : "files", what));
  };
  add(counts.changed, options.check || options.diff ? "would be reformatted" : "reformatted");
  add(counts.unchanged, "left unchanged");
  add(counts.refused, "with errors left unchanged");
  add(counts.failed, "not read or not written");
  return parts.empty() ? "no .neural, .nr or .rnr files found\n" : join(parts, ", ") + '\n';
}

Expected<int> format_files(const Options& options) {
  Counts counts;
  for (const std::string& path : options.paths) format_path(path, options, counts);
  if (options.paths != std::vector<std::string>{"-"}) tell(summary(counts, options));
  if (counts.failed > 0) return kUsage;
  const bool would_change = (options.check || options.diff) && counts.changed > 0;
  return counts.refused > 0 || would_change ? kNo : kDone;
}

}  // namespace

Run add_fmt(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->paths, "Files and folders to lay out; - is standard input")->required();
  app.add_flag("--check", options->check, "Change nothing; list the files that would change");
  app.add_flag("--diff", options->diff, "Change nothing; show what would change");
  app.footer(kFooter);
  return [options] { return format_files(*options); };
}

}  // namespace neural::cli
