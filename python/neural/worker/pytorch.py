"""PyTorch as a backend of the worker."""

from __future__ import annotations

import inspect
import random
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from neural.worker import pytorch_defaults as defaults
from neural.worker import torch_runtime
from neural.worker.backend import Trainer
from neural.worker.plan import Plan
from neural.worker.program import ContractError
from neural.worker.weights import Tensor, Weights


class PyTorch:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def set_threads(self, threads: int) -> None:
        torch_runtime.set_threads(threads)

    def threads(self) -> dict[str, int]:
        return torch_runtime.threads()

    def settings(self) -> dict[str, str]:
        return torch_runtime.settings()

    def seed(self, seed: int) -> None:
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch.manual_seed(seed)

    def be_deterministic(self) -> None:
        torch_runtime.be_deterministic()

    def create_model(self, program: ModuleType) -> nn.Module:
        create = getattr(program, "create_model", None) or only_module(program)
        model = create()
        if not isinstance(model, nn.Module):
            raise ContractError(f"`create_model` returned a {type(model).__name__}, expected a torch.nn.Module")
        if any(isinstance(parameter, nn.parameter.UninitializedParameter) for parameter in model.parameters()):
            with torch.no_grad():
                model.eval()(torch.zeros(1, *(size or 1 for size in self.plan.input_shape)))
        return model

    def create_trainer(self, program: ModuleType, model: nn.Module) -> Trainer:
        if hasattr(program, "create_trainer"):
            return program.create_trainer(model)
        loss = defaults.create_loss(self.plan.loss)
        return defaults.LoopTrainer(model, loss, defaults.create_optimizer(self.plan.optimizer, model))

    def evaluate(self, program: ModuleType, model: nn.Module, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        if hasattr(program, "evaluate"):
            return program.evaluate(model, x, y)
        return defaults.evaluate(model, defaults.create_loss(self.plan.loss), x, y)

    def disable_dropout(self, model: nn.Module) -> None:
        for module in model.modules():
            if isinstance(module, nn.modules.dropout._DropoutNd):
                module.p = 0.0
            elif isinstance(module, nn.RNNBase | nn.MultiheadAttention):
                module.dropout = 0.0

    def count_parameters(self, model: nn.Module) -> int:
        return sum(tensor.numel() for _, tensor in trainable(model) + state(model))

    def weights(self, model: nn.Module) -> Weights:
        return Weights([copied(*named) for named in trainable(model)], [copied(*named) for named in state(model)])

    def assign(self, model: nn.Module, weights: Weights) -> None:
        own = trainable(model) + state(model)
        with torch.no_grad():
            for (_, tensor), given in zip(own, weights.trainable + weights.state, strict=True):
                tensor.copy_(torch.from_numpy(given.value))

    def gradients(self, model: nn.Module, x: np.ndarray, y: np.ndarray) -> tuple[float, list[Tensor]]:
        model.train()
        loss = defaults.create_loss(self.plan.loss)(model(torch.from_numpy(x)), torch.from_numpy(y))
        names, tensors = zip(*trainable(model), strict=True)
        gradients = torch.autograd.grad(loss, tensors, materialize_grads=True)
        return loss.item(), [copied(name, gradient) for name, gradient in zip(names, gradients, strict=True)]

    def synchronize(self) -> None:
        torch_runtime.synchronize()


def only_module(program: ModuleType) -> type[nn.Module]:
    """The one nn.Module subclass a program without `create_model` may hold instead."""
    found = [
        value
        for value in vars(program).values()
        if isinstance(value, type) and issubclass(value, nn.Module) and value.__module__ == program.__name__
    ]
    if len(found) != 1:
        raise ContractError(f"the program has no `create_model`, and {len(found)} subclasses of nn.Module instead of 1")
    needed = [
        parameter.name
        for parameter in inspect.signature(found[0]).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if needed:
        raise ContractError(f"the program has no `create_model`, and `{found[0].__name__}` needs `{needed[0]}`")
    return found[0]


def trainable(model: nn.Module) -> list[tuple[str, torch.Tensor]]:
    return [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]


def state(model: nn.Module) -> list[tuple[str, torch.Tensor]]:
    """Frozen parameters and floating buffers; a counter of batches is no weight."""
    frozen = [(name, parameter) for name, parameter in model.named_parameters() if not parameter.requires_grad]
    return frozen + [(name, buffer) for name, buffer in model.named_buffers() if buffer.is_floating_point()]


def copied(name: str, tensor: torch.Tensor) -> Tensor:
    kind = torch.float64 if tensor.dtype == torch.float64 else torch.float32
    return Tensor(name, np.array(tensor.detach().to("cpu", kind).numpy(), order="C"))
