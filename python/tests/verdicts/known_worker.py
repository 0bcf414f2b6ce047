"""The worker with a framework whose cost is known: what `--python` runs in the tests of the verdicts.

All of the real worker runs except the framework, the program, and the arrays, which are zeros nobody reads. A step does
a fixed amount of arithmetic, so its time is as noisy as the machine. A contender says what it is by plain constants:
`COST` (steps cost that many times the usual), `LEARNING_RATE`, and `FAULT`, what befalls its run `FAULT_RUN`: once, as
a file beside the program then says that it did.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from neural.benchmarks.models import read_constants
from neural.worker import backend, data, run
from neural.worker.weights import Tensor, Weights

PARTS_OF_A_STEP = 20  # so that a cost of 1.1 is a whole number of parts
PARAMETERS = 101_770  # of simple_mlp
OPERAND = np.full((48, 48), 1 / 48, np.float32)


EVENTS = 3


def leave_half_a_line() -> None:
    os.write(EVENTS, b'{"event": "epoch", "ep')
    os._exit(0)


FAULTS: dict[str, Callable[[], object]] = {
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "hang": signal.pause,
    "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "partial line": leave_half_a_line,
    "garbage": lambda: os.write(EVENTS, bytes(range(256)) * 64),
    "quiet end": lambda: os._exit(0),
}


class KnownTrainer:
    def __init__(self, weights: np.ndarray, program: ModuleType, run: str) -> None:
        self.fault = program.FAULT if program.FAULT_RUN == run else ""
        self.befallen = program.PATH.with_suffix(".befallen")
        self.weights = weights
        self.parts = round(PARTS_OF_A_STEP * program.COST)
        self.rate = np.float32(program.LEARNING_RATE)
        self.taken = 0

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool) -> list[float]:
        if self.fault and not self.befallen.exists():
            self.befallen.touch()
            if self.fault == "nan":
                return [float("nan")] * epochs
            FAULTS[self.fault]()
        for _ in range(epochs):
            for _ in range(-(-len(x) // batch_size)):
                for _ in range(self.parts):
                    OPERAND @ OPERAND
                self.weights -= self.rate
                self.taken += 1
        return [1 / (1 + float(self.rate) * self.taken)] * epochs


class Known:
    """Of the methods of Backend, those a run needs."""

    def __init__(self, plan: Any) -> None:
        self.granted = plan.threads
        self.run = plan.run

    def set_threads(self, threads: int) -> None: ...

    def threads(self) -> dict[str, int]:
        return {"known": self.granted}

    def settings(self) -> dict[str, str]:
        return {}

    def seed(self, seed: int) -> None: ...

    def be_deterministic(self) -> None: ...

    def create_model(self, program: ModuleType) -> np.ndarray:
        return np.zeros(PARAMETERS, np.float32)

    def create_trainer(self, program: ModuleType, model: np.ndarray) -> KnownTrainer:
        return KnownTrainer(model, program, self.run)

    def evaluate(self, program: ModuleType, model: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
        return {"loss": 0.1, "accuracy": 0.9}

    def disable_dropout(self, model: np.ndarray) -> None: ...

    def count_parameters(self, model: np.ndarray) -> int:
        return PARAMETERS

    def weights(self, model: np.ndarray) -> Weights:
        return Weights([Tensor("weights", model.copy())], [])

    def assign(self, model: np.ndarray, weights: Weights) -> None:
        model[:] = weights.trainable[0].value

    def gradients(self, model: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, list[Tensor]]:
        return 1.0, [Tensor("weights", np.ones_like(model))]

    def synchronize(self) -> None: ...


def read_program(path: Path) -> Any:
    usual = {"COST": 1.0, "LEARNING_RATE": 0.001, "FAULT": "", "FAULT_RUN": ""}
    return SimpleNamespace(**usual | read_constants(path.read_text(encoding="utf-8")), PATH=path)


def zeros(folder: Path, split: str, rows: int | None, input_shape: tuple[int, ...]) -> data.Split | None:
    return data.Split(np.zeros((rows, 1)), np.zeros(rows)) if rows else None


if __name__ == "__main__":
    sys.argv = sys.argv[2:]  # without this file's own name and `-m`
    if sys.argv[0] == "neural.worker":
        backend.load_backend, run.load_program, data.load_split = Known, read_program, zeros  # type: ignore[assignment]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
