"""Layers that Keras lacks, made of layers that it has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from keras import layers, ops

Tensor = Any
Step = Callable[[Tensor], Tensor]


def chain(steps: list[Step]) -> Step:
    def apply(x: Tensor) -> Tensor:
        for step in steps:
            x = step(x)
        return x

    return apply


def frozen_when_built(layer: Any) -> Step:
    """For layers with layers inside, which Keras does not tell that they are not trained unless they are there."""

    def apply(x: Tensor) -> Tensor:
        attends = isinstance(layer, layers.MultiHeadAttention)
        y = layer(*(x if isinstance(x, list) else [x] * (1 + attends)))
        layer.trainable = False
        return y

    return apply


def grouped(groups: int, make: Callable[[], Any]) -> Step:
    """Each group of channels has a layer of its own."""

    def apply(x: Tensor) -> Tensor:
        if x.shape[-1] % groups:
            raise ValueError("the groups do not divide the channels")
        return layers.Concatenate()([make()(part) for part in ops.split(x, groups, axis=-1)])

    return apply


def recurrent_convolution(gates: int, filters: int, size: Any, groups: int = 1, **where: Any) -> Step:
    """The weights and the shape of a recurrent convolution: one convolution for all gates, one of the state."""
    sequences = where.pop("return_sequences", False)
    use_bias = where.pop("use_bias", True)
    convolution = layers.Conv2D(gates * filters, size, groups=groups, use_bias=use_bias, **where)
    state = layers.Conv2D(gates * filters, size, padding="same", use_bias=False)

    def apply(x: Tensor) -> Tensor:
        steps = layers.TimeDistributed(convolution)(x)[..., :filters]
        through = layers.TimeDistributed(state)(steps)[..., :filters]
        return through if sequences else through[:, -1]

    return apply


def stacked(count: int, make: Callable[[bool], Any], sequences: bool) -> list[Any]:
    """All but the last give sequences."""
    return [make(sequences or i + 1 < count) for i in range(count)]


def backwards_first(kind: Any, units: int, sequences: bool, merge_mode: str = "concat") -> Any:
    """Both ways, of which the first begins with the last step."""
    there, back = (kind(units, return_sequences=sequences, go_backwards=way) for way in (True, False))
    return layers.Bidirectional(there, merge_mode=merge_mode, backward_layer=back)


def both_ways(merge: Callable[[list[Tensor]], Tensor], make: Callable[[], list[Step]]) -> Step:
    return lambda x: merge([chain(make())(x), chain(make())(x)])


def residual(body: list[Step]) -> Step:
    def apply(x: Tensor) -> Tensor:
        y = chain(body)(x)
        if len(x.shape) != len(y.shape):
            raise ValueError("the body changes the number of axes")
        return layers.Add()([shortcut(x, y), y])

    return apply


def shortcut(x: Tensor, y: Tensor) -> Tensor:
    """A convolution with a window of 1 where strides or channels ask for it, then a crop."""
    sizes = list(zip(x.shape[1:-1], y.shape[1:-1], strict=True))
    strides, cuts = [], []
    for size, wanted in sizes:
        if size is None and wanted is None:
            strides.append(1)
            cuts.append((0, 0))
            continue
        if size is None or wanted is None or wanted > size:
            raise ValueError("an axis grows, or what is left of it is not known")
        stride = max(s for s in range(1, size + 1) if math.ceil(size / s) >= wanted)
        surplus = math.ceil(size / stride) - wanted
        strides.append(stride)
        cuts.append((surplus // 2, surplus - surplus // 2))
    if x.shape[-1] != y.shape[-1] or any(stride > 1 for stride in strides):
        if not sizes:
            return layers.Dense(y.shape[-1], use_bias=False)(x)
        kind = (layers.Conv1D, layers.Conv2D, layers.Conv3D)[len(sizes) - 1]
        x = kind(y.shape[-1], 1, tuple(strides), use_bias=False)(x)
    if any(cut != (0, 0) for cut in cuts):
        kind = (layers.Cropping1D, layers.Cropping2D, layers.Cropping3D)[len(sizes) - 1]
        x = kind(cuts[0] if len(cuts) == 1 else tuple(cuts))(x)
    return x


def squeeze_excitation(ratio: int = 16, trainable: bool = True) -> Step:
    def apply(x: Tensor) -> Tensor:
        width = x.shape[-1]
        mean = ops.mean(x, axis=list(range(1, len(x.shape) - 1)), keepdims=True)
        hidden = layers.Dense(max(1, width // ratio), "relu", trainable=trainable)(mean)
        return layers.Multiply()([x, layers.Dense(width, "sigmoid", trainable=trainable)(hidden)])

    return apply


def feed_forward(x: Tensor, inner: int) -> Tensor:
    return layers.Dense(x.shape[-1])(layers.Dense(inner, "relu")(x))


def attention(query: Tensor, value: Tensor, heads: int, key_dim: int | None) -> Tensor:
    key_dim = key_dim or max(1, query.shape[-1] // heads)
    return layers.MultiHeadAttention(heads, key_dim)(query, value)


def added(x: Tensor, branch: Callable[[Tensor], Tensor], norm_first: bool) -> Tensor:
    norm = layers.LayerNormalization(epsilon=1e-6)
    if norm_first:
        return layers.Add()([x, branch(norm(x))])
    return norm(layers.Add()([x, branch(x)]))


def encoder(heads: int = 8, inner: int = 512, count: int = 1, key_dim: int | None = None, first: bool = False) -> Step:
    def apply(x: Tensor) -> Tensor:
        for _ in range(count):
            x = added(x, lambda y: attention(y, y, heads, key_dim), first)
            x = added(x, lambda y: feed_forward(y, inner), first)
        return x

    return apply


def decoder(heads: int = 8, inner: int = 512, count: int = 1, key_dim: int | None = None, first: bool = False) -> Step:
    """Of a target, or of a target and a memory."""

    def apply(tensors: Tensor) -> Tensor:
        x, *memory = tensors if isinstance(tensors, list) else [tensors]
        for _ in range(count):
            x = added(x, lambda y: attention(y, y, heads, key_dim), first)
            for each in memory:
                x = added(x, lambda y, m=each: attention(y, m, heads, key_dim), first)
            x = added(x, lambda y: feed_forward(y, inner), first)
        return x

    return apply
