#include "neural/syntax/explanations/tables.hpp"

namespace neural::syntax {
namespace {

constexpr Explanation kShapes[] = {
    {
        .code = Code::E501,
        .text = "The layer needs a tensor with another number of axes: `Conv2D` an image (height, width, channels), "
                "`LSTM` a sequence (steps, features). Shapes never count the batch. The note shows how the shape came "
                "about; mostly a `Flatten` or `Dense` stands too early, or the batch size is part of `input`.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Conv2D(32, 3, activation="relu")
    Output(10)
}
)",
        .mistake = "    Flatten()\n    Conv2D(32, 3, activation=\"relu\")\n",
        .correction = "    Conv2D(32, 3, activation=\"relu\")\n    Flatten()\n",
    },
    {
        .code = Code::E502,
        .text = "Every size in a shape is at least 1, or `None` where it varies from batch to batch. The batch size is "
                "not part of `input`, so there is no need for a -1 in front.",
        .wrong = R"(network Digits {
  input: (-1, 28, 28, 1)
  layers:
    Flatten()
    Output(10)
}
)",
        .mistake = "-1, ",
        .correction = "",
    },
    {
        .code = Code::E503,
        .text = "A kernel or pooling window does not fit into its input even once, so the output would have no "
                "elements. Usually the layers before it have shrunk the image too far; the note shows how. Use a "
                "smaller window, `padding=\"same\"`, or less pooling before it.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, 3, activation="relu")
    MaxPooling2D(8)
    Conv2D(64, 5, activation="relu")
    Flatten()
    Output(10)
}
)",
        .mistake = "MaxPooling2D(8)",
        .correction = "MaxPooling2D(2)",
    },
    {
        .code = Code::E504,
        .text = "Layers such as `Add` join tensors of the same shape, or of sizes where one is 1; `Concatenate` needs "
                "equal sizes on all axes but the one it joins. Two of the tensors here differ elsewhere. Give both "
                "sides the same width or the same strides and padding.",
        .wrong = R"(network Digits {
  input: (784)
  layers:
    left: { Dense(128, activation="relu") }
    right: { Dense(64, activation="tanh") }
    Add()
    Output(10)
}
)",
        .mistake = "Dense(64",
        .correction = "Dense(128",
    },
    {
        .code = Code::E505,
        .text = "A size is `None` that has to be a number, because weights of that size are made once, before the "
                "first batch. Give it a number in `input`, or bring it to a fixed size first, as global pooling does.",
        .wrong = R"(network Spectrograms {
  input: (64, None, 1)
  layers:
    Conv2D(32, 3, activation="relu")
    Flatten()
    Output(10)
}
)",
        .mistake = "Flatten()",
        .correction = "GlobalAveragePooling2D()",
    },
    {
        .code = Code::E506,
        .text = "A reshape only rearranges, so the new shape has exactly as many elements as the old one. One size may "
                "be -1, and then follows from the others.",
        .wrong = R"(network Digits {
  input: (784)
  layers:
    Reshape((28, 28, 3))
    Conv2D(32, 3, activation="relu")
    Flatten()
    Output(10)
}
)",
        .mistake = "(28, 28, 3)",
        .correction = "(28, 28, 1)",
    },
    {
        .code = Code::E507,
        .text = "Branches, and several inputs, leave several tensors open, and an ordinary layer takes one. Join them "
                "with `Concatenate`, `Add` or another merge before going on; one tensor must be left at the end.",
        .wrong = R"(network Digits {
  input: (784)
  layers:
    narrow: { Dense(32, activation="relu") }
    wide: { Dense(256, activation="relu") }
    Output(10)
}
)",
        .mistake = "    Output",
        .correction = "    Concatenate()\n    Output",
    },
    {
        .code = Code::E508,
        .text = "The network declares an input that no layer reads, so training would ask for data that have no "
                "effect. Give it a branch of its name, let a merge take it, or remove it.",
        .wrong = R"(network Patients {
  input: { scan: (64, 64, 1) age: (1) }
  layers:
    scan: {
      Flatten()
      Dense(64, activation="relu")
      Output(2)
    }
}
)",
        .mistake = "      Output(2)\n    }\n",
        .correction = "    }\n    Concatenate()\n    Output(2)\n",
    },
    {
        .code = Code::E509,
        .text =
            "A residual connection adds its input to what its body makes of it, so the two must fit. Other channels "
            "and a smaller image are bridged by a projection (W524); another number of axes, a longer axis, or any "
            "difference with `projection=\"none\"` is not. Move what changes the rank behind the block.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(16, 3, activation="relu")
    ResidualConnection {
      Conv2D(16, 3, padding="same", activation="relu")
      GlobalAveragePooling2D()
    }
    Output(10)
}
)",
        .mistake = "      GlobalAveragePooling2D()\n    }\n",
        .correction = "    }\n    GlobalAveragePooling2D()\n",
    },
    {
        .code = Code::E510,
        .text = "The tensor has no axis of this number, or the axis is named twice. Axis 0 is the batch, 1 the first "
                "axis of a shape as it is written, and -1 the last; use -1 for the channels or features.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(128, activation="relu")
    BatchNormalization(axis=3)
    Output(10)
}
)",
        .mistake = "axis=3",
        .correction = "axis=-1",
    },
    {
        .code = Code::E511,
        .text = "Groups split the channels into equal parts, so their number divides the channels of the input, and in "
                "a convolution the `filters` as well. Change one of the numbers.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(32, 3, activation="relu")
    Conv2D(64, 3, groups=5, activation="relu")
    Flatten()
    Output(10)
}
)",
        .mistake = "groups=5",
        .correction = "groups=4",
    },
    {
        .code = Code::W521,
        .text = "A `None` in front of a shape mostly stands for the batch, and is dropped. Here the first layer needs "
                "that axis, so it is kept as one whose size varies. To say so without a warning, write both: the batch "
                "and the varying axis.",
        .wrong = R"(network Readings {
  input: (None, 16)
  layers:
    LSTM(32)
    Output(4)
}
)",
        .mistake = "(None, 16)",
        .correction = "(None, None, 16)",
    },
    {
        .code = Code::W522,
        .text = "`Dense` and `Output` directly on an image flatten it first. Keras would act on the last axis instead, "
                "so say which is meant: `Flatten()` before the layer is the former.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Dense(128, activation="relu")
    Output(10)
}
)",
        .mistake = "layers:\n",
        .correction = "layers:\n    Flatten()\n",
    },
    {
        .code = Code::W523,
        .text =
            "`Embedding` turns each id into a vector, so its input has no width yet. Here the input has a last axis "
            "as long as `output_dim`, as some files declare it; it is read as ids, and the width is taken to be "
            "said twice. Leave it out of `input`.",
        .wrong = R"(network Reviews {
  input: (200, 64)
  layers:
    Embedding(20000, 64)
    LSTM(32)
    Output(2)
}
)",
        .mistake = "(200, 64)",
        .correction = "(200)",
    },
    {
        .code = Code::W524,
        .text = "The body of the residual connection changes the shape, so its input cannot simply be added: a 1 × 1 "
                "convolution without bias, with strides or a crop where needed, brings it to the body's shape. That is "
                "usual where a stage begins, but adds weights. Keep the body's shape if you did not mean it.",
        .wrong = R"(network Digits {
  input: (28, 28, 1)
  layers:
    Conv2D(16, 3, activation="relu")
    ResidualConnection {
      Conv2D(32, 3, padding="same", activation="relu")
    }
    GlobalAveragePooling2D()
    Output(10)
}
)",
        .mistake = "Conv2D(32",
        .correction = "Conv2D(16",
    },
    {
        .code = Code::W525,
        .text = "Attention gives each head an equal part of the width, rounded down, and here something is left over. "
                "Choose a number of heads that divides the width, or set `key_dim` yourself.",
        .wrong = R"(network Readings {
  input: (100, 60)
  layers:
    TransformerEncoder(num_heads=8, ff_dim=128)
    GlobalAveragePooling1D()
    Output(4)
}
)",
        .mistake = "num_heads=8",
        .correction = "num_heads=6",
    },
};

}  // namespace

std::span<const Explanation> shape_explanations() {
  return kShapes;
}

}  // namespace neural::syntax
