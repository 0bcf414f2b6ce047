"""TensorFlow programs of graphs: level O1 against O0, and layers that Keras lacks against their formulae."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from conftest import Compiler

pytestmark = pytest.mark.frameworks

ROWS, BATCH = 22, 8  # the last batch is a partial one

NETWORKS = {
    # Ids with padding, two inputs, penalties of weights and of results, a moving average, a schedule.
    "reviews": """
  input: { text: (None) facts: (3) }
  layers:
    text: { Embedding(9, 4, mask_zero=true) LSTM(5, recurrent_regularizer=l2(0.01)) }
    facts: { Dense(5, tanh, activity_regularizer=l1(0.01), kernel_constraint=max_norm(1)) }
    Concatenate()
    Output(3)
  optimizer: Adam(ExponentialDecay(0.01, 5, 0.5), use_ema=true, ema_momentum=0.5)
""",
    "sequence": """
  input: (6, 4)
  layers:
    Masking()
    Bidirectional(GRU(3, return_sequences=true))
    TransformerEncoder(2, 8, dropout=0)
    Residual { Dense(6) }
    GlobalAveragePooling1D()
    Output(1)
  loss: binary_crossentropy
  optimizer: Lion(0.001, weight_decay=0.01)
""",
    "film": """
  input: (3, 6, 6, 2)
  layers:
    ConvGRU2D(2, 3, padding=same, return_sequences=true)
    TimeDistributed(Conv2D(2, 3)) { BatchNormalization() }
    Flatten()
    Output(2)
  loss: rmse
  optimizer: Ftrl(0.1, l1=0.001)
""",
    "half": """
  input: (8, 8, 2)
  layers:
    Conv2D(4, 3, relu)
    Flatten()
    Dense(8, relu)
    Output(3)
  train { mixed_precision: true }
