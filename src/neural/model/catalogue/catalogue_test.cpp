#include "neural/model/catalogue/catalogue.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using testing::Checked;
using testing::network;

struct Example {
  LayerKind kind;
  const char* layers;
  const char* input;
};

/// A program for every kind of layer; a new kind without one fails below.
const std::vector<Example> kExamples = {
    Example{LayerKind::Dense, "Flatten() Dense(8)", "(28, 28, 1)"},
    Example{LayerKind::Output, "Flatten() Output(8)", "(28, 28, 1)"},
    Example{LayerKind::Embedding, "Embedding(100, 8)", "(20)"},
    Example{LayerKind::Flatten, "Flatten", "(28, 28, 1)"},
    Example{LayerKind::Reshape, "Reshape((7, 112))", "(28, 28, 1)"},
    Example{LayerKind::Permute, "Permute((2, 1))", "(3, 4)"},
    Example{LayerKind::RepeatVector, "RepeatVector(3)", "(4)"},
    Example{LayerKind::Activation, "Activation(tanh)", "(28, 28, 1)"},
    Example{LayerKind::ReLU, "ReLU", "(28, 28, 1)"},
    Example{LayerKind::LeakyReLU, "LeakyReLU", "(28, 28, 1)"},
    Example{LayerKind::PReLU, "PReLU", "(28, 28, 1)"},
    Example{LayerKind::ELU, "ELU", "(28, 28, 1)"},
    Example{LayerKind::Softmax, "Softmax", "(28, 28, 1)"},
    Example{LayerKind::Lambda, "Lambda(\"x: x * 2\")", "(28, 28, 1)"},
    Example{LayerKind::Masking, "Masking", "(28, 28, 1)"},
    Example{LayerKind::Rescaling, "Rescaling(0.5)", "(28, 28, 1)"},
    Example{LayerKind::Identity, "Identity", "(28, 28, 1)"},
    Example{LayerKind::Conv1D, "Conv1D(8)", "(9, 4)"},
    Example{LayerKind::Conv2D, "Conv2D(8)", "(28, 28, 1)"},
    Example{LayerKind::Conv3D, "Conv3D(8)", "(9, 9, 9, 4)"},
    Example{LayerKind::Conv1DTranspose, "Conv1DTranspose(8)", "(9, 4)"},
    Example{LayerKind::Conv2DTranspose, "Conv2DTranspose(8)", "(28, 28, 1)"},
    Example{LayerKind::Conv3DTranspose, "Conv3DTranspose(8)", "(9, 9, 9, 4)"},
    Example{LayerKind::DepthwiseConv1D, "DepthwiseConv1D", "(9, 4)"},
    Example{LayerKind::DepthwiseConv2D, "DepthwiseConv2D", "(28, 28, 1)"},
    Example{LayerKind::SeparableConv1D, "SeparableConv1D(8)", "(9, 4)"},
    Example{LayerKind::SeparableConv2D, "SeparableConv2D(8)", "(28, 28, 1)"},
    Example{LayerKind::ConvLSTM2D, "ConvLSTM2D(8)", "(5, 9, 9, 4)"},
    Example{LayerKind::ConvGRU2D, "ConvGRU2D(8)", "(5, 9, 9, 4)"},
    Example{LayerKind::UpSampling1D, "UpSampling1D", "(9, 4)"},
    Example{LayerKind::UpSampling2D, "UpSampling2D", "(28, 28, 1)"},
    Example{LayerKind::UpSampling3D, "UpSampling3D", "(9, 9, 9, 4)"},
    Example{LayerKind::ZeroPadding1D, "ZeroPadding1D", "(9, 4)"},
    Example{LayerKind::ZeroPadding2D, "ZeroPadding2D", "(28, 28, 1)"},
    Example{LayerKind::ZeroPadding3D, "ZeroPadding3D", "(9, 9, 9, 4)"},
    Example{LayerKind::Cropping1D, "Cropping1D", "(9, 4)"},
    Example{LayerKind::Cropping2D, "Cropping2D", "(28, 28, 1)"},
    Example{LayerKind::Cropping3D, "Cropping3D", "(9, 9, 9, 4)"},
    Example{LayerKind::MaxPooling1D, "MaxPooling1D", "(9, 4)"},
    Example{LayerKind::MaxPooling2D, "MaxPooling2D", "(28, 28, 1)"},
    Example{LayerKind::MaxPooling3D, "MaxPooling3D", "(9, 9, 9, 4)"},
    Example{LayerKind::AveragePooling1D, "AveragePooling1D", "(9, 4)"},
    Example{LayerKind::AveragePooling2D, "AveragePooling2D", "(28, 28, 1)"},
    Example{LayerKind::AveragePooling3D, "AveragePooling3D", "(9, 9, 9, 4)"},
    Example{LayerKind::GlobalAveragePooling1D, "GlobalAveragePooling1D", "(9, 4)"},
    Example{LayerKind::GlobalAveragePooling2D, "GlobalAveragePooling2D", "(28, 28, 1)"},
    Example{LayerKind::GlobalAveragePooling3D, "GlobalAveragePooling3D", "(9, 9, 9, 4)"},
    Example{LayerKind::GlobalMaxPooling1D, "GlobalMaxPooling1D", "(9, 4)"},
    Example{LayerKind::GlobalMaxPooling2D, "GlobalMaxPooling2D", "(28, 28, 1)"},
    Example{LayerKind::GlobalMaxPooling3D, "GlobalMaxPooling3D", "(9, 9, 9, 4)"},
    Example{LayerKind::AdaptiveAveragePooling1D, "AdaptiveAveragePooling1D(3)", "(9, 4)"},
    Example{LayerKind::AdaptiveAveragePooling2D, "AdaptiveAveragePooling2D(3)", "(28, 28, 1)"},
    Example{LayerKind::AdaptiveAveragePooling3D, "AdaptiveAveragePooling3D(3)", "(9, 9, 9, 4)"},
    Example{LayerKind::AdaptiveMaxPooling1D, "AdaptiveMaxPooling1D(3)", "(9, 4)"},
    Example{LayerKind::AdaptiveMaxPooling2D, "AdaptiveMaxPooling2D(3)", "(28, 28, 1)"},
    Example{LayerKind::AdaptiveMaxPooling3D, "AdaptiveMaxPooling3D(3)", "(9, 9, 9, 4)"},
    Example{LayerKind::Dropout, "Dropout(0.5)", "(28, 28, 1)"},
    Example{LayerKind::SpatialDropout1D, "SpatialDropout1D(0.5)", "(9, 4)"},
    Example{LayerKind::SpatialDropout2D, "SpatialDropout2D(0.5)", "(28, 28, 1)"},
    Example{LayerKind::SpatialDropout3D, "SpatialDropout3D(0.5)", "(9, 9, 9, 4)"},
    Example{LayerKind::GaussianDropout, "GaussianDropout(0.5)", "(28, 28, 1)"},
    Example{LayerKind::AlphaDropout, "AlphaDropout(0.5)", "(28, 28, 1)"},
    Example{LayerKind::GaussianNoise, "GaussianNoise(0.5)", "(28, 28, 1)"},
    Example{LayerKind::ActivityRegularization, "ActivityRegularization", "(28, 28, 1)"},
    Example{LayerKind::L1, "L1", "(28, 28, 1)"},
    Example{LayerKind::L2, "L2", "(28, 28, 1)"},
    Example{LayerKind::BatchNormalization, "BatchNormalization", "(28, 28, 1)"},
    Example{LayerKind::LayerNormalization, "LayerNormalization", "(28, 28, 1)"},
    Example{LayerKind::InstanceNormalization, "InstanceNormalization", "(28, 28, 1)"},
    Example{LayerKind::GroupNormalization, "GroupNormalization(1)", "(28, 28, 1)"},
    Example{LayerKind::RMSNormalization, "RMSNormalization", "(28, 28, 1)"},
    Example{LayerKind::UnitNormalization, "UnitNormalization", "(28, 28, 1)"},
    Example{LayerKind::LSTM, "LSTM(8)", "(9, 4)"},
    Example{LayerKind::GRU, "GRU(8)", "(9, 4)"},
    Example{LayerKind::SimpleRNN, "SimpleRNN(8)", "(9, 4)"},
    Example{LayerKind::Bidirectional, "Bidirectional(LSTM(8))", "(9, 4)"},
    Example{LayerKind::TimeDistributed, "TimeDistributed(Dense(8))", "(9, 4)"},
    Example{LayerKind::Attention, "Attention", "(9, 4)"},
    Example{LayerKind::AdditiveAttention, "AdditiveAttention", "(9, 4)"},
    Example{LayerKind::MultiHeadAttention, "MultiHeadAttention(2)", "(9, 4)"},
    Example{LayerKind::TransformerEncoder, "TransformerEncoder(2)", "(9, 4)"},
    Example{LayerKind::TransformerDecoder, "TransformerDecoder(2)", "(9, 4)"},
    Example{LayerKind::SqueezeExcitation, "SqueezeExcitation(2)", "(9, 4)"},
    Example{LayerKind::ResidualConnection, "Residual { Dense(4) }", "(4)"},
    Example{LayerKind::Add, "Add", "(4), (4)"},
    Example{LayerKind::Multiply, "Multiply", "(4), (4)"},
    Example{LayerKind::Average, "Average", "(4), (4)"},
    Example{LayerKind::Maximum, "Maximum", "(4), (4)"},
    Example{LayerKind::Subtract, "Subtract", "(4), (4)"},
    Example{LayerKind::Minimum, "Minimum", "(4), (4)"},
    Example{LayerKind::Concatenate, "Concatenate", "(4), (4)"},
    Example{LayerKind::Dot, "Dot", "(4), (4)"},
    Example{LayerKind::CustomShape, "CustomShape(Mine, (3, 4))", "(28, 28, 1)"},
    Example{LayerKind::Custom, "MyLayer(3)", "(28, 28, 1)"},
};

