"""The programs of tests/programs/valid, for tests that build and train them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from neural.benchmarks.process import find_executable

ROWS = 2
ANY_SIZE = 8  # of a dynamic axis
PROGRAMS = Path(__file__).resolve().parents[2] / "tests/programs/valid"


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


def program_of(network: Network, backend: str, folder: Path) -> tuple[Path, str]:
    """Where its program is, and what the compiler has to say against it."""
    program = folder / f"{network.path.stem}.py"
    command = [find_executable(), "compile", network.path, "--backend", backend, "-o", program]
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


def named_shapes(layers: list[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    """The tensors of the weight file, in the order of the layers."""
    shapes = {}
    for layer in layers:
        shapes |= {f"{layer['name']}/{tensor['name']}": tuple(tensor["shape"]) for tensor in layer["tensors"]}
        wrapped = [layer["wrapped"]] if "wrapped" in layer and layer["type"] != "Bidirectional" else []
        shapes |= named_shapes([*wrapped, *layer.get("body", [])])
    return shapes


def inputs_like(described: dict[str, Any], network: Network, rows: int, seed: int = 5) -> np.ndarray:
    """Values for one of the network's inputs, as the table describes it."""
    random = np.random.default_rng(seed)
    shape = (rows, *(size or ANY_SIZE for size in described["shape"]))
    if described["type"] != "integer":
        return random.random(shape, np.float32)
    return random.integers(0, least_vocabulary(network.table["layers"]), shape)


def inputs_of(program: ModuleType, network: Network) -> Any:
    described = network.table["inputs"]
    arrays = {each["name"]: inputs_like(each, network, ROWS, seed=5 + i) for i, each in enumerate(described)}
    return arrays if hasattr(program, "INPUT_SHAPES") else next(iter(arrays.values()))


def targets_like(program: ModuleType, outputs: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(6)
    if hasattr(program, "CLASSES"):
        return program.prepare_targets(random.integers(0, program.CLASSES, outputs.shape[:-1]))
    return program.prepare_targets(random.integers(0, 2, outputs.shape))


def fits(shape: tuple[int | None, ...], real: tuple[int, ...]) -> bool:
    return len(shape) == len(real) and all(size in (None, other) for size, other in zip(shape, real, strict=True))
