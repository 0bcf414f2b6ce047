from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

version: str

def check(text: str, file_name: str) -> tuple[str | None, str, str]: ...
def inspect(text: str, file_name: str, network: str) -> tuple[str | None, str, str]: ...
def compile(
    text: str,
    file_name: str,
    network: str,
    backend: str,
    level: int,
    validate: bool,
    choices: list[tuple[str, str]],
    semantics: str,
    custom: list[tuple[str, str]],
    allow_python_lambda: bool,
    changes: list[str],
    strict: bool,
) -> tuple[str | None, str, str]: ...
def compile_onnx(
    text: str, file_name: str, network: str, weights: str, choices: list[tuple[str, str]], semantics: str
) -> tuple[bytes | None, str, str]: ...
def choose(text: str, file_name: str, network: str, choices: list[tuple[str, str]]) -> tuple[str | None, str, str]: ...
def search_space(text: str, file_name: str, network: str) -> tuple[str | None, str, str]: ...

# ---- the engine ----

Array = np.ndarray[Any, Any]
Samples = tuple[Sequence[Array], Array]  # an array for each input, and the targets

class EngineError(Exception): ...

class Network:
    name: str
    inputs: list[str]
    epochs: int
    default_epochs: int
    seed: int
    batch_size: int
    threads: int
    isa: str
    def fit(
        self,
        samples: Samples,
        epochs: int | None,
        validation: Samples | None,
        on_step: Callable[[int, int, int, float], None] | None,
        on_epoch: Callable[[dict[str, Any]], bool],
    ) -> None: ...
    def evaluate(self, samples: Samples) -> dict[str, float]: ...
    def predict(self, inputs: Sequence[Array]) -> Array: ...
    def explain(self, samples: Samples) -> str: ...
    def weights(self) -> dict[str, Array]: ...
    def set_weights(self, weights: Mapping[str, Array]) -> None: ...
    def save(self, path: str) -> None: ...
    def load(self, path: str) -> None: ...
    def diagnostics(self) -> str: ...

def create_network(
    text: str,
    file_name: str,
    network: str,
    batch_size: int | None,
    seed: int | None,
    threads: int | None,
    isa: str,
) -> tuple[Network | None, str, str]: ...
