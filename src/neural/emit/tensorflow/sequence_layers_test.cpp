#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

TEST(TensorFlowSequenceLayers, RecurrentLayersAreStacked) {
  EXPECT_EQ(steps_of("(8, 4)", "SimpleRNN(3, num_layers=2, dropout=0.1, seed=3)"),
            "x = layers.SimpleRNN(3, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), dropout=0.1, seed=3, return_sequences=True, "
            "name=\"simple_rnn_layer_0\")(inputs)\n"
            "outputs = layers.SimpleRNN(3, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), dropout=0.1, seed=3, name=\"simple_rnn_layer_1\")(x)");
}

TEST(TensorFlowSequenceLayers, GatedLayersWriteWhatTheyDecide) {
  EXPECT_EQ(steps_of("(8, 4)",
                     "LSTM(3, return_sequences=true, unit_forget_bias=false, go_backwards=true) GRU(2, "
                     "use_bias=false, reset_after=false, trainable=false)"),
            "x = layers.LSTM(3, activation=\"tanh\", recurrent_activation=\"sigmoid\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), unit_forget_bias=False, return_sequences=True, "
            "go_backwards=True, name=\"lstm\")(inputs)\n"
            "outputs = layers.GRU(2, activation=\"tanh\", recurrent_activation=\"sigmoid\", "
            "use_bias=False, kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), reset_after=False, "
            "trainable=False, name=\"gru\")(x)");
}

TEST(TensorFlowSequenceLayers, BothDirectionsOfOneLayer) {
  EXPECT_EQ(steps_of("(8, 4)",
                     "Bidirectional(SimpleRNN(3, return_sequences=true), merge_mode=\"sum\") SimpleRNN(2, "
                     "bidirectional=true)"),
            "x = layers.Bidirectional(layers.SimpleRNN(3, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), return_sequences=True, name=\"simple_rnn\"), "
            "merge_mode=\"sum\", name=\"bidirectional\")(inputs)\n"
            "outputs = layers.Bidirectional(layers.SimpleRNN(2, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), name=\"simple_rnn_1_cell\"), merge_mode=\"concat\", "
            "name=\"simple_rnn_1\")(x)");
}

TEST(TensorFlowSequenceLayers, BothDirectionsOfAStackArePutTogether) {
  EXPECT_EQ(steps_of("(8, 4)", "Bidirectional(SimpleRNN(2, num_layers=2, return_sequences=true), \"mul\")"),
            "backward = ops.flip(inputs, axis=1)\n"
            "x = layers.SimpleRNN(2, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), return_sequences=True, "
            "name=\"bidirectional_forward_layer_0\")(inputs)\n"
            "forward = layers.SimpleRNN(2, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), return_sequences=True, "
            "name=\"bidirectional_forward_layer_1\")(x)\n"
            "x = layers.SimpleRNN(2, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), return_sequences=True, "
            "name=\"bidirectional_backward_layer_0\")(backward)\n"
            "backward = layers.SimpleRNN(2, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), return_sequences=True, "
            "name=\"bidirectional_backward_layer_1\")(x)\n"
            "backward = ops.flip(backward, axis=1)\n"
            "outputs = layers.Multiply(name=\"bidirectional_merge\")([forward, backward])");
}

TEST(TensorFlowSequenceLayers, PenaltyOfAStackIsOfItsResult) {
  EXPECT_EQ(steps_of("(8, 4)", "SimpleRNN(3, activity_regularizer=l1(0.1))"),
            "x = layers.SimpleRNN(3, activation=\"tanh\", "
            "kernel_initializer=initializers.GlorotUniform(), "
            "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
            "bias_initializer=initializers.Zeros(), name=\"simple_rnn\")(inputs)\n"
            "outputs = layers.Identity(activity_regularizer=regularizers.L1(l1=0.1), "
            "name=\"simple_rnn_penalty\")(x)");
}

