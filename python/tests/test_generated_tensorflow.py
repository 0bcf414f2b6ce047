"""The TensorFlow programs the compiler writes, run: level O1 against O0, and both against what the checker says."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from neural.benchmarks.process import find_executable

pytestmark = pytest.mark.frameworks

BATCH = 8
ROWS = 20 * BATCH + 3  # the last batch is a partial one
EPOCHS = 10  # 210 steps

# Between them the networks use every layer, loss, optimiser and kind of target. Dropout rates are 0: bits are compared.
NETWORKS = {
    "mlp": """
  input: (6, 6, 1)
  layers:
    Flatten()
    Dense(16, activation="relu")
    Dropout(0)
    Output(3)
  loss: sparse_categorical_crossentropy
  optimizer: Adam(learning_rate=0.01)
  metrics: ["accuracy"]
""",
    "convolutions": """
  input: (9, 8, 2)
  layers:
    Conv2D(4, (3, 2), padding="same", strides=2, kernel_initializer=he_normal)
    BatchNormalization(momentum=0.9)
    ReLU(6, negative_slope=0.1)
    Reshape((5, 2, 8))
    Conv2D(8, 3, padding=1, dilation_rate=(2, 1), activation="gelu")
    AveragePooling2D((1, 2))
    Conv2D(6, 1, use_bias=false, groups=2)
    GlobalAveragePooling2D()
    Activation("leaky_relu", 0.1)
    Output(3)
  loss: categorical_crossentropy(label_smoothing=0.1)
  optimizer: AdamW(learning_rate=0.01, clipnorm=1)
""",
    "channels_first": """
  input: (2, 8, 9)
  layers:
    Conv2D(4, 3, activation="relu", data_format="channels_first")
    MaxPooling2D(3, strides=2, padding=1, data_format="channels_first")
    BatchNormalization(axis=1, trainable=false)
    Activation("celu", alpha=0.5)
    Flatten(data_format="channels_first")
    Dense(3)
    Softmax()
  loss: sparse_categorical_crossentropy(reduction="sum")
  optimizer: SGD(learning_rate=0.001, momentum=0.9, nesterov=true, weight_decay=0.01)
""",
    "binary": """
  input: (5)
  layers:
    Dense(8, activation="elu", kernel_initializer=orthogonal)
    Activation("elu", 0.5)
    Output(1)
  loss: binary_crossentropy
  optimizer: RMSprop(learning_rate=0.01, momentum=0.5, centered=true, global_clipnorm=1)
""",
    "regression": """
  input: (5)
  layers:
    Dense(8, activation="tanh", kernel_initializer=variance_scaling)
    Output(2)
  loss: mse
  optimizer: Adam(learning_rate=0.01, amsgrad=true, use_ema=true, ema_momentum=0.9, clipvalue=0.5)
""",
    "hostile": r"""
  input: (5)
  layers:
    Dense(4, name="\"); raise SystemExit #")
    Dense(4, name="größe/ß:0")
    Dense(4, name="größe ß 0")
    Output(2, name="'''\\")
  loss: mse
  train { save_path: "'\"\\ größe{}.keras" }
""",
}


@pytest.fixture(scope="session")
def neural() -> str:
    return str(find_executable())


@pytest.fixture(scope="session")
def keras() -> Iterator[Any]:
    """Keras on TensorFlow, deterministic while this module runs."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    tensorflow = pytest.importorskip("tensorflow")
    import keras
    from tensorflow.python.framework.config import disable_op_determinism

    tensorflow.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(1)
    yield keras
    disable_op_determinism()


