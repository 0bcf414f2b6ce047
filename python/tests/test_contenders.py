"""The hand-written programs: what they declare, that they train, and that tuned ones compute what idiomatic ones do."""

from __future__ import annotations

import gzip
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from neural.benchmarks.models import benchmarks_folder, read_constants
from neural.worker.plan import Declared

PARAMETERS = {"simple_mlp": 101_770, "cnn": 225_034, "deep_mlp": 567_434, "cnn_large": 1_199_882}
LEVELS = {"native": "idiomatic", "tuned": "tuned"}
BATCH_SIZE = 16

FILES = [(model, backend, kind) for model in PARAMETERS for backend in ("pytorch", "tensorflow") for kind in LEVELS]


def contender(model: str, backend: str, kind: str) -> Path:
    return benchmarks_folder() / model / f"{backend}_{kind}.py"


def load(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("model", "backend", "kind"), FILES)
def test_a_contender_declares_itself_and_its_size(model: str, backend: str, kind: str) -> None:
    source = contender(model, backend, kind).read_text()
    constants = read_constants(source)
    expected = {"BACKEND": backend, "LEVEL": LEVELS[kind], "BATCH_SIZE": 64, "SEED": 42}
    assert {name: constants[name] for name in expected} == expected
    assert f"{PARAMETERS[model]:,} parameters" in source.split('"""')[1]


@pytest.fixture(scope="module")
def backends() -> dict[str, Any]:
    """The worker's view of the frameworks, by which the sides of a comparison are compared."""
    from neural.worker.pytorch import PyTorch
    from neural.worker.tensorflow import TensorFlow

    plan: Any = SimpleNamespace(
        loss=Declared("sparse_categorical_crossentropy", {}),
        optimizer=Declared("Adam", {"learning_rate": 0.001, "epsilon": 1e-7}),
        input_shape=(28, 28, 1),
    )
    return {"pytorch": PyTorch(plan), "tensorflow": TensorFlow(plan)}


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    """Three and a half batches. Noise, so that no two cells of a pooling window are equal."""
    generator = np.random.default_rng(1)
    x = generator.random((BATCH_SIZE * 7 // 2, 28, 28, 1), np.float32)
    return x, generator.integers(0, 10, len(x))


@pytest.mark.frameworks
@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("model", PARAMETERS)
def test_the_tuned_contender_computes_what_the_idiomatic_one_does(
    backends: dict[str, Any], data: tuple[np.ndarray, np.ndarray], model: str, backend: str
) -> None:
    framework = backends[backend]
    framework.seed(3)
    initial, losses, weights = None, [], []
    for kind in LEVELS:
        program = load(contender(model, backend, kind))
        network = framework.create_model(program)
        assert framework.count_parameters(network) == PARAMETERS[model]
        framework.disable_dropout(network)
        initial = initial or framework.weights(network)
        framework.assign(network, initial)
        trainer = framework.create_trainer(program, network)
        fits = [trainer.fit(*data, epochs=epochs, batch_size=BATCH_SIZE, shuffle=False) for epochs in (1, 2)]
        assert [len(fit) for fit in fits] == [1, 2]
        losses.append([loss for fit in fits for loss in fit])
        weights.append(framework.weights(network).trainable)
        assert framework.evaluate(program, network, *data)["loss"] < losses[-1][0]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)
    for ours, theirs, begin in zip(*weights, initial.trainable, strict=True):
        moved = np.abs(theirs.value - begin.value).max()
        assert np.abs(ours.value - theirs.value).max() < 0.02 * moved
        assert moved > 1e-4


@pytest.mark.frameworks
@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("kind", LEVELS)
def test_dropout_is_on_in_training(
    backends: dict[str, Any], data: tuple[np.ndarray, np.ndarray], backend: str, kind: str
) -> None:
    """The rate is 0.2: switched off, the loss of a first epoch of one batch would be the same whatever the seed."""
    framework, program = backends[backend], load(contender("simple_mlp", backend, kind))
    framework.seed(3)
    initial = framework.weights(framework.create_model(program))
    losses = set()
    for seed in (1, 2):
        network = framework.create_model(program)
        framework.assign(network, initial)
        framework.seed(seed)
        trainer = framework.create_trainer(program, network)
        losses.update(trainer.fit(*data, epochs=1, batch_size=len(data[0]), shuffle=False))
    assert len(losses) == 2


def write_idx(path: Path, array: np.ndarray) -> None:
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture(scope="module")
def idx_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mnist")
    generator = np.random.default_rng(2)
    for part, rows in (("train", 70), ("t10k", 10)):
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", generator.integers(0, 256, (rows, 28, 28), np.uint8))
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", generator.integers(0, 10, rows, np.uint8))
    return folder


@pytest.mark.frameworks
@pytest.mark.parametrize(("model", "backend", "kind"), FILES)
def test_a_contender_reads_both_forms_of_data(
    idx_folder: Path, tmp_path: Path, model: str, backend: str, kind: str
) -> None:
    program = load(contender(model, backend, kind))
    arrays = program.load_data(idx_folder)
    assert [array.shape for array in arrays] == [(70, 28, 28, 1), (70,), (10, 28, 28, 1), (10,)]
    assert [array.dtype for array in arrays] == [np.float32, np.int64, np.float32, np.int64]
    assert 0.9 < arrays[0].max() <= 1
    raw = [np.round(array[..., 0] * 255).astype(np.uint8) if array.ndim == 4 else array for array in arrays]
    np.savez(tmp_path / "data.npz", **dict(zip(("x_train", "y_train", "x_test", "y_test"), raw, strict=True)))
    for first, second in zip(arrays, program.load_data(tmp_path / "data.npz"), strict=True):
        assert np.array_equal(first, second)


@pytest.mark.frameworks
@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("kind", LEVELS)
def test_a_contender_runs_by_itself(idx_folder: Path, backend: str, kind: str) -> None:
    command = [sys.executable, contender("simple_mlp", backend, kind), "--epochs", "1", "--data", idx_folder]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "accuracy" in result.stdout.splitlines()[-1]
