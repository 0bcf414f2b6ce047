"""Two programs of one network, timed in turns: `python -m neural.pace PLAN.json`, for `neural compile -O2`.

Each has a process of its own, for the number of threads is a process's. They take turns on the same random batches,
the order by chance, and wait without work while it is the other's.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from neural.parity import Plan, batches_of
from neural.worker.program import load_program

SIDES = ("changed", "plain")


def main(arguments: list[str]) -> int:
    if len(arguments) == 2 and arguments[1] in SIDES:
        return take_turns(read_plan(arguments[0]), arguments[1])
    if len(arguments) != 1:
        print("usage: python -m neural.pace PLAN.json", file=sys.stderr)
        return 2
    plan = read_plan(arguments[0])
    sides = {side: Side(arguments[0], side) for side in SIDES}
    try:
        seconds = measure(plan, sides)
    finally:
        for each in sides.values():
            each.end()
    Path(plan["output"]).write_text(json.dumps(seconds), encoding="utf-8")
    return 0


def read_plan(path: str) -> Plan:
    plan: Plan = json.loads(Path(path).read_text(encoding="utf-8"))
    return plan


def measure(plan: Plan, sides: dict[str, Side]) -> dict[str, list[float]]:
    """The seconds of both sides, turn by turn."""
    for each in sides.values():
        each.turn(1)  # what is compiled, allocated and tuned at first
    steps = max(1, math.ceil(plan["seconds"] / min(sides["plain"].turn(1) for _ in range(3))))
    for each in sides.values():
        each.turn(steps)
    order = random.Random(plan["seed"])
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(plan["pairs"]):
        for side in order.sample(SIDES, len(SIDES)):
            seconds[side].append(sides[side].turn(steps))
    return seconds


class Side:
    """A program in a process of its own."""

    def __init__(self, plan: str, side: str) -> None:
        command = [sys.executable, "-P", "-m", "neural.pace", plan, side]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self, steps: int) -> float:
        """The seconds of so many steps of training."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            print(steps, file=self.process.stdin, flush=True)
            return float(self.process.stdout.readline())
        except (BrokenPipeError, ValueError):
            sys.exit(self.process.wait() or 1)  # it has said why on standard error

    def end(self) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
            self.process.wait(timeout=10)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self.process.kill()


def take_turns(plan: Plan, side: str) -> int:
    """Trains as often as standard input says how many steps, and says how long it took."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    program: Any = load_program(Path(plan["programs"][SIDES.index(side)]))
    seed(plan)
    model = program.create_model()
    batches = batches_of(plan, lambda x: np.asarray(program.predict(model, x)))
    x, y = joined([batch[0] for batch in batches]), np.concatenate([batch[1] for batch in batches])
    trainer = program.create_trainer(model)
    rows = plan["batch_size"]
    for line in sys.stdin:
        whole, rest = divmod(int(line), len(batches))
        begin = time.perf_counter()
        if whole > 0:
            trainer.fit(x, y, epochs=whole, batch_size=rows)
        if rest > 0:
            trainer.fit(first(x, rest * rows), y[: rest * rows], epochs=1, batch_size=rows)
        print(time.perf_counter() - begin, file=answers, flush=True)
    return 0


def seed(plan: Plan) -> None:
    if plan["backend"] == "pytorch":
        import torch

        torch.manual_seed(plan["seed"])
    else:
        import keras

        keras.utils.set_random_seed(plan["seed"])


def joined(samples: list[Any]) -> Any:
    if isinstance(samples[0], dict):
        return {name: np.concatenate([each[name] for each in samples]) for name in samples[0]}
    return np.concatenate(samples)


def first(x: Any, rows: int) -> Any:
    return {name: each[:rows] for name, each in x.items()} if isinstance(x, dict) else x[:rows]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
