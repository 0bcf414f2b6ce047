#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kBackends[] = {
    {
        .code = Code::E701,
        .text = "The program is sound, but this framework has no way to compute exactly what it means, and Neural does "
                "not write something similar in its place. The message names the layer or the parameter, and what to "
                "write instead where there is something; another backend may do it as it is.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, 3, activation="relu")
    BatchNormalization(axis=(2, 3))
    Flatten()
    Output(10)
}
)",
        .mistake = "axis=(2, 3)",
        .correction = "axis=3",
        .backend = "tensorflow",
    },
    {
        .code = Code::W702,
        .text = "The generated program computes this nearly as the language defines it, but not to the last bit, "
                "because the framework does it in its own way; the message says how far apart they can be. Nothing is "
                "wrong, unless you compare the results of two backends closely: then `--strict` helps. The head of the "
                "program has the list, and `neural compile --report-deviations` shows it.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  optimizer: SGD(learning_rate=0.1, clipnorm=1.0)
}
)",
        .mistake = "clipnorm=1.0",
        .correction = "clipvalue=1.0",
        .backend = "pytorch",
    },
    {
        .code = Code::E704,
        .text = "A compiled program trains one network, and this one leaves values to a search: each `HPO(…)` stands "
                "for many. Put one value in the place of each, choose values with `neural compile --choose`, or let "
                "`neural tune` find the best.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(HPO(choice(64, 128, 256)), activation="relu")
    Output(10)
}
)",
        .mistake = "HPO(choice(64, 128, 256))",
        .correction = "128",
        .backend = "tensorflow",
    },
    {
        .code = Code::E705,
        .text = "A layer of your own, named `…Layer`, may stand in a network, but only its name and its arguments are "
                "known. The compiler writes a program for it where it is told the class, for one framework: "
                "`neural compile --custom HighwayLayer=my_layers:Highway`. Else use a built-in layer, or a macro made "
                "of some. A "
                "`Lambda` that is no expression of the language becomes Python with `--allow-python-lambda`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    HighwayLayer(128)
    Output(10)
}
)",
        .mistake = "HighwayLayer(128)",
        .correction = "Dense(128, activation=\"relu\")",
        .backend = "tensorflow",
        .also = Code::W414,
    },
};

}  // namespace

std::span<const Explanation> backend_explanations() {
  return kBackends;
}

}  // namespace neural::syntax
