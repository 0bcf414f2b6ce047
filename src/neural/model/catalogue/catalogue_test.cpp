#include "neural/model/catalogue/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using testing::Checked;
using testing::network;

/// A program for every kind of layer this version builds; a new kind without one fails below.
std::string program_for(LayerKind kind) {
  switch (kind) {
    case LayerKind::Dense:
      return network("Flatten() Dense(8)");
    case LayerKind::Output:
      return network("Flatten() Output(8)");
    case LayerKind::Conv2D:
      return network("Conv2D(8)");
    case LayerKind::MaxPooling2D:
      return network("MaxPooling2D");
    case LayerKind::AveragePooling2D:
      return network("AveragePooling2D");
    case LayerKind::GlobalAveragePooling2D:
      return network("GlobalAveragePooling2D");
    case LayerKind::Flatten:
      return network("Flatten");
    case LayerKind::Reshape:
      return network("Reshape((7, 112))");
    case LayerKind::Dropout:
      return network("Dropout(0.5)");
    case LayerKind::BatchNormalization:
      return network("BatchNormalization");
    case LayerKind::Activation:
      return network("Activation(tanh)");
    case LayerKind::ReLU:
      return network("ReLU");
    case LayerKind::Softmax:
      return network("Softmax");
  }
  return {};
}

const std::vector<LayerKind> kLayerKinds = {
#define NEURAL_LAYER(name) LayerKind::name,
#include "neural/model/layers.def"
#undef NEURAL_LAYER
};

TEST(Catalogue, has_a_row_with_a_shape_rule_for_every_kind_of_layer) {
  for (const LayerKind kind : kLayerKinds) {
    const LayerRow& row = layer_row(kind);
    EXPECT_EQ(row.name, layer_kind_name(kind));
    EXPECT_NE(row.shape_rule, nullptr) << row.name;
  }
}

TEST(Catalogue, builds_every_kind_of_layer_with_an_attribute_for_each_of_its_parameters) {
  for (const LayerKind kind : kLayerKinds) {
    const Model model = testing::model_of(program_for(kind));
    ASSERT_EQ(model.layers.back().kind, kind) << layer_kind_name(kind);
    const auto& entries = model.layers.back().attributes.entries();
    const auto parameters = layer_row(kind).parameters;
    ASSERT_EQ(entries.size(), parameters.size()) << layer_kind_name(kind);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(entries[i].first, parameters[i].parameter) << layer_kind_name(kind);
    }
  }
}

TEST(Catalogue, gives_every_row_parameters_with_words_and_examples_that_its_own_reader_takes) {
  for (const LayerRow& row : layer_rows()) {
    std::set<Parameter> seen;
    for (const ParameterSpec& spec : row.parameters) {
      EXPECT_TRUE(seen.insert(spec.parameter).second) << row.name << " " << parameter_name(spec.parameter);
      EXPECT_FALSE(type_text(spec).empty());
      EXPECT_EQ(default_text(spec).empty(), spec.is_required()) << row.name << " " << parameter_name(spec.parameter);
    }
    EXPECT_EQ(seen.contains(Parameter::name), row.kind.has_value()) << row.name << " lacks the base group";
  }
}

TEST(Catalogue, uses_every_parameter_of_the_table) {
  std::set<Parameter> used;
  const auto use = [&](std::span<const ParameterSpec> specs) {
    for (const ParameterSpec& spec : specs) used.insert(spec.parameter);
  };
  for (const LayerRow& row : layer_rows()) use(row.parameters);
  for (const auto& row : optimizer_rows()) use(row.parameters);
  for (const auto& row : loss_rows()) use(row.parameters);
  for (const auto& row : metric_rows()) use(row.parameters);
  for (const auto& row : initializer_rows()) use(row.parameters);
  use(training_settings());
  const std::vector<Parameter> all = {
#define NEURAL_PARAMETER(name) Parameter::name,
#include "neural/model/parameters.def"
#undef NEURAL_PARAMETER
  };
  for (const Parameter parameter : all) EXPECT_TRUE(used.contains(parameter)) << parameter_name(parameter);
}

template <class RowType>
void expect_rows_for(const NameIndex<RowType>& names, const std::vector<std::string_view>& words) {
  for (const std::string_view word : words) {
    const auto found = names.find(word);
    ASSERT_TRUE(found) << word;
    EXPECT_TRUE(found.row->kind) << word;
    EXPECT_EQ(found.row->name, word);
  }
}

#define NEURAL_WORD(name) #name,
TEST(Catalogue, has_a_row_for_every_optimizer_loss_metric_activation_and_initializer_of_the_tables) {
  expect_rows_for(optimizer_names(), {
#define NEURAL_OPTIMIZER NEURAL_WORD
#include "neural/model/optimizers.def"
                                     });
  expect_rows_for(loss_names(), {
#define NEURAL_LOSS NEURAL_WORD
#include "neural/model/losses.def"
                                });
  expect_rows_for(metric_names(), {
#define NEURAL_METRIC NEURAL_WORD
#include "neural/model/metrics.def"
                                  });
  expect_rows_for(activation_names(), {
#define NEURAL_ACTIVATION NEURAL_WORD
#include "neural/model/activations.def"
                                      });
  expect_rows_for(initializer_names(), {
#define NEURAL_INITIALIZER NEURAL_WORD
#include "neural/model/initializers.def"
                                       });
}
#undef NEURAL_WORD
#undef NEURAL_OPTIMIZER
#undef NEURAL_LOSS
#undef NEURAL_METRIC
#undef NEURAL_ACTIVATION
#undef NEURAL_INITIALIZER

