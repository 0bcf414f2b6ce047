#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kStructure[] = {
    {
        .code = Code::E401,
        .text = "Only layers that are built of others take layers in braces: residual connections, transformer blocks, "
                "`TimeDistributed` and layers of your own. Behind any other layer the block has no meaning; write its "
                "layers on the next lines.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu") {
      Dropout(0.2)
    }
    Output(10)
}
)",
        .mistake = " {\n      Dropout(0.2)\n    }\n",
        .correction = "\n    Dropout(0.2)\n",
    },
    {
        .code = Code::E402,
        .text = "A layer is placed on one device, and this one names two. Keep one of them; to place several layers "
                "at once, put the device behind the use of a macro, or into `execution { }`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu") @ cpu @ gpu:0
    Output(10)
  execution { device: cpu }
}
)",
        .mistake = " @ gpu:0",
        .correction = "",
    },
    {
        .code = Code::E403,
        .text = "`*` stands for that many copies of the layer, each with weights of its own, so it is at least 1. To "
                "try a network without the layer, comment it out.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu") * 0
    Output(10)
}
)",
        .mistake = "* 0",
        .correction = "* 2",
    },
    {
        .code = Code::E404,
        .text = "A wrapper such as `TimeDistributed` or `Bidirectional` changes how one layer is applied, and takes "
                "exactly that one in its parentheses. What `TimeDistributed` is to apply after it stands in a block "
                "behind.",
        .wrong = R"(network Clips {
  input: (16, 64, 64, 3)
  layers:
    TimeDistributed(Conv2D(16, 3, activation="relu"), MaxPooling2D(2))
    Flatten()
    Output(10)
}
)",
        .mistake = ", MaxPooling2D(2))",
        .correction = ") {\n      MaxPooling2D(2)\n    }",
    },
    {
        .code = Code::E405,
        .text = "A layer stands where a value is needed, or a value where a layer is. Activations, initialisers and "
                "other words are given by name; a layer with its parentheses is a value only in wrappers and in a "
                "search over layers.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation=ReLU())
    Output(10)
}
)",
        .mistake = "ReLU()",
        .correction = "\"relu\"",
    },
    {
        .code = Code::E406,
        .text = "One tensor of weights would have more than 2^40 elements, which fill four terabytes: surely a slip. "
                "Look for a number with too many zeros, or for a large image that is flattened; convolution, pooling "
                "or `GlobalAveragePooling2D` make it smaller first.",
        .wrong = R"(network Photos {
  input: (512, 512, 3)
  layers:
    Flatten()
    Dense(10240000, activation="relu")
    Output(10)
}
)",
        .mistake = "10240000",
        .correction = "1024",
    },
    {
        .code = Code::W411,
        .text = "`Output` is the layer whose result the loss sees, so it ends the network. It is applied where it "
                "stands, but the loss sees what the layers behind it make of it. Move them in front of it, or make it "
                "a `Dense`.",
        .wrong = R"(network Prices {
  input: (13)
  layers:
    Dense(64, activation="relu")
    Output(1)
    Dropout(0.2)
  loss: "mse"
}
)",
        .mistake = "    Output(1)\n    Dropout(0.2)\n",
        .correction = "    Dropout(0.2)\n    Output(1)\n",
    },
    {
        .code = Code::W412,
        .text = "A residual connection adds its input to what the layers in its braces make of it. Without braces, or "
                "with nothing in them, there is nothing to add, and it passes its input on. Give it the layers it is "
                "to bridge, or remove it.",
        .wrong = R"(network Digits {
  input: (784)
  layers:
    Dense(128, activation="relu")
    ResidualConnection()
    Output(10)
}
)",
        .mistake = "ResidualConnection()",
        .correction = "ResidualConnection { Dense(128, activation=\"relu\") }",
    },
    {
        .code = Code::W413,
        .text = "A layer such as `Add` or `Concatenate` joins the tensors that are open, and here only one is, so it "
                "passes that one on. Branches before it open several; if you want a bridge over layers, use "
                "`ResidualConnection { … }`.",
        .wrong = R"(network Digits {
  input: (784)
  layers:
    narrow: { Dense(32, activation="relu") }
    Concatenate()
    Output(10)
}
)",
        .mistake = "    Concatenate",
        .correction = "    wide: { Dense(256, activation=\"relu\") }\n    Concatenate",
    },
    {
        .code = Code::W414,
        .text = "The name is accepted, but the language does not know what the layer computes: a layer of your own, "
                "one such as `GraphConv` whose data are no plain tensors, a `Lambda` that is not a simple expression. "
                "Its shape is taken to be the input's unless `output_shape` says otherwise, and it cannot be trained "
                "without code of yours. Use a built-in layer, or a macro made of some, where one will do.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    HighwayLayer(128)
    Output(10)
}
)",
        .mistake = "HighwayLayer(128)",
        .correction = "Dense(128)",
    },
    {
        .code = Code::W415,
        .text = "What is written has no effect here: a parameter kept for the sake of other frameworks, such as "
                "`input_shape` or `stateful`, one that the other arguments decide, or a device for a single layer "
                "where networks run on one. Leave it out, so that nobody relies on it.",
        .wrong = R"(network Digits {
  input: (784)
  layers:
    Dense(128, activation="relu", input_shape=(784,))
    Output(10)
}
)",
        .mistake = ", input_shape=(784,)",
        .correction = "",
    },
};

}  // namespace

std::span<const Explanation> structure_explanations() {
  return kStructure;
}

}  // namespace neural::syntax
