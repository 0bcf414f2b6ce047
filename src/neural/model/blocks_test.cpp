// Layers that hold layers: residual connections, wrappers, blocks behind a layer.
#include <gtest/gtest.h>

#include "neural/model/testing.hpp"

namespace neural::model {
namespace {

using syntax::Code;
using testing::Checked;
using testing::codes_of;
using testing::model_of;
using testing::network;
using testing::Strings;
using testing::tensors_of;

using Crops = std::vector<std::pair<std::int64_t, std::int64_t>>;

Layer first_layer(const std::string& layers, const std::string& input) {
  const Model model = model_of(layers, input, "loss: mse");
  return model.layers.empty() ? Layer{} : model.layers.front();
}

std::vector<std::string> body_of(const Layer& layer) {
  std::vector<std::string> shapes;
  if (layer.body() == nullptr) return shapes;
  for (const Layer& inner : layer.body()->layers) {
    shapes.push_back(std::string(inner.type_name()) + " " + to_string(inner.output));
  }
  return shapes;
}

// ---- residual connections ----

TEST(Residual, adds_a_body_of_the_same_shape_without_weights) {
  const Layer layer = first_layer("Residual { Dense(3) ReLU }", "(3)");
  EXPECT_EQ(layer.output, (Shape{3}));
  EXPECT_EQ(body_of(layer), (Strings{"Dense (3,)", "ReLU (3,)"}));
  EXPECT_FALSE(layer.parts->shortcut->projects);
  EXPECT_EQ(layer.tensors().size(), 0U);
  EXPECT_EQ(layer.parameter_count(), 12);
}

TEST(Residual, projects_its_shortcut_to_another_width) {
  EXPECT_EQ(codes_of("Residual { Dense(4) }", "(3)"), "W524");
  const Layer layer = first_layer("Residual { Dense(4) }", "(3)");
  EXPECT_EQ(tensors_of(layer), (Strings{"shortcut/kernel (3, 4)"}));
  EXPECT_EQ(layer.parameter_count(), 12 + 16);
  EXPECT_EQ(tensors_of(first_layer("Residual { Dense(4) }", "(5, 5, 3)")), (Strings{"shortcut/kernel (1, 1, 3, 4)"}));
  EXPECT_EQ(Checked(network("Residual { Dense(4) }", "(3)")).first(Code::W524).message,
            "the shortcut is projected from (3,) to (4,)");
}

struct Stride {
  const char* body;
  std::int64_t size;
  std::int64_t stride;
  std::pair<std::int64_t, std::int64_t> crop;
};

TEST(Residual, takes_the_largest_stride_and_crops_the_rest_in_the_middle) {
  const std::vector<Stride> cases = {
      {"Conv1D(2, 3, 2, padding=same)", 28, 2, {0, 0}},           // 28 -> 14
      {"Conv1D(2, 3, 2, padding=same)", 7, 2, {0, 0}},            // 7 -> 4
      {"Conv1D(2, 3)", 28, 1, {1, 1}},                            // 28 -> 26
      {"Conv1D(2, 3, 2)", 28, 2, {0, 1}},                         // 28 -> 13
      {"Conv1D(2, 4)", 28, 1, {1, 2}},                            // 28 -> 25
      {"Conv1D(2, 6)", 28, 1, {2, 3}},                            // 28 -> 23
      {"Conv1D(2, 3, 3, padding=same)", 28, 3, {0, 0}},           // 28 -> 10
      {"GlobalAveragePooling1D(keepdims=true)", 28, 28, {0, 0}},  // 28 -> 1
      {"Conv1D(2, 1)", 28, 1, {0, 0}},
  };
  for (const Stride& each : cases) {
    const Layer layer =
        first_layer("Residual { " + std::string(each.body) + " }", "(" + std::to_string(each.size) + ", 2)");
    ASSERT_TRUE(layer.parts != nullptr) << each.body;
    const Shortcut& shortcut = *layer.parts->shortcut;
    EXPECT_EQ(shortcut.strides, std::vector<std::int64_t>{each.stride}) << each.body;
    EXPECT_EQ(shortcut.cropping, Crops{each.crop}) << each.body;
    EXPECT_EQ(shortcut.projects, each.stride > 1) << each.body;
    EXPECT_EQ(layer.tensors().size(), each.stride > 1 ? 1U : 0U) << each.body << ": a crop alone needs no weights";
  }
}

TEST(Residual, strides_every_axis_on_its_own) {
  const Layer layer = first_layer("Residual { Conv2D(8, (3, 4), (2, 1)) }", "(28, 28, 4)");
  EXPECT_EQ(layer.output, (Shape{13, 25, 8}));
  EXPECT_EQ(layer.parts->shortcut->strides, (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(layer.parts->shortcut->cropping, (Crops{{0, 1}, {1, 2}}));
  EXPECT_EQ(tensors_of(layer), (Strings{"shortcut/kernel (1, 1, 4, 8)"}));
}

TEST(Residual, warns_only_of_shortcuts_with_weights) {
  EXPECT_EQ(codes_of("Residual { Conv2D(4, 3) }", "(28, 28, 4)"), "") << "cropped";
  EXPECT_EQ(codes_of("Residual { Conv2D(4, 3, 2, padding=same) }", "(28, 28, 4)"), "W524");
}

TEST(Residual, without_projection_wants_equal_shapes) {
  EXPECT_EQ(codes_of("Residual(projection=none) { Dense(3) }", "(3)"), "");
  EXPECT_EQ(codes_of("Residual(projection=None) { Dense(3) }", "(3)"), "");
  EXPECT_EQ(codes_of("Residual(projection=\"none\") { Dense(4) }", "(3)"), "E509");
  EXPECT_EQ(codes_of("Residual(projection=none) { Conv2D(4, 3) }", "(28, 28, 4)"), "E509") << "a crop, too";
  EXPECT_EQ(codes_of("Residual(projection=non) { Dense(4) }", "(3)"), "E209");
}

TEST(Residual, cannot_join_what_has_grown_or_lost_axes) {
  const Checked longer(network("Residual { UpSampling2D() }", "(3, 3, 1)"));
  EXPECT_EQ(longer.codes(), "3:E509");
  EXPECT_EQ(longer.first(Code::E509).message,
            "the residual body makes (6, 6, 1) of (3, 3, 1): no axis but the last may grow");
  EXPECT_EQ(Checked(network("Residual { Flatten() }", "(3, 3, 1)")).first(Code::E509).message,
            "the residual body makes (9,) of (3, 3, 1): the number of axes must stay");
  EXPECT_EQ(codes_of("Residual { RepeatVector(3) }", "(3)"), "E509");
}

TEST(Residual, keeps_axes_that_vary) {
  EXPECT_EQ(first_layer("Residual { Conv2D(4, 3, padding=same) }", "(9, None, 4)").output, (Shape{9, std::nullopt, 4}));
  EXPECT_EQ(codes_of("Residual { AdaptiveAveragePooling1D(2) }", "(None, None, 4)"), "E509");
}

TEST(Residual, without_a_body_is_the_identity) {
  for (const char* layer : {"Residual", "Residual()", "Residual { }", "ResidualConnection() { }"}) {
    EXPECT_EQ(codes_of(layer, "(3)"), "W412") << layer;
    EXPECT_EQ(first_layer(layer, "(3)").kind, LayerKind::Identity) << layer;
  }
}

TEST(Residual, of_empty_branches_doubles_its_input) {
  const Layer layer = first_layer("Residual { x: { } }", "(3)");
  EXPECT_EQ(layer.kind, LayerKind::ResidualConnection) << "x + x is not x";
  EXPECT_EQ(body_of(layer), (Strings{"Identity (3,)"}));
}

TEST(Residual, may_hold_residual_connections) {
  const Layer layer = first_layer("Residual { Residual { Dense(3) } Residual { Dense(4) } }", "(3)");
  EXPECT_EQ(body_of(layer), (Strings{"ResidualConnection (3,)", "ResidualConnection (4,)"}));
  EXPECT_EQ(layer.parameter_count(), 12 + (16 + 12) + 12);
}

TEST(Residual, tells_a_mistake_in_its_body_once) {
  EXPECT_EQ(codes_of("Residual { Dens(4) Conv2D(3, 3) } Dense(3)", "(3)"), "E201");
  EXPECT_EQ(codes_of("Residual { Conv2D(3, 3) } Dense(3)", "(3)"), "E501");
  EXPECT_EQ(codes_of("Residual { Dense() } Dense(3)", "(3)"), "E205");
  EXPECT_EQ(codes_of("Residual { Dropout(3) } Dense(3)", "(3)"), "E302");
  EXPECT_EQ(codes_of("Residual { Dense(4) } Dense(3)", "(None)"), "E505") << "not that (4,) does not join (None,), too";
  EXPECT_EQ(codes_of("Residual { Dense(4) } Dense(3)", "(None)", "loss: mse"), "E505");
  EXPECT_EQ(codes_of("Residual(foo=3) { Dense(7) } Dense(3)", "(3)"), "E202");
  EXPECT_EQ(codes_of("Residual(3) { Dense(3) } Dense(3)", "(3)"), "E204");
}

TEST(Residual, tells_the_trail_into_its_body) {
  const Checked checked(network("Dense(8)\nResidual {\nReLU()\nConv2D(3, 3)\n}", "(3)"));
  EXPECT_EQ(checked.codes(), "6:E501");
  EXPECT_EQ(checked.first(Code::E501).notes[0].message,
            "shape so far: input (3,) -> Dense line 3 (8,) -> in ResidualConnection line 4 (8,) -> ReLU line 5 (8,)");
}

TEST(Residual, deep_inside_others_tells_only_the_last_of_them) {
  std::string layers = "Conv2D(3, 3)";
  for (int i = 0; i < 50; ++i) layers = "Residual { " + layers + " }";
  const std::string note = Checked(network(layers, "(3)")).first(Code::E501).notes[0].message;
  EXPECT_TRUE(note.starts_with("shape so far: … -> in ResidualConnection line 3")) << note;
  EXPECT_LT(note.size(), 300U);
}

// ---- TimeDistributed ----

TEST(TimeDistributed, applies_its_layer_to_every_step) {
  EXPECT_EQ(first_layer("TimeDistributed(Dense(4))", "(5, 3)").output, (Shape{5, 4}));
  EXPECT_EQ(first_layer("TimeDistributed(Conv2D(4, 3))", "(5, 8, 8, 3)").output, (Shape{5, 6, 6, 4}));
  EXPECT_EQ(first_layer("TimeDistributed(LSTM(4))", "(5, 7, 3)").output, (Shape{5, 4}));
  EXPECT_EQ(first_layer("TimeDistributed(Flatten())", "(5, 8, 8, 3)").output, (Shape{5, 192}));
  EXPECT_EQ(first_layer("TimeDistributed(Dense(4))", "(None, 5, 3)").output, (Shape{5, 4}));
  EXPECT_EQ(first_layer("TimeDistributed(TimeDistributed(Dense(4)))", "(5, 6, 3)").output, (Shape{5, 6, 4}));
  EXPECT_EQ(first_layer("TimeDistributed(Residual { Dense(3) })", "(5, 3)").output, (Shape{5, 3}));
  const Layer layer = first_layer("TimeDistributed(Dense(4))", "(5, 3)");
  EXPECT_EQ(tensors_of(*layer.wrapped), (Strings{"kernel (3, 4)", "bias (4,)"}));
  EXPECT_EQ(layer.tensors().size(), 0U) << "they are the wrapped layer's";
  EXPECT_EQ(layer.parameter_count(), 16);
}

TEST(TimeDistributed, applies_its_block_behind_the_layer) {
  const Layer layer = first_layer("TimeDistributed(Dense(4), dropout=0.5) { Dense(5) Dropout(0.1) }", "(6, 3)");
  EXPECT_EQ(layer.output, (Shape{6, 5}));
  EXPECT_EQ(body_of(layer), (Strings{"Dense (5,)", "Dropout (5,)"}));
  EXPECT_EQ(layer.attributes.number(Parameter::dropout), 0.5);
  EXPECT_EQ(layer.parameter_count(), 16 + 25);
  EXPECT_EQ(first_layer("TimeDistributed(Conv2D(4, 3)) { Conv2D(5, 3) Flatten }", "(6, 8, 8, 3)").output,
            (Shape{6, 80}));
}

TEST(TimeDistributed, tells_mistakes_in_its_block_with_the_shape_of_a_step) {
  const Checked checked(network("TimeDistributed(Dense(8)) { Conv2D(8, 3) }", "(10, 4)"));
  EXPECT_EQ(checked.codes(), "3:E501");
  EXPECT_EQ(checked.first(Code::E501).notes[0].message,
            "shape so far: input (10, 4) -> in TimeDistributed line 3 (8,)");
}

TEST(TimeDistributed, needs_an_axis_of_steps) {
  EXPECT_EQ(codes_of("TimeDistributed(Dense(4))", "(3)"), "E501");
  EXPECT_EQ(codes_of("TimeDistributed(Conv2D(4, 3)) Dense(3)", "(8, 8, 3)"), "E501");
}

TEST(TimeDistributed, tells_a_mistake_in_its_layer_once) {
  EXPECT_EQ(codes_of("TimeDistributed(Dropout(2)) Dense(3)", "(5, 3)"), "E302");
  EXPECT_EQ(codes_of("TimeDistributed(Dense()) { Dense(4) } Dense(3)", "(5, 3)"), "E205");
  EXPECT_EQ(codes_of("TimeDistributed(Dens(3)) { Dense(4) } Conv2D(3)", "(5, 3)"), "E201");
  EXPECT_EQ(codes_of("TimeDistributed(Dense(3), dropout=2) LSTM(3)", "(5, 3)"), "E302");
  EXPECT_EQ(codes_of("TimeDistributed(Dense(3)) { Dens(3) } LSTM(3)", "(5, 3)"), "E201");
}

// ---- Bidirectional ----

TEST(Bidirectional, doubles_the_last_axis_only_when_it_concatenates) {
  EXPECT_EQ(first_layer("Bidirectional(LSTM(8))", "(5, 3)").output, (Shape{16}));
  EXPECT_EQ(first_layer("Bidirectional(LSTM(8, return_sequences=true))", "(5, 3)").output, (Shape{5, 16}));
  for (const char* mode : {"sum", "mul", "ave"}) {
    EXPECT_EQ(first_layer("Bidirectional(GRU(8), " + std::string(mode) + ")", "(5, 3)").output, (Shape{8})) << mode;
    EXPECT_EQ(first_layer("Bidirectional(GRU(8), merge_mode=\"" + std::string(mode) + "\")", "(5, 3)").output,
              (Shape{8}))
        << mode;
  }
  EXPECT_EQ(codes_of("Bidirectional(LSTM(8), HPO(choice(sum, mul)))", "(5, 3)"), "");
  EXPECT_EQ(first_layer("Bidirectional(ConvLSTM2D(4, 3))", "(5, 8, 8, 1)").output, (Shape{6, 6, 8}));
  EXPECT_EQ(first_layer("Bidirectional(layer=SimpleRNN(4))", "(None, None, 3)").output, (Shape{8}));
}

TEST(Bidirectional, has_the_tensors_of_both_directions) {
  const Layer layer = first_layer("Bidirectional(SimpleRNN(4))", "(5, 3)");
  EXPECT_EQ(tensors_of(layer),
            (Strings{"forward/kernel (3, 4)", "forward/recurrent_kernel (4, 4)", "forward/bias (4,)",
                     "backward/kernel (3, 4)", "backward/recurrent_kernel (4, 4)", "backward/bias (4,)"}));
  EXPECT_EQ(layer.parameter_count(), 2 * (12 + 16 + 4));
}

TEST(Bidirectional, leaves_a_last_axis_of_unknown_size_unknown) {
  EXPECT_EQ(first_layer("Bidirectional(ConvLSTM2D(4, 3, data_format=channels_first, padding=same))", "(10, 1, 8, None)")
                .output,
            (Shape{4, 8, std::nullopt}));
}

TEST(Bidirectional, wraps_recurrent_layers_alone) {
  for (const char* layer : {"Dense(8)", "TimeDistributed(LSTM(8))", "Bidirectional(LSTM(8))", "MyLayer()", "Flatten"}) {
    EXPECT_EQ(codes_of("Bidirectional(" + std::string(layer) + ") Dense(3)", "(5, 3)"), "E404") << layer;
  }
  EXPECT_EQ(codes_of("Bidirectional(LSTM)", "(5, 3)"), "E205");
  EXPECT_EQ(codes_of("Bidirectional(LSTM(8), merge_mode=avg)", "(5, 3)"), "E209");
}

// ---- what wrappers take ----

TEST(Wrapper, holds_exactly_one_layer) {
  for (const std::string name : {"TimeDistributed", "Bidirectional"}) {
    const std::string input = name == "Bidirectional" ? "(5, 3)" : "(5, 4, 3)";
    EXPECT_EQ(codes_of(name + "(LSTM(8), LSTM(8))", input), "E404") << name;
    EXPECT_EQ(codes_of(name + "(LSTM(8) * 2)", input), "E404") << name;
    EXPECT_EQ(codes_of(name + "(8)", input), "E405") << name;
    EXPECT_EQ(codes_of(name + "(\"LSTM(8)\")", input), "E405") << name;
    EXPECT_EQ(codes_of(name + "([LSTM(8)])", input), "E405") << name;
    EXPECT_EQ(codes_of(name + "()", input), "E205") << name;
    EXPECT_EQ(codes_of(name + "(HPO(range(1, 2)))", input), "E405") << name;
  }
  EXPECT_EQ(codes_of("TimeDistributed(Dense(3) * 1)", "(5, 3)"), "");
}

TEST(Wrapper, holds_a_macro_of_one_layer) {
  const auto codes = [](const std::string& body) {
    return Checked("define M { " + body + " }\n" + network("TimeDistributed(M)", "(5, 3)", "loss: mse")).codes();
  };
  EXPECT_EQ(codes("Dense(4)"), "");
  EXPECT_EQ(codes("Dense(4) Dense(5)"), "4:E404");
  EXPECT_EQ(codes("Dense(4) * 2"), "4:E404");
  EXPECT_EQ(codes("x: { Dense(4) }"), "4:E404");
}

// ---- blocks behind transformers and layers without meaning ----

TEST(TransformerBlock, is_applied_to_the_result) {
  const Layer layer = first_layer("TransformerEncoder(2, 16) { LayerNormalization Dense(4) }", "(5, 8)");
  EXPECT_EQ(layer.output, (Shape{5, 4}));
  EXPECT_EQ(body_of(layer), (Strings{"LayerNormalization (5, 8)", "Dense (5, 4)"}));
  EXPECT_EQ(first_layer("TransformerDecoder(2, 16) { Flatten }", "(5, 8)").output, (Shape{40}));
  EXPECT_EQ(first_layer("TransformerEncoder(2, 16) { }", "(5, 8)").body(), nullptr);
  EXPECT_EQ(codes_of("TransformerEncoder(2, 16) { Dense(4) } * 3", "(5, 8)"), "");
  EXPECT_EQ(codes_of("TransformerEncoder(2, 16) { Dens(4) } LSTM(3)", "(5, 8)"), "E201");
  EXPECT_EQ(codes_of("TransformerEncoder(0) { Dense(4) } Dense(3)", "(5, 8)"), "E302");
}

TEST(UnusedBlock, is_checked_but_not_applied) {
  for (const char* name : {"MyLayer()", "Inception", "GraphConv(8)", "GraphAttention", "CapsuleLayer()"}) {
    EXPECT_EQ(codes_of(std::string(name) + " { Dense(4) }", "(3)"), "W414") << name;
    EXPECT_EQ(model_of(std::string(name) + " { Dense(4) }", "(3)", "loss: mse").output(), (Shape{3})) << name;
  }
  EXPECT_EQ(codes_of("MyLayer() { Dens(4) }", "(3)"), "W414 E201");
  EXPECT_EQ(codes_of("MyLayer() { Conv2D(4, 3) }", "(3)"), "W414 E501");
  EXPECT_EQ(codes_of("MyLayer() { x: { } y: { } }", "(3)"), "W414 E507");
}

TEST(OtherBlocks, are_refused) {
  for (const char* layer : {"Dense(3)", "Dropout(0.1)", "Add", "Bidirectional(LSTM(3))", "Attention",
                            "CustomShape(A, (3,))", "HPO(choice(Dense(3), Dense(4)))"}) {
    const Checked checked(network(std::string(layer) + " { ReLU }", "(4, 3)", "loss: mse"));
    EXPECT_NE(checked.codes().find("E401"), std::string::npos) << layer;
  }
}

}  // namespace
}  // namespace neural::model
