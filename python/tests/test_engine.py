"""`neural.train` and `neural.Network`: the engine on NumPy arrays."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neural
from neural.benchmarks.process import find_executable

PROGRAM = """network Points {
  input: (4)
  layers:
    Dense(16, activation="relu")
    Dropout(0.1)
    Output(3, activation="softmax")
  loss: "sparse_categorical_crossentropy"
  optimizer: Adam(learning_rate=0.01)
  train { epochs: 6 batch_size: 16 seed: 5 }
}
"""
PAIRS = """network Pairs {
  input: { left: (3), right: (2) }
  layers:
    left: { Dense(3) }
    right: { Dense(3) }
    Concatenate()
    Dense(8, activation="tanh")
    Output(1)
  loss: mse
  train { epochs: 2 batch_size: 8 seed: 1 }
}
"""
IMAGES = """network Images {
  input: (6, 6, 1)
  layers:
    Flatten()
    Output(2, activation="softmax")
  loss: "sparse_categorical_crossentropy"
  train { epochs: 1 batch_size: 8 seed: 1 }
}
"""


def points(rows: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Three clouds, well apart."""
    random = np.random.default_rng(seed)
    classes = random.integers(0, 3, rows)
    centres = np.array([[3, 0, 0, 0], [0, 3, 0, 0], [0, 0, 3, 0]])
    return (centres[classes] + random.normal(size=(rows, 4))).astype(np.float32), classes.astype(np.int32)


def test_it_trains_as_the_source_says_and_predicts() -> None:
    x, y = points(400)
    network = neural.train(PROGRAM, x, y)
    assert (network.epochs, network.batch_size, network.seed) == (6, 16, 5)
    assert [epoch["epoch"] for epoch in network.history] == [1, 2, 3, 4, 5, 6]
    assert network.history[-1]["loss"] < network.history[0]["loss"] / 2
    assert network.history[0]["samples_per_second"] > 0 < network.history[0]["train_seconds"]
    scores = network.evaluate(*points(200, 2))
    assert list(scores) == ["loss", "accuracy"]
    assert scores["accuracy"] > 0.9
    predictions = network.predict(x)
    assert predictions.dtype == np.float32
    assert predictions.shape == (400, 3)
    np.testing.assert_allclose(predictions.sum(axis=1), 1, atol=1e-5)
    predictions[0] = 0  # an array like any other
    assert repr(network) == "<neural.Network Points, 6 epochs trained>"


def test_the_bits_are_those_of_the_command(tmp_path: Path) -> None:
    x, y = points(400)
    np.savez(tmp_path / "points.npz", x_train=x, y_train=y)
    (tmp_path / "points.neural").write_text(PROGRAM, encoding="utf-8")
    command = [find_executable(), "train", "points.neural", "--data", "points.npz", "--save", "theirs.safetensors"]
    subprocess.run([*command, "--no-tracking"], cwd=tmp_path, check=True, capture_output=True)
    network = neural.train(tmp_path / "points.neural", x, y, threads=1)
    network.save(tmp_path / "ours.safetensors")
    assert (tmp_path / "ours.safetensors").read_bytes() == (tmp_path / "theirs.safetensors").read_bytes()
    other = neural.Network(PROGRAM, weights=tmp_path / "theirs.safetensors", seed=9)
    assert other.evaluate(x, y) == network.evaluate(x, y)


def peak_bytes() -> int:
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", text)[1]) * 1024


