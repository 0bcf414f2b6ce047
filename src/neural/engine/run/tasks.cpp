#include "neural/engine/run/tasks.hpp"

#include <algorithm>
#include <memory>

#include "neural/base/check.hpp"
#include "neural/engine/reference/compute.hpp"
#include "neural/engine/run/block_program.hpp"
#include "neural/engine/run/task_maker.hpp"
#include "neural/engine/run/window_tasks.hpp"

namespace neural::engine {
namespace {

/// Inputs or results of an elementwise operation.
constexpr std::size_t kMostValues = 64;

}  // namespace

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
  return {[=, value = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            float* to = writable(state, value);
            const std::uint64_t seed = action.seed.value_or(state.seed);
            for (std::int64_t i = begin * size; i < end * size; ++i) {
              to[i] = static_cast<float>(reference::random_element(action.kind, action.stream, seed, state.number,
                                                                   static_cast<std::uint64_t>(i)));
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

Task TaskMaker::make(const Matmul& action) {
  const Shape& a = in(0);
  const Shape& b = in(1);
  const std::size_t left = a.size() - 2;
  const std::size_t right = b.size() - 2;
  const std::int64_t m = action.transpose_a ? a[left + 1] : a[left];
  const std::int64_t k = action.transpose_a ? a[left] : a[left + 1];
  const std::int64_t n = action.transpose_b ? b[right] : b[right + 1];
  const std::int64_t matrices = element_count({a.begin(), a.end() - 2});
  Product base;
  base.columns = n;
  base.depth = k;
  base.a_row = action.transpose_a ? 1 : k;
  base.a_column = action.transpose_a ? m : 1;
  base.b_row = action.transpose_b ? 1 : n;
  base.b_column = action.transpose_b ? k : 1;
  base.c_row = n;
  const bool shares_b = b.size() == 2;
  // Rows of one product, or whole products.
  const std::int64_t rows = a.size() == 2 ? m / units_ : 0;
  const std::int64_t each = a.size() == 2 ? 0 : matrices / units_;
  const auto multiply = kernels_.multiply;
  return {[=, x = input(0), y = input(1), z = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                         float* buffer) {
            Product p = base;
            p.scratch = buffer;
            p.a = reals(state, x);
            p.b = reals(state, y);
            p.c = writable(state, z);
            if (rows > 0) {
              p.rows = (end - begin) * rows;
              p.a += begin * rows * p.a_row;
              p.c += begin * rows * n;
              return multiply(p);
            }
            p.rows = m;
            p.a += begin * each * m * k;
            p.c += begin * each * m * n;
            if (!shares_b) p.b += begin * each * k * n;
            for (std::int64_t i = begin * each; i < end * each; ++i) {
              multiply(p);
              p.a += m * k;
              p.c += m * n;
              if (!shares_b) p.b += k * n;
            }
          },
          kernels_.scratch_floats(k), "tiles"};
}

Task TaskMaker::make(const Convolution& action) {
  return convolution_task({in(0), in(1), out(), action.window}, units_, kernels_, {input(0), input(1), output()},
                          state_);
}

Task TaskMaker::make(const ConvolutionInput& action) {
  return convolution_input_task({out(), in(1), in(0), action.window}, units_, kernels_, {output(), input(1), input(0)},
                                state_);
}

Task TaskMaker::make(const ConvolutionKernel& action) {
  return convolution_kernel_task({in(0), out(), in(1), action.window}, kernels_, {input(0), output(), input(1)},
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
  return max_pool_task(action.windows, in(0), units_, {input(0), output(0), output(1)}, state_);
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
             const StepState& state) {
  return TaskMaker(graph, operation, sharing, kernels, state).run();
}

}  // namespace neural::engine
