"""The public benchmark suite; README.md says how to use it."""

from __future__ import annotations

from tests.benchmarks.benchmark_runner import BenchmarkRunner, load_mnist
from tests.benchmarks.benchmark_suite import BenchmarkSuite
from tests.benchmarks.models import get_benchmark_models

__all__ = ["BenchmarkRunner", "BenchmarkSuite", "get_benchmark_models", "load_mnist"]
