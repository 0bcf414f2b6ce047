"""The command line of generated programs: what it refuses in one line, and what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks

TABLE = """network Table {
  input: (4)
  layers: Output(3)
  loss: scce
  train { epochs: 2 batch_size: 8 seed: 5 dataset: "a \\"100%\\" {table}.csv" save_path: "out/table.safetensors" }
}
"""
IMAGES = "network Images { input: (6, 6, 1) layers: Flatten() Output(3) loss: scce train { epochs: 1 } }"
BOTH = """network Both {
  input: { text: (5), number: (2) }
  layers:
    text: { Embedding(20, 4)  Flatten() }
    number: { Dense(4) }
    Concatenate()
    Output(3)
  loss: scce
}
"""


@pytest.fixture(params=["pytorch", "tensorflow"])
def compiled(request: pytest.FixtureRequest, compiler: Any) -> Callable[..., ModuleType]:
    pytest.importorskip("torch" if request.param == "pytorch" else "tensorflow")
    return lambda source, *options: compiler.module(source, *options, backend=request.param)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """The script, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(program: ModuleType, *arguments: str) -> None:
        monkeypatch.setattr("sys.argv", ["program.py", *arguments])
        program.main()

    return run


def table(**arrays: np.ndarray) -> dict[str, np.ndarray]:
    x, y = np.random.default_rng(0).random((20, 4), np.float32), np.arange(20) % 3
    return {"x_train": x, "y_train": y, "x_test": x, "y_test": y} | arrays


def test_data_that_cannot_be_used_are_told_in_a_line(compiled: Callable[..., ModuleType], run: Any) -> None:
    program = compiled(TABLE)
    Path("folder").mkdir()
    Path("words.npz").write_text("not an archive")
    np.save("array.npy", np.ones(3))
    np.savez("short.npz", x_train=np.ones((3, 4)))
    cases = {
        "missing.npz": "No such file",
        "folder": "folder",
        "words.npz": "words.npz is no .npz file of plain arrays",
        "array.npy": "array.npy is no .npz file of plain arrays",
        "short.npz": "short.npz has no y_train",
    }
    for name, arrays, message in (
        ("text", {"x_train": np.full((20, 4), "a")}, "x_train in text.npz is <U1, not numbers"),
        ("objects", {"x_train": np.full((20, 4), None)}, "objects.npz is no .npz file of plain arrays"),
        ("empty", {"x_test": np.ones((0, 4), np.float32)}, "x_test in empty.npz has no rows"),
        ("number", {"y_test": np.array(3)}, "y_test in number.npz has no rows"),
        ("shape", {"x_train": np.ones((20, 5))}, "expected float32 inputs [n, 4], got float32 [20, 5]"),
        ("classes", {"y_test": np.full(20, 3)}, "expected classes from 0 to 2, got 3 to 3"),
        ("targets", {"y_train": np.ones((20, 5))}, "expected int64 classes [20], got int64 [20, 5]"),
    ):
        np.savez(f"{name}.npz", **table(**arrays))
        cases[f"{name}.npz"] = message
    for path, message in cases.items():
        with pytest.raises(SystemExit) as refused:
            run(program, "--data", path)
        text = str(refused.value)
        assert text.startswith("error: ") and message in text and "\n" not in text
        assert text.endswith("; --data takes an .npz with x_train, y_train, x_test and y_test")


def test_a_folder_without_idx_files_is_told(compiled: Callable[..., ModuleType], run: Any) -> None:
    program = compiled(IMAGES)
    Path("folder").mkdir()
    with pytest.raises(
        SystemExit, match=r"error: folder has no train-images-idx3-ubyte, plain or with \.gz; --data takes"
    ):
        run(program, "--data", "folder")
    Path("folder/train-images-idx3-ubyte.gz").write_bytes(b"\x1f\x8b\x08")
    with pytest.raises(SystemExit, match=r"error: .*train-images-idx3-ubyte\.gz is damaged"):
        run(program, "--data", "folder")


