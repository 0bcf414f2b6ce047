"""`neural train`: the engine, on small data of every kind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural.benchmarks.process import find_executable

PROGRAM = """network Points {
  input: (4)
  layers:
    Dense(16, activation="relu")
    Output(3, activation="softmax")
  loss: "sparse_categorical_crossentropy"
  optimizer: Adam(learning_rate=0.01)
  train { epochs: 8 batch_size: 16 seed: 5 }
}
"""


def points(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Three clouds, well apart."""
    random = np.random.default_rng(seed)
    classes = random.integers(0, 3, rows)
    centres = np.array([[3, 0, 0, 0], [0, 3, 0, 0], [0, 0, 3, 0]])
    return (centres[classes] + random.normal(size=(rows, 4))).astype(np.float32), classes


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a program, and data in an .npz."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("NEURAL_ISA", raising=False)
    (tmp_path / "points.neural").write_text(PROGRAM, encoding="utf-8")
    (x_train, y_train), (x_test, y_test) = points(400, 1), points(100, 2)
    np.savez(tmp_path / "points.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return tmp_path


def run(folder: Path, *arguments: str, status: int = 0) -> str:
    """What it prints; where it is to fail, what it says."""
    command = [str(find_executable()), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert result.returncode == status, result.stdout + result.stderr
    return result.stderr if status else result.stdout


def train(folder: Path, *arguments: str, status: int = 0) -> str:
    return run(folder, "train", "points.neural", *arguments, status=status)


def as_json(folder: Path, *arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(train(folder, "--json", *arguments))
    return document


def test_it_learns_and_tells_what_it_did(folder: Path) -> None:
    document = as_json(folder, "--data", "points.npz", "--threads", "2")
    assert [epoch["epoch"] for epoch in document["epochs"]] == list(range(1, 9))
    assert document["epochs"][-1]["loss"] < document["epochs"][0]["loss"]
    assert document["test"]["accuracy"] > 0.9
    assert (document["threads"], document["seed"], document["rows"]) == (2, 5, 400)
    assert document["epochs"][0]["samples_per_second"] > 0
    assert document["peak_memory_bytes"] > 0


def test_people_read_a_line_an_epoch(folder: Path) -> None:
    lines = train(folder, "--data", "points.npz", "--epochs", "2").splitlines()
    assert lines[0].startswith("Points: 400 samples, batches of 16, ")
    assert lines[1].startswith("epoch 1/2  loss ")
    assert lines[3].startswith("test  loss ")


def test_the_same_seed_gives_the_same_bits_whatever_the_threads(folder: Path) -> None:
    weights = []
    for threads in ("1", "2", "3"):
        train(folder, "--data", "points.npz", "--threads", threads, "--save", "w.safetensors")
        weights.append((folder / "w.safetensors").read_bytes())
    assert weights[0] == weights[1] == weights[2]


def test_training_goes_on_from_saved_weights(folder: Path) -> None:
    first = as_json(folder, "--data", "points.npz", "--save", "w.safetensors")
    second = as_json(folder, "--data", "points.npz", "--init", "w.safetensors", "--epochs", "1")
    assert second["epochs"][0]["loss"] < 0.8 * first["epochs"][0]["loss"]
    said = train(folder, "--data", "points.npz", "--init", "points.npz", status=2)
    assert "points.npz" in said


def test_tables_and_folders_of_arrays(folder: Path) -> None:
    x, y = points(200, 3)
    rows = [",".join(map(str, [*row, label])) for row, label in zip(x, y, strict=True)]
    (folder / "points.csv").write_text("a,b,c,d,kind\n" + "\n".join(rows), encoding="utf-8")
    assert as_json(folder, "--data", "points.csv", "--label", "kind")["test"] is None
    assert "which column of `points.csv`" in train(folder, "--data", "points.csv", status=2)
    arrays = folder / "arrays"
    arrays.mkdir()
    np.save(arrays / "x_train.npy", np.asfortranarray(x.astype(">f8")))
    np.save(arrays / "y_train.npy", np.eye(3)[y])
    assert as_json(folder, "--data", "arrays")["epochs"][-1]["accuracy"] > 0.9


def test_what_does_not_fit_is_told_with_the_next_step(folder: Path) -> None:
    assert "name one with --data" in train(folder, status=2)
    assert "there is no `none.npz`" in train(folder, "--data", "none.npz", status=2)
    x, y = points(10, 4)
    y[7] = 3
    np.savez(folder / "wrong.npz", x_train=x, y_train=y)
    assert "row 7 of `y_train`" in train(folder, "--data", "wrong.npz", status=2)
    np.savez(folder / "narrow.npz", x_train=x[:, :3], y_train=y)
    assert "samples of shape (3,), `Points` takes (4,)" in train(folder, "--data", "narrow.npz", status=2)
    (folder / "cut.npz").write_bytes((folder / "points.npz").read_bytes()[:-200])
    assert "cut.npz" in train(folder, "--data", "cut.npz", status=2)


def test_what_the_engine_cannot_express_is_an_error_of_the_program(folder: Path) -> None:
    (folder / "points.neural").write_text(
        PROGRAM.replace('Dense(16, activation="relu")', "MyLayer(3)"), encoding="utf-8"
    )
    said = train(folder, "--data", "points.npz", status=1)
    assert "E701" in said and "not possible on the engine" in said


def test_an_instruction_set_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURAL_ISA", "portable")
    assert as_json(folder, "--data", "points.npz")["isa"] == "portable"
    monkeypatch.setenv("NEURAL_ISA", "sse9")
    assert "NEURAL_ISA is `sse9`" in train(folder, "--data", "points.npz", status=2)


def test_an_interruption_keeps_the_weights(folder: Path) -> None:
    command = [str(find_executable()), "train", "points.neural", "--data", "points.npz", "--epochs", "1000000"]
    process = subprocess.Popen(
        [*command, "--save", "w.safetensors"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.readline()  # the first epoch has passed
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate()
    assert process.returncode == 2, (output, errors)
    assert b"go on with --resume runs/Points/" in errors
    assert as_json(folder, "--data", "points.npz", "--init", "w.safetensors", "--epochs", "1")["test"]["accuracy"] > 0.8


def test_results_that_cannot_be_told_are_an_error(folder: Path) -> None:
    command = [str(find_executable()), "train", "points.neural", "--data", "points.npz", "--save", "w.safetensors"]
    with open("/dev/full", "wb") as full:
        result = subprocess.run(command, cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 2
    assert b"no space left" in result.stderr


@pytest.fixture
def trained(folder: Path) -> dict[str, Any]:
    """What training said of weights that lie in weights.safetensors now."""
    return as_json(folder, "--data", "points.npz", "--save", "weights.safetensors")


WEIGHTS = ("points.neural", "--weights", "weights.safetensors")


def test_trained_weights_are_evaluated_as_they_were_at_the_end(folder: Path, trained: dict[str, Any]) -> None:
    document = json.loads(run(folder, "evaluate", *WEIGHTS, "--data", "points.npz", "--json"))
    assert document["scores"] == trained["test"]
    assert (document["split"], document["rows"]) == ("test", 100)
    line = run(folder, "evaluate", *WEIGHTS, "--data", "points.npz", "--split", "train")
    assert line.startswith("train  loss ") and "400 samples" in line


def test_predictions_are_probabilities_whose_largest_is_the_class(folder: Path, trained: dict[str, Any]) -> None:
    arrays = np.load(folder / "points.npz")
    np.save(folder / "x.npy", arrays["x_test"])
    told = run(folder, "predict", *WEIGHTS, "--input", "x.npy", "-o", "y.npy")
    assert told == "y.npy: (100, 3) float32\n"
    y = np.load(folder / "y.npy")
    np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-6)
    assert np.mean(y.argmax(axis=1) == arrays["y_test"]) == trained["test"]["accuracy"]
    np.savez(folder / "x.npz", x=arrays["x_test"])
    run(folder, "predict", *WEIGHTS, "--input", "x.npz", "-o", "again.npy", "--threads", "3")
    assert (folder / "again.npy").read_bytes() == (folder / "y.npy").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("evaluate", "points.neural", "--weights", "nowhere.safetensors", "--data", "points.npz"), "nowhere"),
        (("evaluate", *WEIGHTS, "--data", "train.npz", "--split", "test"), "has no test data"),
        (("predict", *WEIGHTS, "--input", "wide.npy", "-o", "y.npy"), "samples of shape (5,)"),
        (("predict", *WEIGHTS, "--input", "other.npz", "-o", "y.npy"), "has no array `"),
        (("predict", *WEIGHTS, "--input", "none.npy", "-o", "y.npy"), "at least one"),
        (("predict", *WEIGHTS, "--input", "x.npy", "-o", "points.neural"), "points.neural"),
    ],
)
def test_what_cannot_be_evaluated_or_predicted_is_told(
    folder: Path, trained: dict[str, Any], arguments: tuple[str, ...], message: str
) -> None:
    x, y = points(10, 3)
    np.savez(folder / "train.npz", x_train=x, y_train=y)
    np.savez(folder / "other.npz", z=x)
    np.save(folder / "x.npy", x)
    np.save(folder / "wide.npy", np.zeros((10, 5), np.float32))
    np.save(folder / "none.npy", np.zeros((0, 4), np.float32))
    assert message in run(folder, *arguments, status=2)
    assert not (folder / "y.npy").exists()


def final_weights(folder: Path, *arguments: str) -> bytes:
    train(folder, *arguments, "--save", "end.safetensors")
    return (folder / "end.safetensors").read_bytes()


def killed(folder: Path, *arguments: str) -> Path:
    """The run's folder, of a training that had no chance to say goodbye once it had a checkpoint."""
    command = [str(find_executable()), "train", "points.neural", *arguments, "--checkpoint-every", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()  # the first epoch has passed, with a checkpoint behind every step
        assert process.poll() is None, "it ended before"
        process.kill()
    (found,) = folder.glob("runs/Points/*/checkpoints/checkpoint.json")
    return found.parents[1]


LONG = ("--data", "points.npz", "--epochs", "40")


def test_a_run_that_was_killed_goes_on_to_the_same_bits(folder: Path) -> None:
    undisturbed = final_weights(folder, *LONG, "--no-tracking")
    assert not (folder / "runs").exists()
    run_folder = killed(folder, *LONG)
    assert final_weights(folder, "--resume", str(run_folder), "--threads", "1") == undisturbed
    # By its last digits, and from the end of a run, for more epochs than it had.
    more = final_weights(folder, *LONG[:2], "--epochs", "42", "--no-tracking")
    (finished,) = (path for path in folder.glob("runs/Points/*") if path != run_folder)
    assert final_weights(folder, "--resume", finished.name[-8:], "--epochs", "42", "--no-tracking") == more


def test_a_run_tells_what_was_trained(folder: Path) -> None:
    document = as_json(folder, "--data", "points.npz", "--epochs", "3")
    listed = json.loads(run(folder, "runs", "list", "--json"))
    (entry,) = listed["runs"] if isinstance(listed, dict) else listed
    assert entry["status"] == "FINISHED"
    assert entry["backend"] == "engine"
    assert entry["test_accuracy"] == document["test"]["accuracy"]
    rows = (folder / document["run"] / "metrics.csv").read_text().splitlines()
    assert rows[0].startswith("epoch,loss,")
    assert len(rows) == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder, run: (folder / "points.neural").write_text(PROGRAM + "# more\n"), "it has changed"),
        (lambda folder, run: (run / "checkpoints" / "checkpoint.json").write_text("{}"), "schema"),
        (lambda folder, run: (run / "checkpoints" / "checkpoint.json").unlink(), "has no checkpoint"),
        (lambda folder, run: [file.write_bytes(b"no") for file in run.glob("checkpoints/*.safetensors")], "states_"),
        (
            lambda folder, run: np.savez(folder / "points.npz", x_train=points(9, 1)[0], y_train=points(9, 1)[1]),
            "9 samples",
        ),
    ],
)
def test_what_cannot_be_resumed_is_told(folder: Path, change: Any, message: str) -> None:
    train(folder, "--data", "points.npz", "--epochs", "1")
    (run_folder,) = folder.glob("runs/Points/*")
    change(folder, run_folder)
    assert message in train(folder, "--resume", run_folder.name, "--epochs", "2", status=2)


def test_resuming_takes_seed_and_batches_from_the_run(folder: Path) -> None:
    assert "--seed" in train(folder, "--resume", "1a2b", "--seed", "3", status=2)
