// The names of the language as people look them up: a layer, an optimiser, a setting, a parameter, each with all it
// takes. Everything comes from the catalogue.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/model/catalogue/catalogue.hpp"

namespace neural::explain {

struct ParameterEntry {
  std::string_view name;
  std::vector<std::string_view> aliases;
  std::string type;       ///< "int ≥ 1"
  std::string fallback;   ///< "0.001"; empty where the parameter is required
  std::size_t place = 0;  ///< among the positional arguments, from 1; 0: by name only
  bool may_be_skipped = false;
  std::string_view meaning;
};

/// "2", "2?" for a place that may be skipped; empty for a parameter by name only.
std::string place_text(const ParameterEntry& parameter);

/// A parameter, and the layers, or whatever else, that have it alike.
struct ParameterUse {
  std::vector<std::string_view> owners;
  ParameterEntry parameter;
};

struct NameEntry {
  std::string_view kind;  ///< "layer"
  std::string_view name;
  std::vector<std::string_view> aliases;
  std::string_view summary;
  std::string_view shapes;                           ///< of a layer
  std::span<const model::ParameterSpec> specs = {};  ///< what `parameters` are made of
  std::vector<ParameterEntry> parameters;            ///< of a setting, what it takes itself
  std::vector<ParameterUse> uses;                    ///< of a parameter: type, default and meaning alike
};

struct NameGroup {
  std::string_view title;  ///< "layers"
  std::vector<NameEntry> entries;
};

/// Layers, optimizers, schedules, losses, metrics, activations, initializers, regularizers, constraints, settings and
/// parameters, made once.
const std::vector<NameGroup>& name_groups();

/// The group of a title, or null.
const NameGroup* find_group(std::string_view title);

/// All that is called so, by name or alias, compared as built-in names are (fold).
std::vector<const NameEntry*> find_names(std::string_view word);

/// Every name and alias, as candidates for suggestions.
std::vector<std::string_view> all_spellings();

/// Parameters with the other names they go by.
std::vector<ParameterEntry> parameter_entries(std::span<const model::ParameterSpec> specs,
                                              std::span<const model::ParameterAlias> aliases,
                                              std::span<const model::ParameterAlias> further_aliases = {});

}  // namespace neural::explain