const std::vector<LayerKind> kLayerKinds = {
#define NEURAL_LAYER(name) LayerKind::name,
#include "neural/model/layers.def"
#undef NEURAL_LAYER
};

TEST(Catalogue, has_a_row_with_a_shape_rule_for_every_kind_of_layer) {
  for (const LayerKind kind : kLayerKinds) {
    const LayerRow& row = layer_row(kind);
    EXPECT_EQ(row.name, layer_kind_name(kind));
    const bool is_nested = row.wraps() || row.block == BlockUse::kResidual;
    EXPECT_EQ(row.shape_rule == nullptr, is_nested) << row.name;
  }
}

TEST(Catalogue, builds_every_kind_of_layer_with_an_attribute_for_each_of_its_parameters) {
  std::set<LayerKind> built;
  for (const auto& [kind, layers, input] : kExamples) {
    built.insert(kind);
    const Model model = testing::model_of(layers, input, "loss: mse");
    ASSERT_FALSE(model.layers.empty()) << layers;
    ASSERT_EQ(model.layers.back().kind, kind) << layers;
    std::vector<Parameter> expected;
    for (const ParameterSpec& spec : layer_row(kind).parameters) {
      if (spec.type != ValueType::kLayer) expected.push_back(spec.parameter);
    }
    std::vector<Parameter> found;
    for (const auto& [parameter, attribute] : model.layers.back().attributes.entries()) found.push_back(parameter);
    EXPECT_EQ(found, expected) << layers;
  }
  for (const LayerKind kind : kLayerKinds) EXPECT_TRUE(built.contains(kind)) << layer_kind_name(kind);
}

