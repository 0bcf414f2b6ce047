// Whole training steps against the reference, and against themselves with other numbers of threads.
#include "neural/engine/run/executor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "neural/engine/lower/training.hpp"
#include "neural/engine/reference/interpret.hpp"
#include "neural/model/testing.hpp"

namespace neural::engine {
namespace {

using reference::Tensor;
using reference::Tensors;

struct Sample {
  const char* layers;
  const char* input;
};
const std::vector<Sample> kSamples = {
    {"Dense(20, activation=\"relu\")\nDropout(0.3)\nOutput(7)", "(13,)"},
    {"Conv2D(5, 3, padding=\"same\", strides=2, activation=\"tanh\")\nMaxPooling2D(2)\nFlatten()\nOutput(3)",
     "(9, 8, 2)"},
    {"Conv2D(4, (2, 3), groups=2, dilation_rate=2)\nAveragePooling2D(3, strides=2, "
     "padding=\"same\")\nFlatten()\nOutput(3)",
     "(7, 9, 2)"},
    {"DepthwiseConv2D(3, padding=\"same\", "
     "depth_multiplier=2)\nBatchNormalization()\nReLU()\nGlobalAveragePooling2D()\nOutput(3)",
     "(6, 5, 3)"},
    {"Conv2D(19, 1)\nDepthwiseConv2D((3, 2), padding=\"same\")\nDepthwiseConv2D(5, strides=2, padding=\"same\")\n"
     "Flatten()\nOutput(3)",
     "(9, 8, 2)"},
    {"DepthwiseConv2D(2, strides=3, activation=\"relu\")\nSeparableConv2D(7, 3, dilation_rate=2, padding=\"same\", "
     "use_bias=false)\nBatchNormalization()\nFlatten()\nOutput(3)",
     "(11, 10, 5)"},
    {"SeparableConv1D(6, 4, strides=2, padding=\"same\")\nDepthwiseConv1D(3, dilation_rate=2)\nFlatten()\nOutput(3)",
     "(17, 4)"},
    {"Conv1D(6, 3, padding=\"causal\", dilation_rate=2)\nConv1DTranspose(3, 3, strides=2)\nFlatten()\nOutput(3)",
     "(7, 2)"},
    {"Conv2DTranspose(3, 3, strides=2, padding=\"same\")\nUpSampling2D(2)\nCropping2D(1)\nFlatten()\nOutput(3)",
     "(3, 4, 2)"},
    {"Conv2D(5, 3, activation=\"relu\")\nMaxPooling2D(2)\nConv2D(19, (3, 2), padding=\"same\")\nReLU()\n"
     "MaxPooling2D((2, 3), padding=\"same\")\nFlatten()\nOutput(3)",
     "(11, 12, 1)"},
    {"Conv1D(6, 5, strides=2, padding=\"same\", use_bias=false)\nMaxPooling1D(3)\nConv1D(4, 2, activation=\"relu\")\n"
     "MaxPooling1D(2, strides=1)\nFlatten()\nOutput(3)",
     "(29, 3)"},
    {"Conv3D(2, 2)\nGlobalMaxPooling3D()\nOutput(3)", "(3, 3, 4, 1)"},
    {"LSTM(6, return_sequences=true)\nGRU(5)\nOutput(3)", "(6, 4)"},
    {"Bidirectional(LSTM(4, return_sequences=true), "
     "merge_mode=\"ave\")\nTimeDistributed(Dense(3))\nFlatten()\nOutput(3)",
     "(5, 3)"},
    {"Embedding(9, 6, mask_zero=true)\nSimpleRNN(5, dropout=0.2)\nOutput(3)", "(7,)"},
    {"TransformerEncoder(num_heads=2, ff_dim=9)\nLayerNormalization()\nGlobalAveragePooling1D()\nOutput(3)", "(6, 8)"},
    {"Attention(causal=true)\nConv1D(4, 1)\nGroupNormalization(groups=2)\nFlatten()\nOutput(3)", "(5, 4)"},
};

constexpr std::int64_t kBatch = 6;
constexpr int kSteps = 3;

struct Trained {
  std::vector<float> losses;
  std::vector<std::vector<float>> states;

  friend bool operator==(const Trained&, const Trained&) = default;
};

class Training {
 public:
  explicit Training(const Sample& sample)
      : model_(model::testing::model_of(model::testing::network(
            sample.layers, sample.input, "loss: mse\noptimizer: Adam(learning_rate=0.01, clipnorm=1.0)\n"))) {
    std::vector<Shape> shapes;
    for (const model::Input& input : model_.inputs) {
      Shape shape;
      for (const model::Dimension& size : input.shape) shape.push_back(*size);
      shapes.push_back(shape);
    }
    syntax::DiagnosticList diagnostics;
    graph_ = training_graph(model_, kBatch, shapes, diagnostics).value();
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      const Value& value = graph_.value(graph_.inputs[i]);
      Tensor<float> tensor;
      for (std::int64_t at = 0; at < element_count(value.shape); ++at) {
        if (value.type == ValueType::kInteger) {
          tensor.integers.push_back(static_cast<std::int32_t>((at * 5 + 1) % 4));
        } else {
          tensor.reals.push_back(std::sin(static_cast<float>(at * 7 + static_cast<std::int64_t>(i))));
        }
      }
      inputs_.push_back(std::move(tensor));
    }
  }

  float start(std::size_t state, std::size_t element) const {
    const bool is_weight = graph_.states[state].is_trainable;
    const bool is_variance = graph_.states[state].name.ends_with("variance");
    return is_variance ? 1.0F : is_weight ? 0.3F * std::sin(static_cast<float>(element * 13 + state)) : 0.0F;
  }

