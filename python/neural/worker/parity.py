"""The parity task: what a program computes, step by step, written down so that two programs can be compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from neural.worker.backend import Trainer
from neural.worker.data import Split
from neural.worker.tasks import Run, finite, timed_fit
from neural.worker.weights import SCHEMA, Weights, describe, save_tensors, write_index


def create_alike(run: Run, initial: Weights) -> tuple[Any, Trainer]:
    """A new model with the same weights and without dropout, and a new trainer."""
    model = run.backend.create_model(run.program)
    run.backend.disable_dropout(model)
    run.backend.assign(model, initial)
    return model, run.backend.create_trainer(run.program, model)


def write_parity(run: Run) -> None:
    """Loss and gradients before the first step, losses and weights of single steps, weights after a whole loop."""
    plan, backend = run.plan.parity, run.backend
    assert plan is not None
    plan.folder.mkdir(parents=True, exist_ok=True)
    initial = backend.weights(run.model)
    run.memory.phase = "parity"
    loss, gradients = backend.gradients(run.model, *single_batch(run, 0))
    finite(loss, "the loss of the first batch")
    backend.assign(run.model, initial)  # a forward pass in training mode moves running statistics
    index: dict[str, Any] = {
        "schema": SCHEMA,
        "parameters": describe(initial.trainable),
        "step0_loss": loss,
        "gradients": save_tensors(plan.folder, "gradient", gradients),
    }
    seconds, trained = train_single_steps(run)
    index.update(trained)
    model, trainer = create_alike(run, initial)
    timed_fit(run, trainer, run.train.rows(0, run.plan.batch_size * 7 // 2), shuffle=False)
    index["loop_weights"] = save_tensors(plan.folder, "loop", backend.weights(model).trainable)
    write_index(plan.folder, index)
    run.events.emit("parity", folder=str(plan.folder), step_seconds=seconds)


def train_single_steps(run: Run) -> tuple[list[float], dict[str, Any]]:
    """The time of each step, which tells when a program has warmed up, and what training did."""
    plan = run.plan.parity
    assert plan is not None
    times, losses, weights = [], [], {}
    for step in range(1, plan.steps + 1):
        _, seconds, loss = timed_fit(run, run.trainer, Split(*single_batch(run, step - 1)), shuffle=False)
        times.append(seconds)
        losses.append(loss)
        if step in plan.weights_after:
            tensors = run.backend.weights(run.model).trainable
            weights[str(step)] = save_tensors(plan.folder, f"step{step}", tensors)
    return times, {"weights": weights, "losses": losses}


def single_batch(run: Run, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The batches in order; from the first again when the full ones are used up."""
    size = run.plan.batch_size
    begin = number % max(1, len(run.train) // size) * size
    split = run.train.rows(begin, begin + size)
    return split.x, split.y
