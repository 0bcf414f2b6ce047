#include "neural/engine/train/samples.hpp"

#include <gtest/gtest.h>

#include "neural/engine/lower/training.hpp"
#include "neural/model/testing.hpp"

namespace neural::engine {
namespace {

using data::Array;
using data::ElementType;

model::Model network(const std::string& layers, const std::string& input, const std::string& loss) {
  return model::testing::model_of(model::testing::network(layers, input, "loss: " + loss + "\n"));
}

Array zeros(ElementType type, const data::Shape& shape) {
  const auto count = static_cast<std::size_t>(data::element_count(shape).value());
  if (type == ElementType::kUint8) return Array::of(type, shape, std::vector<std::uint8_t>(count, 0));
  if (type == ElementType::kInt64) return Array::of(type, shape, std::vector<std::int64_t>(count, 0));
  return Array::of(ElementType::kFloat32, shape, std::vector<float>(count, 0));
}

std::string error_of(const model::Model& model, Array x, Array y) {
  const auto samples = prepare_samples(model, {{std::move(x)}, std::move(y)}, "`d.npz`", "train");
  return samples ? "" : samples.error().message;
}

const char* const kClasses = "\"sparse_categorical_crossentropy\"";

TEST(Samples, images_of_bytes_stay_bytes_and_get_their_last_axis) {
  const model::Model model = network("Flatten()\nOutput(3, activation=\"softmax\")", "(4, 5, 1)", kClasses);
  const Samples samples =
      prepare_samples(model, {{zeros(ElementType::kUint8, {2, 4, 5})}, zeros(ElementType::kUint8, {2})}, "", "train")
          .value();
  EXPECT_EQ(samples.columns[0].kind, Column::Kind::kBytes);
  EXPECT_EQ(samples.columns[0].row, (Shape{4, 5, 1}));
  EXPECT_EQ(samples.columns[1].kind, Column::Kind::kInteger);
  EXPECT_EQ(samples.columns[1].row, Shape{});
  EXPECT_EQ(samples.slice(1, 2).rows, 1);
}

TEST(Samples, flat_inputs_take_rows_of_any_shape_and_unknown_sizes_become_known) {
  const model::Model flat = network("Output(3)", "(20,)", "mse");
  EXPECT_EQ(prepare_samples(flat, {{zeros(ElementType::kFloat32, {2, 4, 5})}, zeros(ElementType::kFloat32, {2, 3})}, "",
                            "train")
                .value()
                .columns[0]
                .row,
            Shape{20});
  const model::Model open = network("LSTM(3)\nOutput(1)", "(None, 4)", "mse");
  const Samples samples =
      prepare_samples(open, {{zeros(ElementType::kFloat32, {2, 7, 4})}, zeros(ElementType::kFloat32, {2})}, "", "train")
          .value();
  EXPECT_EQ(samples.columns[0].row, (Shape{7, 4}));
  EXPECT_EQ(samples.columns[1].row, (Shape{1}));
}

TEST(Samples, class_numbers_and_one_hot_rows_become_what_the_loss_takes) {
  const Array numbers = Array::of<std::int64_t>(ElementType::kInt64, {2, 1}, {2, 0});
  const Array rows = Array::of<float>(ElementType::kFloat32, {2, 3}, {0, 0, 1, 1, 0, 0});
  const Array x = zeros(ElementType::kFloat32, {2, 4});
  const model::Model sparse = network("Output(3, activation=\"softmax\")", "(4,)", kClasses);
  for (const Array& targets : {numbers, rows}) {
    const Samples samples = prepare_samples(sparse, {{x}, targets}, "", "train").value();
    EXPECT_EQ(samples.columns[1].array.number(0), 2);
    EXPECT_EQ(samples.columns[1].array.number(1), 0);
  }
  const model::Model dense = network("Output(3, activation=\"softmax\")", "(4,)", "\"categorical_crossentropy\"");
  for (const Array& targets : {numbers, rows}) {
    const Samples samples = prepare_samples(dense, {{x}, targets}, "", "train").value();
    EXPECT_EQ(data::to_floats(samples.columns[1].array), (std::vector<float>{0, 0, 1, 1, 0, 0}));
  }
}

TEST(Samples, mistakes_name_array_row_and_what_is_expected) {
  const model::Model model = network("Output(3, activation=\"softmax\")", "(4,)", kClasses);
  const Array x = zeros(ElementType::kFloat32, {2, 4});
  EXPECT_EQ(error_of(model, zeros(ElementType::kFloat32, {2, 5}), zeros(ElementType::kInt64, {2})),
            "`x_train` in `d.npz` has samples of shape (5,), `N` takes (4,)");
  EXPECT_EQ(error_of(model, x, Array::of<std::int64_t>(ElementType::kInt64, {2}, {0, 3})),
            "row 1 of `y_train` in `d.npz` is class 3, the network has the classes 0 to 2");
  EXPECT_EQ(error_of(model, x, Array::of<std::int64_t>(ElementType::kInt64, {2}, {0, -1})),
            "row 1 of `y_train` in `d.npz` is class -1, the network has the classes 0 to 2");
  EXPECT_EQ(error_of(model, x, Array::of<float>(ElementType::kFloat32, {2}, {0, 0.5F})),
            "row 1 of `y_train` in `d.npz` holds 0.5, where a whole number is needed");
  EXPECT_EQ(error_of(model, x, zeros(ElementType::kInt64, {2, 2})),
            "`y_train` in `d.npz` has targets of shape (2,), expected class numbers () or one-hot rows (3,)");
  EXPECT_EQ(error_of(network("Output(3)", "(4,)", "mse"), x, zeros(ElementType::kFloat32, {2, 2})),
            "`y_train` in `d.npz` has targets of shape (2,), expected (3,)");
}

TEST(Samples, ids_that_no_table_has_are_found_before_they_are_looked_up) {
  const model::Model model = network("Embedding(5, 2)\nReshape((6,))\nOutput(1)", "(3,)", "mse");
  syntax::DiagnosticList diagnostics;
  const Graph graph = training_graph(model, 2, {{3}}, diagnostics).value();
  const auto samples = [&](std::int64_t id) {
    const Array ids = Array::of<std::int64_t>(ElementType::kInt64, {2, 3}, {0, 1, 2, 3, 4, id});
    return prepare_samples(model, {{ids}, zeros(ElementType::kFloat32, {2})}, "", "train").value();
  };
  EXPECT_TRUE(check_ids(graph, samples(4), "`d.npz`", "train"));
  EXPECT_EQ(check_ids(graph, samples(5), "`d.npz`", "train").error().message,
            "row 1 of the inputs to train in `d.npz` holds the id 5, `embedding` has 0 to 4");
  EXPECT_FALSE(check_ids(graph, samples(-1), "`d.npz`", "train"));
}

}  // namespace
}  // namespace neural::engine
