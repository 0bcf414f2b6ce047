#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kValues[] = {
    {
        .code = Code::E301,
        .text = "The parameter takes another type of value: a number, `true` or `false`, a word, a tuple. Layers get "
                "the width of their input from the shape before them, so `Dense` is given its units only, not the "
                "pair of inputs and outputs some frameworks ask for.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(784, 128)
    Output(10)
}
)",
        .mistake = "784, 128",
        .correction = "128",
    },
    {
        .code = Code::E302,
        .text = "The value is of the right type, but outside of what makes sense: sizes and counts are at least 1, "
                "rates and probabilities lie from 0 to 1, a learning rate is above 0, a validation split is below 1. "
                "The message names the bound and the value.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu")
    Dropout(25)
    Output(10)
}
)",
        .mistake = "25",
        .correction = "0.25",
    },
    {
        .code = Code::E303,
        .text = "A parameter with a value for each axis takes one number for all of them, or a tuple with exactly one "
                "per axis. The batch and the channels are no axes of a kernel: `Conv2D` has two, height and width.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, (3, 3, 1), activation="relu")
    Flatten()
    Output(10)
}
)",
        .mistake = "(3, 3, 1)",
        .correction = "(3, 3)",
    },
    {
        .code = Code::W304,
        .text = "A whole number is wanted and a float is given that happens to be one. It is taken as that number; "
                "write it without point or exponent. A float with a fraction is an error.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(1e3, activation="relu")
    Output(10)
}
)",
        .mistake = "1e3",
        .correction = "1000",
    },
    {
        .code = Code::W305,
        .text = "A tuple inside a tuple is opened, and its numbers are taken in order, one for each axis. That is what "
                "some older files mean; write them as one tuple.",
        .wrong = R"(network Clips {
  input: (16, 64, 64, 3)
  layers:
    Conv3D(8, (3, (5, 5)), activation="relu")
    Flatten()
    Output(10)
}
)",
        .mistake = "(3, (5, 5))",
        .correction = "(3, 5, 5)",
    },
    {
        .code = Code::E306,
        .text =
            "The parameter takes one value and gets a list. A list never means \"try each of these\"; a search says "
            "so, with `HPO(choice(…))`. Only `batch_size` also takes a list for that.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense([64, 128], activation="relu")
    Output(10)
}
)",
        .mistake = "[64, 128]",
        .correction = "HPO(choice(64, 128))",
    },
    {
        .code = Code::E307,
        .text = "A number is wanted, and it stands in quotes, which makes it a text. Remove the quotes.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense("128", activation="relu")
    Output(10)
}
)",
        .mistake = "\"128\"",
        .correction = "128",
    },
};

}  // namespace

std::span<const Explanation> value_explanations() {
  return kValues;
}

}  // namespace neural::syntax
