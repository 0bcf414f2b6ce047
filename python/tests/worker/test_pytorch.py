"""A worker with a small PyTorch program: what each task leaves behind, and what is said of a program that fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks
pytest.importorskip("torch")

PREPARATION = ["start", "import_end", "model_built", "data_ready", "environment"]
PARAMETERS = 16 * 8 + 8 + 8 * 3 + 3


def phases(ended: Any) -> list[str]:
    return [event["phase"] for event in ended.named("memory")]


def test_a_full_run_reports_every_epoch_and_learns(worker: Any, torch_program: str) -> None:
    ended = worker.run(worker.plan("full", worker.program(torch_program)))
    assert ended.status == 0, ended.log
    assert ended.names() == [*PREPARATION, *["epoch"] * 3, "train_end", "evaluate_end", *["memory"] * 5, "exit"]
    assert phases(ended) == ["import", "build", "data", "train", "evaluate"]
    assert ended.named("model_built")[0]["parameters"] == PARAMETERS
    epochs = ended.named("epoch")
    assert [(event["epoch"], event["rows"], event["steps"]) for event in epochs] == [(n, 60, 8) for n in (1, 2, 3)]
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    (train_end,), (evaluate_end,) = ended.named("train_end"), ended.named("evaluate_end")
    assert train_end["seconds"] == pytest.approx(sum(event["seconds"] for event in epochs))
    assert (evaluate_end["accuracy"], evaluate_end["rows"]) == (epochs[-1]["test_accuracy"], 20)
    (environment,) = ended.named("environment")
    assert environment["threads"] == {"intra_op": 1, "inter_op": 1}
    assert environment["variables"]["OMP_NUM_THREADS"] == "1"


def test_the_sides_are_treated_alike(worker: Any, torch_program: str) -> None:
    program = worker.program(torch_program)
    curves = []
    for side in ("neural", "native"):
        ended = worker.run(worker.plan("full", program, side=side))
        curves.append([(event["loss"], event["test_loss"], event["test_accuracy"]) for event in ended.named("epoch")])
    assert curves[0] == curves[1]


def test_a_pair_reports_warm_up_and_two_slices(worker: Any, torch_program: str) -> None:
    ended = worker.run(worker.plan("pair", worker.program(torch_program)))
    assert ended.status == 0, ended.log
    assert ended.names() == [*PREPARATION, "warmup_end", "slice", "slice", "train_end", *["memory"] * 5, "exit"]
    assert phases(ended) == ["import", "build", "data", "warmup", "train"]
    (warmup,) = ended.named("warmup_end")
    assert warmup["steps"] == 3 and 0 < warmup["first_step_seconds"] < warmup["seconds"]
    slices = [(event["kind"], event["rows"], event["steps"]) for event in ended.named("slice")]
    assert slices == [("short", 16, 2), ("long", 48, 6)]


def test_a_slice_longer_than_the_data_is_an_unusable_plan(worker: Any, torch_program: str) -> None:
    steps = {"warmup_steps": 3, "short_steps": 2, "long_steps": 9}
    ended = worker.run(worker.plan("pair", worker.program(torch_program), pair=steps))
    assert ended.status == 2
    assert "asks for 9 batches, the data has 8" in ended.error()["message"]


def test_a_memory_run_is_one_epoch_without_evaluation(worker: Any, torch_program: str) -> None:
    ended = worker.run(worker.plan("memory", worker.program(torch_program)))
    assert ended.names() == [*PREPARATION, "epoch", "train_end", *["memory"] * 4, "exit"]
    (epoch,) = ended.named("epoch")
    assert epoch["rows"] == 60 and epoch["test_loss"] is None
    assert ended.named("data_ready")[0]["test_rows"] == 0


def test_parity_of_a_program_with_itself_is_exact(worker: Any, torch_program: str, tmp_path: Path) -> None:
    program, weights = worker.program(torch_program), tmp_path / "weights"
    indexes = []
    for side, use in (("neural", "save"), ("native", "load")):
        parity = {"folder": str(tmp_path / side), "steps": 12, "weights_after": [1, 10]}
        given = {"load": None, "save": None, use: str(weights)}
        ended = worker.run(worker.plan("parity", program, side=side, parity=parity, weights=given, seed=len(side)))
        assert ended.status == 0, ended.log
        assert ended.names() == [*PREPARATION, "parity", *["memory"] * 3, "exit"]
        indexes.append(json.loads((tmp_path / side / "index.json").read_text()))
    ours, theirs = indexes
    assert ours == theirs
    assert [parameter["shape"] for parameter in ours["parameters"]] == [[8, 16], [8], [3, 8], [3]]
    assert len(ours["losses"]) == 12 and sorted(ours["weights"]) == ["1", "10"]
    files = ours["gradients"] + ours["weights"]["10"] + ours["loop_weights"]
    for file in files:
        left, right = (np.load(tmp_path / side / file) for side in ("neural", "native"))
        assert left.dtype == np.float32 and np.array_equal(left, right)


def test_parity_files_hold_what_a_plain_loop_computes(worker: Any, torch_program: str, tmp_path: Path) -> None:
    import torch
    from torch import nn

    worker.run(
        worker.plan("parity", worker.program(torch_program), weights={"load": None, "save": str(tmp_path / "w")})
    )
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))
    for index, parameter in enumerate(model.parameters()):
        parameter.data = torch.from_numpy(np.load(tmp_path / "w" / f"parameter_{index:03}.npy"))
    x = torch.from_numpy(np.load(worker.data / "x_train.npy").astype(np.float32) / np.float32(255))
    y = torch.from_numpy(np.load(worker.data / "y_train.npy").astype(np.int64))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-7)
    index = json.loads((tmp_path / "parity" / "index.json").read_text())
    for step in range(12):
        rows = slice(step % 7 * 8, step % 7 * 8 + 8)  # 60 rows are 7 full batches
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        if step == 0:
            gradient = np.load(tmp_path / "parity" / index["gradients"][0])
            assert index["step0_loss"] == pytest.approx(loss.item(), rel=1e-6)
            np.testing.assert_allclose(gradient, model[1].weight.grad, rtol=1e-4, atol=1e-7)
        assert index["losses"][step] == pytest.approx(loss.item(), rel=1e-4)
        optimizer.step()
        if step + 1 == 10:
            weights = np.load(tmp_path / "parity" / index["weights"]["10"][0])
            np.testing.assert_allclose(weights, model[1].weight.detach(), rtol=1e-3, atol=1e-5)


def test_parity_leaves_running_statistics_as_training_finds_them(worker: Any, tmp_path: Path) -> None:
    program = """
    from torch import nn

    class Net(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Flatten(), nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3))
    """
    ended = worker.run(
        worker.plan("parity", worker.program(program), weights={"load": None, "save": str(tmp_path / "w")})
    )
    assert ended.status == 0, ended.log
    index = json.loads((tmp_path / "w" / "index.json").read_text())
    assert [entry["shape"] for entry in index["state"]] == [[8], [8]]
    assert ended.named("model_built")[0]["parameters"] == 16 * 8 + 8 + 4 * 8 + 8 * 3 + 3
    losses = json.loads((tmp_path / "parity" / "index.json").read_text())
    assert losses["step0_loss"] == pytest.approx(losses["losses"][0], rel=1e-6)


@pytest.mark.parametrize(
    ("call", "statement", "kind", "message"),
    [
        (3, "raise RuntimeError('three')", "RuntimeError", "three"),
        (2, "return [float('nan')]", "ContractError", "the loss of `fit` is nan"),
        (1, "return [1.0, 2.0]", "ContractError", "`fit` returned 2 losses for 1 epoch"),
        (1, "return None", "ContractError", "`fit` returned a NoneType, expected a list"),
    ],
)
def test_a_failure_in_training_names_what_and_where(
    worker: Any, failing_program: Any, call: int, statement: str, kind: str, message: str
) -> None:
    text = failing_program(call, statement)
    program = worker.program(text)
    ended = worker.run(worker.plan("full", program))
    error = ended.error()
    assert ended.status == 1 and ended.events[-1]["status"] == 1
    assert len(ended.named("epoch")) == call - 1
    assert (error["phase"], error["type"]) == ("train", kind) and message in error["message"]
    if kind == "RuntimeError":
        line = text.splitlines().index("            " + statement) + 1
        assert (error["file"], error["line"]) == (str(program), line)
        assert "Traceback" in ended.log


def test_threads_taken_in_training_are_found(worker: Any, failing_program: Any) -> None:
    program = worker.program(failing_program(2, "torch.set_num_threads(2)"))
    ended = worker.run(worker.plan("full", program))
    assert ended.status == 1 and "to 2 threads, 1 are granted" in ended.error()["message"]


@pytest.mark.parametrize(
    ("text", "phase", "kind", "line"),
    [
        ("import torch\ndef create_model(:\n", "import", "SyntaxError", 2),
        ("import torch\nimport sys\n\nsys.exit(0)\n", "import", "SystemExit", 4),
        ("import torch\n", "build", "ContractError", None),
        ("def create_model():\n    return 1\n", "build", "ContractError", None),
        (
            "import torch\ntorch.set_num_threads(2)\ncreate_model = lambda: torch.nn.Linear(1, 1)\n",
            "data",
            "ContractError",
            None,
        ),
    ],
)
def test_a_failure_before_training_names_what_and_where(
    worker: Any, text: str, phase: str, kind: str, line: int | None
) -> None:
    ended = worker.run(worker.plan("memory", worker.program(text)))
    error = ended.error()
    assert (ended.status, error["phase"], error["type"], error["line"]) == (1, phase, kind, line)
    assert not ended.named("epoch")
