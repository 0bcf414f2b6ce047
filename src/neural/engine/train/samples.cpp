#include "neural/engine/train/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

using data::Array;
using data::ElementType;

std::string shape_text(const model::Shape& shape) {
  return model::to_string(shape);
}

Array as_floats(const Array& array, Shape shape) {
  if (array.type() == ElementType::kFloat32) return array.reshaped(std::move(shape));
  return Array::of(ElementType::kFloat32, std::move(shape), data::to_floats(array));
}

/// Where a message is about: "`x_train` in `digits.npz`".
struct Place {
  std::string name;
  std::string origin;
  std::string text() const { return fmt::format("`{}` in {}", name, origin); }
};

std::string name_in(const std::string& name, const std::string& split) {
  return split.empty() ? name : fmt::format("{}_{}", name, split);
}

/// Whole numbers that fit into int32. Reals that are whole are taken.
Expected<Array> as_integers(const Array& array, Shape shape, const Place& place) {
  std::vector<std::int32_t> values(static_cast<std::size_t>(array.size()));
  const std::int64_t width = std::max<std::int64_t>(array.row_size(), 1);
  for (std::int64_t i = 0; i < array.size(); ++i) {
    const double value = array.number(i);
    constexpr double kMost = std::numeric_limits<std::int32_t>::max();
    if (value != std::floor(value) || std::abs(value) > kMost) {
      return fail(ErrorCode::kUsage,
                  fmt::format("row {} of {} holds {}, where a whole number is needed", i / width, place.text(), value));
    }
    values[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(value);
  }
  return Array::of(ElementType::kInt32, std::move(shape), std::move(values));
}

Shape with_rows(std::int64_t rows, const Shape& row) {
  Shape shape = {rows};
  shape.insert(shape.end(), row.begin(), row.end());
  return shape;
}

/// The shape of one sample as the network takes it, of an array whose rows have another; none where they do not go
/// together.
std::optional<Shape> row_for(const model::Shape& wanted, const Shape& given) {
  const std::int64_t count = element_count(given);
  if (wanted.size() == 1) {
    if (wanted.front() && *wanted.front() != count) return std::nullopt;
    return Shape{count};
  }
  Shape row = given;
  if (row.size() + 1 == wanted.size() && !wanted.empty() && wanted.back() == 1) row.push_back(1);
  if (row.size() != wanted.size()) return std::nullopt;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (wanted[i] && *wanted[i] != row[i]) return std::nullopt;
  }
  return row;
}

Expected<Column> prepare_input(const model::Model& model, const model::Input& input, const Array& array,
                               const Place& place) {
  const auto row = row_for(input.shape, array.row_shape());
  if (!row) {
    return fail(ErrorCode::kUsage,
                fmt::format("{} has samples of shape {}, `{}` takes {}", place.text(),
                            data::to_string(array.row_shape()), model.name, shape_text(input.shape)),
                "change the network's input, or the data");
  }
  Column column;
  column.row = *row;
  const Shape shape = with_rows(array.rows(), *row);
  if (input.is_integer) {
    column.kind = Column::Kind::kInteger;
    column.array = NEURAL_TRY(as_integers(array, shape, place));
    return column;
  }
  const bool are_images = model.inputs.size() == 1 && input.shape.size() == 3;
  if (array.type() == ElementType::kUint8 && (are_images || array.shape().size() > 2)) {
    column.kind = Column::Kind::kBytes;
    column.array = array.reshaped(shape);
    return column;
  }
  column.kind = Column::Kind::kReal;
  column.array = as_floats(array, shape);
  return column;
}

/// Of the network's output without the batch; unknown sizes are those of the data.
Shape output_row(const model::Model& model, const Array& targets, bool has_classes) {
  Shape row;
  model::Shape output = model.output();
  if (has_classes) output.pop_back();
  for (std::size_t i = 0; i < output.size(); ++i) {
    const std::int64_t given = i + 1 < targets.shape().size() ? targets.shape()[i + 1] : 1;
    row.push_back(output[i].value_or(given));
  }
  return row;
}