""",
}


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    pytest.importorskip("tensorflow")
    import keras

    return keras


def inputs_of(program: ModuleType) -> Any:
    random = np.random.default_rng(3)
    if not hasattr(program, "INPUT_SHAPES"):
        return random.random((ROWS, *program.INPUT_SHAPE), np.float32)
    shapes = {name: (ROWS, *(size or 7 for size in shape)) for name, shape in program.INPUT_SHAPES.items()}
    is_ids = {name: kind == "int64" for name, kind in program.INPUT_TYPES.items()}
    return {
        name: random.integers(0, 9, shape) if is_ids[name] else random.random(shape, np.float32)
        for name, shape in shapes.items()
    }


@pytest.mark.parametrize("name", NETWORKS)
def test_both_levels_train_alike(keras: Any, compiler: Compiler, name: str) -> None:
    source = f"network {name.title()} {{{NETWORKS[name]}}}"
    slow, fast = (compiler.module(source, level, backend="tensorflow") for level in ("-O0", "-O1"))
    keras.utils.set_random_seed(7)
    first, second = slow.create_model(), fast.create_model()
    second.set_weights(first.get_weights())
    x = inputs_of(slow)
    outputs = slow.predict(first, x)
    targets = outputs.shape[:-1] if hasattr(slow, "CLASSES") else outputs.shape
    y = slow.prepare_targets(np.random.default_rng(4).integers(0, 2, targets))
    losses = [
        program.create_trainer(model).fit(x, y, epochs=2, batch_size=BATCH, shuffle=False)
        for program, model in ((slow, first), (fast, second))
    ]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-3 if name == "half" else 1e-5)
    np.testing.assert_allclose(
        fast.predict(second, x), slow.predict(first, x), rtol=1e-4, atol=1e-3 if name == "half" else 1e-6
    )
    assert slow.evaluate(first, x, y) == pytest.approx(
        fast.evaluate(second, x, y), rel=1e-3 if name == "half" else 1e-4
    )


# ---- formulae ----


@pytest.fixture(scope="module")
def applied(keras: Any, compiler: Compiler) -> Callable[[str, np.ndarray], tuple[np.ndarray, Any]]:
    """What layers make of an array, and the model with random weights."""

    def apply(layers: str, x: np.ndarray) -> tuple[np.ndarray, Any]:
        shape = ", ".join(map(str, x.shape[1:]))
        source = f"network Tested {{ input: ({shape},) layers: {layers} loss: mse }}"
        model = compiler.module(source, backend="tensorflow").create_model()
        random = np.random.default_rng(1)
        model.set_weights([random.normal(size=weight.shape) for weight in model.weights])
        return np.asarray(model(x, training=False)), model

    return apply


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def random_array(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).normal(size=shape).astype(np.float32)


def test_padding_does_not_count_in_an_average(applied: Any) -> None:
    x = random_array(2, 5, 3)
    found, _ = applied("AveragePooling1D(3, 2, padding=1)", x)
    expected = np.stack([x[:, max(0, i - 1) : i + 2].mean(axis=1) for i in (0, 2, 4)], axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_lines_are_interpolated_at_half_places(applied: Any) -> None:
    x = random_array(2, 4, 3)
    found, _ = applied("UpSampling1D(2, interpolation=bilinear)", x)
    places = np.clip((np.arange(8) + 0.5) / 2 - 0.5, 0, 3)
    low, rest = np.floor(places).astype(int), (places % 1)[:, None]
    expected = x[:, low] * (1 - rest) + x[:, np.minimum(low + 1, 3)] * rest
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_scale_of_an_inner_axis(applied: Any) -> None:
    x = random_array(2, 3, 4, 5)
    found, model = applied("RMSNormalization(axis=2)", x)
    (scale,) = model.get_weights()
    expected = x / np.sqrt((x**2).mean(axis=2, keepdims=True) + 1e-6) * scale[:, None]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_recurrent_convolution_with_update_and_reset(applied: Any) -> None:
    x = random_array(2, 3, 1, 1, 2)
    found, model = applied("ConvGRU2D(4, 1)", x)
    kernel, recurrent, bias = (weight.reshape(-1, 12) for weight in model.get_weights())
    h = np.zeros((2, 4), np.float32)
    for t in range(3):
        by_x = x[:, t, 0, 0] @ kernel + bias
        z, r = (sigmoid(by_x[:, part] + h @ recurrent[:, part]) for part in (slice(4), slice(4, 8)))
        g = np.tanh(by_x[:, 8:] + (r * h) @ recurrent[:, 8:])
        h = z * h + (1 - z) * g
    np.testing.assert_allclose(found.reshape(2, 4), h, rtol=1e-4, atol=1e-5)


def test_stack_in_both_directions(applied: Any) -> None:
    x = random_array(2, 5, 3)
    found, model = applied("Bidirectional(SimpleRNN(4, num_layers=2, return_sequences=true), merge_mode=sum)", x)

    def run(direction: str, x: np.ndarray) -> np.ndarray:
        for i in range(2):
            kernel, recurrent, bias = model.get_layer(f"bidirectional_{direction}_layer_{i}").get_weights()
            states = [np.zeros((2, 4))]
            for t in range(x.shape[1]):
                states.append(np.tanh(x[:, t] @ kernel + states[-1] @ recurrent + bias))
            x = np.stack(states[1:], axis=1)
        return x

    expected = run("forward", x) + run("backward", x[:, ::-1])[:, ::-1]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_transformer_is_its_formula(applied: Any) -> None:
    x = random_array(2, 5, 4)
    found, model = applied("TransformerEncoder(2, 8, norm_first=true)", x)
    attention, norms, dense = (
        model.get_layer("transformer_encoder_attention").get_weights(),
        [model.get_layer(f"transformer_encoder_norm_{i}").get_weights() for i in (1, 2)],
        [model.get_layer(f"transformer_encoder_feed_forward_{i}").get_weights() for i in (1, 2)],
    )

    def normalize(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> np.ndarray:
        return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-6) * gamma + beta

    y = normalize(x, *norms[0])
    query, key, value = (np.einsum("ntd,dhk->nhtk", y, attention[i]) + attention[i + 1][:, None] for i in (0, 2, 4))
    scores = np.exp(query @ key.swapaxes(-1, -2) / np.sqrt(2))
    heads = scores / scores.sum(-1, keepdims=True) @ value
    x = x + np.einsum("nhtk,hkd->ntd", heads, attention[6]) + attention[7]
    hidden = np.maximum(normalize(x, *norms[1]) @ dense[0][0] + dense[0][1], 0)
    np.testing.assert_allclose(found, x + hidden @ dense[1][0] + dense[1][1], rtol=1e-3, atol=1e-3)


def test_lambda_and_squeeze(applied: Any) -> None:
    x = random_array(2, 3, 4)
    found, _ = applied('Lambda("v: -v ** 2 + clip(v, -1, 1) / 2")', x)
    np.testing.assert_allclose(found, -(x**2) + np.clip(x, -1, 1) / 2, rtol=1e-5, atol=1e-6)
    found, model = applied("SqueezeExcitation(2)", x)
    (w1, b1), (w2, b2) = (model.get_layer(f"squeeze_excitation_{part}").get_weights() for part in ("squeeze", "excite"))
    weights = sigmoid(np.maximum(x.mean(axis=1, keepdims=True) @ w1 + b1, 0) @ w2 + b2)
    np.testing.assert_allclose(found, x * weights, rtol=1e-5, atol=1e-6)
