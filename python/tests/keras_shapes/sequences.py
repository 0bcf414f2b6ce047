"""Recurrent layers, plain and convolutional, and the wrappers."""

from keras_shapes.cases import grid

RNN = ("LSTM", "GRU", "SimpleRNN")
BOTH = (True, False)
FILM = (3, 5, 6, 2)

RECURRENT = [
    *grid("{n}(4, return_sequences={s}, {o})", [(5, 3), (None, 3)], n=RNN, s=BOTH,
          o=("use_bias=True", "use_bias=False", "go_backwards=True", "trainable=False")),
    *grid("{n}(4{o})", [(5, 3)], n=RNN, o=("", ", dropout=0.1", ", recurrent_dropout=0.1", ", 'relu'")),
    *grid("GRU(4, reset_after={r}, use_bias={b})", [(5, 3), (1, 1)], r=BOTH, b=BOTH),
    *grid("LSTM(4, unit_forget_bias=False, recurrent_activation='tanh')", [(5, 3)]),
    *grid("{n}(4, '{a}', recurrent_activation='{r}', return_sequences=True)", [(5, 3)],
          n=("LSTM", "GRU"), a=("relu", "softmax"), r=("hard_sigmoid", "elu")),
    *grid("GRU(4, 'elu', reset_after=False, go_backwards=True, return_sequences=True)", [(None, 3)]),
    *grid("{n}(4)", [(5,), (4, 5, 3), (5, None)], n=RNN),
    *grid("{n}(4, num_layers={k}, return_sequences={s})", [(5, 3)],
          "stacked({k}, lambda s: {n}(4, return_sequences=s), {s})", n=RNN, k=(1, 3), s=BOTH),
    *grid("{n}(4, num_layers={k}, bidirectional=True, return_sequences={s})", [(5, 3)],
          "stacked({k}, lambda s: Bidirectional({n}(4, return_sequences=s)), {s})", n=RNN, k=(1, 2), s=BOTH),
    *grid("{n}(4, num_layers=2, go_backwards=True, return_sequences={s})", [(5, 3)],
          "stacked(2, lambda s: {n}(4, go_backwards=True, return_sequences=s), {s})", n=RNN, s=BOTH),
    *grid("{n}(4, num_layers=2, go_backwards=True, bidirectional=True, return_sequences={s})", [(5, 3)],
          "stacked(2, lambda s: backwards_first({n}, 4, s), {s})", n=("LSTM", "GRU"), s=BOTH),
]  # fmt: skip

CONVOLUTIONAL = [
    *grid("ConvLSTM2D(4, {k}, {s}, padding='{p}', return_sequences={r})", [FILM],
          k=(1, 3, (3, 2)), s=(1, (1, 2)), p=("same", "valid"), r=BOTH),
    *grid("ConvLSTM2D(4, {k}, dilation_rate={r}, use_bias=False)", [FILM], k=(2, (3, 1)), r=(1, 2, (3, 1))),
    *grid("ConvLSTM2D(4, 2, strides=2, dilation_rate=2)", [FILM]),
    *grid("ConvLSTM2D(4, (6, 2))", [FILM, (None, 6, 2, 1), (5, 6, 2)]),
    *grid("ConvLSTM2D(4, 2, {o})", [FILM], o=("dropout=0.1", "go_backwards=True")),
    *grid("ConvLSTM2D(4, 2, trainable=False)", [FILM], "frozen_when_built(ConvLSTM2D(4, 2))"),
    *grid("ConvLSTM2D(4, {k}, 2, data_format='channels_first', return_sequences={r})", [(3, 2, 5, 6)],
          k=(1, (3, 2)), r=BOTH),
    *grid("ConvLSTM2D(4, 2, padding={p})", [FILM], "[TimeDistributed(ZeroPadding2D({p})), ConvLSTM2D(4, 2)]",
          p=(1, (0, 2))),
    *grid("ConvGRU2D(4, {k}, strides={s}, padding='{p}', return_sequences={r})", [FILM],
          "recurrent_convolution(3, 4, {k}, strides={s}, padding='{p}', return_sequences={r})",
          weights="in any order", k=(1, (3, 2)), s=(1, (1, 2)), p=("same", "valid"), r=BOTH),
    *grid("ConvGRU2D(4, 3, use_bias=False, dilation_rate={r})", [FILM, (None, 7, 5, 1), (3, None, 6, 2)],
          "recurrent_convolution(3, 4, 3, use_bias=False, dilation_rate={r})", r=(1, 2), weights="in any order"),
    *grid("{n}(4, 2, groups={g})", [FILM], "recurrent_convolution({c}, 4, 2, groups={g})",
          weights="in any order", runs=False, n=("ConvLSTM2D",), c=(4,), g=(1, 2)),
    *grid("{n}(4, 2, groups={g})", [FILM], "recurrent_convolution({c}, 4, 2, groups={g})",
          weights="in any order", runs=False, n=("ConvGRU2D",), c=(3,), g=(1, 2)),
]  # fmt: skip

