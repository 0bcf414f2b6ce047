#include <fmt/format.h>

#include <string>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/explain/explain.hpp"

namespace neural::cli {
namespace {

using syntax::Explanation;
using syntax::ExplanationGroup;

constexpr const char* kFooter =
    "examples:\n"
    "  neural explain E503                # what a message of `neural check` means\n"
    "  neural explain e503 w522           # several, in any letter case\n"
    "  neural explain --list | grep axis  # which codes there are\n"
    "  neural explain --json E503 | jq -r '.codes[].right'\n"
    "\nexit codes: 0 explained, 2 no such code";

struct Options {
  std::vector<std::string> codes;
  bool json = false;
  bool markdown = false;
};

std::vector<const Explanation*> all_entries() {
  std::vector<const Explanation*> entries;
  for (const ExplanationGroup& group : syntax::explanation_groups()) {
    for (const Explanation& entry : group.entries) entries.push_back(&entry);
  }
  return entries;
}

Expected<const Explanation*> find_entry(const std::string& name) {
  if (const auto code = syntax::find_code(name)) return &explanation_of(*code);
  std::vector<std::string_view> names;
  for (const Explanation* entry : all_entries()) names.push_back(code_name(entry->code));
  std::vector<std::string> close = nearest(name, names);
  for (std::string& each : close) each = "`" + each + "`";
  return fail(ErrorCode::kUsage, fmt::format("`{}` is not the code of a diagnostic", printable(name)),
              close.empty() ? "`neural explain --list` lists them"
                            : fmt::format("did you mean {}? `neural explain --list` lists all", join(close, " or ")));
}

std::string text_of(const std::vector<const Explanation*>& entries) {
  std::string text;
  for (const Explanation* entry : entries) {
    if (!text.empty()) text += "\n\n";
    text += explain::as_text(*entry, wants_color(stdout));
  }
  return text;
}

std::string markdown_of(const std::vector<const Explanation*>& entries) {
  std::string text;
  for (const Explanation* entry : entries) text += (text.empty() ? "" : "\n") + explain::as_markdown(*entry);
  return text;
}

std::string json_of(const std::vector<const Explanation*>& entries) {
  Json codes = Json::array();
  for (const Explanation* entry : entries) codes.push_back(explain::as_json(*entry));
  return pretty_json({{"schema", 1}, {"codes", std::move(codes)}});
}

Expected<int> explain_codes(const Options& options) {
  std::vector<const Explanation*> entries;
  for (const std::string& name : options.codes) {
    const Explanation* entry = NEURAL_TRY(find_entry(name));
    entries.push_back(entry);
  }
  const bool all = entries.empty();
  std::string text;
  if (options.json) {
    text = json_of(all ? all_entries() : entries);
  } else if (options.markdown) {
    text = all ? explain::markdown_page() : markdown_of(entries);
  } else {
    text = all ? explain::list_as_text(wants_color(stdout)) : text_of(entries);
  }
  NEURAL_TRY(print_result(text));
  return kDone;
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* codes = app.add_option("CODE", options->codes, "Codes such as E503; without any, all are listed");
  app.add_flag("--list")->description("List all codes, with one line each")->excludes(codes);
  auto* json = app.add_flag("--json", options->json, "Print one JSON document; without CODE, all entries");
  app.add_flag("--markdown", options->markdown, "Print Markdown; without CODE, the page docs/diagnostics.md")
      ->excludes(json);
  app.footer(kFooter);
  return [options] { return explain_codes(*options); };
}

}  // namespace neural::cli
