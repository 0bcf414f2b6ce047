// Operations that put elements elsewhere.
#include <algorithm>
#include <cstring>
#include <utility>

#include "neural/engine/reference/strides.hpp"
#include "neural/engine/run/task_maker.hpp"

namespace neural::engine {
namespace {

using reference::strides_of;
using reference::Walk;

}  // namespace

Task TaskMaker::make(const Reshape&) {
  return {[](std::int64_t, std::int64_t, float*) {}, 0, "nothing"};
}

Task TaskMaker::copy_walking(std::vector<std::int64_t> strides, std::int64_t begin_place) {
  Shape part = out();
  if (!part.empty()) part.front() /= units_;
  const std::int64_t size = unit_size(out());
  const std::int64_t unit_step = part.empty() ? 0 : strides.front() * part.front();
  // The last axis in one go.
  const std::int64_t width = part.empty() ? 1 : part.back();
  const std::int64_t step = part.empty() ? 1 : strides.back();
  Shape outer(part.begin(), part.empty() ? part.begin() : part.end() - 1);
  std::vector<std::int64_t> outer_strides(strides.begin(), strides.empty() ? strides.begin() : strides.end() - 1);
  return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            for (std::int64_t unit = begin; unit < end; ++unit) {
              const float* from = reals(state, x) + begin_place + unit * unit_step;
              float* to = writable(state, y) + unit * size;
              Walk walk(outer, {outer_strides});
              for (std::int64_t at = 0; at < size; at += width, walk.next()) {
                const float* row = from + walk.place(0);
                if (step == 1) {
                  std::memcpy(to + at, row, static_cast<std::size_t>(width) * sizeof(float));
                } else {
                  for (std::int64_t i = 0; i < width; ++i) to[at + i] = row[i * step];
                }
              }
            }
          },
          0, "copy"};
}

Task TaskMaker::make(const Transpose& action) {
  const std::vector<std::int64_t> own = strides_of(in(0));
  std::vector<std::int64_t> strides;
  for (const int axis : action.axes) strides.push_back(own[static_cast<std::size_t>(axis)]);
  return copy_walking(std::move(strides), 0);
}

Task TaskMaker::make(const Slice& action) {
  std::vector<std::int64_t> strides = strides_of(in(0));
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    begin += action.begin[i] * strides[i];
    strides[i] *= action.step[i];
  }
  return copy_walking(std::move(strides), begin);
}

Task TaskMaker::make(const Reverse& action) {
  std::vector<std::int64_t> strides = strides_of(in(0));
  const auto axis = static_cast<std::size_t>(action.axis);
  const std::int64_t begin = (in(0)[axis] - 1) * strides[axis];
  strides[axis] = -strides[axis];
  return copy_walking(std::move(strides), begin);
}

Task TaskMaker::make(const Pad& action) {
  const bool keeps_first = action.begin.front() == 0 && action.step.front() == 1 && in(0).front() == out().front();
  if (!keeps_first) return by_reference();
  Shape part = in(0);
  part.front() /= units_;
  std::vector<std::int64_t> strides = strides_of(out());
  std::int64_t begin_place = 0;
  for (std::size_t i = 0; i < strides.size(); ++i) {
    begin_place += action.begin[i] * strides[i];
    strides[i] *= action.step[i];
  }
  const std::int64_t from_size = unit_size(in(0));
  const std::int64_t to_size = unit_size(out());
  return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            for (std::int64_t unit = begin; unit < end; ++unit) {
              const float* from = reals(state, x) + unit * from_size;
              float* to = writable(state, y) + unit * to_size;
              std::fill_n(to, to_size, 0.0F);
              Walk walk(part, {strides});
              for (std::int64_t i = 0; i < from_size; ++i, walk.next()) to[begin_place + walk.place(0)] = from[i];
            }
          },
          0, "walk"};
}

Task TaskMaker::make(const Concatenate& action) {
  if (action.axis == 0) return by_reference();
  const Shape& shape = out();
  const std::int64_t outer = element_count({shape.begin(), shape.begin() + action.axis}) / units_;
  const std::int64_t row = element_count({shape.begin() + action.axis, shape.end()});
  std::vector<std::pair<std::size_t, std::int64_t>> parts;
  for (std::size_t i = 0; i < operation_.inputs.size(); ++i) {
    parts.emplace_back(input(i), element_count({in(i).begin() + action.axis, in(i).end()}));
  }
  return {[=, y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            for (std::int64_t o = begin * outer; o < end * outer; ++o) {
              float* to = writable(state, y) + o * row;
              for (const auto& [value, size] : parts) {
                std::memcpy(to, reals(state, value) + o * size, static_cast<std::size_t>(size) * sizeof(float));
                to += size;
              }
            }
          },
          0, "copy"};
}

Task TaskMaker::make(const Gather&) {
  const std::int64_t width = in(0).back();
  const std::int64_t rows = element_count(in(1)) / units_;
  return {[=, table = input(0), ids = input(1), y = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                               float*) {
            for (std::int64_t i = begin * rows; i < end * rows; ++i) {
              std::memcpy(writable(state, y) + i * width, reals(state, table) + integers(state, ids)[i] * width,
                          static_cast<std::size_t>(width) * sizeof(float));
            }
          },
          0, "copy"};
}

/// Each thread looks at all ids, and adds up the rows that are its own.
Task TaskMaker::make(const ScatterAdd& action) {
  const std::int64_t width = out().back();
  const std::int64_t rows = action.rows / units_;
  const std::int64_t count = element_count(in(0));
  return {[=, ids = input(0), from = input(1), y = output(), &state = state_](std::int64_t begin, std::int64_t end,
                                                                              float*) {
            float* to = writable(state, y);
            std::fill(to + begin * rows * width, to + end * rows * width, 0.0F);
            for (std::int64_t i = 0; i < count; ++i) {
              const std::int64_t row = integers(state, ids)[i];
              if (row < begin * rows || row >= end * rows) continue;
              const float* part = reals(state, from) + i * width;
              for (std::int64_t j = 0; j < width; ++j) to[row * width + j] += part[j];
            }
          },
          0, "rows"};
}

Task TaskMaker::make(const ToReal&) {
  const std::int64_t size = unit_size(out());
  return {[=, x = input(0), y = output(), &state = state_](std::int64_t begin, std::int64_t end, float*) {
            for (std::int64_t i = begin * size; i < end * size; ++i) {
              writable(state, y)[i] = static_cast<float>(integers(state, x)[i]);
            }
          },
          0, "convert"};
}

}  // namespace neural::engine
