#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kNames[] = {
    {
        .code = Code::E201,
        .text = "What stands where a layer begins is neither a layer of the language nor a macro of this file. Layers "
                "are found in any letter case, with or without `_`; macros and parameters exactly as written. A layer "
                "of your own has a name that begins with a capital and ends in `Layer`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dens(128, activation="relu")
    Output(10)
}
)",
        .mistake = "Dens(",
        .correction = "Dense(",
    },
    {
        .code = Code::E202,
        .text = "The layer, optimiser, loss or schedule has no parameter of this name. Dropping it would train another "
                "network than the one written down. Parameters are spelt exactly, apart from a few second names such "
                "as `lr`, `stride`, `kernel` and `heads`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activaton="relu")
    Output(10)
}
)",
        .mistake = "activaton",
        .correction = "activation",
    },
    {
        .code = Code::E203,
        .text = "One parameter is given two values: once by position and once by name, or under two of its names. "
                "Which of them counts must not depend on a rule one has to know. Keep one.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, 3, kernel_size=5)
    Flatten()
    Output(10)
}
)",
        .mistake = "3, kernel_size=5",
        .correction = "kernel_size=5",
    },
    {
        .code = Code::E204,
        .text = "Arguments without a name fill the parameters in their order; one that a value cannot be for is passed "
                "over, so that `Conv2D(32, 3, \"relu\")` sets the activation and `Conv2D(32, 3, 2)` the strides. Here "
                "an argument finds no parameter at all. Name it, or make what it stands for a layer of its own.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, "relu", 0.5)
    Output(10)
}
)",
        .mistake = ", 0.5)",
        .correction = ")\n    Dropout(0.5)",
    },
    {
        .code = Code::E205,
        .text = "This parameter has no default, because no value would be a sensible guess: the units of a layer, the "
                "rate of a dropout. Give it by position or by name.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(activation="relu")
    Output(10)
}
)",
        .mistake = "activation=",
        .correction = "128, activation=",
    },
    {
        .code = Code::E206,
        .text = "There is no optimiser of this name. The name stands alone, in quotes, or with parameters as in "
                "`SGD(learning_rate=0.1, momentum=0.9)`, in any letter case. Without an `optimizer` section a network "
                "trains with `Adam`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  optimizer: Adan(learning_rate=0.001)
}
)",
        .mistake = "Adan",
        .correction = "Adam",
    },
    {
        .code = Code::E207,
        .text = "There is no loss of this name. Letter case, `_` and quotes do not matter, and short names such as "
                "`mse` and `bce` are known. Without a `loss` section a network trains with `categorical_crossentropy`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  loss: "sparse_categorical_crosentropy"
}
)",
        .mistake = "crosentropy",
        .correction = "crossentropy",
    },
    {
        .code = Code::E208,
        .text = "There is no metric of this name. `accuracy` takes the form that suits the loss; every loss is a "
                "metric too. Several metrics are written as a list.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  metrics: ["acuracy"]
}
)",
        .mistake = "acuracy",
        .correction = "accuracy",
    },
    {
        .code = Code::E209,
        .text = "The parameter takes one word of a fixed list, such as an activation, an initialiser or a kind of "
                "padding, and this word is not in it. Letter case, `_` and quotes do not matter.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="rellu")
    Output(10)
}
)",
        .mistake = "rellu",
        .correction = "relu",
    },
    {
        .code = Code::E210,
        .text = "There is no schedule of this name for the learning rate. A schedule is written where a number could "
                "stand; its steps are batches, not epochs.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  optimizer: SGD(learning_rate=ExponentialDecy(0.1, 1000, 0.9))
}
)",
        .mistake = "ExponentialDecy",
        .correction = "ExponentialDecay",
    },
    {
        .code = Code::E211,
        .text = "A device is `cpu`, `gpu`, `cuda` or `tpu`, with a number behind a colon where there are several, or "
                "`auto`, which takes what the machine has.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  execution { device: gpu1 }
}
)",
        .mistake = "gpu1",
        .correction = "gpu:1",
    },
    {
        .code = Code::E212,
        .text = "`train { }`, `execution { }` and the references of a research block know a fixed list of settings, "
                "and this is none of them. The learning rate and its like belong to the optimizer, the device to "
                "`execution { }`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  train { learning_rate: 0.01 }
}
)",
        .mistake = "train { learning_rate: 0.01 }",
        .correction = "optimizer: Adam(learning_rate=0.01)",
    },
    {
        .code = Code::E213,
        .text = "A name stands for one thing: the `name` of a layer within its network, a macro and its parameters, "
                "an input, a branch beside its neighbours. A macro cannot take the name of a built-in layer either. "
                "Saved weights and messages would otherwise not say which one they mean.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(256, activation="relu", name="hidden")
    Dense(128, activation="relu", name="hidden")
    Output(10)
}
)",
        .mistake = R"(Dense(128, activation="relu", name="hidden"))",
        .correction = R"(Dense(128, activation="relu", name="hidden_2"))",
    },
    {
        .code = Code::E214,
        .text = "A macro is written out where it is used, so one that contains itself, directly or by way of others, "
                "would never end. To stack copies, repeat with `*`.",
        .wrong = R"(define Stack {
  Dense(128, activation="relu")
  Stack
}

network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Stack
    Output(10)
}
)",
        .mistake = "\"relu\")\n  Stack\n",
        .correction = "\"relu\") * 2\n",
    },
    {
        .code = Code::E215,
        .text = "The use of a macro gives its parameters as a call does: by position, then by name, each once, none "
                "missing that has no default, none that the macro does not have. The message says what the macro "
                "takes.",
        .wrong = R"(define Hidden(width, rate) {
  Dense(width, activation="relu")
  Dropout(rate)
}

network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Hidden(128)
    Output(10)
}
)",
        .mistake = "Hidden(128)",
        .correction = "Hidden(128, 0.2)",
    },
    {
        .code = Code::E216,
        .text = "A bare name as a value is a word the parameter knows, such as `relu`, or a parameter of the macro it "
                "stands in; there are no other variables. Write the value itself, or put the layers into a macro with "
                "a parameter of that name.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(hidden_units, activation="relu")
    Output(10)
}
)",
        .mistake = "hidden_units",
        .correction = "128",
    },
    {
        .code = Code::W217,
        .text = "Two networks of the file have one name. Commands take the first network unless told otherwise; the "
                "second of a name is reached as `--network Name#2`. Rename one of them.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, 3, activation="relu")
    Flatten()
    Output(10)
}

network Digits {
  input: (784)
  layers:
    Dense(128, activation="relu")
    Output(10)
}
)",
        .mistake = "network Digits {\n  input: (784)",
        .correction = "network FlatDigits {\n  input: (784)",
    },
    {
        .code = Code::W218,
        .text = "Some layers have a second name: `Residual` is `ResidualConnection`, `MaxPool2D` is `MaxPooling2D`. A "
                "macro may take such a name, and then hides it in the whole file. Rename the macro unless every "
                "reader will know that it is yours.",
        .wrong = R"(define MaxPool2D(size) {
  MaxPooling2D(size, padding="same")
}

network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, 3, activation="relu")
    MaxPool2D(3)
    Flatten()
    Output(10)
}
)",
        .mistake = "MaxPool2D(",
        .correction = "SamePool(",
    },
};

}  // namespace

std::span<const Explanation> name_explanations() {
  return kNames;
}

}  // namespace neural::syntax
