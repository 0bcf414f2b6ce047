// The tables of docs/language.md, in Markdown. Every cell comes from the catalogue.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/explain/names.hpp"

namespace neural::explain {

/// The layers with their shapes, then their parameters: once for layers that take the same ones. Parameters that many
/// layers share (common_parameters) are only named.
std::string layers_table(const std::vector<const NameEntry*>& layers);

/// A group of parameters that many layers share.
struct CommonParameters {
  std::string_view name;  ///< "kernel"
  std::string_view link;  ///< to the place of the page that lists them
  std::span<const model::ParameterSpec> specs;
};
std::span<const CommonParameters> common_parameters();

/// "`0.001`", or "required".
std::string default_cell(const ParameterEntry& parameter);

/// Name, type, default, place and meaning of each.
std::string parameters_table(const std::vector<ParameterEntry>& parameters);

/// What is written as a name or a call: each with its parameters and their defaults in order, then what the parameters
/// mean. `title` heads the column of the names, `meaning` that of what they do.
std::string calls_table(const std::vector<const NameEntry*>& entries, std::string_view title, std::string_view meaning);

/// The keys of train { } and execution { }.
std::string settings_table();

/// Other names of parameters.
std::string aliases_table(std::span<const model::ParameterAlias> aliases);

/// Every diagnostic code, each with a link to its explanation.
std::string codes_table();

}  // namespace neural::explain
