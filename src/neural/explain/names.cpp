#include "neural/explain/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"

namespace neural::explain {
namespace {

using model::ParameterAlias;
using model::ParameterSpec;

ParameterEntry entry_of(const ParameterSpec& spec) {
  return {.name = parameter_name(spec.parameter),
          .type = type_text(spec),
          .fallback = default_text(spec),
          .meaning = summary_of(spec)};
}

template <class RowType>
NameGroup group_of(std::string_view title, std::string_view kind, std::span<const RowType> rows,
                   std::span<const ParameterAlias> aliases = {}) {
  NameGroup group{title, {}};
  for (const RowType& row : rows) {
    group.entries.push_back({.kind = kind,
                             .name = row.name,
                             .aliases = model::words_in(row.aliases),
                             .summary = row.summary,
                             .specs = row.parameters,
                             .parameters = parameter_entries(row.parameters, aliases)});
  }
  return group;
}

NameGroup layers() {
  NameGroup group{"layers", {}};
  for (const model::LayerRow& row : model::layer_rows()) {
    group.entries.push_back(
        {.kind = "layer",
         .name = row.name,
         .aliases = model::words_in(row.aliases),
         .summary = row.summary,
         .shapes = row.shapes,
         .specs = row.parameters,
         .parameters = parameter_entries(row.parameters, model::layer_parameter_aliases(), row.parameter_aliases)});
  }
  return group;
}

NameGroup settings() {
  NameGroup group{"settings", {}};
  for (const ParameterSpec& spec : model::training_settings()) {
    group.entries.push_back({.kind = "setting of train { }",
                             .name = parameter_name(spec.parameter),
                             .summary = summary_of(spec),
                             .specs = {&spec, 1},
                             .parameters = {entry_of(spec)}});
  }
  const std::string_view summary =
      "what the network runs on: `cpu`, `gpu`, `cuda` or `tpu`, also as `gpu:1`, or `auto`";
  group.entries.push_back(
      {.kind = "setting of execution { }",
       .name = "device",
       .summary = summary,
       .parameters = {{.name = "device", .type = "device", .fallback = "auto", .meaning = summary}}});
  return group;
}

/// Takes note of who has a parameter; alike ones share a use.
void add_use(NameGroup& parameters, std::string_view owner, const ParameterEntry& parameter) {
  const auto is_it = [&](const NameEntry& entry) { return entry.name == parameter.name; };
  auto entry = std::find_if(parameters.entries.begin(), parameters.entries.end(), is_it);
  if (entry == parameters.entries.end()) {
    entry = parameters.entries.insert(entry, {.kind = "parameter", .name = parameter.name});
  }
  for (const std::string_view alias : parameter.aliases) {
    if (std::find(entry->aliases.begin(), entry->aliases.end(), alias) == entry->aliases.end()) {
      entry->aliases.push_back(alias);
    }
  }
  const auto is_alike = [&](const ParameterUse& use) {
    return use.parameter.type == parameter.type && use.parameter.fallback == parameter.fallback &&
           use.parameter.meaning == parameter.meaning;
  };
  auto use = std::find_if(entry->uses.begin(), entry->uses.end(), is_alike);
  if (use == entry->uses.end()) use = entry->uses.insert(use, {{}, parameter});
  use->owners.push_back(owner);
}

NameGroup parameters_of(const std::vector<NameGroup>& groups) {
  NameGroup parameters{"parameters", {}};
  for (const NameGroup& group : groups) {
    if (group.title == "settings") continue;
    for (const NameEntry& entry : group.entries) {
      for (const ParameterEntry& parameter : entry.parameters) add_use(parameters, entry.name, parameter);
    }
  }
  // The line of a parameter with several meanings is its most common one.
  for (NameEntry& entry : parameters.entries) {
    const auto fewer = [](const ParameterUse& a, const ParameterUse& b) { return a.owners.size() < b.owners.size(); };
    entry.summary = std::max_element(entry.uses.begin(), entry.uses.end(), fewer)->parameter.meaning;
  }
  return parameters;
}

std::vector<NameGroup> all_groups() {
  std::vector<NameGroup> groups = {
      layers(),
      group_of("optimizers", "optimizer", model::optimizer_rows(), model::optimizer_parameter_aliases()),
      group_of("schedules", "schedule", model::schedule_rows()),
      group_of("losses", "loss", model::loss_rows()),
      group_of("metrics", "metric", model::metric_rows()),
      group_of("activations", "activation", model::activation_rows()),
      group_of("initializers", "initializer", model::initializer_rows()),
      group_of("regularizers", "regularizer", model::regularizer_rows()),
      group_of("constraints", "constraint", model::constraint_rows()),
      settings(),
  };
  groups.push_back(parameters_of(groups));
  return groups;
}

}  // namespace

std::string place_text(const ParameterEntry& parameter) {
  if (parameter.place == 0) return {};
  return fmt::format("{}{}", parameter.place, parameter.may_be_skipped ? "?" : "");
}

std::vector<ParameterEntry> parameter_entries(std::span<const ParameterSpec> specs,
                                              std::span<const ParameterAlias> aliases,
                                              std::span<const ParameterAlias> further_aliases) {
  std::vector<ParameterEntry> entries;
  std::size_t place = 0;
  for (const ParameterSpec& spec : specs) {
    ParameterEntry& entry = entries.emplace_back(entry_of(spec));
    if (spec.slot != model::Slot::kNamed) {
      entry.place = ++place;
      entry.may_be_skipped = spec.slot == model::Slot::kSkippable;
    }
    for (const auto& each : {aliases, further_aliases}) {
      for (const ParameterAlias& alias : each) {
        if (alias.target == spec.parameter) entry.aliases.push_back(alias.name);
      }
    }
  }
  return entries;
}

const std::vector<NameGroup>& name_groups() {
  static const std::vector<NameGroup> groups = all_groups();
  return groups;
}

const NameGroup* find_group(std::string_view title) {
  for (const NameGroup& group : name_groups()) {
    if (fold(group.title) == fold(title)) return &group;
  }
  return nullptr;
}

std::vector<const NameEntry*> find_names(std::string_view word) {
  const std::string folded = fold(word);
  const auto is_it = [&](std::string_view name) { return fold(name) == folded; };
  std::vector<const NameEntry*> found;
  for (const NameGroup& group : name_groups()) {
    for (const NameEntry& entry : group.entries) {
      if (is_it(entry.name) || std::any_of(entry.aliases.begin(), entry.aliases.end(), is_it)) found.push_back(&entry);
    }
  }
  return found;
}

std::vector<std::string_view> all_spellings() {
  std::vector<std::string_view> spellings;
  for (const NameGroup& group : name_groups()) {
    for (const NameEntry& entry : group.entries) {
      spellings.push_back(entry.name);
      spellings.insert(spellings.end(), entry.aliases.begin(), entry.aliases.end());
    }
  }
  return spellings;
}

}  // namespace neural::explain
