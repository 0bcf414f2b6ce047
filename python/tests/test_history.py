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
