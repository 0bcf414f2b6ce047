"""The parts of a worker that need no framework."""

from __future__ import annotations

import json
import mmap
import os
from pathlib import Path

import numpy as np
import pytest

from neural.worker import memory
from neural.worker.data import load_split
from neural.worker.events import Events
from neural.worker.memory import PhaseMemory
from neural.worker.plan import PlanError
from neural.worker.program import load_program, place
from neural.worker.weights import Tensor, Weights, WeightsError, load_weights, save_weights

MIB = 1 << 20


def test_events_are_json_lines_with_rising_times(tmp_path: Path) -> None:
    with open(tmp_path / "events", "wb") as file:
        events = Events(file.fileno())
        events.emit("start", pid=1)
        events.emit("exit", status=0)
    first, second = (json.loads(line) for line in (tmp_path / "events").read_text().splitlines())
    assert (first["event"], second) == ("start", {"event": "exit", "t": second["t"], "status": 0})
    assert isinstance(first["t"], int) and first["t"] <= second["t"]


def test_a_number_that_is_not_finite_is_no_event(tmp_path: Path) -> None:
    with open(tmp_path / "events", "wb") as file, pytest.raises(ValueError):
        Events(file.fileno()).emit("epoch", loss=float("nan"))


def test_a_closed_descriptor_is_refused() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    os.close(writer)
    with pytest.raises(OSError):
        Events(writer)


def touch(size: int) -> None:
    """Memory that is there for a moment; from the kernel, since the allocator may have some left that is resident."""
    with mmap.mmap(-1, size) as pages:
        np.frombuffer(pages, np.uint8)[:: mmap.PAGESIZE] = 1


def test_a_phase_does_not_count_what_an_earlier_one_used() -> None:
    if not memory.reset_peak():
        pytest.skip("this kernel does not reset the high-water mark")
    phases = PhaseMemory()
    with phases.during("build"):
        touch(200 * MIB)
    with phases.during("train"):
        touch(20 * MIB)
    build, train = phases.records()
    assert build["peak_bytes"] - build["begin_bytes"] > 190 * MIB
    assert 19 * MIB < train["peak_bytes"] - train["begin_bytes"] < 60 * MIB
    assert (train["phase"], train["method"]) == ("train", "VmHWM")


def test_a_repeated_phase_keeps_its_highest_peak() -> None:
    phases = PhaseMemory()
    for size in (1, 50, 1):
        with phases.during("train"):
            touch(size * MIB)
    (train,) = phases.records()
    assert train["peak_bytes"] - train["begin_bytes"] > 45 * MIB


def test_a_kernel_that_resets_nothing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "CLEAR_REFS", tmp_path / "none" / "clear_refs")
    phases = PhaseMemory()
    with phases.during("train"):
        pass
    assert phases.records()[0]["method"] == "VmHWM-cumulative"


def save_split(folder: Path, x: np.ndarray, y: np.ndarray) -> None:
    np.save(folder / "x_train.npy", x)
    np.save(folder / "y_train.npy", y)


@pytest.mark.parametrize("rows", [None, 2, 3])
def test_bytes_become_scaled_samples_with_a_channel(tmp_path: Path, rows: int | None) -> None:
    save_split(tmp_path, np.full((3, 2, 2), 51, np.uint8), np.array([1, 0, 2], np.uint8))
    split = load_split(tmp_path, "train", rows, (2, 2, 1))
    assert split is not None
    assert (split.x.shape, split.x.dtype, split.y.dtype) == ((rows or 3, 2, 2, 1), np.float32, np.int64)
    assert np.all(split.x == np.float32(0.2))
    assert type(split.x) is np.ndarray  # not a mapped file


def test_floats_are_not_scaled_and_values_stay_values(tmp_path: Path) -> None:
    save_split(tmp_path, np.full((3, 5), 51.0), np.array([0.5, 1.5, 2.5]))
    split = load_split(tmp_path, "train", None, (5,))
    assert split is not None
    assert split.x[0, 0] == 51 and split.x.dtype == np.float32
    assert split.y.tolist() == [0.5, 1.5, 2.5] and split.y.dtype == np.float32


def test_no_rows_are_no_split(tmp_path: Path) -> None:
    assert load_split(tmp_path, "test", 0, (5,)) is None


def test_arrays_that_are_not_what_the_plan_says_are_named(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"cannot read .*x_train\.npy"):
        load_split(tmp_path, "train", None, (5,))
    save_split(tmp_path, np.zeros((3, 5)), np.zeros(2))
    with pytest.raises(PlanError, match=r"x_train\.npy` has 3 rows, .*y_train\.npy` has 2"):
        load_split(tmp_path, "train", None, (5,))
    with pytest.raises(PlanError, match=r"asks for 4 rows, .*x_train\.npy` has 3"):
        load_split(tmp_path, "train", 4, (5,))
    with pytest.raises(PlanError, match=r"samples of shape \(5,\), the model takes \(7,\)"):
        load_split(tmp_path, "train", 2, (7,))


def weights(*shapes: tuple[int, ...]) -> Weights:
    return Weights([Tensor(f"layer{i}", np.full(shape, i, np.float32)) for i, shape in enumerate(shapes)], [])


def test_weights_come_back_in_order(tmp_path: Path) -> None:
    saved = weights((2, 3), (3,))
    saved.state.append(Tensor("mean", np.ones(3, np.float32)))
    save_weights(tmp_path / "weights", saved)
    loaded = load_weights(tmp_path / "weights", saved)
    for ours, theirs in zip(saved.trainable + saved.state, loaded.trainable + loaded.state, strict=True):
        assert ours.name == theirs.name and np.array_equal(ours.value, theirs.value)


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    save_weights(tmp_path, weights((2, 3), (3,)))
    with pytest.raises(WeightsError, match="have 2 trainable tensors, the model has 1"):
        load_weights(tmp_path, weights((2, 3)))
    with pytest.raises(
        WeightsError, match=r"tensor 1 of the saved weights is \(2, 3\), the model's `layer0` is \(3, 2\)"
    ):
        load_weights(tmp_path, weights((3, 2), (3,)))
    with pytest.raises(WeightsError, match="cannot read the weights"):
        load_weights(tmp_path / "none", weights((2, 3)))


def test_a_program_leaves_no_byte_code_and_reads_none(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("value = 1\n")
    assert load_program(path).value == 1
    path.write_text("value = 2\n")
    assert load_program(path).value == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["program.py"]


def test_an_error_is_placed_at_the_innermost_line_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("import json\n\n\ndef outer():\n    inner()\n\n\ndef inner():\n    json.loads('{')\n")
    with pytest.raises(ValueError) as error:
        load_program(path).outer()
    assert place(error.value, path) == (str(path), 9)
    assert place(ValueError(f'in user code:\n File "{path}", line 5, in outer\n'), path) == (str(path), 5)
    assert place(ValueError("elsewhere"), path) == (None, None)
