"""Generated programs for the tests: compiled by the `neural` executable, loaded as modules."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from neural.benchmarks.process import find_executable

os.environ["NEURAL_HISTORY"] = "off"  # what tests measure is no part of the user's


class Compiler:
    """Puts every program into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def path(self, source: str, *options: str, backend: str, name: str = "model.neural") -> Path:
        """The program of a source text; `name` is what the source's file is called."""
        executable = str(find_executable())
        self.count += 1
        place = self.folder / f"program_{self.count}"
        place.mkdir()
        (place / name).write_text(source)
        program = place / f"{place.name}.py"
        command = [executable, "compile", str(place / name), "--backend", backend, "-o", str(program), *options]
        result = subprocess.run(command, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return program

    def load(self, program: Path) -> ModuleType:
        spec = importlib.util.spec_from_file_location(program.stem, program)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def module(self, source: str, *options: str, backend: str) -> ModuleType:
        return self.load(self.path(source, *options, backend=backend))


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    return Compiler(tmp_path_factory.mktemp("programs"))