tl::unexpected<Error> no_targets(const Place& place, const Array& array, const std::string& wanted) {
  return fail(
      ErrorCode::kUsage,
      fmt::format("{} has targets of shape {}, expected {}", place.text(), data::to_string(array.row_shape()), wanted),
      "targets are class numbers or one-hot rows of a classifier, values of the output's shape otherwise");
}

Status check_classes(const std::vector<std::int32_t>& values, std::int64_t width, std::int64_t classes,
                     const Place& place) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= 0 && values[i] < classes) continue;
    return fail(ErrorCode::kUsage,
                fmt::format("row {} of {} is class {}, the network has the classes 0 to {}",
                            static_cast<std::int64_t>(i) / width, place.text(), values[i], classes - 1),
                "number the classes from 0, or give the last layer as many units as there are classes");
  }
  return done();
}

/// Class numbers of class numbers, or of one-hot rows.
Expected<std::vector<std::int32_t>> class_numbers(const Array& array, const Shape& row, std::int64_t classes,
                                                  const Place& place) {
  Shape one_hot = row;
  one_hot.push_back(classes);
  const Shape given = array.row_shape();
  std::vector<std::int32_t> numbers;
  if (given == one_hot) {
    const std::vector<float> values = data::to_floats(array);
    for (auto begin = values.begin(); begin != values.end(); begin += classes) {
      numbers.push_back(static_cast<std::int32_t>(std::max_element(begin, begin + classes) - begin));
    }
    return numbers;
  }
  if (element_count(given) != element_count(row)) {
    return no_targets(
        place, array,
        fmt::format("class numbers {} or one-hot rows {}", data::to_string(row), data::to_string(one_hot)));
  }
  const Array integers = NEURAL_TRY(as_integers(array, array.shape(), place));
  const auto values = integers.values<std::int32_t>();
  numbers.assign(values.begin(), values.end());
  NEURAL_TRY(check_classes(numbers, std::max<std::int64_t>(element_count(row), 1), classes, place));
  return numbers;
}

Expected<Column> prepare_targets(const model::Model& model, const Array& array, const Place& place) {
  const bool has_classes = model.targets == model::TargetKind::kClasses;
  const bool is_one_hot = model.targets == model::TargetKind::kOneHot;
  const std::int64_t classes = model.output().back().value_or(1);
  Column column;
  if (has_classes || is_one_hot) {
    const Shape row = output_row(model, array, true);
    const std::int64_t rows = array.rows();
    Shape full = row;
    full.push_back(classes);
    // One-hot rows that need not be: shares of classes stay what they are.
    if (is_one_hot && array.row_shape() == full) {
      return Column{Column::Kind::kReal, full, as_floats(array, with_rows(rows, full))};
    }
    std::vector<std::int32_t> numbers = NEURAL_TRY(class_numbers(array, row, classes, place));
    if (has_classes) {
      return Column{Column::Kind::kInteger, row,
                    Array::of(ElementType::kInt32, with_rows(rows, row), std::move(numbers))};
    }
    std::vector<float> values(numbers.size() * static_cast<std::size_t>(classes), 0.0F);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      values[i * static_cast<std::size_t>(classes) + static_cast<std::size_t>(numbers[i])] = 1;
    }
    return Column{Column::Kind::kReal, full,
                  Array::of(ElementType::kFloat32, with_rows(rows, full), std::move(values))};
  }
  column.kind = Column::Kind::kReal;
  column.row = output_row(model, array, false);
  if (element_count(array.row_shape()) != element_count(column.row)) {
    return no_targets(place, array, data::to_string(column.row));
  }
  column.array = as_floats(array, with_rows(array.rows(), column.row));
  return column;
}

/// Inputs of the graph that an integer value is made of.
void find_sources(const Graph& graph, const std::vector<std::int32_t>& makers, ValueId id,
                  std::vector<ValueId>& sources) {
  const std::int32_t maker = makers[static_cast<std::size_t>(id.index)];
  if (maker < 0) {
    sources.push_back(id);
    return;
  }
  for (const ValueId input : graph.operations[static_cast<std::size_t>(maker)].inputs)
    find_sources(graph, makers, input, sources);
}

}  // namespace

