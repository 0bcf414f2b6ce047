#include "neural/explain/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/explain/markdown.hpp"
#include "neural/model/catalogue/parameter_groups.hpp"
#include "neural/syntax/explanations.hpp"

namespace neural::explain {
namespace {

using model::ParameterSpec;

constexpr std::array kCommonParameters = {
    CommonParameters{"kernel", "[those of a kernel](#parameters-of-a-kernel)", model::parameters::kKernelGroup},
    CommonParameters{"affine", "[those of a scale and shift](#parameters-of-a-scale-and-shift)",
                     model::parameters::kAffineGroup},
    CommonParameters{"base", "[those of every layer](#parameters-of-every-layer)", model::parameters::kBaseGroup},
};

/// "`kernel_size` (`kernel`)".
std::string name_cell(const ParameterEntry& parameter) {
  if (parameter.aliases.empty()) return code_span(parameter.name);
  return fmt::format("{} ({})", code_span(parameter.name), code_spans(parameter.aliases));
}

/// The specs without the groups that are only named, whose links go into `links`.
std::vector<ParameterSpec> own_parameters(std::span<const ParameterSpec> specs, std::vector<std::string>& links) {
  std::vector<ParameterSpec> own(specs.begin(), specs.end());
  for (const CommonParameters& common : kCommonParameters) {
    const auto begin = std::search(own.begin(), own.end(), common.specs.begin(), common.specs.end());
    if (begin == own.end()) continue;
    own.erase(begin, begin + static_cast<std::ptrdiff_t>(common.specs.size()));
    links.emplace_back(common.link);
  }
  return own;
}

bool take_the_same(const NameEntry& a, const NameEntry& b) {
  const auto have_equal_aliases = [](const ParameterEntry& left, const ParameterEntry& right) {
    return left.aliases == right.aliases;
  };
  return std::equal(a.specs.begin(), a.specs.end(), b.specs.begin(), b.specs.end()) &&
         std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(), b.parameters.end(),
                    have_equal_aliases);
}

/// "`Conv1D` and `Conv2D` take these parameters, and those of a kernel and those of every layer: …"
std::string taken_by(const std::vector<const NameEntry*>& layers) {
  const NameEntry& first = *layers.front();
  std::vector<std::string> links;
  std::vector<ParameterEntry> entries;
  for (const ParameterSpec& spec : own_parameters(first.specs, links)) {
    const auto is_it = [&](const ParameterEntry& entry) { return entry.name == parameter_name(spec.parameter); };
    entries.push_back(*std::find_if(first.parameters.begin(), first.parameters.end(), is_it));
  }
  std::vector<std::string_view> names;
  for (const NameEntry* layer : layers) names.push_back(layer->name);
  const std::string who = as_sentence(names) + (layers.size() == 1 ? " takes" : " take");
  const std::string common = join(links, " and ");
  if (entries.empty()) return fmt::format("\n{} no parameters but {}.\n", who, common);
  return fmt::format("\n{} these parameters, and {}:\n\n{}", who, common, parameters_table(entries));
}

/// What the parameters of a table of calls mean, whatever their defaults.
std::vector<ParameterUse> meanings_of(const std::vector<const NameEntry*>& entries) {
  std::vector<ParameterUse> meanings;
  for (const NameEntry* entry : entries) {
    for (const ParameterEntry& parameter : entry->parameters) {
      const auto is_alike = [&](const ParameterUse& each) {
        return each.parameter.name == parameter.name && each.parameter.type == parameter.type &&
               each.parameter.meaning == parameter.meaning;
      };
      auto found = std::find_if(meanings.begin(), meanings.end(), is_alike);
      if (found == meanings.end()) found = meanings.insert(found, {{}, parameter});
      found->owners.push_back(entry->name);
    }
  }
  return meanings;
}

/// How many parameters all the lists end in; 0 for a single list.
std::size_t common_end(const std::vector<const NameEntry*>& entries) {
  if (entries.size() < 2) return 0;
  const std::vector<ParameterEntry>& first = entries.front()->parameters;
  const auto are_alike = [](const ParameterEntry& a, const ParameterEntry& b) {
    return a.name == b.name && a.fallback == b.fallback;
  };
  std::size_t length = first.size();
  for (const NameEntry* entry : entries) {
    const auto [mine, theirs] =
        std::mismatch(first.rbegin(), first.rend(), entry->parameters.rbegin(), entry->parameters.rend(), are_alike);
    length = std::min(length, static_cast<std::size_t>(mine - first.rbegin()));
  }
  return length;
}

std::string argument_text(const ParameterEntry& parameter) {
  return parameter.fallback.empty() ? std::string(parameter.name)
                                    : fmt::format("{}={}", parameter.name, parameter.fallback);
}

/// "`huber(delta=1.0, *, …)`": what stands behind the star is given by name. The last `left_out` parameters are the
/// dots.
std::string call_cell(const NameEntry& entry, std::size_t left_out) {
  std::vector<std::string> arguments;
  bool is_by_name = false;
  for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
    const ParameterEntry& parameter = entry.parameters[i];
    if (parameter.place == 0 && !is_by_name) arguments.emplace_back("*");
    is_by_name = is_by_name || parameter.place == 0;
    NEURAL_CHECK(!is_by_name || parameter.place == 0, "a parameter with a place behind one without");
    if (i + left_out < entry.parameters.size()) arguments.push_back(argument_text(parameter));
  }
  if (left_out > 0) arguments.emplace_back("…");
  return code_span(arguments.empty() ? std::string(entry.name)
                                     : fmt::format("{}({})", entry.name, join(arguments, ", ")));
}

}  // namespace

