"""What PyTorch's documentation teaches, for programs that leave it out: loss, optimiser, loop and evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from neural.worker.declared import reduction_of
from neural.worker.plan import Declared
from neural.worker.program import ContractError

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

EVALUATION_BATCH = 1024


def create_loss(declared: Declared) -> Loss:
    """As declared; the cross-entropies take logits."""
    reduction = reduction_of(declared)
    smoothing = declared.parameters.get("label_smoothing") or 0.0
    if declared.name in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        return nn.CrossEntropyLoss(reduction=reduction, label_smoothing=smoothing)
    if declared.name == "binary_crossentropy":
        return lambda outputs, y: functional.binary_cross_entropy_with_logits(
            outputs, like(outputs, y) * (1 - smoothing) + 0.5 * smoothing, reduction=reduction
        )
    if declared.name == "mean_squared_error":
        return lambda outputs, y: functional.mse_loss(outputs, like(outputs, y), reduction=reduction)
    raise ContractError(f"the worker has no PyTorch form of the loss `{declared.name}`")


def like(outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return y.reshape(outputs.shape).to(outputs.dtype)


def create_optimizer(declared: Declared, model: nn.Module) -> torch.optim.Optimizer:
    """PyTorch's own optimiser of that name. Raises ContractError for a parameter that it does not have."""
    given = {key: value for key, value in declared.parameters.items() if value not in (None, False)}
    arguments: dict[str, Any] = {"lr": given.pop("learning_rate")}
    given.pop("ema_momentum", None)  # has no effect without use_ema
    if "beta_1" in given:
        arguments["betas"] = (given.pop("beta_1"), given.pop("beta_2"))
    for ours, theirs in NAMES.get(declared.name, {}).items():
        if ours in given:
            arguments[theirs] = given.pop(ours)
    if declared.name not in NAMES or given:
        what = f"the parameter `{next(iter(given))}` of " if declared.name in NAMES else ""
        raise ContractError(f"the default trainer does not know {what}`{declared.name}`; add `create_trainer`")
    return getattr(torch.optim, declared.name)(model.parameters(), **arguments)


# Parameters by their names in the language and in torch.optim, beyond the learning rate and the betas. The weight decay
# of the language is decoupled, which only AdamW has.
NAMES = {
    "SGD": {"momentum": "momentum", "nesterov": "nesterov"},
    "Adam": {"epsilon": "eps", "amsgrad": "amsgrad"},
    "AdamW": {"epsilon": "eps", "amsgrad": "amsgrad", "weight_decay": "weight_decay"},
    "RMSprop": {"rho": "alpha", "epsilon": "eps", "momentum": "momentum", "centered": "centered"},
}


class LoopTrainer:
    """A DataLoader and the plain loop over it."""

    def __init__(self, model: nn.Module, loss: Loss, optimizer: torch.optim.Optimizer) -> None:
        self.model = model
        self.loss = loss
        self.optimizer = optimizer

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool) -> list[float]:
        dataset = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
        loader = DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)
        self.model.train()
        history = []
        for _ in range(epochs):
            total = 0.0
            for samples, targets in loader:
                self.optimizer.zero_grad()
                loss = self.loss(self.model(samples), targets)
                loss.backward()
                self.optimizer.step()
                total += loss.item() * len(samples)
            history.append(total / len(dataset))
        return history


@torch.inference_mode()
def evaluate(model: nn.Module, loss: Loss, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Mean loss, and the share of right classes where the targets are classes (else None)."""
    model.eval()
    total, right = 0.0, 0
    classes = np.issubdtype(y.dtype, np.integer)
    for samples, targets in zip(
        torch.from_numpy(x).split(EVALUATION_BATCH), torch.from_numpy(y).split(EVALUATION_BATCH), strict=True
    ):
        outputs = model(samples)
        total += loss(outputs, targets).item() * len(samples)
        if classes:
            predicted = outputs.argmax(dim=-1) if outputs.shape[-1] > 1 else (outputs[:, 0] > 0).long()
            right += int((predicted == targets).sum())
    return {"loss": total / len(x), "accuracy": right / len(x) if classes else None}
