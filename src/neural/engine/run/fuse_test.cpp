// Graphs that were made ready to run: the same results from fewer operations.
#include "neural/engine/run/fuse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "neural/engine/lower/training.hpp"
#include "neural/engine/reference/interpret.hpp"
#include "neural/engine/run/known_update.hpp"
#include "neural/model/testing.hpp"

namespace neural::engine {
namespace {

using reference::Tensor;
using reference::Tensors;

Graph graph_of(const char* layers, const char* input, const char* optimizer) {
  const model::Model model = model::testing::model_of(
      model::testing::network(layers, input, std::string("loss: mse\noptimizer: ") + optimizer + "\n"));
  std::vector<Shape> shapes;
  for (const model::Input& each : model.inputs) {
    Shape shape;
    for (const model::Dimension& size : each.shape) shape.push_back(*size);
    shapes.push_back(shape);
  }
  syntax::DiagnosticList diagnostics;
  return training_graph(model, 4, shapes, diagnostics).value();
}

Tensor<double> waves(std::int64_t count, double size, double centre) {
  Tensor<double> tensor;
  for (std::int64_t i = 0; i < count; ++i)
    tensor.reals.push_back(centre + size * std::sin(static_cast<double>(i * 7 + 1)));
  return tensor;
}

struct Results {
  Tensors<double> outputs;
  Tensors<double> states;
};

Results results_of(const Graph& graph) {
  Tensors<double> inputs;
  for (const ValueId id : graph.inputs) inputs.push_back(waves(element_count(graph.shape(id)), 1, 0));
  Results results;
  for (const State& state : graph.states) {
    const bool is_square = state.name.ends_with("square") || state.name.ends_with("variance");
    results.states.push_back(waves(element_count(graph.shape(state.before)), 0.3, is_square ? 1 : 0));
  }
  std::vector<double> scalars;
  for (const Scalar& scalar : graph.scalars) scalars.push_back(scalar.value(3));
  results.outputs = reference::interpret<double>(graph, inputs, results.states, {scalars, 42, 3});
  return results;
}

void expect_equal(const Tensors<double>& one, const Tensors<double>& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(one[i].reals.size(), other[i].reals.size());
    for (std::size_t at = 0; at < one[i].reals.size(); ++at) {
      EXPECT_NEAR(one[i].reals[at], other[i].reals[at], 1e-12) << i << " " << at;
    }
  }
}

template <class Kind>
std::ptrdiff_t count(const Graph& graph) {
  return std::count_if(graph.operations.begin(), graph.operations.end(),
                       [](const Operation& operation) { return std::holds_alternative<Kind>(operation.action); });
}

TEST(Fused, has_the_same_results_from_fewer_operations) {
  const struct {
    const char* layers;
    const char* input;
    const char* optimizer;
  } samples[] = {
      {"Dense(20, activation=\"relu\")\nDropout(0.3)\nDense(6, activation=\"gelu\")\nOutput(7)", "(13,)", "Adam"},
      {"Dense(8, activation=\"tanh\", kernel_regularizer=\"l2\")\nBatchNormalization()\nOutput(3)", "(5,)",
       "SGD(momentum=0.9, nesterov=true, clipnorm=0.5)"},
      {"Conv2D(4, 3, activation=\"relu\")\nMaxPooling2D(2)\nFlatten()\nOutput(3)", "(6, 6, 2)",
       "AdamW(weight_decay=0.01)"},
      {"LSTM(5)\nOutput(3)", "(4, 3)", "RMSprop"},
      {"TransformerEncoder(num_heads=2, ff_dim=9)\nGlobalAveragePooling1D()\nOutput(3)", "(4, 8)", "Adam"},
  };
  for (const auto& sample : samples) {
    SCOPED_TRACE(sample.layers);
    const Graph graph = graph_of(sample.layers, sample.input, sample.optimizer);
    const Graph after = fused(graph);
    EXPECT_LT(after.operations.size(), graph.operations.size());
    const Results one = results_of(graph);
    const Results other = results_of(after);
    expect_equal(one.outputs, other.outputs);
    expect_equal(one.states, other.states);
  }
}

TEST(Fused, gives_every_dense_layer_of_adam_its_step_in_the_product) {
  const Graph graph = fused(graph_of("Dense(20, activation=\"relu\")\nDropout(0.3)\nOutput(7)", "(13,)", "Adam"));
  EXPECT_EQ(count<Matmul>(graph), 0) << to_text(graph);
  std::ptrdiff_t steps = 0;
  for (const Operation& operation : graph.operations) {
    const auto* action = std::get_if<MatmulThen>(&operation.action);
    if (action == nullptr) continue;
    const auto form = adam_form(action->then);
    if (!form) continue;
    ++steps;
    EXPECT_EQ(form->gradient, 0);
    EXPECT_NEAR(form->mean_share, 0.1, 1e-12);
    EXPECT_NEAR(form->square_share, 0.001, 1e-12);
    EXPECT_EQ(graph.scalars[static_cast<std::size_t>(form->epsilon)].name, "adam_epsilon");
    EXPECT_EQ(graph.scalars[static_cast<std::size_t>(form->rate)].name, "adam_rate");
  }
  EXPECT_EQ(steps, 2);
}

TEST(Fused, sums_over_the_batch_within_each_sample_first) {
  for (const char* layers :
       {"Conv2D(4, 3, activation=\"tanh\")\nBatchNormalization()\nFlatten()\nOutput(3)",
        "Conv2D(5, 1)\nDepthwiseConv2D(3, strides=2, padding=\"same\", use_bias=false)\nFlatten()\nOutput(3)"}) {
    SCOPED_TRACE(layers);
    const Graph graph = graph_of(layers, "(6, 6, 2)", "SGD");
    const Graph after = fused(graph);
    std::ptrdiff_t kernels = 0;
    for (const Operation& operation : after.operations) {
      const auto* reduce = std::get_if<Reduce>(&operation.action);
      const auto* kernel = std::get_if<ConvolutionKernel>(&operation.action);
      // Over the batch alone, or over other axes alone.
      if (reduce != nullptr && reduce->axes.front() == 0) {
        EXPECT_EQ(reduce->axes.size(), 1U) << to_text(after);
      }
      if (kernel == nullptr) continue;
      ++kernels;
      EXPECT_TRUE(kernel->by_sample);
      EXPECT_EQ(after.shape(operation.outputs.front()).front(), 4);
    }
    EXPECT_EQ(kernels, count<ConvolutionKernel>(graph));
    const Results one = results_of(graph);
    const Results other = results_of(after);
    expect_equal(one.outputs, other.outputs);
    expect_equal(one.states, other.states);
  }
}

TEST(Fused, joins_the_gradients_of_the_gates) {
  const Graph graph = fused(graph_of("LSTM(5)\nOutput(3)", "(4, 3)", "SGD"));
  std::ptrdiff_t pads = 0;
  std::ptrdiff_t joints = 0;
  for (const Operation& operation : graph.operations) {
    const auto* scan = std::get_if<Scan>(&operation.action);
    if (scan == nullptr) continue;
    pads += count<Pad>(*scan->body);
    joints += count<Concatenate>(*scan->body);
  }
  EXPECT_EQ(pads, 0);
  EXPECT_EQ(joints, 1);
}

TEST(Fused, keeps_of_a_convolution_the_maxima_of_its_windows_alone) {
  const struct {
    const char* layers;
    std::ptrdiff_t at_once;  ///< convolutions that are pooled as they are computed
    std::ptrdiff_t inputs;   ///< ways back to the input of one, of maxima
    std::ptrdiff_t kernels;
    std::ptrdiff_t left;  ///< max pooling by itself
  } samples[] = {
      {"Conv2D(4, 3, activation=\"relu\")\nMaxPooling2D(2)\nConv2D(3, 2, activation=\"relu\")\nMaxPooling2D(2)", 2, 1,
       2, 0},
      {"Conv2D(4, 3, use_bias=false)\nMaxPooling2D(2)", 1, 0, 1, 0},
      // Windows that overlap: only the way back.
      {"Conv2D(4, 3, activation=\"relu\")\nMaxPooling2D(3, strides=2)", 0, 0, 1, 1},
      // Not what is known: another activation, groups, something between.
      {"Conv2D(4, 3, activation=\"tanh\")\nMaxPooling2D(2)", 0, 0, 0, 1},
      {"Conv2D(4, 3, groups=2, activation=\"relu\")\nMaxPooling2D(2)", 0, 0, 0, 1},
      {"Conv2D(4, 3, activation=\"relu\")\nDropout(0.5)\nMaxPooling2D(2)", 0, 0, 0, 1},
      {"Conv2D(4, 3, activation=\"relu\", activity_regularizer=\"l2\")\nMaxPooling2D(2)", 0, 0, 0, 1},
  };
  for (const auto& sample : samples) {
    SCOPED_TRACE(sample.layers);
    const Graph graph = graph_of((std::string(sample.layers) + "\nFlatten()\nOutput(3)").c_str(), "(10, 9, 2)", "Adam");
    const Graph after = fused(graph);
    EXPECT_EQ(count<ConvolutionMaxPool>(after), sample.at_once) << to_text(after);
    EXPECT_EQ(count<MaximaConvolutionInput>(after), sample.inputs);
    EXPECT_EQ(count<MaximaConvolutionKernel>(after), sample.kernels);
    EXPECT_EQ(count<MaxPool>(after), sample.left);
    const Results one = results_of(graph);
    const Results other = results_of(after);
    expect_equal(one.outputs, other.outputs);
    expect_equal(one.states, other.states);
  }
}

TEST(AdamForm, is_not_what_only_resembles_it) {
  for (const char* optimizer : {"AdamW(weight_decay=0.01)", "Adam(amsgrad=true)", "Nadam", "Adam(clipvalue=0.5)"}) {
    const Graph graph = fused(graph_of("Dense(20)\nOutput(7)", "(13,)", optimizer));
    for (const Operation& operation : graph.operations) {
      const auto* action = std::get_if<MatmulThen>(&operation.action);
      if (action == nullptr) continue;
      EXPECT_FALSE(adam_form(action->then)) << optimizer;
    }
  }
}

}  // namespace
}  // namespace neural::engine
