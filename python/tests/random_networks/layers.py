"""The layers that random networks are made of, as texts with places for values."""

from __future__ import annotations

import random
import re
from typing import Any

from keras_shapes.groups import GROUPS

Shape = tuple[int | None, ...]

VALUES: dict[str, tuple[Any, ...]] = {
    "units": (1, 2, 3, 4, 5, 6, 8),
    "many": (4, 8, 12, 16),
    "window": (1, 2, 3),
    "stride": (1, 1, 2),
    "padding": ("same", "same", "valid"),
    "padding_1d": ("same", "valid", "causal"),
    "rate": (0, 0.1, 0.3, 0.5),
    "heads": (1, 2, 3),
    "bool": ("true", "false"),
    "kind": ("Max", "Average"),
    "recurrent": ("LSTM", "GRU", "SimpleRNN"),
    "merge_mode": ("concat", "sum", "mul", "ave"),
    "momentum": (0.9, 0.99, 0.5),
    "epsilon": (0.001, 1e-5),
    "activation": (
        "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "hard_silu", "mish", "sigmoid",
        "hard_sigmoid", "log_sigmoid", "tanh", "hard_tanh", "softmax", "log_softmax", "softplus", "softsign", "linear",
    ),
    "initializer": (
        "zeros", "ones", "constant(0.1)", "uniform", "normal(0.0, 0.1)", "truncated_normal", "glorot_uniform",
        "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "variance_scaling",
    ),
    "penalty": ("l1(0.01)", "l2(0.01)", "l1_l2(0.01, 0.02)"),
    "constraint": ("max_norm(2)", "non_neg", "unit_norm", "min_max_norm"),
}  # fmt: skip

KERNEL_OPTIONS = (
    "", "", "", ", use_bias=false", ", kernel_initializer={initializer}", ", bias_initializer={initializer}",
    ", kernel_regularizer={penalty}", ", bias_regularizer={penalty}", ", activity_regularizer={penalty}",
    ", kernel_constraint={constraint}", ", trainable=false",
)  # fmt: skip
RECURRENT_OPTIONS = (
    "", "", ", dropout={rate}", ", recurrent_dropout={rate}", ", go_backwards=true", ", bidirectional=true",
    ", num_layers=2", ", use_bias=false", ", recurrent_activation=hard_sigmoid", ", activation={activation}",
    ", recurrent_regularizer={penalty}", ", kernel_constraint={constraint}",
)  # fmt: skip

# Layers that keep the shape (C is the width of the last axis), by the number of axes they are made for; 0: any.
KEEPING = {
    0: (
        "Activation({activation})", "Activation({activation})", "ReLU()", "ReLU(6, 0.1, 0.2)", "LeakyReLU(0.2)",
        "ELU(0.5)", "PReLU()", "Softmax()", "Identity()", "Rescaling(0.5, offset=0.1)", "Dropout({rate})",
        "GaussianDropout({rate})", "AlphaDropout({rate})", "GaussianNoise({rate})", "BatchNormalization()",
        "BatchNormalization(momentum={momentum}, epsilon={epsilon}, scale={bool})", "LayerNormalization()",
        "LayerNormalization(epsilon={epsilon}, center={bool})", "RMSNormalization()", "UnitNormalization()",
        "GroupNormalization(1)", "ActivityRegularization(0.01, 0.02)", "L1(0.01)", "L2(0.02)",
        'Lambda("x: 2 * x + 1")', 'Lambda("x: tanh(x) * 0.5")',
    ),
    1: ("Dense({C}, {activation}{kernel})", "Dense({C}{kernel})"),
    2: (
        "Conv1D({C}, {window}, padding={causal}{kernel})", "{recurrent}({C}, return_sequences=true{rnn})",
        "TimeDistributed(Dense({C}{kernel}))", "Attention(use_scale={bool})", "AdditiveAttention()",
        "MultiHeadAttention({heads}, {units})", "MultiHeadAttention({heads}, 2, causal={bool}, dropout={rate})",
        "TransformerEncoder({heads}, {many}, dropout={rate}, norm_first={bool})", "SpatialDropout1D({rate})",
        "TransformerDecoder({heads}, {many}, dropout={rate})", "SqueezeExcitation(2)", "InstanceNormalization()",
        "DepthwiseConv1D({window}, padding=same)", "SeparableConv1D({C}, {window}, padding=same)",
    ),
    3: (
        "Conv2D({C}, {window}, padding=same{kernel})", "DepthwiseConv2D({window}, padding=same)",
        "SeparableConv2D({C}, {window}, padding=same)", "SpatialDropout2D({rate})", "SqueezeExcitation(2)",
        "InstanceNormalization()", "Conv2DTranspose({C}, {window}, padding=same)",
    ),
    4: (
        "Conv3D({C}, {window}, padding=same{kernel})", "SpatialDropout3D({rate})", "InstanceNormalization()",
        "ConvLSTM2D({C}, {window}, padding=same, return_sequences=true)",
    ),
}  # fmt: skip

