"""Runs replayed through the functions of wandb: with a stand-in that writes down its calls, and with the real ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from tracking.run_folders import put_run

RECORDER = """
import json
calls = open("calls.jsonl", "a")
def note(call, /, **arguments):
    print(json.dumps([call, arguments]), file=calls, flush=True)
def init(**arguments): note("init", **arguments)
def log(numbers, step): note("log", numbers=numbers, step=step)
def finish(): note("finish")
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    runs, folder = tmp_path / "runs", tmp_path / "replay"
    put_run(runs, "cnn", "0a1b2c3d", [0.5, None], group="g", params={"seed": "7"})
    put_run(runs, "cnn", "0a1b9999", [0.25], params={'"); import os; ("': "\u2028'''"})
    ended = run("runs", "export", "wandb", "--runs", str(runs), "-o", str(folder))
    assert ended.returncode == 0, ended.stderr
    assert f"python {folder}/replay.py" in ended.stdout
    return folder / "replay.py"


def replay(script: Path, *arguments: str, **variables: str) -> None:
    command = [sys.executable, str(script), *arguments]
    environment = os.environ | variables
    ended = subprocess.run(command, cwd=script.parent, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_calls_init_log_and_finish_for_each_run(script: Path, tmp_path: Path) -> None:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "wandb.py").write_text(RECORDER)
    replay(script, PYTHONPATH=str(tmp_path / "modules"))
    calls: list[Any] = [json.loads(line) for line in (script.parent / "calls.jsonl").open()]
    first = {"project": "cnn", "name": "20260202T024000Z-0a1b2c3d", "group": "g", "config": {"seed": "7"}}
    assert calls[0] == ["init", first]
    assert calls[1] == ["log", {"numbers": {"epoch": 1, "loss": 0.5, "test_accuracy": 0.5}, "step": 10}]
    assert str(calls[2][1]["numbers"]["loss"]) == "nan"
    assert [name for name, _ in calls] == ["init", "log", "log", "finish", "init", "log", "finish"]
    assert calls[4][1]["group"] is None and calls[4][1]["config"] == {'"); import os; ("': "\u2028'''"}


def test_the_script_passes_ruff(script: Path) -> None:
    for check in (
        ["check", "--select", "E,F,I,B,UP,N,RUF", "--line-length", "120"],
        ["format", "--check", "--line-length", "120"],
    ):
        ended = subprocess.run([sys.executable, "-m", "ruff", *check, str(script)], capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout


def test_wandb_keeps_them_offline(script: Path) -> None:
    pytest.importorskip("wandb", reason="`./dev tracking` installs wandb")
    replay(script, WANDB_MODE="offline", WANDB_SILENT="true")
    kept = b"".join(path.read_bytes() for path in sorted(script.parent.glob("wandb/offline-run-*/run-*.wandb")))
    for text in (b"20260202T024000Z-0a1b2c3d", b"20260202T024000Z-0a1b9999", b"test_accuracy", b"0.75"):
        assert text in kept


def test_trackio_keeps_them(script: Path, tmp_path: Path) -> None:
    pytest.importorskip("trackio", reason="`./dev tracking` installs Trackio")
    replay(script, "trackio", TRACKIO_DIR=str(tmp_path / "trackio"))
    read = (
        "import json; from trackio.sqlite_storage import SQLiteStorage as S; "
        "print(json.dumps(S.get_logs('cnn', '20260202T024000Z-0a1b9999')))"
    )
    environment = os.environ | {"TRACKIO_DIR": str(tmp_path / "trackio")}
    ended = subprocess.run([sys.executable, "-c", read], env=environment, capture_output=True, text=True, check=True)
    (row,) = json.loads(ended.stdout)
    assert (row["step"], row["loss"], row["test_accuracy"]) == (10, 0.25, 0.75)
