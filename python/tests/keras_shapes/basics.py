"""Dense layers, look-ups, other shapes for the same elements, activations, dropout, normalisation."""

from keras_shapes.cases import grid

VECTOR, ROWS, IMAGE, VOLUME = (5,), (3, 4), (3, 4, 5), (2, 3, 4, 5)
ANY = [VECTOR, (None,), ROWS, (None, 4), (3, None), IMAGE, VOLUME]

DENSE = [
    *grid("{n}({u}{o})", [VECTOR, (1,)], "Dense({u}{o})", n=("Dense", "Output"), u=(1, 4), o=("", ", use_bias=False")),
    *grid("{n}(4)", [(None,), (3, None)], "Dense(4)", n=("Dense", "Output")),
    # Where no sequence comes in, a Dense layer flattens first; behind one it acts on the last axis.
    *grid("{n}(4)", [ROWS, IMAGE, VOLUME], "[Flatten(), Dense(4)]", n=("Dense", "Output")),
    *grid("Conv2D(2, 2), Dense(4, use_bias=False)", [IMAGE], "[Conv2D(2, 2), Flatten(), Dense(4, use_bias=False)]"),
    *grid("LSTM(3, return_sequences=True), Dense(4), Output(2)", [ROWS, (None, 4)],
          "[LSTM(3, return_sequences=True), Dense(4), Dense(2)]"),
    *grid("Embedding(10, 3), Dense(4)", [VECTOR, (None,)]),
    *grid("Permute((2, 1)), Dense(4)", [ROWS, (3, None)]),
    *grid("Dense(4, trainable=False), Dense(3)", [VECTOR]),
    *grid("Embedding({i}, {o})", [VECTOR, (None,), (1,), ROWS, (3, None)], i=(1, 10), o=(1, 7)),
    *grid("Embedding(10, 3, mask_zero=True, trainable=False)", [VECTOR]),
]  # fmt: skip

ELEMENTS = [
    *grid("Flatten({f})", ANY, f=("", "data_format='channels_last'")),
    *grid("Flatten(data_format='channels_first')", [VECTOR, ROWS, IMAGE, (3, None)]),
    *grid("Reshape(({t}))", [VECTOR, (12,), (60,), ROWS, IMAGE, (5, 1)],
          t=("5,", "-1,", "60,", "3, 4", "2, 6", "6, -1", "2, -1, 1", "-1, 5", "7, -1",
             "-1, -1", "1, 1, -1, 1", "0, 5")),
    *grid("Reshape((-1, {n}))", [(None,), (3, None), (None, 4)], n=(1, 2, 4), dynamic=12),
    *grid("Reshape((6, -1))", [(None, 4), (None,), (2, None, 3)], dynamic=12),
    *grid("Permute(({t}))", [VECTOR, ROWS, (3, None), IMAGE, VOLUME],
          t=("1,", "2, 1", "1, 2", "2, 3, 1", "3, 1, 2", "4, 1, 3, 2", "1, 1", "0, 1", "1, 3", "2, 2, 1")),
    *grid("RepeatVector({n})", [VECTOR, (None,), ROWS], n=(1, 3)),
]  # fmt: skip

PRELU = [
    *grid("PReLU({o})", ANY, o=("", "shared_axes=1", "trainable=False")),
    *grid("PReLU(shared_axes={a})", [ROWS, IMAGE, (3, None), (None, 4, 5)], a=(2, (1, 2), (2, 1))),
    *grid("PReLU(shared_axes={a})", [IMAGE, VOLUME, (None, None, 5)], a=(3, (1, 3), (1, 2, 3))),
]

KEEPING = [
    *grid("{l}", ANY, l=(
        "Activation('relu')", "Activation('softmax')", "ReLU()", "ReLU(6)", "ReLU(1, 0.1, 0.2)", "LeakyReLU()",
        "LeakyReLU(0.1)", "ELU()", "ELU(0.5)", "Softmax()", "Softmax(1)", "Rescaling(2)", "Rescaling(2, offset=1)",
        "Identity()", "Dropout(0.5)", "GaussianDropout(0.5)", "AlphaDropout(0.5)", "GaussianNoise(0.5)",
        "ActivityRegularization(0.1, 0.1)")),
    *grid("L1(0.1), L2(0.2)", ANY, "[ActivityRegularization(l1=0.1), ActivityRegularization(l2=0.2)]"),
    *grid("Softmax({a})", [ROWS, (3, None), IMAGE], a=(2, -2, 3, 4)),
    *grid("Softmax(-3)", [IMAGE, VOLUME]),
    *grid("Masking({v})", [ROWS, (None, 4), IMAGE], v=("", "1")),
    *grid("Dropout(0.5, noise_shape=({n}))", [ROWS, (None, 4)], "Dropout(0.5, noise_shape=(None, {n}))",
          n=("1, 4", "None, 1", "1, 1", "None, None")),
    *grid("SpatialDropout{d}D(0.3)", [(None, 4), (None, None, 5), (2, None, 4, 5)]),
    *grid("SpatialDropout{r}D(0.3)", [VECTOR, ROWS, IMAGE, VOLUME], r=(1, 2, 3)),
    *grid("SpatialDropout{d}D(0.3, data_format='channels_first')", [(3, 4, 5), (2, 3, 4, 5)]),
    *grid('Lambda("x: 2 * x + 1")', ANY, "Lambda(lambda x: 2 * x + 1)"),
    *grid('Lambda("lambda x: relu(x) ** 2")', ANY, "Lambda(lambda x: ops.relu(x) ** 2)"),
    *grid('Lambda("x: x[:, :2]", output_shape={s})', [(6,)], "Lambda(lambda x: x[:, :2], output_shape={s})",
          s=("(2,)",)),
]  # fmt: skip

NORMALIZATION = [
    *grid("{n}Normalization({o})", ANY, n=("Batch", "Layer"),
          o=("", "1", "2", "-2", "3", "scale=False", "axis=1, center=False", "scale=False, center=False",
             "trainable=False")),
    *grid("LayerNormalization(axis={a})", [ROWS, (3, None), IMAGE, VOLUME],
          a=((1, 2), (2, 1), (-1, -2), (-2, -1), (1, 3), (3, 2, 1))),
    # Keras sorts the axes before it counts from the end; the checker after.
    *grid("{n}Normalization(axis=(1, -1))", [ROWS, IMAGE], n=("Layer",), weights="counted"),
    *grid("RMSNormalization({a})", ANY, a=("", "-1", "axis=-1, trainable=False")),
    *grid("RMSNormalization({a})", [ROWS, IMAGE, VOLUME], a=((-1, -2), (-2, -1))),
    *grid("RMSNormalization({a})", [IMAGE], a=((2, 3), (3, 2), (1, 2, 3))),
    *grid("UnitNormalization({a})", ANY, a=("", "1", "2", "(1, 2)")),
    *grid("GroupNormalization({g})", ANY, g=("1", "2", "5", "")),
    *grid("GroupNormalization(2, {o})", [(6,), (4, 6), (None, 6), (4, 6, 3)],
          o=("axis=1", "axis=-2", "axis=2, scale=False", "center=False", "trainable=False")),
    *grid("InstanceNormalization({o})", [ROWS, (None, 4), (3, None), IMAGE, VOLUME], "GroupNormalization(-1, {o})",
          o=("", "axis=1", "axis=-2", "scale=False", "scale=False, center=False")),
]  # fmt: skip

GROUPS = {
    "dense": DENSE,
    "elements": ELEMENTS,
    "prelu": PRELU,
    "keeping": KEEPING,
    "normalization": NORMALIZATION,
}
