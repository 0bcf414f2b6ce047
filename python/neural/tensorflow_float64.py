"""What TensorFlow and Keras need to compute a network in float64 with all its digits: `neural parity --float64`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def prepare() -> None:
    """Once in a process, before the first layer."""
    import keras

    keras.config.set_floatx("float64")
    keep_numbers_exact()
    add_volume_pooling()
    add_bilinear_resizing()


def keep_numbers_exact() -> None:
    """Keras and TensorFlow take many numbers by way of float32, which loses half their digits: those of optimizers
    (0.999) and schedules, the scale of attention, the root in `gelu`, the slope of `leaky_relu`."""
    import keras.src.ops as ops
    import tensorflow as tf
    from tensorflow.python.ops import math_ops

    cast, convert = math_ops.cast, ops.convert_to_tensor

    def exact_cast(x: Any, dtype: Any, name: str | None = None) -> Any:
        if isinstance(x, float) and tf.as_dtype(dtype).is_floating:
            return tf.constant(x, dtype)
        return cast(x, dtype, name)

    math_ops.cast = tf.cast = ops.cast = exact_cast
    ops.convert_to_tensor = lambda x, dtype=None, **options: convert(
        x, "float64" if dtype is None and isinstance(x, float) else dtype, **options
    )
    tf.nn.leaky_relu = lambda features, alpha=0.2, name=None: tf.where(features > 0, features, alpha * features)


def add_volume_pooling() -> None:
    """MaxPool3D and AvgPool3D have no kernel of float64 on processors, so windows are taken together by slices."""
    from tensorflow.python.ops import gen_nn_ops

    for name, of_float64 in (("max_pool3d", max_pool3d), ("avg_pool3d", avg_pool3d)):
        setattr(gen_nn_ops, name, choose(of_float64, getattr(gen_nn_ops, name)))


def choose(of_float64: Callable[..., Any], of_others: Callable[..., Any]) -> Callable[..., Any]:
    def pool(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NDHWC", name: Any = None) -> Any:
        if input.dtype == "float64" and data_format == "NDHWC":
            return of_float64(input, ksize, strides, padding)
        return of_others(input, ksize, strides, padding, data_format=data_format, name=name)

    return pool


def add_bilinear_resizing() -> None:
    """ResizeBilinear takes float64, but gives float32."""
    from tensorflow.python.ops import gen_image_ops

    of_others = gen_image_ops.resize_bilinear

    def resize(
        images: Any, size: Any, align_corners: bool = False, half_pixel_centers: bool = False, **rest: Any
    ) -> Any:
        if images.dtype == "float64" and half_pixel_centers:
            return resize_bilinear(images, size)
        return of_others(images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, **rest)

    gen_image_ops.resize_bilinear = resize


def max_pool3d(x: Any, ksize: Sequence[int], strides: Sequence[int], padding: str) -> Any:
    """Of equal elements the first has the gradient, as in the kernels: an earlier slice wins, and the last axis is the
    innermost."""
    import tensorflow as tf

    return pooled(x, ksize, strides, padding, tf.maximum, -float("inf"))


def avg_pool3d(x: Any, ksize: Sequence[int], strides: Sequence[int], padding: str) -> Any:
    """Padding does not count."""
    import tensorflow as tf

    def sums(values: Any) -> Any:
        return pooled(values, ksize, strides, padding, tf.add, 0.0)

    return sums(x) / sums(tf.ones_like(x))


def resize_bilinear(images: Any, size: Any) -> Any:
    """[n, height, width, channels] to [n, *size, channels]; centres of pixels stay where they are."""
    import tensorflow as tf

    def weights(before: Any, after: Any) -> Any:
        """[after, before]: what each element behind takes of each before."""
        before, after = tf.cast(before, "float64"), tf.cast(after, "float64")
        places = (tf.range(after) + 0.5) * before / after - 0.5
        distances = tf.abs(tf.clip_by_value(places, 0, before - 1)[:, None] - tf.range(before)[None])
        return tf.maximum(1 - distances, 0)

    height, width = tf.shape(images)[1], tf.shape(images)[2]
    resized = tf.einsum("nhwc,ah,bw->nabc", images, weights(height, size[0]), weights(width, size[1]))
    sizes = tf.get_static_value(size)
    resized.set_shape((images.shape[0], *((None, None) if sizes is None else sizes), images.shape[3]))
    return resized


def pooled(
    x: Any, ksize: Sequence[int], strides: Sequence[int], padding: str, combine: Callable[[Any, Any], Any], pad: float
) -> Any:
    """`ksize` and `strides` are those of [n, depth, height, width, channels]; one axis after the other."""
    import tensorflow as tf

    for axis in (3, 2, 1):
        window, stride = ksize[axis], strides[axis]
        size = tf.shape(x)[axis] if x.shape[axis] is None else x.shape[axis]
        count = (size + stride - 1) // stride if padding == "SAME" else (size - window) // stride + 1
        extent = (count - 1) * stride + 1
        if padding == "SAME":
            missing = tf.maximum(extent - 1 + window - size, 0)
            pads = [[missing // 2, missing - missing // 2] if each == axis else [0, 0] for each in range(5)]
            x = tf.pad(x, pads, constant_values=pad)
        around = (slice(None),) * axis
        slices = [x[(*around, slice(first, first + extent, stride))] for first in range(window)]
        x = slices[0]
        for each in slices[1:]:
            x = combine(x, each)
    return x
