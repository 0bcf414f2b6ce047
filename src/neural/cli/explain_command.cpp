#include <fmt/format.h>

#include <string>
#include <variant>
#include <vector>

#include "neural/base/json.hpp"
#include "neural/base/text.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/terminal.hpp"
#include "neural/explain/explain.hpp"

namespace neural::cli {
namespace {

using explain::NameEntry;
using explain::NameGroup;
using syntax::Explanation;
using syntax::ExplanationGroup;

constexpr const char* kFooter =
    "examples:\n"
    "  neural explain E503                 # what a message of `neural check` means\n"
    "  neural explain Conv2D adam          # what a layer or anything else of the language takes\n"
    "  neural explain --list layers        # which layers there are\n"
    "  neural explain --list | grep axis   # which codes there are\n"
    "  neural explain --json E503 | jq -r '.codes[].right'\n"
    "\nexit codes: 0 explained, 2 nothing is called so";

constexpr std::string_view kCodes = "codes";

struct Options {
  std::vector<std::string> words;
  std::string list;
  bool json = false;
  bool markdown = false;
};

using Topic = std::variant<const Explanation*, const NameEntry*>;

std::vector<Topic> all_codes() {
  std::vector<Topic> topics;
  for (const ExplanationGroup& group : syntax::explanation_groups()) {
    for (const Explanation& entry : group.entries) topics.emplace_back(&entry);
  }
  return topics;
}

std::vector<Topic> all_topics() {
  std::vector<Topic> topics = all_codes();
  for (const NameGroup& group : explain::name_groups()) {
    for (const NameEntry& entry : group.entries) topics.emplace_back(&entry);
  }
  return topics;
}

Error unknown_word(const std::string& word) {
  std::vector<std::string_view> names = explain::all_spellings();
  for (const Topic& topic : all_codes()) names.push_back(code_name(std::get<const Explanation*>(topic)->code));
  std::vector<std::string> close = nearest(word, names);
  for (std::string& each : close) each = "`" + each + "`";
  const std::string_view lists = "`neural explain --list` lists the codes, `--list layers` and so on the names";
  return {ErrorCode::kUsage, fmt::format("`{}` is neither a code nor a name of the language", printable(word)),
          close.empty() ? std::string(lists) : fmt::format("did you mean {}? {}", join(close, " or "), lists)};
}

/// A code, or everything that is called so.
Expected<std::vector<Topic>> find_topics(const std::string& word) {
  if (const auto code = syntax::find_code(word)) return std::vector<Topic>{&explanation_of(*code)};
  const std::vector<const NameEntry*> names = explain::find_names(word);
  if (names.empty()) return tl::unexpected(unknown_word(word));
  return std::vector<Topic>(names.begin(), names.end());
}

std::string text_of(const std::vector<Topic>& topics) {
  const bool color = wants_color(stdout);
  std::string text;
  for (const Topic& topic : topics) {
    if (!text.empty()) text += "\n\n";
    text += std::visit([&](const auto* each) { return explain::as_text(*each, color); }, topic);
  }
  return text;
}

std::string markdown_of(const std::vector<Topic>& topics) {
  std::string text;
  for (const Topic& topic : topics) {
    text += text.empty() ? "" : "\n";
    text += std::visit([](const auto* each) { return explain::as_markdown(*each); }, topic);
  }
  return text;
}

std::string json_of(const std::vector<Topic>& topics) {
  Json codes = Json::array();
  Json names = Json::array();
  for (const Topic& topic : topics) {
    Json& list = std::holds_alternative<const Explanation*>(topic) ? codes : names;
    list.push_back(std::visit([](const auto* each) { return explain::as_json(*each); }, topic));
  }
  return pretty_json({{"schema", 1}, {"codes", std::move(codes)}, {"names", std::move(names)}});
}

std::string list_of(const std::string& title) {
  const NameGroup* group = explain::find_group(title);
  const bool color = wants_color(stdout);
  return group == nullptr ? explain::list_as_text(color) : explain::list_as_text(*group, color);
}

Expected<int> explain_topics(const Options& options) {
  std::vector<Topic> topics;
  for (const std::string& word : options.words) {
    const std::vector<Topic> found = NEURAL_TRY(find_topics(word));
    topics.insert(topics.end(), found.begin(), found.end());
  }
  const bool all = topics.empty();
  std::string text;
  if (options.json) {
    text = json_of(all ? all_topics() : topics);
  } else if (options.markdown) {
    text = all ? explain::markdown_page() : markdown_of(topics);
  } else {
    text = all ? list_of(options.list) : text_of(topics);
  }
  NEURAL_TRY(print_result(text));
  return kDone;
}

/// For CLI11: empty if there is such a list, else what is wrong. The groups are only made when somebody asks.
std::string no_such_list(const std::string& title) {
  if (title == kCodes || explain::find_group(title) != nullptr) return {};
  std::vector<std::string> titles = {std::string(kCodes)};
  for (const NameGroup& group : explain::name_groups()) titles.emplace_back(group.title);
  return fmt::format("there is no list of `{}`; there are {}", printable(title), join(titles, ", "));
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto options = std::make_shared<Options>();
  auto* words = app.add_option("NAME", options->words,
                               "Codes such as E503, and names of the language such as Conv2D, adam or kernel_size; "
                               "without any, all codes are listed");
  auto* list = app.add_option("--list", options->list,
                              "List all codes, or all `layers`, `optimizers`, `losses`, …, with one line each")
                   ->expected(0, 1)
                   ->default_str(std::string(kCodes))
                   ->check(no_such_list)
                   ->excludes(words);
  auto* json =
      app.add_flag("--json", options->json, "Print one JSON document; without NAME, everything")->excludes(list);
  app.add_flag("--markdown", options->markdown, "Print Markdown; without NAME, the page docs/diagnostics.md")
      ->excludes(json)
      ->excludes(list);
  app.footer(kFooter);
  return [options] { return explain_topics(*options); };
}

}  // namespace neural::cli
