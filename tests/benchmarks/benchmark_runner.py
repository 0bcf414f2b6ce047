"""One side after the other, for scripts that look at a single program."""

from __future__ import annotations

from neural.benchmarks import BenchmarkRunner, load_mnist

__all__ = ["BenchmarkRunner", "load_mnist"]
