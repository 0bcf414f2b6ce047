#include "neural/explain/language_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "neural/base/text.hpp"
#include "neural/explain/markdown.hpp"
#include "neural/explain/tables.hpp"

namespace neural::explain {
namespace {

constexpr std::string_view kBegin = "<!-- table: ";
constexpr std::string_view kClose = " -->";
constexpr std::string_view kEnd = "<!-- end -->";
constexpr std::string_view kFence = "```";

/// The text inside a comment that fills its line; empty for any other line.
std::optional<std::string_view> comment(std::string_view line, std::string_view opening) {
  if (!line.starts_with(opening) || !line.ends_with(kClose)) return {};
  return line.substr(opening.size(), line.size() - opening.size() - kClose.size());
}

Expected<std::string> named_layers(const std::vector<std::string>& names) {
  std::vector<const NameEntry*> layers;
  for (const NameEntry& entry : find_group("layers")->entries) {
    if (std::find(names.begin(), names.end(), entry.name) != names.end()) layers.push_back(&entry);
  }
  if (layers.size() == names.size() && !layers.empty()) return layers_table(layers);
  for (const std::string& name : names) {
    const auto is_it = [&](const NameEntry* layer) { return layer->name == name; };
    if (std::any_of(layers.begin(), layers.end(), is_it)) continue;
    return fail(ErrorCode::kUsage, fmt::format("`{}` is not a layer, or stands there twice", printable(name)));
  }
  return fail(ErrorCode::kUsage, "name the layers of the table, each once");
}

std::string ignored_parameters() {
  std::vector<std::string_view> names;
  for (const model::IgnoredParameter& each : model::ignored_layer_parameters()) names.push_back(each.name);
  return code_spans(names) + "\n";
}

std::string_view summary_title(std::string_view group) {
  if (group == "optimizers") return "step";
  if (group == "schedules") return "rate at step t";
  if (group == "initializers") return "weights";
  return "value";
}

Expected<std::string> table(std::string_view wanted) {
  std::vector<std::string> words = split(wanted, ' ');
  if (words.front() == "layers") {
    words.erase(words.begin());
    return named_layers(words);
  }
  if (words.front() == "parameters" && words.size() == 2) {
    for (const CommonParameters& common : common_parameters()) {
      if (common.name != words[1]) continue;
      return parameters_table(parameter_entries(common.specs, model::layer_parameter_aliases()));
    }
  }
  if (wanted == "settings") return settings_table();
  if (wanted == "parameter aliases") return aliases_table(model::layer_parameter_aliases());
  if (wanted == "optimizer aliases") return aliases_table(model::optimizer_parameter_aliases());
  if (wanted == "ignored parameters") return ignored_parameters();
  if (wanted == "codes") return codes_table();
  const NameGroup* group = wanted == "parameters" ? nullptr : find_group(wanted);
  if (group == nullptr) return fail(ErrorCode::kUsage, fmt::format("there is no table of `{}`", printable(wanted)));
  std::vector<const NameEntry*> entries;
  for (const NameEntry& entry : group->entries) entries.push_back(&entry);
  return calls_table(entries, entries.front()->kind, summary_title(group->title));
}

std::vector<std::string> lines_of(std::string_view page) {
  std::vector<std::string> lines = split(page, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

Expected<std::string> with_tables(std::string_view page) {
  const std::vector<std::string> lines = lines_of(page);
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += lines[i] + "\n";
    const auto wanted = comment(lines[i], kBegin);
    if (!wanted) continue;
    const auto made = table(*wanted);
    if (!made) return fail(made.error().code, fmt::format("line {}: {}", i + 1, made.error().message));
    const std::size_t begin = i + 1;
    while (i < lines.size() && lines[i] != kEnd) ++i;
    if (i == lines.size()) return fail(ErrorCode::kUsage, fmt::format("line {}: the table has no end", begin));
    text += fmt::format("\n{}\n{}\n", *made, kEnd);
  }
  return text;
}

std::vector<PageExample> page_examples(std::string_view page) {
  const std::vector<std::string> lines = lines_of(page);
  std::vector<PageExample> examples;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with(kFence)) continue;
    PageExample& example = examples.emplace_back(i + 2, lines[i].substr(kFence.size()));
    for (++i; i < lines.size() && lines[i] != kFence; ++i) example.text += lines[i] + "\n";
    const auto codes = i + 1 < lines.size() ? comment(lines[i + 1], "<!-- ") : std::nullopt;
    if (codes) example.codes = split(*codes, ' ');
  }
  return examples;
}

}  // namespace neural::explain
