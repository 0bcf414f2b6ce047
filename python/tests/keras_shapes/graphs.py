"""Merges, forks, residual connections."""

from keras_shapes.cases import grid

PAIRS = [
    [(3,), (3,)], [(3,), (1,)], [(3,), (4,)], [(3, 4), (3, 4)], [(3, 4), (3, 1)], [(1, 4), (3, 4)], [(3, 1), (1, 4)],
    [(3, 4), (3, 5)], [(5, 4), (3, 4)], [(2, 3, 4), (2, 3, 4)], [(2, 3, 4), (2, 1, 4)], [(2, 3, 4), (1, 3, 1)],
]  # fmt: skip
TRIPLES = [[(3,), (3,), (3,)], [(3, 4), (3, 1), (1, 4)], [(3, 4), (3, 4), (3, 5)], [(1,), (3,), (4,)], [(3, 4)] * 3]
UNKNOWN = [[(3, None), (3, 4)], [(3, None), (3, 1)], [(None, 4), (None, 4)], [(None, 4), (None, 1)]]

MERGES = [
    *grid("{n}()", [*PAIRS, *TRIPLES, *UNKNOWN], n=("Add", "Multiply", "Average", "Maximum", "Minimum"), dynamic=4),
    *grid("Subtract()", [*PAIRS, *UNKNOWN], dynamic=4),
    *grid("Concatenate()", [*PAIRS, *TRIPLES, *UNKNOWN]),
    *grid("Concatenate({a})", [pair for pair in PAIRS if len(pair[0]) > 1], a=(1, 2, "axis=-2", 3)),
    *grid("Concatenate(axis={a})", [triple for triple in TRIPLES if len(triple[0]) > 1], a=(1, -2)),
    *grid("Concatenate({a})", [[(3, None), (4, None)], [(None, 4), (3, 4)]], a=(1, "axis=-2")),
]  # fmt: skip

FACTORS = [
    [(3,), (3,)], [(3,), (4,)], [(3, 4), (4, 3)], [(3, 4), (3, 4)], [(3, 4), (5, 4)], [(3, 4), (4,)], [(4,), (3, 4)],
    [(2, 3, 4), (5, 4)], [(2, 3, 4), (4,)], [(3, 4), (2, 3, 4)], [(2, 3, 4), (2, 3, 4)], [(1,), (3,)],
]  # fmt: skip
AXES = (-1, 1, 2, -2, (1, 2), (2, 1), (1, 1), (2, 2), (-1, 1), (1, -1), (2, -1), (-2, -1))

DOT = [
    *grid("Dot(axes={a})", FACTORS, a=AXES),
    *grid("Dot(axes={a}, normalize=True)", FACTORS[:4], a=(1, -1, (1, 2))),
    *grid("Dot(axes={a})", [[(None, 4), (5, 4)], [(None, 4), (None, 4)], [(None, 4), (4,)]], a=(-1, (2, -1), (-1, -1))),
]  # fmt: skip

FORKS = [
    *grid("left: {{ Conv2D(4, 3) }} right: {{ MaxPooling2D(3, 1) }} Concatenate()", [(6, 7, 2), (None, 7, 2)],
          "lambda x: Concatenate()([Conv2D(4, 3)(x), MaxPooling2D(3, 1)(x)])"),
    *grid("a: {{ Dense({a}) }} b: {{ Dense(4) }} c: {{ }} Add()", [(4,)],
          "lambda x: Add()([Dense({a})(x), Dense(4)(x), x])", a=(1, 4, 5)),
    *grid("input_0: {{ Dense(4) }} input_1: {{ Conv2D(4, 3), Flatten() }} Concatenate(), Dense(3)",
          [[(6,), (5, 5, 1)], [(6,), (2, 5, 1)]], "lambda t: Dense(3)(Concatenate()([Dense(4)(t[0]),"
          " Flatten()(Conv2D(4, 3)(t[1]))]))", "in any order"),
    *grid("left: {{ LSTM(4, return_sequences=True) }} right: {{ }} Attention()", [(5, 4), (5, 3)],
          "lambda x: Attention()([LSTM(4, return_sequences=True)(x), x])"),
]  # fmt: skip

BODIES = {
    "Conv2D(4, 3, padding='same')": [(8, 8, 4), (8, 8, 3), (None, 8, 4), (None, 8, 3)],
    "Conv2D(4, 3)": [(8, 8, 4), (28, 28, 3)],
    "Conv2D(4, 3, 2, padding='same'), BatchNormalization(), ReLU()": [(7, 7, 4), (28, 27, 3)],
    "Conv2D(4, 3, 2), Conv2D(4, 2)": [(28, 28, 4), (9, 14, 4)],
    "Conv2D(4, 3, (3, 1))": [(28, 28, 4), (7, 9, 2)],
    "MaxPooling2D(3)": [(10, 11, 4), (3, 5, 4)],
    "UpSampling2D(2)": [(5, 5, 2)],
    "ZeroPadding2D(1)": [(5, 5, 2)],
    "Flatten()": [(5, 5, 2), (6,)],
    "Dense(6)": [(6,), (4,), (5, 6), (5, 4), (2, 5, 6), (2, 5, 4), (3, 2, 5, 4), (None, 4)],
    "Dense(6, use_bias=False), Dropout(0.5), Dense(4)": [(4,), (6,), (5, 6)],
    "LSTM(4, return_sequences=True)": [(5, 4), (5, 3), (None, 3)],
    "LSTM(4)": [(5, 4)],
    "Conv1D(4, 3), Conv1D(2, 2, 2)": [(12, 4), (13, 2)],
    "Conv3D(2, 2, (1, 2, 3))": [(5, 6, 7, 2), (2, 3, 4, 3)],
    "MultiHeadAttention(2, 3)": [(5, 4)],
    "LayerNormalization()": [(5, 4)],
}

RESIDUALS = [
    case
    for body, inputs in BODIES.items()
    for steps in [body.replace("MultiHeadAttention(2, 3)", "lambda x: MultiHeadAttention(2, 3)(x, x)")]
    for case in [
        *grid("ResidualConnection {{ " + body + " }}", inputs, f"residual([{steps}])", "in any order"),
        *grid("ResidualConnection {{ Residual {{ " + body + " }} BatchNormalization() }}", inputs[:1],
              f"residual([residual([{steps}]), BatchNormalization()])", "in any order"),
    ]
]  # fmt: skip

NO_PROJECTION = [
    *grid("ResidualConnection(projection='none') {{ Dense(4) }}", [(4,), (5, 4)], "residual([Dense(4)])"),
    *grid("ResidualConnection()", [(4,), (5, 4)], "Identity()"),
]

GROUPS = {"merges": MERGES, "dot": DOT, "forks": FORKS, "residual": [*RESIDUALS, *NO_PROJECTION]}