# Layers that change it.
CHANGING = {
    1: (
        "Dense({units}, {activation}{kernel})", "Dense({units}, {activation}{kernel})", "Dense({many}{kernel})",
        "RepeatVector({window})", "Reshape((-1, 1))", "Reshape((1, -1))",
    ),
    2: (
        "Conv1D({units}, {window}, {stride}, {activation}, padding={padding_1d}{kernel})",
        "Conv1D({units}, {window}, dilation_rate=2{kernel})",
        "Conv1DTranspose({units}, {window}, {stride}, padding={padding})",
        "SeparableConv1D({units}, {window}, padding={padding}, depth_multiplier=2)",
        "DepthwiseConv1D({window}, depth_multiplier=2)", "{kind}Pooling1D({window}, {stride}, {padding})",
        "{recurrent}({units}, return_sequences=true{rnn})", "{recurrent}({units}{rnn})",
        "Bidirectional({recurrent}({units}, return_sequences={bool}), merge_mode={merge_mode})",
        "Global{kind}Pooling1D()", "Adaptive{kind}Pooling1D(2)", "UpSampling1D(2)", "ZeroPadding1D((1, 2))",
        "Cropping1D(1)", "Permute((2, 1))", "Flatten()", "TimeDistributed(Dense({units}, {activation}))",
        "TimeDistributed(Dense({units}), dropout={rate}) {{ BatchNormalization() }}", "Reshape((-1,))",
    ),
    3: (
        "Conv2D({units}, {window}, {stride}, {activation}, padding={padding}{kernel})",
        "Conv2D({units}, ({window}, {window}), dilation_rate=2)", "Conv2D({units}, 3, padding=1)",
        "Conv2DTranspose({units}, {window}, {stride}, padding={padding})", "DepthwiseConv2D({window})",
        "SeparableConv2D({units}, {window}, {stride}, padding={padding})",
        "{kind}Pooling2D({window}, {stride}, {padding})",
        "{kind}Pooling2D()", "Global{kind}Pooling2D(keepdims={bool})", "Global{kind}Pooling2D()",
        "Adaptive{kind}Pooling2D(2)", "UpSampling2D(2, interpolation=bilinear)", "UpSampling2D((1, 2))",
        "ZeroPadding2D(((1, 0), (0, 2)))", "Cropping2D(1)", "Permute((2, 1, 3))", "Flatten()",
        "TimeDistributed(Conv1D({units}, {window}))", "TimeDistributed({recurrent}({units}))",
    ),
    4: (
        "Conv3D({units}, {window}, {stride}, padding={padding}{kernel})", "Conv3DTranspose({units}, 2)",
        "{kind}Pooling3D({window}, {stride}, {padding})", "Global{kind}Pooling3D()", "Adaptive{kind}Pooling3D(2)",
        "UpSampling3D((1, 2, 1))", "ZeroPadding3D(1)", "Cropping3D((1, 0, 0))", "Flatten()",
        "ConvLSTM2D({units}, {window}, padding={padding}, return_sequences={bool})",
        "ConvGRU2D({units}, {window}, padding={padding}, return_sequences={bool})",
        "TimeDistributed(Conv2D({units}, {window})) {{ Global{kind}Pooling2D() }}",
        "Bidirectional(ConvLSTM2D({units}, 2, padding=same), merge_mode={merge_mode})",
    ),
}  # fmt: skip


def _cases() -> dict[int, list[str]]:
    """The layers of the Keras grid behind one input, by its number of axes. Without those that only Python knows."""
    found: dict[int, dict[str, None]] = {}
    for cases in GROUPS.values():
        for case in cases:
            if len(case.inputs) == 1 and "Embedding" not in case.layers and "Lambda" not in case.layers:
                found.setdefault(len(case.inputs[0]), {})[re.sub(r"\s+", " ", case.layers)] = None
    return {rank: list(texts) for rank, texts in found.items()}


CASES = _cases()


class _Drawn(dict[str, Any]):
    """Values for the places of a text, drawn when they are asked for."""

    def __init__(self, rng: random.Random, shape: Shape) -> None:
        super().__init__(C=shape[-1] or 4)
        self.rng = rng
        # Causal padding keeps a length, too.
        self["causal"] = rng.choice(("same", "causal"))

    def __missing__(self, name: str) -> Any:
        if name in ("kernel", "rnn"):
            return self.rng.choice(KERNEL_OPTIONS if name == "kernel" else RECURRENT_OPTIONS).format_map(self)
        return self.rng.choice(VALUES[name])


def keeping(rng: random.Random, shape: Shape) -> str:
    own = KEEPING.get(len(shape), ())
    texts = own if own and rng.random() < 0.6 else KEEPING[0]
    return rng.choice(texts).format_map(_Drawn(rng, shape))


def changing(rng: random.Random, shape: Shape) -> str:
    rank = len(shape)
    if rank not in CHANGING or rng.random() < 0.3:
        return rng.choice(CASES.get(rank, ["Flatten()"]))
    return rng.choice(CHANGING[rank]).format_map(_Drawn(rng, shape))
