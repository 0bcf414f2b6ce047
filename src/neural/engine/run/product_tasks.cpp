// Products of matrices, and what becomes of them at once.
#include <algorithm>
#include <cstring>
#include <memory>

#include "neural/base/check.hpp"
#include "neural/engine/run/block_program.hpp"
#include "neural/engine/run/known_update.hpp"
#include "neural/engine/run/packed_kernel.hpp"
#include "neural/engine/run/task_maker.hpp"

namespace neural::engine {
namespace {

/// Sizes and strides of a · b, of the last two axes; the places are still to come.
Product product_of(const Matmul& action, const Shape& a, const Shape& b) {
  const std::size_t left = a.size() - 2;
  const std::size_t right = b.size() - 2;
  Product p;
  p.rows = action.transpose_a ? a[left + 1] : a[left];
  p.depth = action.transpose_a ? a[left] : a[left + 1];
  p.columns = action.transpose_b ? b[right] : b[right + 1];
  p.a_row = action.transpose_a ? 1 : p.depth;
  p.a_column = action.transpose_a ? p.rows : 1;
  p.b_row = action.transpose_b ? 1 : p.columns;
  p.b_column = action.transpose_b ? p.depth : 1;
  p.c_row = p.columns;
  return p;
}

}  // namespace

std::shared_ptr<float> TaskMaker::pack_once(const Product& base, Task& task) {
  const std::size_t matrix = input(1);
  const auto& inputs = graph_.inputs;
  const bool is_given = std::find(inputs.begin(), inputs.end(), operation_.inputs[1]) != inputs.end();
  if (!is_given || steady_[matrix] == 0 || in(0).size() != 2 || in(1).size() != 2) return nullptr;
  const std::int64_t strip = kernels_.strip;
  const std::int64_t strips = (base.columns + strip - 1) / strip;
  const std::shared_ptr<float> room = room_for(strips * strip * base.depth);
  task.preparation_units = strips;
  task.prepare = [=, pack = kernels_.pack, &state = state_](std::int64_t begin, std::int64_t end) {
    Product p = base;
    p.columns = std::min(end * strip, base.columns) - begin * strip;
    p.b = reals(state, matrix) + begin * strip * p.b_column;
    pack(p, room.get() + begin * strip * base.depth, strip * base.depth);
  };
  return room;
}

Task TaskMaker::make(const Matmul& action) {
  const Shape& a = in(0);
  const Shape& b = in(1);
  const Product base = product_of(action, a, b);
  const std::int64_t m = base.rows;
  const std::int64_t n = base.columns;
  const std::int64_t k = base.depth;
  const std::int64_t matrices = element_count({a.begin(), a.end() - 2});
  const bool shares_b = b.size() == 2;
  // Rows of one product, or whole products.
  const std::int64_t rows = a.size() == 2 ? m / units_ : 0;
  const std::int64_t each = a.size() == 2 ? 0 : matrices / units_;
  const auto multiply = kernels_.multiply;
  Task task;
  task.scratch_floats = kernels_.scratch_floats(k);
  task.kernel = "tiles";
  const std::shared_ptr<float> packed = pack_once(base, task);
  const std::int64_t packed_strip = packed ? kernels_.strip * k : 0;
  task.run = [=, x = input(0), y = input(1), z = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                            float* buffer) {
    Product p = base;
    p.scratch = buffer;
    p.a = reals(state, x);
    p.b = packed ? packed.get() : reals(state, y);
    p.packed_strip = packed_strip;
    p.c = writable(state, z);
    if (rows > 0) {
      p.rows = (end - begin) * rows;
      p.a += begin * rows * p.a_row;
      p.c += begin * rows * n;
      return multiply(p);
    }
    p.a += begin * each * m * k;
    p.c += begin * each * m * n;
    if (!shares_b) p.b += begin * each * k * n;
    for (std::int64_t i = begin * each; i < end * each; ++i) {
      multiply(p);
      p.a += m * k;
      p.c += m * n;
      if (!shares_b) p.b += k * n;
    }
  };
  return task;
}

Task TaskMaker::make(const MatmulThen& action) {
  if (const auto form = adam_form(action.then); form && form->gradient == 0) return multiply_and_step(action, *form);
  // Rows and columns that are multiplied before the expression follows, while they are in the second cache. An
  // expression over one strip of columns would be mostly calls.
  constexpr std::int64_t kRows = 96;
  constexpr std::int64_t kColumns = 256;
  const Product base = product_of(action.product, in(0), in(1));
  const std::int64_t strip = kernels_.strip;
  const std::int64_t width = std::min((base.columns + strip - 1) / strip * strip, kColumns);
  std::vector<Shape> shapes = {out()};
  std::vector<std::size_t> from;
  std::vector<std::size_t> to;
  for (std::size_t i = 2; i < operation_.inputs.size(); ++i) {
    shapes.push_back(in(i));
    from.push_back(input(i));
  }
  for (std::size_t i = 0; i < operation_.outputs.size(); ++i) to.push_back(output(i));
  NEURAL_CHECK(from.size() < kMostValues && to.size() <= kMostValues);
  auto program = std::make_shared<const BlockProgram>(action.then, shapes, out(), kernels_);
  const std::int64_t rows = base.rows / units_;
  const std::int64_t of_program = program->scratch_floats();
  const std::int64_t of_product = kernels_.scratch_floats(base.depth);
  const auto multiply = kernels_.multiply;
  Task task;
  task.scratch_floats = of_program + kRows * width + of_product;
  task.kernel = "tiles, then blocks";
  const std::shared_ptr<float> packed = pack_once(base, task);
  task.run = [=, x = input(0), y = input(1), &state = state_](std::int64_t begin, std::int64_t end, float* buffer) {
    const float* inputs[kMostValues];
    float* outputs[kMostValues];
    for (std::size_t i = 0; i < from.size(); ++i) inputs[i + 1] = reals(state, from[i]);
    for (std::size_t i = 0; i < to.size(); ++i) outputs[i] = writable(state, to[i]);
    program->prepare({inputs, from.size() + 1}, state.scalars, buffer);
    Product p = base;
    float* products = buffer + of_program;
    p.c_row = width;
    p.packed_strip = packed ? strip * base.depth : 0;
    p.scratch = products + kRows * width;
    for (std::int64_t first = 0; first < base.columns; first += width) {
      const std::int64_t columns = std::min(width, base.columns - first);
      for (std::int64_t row = begin * rows; row < end * rows; row += kRows) {
        p.rows = std::min(kRows, end * rows - row);
        p.a = reals(state, x) + row * p.a_row;
        for (std::int64_t column = 0; column < columns; column += strip) {
          p.columns = std::min(strip, columns - column);
          p.b = packed ? packed.get() + (first + column) * base.depth : reals(state, y) + (first + column) * p.b_column;
          p.c = products + column;
          multiply(p);
        }
        for (std::int64_t i = 0; i < p.rows; ++i) {
          const std::int64_t at = (row + i) * base.columns + first;
          // The program counts elements of the whole result.
          inputs[0] = reinterpret_cast<const float*>(reinterpret_cast<std::uintptr_t>(products + i * width) -
                                                     static_cast<std::uintptr_t>(at) * sizeof(float));
          program->run_block(at, columns, {inputs, from.size() + 1}, {outputs, to.size()}, buffer);
        }
      }
    }
  };
  return task;
}

/// The gradient of weights and their step of Adam, which sees it in registers alone.
Task TaskMaker::multiply_and_step(const MatmulThen& action, const AdamForm& form) {
  const Product base = product_of(action.product, in(0), in(1));
  const std::int64_t rows = base.rows / units_;
  const auto multiply = kernels_.multiply;
  const auto input_of = [&](int argument) { return input(static_cast<std::size_t>(argument) + 1); };
  const std::size_t before[3] = {input_of(form.weight), input_of(form.mean), input_of(form.square)};
  const std::size_t after[3] = {output(0), output(1), output(2)};
  return {[=, x = input(0), y = input(1), &state = state_](std::int64_t begin, std::int64_t end, float* buffer) {
            const std::int64_t first = begin * rows * base.columns;
            float* places[3];
            for (int i = 0; i < 3; ++i) {
              places[i] = writable(state, after[i]) + first;
              const float* old = reals(state, before[i]) + first;
              const std::int64_t count = (end - begin) * rows * base.columns;
              if (old != places[i]) std::memcpy(places[i], old, static_cast<std::size_t>(count) * sizeof(float));
            }
            AdamStep step;
            step.mean = places[1];
            step.square = places[2];
            step.rate = static_cast<float>(state.scalars[static_cast<std::size_t>(form.rate)]);
            step.mean_share = static_cast<float>(form.mean_share);
            step.square_share = static_cast<float>(form.square_share);
            step.epsilon = static_cast<float>(state.scalars[static_cast<std::size_t>(form.epsilon)]);
            Product p = base;
            p.rows = (end - begin) * rows;
            p.a = reals(state, x) + begin * rows * p.a_row;
            p.b = reals(state, y);
            p.c = places[0];
            p.adam = &step;
            p.scratch = buffer;
            multiply(p);
          },
          kernels_.scratch_floats(base.depth), "tiles and Adam"};
}

}  // namespace neural::engine
