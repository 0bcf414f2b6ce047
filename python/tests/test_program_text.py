"""How programs read: each of every network in tests/programs/valid is laid out and free of lint, as our own Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from valid_programs import networks

import neural

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
NAMES = "N803,N806"  # variables of forward are called as the user called layers and inputs


def write_programs(backend: str, level: int, folder: Path) -> int:
    """How many of the networks the backend has a program for."""
    count = 0
    for network in networks():
        name = network.table["network"]
        try:
            text = neural.compile(network.path, network=name, backend=backend, level=level)
        except neural.CompileError:
            continue
        count += 1
        (folder / f"{network.path.stem}_{count}.py").write_text(text, encoding="utf-8")
    return count


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
def test_programs_are_formatted_and_free_of_lint(backend: str, level: int, tmp_path: Path) -> None:
    pytest.importorskip("ruff")
    assert write_programs(backend, level, tmp_path) > 130
    for command in (["format", "--diff"], ["check", "--extend-ignore", NAMES]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(PYPROJECT), "."]
        result = subprocess.run(ruff, capture_output=True, text=True, cwd=tmp_path)
        assert result.returncode == 0, result.stdout + result.stderr
