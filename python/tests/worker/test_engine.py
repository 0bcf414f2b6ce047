"""`neural worker`: the engine's worker leaves behind what those in Python do, and what it computes is what they do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural.benchmarks.process import find_executable

NETWORK = """network Small {
  input: (4, 4, 1)
  layers:
    Conv2D(6, 3, activation="relu")
    MaxPooling2D(2)
    Flatten()
    Dense(8, activation="relu")
    Dropout(0.5)
    Output(3, activation="softmax")
  loss: "sparse_categorical_crossentropy"
  optimizer: Adam(learning_rate=0.01, epsilon=1e-7)
  train { dataset: "mnist" epochs: 3 batch_size: 8 seed: 7 }
}
"""
# The same by hand. Its classes come as bytes.
TORCH = """
import torch
from torch import nn


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 3)
        self.hidden = nn.Linear(6, 8)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(8, 3)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv(x.permute(0, 3, 1, 2))), 2).flatten(1)
        return self.output(self.dropout(torch.relu(self.hidden(x))))
"""
PREPARATION = ["start", "import_end", "model_built", "data_ready", "environment"]
PARAMETERS = 6 * 9 + 6 + 6 * 8 + 8 + 8 * 3 + 3


def run_engine(worker: Any, task: str, *, network: str = NETWORK, **changes: Any) -> Any:
    program = worker.folder / "small.neural"
    program.write_text(network, encoding="utf-8")
    plan = worker.plan(task, program, **{"backend": "engine", "layout": "pytorch", **changes})
    return worker.run(plan, command=(str(find_executable()), "worker"))


def test_a_full_run_reports_every_epoch_and_learns(worker: Any) -> None:
    ended = run_engine(worker, "full", epochs=30)
    assert ended.status == 0, ended.log
    assert ended.names() == [*PREPARATION, *["epoch"] * 30, "train_end", "evaluate_end", *["memory"] * 5, "exit"]
    assert [event["phase"] for event in ended.named("memory")] == ["import", "build", "data", "train", "evaluate"]
    assert ended.named("model_built")[0]["parameters"] == PARAMETERS
    epochs = ended.named("epoch")
    assert [(event["epoch"], event["rows"], event["steps"]) for event in epochs[:2]] == [(1, 60, 8), (2, 60, 8)]
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    (end,) = ended.named("evaluate_end")
    assert (end["accuracy"], end["rows"]) == (epochs[-1]["test_accuracy"], 20)
    assert end["accuracy"] > 0.9
    assert ended.named("environment")[0]["threads"] == {"engine": 1}


def test_pairs_and_memory_runs(worker: Any) -> None:
    pair = run_engine(worker, "pair")
    assert pair.names() == [*PREPARATION, "warmup_end", "slice", "slice", "train_end", *["memory"] * 5, "exit"], (
        pair.log
    )
    slices = [(event["kind"], event["rows"], event["steps"]) for event in pair.named("slice")]
    assert slices == [("short", 16, 2), ("long", 48, 6)]
    memory = run_engine(worker, "memory", data={"folder": str(worker.data), "train_rows": 20, "test_rows": 0})
    assert memory.names() == [*PREPARATION, "epoch", "train_end", *["memory"] * 4, "exit"]
    (epoch,) = memory.named("epoch")
    assert (epoch["rows"], epoch["steps"], epoch["test_loss"]) == (20, 3, None)


def test_what_fails_is_an_error_event(worker: Any) -> None:
    cases = [
        (
            "pair",
            {"pair": {"warmup_steps": 3, "short_steps": 2, "long_steps": 9}},
            "asks for 9 batches, the data has 8",
        ),
        ("full", {"network": NETWORK.replace("Dense(8", "Dense(-8")}, "has errors"),
        ("full", {"data": {"folder": "/nowhere", "train_rows": None, "test_rows": None}}, "/nowhere"),
        ("memory", {"weights": {"load": "/nowhere", "save": None}}, "/nowhere"),
        ("full", {"network": NETWORK.replace("0.01", "1e30")}, "the loss of step"),
    ]
    for task, changes, message in cases:
        ended = run_engine(worker, task, **changes)
        assert ended.status == 1, ended.log
        assert message in ended.error()["message"]
        assert ended.events[-1] == {**ended.events[-1], "event": "exit", "status": 1}


def test_a_plan_that_is_none_says_so(worker: Any) -> None:
    ended = worker.run({"schema": 1}, command=(str(find_executable()), "worker"))
    assert ended.status == 2
    assert "the plan" in ended.log


@pytest.mark.frameworks
def test_it_computes_what_a_program_in_pytorch_does(worker: Any, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    weights = tmp_path / "weights"
    folders = [tmp_path / side for side in ("ours", "theirs")]
    parity = [{"folder": str(folder), "steps": 12, "weights_after": [1, 10]} for folder in folders]
    ours = run_engine(worker, "parity", parity=parity[0], weights={"load": None, "save": str(weights)})
    assert ours.status == 0, ours.log
    assert len(ours.named("parity")[0]["step_seconds"]) == 12
    given = {"load": str(weights), "save": None}
    theirs = worker.run(worker.plan("parity", worker.program(TORCH), parity=parity[1], weights=given, side="native"))
    assert theirs.status == 0, theirs.log
    one, other = (json.loads((folder / "index.json").read_text()) for folder in folders)
    assert [p["shape"] for p in one["parameters"]] == [p["shape"] for p in other["parameters"]]
    assert one["step0_loss"] == pytest.approx(other["step0_loss"], rel=1e-5)
    assert one["losses"] == pytest.approx(other["losses"], rel=1e-4)
    for files in (
        lambda i: i["gradients"],
        lambda i: i["weights"]["1"],
        lambda i: i["weights"]["10"],
        lambda i: i["loop_weights"],
    ):
        for own, their in zip(files(one), files(other), strict=True):
            np.testing.assert_allclose(np.load(folders[0] / own), np.load(folders[1] / their), rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("layout", ["pytorch", "tensorflow"])
def test_weights_that_were_saved_are_those_it_begins_with(worker: Any, tmp_path: Path, layout: str) -> None:
    saved = tmp_path / "weights"
    again = tmp_path / "again"
    assert run_engine(worker, "memory", layout=layout, weights={"load": None, "save": str(saved)}).status == 0
    ended = run_engine(worker, "memory", layout=layout, seed=8, weights={"load": str(saved), "save": str(again)})
    assert ended.status == 0, ended.log
    index = json.loads((saved / "index.json").read_text())
    assert index["files"] == [f"parameter_{number:03}.npy" for number in range(6)]
    for file in index["files"]:
        np.testing.assert_array_equal(np.load(saved / file), np.load(again / file))
