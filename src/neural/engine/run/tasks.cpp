#include "neural/engine/run/tasks.hpp"

#include <algorithm>
#include <memory>

#include "neural/base/check.hpp"
#include "neural/engine/reference/compute.hpp"
#include "neural/engine/run/block_program.hpp"
#include "neural/engine/run/maxima_tasks.hpp"
#include "neural/engine/run/task_maker.hpp"
#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
Task TaskMaker::make(const Elementwise& action) {
  std::vector<Shape> shapes;
  for (std::size_t i = 0; i < operation_.inputs.size(); ++i) shapes.push_back(in(i));
  auto program = std::make_shared<const BlockProgram>(action, shapes, out(), kernels_);
  NEURAL_CHECK(operation_.inputs.size() <= kMostValues && operation_.outputs.size() <= kMostValues);
  std::vector<std::size_t> from;
  std::vector<std::size_t> to;
  for (std::size_t i = 0; i < operation_.inputs.size(); ++i) from.push_back(input(i));
  for (std::size_t i = 0; i < operation_.outputs.size(); ++i) to.push_back(output(i));
  const std::int64_t size = unit_size(out());
  const std::int64_t scratch = program->scratch_floats();
  return {[=, &state = state_](std::int64_t begin, std::int64_t end, float* buffer) {
            const float* inputs[kMostValues];
            float* outputs[kMostValues];
            for (std::size_t i = 0; i < from.size(); ++i) inputs[i] = reals(state, from[i]);
            for (std::size_t i = 0; i < to.size(); ++i) outputs[i] = writable(state, to[i]);
            program->run(begin * size, end * size, {inputs, from.size()}, {outputs, to.size()}, state.scalars, buffer);
          },
          scratch, "blocks"};
}

Task TaskMaker::make(const Random& action) {
  const std::int64_t size = unit_size(out());
  const auto uniform = kernels_.uniform;
  return {
      [=, value = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
        float* to = writable(state, value);
        const std::uint64_t seed = action.seed.value_or(state.seed);
        if (action.kind == Random::Kind::kUniform) {
          return uniform(to + begin * size, begin * size, (end - begin) * size, {seed, state.number, action.stream});
        }
        for (std::int64_t i = begin * size; i < end * size; ++i) {
          to[i] = static_cast<float>(
              reference::random_element(action.kind, action.stream, seed, state.number, static_cast<std::uint64_t>(i)));
        }
      },
      0, "Philox"};
}

Task TaskMaker::make(const Constant& action) {
  auto values = std::make_shared<const std::vector<float>>(action.values.begin(), action.values.end());
  return {[=, value = output(), &state = state_](std::int64_t, std::int64_t, float*) {
            std::copy(values->begin(), values->end(), writable(state, value));
          },
          0, "copy"};
}

Task TaskMaker::make(const Convolution& action) {
  const ConvolutionShapes shapes = {in(0), in(1), out(), action.window};
  const ConvolutionValues values = {input(0), input(1), output()};
  if (is_depthwise(shapes)) return depthwise_task(shapes, units_, kernels_, values, state_);
  if (steady_[values.kernel] != 0 && has_packed_convolution(shapes)) {
    return packed_convolution_task(shapes, units_, kernels_, values, state_);
  }
  return convolution_task(shapes, units_, kernels_, values, state_);
}

Task TaskMaker::make(const ConvolutionInput& action) {
  const ConvolutionShapes shapes = {out(), in(1), in(0), action.window};
  const ConvolutionValues values = {output(), input(1), input(0)};
  if (is_depthwise(shapes)) return depthwise_input_task(shapes, units_, kernels_, values, state_);
  if (steady_[values.kernel] != 0 && has_packed_convolution_input(shapes)) {
    return packed_convolution_input_task(shapes, units_, kernels_, values, state_);
  }
  return convolution_input_task(shapes, units_, kernels_, values, state_);
}

Task TaskMaker::make(const ConvolutionKernel& action) {
  ConvolutionShapes shapes = {in(0), out(), in(1), action.window};
  if (action.by_sample) shapes.kernel.erase(shapes.kernel.begin());
  const ConvolutionValues values = {input(0), output(), input(1)};
  const std::int64_t parts = action.by_sample ? units_ : 0;
  if (is_depthwise(shapes)) return depthwise_kernel_task(shapes, parts, kernels_, values, state_);
  if (has_packed_convolution(shapes)) return packed_convolution_kernel_task(shapes, parts, kernels_, values, state_);
  return convolution_kernel_task(shapes, kernels_, values, state_);
}

