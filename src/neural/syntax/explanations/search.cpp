#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kSearch[] = {
    {
        .code = Code::E351,
        .text = "The alternatives of a `choice` are of one kind: all numbers, all names, all `true` or `false`, all "
                "tuples or all lists; `None` may stand among any of them. A mixture is nearly always a value that "
                "belongs to another parameter.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation=HPO(choice("relu", "tanh", 0.2)))
    Output(10)
}
)",
        .mistake = ", 0.2",
        .correction = ", \"leaky_relu\"",
    },
    {
        .code = Code::E352,
        .text = "A `range` goes from its first number up to its second, both included, so the second must be the "
                "larger one. For one fixed value leave out the search.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(HPO(range(256, 64, step=64)), activation="relu")
    Output(10)
}
)",
        .mistake = "256, 64",
        .correction = "64, 256",
    },
    {
        .code = Code::E353,
        .text = "A `range` goes up in steps, and the step says by how much: it is above 0. Without a step, a range of "
                "whole numbers goes up by 1 and any other is continuous.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(HPO(range(64, 256, step=0)), activation="relu")
    Output(10)
}
)",
        .mistake = "step=0",
        .correction = "step=64",
    },
    {
        .code = Code::E354,
        .text = "A `log_range` draws evenly from the logarithms of its bounds, as is usual for a learning rate. Zero "
                "and negative numbers have no logarithm, so the bounds are above 0, the smaller one first.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  optimizer: Adam(learning_rate=HPO(log_range(0, 0.1)))
}
)",
        .mistake = "log_range(0,",
        .correction = "log_range(1e-5,",
    },
    {
        .code = Code::E355,
        .text = "A search stands for a whole value of a layer, an optimiser, a schedule or a loss, for a layer, for "
                "`loss` and `optimizer` themselves, and for `epochs`, `batch_size` and `validation_split`. Not for one "
                "number in a tuple, a shape, a device, a name or a repetition. Search over whole tuples, for example.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, (HPO(choice(3, 5)), 3), activation="relu")
    Flatten()
    Output(10)
}
)",
        .mistake = "(HPO(choice(3, 5)), 3)",
        .correction = "HPO(choice((3, 3), (5, 3)))",
    },
};

}  // namespace

std::span<const Explanation> search_explanations() {
  return kSearch;
}

}  // namespace neural::syntax
