"""The whole comparison, by the `neural` executable."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from neural.benchmarks.models import (
    DEFAULT_MODELS,
    BenchmarkModel,
    benchmarks_folder,
    get_benchmark_models,
    write_models,
)
from neural.benchmarks.process import run_bench
from neural.benchmarks.runner import BenchmarkRunner
from neural.datasets import load_mnist
from neural.errors import NeuralError

REPORT = "benchmark_report.md"
RESULTS = "benchmark_results.json"
COMPLETE, INVALID_CELL = 0, 3


class BenchmarkSuite:
    """Measures generated programs against hand-written ones, in alternating fresh processes."""

    def __init__(
        self,
        output_dir: str | os.PathLike[str] = "benchmark_results",
        *,
        models: Mapping[str, BenchmarkModel] | None = None,
    ) -> None:
        """`models` are benchmarks beside the folders: source texts by `neural_dsl`, `tensorflow`, `pytorch`."""
        self.output_dir = Path(output_dir).resolve()
        self.models = dict(models or {})
        self.results: list[dict[str, Any]] = []

    def run_all_benchmarks(
        self,
        backends: Iterable[str] | None = None,
        models: Iterable[str] | None = None,
        epochs: int | None = None,
        *,
        quick: bool = False,
        tracking: bool = True,
        options: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """A result for each model and contender. None leaves the choice to `neural bench`, which `options` go to.

        A cell that could not be measured has the status "invalid" and says why. Raises NeuralError if there are no
        results at all.
        """
        options = [*options, "--report", "--json"]
        status = self.run(backends, models, epochs, quick=quick, tracking=tracking, options=options)
        if status not in (COMPLETE, INVALID_CELL):
            raise NeuralError(f"`neural bench` ended with status {status}; what it printed says why")
        self.results = json.loads(self._file(RESULTS).read_text(encoding="utf-8"))["results"]
        return self.results

    def run(
        self,
        backends: Iterable[str] | None = None,
        models: Iterable[str] | None = None,
        epochs: int | None = None,
        *,
        quick: bool = False,
        tracking: bool = True,
        options: Sequence[str] = (),
    ) -> int:
        """`neural bench` with these options; its exit status."""
        arguments = ["--output", str(self.output_dir), *options]
        if backends is not None:
            arguments += ["--backends", ",".join(backends)]
        if epochs is not None:
            arguments += ["--epochs", str(epochs)]
        arguments += ["--quick"] * quick + ["--no-tracking"] * (not tracking)
        names = None if models is None else list(models)
        if not self.models:
            arguments += ["--benchmarks", str(benchmarks_folder())]
            return run_bench(arguments + ([] if names is None else ["--models", ",".join(names)]))
        names = self._resolve(names)
        with tempfile.TemporaryDirectory(prefix="neural-benchmarks-") as folder:
            write_models(Path(folder), names, self.models)
            return run_bench([*arguments, "--benchmarks", folder, "--models", ",".join(names)])

    def try_benchmark(self, model_name: str, backend: str, *, rows: int = 2048, epochs: int = 1) -> dict[str, Any]:
        """A short sequential comparison on a part of MNIST: shows that both sides work, not how fast they are."""
        model = {**get_benchmark_models(), **self.models}[model_name]
        (x_train, y_train), (x_test, y_test) = load_mnist()
        part = ((x_train[:rows], y_train[:rows]), (x_test[:rows], y_test[:rows]))
        runner = BenchmarkRunner(self.output_dir / "trials")
        neural = runner.benchmark_neural_dsl(model_name, model["neural_dsl"], backend, part, epochs)
        native = runner.benchmark_native(model_name, model[backend], backend, part, epochs)
        return {"neural": neural, "native": native, "comparison": runner.compare_results(neural, native)}

    def generate_markdown_report(self, filename: str = REPORT) -> str:
        """The path of the report in the output folder, under the given name."""
        return self._copy(REPORT, filename)

    def save_results_json(self, filename: str = RESULTS) -> str:
        """The path of the results in the output folder, under the given name."""
        return self._copy(RESULTS, filename)

    def _resolve(self, names: list[str] | None) -> list[str]:
        """By default the default models, and the suite's own."""
        if names is None:
            names = [*DEFAULT_MODELS, *self.models]
        elif "all" in names:
            names = [*get_benchmark_models(), *self.models]
        return list(dict.fromkeys(names))

    def _file(self, name: str) -> Path:
        path = self.output_dir / name
        if not path.is_file():
            raise NeuralError(f"there is no `{path}`; call run_all_benchmarks first")
        return path

    def _copy(self, name: str, wanted: str) -> str:
        source, target = self._file(name), self.output_dir / wanted
        if source != target:
            shutil.copyfile(source, target)
        return str(target)
