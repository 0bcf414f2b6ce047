"""What PyTorch needs to compute a network in float64 with all its digits: `neural parity --float64`."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def prepare() -> None:
    """Once in a process, before the first model."""
    torch.set_default_dtype(torch.float64)
    nn.functional.hardsigmoid = exact_hardsigmoid


def exact_hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """PyTorch 2.13 takes the slope of the gradient, 1/6, by way of float32."""
    return nn.functional.relu6(input + 3) / 6
