#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kTraining[] = {
    {
        .code = Code::W601,
        .text = "A cross-entropy works on the numbers before the last activation, and expects `softmax` for one class "
                "of several, `sigmoid` for yes or no. With another activation, or one that is not at the very end, it "
                "takes the activated numbers for those, and trains badly. Use the one that suits, or give `Output` no "
                "activation: then it gets the right one.",
        .wrong = R"(network Reviews {
  input: (2000)
  layers:
    Dense(64, activation="relu")
    Output(1, activation="softmax")
  loss: "binary_crossentropy"
}
)",
        .mistake = "softmax",
        .correction = "sigmoid",
    },
    {
        .code = Code::W602,
        .text = "A categorical loss compares the outputs of several classes; with a single output the probability is "
                "always 1, and nothing is learnt. For yes or no use `binary_crossentropy`, for classes one output "
                "each.",
        .wrong = R"(network Reviews {
  input: (2000)
  layers:
    Dense(64, activation="relu")
    Output(1)
  loss: "categorical_crossentropy"
}
)",
        .mistake = "categorical",
        .correction = "binary",
    },
};

}  // namespace

std::span<const Explanation> training_explanations() {
  return kTraining;
}

}  // namespace neural::syntax
