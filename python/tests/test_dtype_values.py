"""Layers with a type of their own in generated PyTorch programs, against those in Keras."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch")

ROWS = 6
TOLERANCES = {"float64": 1e-6, "float16": 3e-3, "bfloat16": 3e-2}  # of the largest output
NETWORKS = {
    "dense": ("(7,)", """
    Dense(8, "tanh", dtype="{0}")
    Dense(8, "relu", dtype="{0}")
    Dense(5)
    LayerNormalization(dtype="{0}")
    Output(3)"""),
    "image": ("(6, 6, 2)", """
    Conv2D(4, 3, activation="gelu", dtype="{0}")
    MaxPooling2D(2)
    Flatten()
    Dropout(0.5, dtype="{0}")
    Output(3)"""),
}  # fmt: skip


def keras_model(keras: Any, name: str, dtype: str) -> Any:
    layers = keras.layers
    if name == "dense":
        stack = [keras.Input((7,)), layers.Dense(8, "tanh", dtype=dtype), layers.Dense(8, "relu", dtype=dtype),
                 layers.Dense(5), layers.LayerNormalization(epsilon=1e-3, dtype=dtype), layers.Dense(3)]  # fmt: skip
    else:
        stack = [keras.Input((6, 6, 2)), layers.Conv2D(4, 3, activation="gelu", dtype=dtype),
                 layers.MaxPooling2D(2), layers.Flatten(), layers.Dropout(0.5, dtype=dtype),
                 layers.Dense(3)]  # fmt: skip
    return keras.Sequential(stack)


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("name", NETWORKS)
def test_layers_compute_in_their_own_type(compiler: Any, name: str, dtype: str, tmp_path: Path) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    keras = pytest.importorskip("keras")
    shape, layers = NETWORKS[name]
    source = f"network N {{\n  input: {shape}\n  layers:{layers.format(dtype)}\n  loss: mse\n}}\n"
    program = compiler.module(source.replace(",)", ")"), backend="pytorch")
    program.DEVICE = torch.device("cpu")
    model, reference = program.create_model().cpu(), keras_model(keras, name, dtype)
    random = np.random.default_rng(0)
    for weight in reference.weights:
        weight.assign(random.normal(scale=0.5, size=weight.shape))
    arrays = {
        weight.name: np.asarray(keras.ops.cast(theirs, "float32"))
        for weight, theirs in zip(program.WEIGHTS, reference.weights, strict=True)
    }
    program.write_safetensors(tmp_path / "given", arrays)
    program.load_weights(model, tmp_path / "given")
    program.save_weights(model, tmp_path / "taken")
    assert (tmp_path / "given").read_bytes() == (tmp_path / "taken").read_bytes()
    assert next(model.children()).weight.dtype == getattr(torch, dtype)

    x = random.normal(size=(ROWS, *program.INPUT_SHAPE)).astype(np.float32)
    expected = reference(x, training=False).numpy()
    assert np.abs(program.predict(model, x) - expected).max() <= TOLERANCES[dtype] * np.abs(expected).max()
    (loss,) = program.create_trainer(model).fit(x, np.zeros((ROWS, 3), np.float32), epochs=1, batch_size=4)
    assert np.isfinite(loss)
