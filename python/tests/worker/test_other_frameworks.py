"""Contenders written with other libraries compute what the idiomatic program of their reference does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural.benchmarks.models import benchmarks_folder, read_constants
from neural.worker.backend import ADAPTERS
from neural.worker.plan import BACKENDS

pytestmark = pytest.mark.frameworks

CONTENDERS = ("lightning_native", "keras_torch", "keras_jax", "jax_native", "jax_scan")
MODELS = ("simple_mlp", "cnn", "deep_mlp", "cnn_large")
BATCH_SIZE, STEPS = 16, 5  # with more of them Adam makes another course of rounding


def test_every_backend_of_a_plan_has_an_adapter() -> None:
    assert set(ADAPTERS) == set(BACKENDS)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise, so that no two cells of a pooling window are equal; a dozen batches."""
    folder = tmp_path_factory.mktemp("images")
    generator = np.random.default_rng(1)
    for split, rows in (("train", 12 * BATCH_SIZE), ("test", 32)):
        np.save(folder / f"x_{split}.npy", generator.integers(0, 256, (rows, 28, 28)).astype(np.uint8))
        np.save(folder / f"y_{split}.npy", generator.integers(0, 10, rows).astype(np.uint8))
    return folder


def plan_of(worker: Any, task: str, program: Path, images: Path, **changes: Any) -> dict[str, Any]:
    return worker.plan(
        task,
        program,
        backend=read_constants(program.read_text())["BACKEND"],
        data={"folder": str(images), "train_rows": 12 * BATCH_SIZE, "test_rows": 32},
        input_shape=[28, 28, 1],
        batch_size=BATCH_SIZE,
        loss={"name": "sparse_categorical_crossentropy"},
        optimizer={"name": "Adam", "learning_rate": 0.001, "epsilon": 1e-7},
        **changes,
    )


def parity(worker: Any, program: Path, images: Path, folder: Path, **weights: Any) -> dict[str, Any]:
    task = {"folder": str(folder), "steps": STEPS, "weights_after": [1, STEPS]}
    ended = worker.run(plan_of(worker, "parity", program, images, parity=task, weights=weights))
    assert ended.status == 0, ended.log
    return json.loads((folder / "index.json").read_text())


def largest_deviation(ours: Path, theirs: Path, files: list[str]) -> float:
    """max|a - b| / max|b|, the largest of all tensors."""
    pairs = [(np.load(ours / file), np.load(theirs / file)) for file in files]
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the idiomatic programs were found to compute, and the weights they began with."""
    return tmp_path_factory.mktemp("known")


def reference_parity(worker: Any, program: Path, images: Path, folder: Path) -> dict[str, Any]:
    if not (folder / "index.json").exists():
        parity(worker, program, images, folder, load=None, save=str(folder / "initial"))
    return json.loads((folder / "index.json").read_text())


@pytest.mark.parametrize("contender", CONTENDERS)
@pytest.mark.parametrize("model", [*MODELS[:3], pytest.param(MODELS[3], marks=pytest.mark.slow)])
def test_it_computes_what_its_reference_does(
    worker: Any, images: Path, known: Path, tmp_path: Path, model: str, contender: str
) -> None:
    program = benchmarks_folder() / model / f"{contender}.py"
    reference = read_constants(program.read_text())["REFERENCE"]
    folder = known / f"{model}_{reference}"
    theirs = reference_parity(worker, program.with_name(f"{reference}_native.py"), images, folder)
    ours = parity(worker, program, images, tmp_path, load=str(folder / "initial"), save=None)
    assert ours["step0_loss"] == pytest.approx(theirs["step0_loss"], rel=1e-5)
    assert largest_deviation(tmp_path, folder, theirs["gradients"]) < 1e-5
    np.testing.assert_allclose(ours["losses"], theirs["losses"], rtol=1e-4)


@pytest.mark.parametrize("contender", CONTENDERS)
def test_it_keeps_to_its_threads_and_learns(worker: Any, images: Path, contender: str) -> None:
    program = benchmarks_folder() / "simple_mlp" / f"{contender}.py"
    ended = worker.run(plan_of(worker, "full", program, images, threads=1, epochs=3))
    assert ended.status == 0, ended.log
    (environment,) = ended.named("environment")
    assert set(environment["threads"].values()) == {1}
    first, _, last = ended.named("epoch")
    assert last["loss"] < first["loss"]
    assert 0 <= last["test_accuracy"] <= 1