TEST(TensorFlowSequenceLayers, RecurrentConvolutionsPadImages) {
  EXPECT_EQ(
      steps_of("(3, 8, 8, 4)", "ConvLSTM2D(2, 3, padding=1, return_sequences=true) ConvGRU2D(2, 3, use_bias=false)"),
      "x = layers.ZeroPadding3D(padding=(0, 1, 1), name=\"conv_lstm2d_padding\")(inputs)\n"
      "x = layers.ConvLSTM2D(2, (3, 3), strides=(1, 1), padding=\"valid\", activation=\"tanh\", "
      "recurrent_activation=\"sigmoid\", kernel_initializer=initializers.GlorotUniform(), "
      "recurrent_initializer=initializers.Orthogonal(gain=1.0), "
      "bias_initializer=initializers.Zeros(), unit_forget_bias=True, return_sequences=True, "
      "name=\"conv_lstm2d\")(x)\n"
      "outputs = ConvGRU2D(2, (3, 3), strides=(1, 1), padding=\"valid\", activation=\"tanh\", "
      "recurrent_activation=\"sigmoid\", use_bias=False, "
      "kernel_initializer=initializers.GlorotUniform(), "
      "recurrent_initializer=initializers.Orthogonal(gain=1.0), name=\"conv_gru2d\")(x)");
}

TEST(TensorFlowSequenceLayers, AttentionOfOneTensorIsToItself) {
  EXPECT_EQ(steps_of("(8, 4)", "Attention(causal=true) AdditiveAttention(dropout=0.1, seed=4)"),
            "x = layers.Attention(use_scale=False, score_mode=\"dot\", name=\"attention\")([inputs, "
            "inputs], use_causal_mask=True)\n"
            "outputs = layers.AdditiveAttention(use_scale=True, dropout=0.1, seed=4, "
            "name=\"additive_attention\")([x, x])");
}

TEST(TensorFlowSequenceLayers, MultiHeadAttentionHasItsWidths) {
  EXPECT_EQ(
      steps_of("(8, 4)", "MultiHeadAttention(2, value_dim=5, causal=true, use_bias=false, kernel_regularizer=l2(0.1))"),
      "outputs = layers.MultiHeadAttention(num_heads=2, key_dim=2, value_dim=5, use_bias=False, "
      "kernel_initializer=initializers.GlorotUniform(), "
      "kernel_regularizer=regularizers.L2(l2=0.1), name=\"multi_head_attention\")(inputs, inputs, "
      "use_causal_mask=True)");
}

TEST(TensorFlowSequenceLayers, AllAxesButTheLastArePositions) {
  EXPECT_EQ(steps_of("(2, 8, 4)", "MultiHeadAttention(2, dropout=0.5)"),
            "outputs = layers.MultiHeadAttention(num_heads=2, key_dim=2, value_dim=2, dropout=0.5, "
            "kernel_initializer=initializers.GlorotUniform(), "
            "bias_initializer=initializers.Zeros(), name=\"multi_head_attention\")(inputs, inputs)");
}

TEST(TensorFlowSequenceLayers, TransformersAreCallsOfAFunction) {
  EXPECT_EQ(steps_of("(8, 4)", "TransformerEncoder(2, 16, num_layers=2) { Dropout(0.1) }"),
            "x = transformer_block(inputs, num_heads=2, key_dim=2, ff_dim=16, activation=\"relu\", "
            "dropout=0.1, epsilon=1e-06, norm_first=False, causal=False, "
            "name=\"transformer_encoder_layer_0\")\n"
            "x = transformer_block(x, num_heads=2, key_dim=2, ff_dim=16, activation=\"relu\", "
            "dropout=0.1, epsilon=1e-06, norm_first=False, causal=False, "
            "name=\"transformer_encoder_layer_1\")\n"
            "outputs = layers.Dropout(0.1, name=\"dropout\")(x)");
}

TEST(TensorFlowSequenceLayers, DecoderAttendsToTheSecondTensor) {
  EXPECT_EQ(steps_of("{ target: (8, 4) memory: (5, 6) }", "TransformerDecoder(2, 16, norm_first=true)"),
            "outputs = transformer_block(target, memory, num_heads=2, key_dim=2, ff_dim=16, "
            "activation=\"relu\", dropout=0.1, epsilon=1e-06, norm_first=True, causal=True, "
            "name=\"transformer_decoder\")");
}

TEST(TensorFlowSequenceLayers, EmbeddingsMask) {
  EXPECT_EQ(steps_of("(8)", "Embedding(10, 4, mask_zero=true, embeddings_constraint=unit_norm) Masking(1)"),
            "x = layers.Embedding(10, 4, embeddings_initializer=initializers.RandomUniform(minval=-0.05, "
            "maxval=0.05), embeddings_constraint=constraints.UnitNorm(axis=0), mask_zero=True, "
            "name=\"embedding\")(inputs)\n"
            "outputs = layers.Masking(mask_value=1.0, name=\"masking\")(x)");
}

}  // namespace
}  // namespace neural::emit::tensorflow
