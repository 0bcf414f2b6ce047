"""What the layers of generated PyTorch programs compute, against Keras: the same weights, the same inputs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from generated import module_of
from keras_shapes.cases import Case
from keras_shapes.groups import GROUPS

import neural

pytestmark = pytest.mark.frameworks

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


def distance(case: Case, text: str, folder: Path) -> float | None:
    """The largest difference of an output, relative to the largest; None where Keras has no code for this processor."""
    import torch
    from keras_shapes.in_keras import model_of

    rng = np.random.default_rng(0)
    program, reference = module_of(text), model_of(case)
    shapes = {weight.name: weight.shape for weight in program.WEIGHTS}
    theirs = [weight for weight in reference.weights if "seed_generator" not in weight.path]
    assert [tuple(weight.shape) for weight in theirs] == list(shapes.values()), case
    arrays = {name: weights_like(name, shape, rng) for name, shape in shapes.items()}
    for weight, array in zip(theirs, arrays.values(), strict=True):
        weight.assign(array)

    model = program.create_model().cpu().eval()
    program.write_safetensors(folder / "given", arrays)
    program.load_weights(model, folder / "given")
    program.save_weights(model, folder / "taken")
    assert (folder / "given").read_bytes() == (folder / "taken").read_bytes(), case

    inputs = inputs_of(case, rng)
    with torch.no_grad():
        given = model(*map(torch.from_numpy, inputs))
    ours = (given[0] if isinstance(given, tuple) else given).numpy()  # without the mask of its steps
    try:
        expected = np.asarray(reference(inputs if len(inputs) > 1 else inputs[0], training=False))
    except Exception as error:
        if "Current CPU implementations do not yet support" in str(error):
            return None
        raise
    assert ours.shape == expected.shape, case
    return float(np.abs(ours - expected).max(initial=0) / max(np.abs(expected).max(initial=0), 1e-6))


@pytest.mark.filterwarnings("ignore:The structure of `inputs`")
@pytest.mark.parametrize("group", GROUPS)
def test_layers_compute_what_keras_computes(group: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    counts: Counter[str] = Counter()
    wrong = []
    for case in GROUPS[group]:
        if not (case.runs and case.has_values and case.weights == "in order"):
            continue
        try:
            text = neural.compile(case.source, backend="pytorch")
        except neural.CompileError as error:
            codes = {found["code"] for found in error.diagnostics if found["severity"] == "error"}
            counts["/".join(sorted(codes))] += 1
            continue
        away = distance(case, text, tmp_path)
        counts["not in Keras" if away is None else "compared"] += 1
        if away is not None and not away <= TOLERANCE:
            wrong.append(f"{case}: {away:.1e}")
    assert not wrong, f"{len(wrong)} of {counts}:\n" + "\n".join(wrong)
    assert counts["compared"] > 0, counts
