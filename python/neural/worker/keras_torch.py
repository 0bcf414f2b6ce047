"""Keras on PyTorch as a backend of the worker."""

from __future__ import annotations

import os

import numpy as np

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch

from neural.worker import torch_runtime
from neural.worker.keras_backend import KerasBackend, create_loss
from neural.worker.weights import Tensor


class KerasOnTorch(KerasBackend):
    def set_threads(self, threads: int) -> None:
        torch_runtime.set_threads(threads)

    def threads(self) -> dict[str, int]:
        return torch_runtime.threads()

    def settings(self) -> dict[str, str]:
        return {"dtype_policy": keras.config.dtype_policy().name, **torch_runtime.settings()}

    def be_deterministic(self) -> None:
        torch_runtime.be_deterministic()

    def gradients(self, model: keras.Model, x: np.ndarray, y: np.ndarray) -> tuple[float, list[Tensor]]:
        variables = model.trainable_weights
        outputs = model(torch.from_numpy(x), training=True)
        loss = create_loss(self.plan.loss, model)(torch.from_numpy(y), outputs)
        gradients = torch.autograd.grad(loss, [variable.value for variable in variables], materialize_grads=True)
        named = zip(variables, gradients, strict=True)
        return loss.item(), [Tensor(variable.path, gradient.cpu().numpy()) for variable, gradient in named]

    def synchronize(self) -> None:
        torch_runtime.synchronize()
