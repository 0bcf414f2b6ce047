"""The programs of both backends with the same weights."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import numpy as np


def weights_for(program: ModuleType, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """For the PyTorch program, without symmetry; variances stay positive."""
    arrays = {weight.name: rng.normal(0, 0.5, weight.shape).astype(np.float32) for weight in program.WEIGHTS}
    return {name: np.abs(array) + 0.5 if "variance" in name else array for name, array in arrays.items()}


def give_weights(reference: Any, arrays: dict[str, np.ndarray]) -> None:
    """To the Keras model, by the names of their places; those of a cell by their order in its layer."""
    left = {name.replace("/", "_").replace("attention_output", "attention_attention_output"): array
            for name, array in arrays.items()}  # fmt: skip
    for layer in reference.layers:
        for weight in layer.weights:
            path = re.sub("/(lstm|gru|simple_rnn)_cell/", "/", weight.path).replace("/", "_")
            fitting = [name for name, array in left.items() if array.shape == weight.shape]
            named = [name for name in fitting if layer.name.startswith(name.split("_")[0])]
            weight.assign(left.pop(path if path in left else (named or fitting)[0]))
    assert not left