template <class RowType>
void expect_no_clashes(std::span<const RowType> rows) {
  std::set<std::string> spellings;
  for (const RowType& row : rows) {
    EXPECT_TRUE(spellings.insert(fold(row.name)).second) << row.name;
    for (const std::string_view alias : words_in(row.aliases)) {
      EXPECT_TRUE(spellings.insert(fold(alias)).second) << alias;
    }
  }
}

TEST(Catalogue, spells_no_two_things_alike) {
  expect_no_clashes(layer_rows());
  expect_no_clashes(optimizer_rows());
  expect_no_clashes(loss_rows());
  expect_no_clashes(metric_rows());
  expect_no_clashes(activation_rows());
  expect_no_clashes(initializer_rows());
  expect_no_clashes(schedule_rows());
  expect_no_clashes(regularizer_rows());
  expect_no_clashes(constraint_rows());
}

TEST(Catalogue, calls_every_other_layer_by_name_and_alias_known_but_not_available) {
  std::size_t known = 0;
  for (const LayerRow& row : layer_rows()) {
    if (row.kind) continue;
    ++known;
    std::vector<std::string_view> spellings = words_in(row.aliases);
    spellings.push_back(row.name);
    for (const std::string_view spelling : spellings) {
      EXPECT_EQ(testing::codes_of(std::string(spelling) + "(3, anything=4) { Dense(2) }"), "E703") << spelling;
    }
  }
  EXPECT_EQ(known, 86U);
}

TEST(Catalogue, calls_every_other_optimizer_loss_metric_and_schedule_known_but_not_available) {
  for (const auto& row : optimizer_rows()) {
    const std::string codes = testing::codes_of("Flatten Output(2)", "(4)", "optimizer: " + std::string(row.name));
    EXPECT_EQ(codes, row.kind ? "" : "E703") << row.name;
  }
  for (const auto& row : loss_rows()) {
    const std::string codes = testing::codes_of("Output(2)", "(4)", "loss: " + std::string(row.name));
    EXPECT_EQ(codes, row.kind ? "" : "E703") << row.name;
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "metrics: " + std::string(row.name)), "E703") << row.name;
  }
  for (const auto& row : metric_rows()) {
    const std::string codes = testing::codes_of("Output(2)", "(4)", "metrics: " + std::string(row.name));
    EXPECT_EQ(codes, row.kind ? "" : "E703") << row.name;
  }
  for (const KnownRow& row : schedule_rows()) {
    const std::string name(row.name);
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "optimizer: Adam(" + name + "(0.1))"), "E703") << name;
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "optimizer: Adam(\"" + name + "(0.1)\")"), "E703") << name;
  }
}

TEST(Catalogue, knows_custom_layers_by_their_ending) {
  EXPECT_TRUE(is_custom_layer_name("MyOwnLayer"));
  EXPECT_TRUE(is_custom_layer_name("X9Layer"));
  EXPECT_FALSE(is_custom_layer_name("myLayer"));
  EXPECT_FALSE(is_custom_layer_name("My_Layer"));
  EXPECT_FALSE(is_custom_layer_name("Layers"));
  EXPECT_EQ(testing::codes_of("MyOwnLayer(3, [1, [2]])"), "E703");
}

TEST(Catalogue, describes_types_and_defaults_as_the_language_reference_does) {
  const LayerRow& row = layer_row(LayerKind::Conv2D);
  std::string text;
  for (const ParameterSpec& spec : row.parameters.first(8)) {
    text += std::string(parameter_name(spec.parameter)) + ":" + type_text(spec) + "=" + default_text(spec) + " ";
  }
  EXPECT_EQ(text,
            "filters:int+= kernel_size:ints+=3 strides:ints+=1 activation:act?=linear "
            "padding:{same,valid,causal} or int0 per axis=valid dilation_rate:ints+=1 groups:int+=1 "
            "data_format:{channels_last,channels_first}=channels_last ");
  EXPECT_EQ(default_text(optimizer_names().find("adam").row->parameters[3]), "1e-07");
}

TEST(Catalogue, finds_built_in_names_whatever_their_case) {
  EXPECT_EQ(layer_names().find("MAX_POOLING-2d").row, &layer_row(LayerKind::MaxPooling2D));
  EXPECT_FALSE(layer_names().find("MaxPooling2D").by_alias);
  EXPECT_TRUE(layer_names().find("maxpool2d").by_alias);
  EXPECT_FALSE(layer_names().find("MaxPooling"));
}

}  // namespace
}  // namespace neural::model
