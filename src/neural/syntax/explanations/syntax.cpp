#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kSyntax[] = {
    {
        .code = Code::E101,
        .text = "Only certain words or signs can follow here, and the text has another one; the message names both. "
                "The mark shows where reading stopped, so the slip is often just before it: a comma missing between "
                "two arguments, a `:` behind the name of a section, the parentheses of a shape.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128 activation="relu")
    Output(10)
}
)",
        .mistake = "128 activation",
        .correction = "128, activation",
    },
    {
        .code = Code::E102,
        .text = "Networks and macros have names: commands, generated programs and messages call them by it. Write the "
                "name between the keyword and what follows it.",
        .wrong = R"(network {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
}
)",
        .mistake = "network {",
        .correction = "network Digits {",
    },
    {
        .code = Code::E103,
        .text = "A bracket is opened and never closed. The mark shows the bracket, the note shows where it was missed, "
                "which is often the line behind the slip. Close it where its call, list or block ends.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu"
    Output(10)
}
)",
        .mistake = "\"relu\"\n",
        .correction = "\"relu\")\n",
    },
    {
        .code = Code::E104,
        .text = "A file holds at least one network or one research block; in this one there is nothing to check or to "
                "build. It may be the wrong file, or everything in it is commented out.",
        .wrong = "# Handwritten digits: one hidden layer, ten classes.\n",
        .mistake = "ten classes.\n",
        .correction = R"(ten classes.
network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu")
    Output(10)
}
)",
    },
    {
        .code = Code::W104,
        .text = "The file defines macros and no network, so nothing is built of it: a macro is only seen in its own "
                "file. Add the network that uses the macros; `neural check --as macro` checks a file of macros without "
                "this warning.",
        .wrong = R"(define Hidden(width) {
  Dense(width, activation="relu")
  Dropout(0.2)
}
)",
        .mistake = "(0.2)\n}\n",
        .correction = R"((0.2)
}

network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Hidden(128)
    Output(10)
}
)",
    },
    {
        .code = Code::E105,
        .text = "In a call, the arguments without a name come first and fill the parameters in order; behind a named "
                "one their order would be a guess. Give this one its name too, or move it to the front.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(units=128, "relu")
    Output(10)
}
)",
        .mistake = "\"relu\"",
        .correction = "activation=\"relu\"",
    },
    {
        .code = Code::E106,
        .text = "Between two arguments stands one comma, and none behind the last, where it usually means that an "
                "argument got lost. Remove it, or add what is missing. Tuples, lists and shapes may end in a comma.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu",)
    Output(10)
}
)",
        .mistake = ",)",
        .correction = ")",
    },
    {
        .code = Code::E107,
        .text = "The sections of a network are `input`, `layers`, `loss`, `optimizer`, `metrics`, `train` (also "
                "`training`) and `execution` (also `execute`). A misspelt one that was skipped would leave you with a "
                "default you did not ask for.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  optimiser: SGD(learning_rate=0.1)
}
)",
        .mistake = "optimiser",
        .correction = "optimizer",
    },
    {
        .code = Code::E108,
        .text = "A section, and a setting inside one, is given once: of two, either could be meant. `train` and "
                "`training` count as one section, `execute` and `execution` too. Keep one of them.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  optimizer: SGD(learning_rate=0.1)
  optimizer: Adam(learning_rate=0.001)
}
)",
        .mistake = "  optimizer: SGD(learning_rate=0.1)\n",
        .correction = "",
    },
    {
        .code = Code::E109,
        .text = "A network needs the shape of one sample, from which all other shapes follow, and its layers. Every "
                "other section has a default; `input` and `layers` have none.",
        .wrong = R"(network Digits {
  layers:
    Flatten()
    Dense(128, activation="relu")
    Output(10)
}
)",
        .mistake = "Digits {\n",
        .correction = "Digits {\n  input: (28, 28, 1)\n",
    },
    {
        .code = Code::E110,
        .text = "The layers of a network, its inputs in braces and the body of a macro hold at least one entry each. "
                "An empty one is mostly a place that was to be filled in later, or one whose lines are all commented "
                "out.",
        .wrong = R"(network Digits {
  input: (784)
  layers:
    # Output(10)
  loss: "sparse_categorical_crossentropy"
}
)",
        .mistake = "# Output",
        .correction = "Output",
    },
    {
        .code = Code::E111,
        .text = "Keywords and sections are written in lower case, exactly as listed. Only the names of layers, "
                "activations, losses, optimisers and the like may be written in any case.",
        .wrong = R"(Network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
}
)",
        .mistake = "Network",
        .correction = "network",
    },
    {
        .code = Code::E112,
        .text = "`HPO(…)` holds one of `choice(a, b, …)`, `range(low, high, step=…)`, where the step may be left out, "
                "and `log_range(low, high)`. A plain value, another function, or an `HPO` directly inside is none of "
                "them; an alternative of a `choice` may be an `HPO` again.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(HPO(uniform(64, 256)), activation="relu")
    Output(10)
}
)",
        .mistake = "uniform(64, 256)",
        .correction = "range(64, 256, step=64)",
    },
    {
        .code = Code::E113,
        .text = "The names of sections and of training settings end a list of layers, and `HPO` begins a search, so "
                "a macro, a parameter of a macro, an input or a branch cannot have one of them. Choose another name.",
        .wrong = R"(define Noisy(width, seed) {
  Dense(width, activation="relu")
  Dropout(0.2, seed=seed)
}

network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Noisy(128, 7)
    Output(10)
}
)",
        .mistake = R"(seed) {
  Dense(width, activation="relu")
  Dropout(0.2, seed=seed)
)",
        .correction = R"(dropout_seed) {
  Dense(width, activation="relu")
  Dropout(0.2, seed=dropout_seed)
)",
    },
    {
        .code = Code::W114,
        .text = "In a call, `=` stands between a parameter and its value; `:` belongs to sections and settings. The "
                "argument is read as if it were written with `=`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation: "relu")
    Output(10)
}
)",
        .mistake = "activation: ",
        .correction = "activation=",
    },
    {
        .code = Code::W115,
        .text = "A setting of the training stands directly in the network, as some older files have it. It is read as "
                "if it stood in `train { }`; move it there, where the next reader will look for it.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Output(10)
  epochs: 5
}
)",
        .mistake = "epochs: 5",
        .correction = "train { epochs: 5 }",
    },
};

}  // namespace

std::span<const Explanation> syntax_explanations() {
  return kSyntax;
}

}  // namespace neural::syntax
