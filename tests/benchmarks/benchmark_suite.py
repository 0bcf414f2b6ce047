"""The whole comparison, with the entries of models.py."""

from __future__ import annotations

import os

from neural import benchmarks
from tests.benchmarks.models import OWN_MODELS


class BenchmarkSuite(benchmarks.BenchmarkSuite):
    def __init__(self, output_dir: str | os.PathLike[str] = "benchmark_results") -> None:
        super().__init__(output_dir, models=OWN_MODELS)