std::span<const CommonParameters> common_parameters() {
  return kCommonParameters;
}

std::string layers_table(const std::vector<const NameEntry*>& layers) {
  std::string text = table_head({"layer", "also called", "input → output", "what it does"});
  for (const NameEntry* layer : layers) {
    text += table_row(
        {code_span(layer->name), code_spans(layer->aliases), std::string(layer->shapes), std::string(layer->summary)});
  }
  std::vector<const NameEntry*> left = layers;
  while (!left.empty()) {
    const auto others = std::stable_partition(left.begin(), left.end(), [first = left.front()](const NameEntry* each) {
      return take_the_same(*first, *each);
    });
    text += taken_by({left.begin(), others});
    left.erase(left.begin(), others);
  }
  return text;
}

std::string default_cell(const ParameterEntry& parameter) {
  return parameter.fallback.empty() ? "required" : code_span(parameter.fallback);
}

std::string parameters_table(const std::vector<ParameterEntry>& parameters) {
  std::string text = table_head({"parameter", "type", "default", "place", "meaning"});
  for (const ParameterEntry& parameter : parameters) {
    text += table_row({name_cell(parameter), parameter.type, default_cell(parameter), place_text(parameter),
                       std::string(parameter.meaning)});
  }
  return text;
}

std::string calls_table(const std::vector<const NameEntry*>& entries, std::string_view title,
                        std::string_view meaning) {
  const std::size_t left_out = common_end(entries);
  std::string text = table_head({std::string(title), "also called", std::string(meaning)});
  for (const NameEntry* entry : entries) {
    text += table_row({call_cell(*entry, left_out), code_spans(entry->aliases), std::string(entry->summary)});
  }
  const std::vector<ParameterUse> meanings = meanings_of(entries);
  if (meanings.empty()) return text;
  if (left_out > 0) {
    std::vector<std::string> arguments;
    const auto& last = entries.front()->parameters;
    for (const ParameterEntry& each : std::span(last).last(left_out)) arguments.push_back(argument_text(each));
    text += fmt::format("\nThe dots are, for all of them: {}.\n", code_span(join(arguments, ", ")));
  }
  text += "\n" + table_head({"parameter", "type", "meaning", "of"});
  for (const auto& [owners, parameter] : meanings) {
    const bool is_everywhere = owners.size() == entries.size() && entries.size() > 1;
    text += table_row({name_cell(parameter), parameter.type, std::string(parameter.meaning),
                       is_everywhere ? "all" : code_spans(owners)});
  }
  return text;
}

std::string settings_table() {
  std::string text = table_head({"setting", "stands in", "type", "default", "meaning"});
  for (const NameEntry& entry : find_group("settings")->entries) {
    const ParameterEntry& parameter = entry.parameters.front();
    const std::string_view block = entry.kind.substr(entry.kind.find("of ") + 3);
    text += table_row({code_span(entry.name), code_span(block), parameter.type, default_cell(parameter),
                       std::string(parameter.meaning)});
  }
  return text;
}

std::string aliases_table(std::span<const model::ParameterAlias> aliases) {
  std::string text = table_head({"written", "means"});
  for (const model::ParameterAlias& alias : aliases) {
    text += table_row({code_span(alias.name), code_span(parameter_name(alias.target))});
  }
  return text;
}

std::string codes_table() {
  std::string text = table_head({"about", "codes"});
  for (const syntax::ExplanationGroup& group : syntax::explanation_groups()) {
    std::vector<std::string> links;
    for (const syntax::Explanation& entry : group.entries) {
      const std::string_view name = code_name(entry.code);
      links.push_back(fmt::format("[{}](diagnostics.md#{})", name, fold(name)));
    }
    text += table_row({std::string(group.title), join(links, " ")});
  }
  return text;
}

}  // namespace neural::explain
