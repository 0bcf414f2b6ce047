"""`neural bench` with --shard, --dry-run and --json-lines, and `neural bench merge`, in real processes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from verdicts.sides import DECLARED, Bench, known_sides

from neural.benchmarks.process import find_executable


@pytest.fixture
def known(tmp_path: Path) -> Bench:
    bench = known_sides(tmp_path)
    for name in ("one", "two"):
        bench.add(name, DECLARED)
    return bench


def run(bench: Bench, *options: str, output: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = bench.command("--quick", "--epochs", "1", *options)
    command[command.index("--output") + 1] = str(output or bench.results)
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_dry_run_measures_nothing_and_knows_the_past(known: Bench, tmp_path: Path) -> None:
    history = ["--history", str(tmp_path / "history.db")]
    first = run(known, "--dry-run", *history)
    assert first.returncode == 0, first.stderr
    assert "one pytorch_native" in first.stdout and "not known" in first.stdout
    assert "known when it was measured once" in first.stdout
    assert not known.results.exists() and not (tmp_path / "history.db").exists()

    measured = run(known, "--shard", "1/2", *history)
    assert measured.returncode == 0, measured.stderr
    second = run(known, "--dry-run", *history)
    assert "and 1 cell never measured here" in second.stdout
    line = next(line for line in second.stdout.splitlines() if line.startswith("one "))
    assert " s" in line and "not known" not in line
    assert "16" in line, "two for parity, two full runs, six pairs"


def test_a_dry_run_of_a_whole_session_counts_the_pairs_of_equal_programs(known: Bench) -> None:
    command = known.command("--dry-run", "--no-history")
    planned = subprocess.run(command, capture_output=True, text=True, check=False)
    assert planned.returncode == 0, planned.stderr
    (line,) = (line for line in planned.stdout.splitlines() if line.startswith("equal programs"))
    assert line.split()[-3:] == ["8", "not", "known"]


def test_a_dry_run_tells_which_contenders_are_left_out(known: Bench) -> None:
    contender = known.folder / "benchmarks" / "one" / "lightning_native.py"
    contender.write_text('BACKEND = "lightning"\nLEVEL = "other"\nREFERENCE = "pytorch"\n', encoding="utf-8")
    Path(known.interpreter).write_text('#!/bin/sh\necho \'{"torch": "2.13.0"}\'\n', encoding="utf-8")
    planned = run(known, "--dry-run", "--contenders", "all")
    assert planned.returncode == 0, planned.stderr
    assert "`lightning_native` is left out: Lightning is not installed (`pip install lightning`)" in planned.stdout
    assert "one lightning_native" not in planned.stdout
    named = run(known, "--dry-run", "--models", "one", "--contenders", "lightning_native")
    assert "one lightning_native" in named.stdout, "which the session will say cannot be measured"


def test_parts_are_merged_into_a_whole(known: Bench, tmp_path: Path) -> None:
    parts = [tmp_path / "part_1", tmp_path / "part_2"]
    for number, part in enumerate(parts, start=1):
        measured = run(known, "--shard", f"{number}/2", output=part)
        assert measured.returncode == 0, measured.stderr
    command = [find_executable(), "bench", "merge", *parts, "--output", tmp_path / "whole", "--report"]
    merged = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert merged.returncode == 0, merged.stderr
    assert "one pytorch_native" in merged.stdout and "two pytorch_native" in merged.stdout
    document = json.loads((tmp_path / "whole" / "benchmark_results.json").read_text())
    assert [result["model"] for result in document["results"]] == ["one", "two"]
    assert [part["cells"] for part in document["environment"]["parts"]] == [
        ["one_pytorch_native"],
        ["two_pytorch_native"],
    ]
    report = (tmp_path / "whole" / "benchmark_report.md").read_text()
    assert report.count("Measured as a part of its own") == 2


@pytest.mark.parametrize("shard", ["0/2", "3/2", "2", "a/b", "1/2/3", "-1/2"])
def test_a_part_that_is_none_is_refused(known: Bench, shard: str) -> None:
    refused = run(known, f"--shard={shard}")
    assert refused.returncode == 2
    assert "is no part of a whole" in refused.stderr, refused.stderr
    assert not known.results.exists()


def test_events_as_json_lines(known: Bench) -> None:
    told = run(known, "--shard", "1/2", "--json-lines", "--no-progress")
    assert told.returncode == 0, told.stderr
    events = [json.loads(line) for line in told.stdout.splitlines()]
    names = [event["event"] for event in events]
    runs = names.count("run_finished")  # a pair during which the machine was busy is measured once more
    assert names.count("run_started") == runs >= 16 and runs % 2 == 0
    assert names[-2:] == ["cell_finished", "session_finished"]
    assert all("valid" in event for event in events if event["event"] == "run_finished")
    last_pair = [event for event in events if event["event"] == "run_started" and event["task"] == "pair"][-1]
    assert last_pair["pair"] == 6 and last_pair["ratio"] > 0
    assert Path(events[-1]["results"]).is_file()
