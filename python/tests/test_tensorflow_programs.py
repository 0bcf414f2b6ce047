"""Every program of tests/programs/valid as a Keras model: what the checker says of it, and one step of training."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from conftest import Compiler

from neural.benchmarks.process import find_executable

pytestmark = pytest.mark.frameworks

ROWS = 2
ANY_SIZE = 8  # of a dynamic axis
PROGRAMS = Path(__file__).resolve().parents[2] / "tests/programs/valid"

# What TensorFlow cannot express, by program; every other refusal is of a search or of a layer without meaning.
REFUSED = {
    "cifar10_vgg": "a file without an ending",
    "dynamic_images": "an adaptive pooling of an unknown size",
    "escapes": "a file without an ending",
    "exported_conv_image": "groups of a transposed convolution",
    "exported_conv_line": "groups of a transposed convolution",
    "exported_conv_volume": "groups of a transposed convolution",
    "exported_recurrent_maps": "groups of a recurrent convolution",
    "losses_and_metrics": "a loss for each sample",
    "settings_all": "a TPU",
    "written_out_words": "a loss for each sample",
    "wrong_activation_for_loss": "a cross-entropy of probabilities that do not go with it",
}

# What the processor cannot compute, though the framework knows it: there the shapes must do.
NEEDS_GPU = {"transposed_sizes": "a transposed convolution with dilation"}


@dataclass(frozen=True)
class Network:
    path: Path
    table: dict[str, Any]  # as `neural inspect --json` gives it

    def __str__(self) -> str:
        return f"{self.path.stem}-{self.table['network']}"


def networks() -> list[Network]:
    found = []
    for source in sorted(path for path in PROGRAMS.iterdir() if path.suffix in (".neural", ".nr", ".rnr")):
        expected = source.with_name(f"{source.stem}.expected.json")
        tables = json.loads(expected.read_text(encoding="utf-8"))["networks"]
        # Of two networks of one name the compiler takes the first.
        found += [Network(source, table) for table in {table["network"]: table for table in reversed(tables)}.values()]
    return found


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    pytest.importorskip("tensorflow")
    import keras

    return keras


@pytest.fixture(autouse=True)
def eager(keras: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """Op by op, which is faster than tracing a graph for a single step; groups have a gradient on a CPU only by XLA."""
    import tensorflow

    network = getattr(request.node, "callspec", None) and request.node.callspec.params.get("network")
    is_eager = network is not None and not needs_graph(network.table["layers"])
    tensorflow.config.run_functions_eagerly(is_eager)
    yield
    tensorflow.config.run_functions_eagerly(False)


def needs_graph(layers: list[dict[str, Any]]) -> bool:
    return any(
        (layer["attributes"].get("groups", 1) != 1 and "Conv" in layer["type"])
        or needs_graph([*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])])
        for layer in layers
    )


@pytest.fixture(autouse=True)
def devices(keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any machine has what a program asks for."""
    import tensorflow

    monkeypatch.setattr(tensorflow.config, "list_physical_devices", lambda kind=None: [kind] * 8)
    monkeypatch.setattr(tensorflow.config, "set_visible_devices", lambda *_: None)


def program_of(network: Network, folder: Path) -> tuple[Path, str]:
    """Where its program is, and what the compiler has to say against it."""
    program = folder / f"{network.path.stem}.py"
    command = [find_executable(), "compile", network.path, "--backend", "tensorflow", "-o", program]
    command += ["--network", network.table["network"]]
    result = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert (result.returncode == 0) == program.exists(), result.stderr
    return program, result.stderr if result.returncode else ""


def least_vocabulary(layers: list[dict[str, Any]]) -> int:
    """The ids that every Embedding has."""
    least = 2**31
    for layer in layers:
        if layer["type"] == "Embedding":
            least = min(least, layer["attributes"]["input_dim"])
        inside = [*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])]
        least = min(least, least_vocabulary(inside)) if inside else least
    return least


def shapes_in(layers: list[dict[str, Any]]) -> list[tuple[int, ...]]:
    """Those of all tensors."""
    shapes: list[tuple[int, ...]] = []
    for layer in layers:
        shapes += [tuple(tensor["shape"]) for tensor in layer["tensors"]]
        shapes += shapes_in([*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])])
    return shapes


def inputs_of(program: ModuleType, network: Network) -> Any:
    random = np.random.default_rng(5)
    ids = least_vocabulary(network.table["layers"])
    arrays = {}
    for described in network.table["inputs"]:
        shape = (ROWS, *(size or ANY_SIZE for size in described["shape"]))
        is_ids = described["type"] == "integer"
        arrays[described["name"]] = random.integers(0, ids, shape) if is_ids else random.random(shape, np.float32)
    return arrays if hasattr(program, "INPUT_SHAPES") else next(iter(arrays.values()))


def targets_like(program: ModuleType, outputs: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(6)
    if hasattr(program, "CLASSES"):
        return program.prepare_targets(random.integers(0, program.CLASSES, outputs.shape[:-1]))
    return program.prepare_targets(random.integers(0, 2, outputs.shape))


def fits(shape: tuple[int | None, ...], real: tuple[int, ...]) -> bool:
    return len(shape) == len(real) and all(size in (None, other) for size, other in zip(shape, real, strict=True))


@pytest.mark.parametrize("network", networks(), ids=str)
def test_network_is_built_as_checked_and_trains(
    keras: Any, compiler: Compiler, network: Network, tmp_path: Path
) -> None:
    path, refusal = program_of(network, tmp_path)
    if refusal:
        codes = set(re.findall(r"error\[(\w+)\]", refusal))
        assert codes <= {"E701", "E704", "E705"}, refusal
        assert "E701" not in codes or network.path.stem in REFUSED, refusal
        pytest.skip(f"{' '.join(sorted(codes))}: {REFUSED.get(network.path.stem, 'searched, or without meaning')}")
    program = compiler.load(path)
    keras.backend.clear_session()
    model = program.create_model()
    table = network.table
    assert model.count_params() == table["total_parameters"]
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == table["trainable_parameters"]
    assert Counter(tuple(weight.shape) for weight in model.weights) == Counter(shapes_in(table["layers"]))

    if network.path.stem in NEEDS_GPU:
        assert model.output.shape[1:] == tuple(table["layers"][-1]["output_shape"])
        return

    x = inputs_of(program, network)
    outputs = np.asarray(model(x, training=False))
    expected = (ROWS, *table["layers"][-1]["output_shape"])
    assert fits(expected, outputs.shape)
    y = targets_like(program, outputs)
    (loss,) = program.create_trainer(model).fit(x, y, epochs=1, batch_size=ROWS)
    assert np.isfinite(loss)
    assert all(np.isfinite(value) for value in program.evaluate(model, x, y).values())
    del model
    gc.collect()


def test_refusals_are_those_known(tmp_path: Path) -> None:
    """So many programs are compiled, so many refused: a change of these numbers is a change of the language's reach."""
    codes: dict[str, int] = {}
    for i, network in enumerate(networks()):
        folder = tmp_path / str(i)
        folder.mkdir()
        _, refusal = program_of(network, folder)
        code = next(iter(re.findall(r"error\[(\w+)\]", refusal)), "compiled")
        codes[code] = codes.get(code, 0) + 1
    assert codes == {"E701": 12, "E704": 7, "E705": 4, "compiled": 204}
