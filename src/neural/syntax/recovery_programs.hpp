// For tests: sound programs of many shapes and styles, which recovery_test.cpp breaks in every way it knows.
#pragma once

#include <array>

namespace neural::syntax {

inline constexpr std::array kSoundPrograms = {
    // A small classifier, as most people begin.
    R"(network Tiny {
  input: (28, 28, 1)
  layers:
    Flatten()
    Dense(64, activation="relu")
    Dropout(0.5)
    Output(10, activation="softmax")
  loss: "sparse_categorical_crossentropy"
  optimizer: Adam(learning_rate=0.001)
  metrics: ["accuracy"]
  train {
    epochs: 5
    batch_size: 64
    validation_split: 0.1
  }
}
)",
    // Convolutions with tuples, lists and every kind of argument.
    R"(# Digits.
network CNN {
  input: (28, 28, 1)

  layers:
    Conv2D(32, (3, 3), activation="relu", padding="same")
    BatchNormalization(momentum=0.9, epsilon=1e-5)
    MaxPooling2D((2, 2))   # halves both axes
    Conv2D(64, kernel_size=(3, 3), strides=(2, 2), use_bias=false)
    Flatten()
    Dense(128, "relu") @ gpu:0
    Output(10)

  loss: categorical_crossentropy(label_smoothing=0.1)
  optimizer: SGD(learning_rate=ExponentialDecay(0.1, 1000, 0.96), momentum=0.9, nesterov=True)
  metrics: [accuracy, "top_k_categorical_accuracy"]
  execution { device: "gpu:1" }
}
)",
    // Macros with parameters before and behind their use.
    R"(define Block(width, rate=0.1) {
  Dense(width, "relu")
  Dropout(rate)
}

network Macros {
  input: (16)
  layers:
    Block(64)
    Block(32, rate=0.25) * 2
    Head
  loss: mse
  train { seed: 7 shuffle: false }
}

define Head {
  Dense(8)
  Output(1)
}
)",
    // Blocks in blocks.
    R"(network Residuals {
  input: (32, 32, 3)
  layers:
    Conv2D(16, 3, padding="same")
    ResidualConnection {
      Conv2D(16, 3, padding="same")
      BatchNormalization
      ResidualConnection() {
        Conv2D(16, 1)
        ReLU()
      } * 2
    } @ "cpu"
    TransformerEncoder(num_heads=4, ff_dim=64) {
      LayerNormalization()
    } * 12
    GlobalAveragePooling2D()
    Output(10, "softmax")
  loss: sparse_categorical_crossentropy
  optimizer: "adam"
}
)",
    // Several inputs, branches and a merge.
    R"(network Branches {
  input: {
    image: (28, 28, 1)
    text: (None, 64)
  }
  layers:
    image: {
      Conv2D(8, 3)
      Flatten()
    }
    text: {
      LSTM(32)
      Dense(16)
    }
    Concatenate()
    Output(2)
  loss: binary_crossentropy
  train {
    epochs: 3
    batch_size: 16, 32
  }
}
)",
    // Searches.
    R"(network Search {
  input: (28, 28)
  layers:
    Flatten
    Dense(HPO(choice(32, 64, 128)), activation=HPO(choice("relu", "tanh")))
    Dropout(HPO(range(0.1, 0.5, step=0.1)))
    HPO(choice(Dense(16), ResidualConnection { Dense(16) }))
    Output(10)
  loss: mse
  optimizer: Adam(learning_rate=HPO(log_range(1e-4, 1e-2)))
  train {
    epochs: HPO(choice(5, 10))
    search_method: "bayesian"
    trials: 20
  }
}
)",
    // Two networks, a macro between them, a research block behind.
    R"(network First {
  input: (4)
  layers:
    Dense(8)
    Output(2)
}

define Pair(a) {
  Dense(a)
  Dense(a)
}

network Second {
  input: (8)
  layers:
    Pair(3)
    Output(1)
  loss: mse
}

research Study {
  metrics {
    accuracy: 0.97
    loss: 0.1
  }
  references {
    paper: "On nothing"
    url: "https://example.org"
  }
}
)",
    // One line each.
    R"(define M(w) { Dense(w, "relu") Dropout(0.1) }
network A { input: (4) layers: M(8) Output(2) loss: mse optimizer: Adam }
network B { input: (8) layers: Dense(3, activation="relu") * 2 Output(2) train { epochs: 2 } }
research { metrics { accuracy: 0.5 } }
)",
    // Commas and semicolons between things, as some write.
    R"(network Separated {
  input: (28, 28, 1);
  layers:
    Conv2D(filters=16, kernel_size=3),
    MaxPooling2D(2),
    Flatten(),
    Dense(10);
    Output(10);
  loss: "mse";
  train { epochs: 5, batch_size: 32; shuffle: true }
  execute { device: auto }
}
)",
    // Calls over several lines.
    R"(network LongCalls {
  input: (64, 64, 3)
  layers:
    Conv2D(
      filters=32,
      kernel_size=(3, 3),
      activation="relu",
      kernel_initializer=truncated_normal(
        stddev=0.02
      )
    )
    MultiHeadAttention(
      num_heads=8, key_dim=64
    ) @ cuda:0
    TimeDistributed(
      Dense(32, activation="tanh"),
      dropout=0.1
    )
    Output(
      units=10
    )
  optimizer: RMSprop(
    learning_rate=1e-3,
    rho=0.9
  )
}
)",
    // No indentation at all.
    R"(network Flat {
input: (13)
layers:
Dense(64, "elu")
ResidualConnection {
Dense(64, "silu")
Dense(64)
}
Output(1)
loss: mse
optimizer: RMSprop(learning_rate=0.001)
train {
epochs: 20
batch_size: 32
}
}

network Flatter {
input: (3)
layers:
Output(1)
}
)",
    // Braces on lines of their own, tabs, sections in another order.
    "define Tower(depth, width=32)\n{\n\tDense(width)\n\tDense(depth)\n}\n\nnetwork Tabs\n{\n\ttrain\n\t{\n"
    "\t\tepochs: 2\n\t}\n\toptimizer: Adam()\n\tlayers:\n\t\tTower(2)\n\t\tResidualConnection\n\t\t{\n\t\t\tTower(3, "
    "width=8)\n\t\t}\n\t\tOutput(3)\n\tinput: (None, 8)\n\tmetrics: mae, \"mse\"\n}\n",
    // Training settings at network level, quoted calls, odd literals, CRLF line ends.
    "network Windows {\r\n  input: (NONE, 28, 28, 1), (4,)\r\n  layers:\r\n    Concatenate(axis=-1)\r\n    "
    "Lambda(\"x: x * 2\")\r\n    GraphLayer([1, 2, [3]], 'mean', deep=((1, 2), (3, 4)))\r\n    Output(2)\r\n  loss: "
    "'mse'\r\n  optimizer: \"Adam(learning_rate=0.01)\"\r\n  epochs: 10\r\n  batch_size: [16, 32]\r\n}\r\n",
    // Research alone, and an empty one.
    R"(// What was measured.
research Baseline {
  references { doi: "10.1000/1" code: 'here' }
  metrics { accuracy: 0.9, f1: 1, loss: 2.5e-1 }
}

research { }

define Lonely { Dense(2) }
)",
};

}  // namespace neural::syntax
