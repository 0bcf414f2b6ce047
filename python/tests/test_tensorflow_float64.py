"""What TensorFlow leaves out in float64, against its kernels of float32."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from neural.tensorflow_float64 import avg_pool3d, max_pool3d, resize_bilinear

pytestmark = pytest.mark.frameworks

CASES = [
    ((2, 5, 6, 7, 3), (2, 2, 2), (2, 2, 2), "VALID"),
    ((2, 5, 6, 7, 3), (2, 2, 2), (2, 2, 2), "SAME"),
    ((1, 4, 5, 6, 2), (3, 1, 2), (1, 2, 3), "SAME"),
    ((1, 7, 5, 6, 2), (3, 2, 4), (1, 3, 2), "VALID"),
    ((1, 2, 3, 2, 1), (3, 3, 3), (1, 1, 1), "SAME"),
    ((1, 5, 5, 5, 1), (1, 1, 1), (2, 3, 2), "SAME"),
]


Pool = Callable[..., Any]


def values_and_gradient(
    pool: Pool, x: np.ndarray, dtype: str, window: tuple[int, ...], strides: tuple[int, ...], padding: str, known: bool
) -> tuple[np.ndarray, np.ndarray]:
    """In a graph that knows the sizes of its axes, or does not. Every result weighs differently."""
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec(x.shape if known else (None,) * 4 + x.shape[-1:], dtype)])
    def compute(x: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = pool(x, (1, *window, 1), (1, *strides, 1), padding)
            weights = tf.cast(tf.reshape(tf.range(tf.size(y)), tf.shape(y)), y.dtype)
            loss = tf.reduce_sum(y * weights)
        return y, tape.gradient(loss, x)

    y, gradient = compute(tf.constant(x, dtype))
    return y.numpy(), gradient.numpy()


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("shape", "window", "strides", "padding"), CASES)
@pytest.mark.parametrize("name", ["max_pool3d", "avg_pool3d"])
def test_values_and_gradients_are_those_of_the_kernels(
    name: str, shape: tuple[int, ...], window: tuple[int, ...], strides: tuple[int, ...], padding: str, known: bool
) -> None:
    import tensorflow as tf

    ours: Pool = {"max_pool3d": max_pool3d, "avg_pool3d": avg_pool3d}[name]
    kernel: Pool = getattr(tf.nn, name)
    # No two are equal: of equal maxima the kernel without oneDNN gives the gradient to each.
    samples = np.random.default_rng(3).permutation(math.prod(shape)).reshape(shape).astype(np.float32)
    mine = values_and_gradient(ours, samples, "float64", window, strides, padding, known)
    theirs = values_and_gradient(kernel, samples, "float32", window, strides, padding, known)
    for found, expected in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


def test_of_equal_maxima_the_first_has_the_gradient_as_in_pytorch() -> None:
    import torch

    samples = np.random.default_rng(3).integers(0, 3, (2, 5, 6, 7, 3)).astype(np.float64)
    y, gradient = values_and_gradient(max_pool3d, samples, "float64", (3, 2, 2), (2, 2, 1), "VALID", True)
    x = torch.tensor(samples).permute(0, 4, 1, 2, 3).requires_grad_()
    pooled = torch.nn.functional.max_pool3d(x, (3, 2, 2), (2, 2, 1)).permute(0, 2, 3, 4, 1)
    (pooled * torch.arange(pooled.numel()).reshape(pooled.shape)).sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(y, pooled.detach().numpy())
    np.testing.assert_array_equal(gradient, x.grad.permute(0, 2, 3, 4, 1).numpy())


@pytest.mark.parametrize("size", [(8, 9), (4, 6), (3, 2), (12, 3)])
def test_images_are_resized_as_by_the_kernel(size: tuple[int, int]) -> None:
    import tensorflow as tf

    images = np.random.default_rng(3).normal(size=(2, 4, 3, 5))

    @tf.function
    def resize(x: Any, size: Any) -> Any:
        return resize_bilinear(x, size)

    found = resize(tf.constant(images), tf.constant(size)).numpy()
    assert found.dtype == np.float64
    expected = tf.image.resize(tf.constant(images, "float32"), size, "bilinear").numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