@pytest.fixture(scope="session")
def without_onednn() -> Iterator[Executor]:
    """A process whose TensorFlow is deterministic and has no oneDNN.

    With oneDNN two graphs of one and the same program are at times a rounding apart: on a busy machine 42 of 240
    graphs of `channels_first`, each the same from call to call; without it none of 240. It is left out as TensorFlow
    is loaded, so this needs a process of its own.
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
        environment.setenv("TF_CPP_MIN_LOG_LEVEL", "2")
        environment.setenv("KERAS_BACKEND", "tensorflow")
        with ProcessPoolExecutor(1, get_context("spawn"), make_deterministic) as process:
            yield process


def make_deterministic() -> None:
    import tensorflow

    tensorflow.config.experimental.enable_op_determinism()


@pytest.fixture(scope="session")
def folder(neural: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The networks and, beside each, its program at both levels."""
    folder = tmp_path_factory.mktemp("programs")
    for name, body in NETWORKS.items():
        source = folder / f"{name}.neural"
        source.write_text(f"network {name.title()} {{{body}}}", encoding="utf-8")
        for level in ("O0", "O1"):
            output = folder / f"{name}_{level}.py"
            command = [neural, "compile", source, "--backend", "tensorflow", "-o", output, f"-{level}"]
            subprocess.run(command, check=True, capture_output=True, timeout=20)
    return folder


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_data(program: ModuleType, rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    """Inputs, and targets that can be learned from them, in the form the program asks for."""
    random = np.random.default_rng(5)
    x = random.random((rows, *program.INPUT_SHAPE), np.float32)
    sums = x.reshape(rows, -1)[:, :5].sum(axis=-1)
    if hasattr(program, "CLASSES"):
        y = np.minimum(sums.astype(np.int64), program.CLASSES - 1)
    else:
        y = np.repeat((sums > 2.5)[:, None], program.TARGET_SHAPE[0], axis=1)
    return x, program.prepare_targets(y)


def weights_equal(first: Any, second: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(first.get_weights(), second.get_weights(), strict=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_both_levels_train_to_the_same_bits(without_onednn: Executor, folder: Path, name: str) -> None:
    pytest.importorskip("tensorflow")
    without_onednn.submit(train_at_both_levels, folder, name).result()


def train_at_both_levels(folder: Path, name: str) -> None:
    import keras

    keras.utils.set_random_seed(1)
    idiom, loop = load(folder / f"{name}_O0.py"), load(folder / f"{name}_O1.py")
    x, y = make_data(idiom)
    first, second = idiom.create_model(), loop.create_model()
    second.set_weights(first.get_weights())
    before = first.get_weights()
    slow, fast = idiom.create_trainer(first), loop.create_trainer(second)

    histories = []
    for trainer in (slow, fast):
        losses = trainer.fit(x, y, epochs=EPOCHS, batch_size=BATCH, shuffle=False)
        losses += trainer.fit(x[:13], y[:13], epochs=1, batch_size=5, shuffle=False)
        histories.append(losses)
    assert weights_equal(first, second)
    assert any(not np.array_equal(a, b) for a, b in zip(before, first.get_weights(), strict=True))
    np.testing.assert_allclose(histories[0], histories[1], rtol=1e-5)
    assert np.isfinite(histories[0]).all() and histories[0][-2] < histories[0][0]
    assert int(second.optimizer.iterations) == int(first.optimizer.iterations) == EPOCHS * 21 + 3
    assert fast.train_part.experimental_get_tracing_count() == 1

    # Keras goes on from the state the loop has left.
    for model in (first, second):
        idiom.create_trainer(model).fit(x, y, epochs=1, batch_size=BATCH, shuffle=False)
    assert weights_equal(first, second)


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_counts_and_results_are_as_inspected(keras: Any, neural: str, folder: Path, name: str) -> None:
    source = folder / f"{name}.neural"
    output = subprocess.run([neural, "inspect", "--json", source], check=True, capture_output=True, timeout=20).stdout
    table = json.loads(output)
    program = load(folder / f"{name}_O1.py")
    model = program.create_model()
    assert list(model.output_shape[1:]) == table["layers"][-1]["output_shape"]
    assert model.count_params() == table["total_parameters"]
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == table["trainable_parameters"]

    x, y = make_data(program, 20)
    result = program.evaluate(model, x, y)
    predictions = program.predict(model, x)
    assert predictions.shape == (20, *table["layers"][-1]["output_shape"])
    assert next(iter(result)) == "loss"
    if "accuracy" in result:
        truth = y if y.ndim == 1 else y.argmax(-1) if y.shape[-1] > 1 else y[:, 0]
        guess = predictions.argmax(-1) if predictions.shape[-1] > 1 else predictions[:, 0] > 0.5
        assert result["accuracy"] == pytest.approx((guess == truth).mean())
    if predictions.shape[-1] > 1 and "accuracy" in result:
        np.testing.assert_allclose(predictions.sum(axis=-1), 1, rtol=1e-5)


@pytest.mark.parametrize("level", ["O0", "O1"])
def test_a_confident_mistake_still_has_a_gradient(keras: Any, folder: Path, level: str) -> None:
    """Of probabilities below 1e-7 the clipped loss would be flat; the loss of the logits is not."""
    program = load(folder / f"mlp_{level}.py")
    model = program.create_model()
    kernel, _ = model.get_layer("output").get_weights()
    model.get_layer("output").set_weights([kernel * 0, np.array([60.0, 0.0, -60.0], np.float32)])
    x = np.zeros((1, *program.INPUT_SHAPE), np.float32)
    losses = program.create_trainer(model).fit(x, np.array([2]), epochs=1, batch_size=1)
    assert losses == pytest.approx([120.0])
    assert model.get_layer("output").get_weights()[1][2] > -60


def test_shuffling_follows_the_seed(keras: Any, folder: Path) -> None:
    program = load(folder / "mlp_O1.py")
    x, y = make_data(program)
    models = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(3)
        model = program.create_model()
        keras.utils.set_random_seed(seed)
        program.create_trainer(model).fit(x, y, epochs=1, batch_size=BATCH)
        models.append(model)
    assert weights_equal(models[0], models[1])
    assert not weights_equal(models[0], models[2])


def test_rows_may_come_in_many_parts(keras: Any, folder: Path) -> None:
    program = load(folder / "mlp_O1.py")
    x, y = make_data(program)
    models = []
    for rows in (program.PART_ROWS, 3 * BATCH + 1, 1):
        program.PART_ROWS = rows
        keras.utils.set_random_seed(3)
        models.append(program.create_model())
        program.create_trainer(models[-1]).fit(x, y, epochs=2, batch_size=BATCH)
    assert weights_equal(models[0], models[1]) and weights_equal(models[0], models[2])


def test_wrong_arrays_are_refused(keras: Any, folder: Path) -> None:
    program = load(folder / "mlp_O1.py")
    x, y = make_data(program)
    trainer = program.create_trainer(program.create_model())
    for wrong_x, wrong_y in ((x.astype(np.float64), y), (x[:, 1:], y), (x, y[1:]), (x, y + 3), (x, y.astype(float))):
        with pytest.raises(ValueError, match="expected"):
            trainer.fit(wrong_x, wrong_y, epochs=1, batch_size=BATCH)


def test_names_of_a_user_are_inert(keras: Any, folder: Path) -> None:
    program = load(folder / "hostile_O1.py")
    model = program.create_model()
    names = [layer.name for layer in model.layers]
    assert len(set(names)) == len(names) == 5
    assert program.SAVE_PATH == "'\"\\ größe{}.keras"


def test_programs_are_formatted_linted_and_typed(folder: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    ruff = [sys.executable, "-m", "ruff"]
    configuration = ["--config", str(root / "pyproject.toml")]
    mypy = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--scripts-are-modules"]
    programs = sorted(folder.glob("*.py"))
    for command in (
        [*ruff, "format", *configuration, "--diff", *programs],
        [*ruff, "check", *configuration, *programs],
        [*mypy, *programs],
    ):
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_program_runs_by_itself(neural: str, tmp_path: Path) -> None:
    source = tmp_path / "small.neural"
    train = 'train { epochs: 1 validation_split: 0.25 save_path: "out/small.keras" }'
    source.write_text(f"network Small {{{NETWORKS['mlp']} {train} }}", encoding="utf-8")
    subprocess.run([neural, "compile", source], check=True, capture_output=True, timeout=20, cwd=tmp_path)
    random = np.random.default_rng(1)
    x, y = random.integers(0, 256, (100, 6, 6), np.uint8), random.integers(0, 3, 100, np.uint8)
    np.savez(tmp_path / "data.npz", x_train=x, y_train=y, x_test=x[:30], y_test=y[:30])

    command = [sys.executable, "small_tensorflow.py", "--data", "data.npz", "--epochs", "2", "--seed", "3"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert sum(line.startswith("epoch ") for line in lines) == 2
    assert any("validation" in line for line in lines) and lines[-1].startswith("test loss ")
    assert (tmp_path / "out/small.keras").stat().st_size > 0
    # On some processors TensorFlow tells of oneDNN whatever its log level.
    notes = ("WARNING: All log messages before absl::InitializeLog()", "I0000 ")
    assert [line for line in run.stderr.splitlines() if not line.startswith(notes)] == []
