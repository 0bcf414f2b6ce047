// Every operation's gradient against differences in float64.
#include "neural/engine/graph/gradient.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>

#include "neural/engine/reference/interpret.hpp"

namespace neural::engine {
namespace {

using reference::Tensor;
using reference::Tensors;

/// Numbers that are no multiples of each other, in [-1, 1].
std::vector<double> some(std::int64_t count, int seed) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(std::sin(static_cast<double>(i * 7 + 1 + seed * 131)));
  return values;
}

using Build = std::function<ValueId(Builder&, std::span<const ValueId>)>;

/// Of Σ weight · result by each of the inputs, whose shapes these are.
void expect_gradients(const std::vector<Shape>& shapes, const Build& build,
                      const std::function<double(double)>& prepare = nullptr) {
  Graph graph;
  Builder builder(graph);
  std::vector<ValueId> ids;
  Tensors<double> inputs;
  for (const Shape& shape : shapes) {
    ids.push_back(builder.input(shape));
    Tensor<double> tensor{some(element_count(shape), static_cast<int>(ids.size())), {}};
    if (prepare) std::transform(tensor.reals.begin(), tensor.reals.end(), tensor.reals.begin(), prepare);
    inputs.push_back(std::move(tensor));
  }
  const ValueId result = build(builder, ids);
  const Shape shape = graph.shape(result);
  const ValueId weights = builder.constant(shape, some(element_count(shape), 77));
  std::vector<int> axes;
  for (int i = 0; i < builder.rank(result); ++i) axes.push_back(i);
  const ValueId loss = builder.sum(builder.multiply(result, weights), axes);
  const std::vector<std::pair<ValueId, ValueId>> seeds = {{loss, builder.full(graph.shape(loss), 1)}};
  const auto flows = gradients(builder, seeds, ids);
  graph.outputs = {loss};
  for (const auto& flow : flows) graph.outputs.push_back(flow ? *flow : loss);

  const reference::Step step;
  Tensors<double> states;
  const Tensors<double> outputs = reference::interpret<double>(graph, inputs, states, step);
  Graph forward = graph;
  forward.outputs = {loss};
  remove_unused(forward);
  const auto loss_of = [&](const Tensors<double>& changed) {
    Tensors<double> none;
    return reference::interpret<double>(forward, changed, none, step)[0].reals[0];
  };
  constexpr double kStep = 1e-6;
  for (std::size_t which = 0; which < shapes.size(); ++which) {
    ASSERT_TRUE(flows[which]) << "nothing flows into input " << which;
    for (std::size_t i = 0; i < inputs[which].reals.size(); ++i) {
      Tensors<double> above = inputs;
      Tensors<double> below = inputs;
      above[which].reals[i] += kStep;
      below[which].reals[i] -= kStep;
      const double expected = (loss_of(above) - loss_of(below)) / (2 * kStep);
      ASSERT_NEAR(outputs[which + 1].reals[i], expected, 1e-7 * (1 + std::abs(expected)))
          << "input " << which << ", element " << i << "\n"
          << to_text(graph);
    }
  }
}

Window window(std::size_t axes, std::int64_t stride, std::int64_t dilation, std::int64_t before, std::int64_t after,
              std::int64_t groups = 1) {
  Window result;
  result.strides.assign(axes, stride);
  result.dilations.assign(axes, dilation);
  result.pads.assign(axes, {before, after});
  result.groups = groups;
  return result;
}

TEST(Gradients, elementwise_with_broadcasting) {
  expect_gradients({{2, 3, 4}, {4}, {3, 1}}, [](Builder& b, std::span<const ValueId> in) {
    return b.elementwise({in[0], in[1], in[2]},
                         [](std::span<const Term> x) { return tanh(x[0] * x[1]) + sigmoid(x[2]) * x[0]; });
  });
}

TEST(Gradients, a_value_that_is_used_often) {
  expect_gradients({{3, 2}}, [](Builder& b, std::span<const ValueId> in) {
    return b.multiply(b.add(in[0], b.multiply(in[0], in[0])), in[0]);
  });
}

TEST(Gradients, several_results_of_one_operation) {
  expect_gradients({{3}, {3}}, [](Builder& b, std::span<const ValueId> in) {
    const std::vector<ValueId> both = b.elementwise(in, {}, [](std::span<const Term> x, std::span<const Term>) {
      return std::vector<Term>{x[0] * x[1], exp(x[0]) - x[1]};
    });
    return b.multiply(both[0], both[1]);
  });
}

TEST(Gradients, matrix_products_turned_and_stacked) {
  for (const bool turn_a : {false, true}) {
    for (const bool turn_b : {false, true}) {
      const Shape a = turn_a ? Shape{4, 3} : Shape{3, 4};
      const Shape b = turn_b ? Shape{5, 4} : Shape{4, 5};
      const auto product = [&](Builder& builder, std::span<const ValueId> in) {
        return builder.matmul(in[0], in[1], turn_a, turn_b);
      };
      expect_gradients({a, b}, product);
      const auto stacked = [](Shape shape) {
        shape.insert(shape.begin(), 2);
        return shape;
      };
      expect_gradients({stacked(a), stacked(b)}, product);
      if (!turn_a) expect_gradients({stacked(stacked(a)), b}, product);
    }
  }
}

TEST(Gradients, convolutions_of_one_to_three_axes) {
  const auto convolve = [](const Window& w) {
    return [w](Builder& b, std::span<const ValueId> in) { return b.convolution(in[0], in[1], w); };
  };
  expect_gradients({{2, 7, 3}, {3, 3, 4}}, convolve(window(1, 2, 1, 1, 1)));
  expect_gradients({{2, 5, 6, 2}, {3, 2, 2, 3}}, convolve(window(2, 1, 1, 0, 1)));
  expect_gradients({{1, 7, 7, 4}, {3, 3, 2, 6}}, convolve(window(2, 1, 2, 2, 2, 2)));
  expect_gradients({{1, 4, 4, 3}, {2, 2, 1, 6}}, convolve(window(2, 1, 1, 0, 0, 3)));
  expect_gradients({{1, 3, 4, 3, 2}, {2, 2, 2, 2, 2}}, convolve(window(3, 1, 1, 1, 0)));
  expect_gradients({{1, 5, 5, 1}, {1, 1, 1, 2}}, convolve(window(2, 2, 1, 0, 0)));
}

TEST(Gradients, transposed_convolutions_and_those_of_kernels) {
  expect_gradients({{2, 3, 3, 4}, {3, 3, 2, 4}}, [](Builder& b, std::span<const ValueId> in) {
    return b.convolution_input(in[0], in[1], window(2, 2, 1, 1, 0), {6, 6});
  });
  expect_gradients({{2, 5, 5, 2}, {2, 3, 3, 3}}, [](Builder& b, std::span<const ValueId> in) {
    return b.convolution_kernel(in[0], in[1], window(2, 1, 1, 0, 0), {3, 3});
  });
}

TEST(Gradients, pooling) {
  const std::vector<std::vector<Interval>> windows = {{{0, 2}, {1, 4}, {3, 5}}, {{0, 1}, {1, 4}}};
  expect_gradients({{2, 5, 4, 3}},
                   [&](Builder& b, std::span<const ValueId> in) { return b.max_pool(in[0], windows).first; });
  expect_gradients({{2, 5, 4, 3}},
                   [&](Builder& b, std::span<const ValueId> in) { return b.average_pool(in[0], windows); });
  expect_gradients({{2, 5, 4, 3}},
                   [&](Builder& b, std::span<const ValueId> in) { return b.average_pool(in[0], windows, 6); });
  expect_gradients({{1, 3, 2, 2}}, [&](Builder& b, std::span<const ValueId> in) {
    return b.average_pool_input(in[0], windows, std::nullopt, {5, 4});
  });
}

TEST(Gradients, reductions) {
  expect_gradients({{2, 3, 4}}, [](Builder& b, std::span<const ValueId> in) { return b.sum(in[0], {0, -1}); });
  expect_gradients({{2, 3, 4}}, [](Builder& b, std::span<const ValueId> in) { return b.mean(in[0], {1}); });
  expect_gradients({{2, 3, 4}}, [](Builder& b, std::span<const ValueId> in) {
    return b.multiply(b.reduce(in[0], Reduce::Kind::kMaximum, {-1}), in[0]);
  });
}

TEST(Gradients, softmax_and_cross_entropy) {
  expect_gradients({{2, 3, 4}}, [](Builder& b, std::span<const ValueId> in) { return b.softmax(in[0]); });
  expect_gradients({{2, 3, 4}}, [](Builder& b, std::span<const ValueId> in) { return b.softmax(in[0], 1); });
  expect_gradients({{2, 3, 4}}, [](Builder& b, std::span<const ValueId> in) { return b.log_softmax(in[0]); });
  expect_gradients({{3, 4}}, [](Builder& b, std::span<const ValueId> in) {
    return b.cross_entropy(in[0], b.arg_max(b.constant({3, 4}, {0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1})));
  });
}

TEST(Gradients, what_moves_elements) {
  expect_gradients({{2, 3, 4}}, [](Builder& b, std::span<const ValueId> in) {
    return b.transpose(b.reshape(in[0], {4, 3, 2}), {2, 0, 1});
  });
  expect_gradients({{4, 5}},
                   [](Builder& b, std::span<const ValueId> in) { return b.slice(in[0], {1, 0}, {2, 2}, {2, 3}); });
  expect_gradients({{2, 3}},
                   [](Builder& b, std::span<const ValueId> in) { return b.pad(in[0], {1, 2}, {5, 7}, {3, 2}); });
  expect_gradients({{2, 3}, {2, 2}}, [](Builder& b, std::span<const ValueId> in) {
    return b.reverse(b.concatenate({in[0], in[1], in[0]}, -1), 1);
  });
}

TEST(Gradients, rows_of_a_table) {
  expect_gradients({{5, 3}}, [](Builder& b, std::span<const ValueId> in) {
    const ValueId ids = b.arg_max(b.constant({4, 5}, {0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0}));
    return b.gather(in[0], ids);
  });
}

/// h' = tanh(x + h·U + b), and h' of each step.
std::vector<ValueId> recurrence(Builder& b, std::span<const ValueId> in, bool reversed) {
  auto body = std::make_shared<Graph>();
  Builder step(*body);
  const ValueId x = step.input({2, 3});
  const ValueId h = step.input({2, 3});
  const ValueId u = step.input({3, 3});
  const ValueId bias = step.input({3});
  const ValueId z = step.add(step.matmul(h, u), step.add(x, bias));
  const ValueId next = step.elementwise({z, h}, [](std::span<const Term> t) { return tanh(t[0]) + 0.5 * t[1] * t[1]; });
  body->outputs = {next, step.multiply(next, z)};
  Scan scan;
  scan.body = body;
  scan.steps = 4;
  scan.sequences = 1;
  scan.states = 1;
  scan.reversed = reversed;
  return b.scan(scan, {in[0], in[1], in[2], in[3]});
}

TEST(Gradients, through_time) {
  const std::vector<Shape> shapes = {{4, 2, 3}, {2, 3}, {3, 3}, {3}};
  for (const bool reversed : {false, true}) {
    const auto last = [&](Builder& b, std::span<const ValueId> in) { return recurrence(b, in, reversed)[0]; };
    const auto all = [&](Builder& b, std::span<const ValueId> in) { return recurrence(b, in, reversed)[1]; };
    const auto both = [&](Builder& b, std::span<const ValueId> in) {
      const std::vector<ValueId> results = recurrence(b, in, reversed);
      return b.multiply(results[1], results[0]);
    };
    expect_gradients(shapes, last);
    expect_gradients(shapes, all);
    expect_gradients(shapes, both);
  }
}

TEST(Gradients, nothing_flows_through_what_has_no_slope) {
  Graph graph;
  Builder builder(graph);
  const ValueId x = builder.input({3});
  const ValueId y = builder.elementwise({x}, [](std::span<const Term> in) { return sign(in[0]); });
  const std::vector<std::pair<ValueId, ValueId>> seeds = {{y, builder.full({3}, 1)}};
  const std::vector<ValueId> wanted = {x};
  EXPECT_FALSE(gradients(builder, seeds, wanted)[0]);
}

}  // namespace
}  // namespace neural::engine
