"""Research blocks in programs that run: what others have reached is reached, missed, or not measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from generated import module_of

import neural

SOURCE = """network Small {
  input: (8)
  layers: Output(3)
  loss: sparse_categorical_crossentropy
  train { epochs: 1 seed: 1 }
}
research Small { metrics { accuracy: 1.5 test_loss: 100 } }
research Paper { metrics { acc: 0 perplexity: 2 } }
research { metrics { loss: 0 } }
"""

pytestmark = pytest.mark.frameworks
on_both_backends = pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])


@on_both_backends
def test_main_tells_what_is_reached(backend: str, tmp_path: Path) -> None:
    pytest.importorskip("torch" if backend == "pytorch" else "tensorflow")
    random = np.random.default_rng(0)
    x = random.normal(size=(96, 8)).astype(np.float32)
    y = (x @ random.normal(size=(8, 3))).argmax(axis=1)
    np.savez(tmp_path / "data.npz", x_train=x, y_train=y, x_test=x[:32], y_test=y[:32])
    program = tmp_path / "program.py"
    program.write_text(neural.compile(SOURCE, backend=backend), encoding="utf-8")

    words = [sys.executable, str(program), "--data", str(tmp_path / "data.npz")]
    output = subprocess.run(words, capture_output=True, text=True, check=True, timeout=300).stdout
    test, *lines = output.splitlines()[-6:]
    assert test.startswith("test loss ")
    measured = {name: float(value) for name, value in zip(test.split()[1::2], test.split()[2::2], strict=True)}
    found = [line.partition(" (") for line in lines]
    assert [line for line, _, _ in found] == [
        "research Small: accuracy 1.5 missed",
        "research Small: test_loss 100 reached",
        "research Paper: acc 0 reached",
        "research Paper: perplexity 2 not measured",
        "research: loss 0 missed",
    ]
    values = [float(value.rstrip(")")) if value else None for _, _, value in found]
    accuracy, loss = measured["accuracy"], measured["loss"]
    assert values[3] is None
    assert values[:3] + values[4:] == pytest.approx([accuracy, loss, accuracy, loss], abs=1e-4)


@on_both_backends
def test_a_number_that_is_just_met_is_reached_and_nan_is_not(backend: str) -> None:
    pytest.importorskip("torch" if backend == "pytorch" else "tensorflow")
    source = SOURCE.replace("accuracy: 1.5 test_loss: 100", "accuracy: 0.5 test_loss: 0.25")
    source = source.replace("Small", "RESEARCH")  # the program's own word for the results
    program = module_of(neural.compile(source, backend=backend))

    def first_two(accuracy: float, loss: float) -> list[str]:
        lines = program.compare_with_research({"accuracy": accuracy, "loss": loss})
        return [line.split()[4] for line in lines[:2]]

    assert first_two(0.5, 0.25) == ["reached", "reached"]
    assert first_two(0.5 - 1e-8, 0.25 + 1e-8) == ["reached", "reached"]  # the same number in single precision
    assert first_two(0.49, 0.26) == ["missed", "missed"]
    assert first_two(float("nan"), float("nan")) == ["missed", "missed"]


@on_both_backends
def test_a_program_without_results_says_nothing_of_them(backend: str) -> None:
    plain = SOURCE[: SOURCE.index("research")]
    assert "research" not in neural.compile(plain, backend=backend).lower()
    only_references = plain + 'research { references { paper: "research" } }'
    assert "research" not in neural.compile(only_references, backend=backend).lower()
