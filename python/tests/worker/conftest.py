"""Workers for the tests: plans over a tiny data set, run in processes of their own."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural.benchmarks.process import spawn, wait

TRAIN_ROWS, TEST_ROWS, CLASSES = 60, 20, 3

TORCH_PROGRAM = """
import torch
from torch import nn


def create_model():
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))
"""

# A trainer that fails or misbehaves where a test says so: in the call of `fit` with this number.
FAILING_TRAINER = """

class Trainer:
    calls = 0

    def fit(self, x, y, *, epochs, batch_size, shuffle):
        Trainer.calls += 1
        if Trainer.calls == {call}:
            {statement}
        return [1.0]


def create_trainer(model):
    return Trainer()


def evaluate(model, x, y):
    return {{"loss": 1.0, "accuracy": 0.5}}
"""


@dataclass
class Ended:
    status: int
    events: list[dict[str, Any]]
    log: str

    def named(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]

    def names(self) -> list[str]:
        return [event["event"] for event in self.events]

    def error(self) -> dict[str, Any]:
        (error,) = self.named("error")
        return error


class Worker:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir()
        generator = np.random.default_rng(0)
        for split, rows in (("train", TRAIN_ROWS), ("test", TEST_ROWS)):
            y = generator.integers(0, CLASSES, rows)
            x = generator.integers(0, 100, (rows, 4, 4)) + 70 * y[:, None, None]
            np.save(self.data / f"x_{split}.npy", x.astype(np.uint8))
            np.save(self.data / f"y_{split}.npy", y.astype(np.uint8))

    def program(self, text: str) -> Path:
        path = self.folder / "program.py"
        path.write_text(textwrap.dedent(text))
        return path

    def plan(self, task: str, program: Path, **changes: Any) -> dict[str, Any]:
        plan: dict[str, Any] = {
            "schema": 1,
            "run": "test",
            "task": task,
            "side": "neural",
            "backend": "pytorch",
            "program": str(program),
            "profile": "controlled",
            "threads": 1,
            "seed": 7,
            "data": {"folder": str(self.data), "train_rows": None, "test_rows": None if task == "full" else 0},
            "input_shape": [4, 4, 1],
            "batch_size": 8,
            "epochs": 3,
            "shuffle": True,
            "loss": {"name": "sparse_categorical_crossentropy", "reduction": "mean"},
            "optimizer": {"name": "Adam", "learning_rate": 0.01, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
            "weights": {"load": None, "save": None},
            "parity": {"folder": str(self.folder / "parity"), "steps": 12, "weights_after": [1, 10]},
            "pair": {"warmup_steps": 3, "short_steps": 2, "long_steps": 6},
        }
        plan |= {key: None for key in ("parity", "pair") if key != task}
        return {**plan, **changes}

    def run(
        self, plan: dict[str, Any], *, command: tuple[str, ...] = (sys.executable, "-P", "-m", "neural.worker")
    ) -> Ended:
        """The log holds standard output and error."""
        path, events, log = (self.folder / name for name in ("plan.json", "events.jsonl", "log.txt"))
        path.write_text(json.dumps(plan))
        status = wait(spawn([*command, str(path)], events, log))
        return Ended(status, [json.loads(line) for line in events.read_text().splitlines()], log.read_text())


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path)


@pytest.fixture
def torch_program() -> str:
    return TORCH_PROGRAM


@pytest.fixture
def failing_program() -> Any:
    return lambda call, statement: TORCH_PROGRAM + FAILING_TRAINER.format(call=call, statement=statement)
