// The layers of the language: the tables put together, and what holds for all of them.
#include <algorithm>
#include <array>
#include <vector>

#include "neural/base/check.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/catalogue/layer_tables.hpp"

namespace neural::model {
namespace {

constexpr std::array kParameterAliases = {
    ParameterAlias{"kernel", Parameter::kernel_size},     ParameterAlias{"stride", Parameter::strides},
    ParameterAlias{"pool", Parameter::pool_size},         ParameterAlias{"p", Parameter::rate},
    ParameterAlias{"nhead", Parameter::num_heads},        ParameterAlias{"heads", Parameter::num_heads},
    ParameterAlias{"dim_feedforward", Parameter::ff_dim}, ParameterAlias{"num_encoder_layers", Parameter::num_layers},
};

constexpr std::array kIgnoredParameters = {
    IgnoredParameter{"input_shape"},  IgnoredParameter{"batch_input_shape"},  IgnoredParameter{"input_length"},
    IgnoredParameter{"weights"},      IgnoredParameter{"return_state", true}, IgnoredParameter{"stateful", true},
    IgnoredParameter{"unroll", true}, IgnoredParameter{"time_major", true},
};

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::vector<LayerRow> all_rows() {
  std::vector<LayerRow> rows;
  for (const auto& table : {basic_layers(), spatial_layers(), block_layers()}) {
    rows.insert(rows.end(), table.begin(), table.end());
  }
  return rows;
}

}  // namespace

bool LayerRow::wraps() const {
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const ParameterSpec& spec) { return spec.type == ValueType::kLayer; });
}

std::span<const LayerRow> layer_rows() {
  static const std::vector<LayerRow> rows = all_rows();
  return rows;
}
std::span<const ParameterAlias> layer_parameter_aliases() {
  return kParameterAliases;
}
std::span<const IgnoredParameter> ignored_layer_parameters() {
  return kIgnoredParameters;
}

const NameIndex<LayerRow>& layer_names() {
  static const NameIndex<LayerRow> index(layer_rows());
  return index;
}

const LayerRow& layer_row(LayerKind kind) {
  if (kind == LayerKind::Custom) return custom_layer_row();
  static const std::vector<const LayerRow*> by_kind = [] {
    std::vector<const LayerRow*> rows(static_cast<std::size_t>(LayerKind::Custom));
    for (const LayerRow& row : layer_rows()) {
      if (row.kind != LayerKind::Custom) rows[static_cast<std::size_t>(row.kind)] = &row;
    }
    return rows;
  }();
  const LayerRow* row = by_kind.at(static_cast<std::size_t>(kind));
  NEURAL_CHECK(row != nullptr, layer_kind_name(kind));
  return *row;
}

bool is_custom_layer_name(std::string_view name) {
  if (name.empty() || name.front() < 'A' || name.front() > 'Z' || !name.ends_with("Layer")) return false;
  return std::all_of(name.begin(), name.end(), is_letter_or_digit);
}

}  // namespace neural::model
