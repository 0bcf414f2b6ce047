// How programs hold the weights of a network, against what their texts say and against the way back.
#include "neural/emit/parameters.hpp"

#include <gtest/gtest.h>

#include <map>

#include "neural/model/testing.hpp"

namespace neural::emit {
namespace {

model::Model network(const char* layers, const char* input) {
  return model::testing::model_of(model::testing::network(layers, input, "loss: mse\noptimizer: Adam\n"));
}

/// 0, 1, 2, … in the network's tensor.
std::vector<float> counted(std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i);
  return values;
}

TEST(ProgramTensors, of_tensorflow_are_those_of_the_network) {
  const model::Model model = network("Dense(3)\nBatchNormalization()\nOutput(2)", "(2,)");
  const auto tensors = program_tensors(model, "tensorflow").value();
  std::vector<std::string> names;
  for (const ProgramTensor& tensor : tensors) {
    names.push_back(tensor.weight + (tensor.is_trainable ? "" : "!"));
    EXPECT_EQ(tensor.name, tensor.weight);
    EXPECT_EQ(to_program(tensor, counted(tensor.places.size())), counted(tensor.places.size()));
  }
  const std::vector<std::string> expected = {"dense/kernel",
                                             "dense/bias",
                                             "batch_normalization/gamma",
                                             "batch_normalization/beta",
                                             "batch_normalization/moving_mean!",
                                             "batch_normalization/moving_variance!",
                                             "output/kernel",
                                             "output/bias"};
  EXPECT_EQ(names, expected);
}

TEST(ProgramTensors, of_pytorch_stand_as_its_modules_hold_them) {
  const model::Model model = network("Conv2D(2, (1, 2))\nFlatten()\nOutput(3)", "(2, 3, 2)");
  const auto tensors = program_tensors(model, "pytorch").value();
  ASSERT_EQ(tensors.size(), 4U);
  // A kernel (1, 2, 2, 2) of height, width, channels and filters is (filters, channels, height, width) there.
  EXPECT_EQ(tensors[0].name, "conv2d.weight");
  EXPECT_EQ(tensors[0].shape, (std::vector<std::int64_t>{2, 2, 1, 2}));
  EXPECT_EQ(to_program(tensors[0], counted(8)), (std::vector<float>{0, 4, 2, 6, 1, 5, 3, 7}));
  EXPECT_EQ(tensors[1].shape, (std::vector<std::int64_t>{2}));
  // Outputs first; and the flattened features are those of channels first: (channels, height, width).
  EXPECT_EQ(tensors[2].shape, (std::vector<std::int64_t>{3, 8}));
  const std::vector<float> first = to_program(tensors[2], counted(24));
  EXPECT_EQ(std::vector<float>(first.begin(), first.begin() + 8), (std::vector<float>{0, 6, 12, 18, 3, 9, 15, 21}));
}

TEST(ProgramTensors, come_back_as_they_went) {
  const struct {
    const char* layers;
    const char* input;
  } samples[] = {{"Conv2D(4, 3)\nFlatten()\nDense(5)\nOutput(2)", "(6, 5, 3)"},
                 {"LSTM(3, return_sequences=true)\nGRU(2)\nOutput(2)", "(4, 2)"},
                 {"Bidirectional(LSTM(3))\nOutput(2)", "(4, 2)"},
                 {"DepthwiseConv2D(3)\nBatchNormalization()\nFlatten()\nOutput(2)", "(5, 5, 2)"}};
  for (const auto& sample : samples) {
    SCOPED_TRACE(sample.layers);
    const model::Model model = network(sample.layers, sample.input);
    for (const char* backend : {"pytorch", "tensorflow"}) {
      std::map<std::string, std::vector<float>> back;
      for (const weights::NamedTensor& tensor : weights::tensors_of(model)) {
        back[tensor.name].assign(static_cast<std::size_t>(tensor.tensor->size()), -1);
      }
      const auto tensors = program_tensors(model, backend).value();
      for (const ProgramTensor& tensor : tensors) {
        std::vector<float>& to = back.at(tensor.weight);
        std::int64_t elements = 1;
        for (const std::int64_t size : tensor.shape) elements *= size;
        EXPECT_EQ(elements, static_cast<std::int64_t>(tensor.places.size()));
        to_network(tensor, to_program(tensor, counted(to.size())), to);
      }
      for (const auto& [name, values] : back) EXPECT_EQ(values, counted(values.size())) << backend << " " << name;
    }
  }
}

TEST(ProgramTensors, of_others_are_not_known) {
  const auto tensors = program_tensors(network("Output(2)", "(2,)"), "jax");
  ASSERT_FALSE(tensors.has_value());
  EXPECT_NE(tensors.error().message.find("`jax`"), std::string::npos);
}

}  // namespace
}  // namespace neural::emit
