"""Regularizers and constraints: steps of training in PyTorch and in Keras, from the same weights on the same data."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # the arrays are tiny

ROWS, BATCH, EPOCHS = 12, 5, 2
TOLERANCE = 1e-5  # of the largest value of a tensor

NETWORKS = {
    # name: (input, layers, largest number of an id)
    "dense": ("(6)", """
    Dense(5, "tanh", kernel_regularizer=l2(0.03), bias_regularizer=l1(0.02), activity_regularizer=l1_l2(0.01, 0.02),
          kernel_constraint=max_norm(0.6), bias_constraint=non_neg)
    BatchNormalization(gamma_regularizer=l2(0.1), beta_regularizer=l1(0.05), gamma_constraint=unit_norm)
    PReLU(alpha_regularizer=l1(0.1), alpha_constraint=non_neg)
    Dense(4, kernel_regularizer=l1_l2(0.01, 0.02), kernel_constraint=min_max_norm, bias_constraint=max_norm(0.01))
    LayerNormalization(gamma_constraint=max_norm(0.5), beta_regularizer=l2(0.3))
    Output(3, kernel_constraint=unit_norm, activity_regularizer=l2(0.3))""", 0),
    "frozen": ("(6)", """
    Dense(5, kernel_regularizer=l2(0.5), kernel_constraint=unit_norm, trainable=false)
    Output(3, kernel_regularizer=l1)""", 0),
    "layers": ("(4, 6)", """
    TimeDistributed(Dense(3, "relu", activity_regularizer=l1(0.1), kernel_regularizer=l2(0.1)))
    ActivityRegularization(l1=0.1, l2=0.2)
    Conv1D(4, 2, kernel_regularizer=l2(0.1), kernel_constraint=max_norm(0.4), activity_regularizer=l2(0.1))
    L1(0.02)
    Flatten()
    L2(0.03)
    Output(3)""", 0),
    "images": ("(7, 6, 2)", """
    Conv2D(4, 3, kernel_regularizer=l2(0.02), kernel_constraint=max_norm(0.3), activity_regularizer=l1(0.01))
    DepthwiseConv2D(2, depth_multiplier=2, depthwise_regularizer=l1(0.02), depthwise_constraint=max_norm(0.2))
    SeparableConv2D(3, 2, kernel_regularizer=l2(0.05), kernel_constraint=max_norm(0.3), bias_regularizer=l2(0.1))
    Conv2DTranspose(2, 2, kernel_constraint=unit_norm, kernel_regularizer=l2(0.1))
    Flatten()
    Dense(3, kernel_constraint=max_norm(0.5), kernel_regularizer=l1(0.01))
    Output(3)""", 0),
    "sequences": ("(5)", """
    Embedding(9, 4, embeddings_regularizer=l2(0.05), embeddings_constraint=max_norm(0.1))
    LSTM(4, return_sequences=true, kernel_regularizer=l2(0.05), recurrent_regularizer=l1(0.01),
         bias_regularizer=l2(0.1), kernel_constraint=max_norm(0.5), recurrent_constraint=unit_norm)
    GRU(3, return_sequences=true, kernel_constraint=max_norm(0.5), bias_regularizer=l1(0.1), bias_constraint=non_neg)
    Bidirectional(SimpleRNN(3, kernel_regularizer=l1(0.02), recurrent_constraint=max_norm(0.4),
                            activity_regularizer=l2(0.1)))
    Output(3)""", 9),
    "attention": ("(4, 6)", """
    MultiHeadAttention(2, 3, kernel_regularizer=l2(0.05), bias_regularizer=l2(0.3), kernel_constraint=max_norm(0.4),
                       bias_constraint=max_norm(0.01), activity_regularizer=l1(0.03))
    GlobalAveragePooling1D()
    Output(3)""", 0),
}  # fmt: skip


def source_of(name: str, loss: str = "scce") -> str:
    shape, layers, _ = NETWORKS[name]
    return f"network N {{\n  input: {shape}\n  layers:{layers}\n  loss: {loss}\n  optimizer: SGD(0.05)\n}}\n"


def data_for(program: ModuleType, ids: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    shape = (ROWS, *program.INPUT_SHAPE)
    x = random.integers(0, ids, shape) if ids else random.normal(size=shape).astype(np.float32)
    return x, random.integers(0, 3, ROWS)


def scrambled(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Biases and scales without zeros, symmetry or negative variances."""
    random = np.random.default_rng(3)
    return {
        name: (np.abs(array) + 0.2 if name.endswith("moving_variance") else array).astype(np.float32)
        for name, array in ((name, random.normal(scale=0.4, size=array.shape)) for name, array in arrays.items())
    }


def weights_of(reference: Any) -> list[Any]:
    """In the order of the program's WEIGHTS."""
    return [weight for weight in reference.weights if "seed_generator" not in weight.path]


@pytest.mark.parametrize("level", ["-O0", "-O1"])
@pytest.mark.parametrize("name", NETWORKS)
def test_penalties_are_those_of_keras(compiler: Any, name: str, level: str, tmp_path: Path) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("keras")
    if level == "-O0" and name != "dense":
        pytest.skip("one network is enough")
    ours = compiler.module(source_of(name), level, backend="pytorch")
    theirs = compiler.module(source_of(name), level, backend="tensorflow")
    x, y = data_for(ours, NETWORKS[name][2])
    model, reference = ours.create_model().cpu(), theirs.create_model()
    ours.DEVICE = torch.device("cpu")
    ours.save_weights(model, tmp_path / "fresh")
    shapes = {weight.name: weight.shape for weight in ours.WEIGHTS}
    ours.write_safetensors(tmp_path / "begin", scrambled(ours.read_safetensors(tmp_path / "fresh", shapes)))
    ours.load_weights(model, tmp_path / "begin")
    weights = weights_of(reference)
    for weight, array in zip(weights, ours.read_safetensors(tmp_path / "begin", shapes).values(), strict=True):
        weight.assign(array)

    before = theirs.evaluate(reference, x, y)["loss"]
    assert ours.evaluate(model, x, y)["loss"] == pytest.approx(before, rel=TOLERANCE)
    options = {"epochs": EPOCHS, "batch_size": BATCH, "shuffle": False}
    expected = theirs.create_trainer(reference).fit(x, y, **options)
    assert ours.create_trainer(model).fit(x, y, **options) == pytest.approx(expected, rel=TOLERANCE)

    ours.save_weights(model, tmp_path / "ours")
    found = ours.read_safetensors(tmp_path / "ours", shapes)
    for (key, array), weight in zip(found.items(), weights, strict=True):
        expected = weight.numpy()
        assert np.abs(array - expected).max() <= TOLERANCE * max(np.abs(expected).max(), 1e-3), key


def test_a_penalty_that_cannot_be_expressed_is_refused(compiler: Any) -> None:
    source = """network N {{
  input: (4, 3)
  layers:
    {}
    Output(2)
  loss: scce
}}"""
    for layer, message in (
        ("GRU(3, bias_constraint=unit_norm)", "bias_constraint=unit_norm` of `GRU`"),
        ('Bidirectional(GRU(3, activity_regularizer=l1), merge_mode="sum")', "does not concatenate"),
    ):
        with pytest.raises(AssertionError, match=message):
            compiler.module(source.format(layer), backend="pytorch")
