"""The engine: networks that train on NumPy arrays, without a framework.

    network = neural.train(Path("model.neural"), x_train, y_train, epochs=3)
    network.evaluate(x_test, y_test)  # {"loss": 0.08, "accuracy": 0.975}
    network.predict(x_test)
    network.save("trained.safetensors")

Arrays are not copied where they have the type already that the network reads: float32, `uint8` images (scaled from
0..255 to 0..1 as they are read), `int32` ids. Others are converted once a call.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from numbers import Integral
from typing import Any

from neural import _core
from neural.compiler import Choose, result_of, text_and_name
from neural.compiler import choose as choose_values
from neural.errors import CompileError, NeuralError

try:
    import numpy as np
except ImportError as error:
    raise NeuralError("the engine takes arrays of NumPy, which is not installed: `pip install numpy`") from error

Array = np.ndarray[Any, Any]
Inputs = Any  # an array; of a network with several inputs a mapping of their names to arrays, or a sequence
Epoch = dict[str, Any]


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C ended `train`, and nothing is lost: `network.fit(x, y)` goes on in that epoch, to the same bits."""

    def __init__(self, network: Network) -> None:
        super().__init__(f"in epoch {network.epochs + 1}; go on with `.network.fit(x, y)`")
        self.network = network


class Network:
    """A network of a `.neural` source, with weights that it learns.

    `source` is the text or a path, `network` the name of one of several. What is not given is as the source says:
    `batch_size`, and `seed`, of weights, order and dropout, which is drawn where nobody says one. `threads` are as many
    as processors; the results are the same bits with any number. `weights` is a .safetensors file of any backend, and
    `choose` has values for what the source searches over, as in `neural.choose`.

    Raises CompileError if the source has errors; NeuralError for what cannot be read, does not fit or does not exist.
    The environment variable NEURAL_ISA takes other kernels: portable, avx2 or avx512.
    """

    def __init__(
        self,
        source: str | os.PathLike[str],
        *,
        network: str = "",
        weights: str | os.PathLike[str] | None = None,
        batch_size: int | None = None,
        seed: int | None = None,
        threads: int | None = None,
        choose: Choose = None,
    ) -> None:
        text, name = text_and_name(source)
        if choose is not None:
            text = choose_values(source, choose, network=network)
        batch_size, threads = _whole(batch_size, "batch_size"), _whole(threads, "threads")
        seed = _whole(seed, "seed", least=0, bits=64)
        isa = os.environ.get("NEURAL_ISA", "")
        with self._told():
            self._core = result_of(_core.create_network(text, name, network, batch_size, seed, threads, isa))
        self.history: list[Epoch] = []
        """A dictionary an epoch: `epoch`, loss and metrics (those of held-out samples as `val_…`), `train_seconds`,
        `samples_per_second`."""
        if weights is not None:
            self.load(weights)

    def fit(
        self,
        x: Inputs,
        y: Any,
        *,
        epochs: int | None = None,
        validation: tuple[Inputs, Any] | None = None,
        on_epoch: Callable[[Epoch], Any] | None = None,
        progress: bool | None = None,
    ) -> list[Epoch]:
        """Trains on from where the network is; the epochs of this call, which also join `history`.

        `x` is an array with samples along its first axis (of several inputs a mapping of their names to arrays, or a
        sequence), `y` class numbers or one-hot rows of a classifier, else values of the output's shape. Behind each
        epoch `validation` is evaluated, a pair like `(x, y)`, or what the source's `validation_split` holds out, and
        `on_epoch` is called with its numbers; the training ends where that returns False. `progress` shows a line on
        standard error, by default where that is a terminal.

        Ctrl-C, and whatever `on_epoch` raises, ends it behind the step it is at; the next call goes on there.
        """
        epochs = _whole(epochs, "epochs")
        if validation is not None and not (isinstance(validation, tuple | list) and len(validation) == 2):
            raise NeuralError("`validation` is a pair of samples and their targets: (x, y)")
        before = len(self.history)
        shown = _Progress(self, epochs) if (sys.stderr.isatty() if progress is None else progress) else None

        def after_epoch(epoch: Epoch) -> bool:
            self.history.append(epoch)
            if shown:
                shown.end_epoch(epoch)
            return on_epoch is None or on_epoch(epoch) is not False

        with self._told():
            self._core.fit(
                self._samples(x, y),
                epochs,
                None if validation is None else self._samples(*validation),
                shown.show if shown else None,
                after_epoch,
            )
        return self.history[before:]

    def evaluate(self, x: Inputs, y: Any) -> dict[str, float]:
        """Loss and metrics of the network as it predicts: without dropout, over all samples."""
        with self._told():
            return self._core.evaluate(self._samples(x, y))

    def predict(self, x: Inputs) -> Array:
        """float32, a row of the output's shape for each sample."""
        with self._told():
            return self._core.predict(self._inputs(x))

    def explain(self, x: Inputs, y: Any) -> str:
        """Which kernel each operation of a step gets, and why no faster one."""
        with self._told():
            return self._core.explain(self._samples(x, y))

    @property
    def weights(self) -> dict[str, Array]:
        """Copies, by the names of every backend: "dense/kernel". To change some, set all of them."""
        with self._told():
            return self._core.weights()

    @weights.setter
    def weights(self, values: Mapping[str, Any]) -> None:
        with self._told():
            self._core.set_weights({name: _array(value, name) for name, value in values.items()})

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the weights as .safetensors, which generated programs of every backend load."""
        with self._told():
            self._core.save(os.fspath(path))

    def load(self, path: str | os.PathLike[str]) -> None:
        """Reads the weights of a .safetensors file, of the engine or of a generated program."""
        with self._told():
            self._core.load(os.fspath(path))

    @property
    def name(self) -> str:
        return self._core.name

    @property
    def epochs(self) -> int:
        """Trained so far, whole ones."""
        return self._core.epochs

    @property
    def batch_size(self) -> int:
        return self._core.batch_size

    @property
    def seed(self) -> int:
        return self._core.seed

    @property
    def threads(self) -> int:
        return self._core.threads

    @property
    def isa(self) -> str:
        """Whose instructions the kernels use: "avx512", "avx2" or "portable"."""
        return self._core.isa

    def __repr__(self) -> str:
        return f"<neural.Network {self.name}, {self.epochs} epochs trained>"

    def _inputs(self, x: Inputs) -> list[Array]:
        names = self._core.inputs
        if isinstance(x, Mapping):
            if missing := [name for name in names if name not in x]:
                raise NeuralError(f"there is no array for the input `{missing[0]}`; the inputs are {', '.join(names)}")
            if surplus := [name for name in x if name not in names]:
                raise NeuralError(f"`{surplus[0]}` is no input; the inputs are {', '.join(names)}")
            return [_array(x[name], name) for name in names]
        if len(names) > 1 and isinstance(x, Sequence) and not isinstance(x, str):
            return [_array(each, f"input {i + 1}") for i, each in enumerate(x)]
        return [_array(x, "x")]

    def _samples(self, x: Inputs, y: Any) -> tuple[list[Array], Array]:
        return self._inputs(x), _array(y, "y")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the engine says, as this package says it."""
        try:
            yield
        except _core.EngineError as error:
            found = json.loads(self._core.diagnostics()) if hasattr(self, "_core") else []
            if found:
                raise CompileError(str(error), found) from None
            raise NeuralError(str(error)) from None


