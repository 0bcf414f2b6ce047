"""What is wrong with a plan is said before anything is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neural.worker.plan import PlanError, read_plan


def write(folder: Path, plan: Any) -> Path:
    path = folder / "given.json"
    path.write_text(json.dumps(plan))
    return path


@pytest.fixture
def plan(worker: Any, tmp_path: Path) -> dict[str, Any]:
    return worker.plan("pair", tmp_path / "program.py")


def test_a_whole_plan_is_read(plan: dict[str, Any], tmp_path: Path) -> None:
    read = read_plan(write(tmp_path, plan))
    assert (read.task, read.threads, read.input_shape) == ("pair", 1, (4, 4, 1))
    assert read.loss.parameters == {"reduction": "mean"}
    assert read.pair is not None and read.pair.long_steps == 6
    assert read.parity is None


@pytest.mark.parametrize("key", ["schema", "seed", "data", "weights", "pair", "parity", "shuffle"])
def test_a_missing_key_is_named(plan: dict[str, Any], tmp_path: Path, key: str) -> None:
    del plan[key]
    with pytest.raises(PlanError, match=f"`{key}`"):
        read_plan(write(tmp_path, plan))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("schema", 2, "schema 2, this worker reads schema 1"),
        ("task", "train", "`task` is `train`, not one of parity, full, pair, memory"),
        ("threads", True, "`threads` is true, not an integer of at least 1"),
        ("threads", 0, "`threads` is 0, not an integer of at least 1"),
        ("program", "program.py", "`program` is `program.py`, not an absolute path"),
        ("input_shape", [4, -1], "`input_shape` is a list, not a list of positive integers"),
        ("shuffle", 1, "`shuffle` is 1, not true or false"),
        ("pair", None, "`pair` must not be null for this task"),
        ("parity", {"folder": "/x"}, "`parity` must be null for this task"),
        ("pair", {"warmup_steps": 1, "short_steps": 5, "long_steps": 5}, "not less than long_steps"),
        ("data", {"folder": "/x", "train_rows": 0, "test_rows": 0}, "`data.train_rows` is 0, not an integer"),
        ("data", {"folder": "/x", "train_rows": 1, "test_rows": 0, "rows": 1}, "an unknown key `data.rows`"),
        ("epoch", 1, "an unknown key `epoch`"),
    ],
)
def test_a_wrong_value_is_refused(plan: dict[str, Any], tmp_path: Path, key: str, value: Any, message: str) -> None:
    plan[key] = value
    with pytest.raises(PlanError) as error:
        read_plan(write(tmp_path, plan))
    assert message in str(error.value)


def test_a_full_run_needs_test_rows(worker: Any, tmp_path: Path) -> None:
    plan = worker.plan("full", tmp_path / "program.py")
    plan["data"]["test_rows"] = 0
    with pytest.raises(PlanError, match="test_rows"):
        read_plan(write(tmp_path, plan))


def test_a_plan_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(PlanError, match="cannot read the plan"):
        read_plan(tmp_path / "plan.json")


def test_an_unusable_plan_ends_with_status_2_and_an_event(worker: Any, plan: dict[str, Any]) -> None:
    del plan["seed"]
    ended = worker.run(plan)
    assert (ended.status, ended.names()) == (2, ["start", "error", "exit"])
    assert ended.error()["phase"] == "plan"
    assert "`seed`" in ended.error()["message"]


def run_module(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "neural.worker", *arguments], capture_output=True, text=True)


def test_without_a_descriptor_for_events_the_usage_is_shown(tmp_path: Path) -> None:
    result = run_module(str(tmp_path / "plan.json"))
    assert result.returncode == 2
    assert "descriptor 3 is not open" in result.stderr and "usage:" in result.stderr


def test_versions_are_told_without_importing_a_framework() -> None:
    result = run_module("--versions")
    versions = json.loads(result.stdout)
    assert list(versions) == ["python", "numpy", "torch", "tensorflow", "keras", "lightning", "jax", "optax"]
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    check = "import sys, neural.worker.__main__ as m; m.main(['--versions']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout.split()
    assert "neural.worker" in loaded
    assert not {"torch", "tensorflow", "keras", "numpy"} & set(loaded)
