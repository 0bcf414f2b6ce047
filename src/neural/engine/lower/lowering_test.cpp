// Networks of every layer: that they become operations, and that the gradients of their loss agree with differences.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "neural/base/files.hpp"
#include "neural/engine/graph/gradient.hpp"
#include "neural/engine/lower/training.hpp"
#include "neural/engine/reference/interpret.hpp"
#include "neural/model/testing.hpp"

namespace neural::engine {
namespace {

using model::testing::network;
using reference::Tensor;
using reference::Tensors;

constexpr std::int64_t kBatch = 3;

std::vector<double> some(std::int64_t count, int seed, double scale = 1) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < count; ++i)
    values.push_back(scale * std::sin(static_cast<double>(i * 7 + 1 + seed * 131)));
  return values;
}

std::vector<Shape> shapes_of(const model::Model& model, std::int64_t open = 5) {
  std::vector<Shape> shapes;
  for (const model::Input& input : model.inputs) {
    Shape shape;
    for (const model::Dimension& size : input.shape) shape.push_back(size.value_or(open));
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

/// Of layers of one network with plain gradient descent at a rate of 1: what a step takes from the weights is the
/// gradient.
class Case {
 public:
  Case(const std::string& layers, const std::string& input, const std::string& rest)
      : model_(model::testing::model_of(network(layers, input, rest + "\noptimizer: SGD(learning_rate=1.0)\n"))) {
    syntax::DiagnosticList diagnostics;
    auto graph = training_graph(model_, kBatch, shapes_of(model_), diagnostics);
    EXPECT_TRUE(graph) << layers;
    if (graph) graph_ = *std::move(graph);
  }

  /// Each weight's gradient against a difference of the loss.
  void check() {
    Tensors<double> inputs;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) inputs.push_back(input(i));
    Tensors<double> states;
    for (std::size_t i = 0; i < graph_.states.size(); ++i) {
      const State& state = graph_.states[i];
      const std::int64_t count = element_count(graph_.shape(state.before));
      states.push_back({some(count, static_cast<int>(i), 0.5), {}});
      // Variances are positive.
      if (state.name.ends_with("variance")) {
        for (double& value : states.back().reals) value = 1 + 0.5 * value;
      }
    }
    const std::vector<double> scalars(graph_.scalars.size(), 1);
    const reference::Step step = {scalars, 7, 0};
    Tensors<double> after = states;
    const double loss = reference::interpret<double>(graph_, inputs, after, step)[0].reals[0];
    EXPECT_TRUE(std::isfinite(loss));
    const auto loss_with = [&](std::size_t which, std::size_t element, double change) {
      Tensors<double> changed = states;
      changed[which].reals[element] += change;
      return reference::interpret<double>(graph_, inputs, changed, step)[0].reals[0];
    };
    constexpr double kStep = 1e-6;
    for (std::size_t which = 0; which < states.size(); ++which) {
      if (!graph_.states[which].is_trainable) continue;
      const std::size_t count = states[which].reals.size();
      // Some of each tensor: a difference costs two steps.
      for (std::size_t element = 0; element < count; element += 1 + count / 4) {
        const double expected = (loss_with(which, element, kStep) - loss_with(which, element, -kStep)) / (2 * kStep);
        const double found = states[which].reals[element] - after[which].reals[element];
        EXPECT_NEAR(found, expected, 2e-7 * (1 + std::abs(expected)))
            << graph_.states[which].name << " element " << element;
      }
    }
  }

 private:
  Tensor<double> input(std::size_t i) const {
    const Value& value = graph_.value(graph_.inputs[i]);
    const std::int64_t count = element_count(value.shape);
    const bool is_targets = i + 1 == graph_.inputs.size();
    if (value.type == ValueType::kInteger) {
      Tensor<double> result;
      for (std::int64_t at = 0; at < count; ++at)
        result.integers.push_back(static_cast<std::int32_t>((at * 5 + 1) % 3));
      return result;
    }
    Tensor<double> result{some(count, 50 + static_cast<int>(i)), {}};
    if (is_targets) {
      for (double& each : result.reals) each = std::abs(each);
    }
    return result;
  }

  model::Model model_;
  Graph graph_;
};

struct Sample {
  std::string layers;
  std::string input;
};

void check(const std::vector<Sample>& samples, const std::string& rest = "loss: mse") {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.layers);
    Case(sample.layers, sample.input, rest).check();
  }
}