Samples Samples::slice(std::int64_t begin, std::int64_t end) const {
  Samples result = *this;
  result.rows = end - begin;
  for (Column& column : result.columns) column.array = column.array.slice(begin, end);
  return result;
}

Expected<Samples> prepare_samples(const model::Model& model, const data::Split& data, const std::string& origin,
                                  const std::string& split) {
  NEURAL_CHECK(data.inputs.size() == model.inputs.size());
  Samples samples;
  samples.rows = data.rows();
  for (std::size_t i = 0; i < data.inputs.size(); ++i) {
    const std::string name = model.inputs.size() == 1 ? "x" : model.inputs[i].name;
    samples.columns.push_back(
        NEURAL_TRY(prepare_input(model, model.inputs[i], data.inputs[i], {name_in(name, split), origin})));
  }
  samples.columns.push_back(NEURAL_TRY(prepare_targets(model, data.targets, {name_in("y", split), origin})));
  return samples;
}

Expected<Samples> prepare_inputs(const model::Model& model, const std::vector<Array>& arrays,
                                 const std::string& origin) {
  NEURAL_CHECK(arrays.size() == model.inputs.size());
  Samples samples;
  samples.rows = arrays.front().rows();
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const model::Input& input = model.inputs[i];
    if (arrays[i].rows() != samples.rows || samples.rows == 0) {
      return fail(ErrorCode::kUsage,
                  fmt::format("`{}` in {} has {} samples, `{}` has {}", input.name, origin, arrays[i].rows(),
                              model.inputs.front().name, samples.rows),
                  "samples lie along the first axis: as many for each input, and at least one");
    }
    samples.columns.push_back(NEURAL_TRY(prepare_input(model, input, arrays[i], {input.name, origin})));
  }
  return samples;
}

Expected<std::optional<Samples>> hold_out_validation(const model::Model& model, Samples& samples) {
  const double split = model.training.validation_split;
  if (split <= 0) return std::optional<Samples>();
  const auto kept = static_cast<std::int64_t>(static_cast<double>(samples.rows) * (1 - split));
  if (kept < 1 || kept == samples.rows) {
    return fail(ErrorCode::kUsage,
                fmt::format("a validation_split of {} leaves {} of {} samples to train on", split, kept, samples.rows));
  }
  Samples validation = samples.slice(kept, samples.rows);
  samples = samples.slice(0, kept);
  return std::optional(std::move(validation));
}

Status check_ids(const Graph& graph, const Samples& samples, const std::string& origin, const std::string& split) {
  const std::vector<std::int32_t> makers = producers(graph);
  for (const Operation& operation : graph.operations) {
    if (!std::holds_alternative<Gather>(operation.action)) continue;
    const std::int64_t rows = graph.shape(operation.inputs[0]).front();
    std::vector<ValueId> sources;
    find_sources(graph, makers, operation.inputs[1], sources);
    for (const ValueId source : sources) {
      const auto input = std::find(graph.inputs.begin(), graph.inputs.end(), source);
      NEURAL_CHECK(input != graph.inputs.end(), "ids that are no input");
      const Column& column = samples.columns[static_cast<std::size_t>(input - graph.inputs.begin())];
      const auto ids = column.array.values<std::int32_t>();
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] >= 0 && ids[i] < rows) continue;
        return fail(ErrorCode::kUsage,
                    fmt::format("row {} of the inputs{} in {} holds the id {}, `{}` has 0 to {}",
                                static_cast<std::int64_t>(i) / std::max<std::int64_t>(column.row_size(), 1),
                                split.empty() ? "" : " to " + split, origin, ids[i], operation.origin, rows - 1),
                    "give the Embedding a larger input_dim, or number the ids from 0");
      }
    }
  }
  return done();
}

}  // namespace neural::engine