namespace {

/// The shape of what was pooled to `shape`, whose spatial sizes were these.
Shape before_pooling(Shape shape, const Shape& spatial) {
  std::copy(spatial.begin(), spatial.end(), shape.begin() + 1);
  return shape;
}

std::int64_t maxima_of(const Shape& y) {
  return element_count({y.begin() + 1, y.end() - 1});
}

}  // namespace

Task TaskMaker::make(const ConvolutionMaxPool& action) {
  const ConvolutionShapes shapes = {in(0), in(1), before_pooling(out(), action.pooled), action.window};
  MaximaValues values = {input(0), input(1), {}, output(0), output(1)};
  if (action.has_bias) values.bias = input(2);
  return convolution_max_pool_task(shapes, action, units_, kernels_, values, state_);
}

Task TaskMaker::make(const MaximaConvolutionInput& action) {
  const Shape& y = in(0);
  const ConvolutionShapes shapes = {out(), in(2), before_pooling(y, action.pooled), action.window};
  return maxima_convolution_input_task(shapes, maxima_of(y), units_, kernels_,
                                       {output(), input(2), {}, input(0), input(1)}, state_);
}

Task TaskMaker::make(const MaximaConvolutionKernel& action) {
  const Shape& y = in(1);
  const ConvolutionShapes shapes = {in(0), out(), before_pooling(y, action.pooled), action.window};
  return maxima_convolution_kernel_task(shapes, maxima_of(y), kernels_, {input(0), output(), {}, input(1), input(2)},
                                        state_);
}

Task TaskMaker::by_reference() {
  const Graph& graph = graph_;
  const Operation& operation = operation_;
  return {[&graph, &operation, &state = state_](std::int64_t begin, std::int64_t, float*) {
            if (begin != 0) return;
            std::vector<const void*> inputs;
            std::vector<void*> outputs;
            for (const ValueId id : operation.inputs)
              inputs.push_back(state.values[static_cast<std::size_t>(id.index)]);
            for (const ValueId id : operation.outputs)
              outputs.push_back(state.values[static_cast<std::size_t>(id.index)]);
            const reference::Step step = {state.scalars, state.seed, state.number};
            reference::compute<float>(graph, operation, inputs, outputs, step);
          },
          0, "reference"};
}

Task TaskMaker::make(const MaxPool& action) {
  return max_pool_task(action.windows, in(0), units_, kernels_, {input(0), output(0), output(1)}, state_);
}

Task TaskMaker::make(const MaxPoolInput&) {
  const Shape& y = in(0);
  const Shape& x = out();
  const std::int64_t channels = y.back();
  const std::int64_t from_size = element_count(y) / y.front();
  const std::int64_t to_size = element_count(x) / x.front();
  const std::int64_t samples = y.front() / units_;
  return {[=, flow = input(0), places = input(1), to = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                                  float*) {
            for (std::int64_t sample = begin * samples; sample < end * samples; ++sample) {
              const float* from = reals(state, flow) + sample * from_size;
              const std::int32_t* place = integers(state, places) + sample * from_size;
              float* result = writable(state, to) + sample * to_size;
              std::fill_n(result, to_size, 0.0F);
              for (std::int64_t i = 0; i < from_size; i += channels) {
                for (std::int64_t c = 0; c < channels; ++c) result[place[i + c] * channels + c] += from[i + c];
              }
            }
          },
          0, "scatter"};
}

Task TaskMaker::make(const AveragePool& action) {
  return average_pool_task(action.windows, action.full_size, in(0), units_, {input(0), output()}, state_);
}

Task TaskMaker::make(const AveragePoolInput& action) {
  return average_pool_input_task(action.windows, action.full_size, out(), units_, {input(0), output()}, state_);
}

Task TaskMaker::make(const Scan&) {
  NEURAL_CHECK(false, "a scan is run by the executor");
  return {};
}

Task task_of(const Graph& graph, const Operation& operation, const Sharing& sharing, const Kernels& kernels,
             const StepState& state, const SteadyValues& steady) {
  return TaskMaker(graph, operation, sharing, kernels, state, steady).run();
}

SteadyValues steady_values(const Graph& graph, std::size_t first_input) {
  SteadyValues steady(graph.values.size(), 0);
  const auto at = [&](ValueId id) -> char& { return steady[static_cast<std::size_t>(id.index)]; };
  for (const State& state : graph.states) at(state.before) = 1;
  for (std::size_t i = first_input; i < graph.inputs.size(); ++i) at(graph.inputs[i]) = 1;
  for (const Operation& operation : graph.operations) {
    if (std::holds_alternative<Reshape>(operation.action)) at(operation.outputs[0]) = at(operation.inputs[0]);
  }
  return steady;
}

}  // namespace neural::engine
