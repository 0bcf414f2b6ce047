"""What the declared loss says, read alike for every framework."""

from __future__ import annotations

from neural.worker.plan import Declared
from neural.worker.program import ContractError

# What the language calls a reduction, in the words both frameworks know.
REDUCTIONS = {"mean": "mean", "sum_over_batch_size": "mean", "auto": "mean", "sum": "sum"}


def reduction_of(loss: Declared) -> str:
    name = loss.parameters.get("reduction", "mean")
    if name not in REDUCTIONS:
        raise ContractError(f"a loss with the reduction `{name}` is no number to train by")
    return REDUCTIONS[name]