  Trained by_reference() const {
    Tensors<float> states;
    for (std::size_t i = 0; i < graph_.states.size(); ++i) {
      Tensor<float> tensor;
      const auto count = static_cast<std::size_t>(element_count(graph_.shape(graph_.states[i].before)));
      for (std::size_t at = 0; at < count; ++at) tensor.reals.push_back(start(i, at));
      states.push_back(std::move(tensor));
    }
    Trained result;
    for (int step = 0; step < kSteps; ++step) {
      std::vector<double> scalars;
      for (const Scalar& scalar : graph_.scalars) scalars.push_back(scalar.value(step));
      const reference::Step told = {scalars, 42, static_cast<std::uint64_t>(step)};
      result.losses.push_back(reference::interpret<float>(graph_, inputs_, states, told)[0].reals[0]);
    }
    for (const Tensor<float>& state : states) result.states.push_back(state.reals);
    return result;
  }

  Trained by_executor(int threads, Isa isa) const {
    States states(graph_);
    for (std::size_t i = 0; i < states.count(); ++i) {
      const std::span<float> elements = states.elements(i);
      for (std::size_t at = 0; at < elements.size(); ++at) elements[at] = start(i, at);
    }
    Team team(threads);
    Executor executor(graph_, kBatch, states, team, isa);
    Trained result;
    for (int number = 0; number < kSteps; ++number) {
      step(executor, number);
      result.losses.push_back(executor.output(0)[0]);
    }
    for (std::size_t i = 0; i < states.count(); ++i) {
      const std::span<float> elements = states.elements(i);
      result.states.emplace_back(elements.begin(), elements.end());
    }
    return result;
  }

  void step(Executor& executor, int number = 0) const {
    std::vector<const void*> inputs;
    for (const Tensor<float>& input : inputs_) {
      inputs.push_back(input.reals.empty() ? static_cast<const void*>(input.integers.data()) : input.reals.data());
    }
    executor.run(inputs, 42, number);
  }

  const Graph& graph() const { return graph_; }

 private:
  model::Model model_;
  Graph graph_;
  Tensors<float> inputs_;
};

TEST(Executor, trains_as_the_reference_does) {
  for (const Sample& sample : kSamples) {
    SCOPED_TRACE(sample.layers);
    const Training training(sample);
    const Trained expected = training.by_reference();
    for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
      if (!is_available(isa)) continue;
      SCOPED_TRACE(isa_name(isa));
      const Trained found = training.by_executor(2, isa);
      for (std::size_t i = 0; i < expected.losses.size(); ++i) {
        EXPECT_NEAR(found.losses[i], expected.losses[i], 1e-5F * (1 + std::abs(expected.losses[i]))) << "step " << i;
      }
      for (std::size_t i = 0; i < expected.states.size(); ++i) {
        for (std::size_t at = 0; at < expected.states[i].size(); ++at) {
          // Adam's first steps are of the size of the rate wherever a gradient is not 0.
          ASSERT_NEAR(found.states[i][at], expected.states[i][at], 2e-3F)
              << training.graph().states[i].name << " element " << at;
        }
      }
    }
  }
}

TEST(Executor, gives_the_same_bits_with_any_number_of_threads) {
  for (const Sample& sample : kSamples) {
    SCOPED_TRACE(sample.layers);
    const Training training(sample);
    const Trained with_one = training.by_executor(1, best_isa());
    EXPECT_EQ(with_one, training.by_executor(1, best_isa())) << "a second time";
    for (const int threads : {2, 3, 5}) EXPECT_EQ(with_one, training.by_executor(threads, best_isa())) << threads;
  }
}

TEST(Executor, shows_that_weights_are_no_numbers) {
  // A rectifier, a maximum and a list of what is not 0 could all hide it.
  for (const Isa isa : {Isa::kPortable, best_isa()}) {
    const Training training({"Conv2D(4, 3, activation=\"relu\")\nMaxPooling2D(2)\nFlatten()\nOutput(2)", "(6, 6, 1)"});
    States states(training.graph());
    for (std::size_t i = 0; i < states.count(); ++i) {
      if (states.name(i).ends_with("kernel")) std::ranges::fill(states.elements(i), 0.1F);
    }
    float* kernel = states.find("conv2d/kernel");
    ASSERT_NE(kernel, nullptr);
    kernel[0] = std::numeric_limits<float>::quiet_NaN();
    Team team(1);
    Executor executor(training.graph(), kBatch, states, team, isa);
    training.step(executor);
    EXPECT_TRUE(std::isnan(executor.output(0)[0])) << isa_name(isa);
  }
}

TEST(Team, every_thread_takes_part_and_waits_for_the_others) {
  Team team(3);
  std::vector<int> counts(3, 0);
  std::vector<int> seen(3, 0);
  for (int turn = 1; turn <= 1000; ++turn) {
    team.run([&](int thread) {
      ++counts[static_cast<std::size_t>(thread)];
      team.wait();
      for (const int count : counts) seen[static_cast<std::size_t>(thread)] += count == turn ? 1 : 0;
      team.wait();
    });
  }
  EXPECT_EQ(seen, (std::vector<int>{3000, 3000, 3000}));
}

TEST(Team, shares_are_neighbours_and_leave_nothing_out) {
  for (const std::int64_t count : {0, 1, 5, 64, 100}) {
    for (const std::int64_t grain : {1, 6}) {
      std::int64_t end = 0;
      for (int thread = 0; thread < 4; ++thread) {
        const Range range = share_of(count, thread, 4, grain);
        EXPECT_EQ(range.begin, end);
        EXPECT_TRUE(range.begin % grain == 0 || range.begin == count);
        end = range.end;
      }
      EXPECT_EQ(end, count);
    }
  }
}

}  // namespace
}  // namespace neural::engine