@pytest.mark.parametrize(("kind", "surplus"), [("float32", 0), ("float64", 1)])
def test_arrays_of_the_type_are_not_copied(kind: str, surplus: int) -> None:
    """In a process of its own, whose peak memory is that of this alone."""
    script = f"""
import sys
sys.path[:0] = {sys.path!r}
import numpy as np, neural, test_engine
x = np.ones((1_000_000, 64), np.{kind})  # 256 MB as float32
y = np.zeros(len(x), np.int32)
layers = "layers: Output(2, activation=\\"softmax\\")"
source = "network N {{ input: (64) " + layers + " train {{ epochs: 1 batch_size: 4096 }} }}"
network = neural.Network(source)
network.predict(x[:16])
before = test_engine.peak_bytes()
network.fit(x, y)
print((test_engine.peak_bytes() - before) / 2**20)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
    )
    megabytes = float(result.stdout)
    assert 244 * surplus <= megabytes < 244 * surplus + 60


def test_images_of_bytes_are_scaled_as_floats_from_0_to_1_are() -> None:
    images = np.random.default_rng(1).integers(0, 256, (40, 6, 6), dtype=np.uint8)
    y = np.arange(40) % 2
    of_bytes = neural.train(IMAGES, images, y)
    of_floats = neural.train(IMAGES, images[..., None].astype(np.float32) / 255, y)
    assert_same(of_bytes.weights, of_floats.weights)


def test_arrays_of_any_layout_and_order_of_bytes_are_read_right() -> None:
    x, y = points(64)
    plain = neural.train(PROGRAM, x, y).weights
    assert_same(neural.train(PROGRAM, np.asfortranarray(x), y).weights, plain)
    assert_same(neural.train(PROGRAM, x.astype(">f4"), y.astype(">i8")).weights, plain)
    assert_same(neural.train(PROGRAM, np.repeat(x, 2, axis=0)[::2], list(y)).weights, plain)
    x.flags.writeable = False
    assert_same(neural.train(PROGRAM, x, y).weights, plain)


def assert_same(left: dict[str, np.ndarray], right: dict[str, np.ndarray]) -> None:
    assert left.keys() == right.keys()
    for name, values in left.items():
        np.testing.assert_array_equal(values, right[name], err_msg=name)


def test_several_inputs_are_a_mapping_or_a_sequence() -> None:
    random = np.random.default_rng(0)
    left, right, y = random.random((20, 3)), random.random((20, 2)), random.random((20, 1))
    network = neural.train(PAIRS, {"right": right, "left": left}, y)
    np.testing.assert_array_equal(network.predict((left, right)), network.predict({"left": left, "right": right}))
    with pytest.raises(neural.NeuralError, match="no array for the input `right`; the inputs are left, right"):
        network.predict({"left": left})
    with pytest.raises(neural.NeuralError, match="`middle` is no input"):
        network.predict({"left": left, "right": right, "middle": left})
    with pytest.raises(neural.NeuralError, match="`Pairs` has 2 inputs, there are 3 arrays"):
        network.predict((left, right, left))
    with pytest.raises(neural.NeuralError, match="`right` in memory has 10 samples, `left` has 20"):
        network.predict((left, right[:10]))


def test_validation_and_on_epoch() -> None:
    x, y = points(200)
    seen: list[dict[str, Any]] = []
    network = neural.Network(PROGRAM)

    def on_epoch(epoch: dict[str, Any]) -> bool:
        seen.append(epoch | {"own": network.evaluate(*points(50, 2))})
        return epoch["epoch"] < 3

    epochs = network.fit(x, y, validation=points(50, 2), on_epoch=on_epoch)
    assert len(epochs) == len(seen) == network.epochs == 3
    for epoch in seen:
        assert {"loss": epoch["val_loss"], "accuracy": epoch["val_accuracy"]} == epoch["own"]
    assert len(network.fit(x, y, epochs=1)) == 1
    assert [epoch["epoch"] for epoch in network.history] == [1, 2, 3, 4]


def test_what_on_epoch_raises_ends_the_training_and_nothing_is_lost() -> None:
    x, y = points(100)
    network = neural.Network(PROGRAM)

    def on_epoch(epoch: dict[str, Any]) -> None:
        if epoch["epoch"] == 2:
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        network.fit(x, y, on_epoch=on_epoch)
    assert network.epochs == len(network.history) == 2
    network.fit(x, y, epochs=4)
    assert_same(network.weights, neural.train(PROGRAM, x, y).weights)


def test_ctrl_c_ends_behind_the_step_and_the_next_call_goes_on_to_the_same_bits() -> None:
    x, y = points(100)

    def interrupt(epoch: dict[str, Any]) -> None:
        if epoch["epoch"] == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(neural.TrainingInterrupted) as caught:
        neural.train(PROGRAM, x, y, on_epoch=interrupt)
    network = caught.value.network
    assert network.epochs == 2
    assert len(network.history) == 2
    assert str(caught.value).startswith("in epoch 3; go on with")
    network.fit(x, y, epochs=4)
    assert_same(network.weights, neural.train(PROGRAM, x, y).weights)


def test_weights_are_set_and_checked() -> None:
    x, y = points(60)
    network = neural.train(PROGRAM, x, y)
    other = neural.Network(PROGRAM, seed=8)
    other.weights = network.weights
    np.testing.assert_array_equal(other.predict(x), network.predict(x))
    with pytest.raises(neural.NeuralError, match="there are no weights `dense/bias`"):
        other.weights = {name: value for name, value in network.weights.items() if name != "dense/bias"}
    with pytest.raises(neural.NeuralError, match=r"`dense/bias` has the shape \(15,\); the network wants \(16,\)"):
        other.weights = network.weights | {"dense/bias": np.zeros(15)}
    with pytest.raises(neural.NeuralError, match="nowhere"):
        other.load("/nowhere/weights.safetensors")
    with pytest.raises(neural.NeuralError, match="nowhere"):
        other.save("/nowhere/weights.safetensors")
    np.testing.assert_array_equal(other.predict(x), network.predict(x))


def test_values_are_chosen_for_what_the_source_searches() -> None:
    source = PROGRAM.replace("Dense(16,", "Dense(HPO(choice(4, 8)),")
    network = neural.Network(source, choose="defaults")
    assert network.weights["dense/kernel"].shape == (4, 4)
    name = neural.inspect(source)["search"]["variables"][0]["name"]
    assert neural.Network(source, choose={name: 8}).weights["dense/kernel"].shape == (4, 8)


def test_it_explains_its_kernels() -> None:
    assert "dense" in neural.Network(PROGRAM).explain(*points(32))


def test_mistakes_of_the_source_are_compile_errors() -> None:
    with pytest.raises(neural.CompileError, match="Densse") as caught:
        neural.Network(PROGRAM.replace("Dense(16", "Densse(16"))
    assert caught.value.diagnostics[0]["line"] == 4
    with pytest.raises(neural.CompileError, match="E701") as refused:
        neural.train(PROGRAM.replace("Dropout(0.1)", 'Lambda("lambda x: x.sort()")'), *points(8))
    assert refused.value.diagnostics[0]["code"] == "E701"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"network": "Rings"}, "defines no network `Rings`"),
        ({"batch_size": 0}, "a batch of 0 samples"),
        ({"threads": 0}, "0 threads"),
        ({"batch_size": 2.5}, "`batch_size` is 2.5, where a whole number is needed"),
        ({"seed": -1}, "`seed` is -1, where a whole number is needed, 0 or more"),
        ({"weights": "/nowhere.safetensors"}, "nowhere.safetensors"),
    ],
)
def test_what_does_not_exist_is_told(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(neural.NeuralError, match=message):
        neural.Network(PROGRAM, **arguments)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((8, 5)), np.zeros(8), r"`x` in memory has samples of shape \(5,\), `Points` takes \(4,\)"),
        (np.zeros((8, 4)), np.zeros(7), "`x` has 8 samples, there are 7 targets"),
        (np.zeros((0, 4)), np.zeros(0), "`x` has 0 samples"),
        (np.zeros((8, 4)), np.full(8, 3), "row 0 of `y` in memory is class 3, the network has the classes 0 to 2"),
        (np.zeros((8, 4)), np.full(8, 0.5), "row 0 of `y` in memory holds 0.5, where a whole number is needed"),
        (np.array([["a"] * 4] * 8), np.zeros(8), "`x` has elements of type <U1"),
        (np.zeros((8, 4), complex), np.zeros(8), "`x` has elements of type complex128"),
        (np.zeros((8, 4)), 3, "there are"),
        (5, 3, "`x` in memory has samples of shape"),
    ],
)
def test_arrays_that_do_not_fit_are_told(x: Any, y: Any, message: str) -> None:
    with pytest.raises(neural.NeuralError, match=message):
        neural.train(PROGRAM, x, y)


def test_a_loss_that_is_no_number_is_an_error_with_a_way_out() -> None:
    x, y = points(32)
    with pytest.raises(neural.NeuralError, match="lower the learning rate"):
        neural.train(PROGRAM, np.full_like(x, np.nan), y)


def test_two_threads_cannot_train_one_network_at_once() -> None:
    x, y = points(200)
    network = neural.Network(PROGRAM)
    begun, told = threading.Event(), threading.Event()

    def on_epoch(epoch: dict[str, Any]) -> bool:
        begun.set()
        assert told.wait(60)
        return False

    thread = threading.Thread(target=lambda: network.fit(x, y, on_epoch=on_epoch))
    thread.start()
    assert begun.wait(60)
    try:
        with pytest.raises(neural.NeuralError, match="at work in another thread"):
            network.predict(x)
    finally:
        told.set()
        thread.join()
    assert network.predict(x).shape == (200, 3)

    def train_again(epoch: dict[str, Any]) -> None:
        network.fit(x, y)

    with pytest.raises(neural.NeuralError, match="is in training"):
        network.fit(x, y, on_epoch=train_again)


def test_the_environment_chooses_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURAL_ISA", "portable")
    assert neural.Network(PROGRAM).isa == "portable"
    monkeypatch.setenv("NEURAL_ISA", "sse9")
    with pytest.raises(neural.NeuralError, match="no kernels for `sse9`"):
        neural.Network(PROGRAM)


def test_progress_is_a_line_for_each_epoch(capfd: pytest.CaptureFixture[str]) -> None:
    neural.train(PROGRAM, *points(50), epochs=2, progress=True)
    lines = [line.rpartition("\r")[2] for line in capfd.readouterr().err.split("\n")]
    assert [line.partition("  ")[0] for line in lines] == ["epoch 1/2", "epoch 2/2", ""]
    neural.train(PROGRAM, *points(50), epochs=1)
    assert capfd.readouterr().err == ""
