"""`neural bench` remembers what it measured, run by run, whatever ends it."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from verdicts.sides import DECLARED, Bench, known_sides

from neural.benchmarks.process import find_executable


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    sides = known_sides(tmp_path)
    sides.add("alike", DECLARED)
    return sides


def history(path: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [find_executable(), "history", *arguments, "--history", path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def sessions(path: Path) -> list[dict[str, Any]]:
    listed = history(path, "list", "--json")
    return json.loads(listed.stdout) if listed.returncode == 0 else []


def test_a_killed_session_is_there_up_to_its_last_run_and_goes_on(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    options = ("--quick", "--epochs", "1", "--history", path)
    command = bench.command(*options)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as killed:
        assert killed.stderr and any("pair 2" in line for line in killed.stderr), "it ended before that"
        killed.send_signal(signal.SIGKILL)
    finished = len(list(bench.results.glob("raw/*/*/outcome.json")))
    (kept,) = sessions(path)
    assert not kept["finished"] and finished - 1 <= kept["runs"] <= finished
    assert "session 1 is not finished" in history(path, "show", "1").stderr

    bench.run(*options, "--resume")
    (kept,) = sessions(path)
    assert kept["finished"] and kept["id"] == 1
    assert kept["runs"] == len(list(bench.results.glob("raw/*/**/outcome.json")))
    document = (bench.results / "benchmark_results.json").read_text()
    assert history(path, "show", "1", "--json").stdout == document
    ratio = json.loads(document)["results"][0]["comparison"]["training_time"]["ratio"]
    assert [each["ratio"] for each in kept["verdicts"] if each["metric"] == "training_time"] == [ratio]

    compared = json.loads(history(path, "compare", "1", "1", "--json").stdout)
    assert [each["ratio"] for each in compared] == [1.0, 1.0] and compared[0]["before"] == ratio

    (series,) = (each for each in json.loads(history(path, "trend", "--json").stdout) if each["metric"] != "memory")
    assert [(each["session"], each["ratio"]) for each in series["points"]] == [(1, ratio)]

    # A history that knows nothing of it gets the same from the folder, and from the lines of the first.
    assert history(tmp_path / "folder.db", "import", bench.results).returncode == 0
    lines = tmp_path / "lines.jsonl"
    assert history(path, "export", "-o", lines).returncode == 0
    assert history(tmp_path / "lines.db", "import", lines).returncode == 0
    exported = [history(tmp_path / f"{name}.db", "export").stdout for name in ("folder", "lines")]
    assert exported == [lines.read_text()] * 2


def test_a_history_that_cannot_be_written_stops_no_measurement(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 100)
    command = bench.command("--quick", "--epochs", "1", "--history", path)
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0
    assert ended.stderr.count(f"the history has no more of this session: `{path}` is no SQLite database") == 1
    assert "history: session" not in ended.stdout
    assert path.read_text() == "not a database" * 100


def session_line(day: int, ratio: float) -> str:
    """A session of January as `neural history export` writes it, of one cell whose steps have this ratio."""
    started = f"2026-01-{day:02}T12:00:00Z"
    protocol = {"started_utc": started, "finished_utc": started, "seed": day}
    comparison = {"neural": 2 * ratio, "native": 2, "ratio": ratio, "verdict": "EQUIVALENT"}
    result = {
        "model": "cnn",
        "backend": "pytorch",
        "contender": "pytorch_native",
        "neural": {"import_time": 1.5, "step_time": 0.002 * ratio},
        "native": {"import_time": 1.5, "step_time": 0.002},
        "comparison": {"training_time": comparison},
    }
    line = {
        "kind": "session",
        "key": str(day),
        "session": {"schema": 1, "protocol": protocol, "cells": [{"cell": "cnn_pytorch_native"}]},
        "environment": {"cpu": {"model": "Example"}},
        "results": {"protocol": protocol, "results": [result]},
    }
    return json.dumps(line) + "\n"


def test_a_change_for_the_worse_is_an_alert_until_it_is_acknowledged(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    levels = [(1.0 if day < 12 else 1.04) + 0.001 * (day % 3) for day in range(1, 25)]
    lines.write_text("".join(session_line(day, level) for day, level in enumerate(levels, 1)))
    path = tmp_path / "history.db"
    assert history(path, "import", lines).returncode == 0

    told = history(path, "trend", "--check")
    assert told.returncode == 1
    assert "at session 12 of 2026-01-12T12:00:00Z" in told.stdout
    assert "    steps       1.001 before, 1.041 since; neural +4.0 %, native +0.0 %\n" in told.stdout
    assert "    import      1.000 before, 1.000 since; neural +0.0 %, native +0.0 %\n" in told.stdout
    assert "`neural history acknowledge 12 --reason TEXT` accepts it" in told.stdout
    assert history(path, "trend").returncode == 0

    for wrong, message in (
        (("12",), "why the change is accepted is not said"),
        (("12", "--reason", " "), "why the change is accepted is not said"),
        (("12", "--reason", "why", "--undo"), "why the change is accepted is not said"),
        (("13", "--reason", "why"), "no change begins at session 13"),
        (("99", "--reason", "why"), "has no session 99"),
    ):
        refused = history(path, "acknowledge", *wrong)
        assert (refused.returncode, message in refused.stderr) == (2, True), refused.stderr
    assert history(path, "trend", "--check").returncode == 1

    assert history(path, "acknowledge", "12", "--reason", "sums in float64").returncode == 0
    told = history(path, "trend", "--check")
    assert told.returncode == 0
    assert "    acknowledged: sums in float64\n" in told.stdout
    (series,) = json.loads(history(path, "trend", "--json").stdout)
    assert (series["changes"][0]["state"], series["changes"][0]["reason"]) == ("acknowledged", "sums in float64")

    assert history(path, "acknowledge", "12", "--undo").returncode == 0
    assert history(path, "trend", "--check").returncode == 1
