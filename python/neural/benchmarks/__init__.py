"""Benchmarks from Python: the whole comparison by the executable, or one side after the other in fresh processes."""

from __future__ import annotations

from neural.benchmarks.models import DEFAULT_MODELS, get_benchmark_models
from neural.benchmarks.runner import BenchmarkRunner
from neural.benchmarks.suite import BenchmarkSuite
from neural.datasets import load_mnist

__all__ = ["DEFAULT_MODELS", "BenchmarkRunner", "BenchmarkSuite", "get_benchmark_models", "load_mnist"]