TEST(Catalogue, gives_every_row_parameters_with_words_and_examples_that_its_own_reader_takes) {
  for (const LayerRow& row : layer_rows()) {
    std::set<Parameter> seen;
    for (const ParameterSpec& spec : row.parameters) {
      EXPECT_TRUE(seen.insert(spec.parameter).second) << row.name << " " << parameter_name(spec.parameter);
      EXPECT_FALSE(type_text(spec).empty());
      EXPECT_EQ(default_text(spec).empty(), spec.is_required()) << row.name << " " << parameter_name(spec.parameter);
    }
    EXPECT_TRUE(seen.contains(Parameter::name)) << row.name << " lacks the base group";
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
  for (const auto& row : regularizer_rows()) use(row.parameters);
  for (const auto& row : constraint_rows()) use(row.parameters);
  for (const auto& row : schedule_rows()) use(row.parameters);
  use(training_settings());
  const std::vector<Parameter> all = {
#define NEURAL_PARAMETER(name, summary) Parameter::name,
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

/// A program with every name and alias, spelt in another case.
TEST(Catalogue, knows_every_layer_by_its_aliases_too) {
  for (const LayerRow& row : layer_rows()) {
    for (const std::string_view alias : words_in(row.aliases)) {
      EXPECT_EQ(layer_names().find(alias).row, &row) << alias;
      EXPECT_TRUE(layer_names().find(alias).by_alias) << alias;
    }
  }
}

TEST(Catalogue, takes_every_optimizer_loss_metric_and_schedule) {
  for (const auto& row : optimizer_rows()) {
    const std::string name(row.name);
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "loss: mse optimizer: " + name), "") << name;
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "loss: mse optimizer: \"" + name + "(lr=0.5, clipnorm=1)\""), "")
        << name;
  }
  for (const auto& row : loss_rows()) {
    const std::string name(row.name);
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "loss: " + name), "") << name;
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "metrics: " + name), "") << name;
    for (const std::string_view alias : words_in(row.aliases)) {
      EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "loss: " + std::string(alias)), "") << alias;
    }
  }
  for (const auto& row : metric_rows()) {
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "metrics: " + std::string(row.name)), "") << row.name;
  }
  for (const auto& row : schedule_rows()) {
    std::string call(row.name);
    call += row.kind == ScheduleKind::PiecewiseConstantDecay ? "([10, 20], [1, 0.5, 0.1])" : "(0.1, 100";
    if (row.kind != ScheduleKind::PiecewiseConstantDecay) {
      const bool has_rate = row.parameters[2].is_required();
      call += has_rate ? ", 0.9)" : ")";
    }
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "optimizer: Adam(" + call + ")"), "") << call;
    EXPECT_EQ(testing::codes_of("Output(2)", "(4)", "optimizer: Adam(\"" + call + "\")"), "") << call;
  }
}

