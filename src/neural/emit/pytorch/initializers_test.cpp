#include "neural/emit/pytorch/initializers.hpp"

#include <gtest/gtest.h>

namespace neural::emit::pytorch {
namespace {

using model::InitializerKind;
using model::Parameter;

model::Tensor tensor(InitializerKind kind, std::vector<std::int64_t> shape,
                     std::vector<std::pair<Parameter, double>> parameters = {}) {
  model::Tensor result{"kernel", std::move(shape), {kind, {}}, true};
  for (const auto& [parameter, value] : parameters) result.initializer.parameters.set(parameter, {value});
  return result;
}

std::string call(const model::Tensor& tensor) {
  const TensorInitialisation initialisation = initialise(tensor, "weight");
  std::string text = initialisation.function;
  for (const auto& [name, value] : initialisation.arguments) text += " " + name + "=" + value;
  return text;
}

TEST(Initialise, UsesPyTorchSOwnFunctionsForMatricesAndKernels) {
  EXPECT_EQ(call(tensor(InitializerKind::glorot_uniform, {784, 128})), "nn.init.xavier_uniform_");
  EXPECT_EQ(call(tensor(InitializerKind::he_uniform, {3, 3, 8, 16})),
            "nn.init.kaiming_uniform_ mode=\"fan_in\" nonlinearity=\"relu\"");
  EXPECT_EQ(call(tensor(InitializerKind::identity, {4, 4})), "nn.init.eye_");
}

TEST(Initialise, WritesTheBoundOfAVectorOut) {
  EXPECT_EQ(call(tensor(InitializerKind::glorot_uniform, {3})), "nn.init.uniform_ a=-1.0 b=1.0");
}

TEST(Initialise, CutsNormalDistributionsAtTwoDeviationsAndKeepsTheVariance) {
  // sqrt(2 / 512) / 0.87962566103423978 and twice that
  EXPECT_EQ(call(tensor(InitializerKind::he_normal, {512, 10})),
            "nn.init.trunc_normal_ mean=0.0 std=0.07105295214615978 a=-0.14210590429231956 b=0.14210590429231956");
  EXPECT_EQ(call(tensor(InitializerKind::truncated_normal, {8, 8}, {{Parameter::mean, 1}, {Parameter::stddev, 0.5}})),
            "nn.init.trunc_normal_ mean=1.0 std=0.5 a=0.0 b=2.0");
}

TEST(IsExchangeable, HoldsForIndependentElementsOnly) {
  EXPECT_TRUE(is_exchangeable({InitializerKind::glorot_uniform, {}}));
  EXPECT_FALSE(is_exchangeable({InitializerKind::orthogonal, {}}));
  EXPECT_FALSE(is_exchangeable({InitializerKind::identity, {}}));
}

}  // namespace
}  // namespace neural::emit::pytorch