TEST(Lowering, dense_layers_and_activations) {
  check({{"Dense(4, activation=\"tanh\")\nOutput(3)", "(5,)"},
         {"Dense(4, use_bias=false)\nPReLU()\nOutput(2)", "(3, 5)"},
         {"Dense(6)\nLeakyReLU()\nDense(6)\nELU()\nDense(6)\nReLU(max_value=1, negative_slope=0.1, "
          "threshold=0.1)\nOutput(2)",
          "(4,)"},
         {"Dense(3)\nSoftmax()\nRescaling(2.0, offset=1.0)\nOutput(2)", "(4,)"}});
  for (const char* name :
       {"relu6", "selu", "celu", "gelu", "silu", "hard_silu", "mish", "sigmoid", "hard_sigmoid", "log_sigmoid",
        "hard_tanh", "softmax", "log_softmax", "softplus", "softsign", "exponential"}) {
    check({{"Dense(6)\nActivation(\"" + std::string(name) + "\")\nOutput(2)", "(4,)"}});
  }
}

TEST(Lowering, layers_of_shapes) {
  check({{"Dense(4)\nReshape((2, 2))\nPermute((2, 1))\nFlatten()\nOutput(2)", "(3,)"},
         {"Dense(4)\nRepeatVector(3)\nFlatten()\nOutput(2)", "(3,)"},
         {"Embedding(5, 4)\nFlatten()\nOutput(2)", "(6,)"},
         {"Dense(4)\nLambda(\"x: x ** 2 + clip(x, -1, 1) * exp(-abs(x))\")\nOutput(2)", "(3,)"}});
}

TEST(Lowering, convolutions) {
  check({{"Conv1D(3, 3, padding=\"causal\", dilation_rate=2)\nFlatten()\nOutput(2)", "(7, 2)"},
         {"Conv2D(3, (3, 2), strides=2, padding=\"same\", activation=\"tanh\")\nFlatten()\nOutput(2)", "(6, 5, 2)"},
         {"Conv2D(4, 3, groups=2, padding=1)\nFlatten()\nOutput(2)", "(4, 4, 2)"},
         {"Conv3D(2, 2)\nFlatten()\nOutput(2)", "(3, 3, 3, 1)"},
         {"Conv1DTranspose(3, 3, strides=2)\nFlatten()\nOutput(2)", "(4, 2)"},
         {"Conv2DTranspose(3, 3, strides=2, padding=\"same\")\nFlatten()\nOutput(2)", "(3, 3, 2)"},
         {"Conv2DTranspose(2, 2, strides=3, output_padding=1)\nFlatten()\nOutput(2)", "(2, 2, 2)"},
         {"Conv3DTranspose(2, 2)\nFlatten()\nOutput(2)", "(2, 2, 2, 1)"},
         {"DepthwiseConv1D(3, depth_multiplier=2)\nFlatten()\nOutput(2)", "(5, 2)"},
         {"DepthwiseConv2D(3, padding=\"same\")\nFlatten()\nOutput(2)", "(4, 4, 3)"},
         {"SeparableConv1D(3, 2)\nFlatten()\nOutput(2)", "(5, 2)"},
         {"SeparableConv2D(3, 2, depth_multiplier=2)\nFlatten()\nOutput(2)", "(4, 4, 2)"},
         {"Conv2D(3, 2, data_format=\"channels_first\")\nFlatten(data_format=\"channels_first\")\nOutput(2)",
          "(2, 4, 3)"}});
}

