"""Programs with `use_ema`: epoch by epoch or at once, the training is the same, and the averages come at its end."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks

SOURCE = """network Averaged {
  input: (4)
  layers:
    Dense(8, activation=tanh)
    Output(3)
  loss: scce
  optimizer: Adam(0.05, use_ema=true, ema_momentum=0.99)
  train { epochs: 3 batch_size: 16 seed: 1 shuffle: false validation_split: 0.2 save_path: "PATH" }
}
"""
CASES = [(backend, level) for backend in ("pytorch", "tensorflow") for level in ("-O0", "-O1")]


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).normal(size=(200, 4)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(np.int64) + (x[:, 1] > 0)


def load(compiler: Any, backend: str, level: str, folder: Path) -> ModuleType:
    pytest.importorskip("torch" if backend == "pytorch" else "tensorflow")
    path = folder / ("weights.pt" if backend == "pytorch" else "weights.weights.h5")
    return compiler.module(SOURCE.replace("PATH", str(path)), level, backend=backend)


def new_model(program: ModuleType) -> Any:
    if program.BACKEND == "pytorch":
        import torch

        torch.manual_seed(1)
    else:
        import keras

        keras.utils.set_random_seed(1)
    return program.create_model()


def weights_of(program: ModuleType, model: Any) -> list[np.ndarray]:
    if program.BACKEND == "pytorch":
        return [tensor.cpu().numpy().copy() for tensor in model.state_dict().values()]
    return model.get_weights()


def trained_at_once(program: ModuleType, x: np.ndarray, y: np.ndarray, epochs: int) -> tuple[Any, list[float]]:
    model = new_model(program)
    return model, program.create_trainer(model).fit(x, y, epochs=epochs, batch_size=16)


@pytest.mark.parametrize(("backend", "level"), CASES)
def test_the_script_trains_as_one_fit_and_saves_the_averages(
    compiler: Any,
    data: tuple[np.ndarray, np.ndarray],
    backend: str,
    level: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = load(compiler, backend, level, tmp_path)
    x, y = data
    np.savez(tmp_path / "data.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    monkeypatch.setattr("sys.argv", ["program", "--data", str(tmp_path / "data.npz")])
    program.main()
    words = [line.split() for line in capsys.readouterr().out.splitlines()]
    losses = [float(line[3]) for line in words if line[0] == "epoch"]

    model, expected = trained_at_once(program, x[:160], y[:160], 3)
    assert losses == pytest.approx(expected, abs=1e-4)
    assert float(words[-1][2]) == pytest.approx(program.evaluate(model, x, y)["loss"], abs=1e-4)
    saved = new_model(program)
    if backend == "pytorch":
        import torch

        saved.load_state_dict(torch.load(program.SAVE_PATH))
    else:
        saved.load_weights(program.SAVE_PATH)
    for array, other in zip(weights_of(program, saved), weights_of(program, model), strict=True):
        np.testing.assert_allclose(array, other, rtol=1e-6)


@pytest.mark.parametrize(("backend", "level"), CASES)
def test_a_fit_that_is_not_the_last_leaves_the_weights_alone(
    compiler: Any, data: tuple[np.ndarray, np.ndarray], backend: str, level: str, tmp_path: Path
) -> None:
    program = load(compiler, backend, level, tmp_path)
    model = new_model(program)
    trainer = program.create_trainer(model)
    losses = trainer.fit(*data, epochs=2, batch_size=16, finish=False)
    raw = weights_of(program, model)
    losses += trainer.fit(*data, epochs=1, batch_size=16)
    other, expected = trained_at_once(program, *data, 3)
    assert losses == pytest.approx(expected, rel=1e-6)
    for array, average, before in zip(weights_of(program, model), weights_of(program, other), raw, strict=True):
        np.testing.assert_allclose(array, average, rtol=1e-6)
        assert not np.allclose(array, before, rtol=1e-3)


@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
def test_a_trial_of_tune_trains_as_one_fit(
    compiler: Any, data: tuple[np.ndarray, np.ndarray], backend: str, tmp_path: Path
) -> None:
    from neural.tune import training

    program = load(compiler, backend, "-O1", tmp_path)
    line: Any = SimpleNamespace(send=lambda **answer: None, receive=lambda: {"go": True})
    values = training.train_epochs(program, new_model(program), data, data, line)
    model, _ = trained_at_once(program, *data, 3)
    assert values == pytest.approx(program.evaluate(model, *data), rel=1e-5)
