// The valid programs use the whole catalogue, and all programs together get every diagnostic there is. What is new in
// the language needs a program.
#include <gtest/gtest.h>

#include <algorithm>

#include "golden/beyond_limits.hpp"
#include "neural/base/text.hpp"
#include "neural/explain/example.hpp"
#include "neural/model/catalogue/catalogue.hpp"
#include "neural/model/catalogue/parameter_groups.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "usage.hpp"

namespace neural::programs {
namespace {

using model::LayerRow;
using model::ParameterSpec;
using model::words_in;

const Usage& valid_usage() {
  static const Usage usage = usage_of(valid_programs());
  return usage;
}

/// Those of `wanted` that are not in `used`.
std::vector<std::string> missing(const std::vector<std::string>& wanted, const std::set<std::string>& used) {
  std::vector<std::string> all;
  for (const std::string& each : wanted) {
    if (!used.contains(each)) all.push_back(each);
  }
  return all;
}

using Strings = std::vector<std::string>;

template <class RowType>
Strings names_of(std::span<const RowType> rows) {
  Strings names;
  for (const RowType& row : rows) names.emplace_back(row.name);
  return names;
}

template <class RowType>
Strings parameters_of(std::span<const RowType> rows) {
  Strings names;
  for (const RowType& row : rows) {
    for (const ParameterSpec& spec : row.parameters) {
      names.push_back(std::string(row.name) + "." + std::string(parameter_name(spec.parameter)));
    }
  }
  return names;
}

template <class RowType>
Strings prefixed(const std::string& prefix, std::span<const RowType> rows) {
  Strings names;
  for (const std::string& name : names_of(rows)) names.push_back(prefix + " " + name);
  return names;
}

/// The aliases of all rows, folded.
template <class RowType>
Strings aliases_of(std::span<const RowType> rows) {
  Strings names;
  for (const RowType& row : rows) {
    for (const std::string_view alias : words_in(row.aliases)) names.push_back(fold(alias));
  }
  return names;
}

bool is_in_group(model::Parameter parameter, std::span<const ParameterSpec> group) {
  return std::any_of(group.begin(), group.end(),
                     [&](const ParameterSpec& spec) { return spec.parameter == parameter; });
}

/// "Conv2D.filters" for every layer. `name`, `trainable` and `dtype` are the same code for all layers, and once is
/// enough; so is `output_shape` of layers without built-in meaning.
Strings layer_parameters() {
  Strings names;
  for (const LayerRow& row : model::layer_rows()) {
    if (row.is_opaque) continue;
    for (const ParameterSpec& spec : row.parameters) {
      if (is_in_group(spec.parameter, model::parameters::kBaseGroup)) continue;
      names.push_back(std::string(row.name) + "." + std::string(parameter_name(spec.parameter)));
    }
  }
  for (const std::string_view shared : {"Dense.name", "Dense.trainable", "Dense.dtype", "GraphConv.output_shape"}) {
    names.emplace_back(shared);
  }
  return names;
}

TEST(ValidPrograms, use_every_layer) {
  EXPECT_EQ(missing(names_of(model::layer_rows()), valid_usage().layers), Strings{});
}

TEST(ValidPrograms, give_every_parameter_of_every_layer_a_value_of_its_own) {
  EXPECT_EQ(missing(layer_parameters(), valid_usage().parameters), Strings{});
}

TEST(ValidPrograms, use_every_optimizer_and_schedule_with_every_parameter) {
  EXPECT_EQ(missing(prefixed("optimizer", model::optimizer_rows()), valid_usage().kinds), Strings{});
  EXPECT_EQ(missing(prefixed("schedule", model::schedule_rows()), valid_usage().kinds), Strings{});
  EXPECT_EQ(missing(parameters_of(model::optimizer_rows()), valid_usage().parameters), Strings{});
  EXPECT_EQ(missing(parameters_of(model::schedule_rows()), valid_usage().parameters), Strings{});
}

TEST(ValidPrograms, use_every_loss_and_metric_with_every_parameter) {
  Strings parameters;  // reduction and from_logits are the same code for all losses
  for (const std::string& name : parameters_of(model::loss_rows())) {
    if (!name.ends_with(".reduction") && !name.ends_with(".from_logits")) parameters.push_back(name);
  }
  Strings metrics = prefixed("metric", model::loss_rows());
  for (const std::string& name : prefixed("metric", model::metric_rows())) {
    if (name != "metric accuracy") metrics.push_back(name);  // is one of the others in the network
  }
  EXPECT_EQ(missing(prefixed("loss", model::loss_rows()), valid_usage().kinds), Strings{});
  EXPECT_EQ(missing(parameters, valid_usage().parameters), Strings{});
  EXPECT_EQ(missing(metrics, valid_usage().kinds), Strings{});
  EXPECT_EQ(missing(parameters_of(model::metric_rows()), valid_usage().parameters), Strings{});
  EXPECT_EQ(missing({"accuracy", "from_logits", "reduction"}, valid_usage().spellings), Strings{});
}

TEST(ValidPrograms, use_every_activation_initializer_regularizer_and_constraint_with_every_parameter) {
  const auto& kinds = valid_usage().kinds;
  EXPECT_EQ(missing(prefixed("activation", model::activation_rows()), kinds), Strings{});
  EXPECT_EQ(missing(prefixed("initializer", model::initializer_rows()), kinds), Strings{});
  EXPECT_EQ(missing(prefixed("regularizer", model::regularizer_rows()), kinds), Strings{});
  EXPECT_EQ(missing(prefixed("constraint", model::constraint_rows()), kinds), Strings{});
  const auto& parameters = valid_usage().parameters;
  EXPECT_EQ(missing(parameters_of(model::initializer_rows()), parameters), Strings{});
  EXPECT_EQ(missing(parameters_of(model::regularizer_rows()), parameters), Strings{});
  EXPECT_EQ(missing(parameters_of(model::constraint_rows()), parameters), Strings{});
}

TEST(ValidPrograms, use_every_alias) {
  const auto& spellings = valid_usage().spellings;
  EXPECT_EQ(missing(aliases_of(model::layer_rows()), spellings), Strings{});
  EXPECT_EQ(missing(aliases_of(model::optimizer_rows()), spellings), Strings{});
  EXPECT_EQ(missing(aliases_of(model::loss_rows()), spellings), Strings{});
  EXPECT_EQ(missing(aliases_of(model::metric_rows()), spellings), Strings{});
  EXPECT_EQ(missing(aliases_of(model::activation_rows()), spellings), Strings{});
  EXPECT_EQ(missing(aliases_of(model::initializer_rows()), spellings), Strings{});
  Strings parameters;
  for (const auto& alias : model::layer_parameter_aliases()) parameters.emplace_back(alias.name);
  for (const auto& alias : model::optimizer_parameter_aliases()) parameters.emplace_back(alias.name);
  for (const LayerRow& row : model::layer_rows()) {
    for (const auto& alias : row.parameter_aliases) parameters.emplace_back(alias.name);
  }
  for (const auto& ignored : model::ignored_layer_parameters()) parameters.emplace_back(ignored.name);
  EXPECT_EQ(missing(parameters, spellings), Strings{});
}

/// "merge_mode=concat", once a parameter, whatever layers have it.
Strings parameter_words() {
  std::set<std::string> words;
  const auto add = [&](std::span<const ParameterSpec> specs) {
    for (const ParameterSpec& spec : specs) {
      for (const std::string_view word : words_in(spec.words)) {
        words.insert(std::string(parameter_name(spec.parameter)) + "=" + fold(word));
      }
    }
  };
  for (const LayerRow& row : model::layer_rows()) add(row.parameters);
  for (const auto& row : model::loss_rows()) add(row.parameters);
  add(model::training_settings());
  return {words.begin(), words.end()};
}

TEST(ValidPrograms, write_every_word_of_every_parameter) {
  EXPECT_EQ(missing(parameter_words(), valid_usage().words), Strings{});
}

TEST(ValidPrograms, write_a_call_in_quotes) {
  EXPECT_TRUE(valid_usage().words.contains("quoted call"));
}

TEST(ValidPrograms, use_every_setting_and_device) {
  Strings settings = {"execution.device"};
  for (const ParameterSpec& spec : model::training_settings()) {
    settings.push_back("train." + std::string(parameter_name(spec.parameter)));
  }
  EXPECT_EQ(missing(settings, valid_usage().parameters), Strings{});
  const Strings devices = {"device=auto", "device=cpu", "device=gpu", "device=gpu:0", "device=cuda:1", "device=tpu:0"};
  EXPECT_EQ(missing(devices, valid_usage().words), Strings{});
}

TEST(ValidPrograms, search_at_every_place_that_allows_it) {
  const Strings places = {"layer",
                          "layer parameter",
                          "macro argument",
                          "loss",
                          "loss parameter",
                          "optimizer",
                          "optimizer parameter",
                          "schedule parameter",
                          "epochs",
                          "batch_size",
                          "batch_size list",
                          "validation_split",
                          "choice inside a choice",
                          "choice",
                          "range",
                          "range with step",
                          "log_range"};
  EXPECT_EQ(missing(places, valid_usage().searches), Strings{});
}

TEST(ValidPrograms, give_a_block_to_every_layer_that_takes_one) {
  Strings layers = {"AttentionGateLayer"};
  for (const LayerRow& row : model::layer_rows()) {
    if (row.block != model::BlockUse::kRefused && !row.is_opaque) layers.emplace_back(row.name);
  }
  EXPECT_EQ(missing(layers, valid_usage().blocks), Strings{});
  EXPECT_TRUE(valid_usage().blocks.contains("Inception"));
}

void collect(const syntax::DiagnosticList& diagnostics, std::set<std::string>& codes) {
  for (const syntax::Diagnostic& found : diagnostics.sorted()) codes.emplace(code_name(found.code));
}

/// What only a backend finds, and what only texts beyond the limits get.
std::set<std::string> codes_of_special_texts() {
  std::set<std::string> codes;
  for (const syntax::ExplanationGroup& group : syntax::explanation_groups()) {
    for (const syntax::Explanation& entry : group.entries) {
      if (!entry.backend.empty()) collect(explain::wrong_example(entry).diagnostics, codes);
    }
  }
  for (const auto& [code, texts] : golden::beyond_limits())
    collect(Checked("beyond", texts().beyond).diagnostics, codes);
  return codes;
}

TEST(Programs, get_every_diagnostic) {
  std::set<std::string> codes = valid_usage().codes;
  codes.merge(usage_of(invalid_programs()).codes);
  codes.merge(codes_of_special_texts());
  const Strings wanted = {
#define NEURAL_CODE(code, summary) #code,
#include "neural/syntax/diagnostic_codes.def"
#undef NEURAL_CODE
  };
  EXPECT_EQ(missing(wanted, codes), Strings{});
}

}  // namespace
}  // namespace neural::programs
