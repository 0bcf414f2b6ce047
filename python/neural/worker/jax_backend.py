"""JAX without a library of layers as a backend of the worker."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

import jax
import numpy as np
from jax import numpy as jnp

from neural.worker import xla_runtime
from neural.worker.backend import Trainer
from neural.worker.declared import reduction_of
from neural.worker.plan import Declared, Plan
from neural.worker.program import ContractError
from neural.worker.weights import Tensor, Weights


class Network(Protocol):
    """What `create_model` returns. Training is a matter of the program, so there is no plain trainer here."""

    params: Any  # a tree of arrays whose leaves stand in order of creation
    dropout: float  # the rate; a network without dropout has no such attribute

    def apply(self, params: Any, x: jax.Array, key: jax.Array | None = None) -> jax.Array:
        """What the loss consumes, logits for a cross-entropy; with a key as in training."""


class Jax:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def set_threads(self, threads: int) -> None:
        """The variable NPROC has done so before XLA was loaded."""

    def threads(self) -> dict[str, int]:
        return xla_runtime.threads()

    def settings(self) -> dict[str, str]:
        return xla_runtime.settings()

    def seed(self, seed: int) -> None:
        """JAX itself has no generator: a program draws its keys from NumPy's."""
        random.seed(seed)
        np.random.seed(seed % 2**32)

    def be_deterministic(self) -> None:
        """XLA's operations are, on a processor."""

    def create_model(self, program: ModuleType) -> Network:
        if not hasattr(program, "create_model"):
            raise ContractError("the program has no `create_model`")
        model = program.create_model()
        for name in ("params", "apply"):
            if not hasattr(model, name):
                raise ContractError(f"`create_model` returned a {type(model).__name__} without `{name}`")
        return model

    def create_trainer(self, program: ModuleType, model: Network) -> Trainer:
        return required(program, "create_trainer")(model)

    def evaluate(self, program: ModuleType, model: Network, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        return required(program, "evaluate")(model, x, y)

    def disable_dropout(self, model: Network) -> None:
        if hasattr(model, "dropout"):
            model.dropout = 0.0

    def count_parameters(self, model: Network) -> int:
        return sum(leaf.size for leaf in jax.tree.leaves(model.params))

    def weights(self, model: Network) -> Weights:
        leaves, _ = jax.tree_util.tree_flatten_with_path(model.params)
        return Weights([Tensor(jax.tree_util.keystr(path), np.array(leaf, np.float32)) for path, leaf in leaves], [])

    def assign(self, model: Network, weights: Weights) -> None:
        structure = jax.tree.structure(model.params)
        model.params = jax.tree.unflatten(structure, [jnp.asarray(tensor.value) for tensor in weights.trainable])

    def gradients(self, model: Network, x: np.ndarray, y: np.ndarray) -> tuple[float, list[Tensor]]:
        declared = create_loss(self.plan.loss)

        @jax.jit
        def compute(params: Any) -> jax.Array:
            return declared(model.apply(params, jnp.asarray(x), jax.random.key(0)), jnp.asarray(y))

        loss, gradients = jax.value_and_grad(compute)(model.params)
        leaves, _ = jax.tree_util.tree_flatten_with_path(gradients)
        return float(loss), [Tensor(jax.tree_util.keystr(path), np.array(leaf)) for path, leaf in leaves]

    def synchronize(self) -> None:
        jax.effects_barrier()


def required(program: ModuleType, name: str) -> Callable[..., Any]:
    if not hasattr(program, name):
        raise ContractError(f"the program has no `{name}`, and JAX has no plain one")
    return getattr(program, name)


def create_loss(declared: Declared) -> Callable[[jax.Array, jax.Array], jax.Array]:
    """As declared; the cross-entropy takes logits."""
    reduce = jnp.sum if reduction_of(declared) == "sum" else jnp.mean
    if declared.name == "sparse_categorical_crossentropy":
        return lambda logits, y: -reduce(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=-1))
    if declared.name == "mean_squared_error":
        return lambda outputs, y: reduce(jnp.square(outputs - y.reshape(outputs.shape)))
    raise ContractError(f"the worker has no JAX form of the loss `{declared.name}`")
