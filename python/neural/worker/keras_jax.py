"""Keras on JAX as a backend of the worker."""

from __future__ import annotations

import os

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras

from neural.worker import xla_runtime
from neural.worker.keras_backend import KerasBackend, create_loss
from neural.worker.weights import Tensor


class KerasOnJax(KerasBackend):
    def set_threads(self, threads: int) -> None:
        """The variable NPROC has done so before XLA was loaded."""

    def threads(self) -> dict[str, int]:
        return xla_runtime.threads()

    def settings(self) -> dict[str, str]:
        return {"dtype_policy": keras.config.dtype_policy().name, **xla_runtime.settings()}

    def be_deterministic(self) -> None:
        """XLA's operations are, on a processor."""

    def gradients(self, model: keras.Model, x: np.ndarray, y: np.ndarray) -> tuple[float, list[Tensor]]:
        declared = create_loss(self.plan.loss, model)
        variables = model.trainable_variables
        state = [variable.value for variable in model.non_trainable_variables]

        @jax.jit
        def compute(trainable: list[jax.Array]) -> jax.Array:
            outputs, _ = model.stateless_call(trainable, state, x, training=True)
            return declared(y, outputs)

        loss, gradients = jax.value_and_grad(compute)([variable.value for variable in variables])
        named = zip(variables, gradients, strict=True)
        return float(loss), [Tensor(variable.path, np.array(gradient)) for variable, gradient in named]

    def synchronize(self) -> None:
        jax.effects_barrier()
