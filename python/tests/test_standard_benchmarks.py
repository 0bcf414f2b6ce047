"""The four standard models: what the compiler writes at -O0 computes the very bits of what people wrote by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import neural
from neural.benchmarks.models import benchmarks_folder

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("model", ["simple_mlp", "cnn", "deep_mlp", "cnn_large"])
def test_generated_and_written_programs_train_to_the_same_bits(model: str, backend: str, tmp_path: Path) -> None:
    pytest.importorskip("torch" if backend == "pytorch" else "keras")
    folder = benchmarks_folder() / model
    generated = tmp_path / "generated.py"
    generated.write_text(neural.compile(folder / "model.neural", backend=backend, level=0))
    command = [sys.executable, Path(__file__).with_name("train_alike.py"), backend, generated]
    result = subprocess.run([*command, folder / f"{backend}_native.py"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout.splitlines()[-1])
    ours, theirs = told["losses"]
    assert len(ours) == (200 if backend == "pytorch" else 20)
    assert ours[-1] < ours[0]
    assert ours == theirs
    assert told["weights"] == 0