TEST(Catalogue, knows_custom_layers_by_their_ending) {
  EXPECT_TRUE(is_custom_layer_name("MyOwnLayer"));
  EXPECT_TRUE(is_custom_layer_name("X9Layer"));
  EXPECT_FALSE(is_custom_layer_name("myLayer"));
  EXPECT_FALSE(is_custom_layer_name("My_Layer"));
  EXPECT_FALSE(is_custom_layer_name("Layers"));
  EXPECT_EQ(testing::codes_of("MyOwnLayer(3, [1, [2]], word, key=\"text\")"), "W414");
}

/// Whether a text stands in a cell of a table and in a line of a terminal.
bool is_one_line(std::string_view text) {
  return !text.empty() && text.back() != '.' && text.find('\n') == std::string_view::npos &&
         text.find('|') == std::string_view::npos && code_points(text) <= 160;
}

void expect_summaries(std::string_view owner, std::span<const ParameterSpec> specs) {
  for (const ParameterSpec& spec : specs) {
    EXPECT_TRUE(is_one_line(summary_of(spec))) << owner << " " << parameter_name(spec.parameter);
  }
}

template <class RowType>
void expect_summaries_of(std::span<const RowType> rows) {
  for (const RowType& row : rows) {
    EXPECT_TRUE(is_one_line(row.summary)) << row.name;
    expect_summaries(row.name, row.parameters);
  }
}

TEST(Catalogue, says_in_one_line_what_everything_is) {
  expect_summaries_of(layer_rows());
  expect_summaries_of(optimizer_rows());
  expect_summaries_of(loss_rows());
  expect_summaries_of(metric_rows());
  expect_summaries_of(activation_rows());
  expect_summaries_of(initializer_rows());
  expect_summaries_of(schedule_rows());
  expect_summaries_of(regularizer_rows());
  expect_summaries_of(constraint_rows());
  expect_summaries("train", training_settings());
  for (const LayerRow& row : layer_rows()) {
    EXPECT_TRUE(is_one_line(row.shapes)) << row.name;
    // What a layer demands begins the line: "(height, width, channels) → …".
    const std::string_view input = row.shapes.substr(0, row.shapes.find(')'));
    const auto axes = 1 + static_cast<std::size_t>(std::count(input.begin(), input.end(), ','));
    EXPECT_TRUE(row.demanded_rank() == 0 || axes == row.demanded_rank()) << row.name;
    EXPECT_EQ(row.shapes == "any → the same", row.keeps_shape) << row.name;
  }
}

TEST(Catalogue, describes_types_and_defaults) {
  const LayerRow& row = layer_row(LayerKind::Conv2D);
  std::string text;
  for (const ParameterSpec& spec : row.parameters.first(8)) {
    text += fmt::format("{}: {} ({})\n", parameter_name(spec.parameter), type_text(spec), default_text(spec));
  }
  EXPECT_EQ(text, R"(filters: int ≥ 1 ()
kernel_size: int ≥ 1 per axis (3)
strides: int ≥ 1 per axis (1)
activation: activation or None (linear)
padding: `same`, `valid`, `causal`, int ≥ 0 per axis (valid)
dilation_rate: int ≥ 1 per axis (1)
groups: int ≥ 1 (1)
data_format: `channels_last`, `channels_first` (channels_last)
)");
  EXPECT_EQ(default_text(optimizer_names().find("adam").row->parameters[3]), "1e-07");
}

TEST(Catalogue, tells_what_a_parameter_means_in_its_place) {
  const auto meaning_in = [](LayerKind kind, Parameter parameter) {
    for (const ParameterSpec& spec : layer_row(kind).parameters) {
      if (spec.parameter == parameter) return summary_of(spec);
    }
    return std::string_view();
  };
  EXPECT_EQ(meaning_in(LayerKind::Conv2D, Parameter::strides), "step of the window");
  EXPECT_EQ(meaning_in(LayerKind::MaxPooling2D, Parameter::strides), "step of the window; `None`: its size");
}

TEST(Catalogue, finds_built_in_names_whatever_their_case) {
  EXPECT_EQ(layer_names().find("MAX_POOLING-2d").row, &layer_row(LayerKind::MaxPooling2D));
  EXPECT_FALSE(layer_names().find("MaxPooling2D").by_alias);
  EXPECT_TRUE(layer_names().find("maxpool2d").by_alias);
  EXPECT_FALSE(layer_names().find("MaxPooling"));
}

}  // namespace
}  // namespace neural::model
