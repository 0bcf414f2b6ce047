"""The tasks of a worker; parity has a file of its own."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

from neural.worker.backend import Backend, Trainer
from neural.worker.data import Split
from neural.worker.events import Events
from neural.worker.memory import PhaseMemory
from neural.worker.plan import PairPlan, Plan, PlanError
from neural.worker.program import ContractError


@dataclass(frozen=True)
class Run:
    """Everything a task works with, built and loaded."""

    plan: Plan
    backend: Backend
    program: ModuleType
    model: Any
    trainer: Trainer
    train: Split
    test: Split | None
    events: Events
    memory: PhaseMemory

    def steps(self, rows: int) -> int:
        """The last batch of an epoch may be a partial one."""
        return math.ceil(rows / self.plan.batch_size)


def train_full(run: Run) -> None:
    """Epochs on all rows, each followed by an evaluation outside the clock of training."""
    assert run.test is not None
    total = 0.0
    for epoch in range(1, run.plan.epochs + 1):
        with run.memory.during("train"):
            _, seconds, loss = timed_fit(run, run.trainer, run.train, finish=epoch == run.plan.epochs)
        with run.memory.during("evaluate"):
            evaluation_seconds, result = timed_evaluation(run, run.test)
        total += seconds
        report_epoch(run, epoch, seconds, loss, result)
    run.events.emit("train_end", seconds=total)
    run.events.emit("evaluate_end", **result, rows=len(run.test), seconds=evaluation_seconds)


def train_for_memory(run: Run) -> None:
    """One epoch on all rows: a slice would hide copies of the data."""
    with run.memory.during("train"):
        _, seconds, loss = timed_fit(run, run.trainer, run.train)
    report_epoch(run, 1, seconds, loss, {"loss": None, "accuracy": None})
    run.events.emit("train_end", seconds=seconds)


def train_pair(run: Run) -> None:
    """A warm-up, then a short and a long slice, whose difference tells the time of a step from the fixed cost."""
    plan = run.plan.pair
    assert plan is not None
    slices = {kind: batches(run, steps) for kind, steps in (("short", plan.short_steps), ("long", plan.long_steps))}
    with run.memory.during("warmup"):
        warm_up(run, plan)
    total = 0.0
    with run.memory.during("train"):
        for kind, rows in slices.items():
            fit = timed_fit(run, run.trainer, rows)
            total += fit.seconds
            run.events.emit("slice", kind=kind, rows=len(rows), steps=run.steps(len(rows)), **fit._asdict())
    run.events.emit("train_end", seconds=total)


def warm_up(run: Run, plan: PairPlan) -> None:
    first = seconds = timed_fit(run, run.trainer, batches(run, 1)).seconds
    if plan.warmup_steps > 1:
        seconds += timed_fit(run, run.trainer, batches(run, plan.warmup_steps - 1)).seconds
    run.events.emit("warmup_end", first_step_seconds=first, seconds=seconds, steps=plan.warmup_steps)


def batches(run: Run, steps: int) -> Split:
    """The rows of the first `steps` batches; the last one may be partial."""
    if steps > run.steps(len(run.train)):
        raise PlanError(f"the plan asks for {steps} batches, the data has {run.steps(len(run.train))}")
    return run.train.rows(0, steps * run.plan.batch_size)


def report_epoch(run: Run, epoch: int, seconds: float, loss: float, test: dict[str, Any]) -> None:
    rows = len(run.train)
    run.events.emit(
        "epoch",
        epoch=epoch,
        rows=rows,
        steps=run.steps(rows),
        seconds=seconds,
        loss=loss,
        test_loss=test["loss"],
        test_accuracy=test["accuracy"],
    )


class Fit(NamedTuple):
    """A call of `fit` for one epoch."""

    begin: int  # on the monotonic clock, in nanoseconds
    seconds: float
    loss: float  # the mean of the epoch


def timed_fit(run: Run, trainer: Trainer, split: Split, *, shuffle: bool | None = None, finish: bool = True) -> Fit:
    """Train one epoch on a split. Reading the losses belongs to the work: they may be lazy.

    `finish` is False where the epoch is one of a longer training: weights that become their averages wait for its end.
    """
    plan = run.plan
    shuffle = plan.shuffle if shuffle is None else shuffle
    options: dict[str, Any] = {} if finish or not hasattr(trainer, "use_averages") else {"finish": False}
    run.backend.synchronize()
    begin = time.monotonic_ns()
    history = trainer.fit(split.x, split.y, epochs=1, batch_size=plan.batch_size, shuffle=shuffle, **options)
    losses = as_floats(history)
    run.backend.synchronize()
    seconds = (time.monotonic_ns() - begin) / 1e9
    if len(losses) != 1:
        raise ContractError(f"`fit` returned {len(losses)} losses for 1 epoch")
    return Fit(begin, seconds, finite(losses[0], "the loss of `fit`"))


def timed_evaluation(run: Run, split: Split) -> tuple[float, dict[str, Any]]:
    run.backend.synchronize()
    begin = time.monotonic_ns()
    result = run.backend.evaluate(run.program, run.model, split.x, split.y)
    run.backend.synchronize()
    seconds = (time.monotonic_ns() - begin) / 1e9
    if not isinstance(result, dict) or not {"loss", "accuracy"} <= result.keys():
        raise ContractError("`evaluate` has to return a dictionary with `loss` and `accuracy`")
    accuracy = result["accuracy"]
    return seconds, {
        "loss": finite(float(result["loss"]), "the loss of `evaluate`"),
        "accuracy": None if accuracy is None else finite(float(accuracy), "the accuracy of `evaluate`"),
    }


def as_floats(history: Any) -> list[float]:
    if not isinstance(history, Iterable):
        raise ContractError(f"`fit` returned a {type(history).__name__}, expected a list with a loss for each epoch")
    return [float(loss) for loss in history]


def finite(value: float, what: str) -> float:
    if not math.isfinite(value):
        raise ContractError(f"{what} is {value}")
    return value