TEST(Lowering, pooling_and_sizes) {
  check({{"Conv2D(2, 1)\nMaxPooling2D(2)\nFlatten()\nOutput(2)", "(5, 4, 1)"},
         {"Conv2D(2, 1)\nAveragePooling2D(3, strides=2, padding=\"same\")\nFlatten()\nOutput(2)", "(5, 4, 1)"},
         {"Conv1D(2, 1)\nGlobalAveragePooling1D()\nOutput(2)", "(5, 2)"},
         {"Conv2D(2, 1)\nGlobalMaxPooling2D(keepdims=true)\nFlatten()\nOutput(2)", "(4, 4, 2)"},
         {"Conv2D(2, 1)\nAdaptiveAveragePooling2D((2, 3))\nFlatten()\nOutput(2)", "(5, 4, 1)"},
         {"Conv1D(2, 1)\nAdaptiveMaxPooling1D(3)\nFlatten()\nOutput(2)", "(7, 1)"},
         {"Conv2D(2, 1)\nZeroPadding2D(1)\nCropping2D(((0, 1), (2, 0)))\nUpSampling2D(2)\nFlatten()\nOutput(2)",
          "(3, 4, 1)"},
         {"Conv2D(2, 1)\nUpSampling2D(3, interpolation=\"bilinear\")\nFlatten()\nOutput(2)", "(2, 3, 1)"}});
}

TEST(Lowering, normalisations) {
  check({{"Dense(4)\nBatchNormalization()\nOutput(2)", "(3,)"},
         {"Conv2D(4, 1)\nBatchNormalization(scale=false)\nFlatten()\nOutput(2)", "(3, 3, 2)"},
         {"Dense(4)\nBatchNormalization(trainable=false)\nOutput(2)", "(3,)"},
         {"Dense(4)\nLayerNormalization()\nOutput(2)", "(3, 3)"},
         {"Conv2D(4, 1)\nLayerNormalization(axis=2)\nFlatten()\nOutput(2)", "(3, 3, 2)"},
         {"Conv2D(4, 1)\nGroupNormalization(groups=2)\nFlatten()\nOutput(2)", "(3, 3, 2)"},
         {"Conv2D(4, 1)\nInstanceNormalization()\nFlatten()\nOutput(2)", "(3, 3, 2)"},
         {"Dense(4)\nRMSNormalization()\nOutput(2)", "(3,)"},
         {"Dense(4)\nUnitNormalization()\nOutput(2)", "(3,)"}});
}

TEST(Lowering, dropout_with_the_same_numbers_in_each_step) {
  check({{"Dense(6)\nDropout(0.5)\nOutput(2)", "(3,)"},
         {"Conv2D(3, 1)\nSpatialDropout2D(0.5)\nFlatten()\nOutput(2)", "(3, 3, 2)"},
         {"Dense(6)\nGaussianDropout(0.3)\nGaussianNoise(0.1)\nAlphaDropout(0.2)\nOutput(2)", "(3,)"}});
}

TEST(Lowering, recurrent_layers) {
  check({{"LSTM(3)\nOutput(2)", "(4, 2)"},
         {"LSTM(3, return_sequences=true)\nGRU(3)\nOutput(2)", "(4, 2)"},
         {"GRU(3, reset_after=false, go_backwards=true, return_sequences=true)\nFlatten()\nOutput(2)", "(3, 2)"},
         {"SimpleRNN(3, dropout=0.3, recurrent_dropout=0.3)\nOutput(2)", "(4, 2)"},
         {"Bidirectional(LSTM(2, return_sequences=true))\nFlatten()\nOutput(2)", "(3, 2)"},
         {"Bidirectional(GRU(2), merge_mode=\"mul\")\nOutput(2)", "(3, 2)"},
         {"Embedding(4, 3, mask_zero=true)\nLSTM(2)\nOutput(2)", "(4,)"},
         {"Masking(0.5)\nBidirectional(SimpleRNN(2, "
          "return_sequences=true))\nTimeDistributed(Dense(2))\nGlobalAveragePooling1D()\nOutput(2)",
          "(3, 2)"},
         {"ConvLSTM2D(2, 2)\nFlatten()\nOutput(2)", "(2, 4, 4, 1)"},
         {"ConvGRU2D(2, 3, padding=\"same\", return_sequences=true)\nFlatten()\nOutput(2)", "(2, 3, 3, 1)"}});
}

