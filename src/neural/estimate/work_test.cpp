// Operations and kept numbers against values worked out by hand.
#include "neural/estimate/work.hpp"

#include "neural/estimate/outline.hpp"
#include "neural/model/testing.hpp"

namespace neural::estimate {
namespace {

using model::testing::model_of;

struct Counts {
  std::int64_t forward = 0;
  std::int64_t forward_backward = 0;
  std::int64_t kept = 0;  ///< numbers of 4 bytes

  friend bool operator==(const Counts&, const Counts&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Counts& counts) {
    return out << counts.forward << ", " << counts.forward_backward << ", " << counts.kept;
  }
};

/// Of the last layer.
Counts counts_of(const std::string& layers, const std::string& input) {
  const model::Model model = model_of(layers, input, "loss: mse");
  const Cost cost = outline_of(model).layers.back().cost;
  return {cost.forward.value(), cost.forward_backward.value(), cost.activation_bytes.value() / 4};
}

/// Of a layer with trained weights.
Counts trained(std::int64_t forward, std::int64_t kept) {
  return {forward, 3 * forward, kept};
}

Counts without_weights(std::int64_t forward, std::int64_t kept) {
  return {forward, 2 * forward, kept};
}

TEST(Work, of_dense_is_a_product_and_a_bias) {
  EXPECT_EQ(counts_of("Dense(3)", "(5)"), trained(2 * 5 * 3 + 3, 3));
  EXPECT_EQ(counts_of("Dense(3, use_bias=false)", "(5)"), trained(2 * 5 * 3, 3));
  EXPECT_EQ(counts_of("Dense(3, activation=relu)", "(5)"), trained(2 * 5 * 3 + 3 + 3, 3));
  EXPECT_EQ(counts_of("Output(3, activation=softmax)", "(5)"), trained(2 * 5 * 3 + 3 + 5 * 3, 3));
  EXPECT_EQ(counts_of("Embedding(100, 5) Dense(3)", "(7)"), trained(7 * (2 * 5 * 3 + 3), 7 * 3));
}

TEST(Work, of_a_layer_that_is_not_trained_has_no_gradients_of_weights) {
  EXPECT_EQ(counts_of("Dense(3, trainable=false)", "(5)"), without_weights(33, 3));
}

TEST(Work, of_convolutions_is_their_window_at_every_position_of_the_result) {
  // (8, 8, 6) -> (6, 6, 4): 36 positions, 4 filters, 9 elements of 6 channels.
  EXPECT_EQ(counts_of("Conv2D(4, 3)", "(8, 8, 6)"), trained(2 * 9 * 6 * 4 * 36 + 4 * 36, 144));
  EXPECT_EQ(counts_of("Conv2D(4, 3, groups=2)", "(8, 8, 6)"), trained(2 * 9 * 3 * 4 * 36 + 4 * 36, 144));
  // Dilated by 2 the window reaches over 5: (4, 4, 4).
  EXPECT_EQ(counts_of("Conv2D(4, 3, dilation_rate=2)", "(8, 8, 6)"), trained(2 * 9 * 6 * 4 * 16 + 4 * 16, 64));
  EXPECT_EQ(counts_of("Conv2D(4, 3, use_bias=false, data_format=channels_first)", "(6, 8, 8)"),
            trained(2 * 9 * 6 * 4 * 36, 144));
  EXPECT_EQ(counts_of("Conv1D(4, 3, strides=2)", "(9, 6)"), trained(2 * 3 * 6 * 4 * 4 + 4 * 4, 16));
  EXPECT_EQ(counts_of("Conv3D(2, 2)", "(3, 3, 3, 5)"), trained(2 * 8 * 5 * 2 * 8 + 2 * 8, 16));
}

TEST(Work, of_a_transposed_convolution_goes_by_the_positions_of_its_input) {
  // (4, 4, 6) -> (8, 8, 5).
  EXPECT_EQ(counts_of("Conv2DTranspose(5, 3, strides=2, padding=same)", "(4, 4, 6)"),
            trained(2 * 9 * 6 * 5 * 16 + 5 * 64, 320));
  EXPECT_EQ(counts_of("Conv2DTranspose(4, 3, strides=2, padding=same, groups=2, use_bias=false)", "(4, 4, 6)"),
            trained(2 * 9 * 6 * 2 * 16, 256));
}

TEST(Work, of_a_depthwise_convolution_has_one_channel_a_result) {
  // (8, 8, 6) -> (6, 6, 12).
  EXPECT_EQ(counts_of("DepthwiseConv2D(3, depth_multiplier=2)", "(8, 8, 6)"), trained(2 * 9 * 12 * 36 + 12 * 36, 432));
}

TEST(Work, of_a_separable_convolution_is_a_depthwise_and_a_pointwise_one) {
  // (8, 8, 6) -> 36 positions of 12 channels -> of 4.
  EXPECT_EQ(counts_of("SeparableConv2D(4, 3, depth_multiplier=2)", "(8, 8, 6)"),
            trained(2 * 9 * 12 * 36 + 2 * 12 * 4 * 36 + 4 * 36, 12 * 36 + 4 * 36));
  EXPECT_EQ(counts_of("SeparableConv2D(4, 3, groups=2, use_bias=false)", "(8, 8, 6)"),
            trained(2 * 9 * 6 * 36 + 2 * 3 * 4 * 36, 6 * 36 + 4 * 36));
}

TEST(Work, of_recurrent_layers_is_that_of_a_step_at_every_step) {
  // 7 steps of 5 features, 3 units.
  EXPECT_EQ(counts_of("SimpleRNN(3)", "(7, 5)"), trained(7 * (2 * 3 * (5 + 3) + 3 + 3), 7 * 3));
  // Four gates; three sigmoids, two tanh, four products and sums; gates, cell and result are kept.
  EXPECT_EQ(counts_of("LSTM(3)", "(7, 5)"), trained(7 * (2 * 12 * (5 + 3) + 12 + 9 * 3), 7 * 6 * 3));
  EXPECT_EQ(counts_of("LSTM(3, return_sequences=true)", "(7, 5)"), counts_of("LSTM(3)", "(7, 5)"));
  // Three gates, two biases; two sigmoids, a tanh, five products and sums.
  EXPECT_EQ(counts_of("GRU(3)", "(7, 5)"), trained(7 * (2 * 9 * (5 + 3) + 18 + 8 * 3), 7 * 4 * 3));
  EXPECT_EQ(counts_of("GRU(3, reset_after=false)", "(7, 5)"), trained(7 * (2 * 9 * (5 + 3) + 9 + 8 * 3), 7 * 4 * 3));
}

TEST(Work, of_stacked_recurrent_layers_counts_each_in_both_directions) {
  // The second layer reads the 6 results of both directions.
  const std::int64_t first = 2 * (2 * 12 * (5 + 3) + 12 + 27);
  const std::int64_t second = 2 * (2 * 12 * (6 + 3) + 12 + 27);
  EXPECT_EQ(counts_of("LSTM(3, num_layers=2, bidirectional=true)", "(7, 5)"),
            trained(7 * (first + second), 7 * 2 * 2 * 6 * 3));
}

TEST(Work, of_a_recurrent_convolution_is_two_convolutions_a_step) {
  // 3 steps of (6, 6, 2) -> states (4, 4, 5) = 80.
  EXPECT_EQ(counts_of("ConvLSTM2D(5, 3)", "(3, 6, 6, 2)"),
            trained(3 * (2 * 9 * (2 + 5) * 4 * 80 + 4 * 80 + 9 * 80), 3 * 6 * 80));
}

TEST(Work, of_multi_head_attention_is_projections_scores_and_a_weighted_sum) {
  // 7 tokens 8 wide, 2 heads of 3 with values of 5.
  const std::int64_t projections = 2 * (7 * (2 * 8 * 6 + 6)) + 7 * (2 * 8 * 10 + 10) + 7 * (2 * 10 * 8 + 8);
  const std::int64_t scores = 2 * 7 * 7 * (2 * 3 + 6 + 2 * 5);
  EXPECT_EQ(counts_of("MultiHeadAttention(2, key_dim=3, value_dim=5)", "(7, 8)"),
            trained(projections + scores, 7 * (6 + 6 + 10 + 10) + 2 * 7 * 7 + 7 * 8));
}

TEST(Work, of_attention_between_two_tensors_pairs_their_positions) {
  const std::string inputs = "{ a: (7, 8) b: (5, 8) }";
  // 35 pairs: scores, softmax, weighted sum.
  EXPECT_EQ(counts_of("Attention()", inputs), without_weights(35 * (2 * 8 + 5 + 2 * 8), 35 + 56));
  EXPECT_EQ(counts_of("AdditiveAttention()", inputs), trained(35 * (4 * 8 + 5 + 2 * 8), 35 + 35 * 8 + 56));
}

TEST(Work, of_a_transformer_encoder_is_attention_and_two_dense_layers) {
  // 7 tokens 8 wide, 2 heads of 4, 16 inside.
  const std::int64_t attention = 4 * 7 * (2 * 8 * 8 + 8) + 2 * 49 * (2 * 4 + 6 + 2 * 4);
  const std::int64_t dense = 7 * (2 * 8 * 16 + 16) + 7 * 16 + 7 * (2 * 16 * 8 + 8);
  const std::int64_t around = 2 * (56 + 7 * 56);
  const std::int64_t kept = 4 * 56 + 98 + 56 + 7 * 16 + 56 + 4 * 56;
  EXPECT_EQ(counts_of("TransformerEncoder(2, 16)", "(7, 8)"), trained(attention + dense + around, kept));
  EXPECT_EQ(counts_of("TransformerEncoder(2, 16, num_layers=3)", "(7, 8)"),
            trained(3 * (attention + dense + around), 3 * kept));
}

TEST(Work, of_a_decoder_with_a_memory_attends_twice) {
  // 7 targets and 5 memories, 8 wide.
  const std::int64_t own = 4 * 7 * (2 * 8 * 8 + 8) + 2 * 49 * 22;
  const std::int64_t cross = 2 * 7 * (2 * 8 * 8 + 8) + 2 * 5 * (2 * 8 * 8 + 8) + 2 * 35 * 22;
  const std::int64_t dense = 7 * (2 * 8 * 16 + 16) + 7 * 16 + 7 * (2 * 16 * 8 + 8);
  EXPECT_EQ(counts_of("TransformerDecoder(2, 16)", "{ a: (7, 8) b: (5, 8) }").forward,
            own + cross + dense + 3 * (56 + 7 * 56));
}

TEST(Work, of_normalisations_goes_by_the_elements) {
  EXPECT_EQ(counts_of("BatchNormalization()", "(4, 4, 3)"), trained(7 * 48, 48));
  EXPECT_EQ(counts_of("BatchNormalization(scale=false, center=false)", "(4, 4, 3)"), without_weights(5 * 48, 48));
  EXPECT_EQ(counts_of("LayerNormalization(center=false)", "(4, 4, 3)"), trained(6 * 48, 48));
  EXPECT_EQ(counts_of("RMSNormalization()", "(4, 4, 3)"), trained(4 * 48, 48));
}

TEST(Work, of_pooling_looks_at_each_element_of_its_windows) {
  EXPECT_EQ(counts_of("MaxPooling2D(2)", "(8, 8, 3)"), without_weights(4 * 48, 48));
  EXPECT_EQ(counts_of("AveragePooling2D(3, strides=1)", "(8, 8, 3)"), without_weights(9 * 108, 108));
  EXPECT_EQ(counts_of("GlobalAveragePooling2D()", "(8, 8, 3)"), without_weights(192, 3));
  // 7 elements in 3 windows: of 3 each.
  EXPECT_EQ(counts_of("AdaptiveMaxPooling1D(3)", "(7, 2)"), without_weights(3 * 6, 6));
}

TEST(Work, of_an_embedding_is_a_look_up) {
  EXPECT_EQ(counts_of("Embedding(1000, 8)", "(7)"), trained(0, 56));
}

TEST(Work, of_moving_and_viewing_is_nothing) {
  EXPECT_EQ(counts_of("Flatten()", "(4, 4)"), without_weights(0, 0));
  EXPECT_EQ(counts_of("ZeroPadding2D(1)", "(4, 4, 2)"), without_weights(0, 72));
  EXPECT_EQ(counts_of("UpSampling2D(2)", "(4, 4, 2)"), without_weights(0, 128));
  EXPECT_EQ(counts_of("UpSampling2D(2, interpolation=bilinear)", "(4, 4, 2)"), without_weights(8 * 128, 128));
}

TEST(Work, of_elementwise_layers_goes_by_their_operations) {
  EXPECT_EQ(counts_of("ReLU()", "(10)"), without_weights(10, 10));
  EXPECT_EQ(counts_of("Softmax()", "(10)"), without_weights(50, 10));
  EXPECT_EQ(counts_of("Activation(linear)", "(10)"), without_weights(0, 10));
  EXPECT_EQ(counts_of("Lambda(\"x: x * 2 + 1\")", "(10)"), without_weights(20, 10));
  EXPECT_EQ(counts_of("L2(0.1)", "(10)"), without_weights(20, 0));
}

TEST(Work, of_merges_goes_by_their_inputs) {
  EXPECT_EQ(counts_of("a: { ReLU() } b: { ReLU() } c: { ReLU() } Add()", "(10)"), without_weights(20, 10));
  EXPECT_EQ(counts_of("a: { ReLU() } b: { ReLU() } Average()", "(10)"), without_weights(20, 10));
  EXPECT_EQ(counts_of("a: { ReLU() } b: { ReLU() } Concatenate()", "(10)"), without_weights(0, 20));
  // (3, 4) and (5, 4) along the last axis: 15 results of 4 products.
  EXPECT_EQ(counts_of("Dot()", "{ a: (3, 4) b: (5, 4) }"), without_weights(2 * 4 * 15, 15));
}

TEST(Work, of_a_residual_connection_is_its_body_the_projection_and_the_sum) {
  // (8, 8, 3) -> (4, 4, 6); the shortcut is a convolution with a window of 1 and strides of 2.
  const std::int64_t body = 2 * 9 * 3 * 6 * 16 + 96;
  const std::int64_t shortcut = 2 * 3 * 6 * 16;
  const std::int64_t sum = 96;
  EXPECT_EQ(counts_of("Residual { Conv2D(6, 3, strides=2, padding=same) }", "(8, 8, 3)"),
            (Counts{body + shortcut + sum, 3 * body + 3 * shortcut + 2 * sum, 96 + 96 + 96}));
  EXPECT_EQ(counts_of("Residual { Dense(5) }", "(5)"), (Counts{55 + 5, 3 * 55 + 2 * 5, 5 + 5}));
}

TEST(Work, inside_a_wrapper_is_that_of_all_its_uses) {
  // 7 steps.
  EXPECT_EQ(counts_of("TimeDistributed(Dense(3))", "(7, 5)"), trained(7 * 33, 7 * 3));
  EXPECT_EQ(counts_of("TimeDistributed(Dense(3), dropout=0.5)", "(7, 5)"), (Counts{7 * 36, 7 * (99 + 6), 7 * 6}));
  // Both directions, and their sum.
  const std::int64_t lstm = 7 * (2 * 12 * (5 + 3) + 12 + 9 * 3);
  EXPECT_EQ(counts_of("Bidirectional(LSTM(3))", "(7, 5)"), (Counts{2 * lstm, 6 * lstm, 2 * 7 * 18 + 6}));
  EXPECT_EQ(counts_of("Bidirectional(LSTM(3), sum)", "(7, 5)"), (Counts{2 * lstm + 3, 6 * lstm + 9, 2 * 7 * 18 + 3}));
}

TEST(Work, of_squeeze_and_excitation_is_a_mean_two_dense_layers_and_a_product) {
  // 8 channels, 2 hidden.
  EXPECT_EQ(counts_of("SqueezeExcitation(4)", "(5, 5, 8)"),
            trained(200 + (2 * 8 * 2 + 2) + 2 + (2 * 2 * 8 + 8) + 8 + 200, 8 + 2 + 8 + 200));
}

}  // namespace
}  // namespace neural::estimate
