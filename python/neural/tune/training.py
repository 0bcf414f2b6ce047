"""The process that trains: takes jobs as JSON lines on its standard input, and answers on a descriptor of its own.

    {"program": "trial_3.py", "data": "data/mnist", "seed": 0, "probe": false}
    -> {"epoch": 1, "epochs": 5, "values": {"loss": 0.31, "accuracy": 0.91}}      and is told {"go": true}
    -> {"done": {…}, "research": ["research LeNet: accuracy 0.985 missed (0.91)"]}, or
       {"failed": "the loss is nan in epoch 2"}

A probe evaluates a few rows of an untrained model. The process ends when its standard input does, also in the middle of
an epoch: nobody is there to hear of it.
"""

from __future__ import annotations

import json
import math
import os
import queue
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from neural.worker.program import load_program

HELD_BACK = 0.1  # of the training data, where the program sets nothing apart
PROBE_ROWS = 8

Job = dict[str, Any]
Part = tuple[Any, np.ndarray]  # an array or a dictionary of arrays, and targets


class JobError(Exception):
    """The trial cannot be finished, for the reason given."""


class Line:
    """Both ways to the process that searches."""

    def __init__(self, descriptor: int) -> None:
        self.answers = os.fdopen(descriptor, "w", encoding="utf-8")
        self.jobs: queue.Queue[Job] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for text in sys.stdin:
            self.jobs.put(json.loads(text))
        os._exit(0)

    def receive(self) -> Job:
        return self.jobs.get()

    def send(self, **answer: Any) -> None:
        self.answers.write(json.dumps(answer) + "\n")
        self.answers.flush()


def main() -> int:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    line = Line(int(sys.argv[1]))
    while True:
        job = line.receive()
        try:
            line.send(**work(job, line))
        except JobError as error:
            line.send(failed=str(error))
        except SystemExit as error:  # how a program says that it finds no data
            line.send(failed=str(error))
        except Exception as error:
            line.send(failed=reason_of(error))


def reason_of(error: Exception) -> str:
    name = type(error).__name__
    if isinstance(error, MemoryError) or name in ("OutOfMemoryError", "ResourceExhaustedError"):
        return "out of memory"
    first = next(iter(str(error).strip().splitlines()), "")
    return f"{name}: {first}"[:300]


def work(job: Job, line: Line) -> dict[str, Any]:
    """The values at the end, and what they reach of the program's research blocks, where it has any."""
    program = load_program(Path(job["program"]))
    seed_everything(program, job["seed"])
    (x, y), _ = program.load_data(Path(job["data"]))  # what is for the test stays apart
    share = getattr(program, "VALIDATION_SPLIT", 0) or HELD_BACK
    kept = int(len(y) * (1 - share))
    if not 0 < kept < len(y):
        raise JobError(f"{len(y)} rows are too few to hold {share:.0%} of them back for validation")
    train, validation = rows((x, y), 0, kept), rows((x, y), kept, len(y))
    model = program.create_model()
    if job["probe"]:
        return {"done": program.evaluate(model, *rows(validation, 0, PROBE_ROWS))}
    values = train_epochs(program, model, train, validation, line)
    has_research = hasattr(program, "RESEARCH")
    return {"done": values, "research": program.compare_with_research(values) if has_research else []}


def train_epochs(program: ModuleType, model: Any, train: Part, validation: Part, line: Line) -> dict[str, float]:
    trainer = program.create_trainer(model)
    averages = hasattr(trainer, "use_averages")
    options = {"finish": False} if averages else {}  # another fit follows, all of them are one training
    values: dict[str, float] = {}
    for epoch in range(1, program.EPOCHS + 1):
        (loss,) = trainer.fit(*train, epochs=1, batch_size=program.BATCH_SIZE, **options)
        if averages and epoch == program.EPOCHS:
            trainer.use_averages()
        if not math.isfinite(loss):
            raise JobError(f"the loss is {loss} in epoch {epoch}")
        values = {name: float(value) for name, value in program.evaluate(model, *validation).items()}
        if not math.isfinite(values["loss"]):
            raise JobError(f"the validation loss is {values['loss']} in epoch {epoch}")
        line.send(epoch=epoch, epochs=program.EPOCHS, values=values)
        if not line.receive()["go"]:
            break
    return values


def rows(part: Part, begin: int, end: int) -> Part:
    x, y = part
    if isinstance(x, dict):
        return {name: array[begin:end] for name, array in x.items()}, y[begin:end]
    return x[begin:end], y[begin:end]


def seed_everything(program: ModuleType, seed: int) -> None:
    np.random.seed(seed)
    if program.BACKEND == "pytorch":
        import torch

        torch.manual_seed(seed)
    else:
        import keras

        keras.utils.clear_session()
        keras.utils.set_random_seed(seed)


if __name__ == "__main__":
    sys.exit(main())
