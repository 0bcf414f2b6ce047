"""What a framework has to offer to be measured. Each adapter loads its framework when it is created, not before."""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from neural.worker.plan import Plan
from neural.worker.weights import Tensor, Weights

# By the name of the backend: the module with its adapter, and the adapter.
ADAPTERS = {
    "pytorch": ("pytorch", "PyTorch"),
    "tensorflow": ("tensorflow", "TensorFlow"),
    "lightning": ("pytorch", "PyTorch"),  # a LightningModule is an nn.Module
    "keras_torch": ("keras_torch", "KerasOnTorch"),
    "keras_jax": ("keras_jax", "KerasOnJax"),
    "jax": ("jax_backend", "Jax"),
}
XLA_BACKENDS = ("keras_jax", "jax")


class Trainer(Protocol):
    """What `create_trainer` returns; model and optimiser keep their state from call to call."""

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool) -> list[float]: ...


class Backend(Protocol):
    def set_threads(self, threads: int) -> None: ...

    def threads(self) -> dict[str, int]:
        """What the framework itself says, by setting."""

    def settings(self) -> dict[str, str]:
        """What else the framework is set to that decides its speed or its numbers."""

    def seed(self, seed: int) -> None:
        """Every generator: Python's, NumPy's and the framework's."""

    def be_deterministic(self) -> None:
        """Same input, same bits, at whatever cost."""

    def create_model(self, program: ModuleType) -> Any:
        """The program's model, ready to be trained: built, and compiled where the framework does that."""

    def create_trainer(self, program: ModuleType, model: Any) -> Trainer:
        """The program's own, or the framework's documented loop with the declared loss and optimiser."""

    def evaluate(self, program: ModuleType, model: Any, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        """`loss` and `accuracy`, by the program's own function or as the framework documents it."""

    def disable_dropout(self, model: Any) -> None: ...

    def count_parameters(self, model: Any) -> int:
        """Trainable and not."""

    def weights(self, model: Any) -> Weights: ...

    def assign(self, model: Any, weights: Weights) -> None: ...

    def gradients(self, model: Any, x: np.ndarray, y: np.ndarray) -> tuple[float, list[Tensor]]:
        """Declared loss of one batch in training mode, and its gradients by the trainable tensors."""

    def synchronize(self) -> None:
        """Returns when no work is pending."""


def load_backend(plan: Plan) -> Backend:
    """Imports the framework, and no other."""
    if plan.backend in XLA_BACKENDS and plan.is_controlled:
        os.environ["NPROC"] = str(plan.threads)  # what XLA's pool under JAX is sized by, when it is loaded
    module, name = ADAPTERS[plan.backend]
    return getattr(importlib.import_module(f"neural.worker.{module}"), name)(plan)
