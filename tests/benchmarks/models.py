"""The benchmarks of the suite: the folders of `benchmarks/`, and entries of your own.

An entry holds three source texts: `neural_dsl` is a network with everything that decides its training, `tensorflow` and
`pytorch` are hand-written programs with `create_model()`. A folder under `benchmarks/` can hold more contenders.
"""

from __future__ import annotations

from neural import benchmarks

OWN_MODELS: dict[str, dict[str, str]] = {}


def get_benchmark_models() -> dict[str, dict[str, str]]:
    """Source texts by the name of the benchmark, then by `neural_dsl`, `tensorflow`, `pytorch`."""
    return {**benchmarks.get_benchmark_models(), **OWN_MODELS}
