"""MNIST: found on this machine or fetched once, and verified byte for byte before it is used.

python -m neural.datasets prepare mnist FOLDER    # x_train.npy, y_train.npy, x_test.npy, y_test.npy
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import gzip
import hashlib
import json
import os
import sys
import tempfile
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from neural.errors import NeuralError

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

# The files with the SHA-256 of their uncompressed bytes, in the order of `load_mnist`.
MNIST_FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
ARRAYS = ("x_train", "y_train", "x_test", "y_test")

FAILED, NO_SPACE = 2, 3  # exit statuses

TIMEOUT_SECONDS = 30
CHUNK_BYTES = 1 << 16
LARGEST_DOWNLOAD = 1 << 26

Arrays = tuple[np.ndarray, np.ndarray]


class DatasetError(NeuralError):
    """A data set is missing or damaged; the message names the file, what was seen, and the next step."""


def load_mnist() -> tuple[Arrays, Arrays]:
    """((x_train, y_train), (x_test, y_test)): uint8 images [n, 28, 28] and classes [n].

    Looks in data/mnist of the repository, in $NEURAL_DATA and its folder `mnist`, in the user's cache, and then fetches
    what is missing into the cache. Raises DatasetError.
    """
    folder = find_mnist() or fetch_mnist()
    x_train, y_train, x_test, y_test = (read_verified(folder, name) for name in MNIST_FILES)
    return (x_train, y_train), (x_test, y_test)


def find_mnist() -> Path | None:
    """The first folder that holds all four files."""
    own = [repository_folder()]
    if given := os.environ.get("NEURAL_DATA"):
        own += [Path(given), Path(given) / "mnist"]
    for folder in [*own, cache_folder()]:
        missing = [name for name in MNIST_FILES if find_file(folder, name) is None]
        if not missing:
            return folder
        if folder != cache_folder() and len(missing) < len(MNIST_FILES):
            raise DatasetError(f"`{folder}` lacks `{missing[0]}` of MNIST; put it there, plain or as .gz")
    if given:
        raise DatasetError(
            f"NEURAL_DATA is `{given}`, which holds no MNIST; {next_step(Path(given))}, or unset NEURAL_DATA"
        )
    return None


def repository_folder() -> Path:
    return Path(__file__).resolve().parents[2] / "data" / "mnist"


def cache_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "neural" / "mnist"


def find_file(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def next_step(folder: Path) -> str:
    return f"put {', '.join(MNIST_FILES)}, plain or as .gz, into `{folder}`"


def read_verified(folder: Path, name: str) -> np.ndarray:
    """The array of an IDX file whose bytes are the published ones."""
    path = find_file(folder, name)
    assert path is not None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"cannot read `{path}`: {error}") from error
    return parse_idx(uncompressed(content, name, f"`{path}`"))


def uncompressed(content: bytes, name: str, origin: str) -> bytes:
    """The bytes of the IDX file `name`, given plain or compressed. `origin` is for the error."""
    again = f"remove it and put the published `{name}` in its place"
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise DatasetError(
                f"{origin} is damaged: {len(content)} bytes that do not unpack ({error}); {again}"
            ) from error
    if (seen := hashlib.sha256(content).hexdigest()) != MNIST_FILES[name]:
        raise DatasetError(
            f"{origin} is not `{name}` of MNIST: {len(content)} bytes with SHA-256 {seen}, "
            f"expected {MNIST_FILES[name]}; {again}"
        )
    return content


def parse_idx(content: bytes) -> np.ndarray:
    """Unsigned bytes in IDX: two zeros, the type 8, the number of axes, their sizes (big-endian), the elements."""
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def fetch_mnist() -> Path:
    """Fills the cache from the first mirror that has the right bytes."""
    folder = cache_folder()
    for name in MNIST_FILES:
        if find_file(folder, name) is None:
            content = fetch_from_mirrors(name)
            with written_whole(folder / f"{name}.gz") as file:
                file.write(content)
    return folder


def fetch_from_mirrors(name: str) -> bytes:
    failures = []
    for mirror in MIRRORS:
        url = f"{mirror}{name}.gz"
        try:
            content = fetch(url)
            uncompressed(content, name, f"what `{url}` sent")
            return content
        except (OSError, ValueError, DatasetError) as error:
            failures.append(f"{url}: {error}")
    raise DatasetError(f"cannot fetch MNIST ({'; '.join(failures)}); {next_step(cache_folder())}")


def fetch(url: str) -> bytes:
    """Progress goes to standard error, if that is a terminal."""
    content = bytearray()
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
        expected = int(response.headers.get("Content-Length") or 0)
        while chunk := response.read(CHUNK_BYTES):
            content += chunk
            if len(content) > LARGEST_DOWNLOAD:
                raise ValueError(f"sent more than {LARGEST_DOWNLOAD} bytes")
            show_progress(url, len(content), expected)
    if len(content) < expected:
        raise ValueError(f"sent {len(content)} of {expected} bytes")
    return bytes(content)


def show_progress(url: str, received: int, expected: int) -> None:
    if sys.stderr.isatty():
        share = f"{100 * received // expected} %" if expected else f"{received} bytes"
        end = "\n" if received == expected else ""
        print(f"\rfetching {url.rsplit('/', 1)[1]} {share}", end=end, file=sys.stderr, flush=True)


def prepare_mnist(folder: Path) -> dict[str, int]:
    """Writes MNIST as .npy files for the workers; the number of rows of each split."""
    (x_train, y_train), (x_test, y_test) = load_mnist()
    for name, array in zip(ARRAYS, (x_train, y_train, x_test, y_test), strict=True):
        with written_whole(folder / f"{name}.npy") as file:
            np.save(file, array, allow_pickle=False)
    return {"train_rows": len(x_train), "test_rows": len(x_test)}


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when it is complete, or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                yield file
                os.fchmod(file.fileno(), 0o644)
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        raise DatasetError(f"cannot write `{path}`: {error}") from error


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m neural.datasets", description="The data sets of the benchmarks.")
    commands = parser.add_subparsers(dest="command", required=True)
    prepare = commands.add_parser("prepare", help="write a data set as .npy files, and its sizes as JSON to stdout")
    prepare.add_argument("dataset", choices=["mnist"])
    prepare.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    try:
        print(json.dumps({"dataset": given.dataset, **prepare_mnist(given.folder)}))
    except DatasetError as error:
        print(f"neural.datasets: {error}", file=sys.stderr)
        cause = error.__cause__
        full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
        return NO_SPACE if full else FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