def test_arrays_of_several_inputs_are_told(compiled: Callable[..., ModuleType], run: Any) -> None:
    program = compiled(BOTH)
    np.savez("data.npz", text_train=np.ones((3, 5)), y_train=np.arange(3))
    with pytest.raises(SystemExit, match=r"error: data.npz has no number_train; --data takes an .npz with NAME_train"):
        run(program, "--data", "data.npz")


def test_a_fault_of_the_program_keeps_its_traceback(
    compiled: Callable[..., ModuleType], run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = compiled(TABLE)
    np.savez("data.npz", **table())
    monkeypatch.setattr(program, "create_model", lambda: [][1])
    with pytest.raises(IndexError):
        run(program, "--data", "data.npz")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--batch-size", "-3"), "--epochs and --batch-size are 1 or more, got 2 and -3"),
        (("--batch-size", "0"), "--epochs and --batch-size are 1 or more, got 2 and 0"),
        (("--epochs", "0"), "--epochs and --batch-size are 1 or more, got 0 and 8"),
        (("--seed", "-1"), r"--seed is from 0 to 2\*\*\d\d - 1, got -1"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(
    compiled: Callable[..., ModuleType],
    run: Any,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, str],
    message: str,
) -> None:
    with pytest.raises(SystemExit) as refused:
        run(compiled(TABLE), "--data", "data.npz", *arguments)
    assert refused.value.code == 2
    assert re.search(f"error: {message}", capsys.readouterr().err)


def test_help_explains_every_option(
    compiled: Callable[..., ModuleType], run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    program = compiled(TABLE)
    with pytest.raises(SystemExit):
        run(program, "--help")
    text = " ".join(capsys.readouterr().out.split())
    assert "an .npz with x_train, y_train, x_test and y_test; the source names `a '100%' {table}.csv`" in text
    assert "passes over the data (default: 2)" in text
    assert "rows of a step (default: 8)" in text
    assert "of weights, order and dropout (default: 5)" in text
    assert "IDX" not in text
    assert program.__doc__ and "The source names the data set `a '100%' {table}.csv`" in program.__doc__
    assert "IDX" in Path(str(compiled(IMAGES).__file__)).read_text()


def test_only_images_of_bytes_are_scaled(compiled: Callable[..., ModuleType]) -> None:
    numbers = np.arange(8, dtype=np.uint8).reshape(2, 4)
    np.testing.assert_array_equal(compiled(TABLE).prepare(numbers), numbers.astype(np.float32))
    images = compiled(IMAGES)
    bytes_ = np.full((2, 6, 6), 51, np.uint8)
    np.testing.assert_array_equal(images.prepare(bytes_), np.full((2, 6, 6, 1), np.float32(51) / 255))
    np.testing.assert_array_equal(images.prepare(bytes_.astype(np.int64)), np.full((2, 6, 6, 1), np.float32(51)))
    flat = compiled(IMAGES.replace("(6, 6, 1)", "(64)"))
    np.testing.assert_array_equal(
        flat.prepare(np.full((2, 8, 8), 51, np.uint8)), np.full((2, 64), np.float32(51) / 255)
    )
    np.testing.assert_array_equal(flat.prepare(np.full((2, 64), 51, np.uint8)), np.full((2, 64), np.float32(51)))


def test_weights_are_saved_as_the_path_ends(compiled: Callable[..., ModuleType], run: Any) -> None:
    program = compiled(TABLE)
    np.savez("data.npz", **table())
    run(program, "--data", "data.npz")
    program.load_weights(program.create_model(), "out/table.safetensors")


def test_a_gpu_that_is_not_there_is_told(compiler: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    program = compiler.module(TABLE.replace("}\n}", '}\n  execution { device: "gpu:1" }\n}'), backend="pytorch")
    with pytest.raises(SystemExit, match="error: this network wants GPU 1, which PyTorch does not find"):
        run(program, "--data", "data.npz")


def test_the_head_names_the_file_it_is_written_to(compiler: Any) -> None:
    path = compiler.path(TABLE, backend="pytorch")
    assert f"\n    python {path.name} --epochs 2 --data FILE.npz\n" in path.read_text()
