"""What layers compute, against Keras: weights, inputs, and how far two outputs are apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

import neural
from keras_shapes.cases import Case
from keras_shapes.groups import GROUPS

ROWS = 4
TOLERANCE = 1e-5  # of the largest value
IDS = 5  # embeddings are given ids below this, or below their own number


def inputs_of(case: Case, rng: np.random.Generator) -> list[np.ndarray]:
    shapes = [(ROWS, *(size or case.dynamic for size in shape)) for shape in case.inputs]
    if "Embedding" in case.layers:
        return [rng.integers(0, 1 if "Embedding(1," in case.layers else IDS, shape) for shape in shapes]
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def weights_like(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    is_variance = name.endswith("moving_variance")
    return (rng.uniform(0.5, 1.5, shape) if is_variance else rng.normal(0, 0.5, shape)).astype(np.float32)


def give_weights(reference: Any, shapes: dict[str, tuple[int, ...]], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Random weights by the names of the file; the Keras model, whose variables come in the same order, gets them."""
    theirs = [weight for weight in reference.weights if "seed_generator" not in weight.path]
    assert [tuple(weight.shape) for weight in theirs] == list(shapes.values())
    arrays = {name: weights_like(name, shape, rng) for name, shape in shapes.items()}
    for weight, array in zip(theirs, arrays.values(), strict=True):
        weight.assign(array)
    return arrays


def distance(case: Case, ours: np.ndarray, reference: Any, inputs: list[np.ndarray]) -> float | None:
    """The largest difference of an output, relative to the largest; None where Keras has no code for this processor."""
    try:
        expected = np.asarray(reference(inputs if len(inputs) > 1 else inputs[0], training=False))
    except Exception as error:
        if "Current CPU implementations do not yet support" in str(error):
            return None
        raise
    assert ours.shape == expected.shape, case
    return float(np.abs(ours - expected).max(initial=0) / max(np.abs(expected).max(initial=0), 1e-6))


def compare(group: str, distance_of: Callable[[Case], float | None]) -> None:
    """Every case of the group that has values, as far as the backend can express it."""
    counts: Counter[str] = Counter()
    wrong = []
    for case in GROUPS[group]:
        if not (case.runs and case.has_values and case.weights == "in order"):
            continue
        try:
            away = distance_of(case)
        except neural.CompileError as error:
            codes = {found["code"] for found in error.diagnostics if found["severity"] == "error"}
            counts["/".join(sorted(codes))] += 1
            continue
        counts["not in Keras" if away is None else "compared"] += 1
        if away is not None and not away <= TOLERANCE:
            wrong.append(f"{case}: {away:.1e}")
    assert not wrong, f"{len(wrong)} of {counts}:\n" + "\n".join(wrong)
    assert counts["compared"] > 0, counts
