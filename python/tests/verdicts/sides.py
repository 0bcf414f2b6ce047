"""A folder of benchmarks, and `neural bench` over it; sides whose cost is known."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from neural.benchmarks.models import benchmarks_folder
from neural.benchmarks.process import find_executable

KNOWN_WORKER = Path(__file__).with_name("known_worker.py")
BENCHMARK = benchmarks_folder() / "simple_mlp"
DECLARED = 'BACKEND = "pytorch"\nLEVEL = "idiomatic"\n'


class Bench:
    """A folder of benchmarks, and `neural bench` over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.interpreter = sys.executable

    def add(self, name: str, contender: str) -> None:
        place = self.folder / "benchmarks" / name
        place.mkdir(parents=True)
        (place / "model.neural").write_text((BENCHMARK / "model.neural").read_text())
        (place / "pytorch_native.py").write_text(contender)

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def command(self, *options: str | Path) -> list[str]:
        command = [find_executable(), "bench", *self.where(), "--output", self.results, "--no-tracking", *options]
        return [str(word) for word in command]

    def where(self) -> list[str | Path]:
        """What a session measures, and with what."""
        selected = ["--models", "all", "--backends", "pytorch"]
        return ["--python", self.interpreter, *selected, "--benchmarks", self.folder / "benchmarks"]

    def gate(self, baseline: str | Path, *options: str) -> subprocess.CompletedProcess[str]:
        command = [find_executable(), "bench", "gate", "--baseline", baseline, *self.where()]
        command += ["--output", self.folder / "gate", "--json", "--no-progress", *options]
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)

    def run(self, *options: str, status: int = 0) -> dict[str, Any]:
        """The results by the name of the benchmark."""
        ended = subprocess.run(self.command(*options), capture_output=True, text=True, check=False)
        assert ended.returncode == status, ended.stderr
        results = json.loads((self.results / "benchmark_results.json").read_text())["results"]
        return {result["model"]: result for result in results}


def known_sides(folder: Path) -> Bench:
    """Sides of known cost."""
    bench = Bench(folder)
    interpreter = folder / "known_python"
    interpreter.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(KNOWN_WORKER)])} "$@"\n')
    interpreter.chmod(0o755)
    bench.interpreter = str(interpreter)
    return bench