def train(
    source: str | os.PathLike[str],
    x: Inputs,
    y: Any,
    *,
    epochs: int | None = None,
    validation: tuple[Inputs, Any] | None = None,
    on_epoch: Callable[[Epoch], Any] | None = None,
    progress: bool | None = None,
    network: str = "",
    weights: str | os.PathLike[str] | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    choose: Choose = None,
) -> Network:
    """A network of `source`, trained on `x` and `y`. The parameters are those of `Network` and of its `fit`.

    Ctrl-C raises TrainingInterrupted, a KeyboardInterrupt, which has the network.
    """
    result = Network(
        source, network=network, weights=weights, batch_size=batch_size, seed=seed, threads=threads, choose=choose
    )
    try:
        result.fit(x, y, epochs=epochs, validation=validation, on_epoch=on_epoch, progress=progress)
    except KeyboardInterrupt:
        raise TrainingInterrupted(result) from None
    return result


class _Progress:
    """A line on standard error that is written again and again, and one that stays for each epoch."""

    BETWEEN = 0.1  # seconds

    def __init__(self, network: Network, epochs: int | None) -> None:
        self.first = network.epochs
        self.epochs = network._core.default_epochs if epochs is None else epochs
        self.last = self.first + self.epochs
        self.begun = self.shown = time.monotonic()
        self.first_step: float | None = None
        self.width = 0

    def show(self, epoch: int, step: int, steps: int, loss: float) -> None:
        now = time.monotonic()
        passed = epoch - 1 - self.first + step / steps
        if self.first_step is None:
            self.first_step = passed - 1 / steps  # an interrupted epoch goes on behind its beginning
        if now - self.shown < self.BETWEEN or step == steps:
            return
        self.shown = now
        left = (now - self.begun) * (self.epochs - passed) / (passed - self.first_step)
        self.write(f"epoch {epoch}/{self.last}  step {step}/{steps}  loss {loss:.4f}  {left:.0f} s left")

    def end_epoch(self, epoch: Epoch) -> None:
        told = ("epoch", "train_seconds", "samples_per_second")
        scores = "".join(f"  {name} {value:.4f}" for name, value in epoch.items() if name not in told)
        self.write(f"epoch {epoch['epoch']}/{self.last}{scores}  {epoch['train_seconds']:.2f} s")
        print(file=sys.stderr)
        self.width = 0

    def write(self, text: str) -> None:
        print("\r" + text.ljust(self.width), end="", file=sys.stderr, flush=True)
        self.width = len(text)


def _whole(value: Any, name: str, *, least: int | None = None, bits: int = 31) -> int | None:
    """None, or a number that the engine can take; what it means there is the engine's to check."""
    if value is None:
        return None
    number = int(value) if isinstance(value, Integral) and not isinstance(value, bool) else None
    if number is None or not (-(2**bits) if least is None else least) <= number < 2**bits:
        told = "" if least is None else f", {least} or more"
        raise NeuralError(f"`{name}` is {value!r}, where a whole number is needed{told}")
    return number


def _array(value: Any, name: str) -> Array:
    """As the engine can read it where it lies: numbers, one behind the other, in this machine's order of bytes."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise NeuralError(f"`{name}` has elements of type {array.dtype}; numbers are needed: float32, uint8, int32")
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
