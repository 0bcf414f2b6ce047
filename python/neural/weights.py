"""The Python half of `neural weights convert`: weight files of frameworks, read and written by generated programs.

`python -m neural.weights PROGRAM FROM TO` takes the weights of the network that PROGRAM creates from file to file; one
of both is a .safetensors file, the other one of PROGRAM's framework. Exit status 0, or 2 with the reason on standard
output; on standard error is what frameworks have to say.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Collection
from pathlib import Path
from types import ModuleType
from typing import Any

from neural.doctor import INSTALL_HINT
from neural.errors import NeuralError
from neural.worker.program import load_program

FRAMEWORKS = {"torch": "PyTorch", "keras": "TensorFlow", "tensorflow": "TensorFlow", "numpy": "NumPy"}
FLOAT = "weights are floating-point numbers: convert it with `tensor.float()`"
ANOTHER_NETWORK = "these are the weights of another network, or of another version of it"


class ConversionError(NeuralError):
    """What is wrong, and in `help` what to do about it."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


def convert(program_path: Path, source: Path, target: Path) -> None:
    try:
        program = load_program(program_path)
    except ImportError as error:
        framework = FRAMEWORKS.get((error.name or "").partition(".")[0])
        if framework is None or not isinstance(error, ModuleNotFoundError):
            raise
        raise ConversionError(f"{framework} is not installed in `{sys.executable}`", INSTALL_HINT) from None
    model = program.create_model()
    read, write = {"pytorch": (read_pytorch, write_pytorch), "tensorflow": (read_keras, write_keras)}[program.BACKEND]
    if source.suffix == ".safetensors":
        program.load_weights(model, source)
        write(model, target)
    else:
        read(program, model, source)
        program.save_weights(model, target)


# ---- PyTorch ----


def read_pytorch(program: ModuleType, model: Any, path: Path) -> None:
    import torch

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # of many kinds: what a broken file does to zip, pickle and PyTorch
        raise ConversionError(
            f"`{path}` cannot be read as tensors of PyTorch: {first_line(error)}",
            "save the weights with `torch.save(model.state_dict(), path)`",
        ) from None
    if not (isinstance(state, dict) and state and all(isinstance(value, torch.Tensor) for value in state.values())):
        raise ConversionError(
            f"`{path}` holds no state_dict", "save the weights with `torch.save(model.state_dict(), path)`"
        )
    own = model.state_dict()
    weights = program.weights_of(model) if hasattr(program, "weights_of") else program.WEIGHTS
    needed = {weight.parameter for weight in weights}
    if missing := sorted(needed - state.keys()):
        raise ConversionError(f"`{path}` has no weights {some_of(missing)}", ANOTHER_NETWORK)
    if surplus := sorted(map(str, state.keys() - own.keys())):
        raise ConversionError(f"`{path}` has weights that the network has not: {some_of(surplus)}", ANOTHER_NETWORK)
    for name, tensor in state.items():
        if tensor.shape != own[name].shape:
            shapes = f"has the shape {list(tensor.shape)}; the network wants {list(own[name].shape)}"
            raise ConversionError(f"`{name}` in `{path}` {shapes}", ANOTHER_NETWORK)
        if not tensor.is_floating_point() and own[name].is_floating_point():
            raise ConversionError(f"`{name}` in `{path}` is of type {str(tensor.dtype).removeprefix('torch.')}", FLOAT)
    try:
        add_second_biases(state, needed)
        model.load_state_dict(state, strict=False)
    except RuntimeError as error:  # of a layout or type that cannot be copied
        raise ConversionError(f"`{path}` cannot be taken over: {first_line(error)}") from None


def add_second_biases(state: dict[str, Any], needed: Collection[str]) -> None:
    """nn.LSTM and nn.RNN add two biases, of which the file has one: their sum."""
    import torch

    for name in [name for name in state if ".bias_hh_l" in name and name not in needed]:
        first = name.replace(".bias_hh_l", ".bias_ih_l")
        if first in needed:
            state[first] = state[first] + state[name]
            state[name] = torch.zeros_like(state[name])


def write_pytorch(model: Any, path: Path) -> None:
    import torch

    torch.save(model.state_dict(), path)


# ---- Keras ----


def read_keras(program: ModuleType, model: Any, path: Path) -> None:
    """Keras finds weights by the order of layers and fills what it finds: the file has to be like the network's own."""
    with tempfile.TemporaryDirectory() as folder:
        own_path = Path(folder) / "own.weights.h5"
        write_keras(model, own_path)
        own = keras_shapes(own_path)
    shapes = keras_shapes(path)
    if missing := sorted(own.keys() - shapes.keys()):
        raise ConversionError(f"`{path}` has no weights {some_of(missing)}", ANOTHER_NETWORK)
    if surplus := sorted(shapes.keys() - own.keys()):
        raise ConversionError(f"`{path}` has weights that the network has not: {some_of(surplus)}", ANOTHER_NETWORK)
    for name, shape in shapes.items():
        if shape != own[name]:
            text = f"has the shape {list(shape)}; the network wants {list(own[name])}"
            raise ConversionError(f"`{name}` in `{path}` {text}", ANOTHER_NETWORK)
    try:
        model.load_weights(path)
    except Exception as error:  # Keras and HDF5 refuse in their own ways
        raise ConversionError(f"`{path}` cannot be read as weights of Keras: {first_line(error)}") from None


def write_keras(model: Any, path: Path) -> None:
    model.save_weights(path)


def keras_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """The weights of layers; others are of the optimizer, which a conversion leaves behind."""
    import h5py

    shapes = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and name.startswith("layers/"):
            shapes[name] = tuple(item.shape)

    try:
        with h5py.File(path) as file:
            file.visititems(visit)
    except Exception as error:  # a broken file breaks in many ways
        raise ConversionError(
            f"`{path}` cannot be read as weights of Keras: {first_line(error)}",
            "save the weights with `model.save_weights(path)`, the path ending in `.weights.h5`",
        ) from None
    return shapes


# ---- messages ----


def first_line(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0] or type(error).__name__
    return text.partition(". ")[0].rstrip(".")[:200]


def printable(text: str) -> str:
    """A name out of a file cannot steer a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def some_of(names: list[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name[:60]}`" for name in names[:most]) + more


def main(arguments: list[str]) -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.simplefilter("ignore")  # of frameworks, on optimizers and versions
    try:
        convert(*map(Path, arguments))
        return 0
    except ConversionError as error:
        message, help = str(error), error.help
    except OSError as error:
        message, help = f"{error.strerror or error}: `{error.filename}`" if error.filename else str(error), ""
    except ValueError as error:  # of read_safetensors
        message, help = str(error), ""
    print(f"neural: error: {printable(message)}" + (f"\n  = help: {help}" if help else ""))
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