TEST(Lowering, attention) {
  check({{"MultiHeadAttention(num_heads=2, key_dim=3)\nFlatten()\nOutput(2)", "(3, 4)"},
         {"Attention(causal=true, use_scale=true)\nFlatten()\nOutput(2)", "(3, 4)"},
         {"AdditiveAttention()\nFlatten()\nOutput(2)", "(3, 4)"},
         {"TransformerEncoder(num_heads=2, ff_dim=5, dropout=0.1)\nGlobalAveragePooling1D()\nOutput(2)", "(3, 4)"},
         {"TransformerDecoder(num_heads=2, ff_dim=5, norm_first=true)\nFlatten()\nOutput(2)", "(3, 4)"},
         {"Embedding(5, 4, mask_zero=true)\nTransformerEncoder(num_heads=2, "
          "ff_dim=5)\nGlobalAveragePooling1D()\nOutput(2)",
          "(3,)"},
         {"Conv2D(4, 1)\nSqueezeExcitation(ratio=2)\nFlatten()\nOutput(2)", "(3, 3, 2)"}});
}

TEST(Lowering, every_loss) {
  for (const char* loss : {"mae", "mape", "msle", "root_mean_squared_error", "huber", "log_cosh", "kl_divergence",
                           "poisson", "cosine_similarity", "hinge", "squared_hinge", "categorical_hinge"}) {
    SCOPED_TRACE(loss);
    check({{"Dense(4)\nOutput(3, activation=\"sigmoid\")", "(3,)"}}, "loss: \"" + std::string(loss) + "\"");
  }
  check({{"Output(3, activation=\"softmax\")", "(4,)"}}, "loss: \"sparse_categorical_crossentropy\"");
  check({{"Output(3, activation=\"softmax\")", "(4,)"}}, "loss: categorical_crossentropy(label_smoothing=0.1)");
  check({{"Output(3, activation=\"softmax\")", "(4,)"}}, "loss: \"categorical_focal_crossentropy\"");
  check({{"Output(3, activation=\"sigmoid\")", "(4,)"}}, "loss: \"binary_crossentropy\"");
  check({{"Output(3, activation=\"sigmoid\")", "(4,)"}}, "loss: binary_focal_crossentropy(apply_class_balancing=true)");
}

TEST(Lowering, penalties_are_part_of_the_loss) {
  check({{"Dense(4, kernel_regularizer=l2(0.1), bias_regularizer=l1(0.2), activity_regularizer=l2(0.3))\nOutput(2)",
          "(3,)"},
         {"Dense(4)\nActivityRegularization(l1=0.1, l2=0.2)\nOutput(2)", "(3,)"}});
}

/// All programs that compile, with what they need in training: nothing is missing but what Python classes compute.
TEST(Lowering, every_valid_program_becomes_operations) {
  const std::filesystem::path folder = std::filesystem::path(NEURAL_SOURCE_DIR) / "tests" / "programs" / "valid";
  int networks = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".neural") continue;
    const model::testing::Checked checked(read_file(entry.path()).value());
    for (const auto& model : checked.models) {
      if (!model) continue;
      SCOPED_TRACE(entry.path().filename().string() + " " + model->name);
      syntax::DiagnosticList diagnostics;
      const auto training = training_graph(*model, 2, shapes_of(*model, 64), diagnostics);
      for (const syntax::Diagnostic& found : diagnostics.sorted()) EXPECT_EQ(found.code, syntax::Code::E701);
      if (training) {
        ++networks;
        EXPECT_TRUE(prediction_graph(*model, 2, shapes_of(*model, 64), true, diagnostics));
      }
    }
  }
  EXPECT_GT(networks, 120);
}

}  // namespace
}  // namespace neural::engine
