"""The whole of `neural bench gate`, in real processes, against builds whose programs are of known cost."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from verdicts.sides import DECLARED, Bench, known_sides

from neural.benchmarks.process import find_executable


@pytest.fixture
def known(tmp_path: Path) -> Bench:
    bench = known_sides(tmp_path)
    bench.add("example", DECLARED)
    return bench


def build_of_cost(folder: Path, cost: float) -> Path:
    """Another `neural`, whose programs take so many times as long as ours."""
    build = folder / f"neural_{cost}"
    # neural compile SOURCE --backend BACKEND -o PROGRAM
    build.write_text(f'#!/bin/sh\n{shlex.quote(str(find_executable()))} "$@" && echo "COST = {cost}" >> "$6"\n')
    build.chmod(0o755)
    return build


def outcomes(gate: subprocess.CompletedProcess[str]) -> dict[str, str]:
    report = json.loads(gate.stdout)
    return {"all": report["outcome"]} | {finding["metric"]: finding["outcome"] for finding in report["findings"]}


def test_a_build_that_makes_slower_programs_is_stopped(known: Bench, tmp_path: Path) -> None:
    """Ours take ten times as long as the baseline's: no noise hides that."""
    gate = known.gate(build_of_cost(tmp_path, 0.1), "--quick", "--epochs", "1")
    assert gate.returncode == 1, gate.stderr
    assert outcomes(gate) | {"compile_time": ""} == {
        "all": "regression",
        "training_time": "regression",
        "memory": "none",
        "compile_time": "",
    }
    assert "measuring them once more" in gate.stderr
    assert (tmp_path / "gate" / "second" / "benchmark_report.md").is_file()


def test_a_build_that_makes_faster_programs_passes(known: Bench, tmp_path: Path) -> None:
    gate = known.gate(build_of_cost(tmp_path, 2.0), "--quick", "--epochs", "1")
    assert gate.returncode == 0, gate.stderr
    assert outcomes(gate)["training_time"] == "none"
    assert not (tmp_path / "gate" / "second").exists()


def test_a_gate_that_was_stopped_goes_on(known: Bench, tmp_path: Path) -> None:
    """What was measured is not measured again."""
    build = build_of_cost(tmp_path, 2.0)
    assert known.gate(build, "--quick", "--epochs", "1").returncode == 0
    runs = tmp_path / "gate" / "first" / "raw" / "example_pytorch_baseline"
    before = {path: path.stat().st_mtime_ns for path in runs.glob("*/outcome.json")}
    assert len(before) > 10
    session = tmp_path / "gate" / "first" / "session.json"
    state = json.loads(session.read_text())
    state["protocol"]["finished_utc"] = ""
    session.write_text(json.dumps(state, indent=2))
    (runs / "pair_06_1_neural" / "outcome.json").unlink()
    refused = known.gate(build, "--quick", "--epochs", "1")
    assert refused.returncode == 2 and "--resume" in refused.stderr
    assert known.gate(build, "--quick", "--epochs", "1", "--resume").returncode == 0
    after = {path: path.stat().st_mtime_ns for path in before if path.exists()}
    kept = [path for path in after if after[path] == before[path]]
    assert len(kept) >= len(before) - 2, "only the pair that was half finished is measured anew"


def test_nothing_to_compare_is_no_success(known: Bench, tmp_path: Path) -> None:
    """A session of another network: every cell is there, none can be compared."""
    known.run("--quick", "--epochs", "1")
    source = tmp_path / "benchmarks" / "example" / "model.neural"
    source.write_text(source.read_text() + "\n# edited\n")
    gate = known.gate(known.results, "--epochs", "1")
    assert gate.returncode == 3, gate.stderr
    assert outcomes(gate) == {"all": "invalid", "training_time": "invalid", "memory": "invalid"}


@pytest.mark.parametrize(
    ("baseline", "options", "said"),
    [
        ("no-such-revision", [], "no-such-revision"),
        ("1", ["--no-history"], "no history is kept"),
        ("", [], "the baseline has no name"),
    ],
)
def test_a_baseline_that_is_not_there_is_named(known: Bench, baseline: str, options: list[str], said: str) -> None:
    gate = known.gate(baseline, *options)
    assert gate.returncode == 2
    assert said in gate.stderr and "help" in gate.stderr and "Traceback" not in gate.stderr
    assert not (known.folder / "gate" / "first").exists()


def test_options_before_the_word_gate_are_not_lost_in_silence() -> None:
    command = [str(find_executable()), "bench", "--quick", "gate", "--baseline", "main"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2 and "`--quick` stands before `gate`" in ended.stderr


@pytest.mark.slow
def test_five_per_cent_turn_the_gate_red(known: Bench, tmp_path: Path) -> None:
    gate = known.gate(build_of_cost(tmp_path, 0.95), "--threads", "1")
    print(json.dumps(json.loads(gate.stdout)["findings"], indent=2))
    assert gate.returncode == 1, gate.stderr
    assert outcomes(gate)["training_time"] == "regression"


@pytest.mark.slow
def test_the_same_build_passes(known: Bench) -> None:
    gate = known.gate(find_executable(), "--threads", "1")
    print(json.dumps(json.loads(gate.stdout)["findings"], indent=2))
    assert gate.returncode == 0, gate.stderr