BIDIRECTIONAL = [
    *grid("Bidirectional({n}(4, return_sequences={s}), merge_mode='{m}')", [(5, 3)],
          n=RNN, s=BOTH, m=("concat", "sum", "mul", "ave")),
    *grid("Bidirectional(ConvLSTM2D(4, (3, 2), return_sequences={s}), merge_mode='{m}')", [FILM],
          s=BOTH, m=("concat", "sum", "mul", "ave")),
    *grid("Bidirectional(ConvLSTM2D(4, 2, data_format='channels_first', return_sequences={s}))", [(3, 2, 5, 6)],
          s=BOTH),
    *grid("Bidirectional(ConvGRU2D(4, 2, return_sequences={s}), '{m}')", [FILM], weights="in any order",
          keras="both_ways({c}(), lambda: [recurrent_convolution(3, 4, 2, return_sequences={s})])",
          s=BOTH, m=("sum",), c=("Add",)),
    *grid("Bidirectional(ConvGRU2D(4, 2, return_sequences={s}))", [FILM], weights="in any order",
          keras="both_ways(Concatenate(), lambda: [recurrent_convolution(3, 4, 2, return_sequences={s})])", s=BOTH),
    *grid("Bidirectional({n}(4{o}))", [(5, 3), (None, 3), (5,)],
          n=RNN, o=("", ", use_bias=False", ", trainable=False")),
    *grid("Bidirectional({n}(4, '{a}', return_sequences={s}), merge_mode='{m}')", [(5, 3)],
          n=RNN, a=("elu",), s=BOTH, m=("concat", "ave")),
    *grid("Bidirectional({n}(4, go_backwards=True, return_sequences={s}), merge_mode='{m}')", [(5, 3)],
          "backwards_first({n}, 4, {s}, '{m}')", n=RNN, s=BOTH, m=("concat", "mul")),
    *grid("Bidirectional({n}(4), trainable=False)", [(5, 3)], n=RNN),
    *grid("Bidirectional({n}(4, num_layers=2, return_sequences={s}))", [(5, 3)], weights="in any order",
          keras="both_ways(Concatenate(), lambda: stacked(2, lambda s: {n}(4, return_sequences=s), {s}))",
          n=RNN, s=BOTH),
    *grid("Bidirectional({n}(4, bidirectional=True), merge_mode='sum')", [(5, 3)], weights="in any order",
          keras="both_ways(Add(), lambda: [Bidirectional({n}(4))])", n=("LSTM", "GRU")),
]  # fmt: skip

TIME_DISTRIBUTED = [
    *grid("TimeDistributed({l})", [(5, 3), (2, 5, 3), (None, 3), (5,)],
          l=("Dense(4)", "Dense(4, use_bias=False, trainable=False)", "BatchNormalization()", "LayerNormalization()",
             "Dropout(0.2)", "Activation('relu')", "PReLU()", "Flatten()", "Embedding(10, 4)", "Reshape((1, -1))")),
    *grid("TimeDistributed({l})", [(3, 5, 6, 2), (3, 5, 6), (5, 6)],
          l=("Conv2D(4, 3)", "Conv2D(4, (6, 1))", "Conv2D(4, 3, 2, padding='same', use_bias=False)", "Conv1D(4, 2)",
             "SeparableConv2D(4, 2)", "MaxPooling2D(2)", "GlobalAveragePooling2D()", "Conv2DTranspose(4, 3, 2)",
             "Permute((2, 1))", "ZeroPadding2D(1)", "GroupNormalization(2)")),
    *grid("TimeDistributed({l}, trainable=False)", [(5, 3)], l=("Dense(4)", "BatchNormalization()")),
    *grid("TimeDistributed(Bidirectional(LSTM(4)))", [(2, 5, 3)]),
    *grid("TimeDistributed(TimeDistributed(Dense(4)))", [(2, 5, 3), (5, 3)]),
    *grid("TimeDistributed(Conv2D(4, 3), dropout=0.2)", [FILM],
          "[TimeDistributed(Conv2D(4, 3)), TimeDistributed(Dropout(0.2))]"),
    *grid("TimeDistributed(Conv2D(4, {k})) {{ MaxPooling2D({p}), Flatten(), Dense(3) }}", [FILM],
          "[TimeDistributed(l) for l in [Conv2D(4, {k}), MaxPooling2D({p}), Flatten(), Dense(3)]]", k=(1, 3), p=(2, 5)),
    *grid("TimeDistributed(Dense(4)) {{ BatchNormalization(), Dense(2) }}", [(5, 3), (None, 3)],
          "[TimeDistributed(l) for l in [Dense(4), BatchNormalization(), Dense(2)]]"),
]  # fmt: skip

GROUPS = {
    "recurrent": RECURRENT,
    "convolutional": CONVOLUTIONAL,
    "bidirectional": BIDIRECTIONAL,
    "steps": TIME_DISTRIBUTED,
}
