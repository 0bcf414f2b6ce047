"""Weight files for the tests, and the command `neural weights`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

import neural
from neural.benchmarks.process import find_executable


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(find_executable()), "weights", *map(str, arguments)]
    environment = {**os.environ, "NEURAL_PYTHON": sys.executable}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)


def convert(source: Path, given: Path, taken: Path) -> None:
    result = run("convert", source, given, taken)
    assert (result.returncode, result.stderr) == (0, "")


def refusal(*arguments: str | Path, code: int = 2) -> str:
    result = run(*arguments)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def random_inputs(source: str) -> np.ndarray:
    (described,) = neural.inspect(source)["inputs"]
    rng = np.random.default_rng(1)
    shape = (3, *described["shape"])
    return rng.integers(0, 20, shape) if described["type"] == "integer" else rng.normal(size=shape).astype(np.float32)


def safetensors(header: Any, numbers: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def entry(dtype: str = "F32", shape: Any = (3, 2), offsets: Any = (0, 24)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


SMALL = "network A { input: (3) layers: Dense(2) loss: mse }"
GOOD = {"dense/kernel": entry(), "dense/bias": entry(shape=[2], offsets=[24, 32])}
