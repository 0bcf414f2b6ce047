"""Finding, fetching, verifying and preparing MNIST. Small files with the same layout stand in for the real ones."""

from __future__ import annotations

import errno
import functools
import gzip
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from neural import datasets
from neural.datasets import DatasetError

SHAPES = {
    "train-images-idx3-ubyte": (5, 28, 28),
    "train-labels-idx1-ubyte": (5,),
    "t10k-images-idx3-ubyte": (2, 28, 28),
    "t10k-labels-idx1-ubyte": (2,),
}


def idx(name: str) -> bytes:
    shape = SHAPES[name]
    elements = np.random.default_rng(len(name)).integers(0, 256, shape, np.uint8)
    return bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes() + elements.tobytes()


def fill(folder: Path, *, compressed: bool = True, names: list[str] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or list(SHAPES):
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(idx(name)))
        else:
            (folder / name).write_bytes(idx(name))
    return folder


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Path]:
    """Every place that is looked into, all empty; nothing outside this machine is asked."""
    found = {"repository": tmp_path / "repository", "cache": tmp_path / "cache" / "neural" / "mnist"}
    monkeypatch.setattr(datasets, "repository_folder", lambda: found["repository"])
    monkeypatch.setattr(datasets, "MIRRORS", ())
    monkeypatch.setattr(datasets, "MNIST_FILES", {name: hashlib.sha256(idx(name)).hexdigest() for name in SHAPES})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("NEURAL_DATA", raising=False)
    return found


@pytest.mark.parametrize("compressed", [False, True])
def test_the_arrays_are_those_of_the_files(places: dict[str, Path], compressed: bool) -> None:
    fill(places["repository"], compressed=compressed)
    (x_train, y_train), (x_test, y_test) = datasets.load_mnist()
    for array, name in zip((x_train, y_train, x_test, y_test), SHAPES, strict=True):
        assert array.shape == SHAPES[name] and array.dtype == np.uint8
        assert array.tobytes() == idx(name)[4 + 4 * array.ndim :]


def test_the_repository_comes_before_the_variable_and_the_variable_before_the_cache(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert datasets.find_mnist() is None
    fill(places["cache"])
    assert datasets.find_mnist() == places["cache"]
    fill(tmp_path / "given" / "mnist")
    monkeypatch.setenv("NEURAL_DATA", str(tmp_path / "given"))
    assert datasets.find_mnist() == tmp_path / "given" / "mnist"
    fill(tmp_path / "given")
    assert datasets.find_mnist() == tmp_path / "given"
    fill(places["repository"])
    assert datasets.find_mnist() == places["repository"]


def test_a_variable_that_leads_nowhere_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEURAL_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DatasetError, match=r"nowhere`, which holds no MNIST; put train-images-idx3-ubyte, .* unset"):
        datasets.load_mnist()


def test_a_folder_that_lacks_a_file_is_an_error(places: dict[str, Path]) -> None:
    fill(places["repository"], names=list(SHAPES)[:3])
    with pytest.raises(DatasetError, match=r"repository` lacks `t10k-labels-idx1-ubyte` of MNIST; put it there"):
        datasets.load_mnist()


def test_a_truncated_file_is_named_with_the_next_step(places: dict[str, Path]) -> None:
    path = fill(places["repository"]) / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DatasetError, match=r"train-images-idx3-ubyte\.gz` is damaged: .*do not unpack .*; remove it"):
        datasets.load_mnist()


def test_a_wrong_file_is_named_with_both_sums(places: dict[str, Path]) -> None:
    name = "t10k-labels-idx1-ubyte"
    path = fill(places["repository"], compressed=False) / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DatasetError) as error:
        datasets.load_mnist()
    seen, expected = hashlib.sha256(content).hexdigest(), hashlib.sha256(idx(name)).hexdigest()
    for part in (f"`{path}` is not `{name}`", f"{len(content)} bytes", seen, expected, "remove it"):
        assert part in str(error.value)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address and the folder of a server on this machine."""
    folder = tmp_path / "mirror"
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_missing_is_fetched_into_the_cache_once(
    places: dict[str, Path], mirror: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, served = mirror
    fill(served)
    fill(places["cache"], names=["train-labels-idx1-ubyte"])
    monkeypatch.setattr(datasets, "MIRRORS", (address + "nothing/", address))
    (x_train, _), _ = datasets.load_mnist()
    assert len(x_train) == 5
    assert sorted(path.name for path in places["cache"].iterdir()) == sorted(f"{name}.gz" for name in SHAPES)
    monkeypatch.setattr(datasets, "MIRRORS", ())
    datasets.load_mnist()


def test_wrong_bytes_of_a_mirror_are_not_kept(
    places: dict[str, Path], mirror: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, served = mirror
    fill(served)
    (served / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"a page that says hello"))
    monkeypatch.setattr(datasets, "MIRRORS", (address,))
    with pytest.raises(DatasetError) as error:
        datasets.load_mnist()
    for part in ("cannot fetch MNIST", f"{address}train-images-idx3-ubyte.gz", "SHA-256", f"into `{places['cache']}`"):
        assert part in str(error.value)
    assert not places["cache"].exists()


def test_without_a_network_one_error_says_where_to_put_the_files(places: dict[str, Path]) -> None:
    with pytest.raises(DatasetError, match=r"cannot fetch MNIST .*; put train-images-idx3-ubyte, .*, into `.*mnist`"):
        datasets.load_mnist()


def test_preparing_writes_arrays_and_tells_their_sizes(
    places: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(places["repository"])
    assert datasets.main(["prepare", "mnist", str(tmp_path / "arrays")]) == 0
    assert json.loads(capsys.readouterr().out) == {"dataset": "mnist", "train_rows": 5, "test_rows": 2}
    names = sorted(path.name for path in (tmp_path / "arrays").iterdir())
    assert names == ["x_test.npy", "x_train.npy", "y_test.npy", "y_train.npy"]
    assert np.load(tmp_path / "arrays" / "x_train.npy").shape == (5, 28, 28)


def test_preparing_into_no_folder_is_an_error_and_leaves_nothing(
    places: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(places["repository"])
    (tmp_path / "file").write_text("")
    assert datasets.main(["prepare", "mnist", str(tmp_path / "file")]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_a_full_disk_is_told_by_the_status(
    places: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(places["repository"])
    monkeypatch.setattr(os, "replace", lambda *paths: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    assert datasets.main(["prepare", "mnist", str(tmp_path)]) == datasets.NO_SPACE
    assert list(tmp_path.glob("**/.x_train*")) == []


def test_the_files_of_the_repository_are_the_published_ones() -> None:
    check = (
        "from neural.datasets import *; print(find_mnist()); print(*[len(x) for part in load_mnist() for x in part])"
    )
    result = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    if "data/mnist" not in result.stdout:
        pytest.skip("this is no checkout")
    assert result.stdout.split("\n")[1] == "60000 60000 10000 10000"
