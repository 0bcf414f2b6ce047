"""What goes wrong while a session measures: it ends or goes on with every finished run kept, and leaves no process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from verdicts.known_worker import FAULTS
from verdicts.sides import DECLARED, Bench, known_sides

from neural.benchmarks.process import find_executable

QUICK = ("--quick", "--epochs", "1")
RUNS = 16  # of a cell: parity, full runs, six pairs
PIDS = Path("/sys/fs/cgroup/pids")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    yield known_sides(tmp_path)
    assert orphans(tmp_path) == []


def orphans(folder: Path) -> list[str]:
    """The command lines of processes that have to do with the folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in line:
                found.append(line)
    return found


def finished(bench: Bench) -> dict[str, str]:
    """What each finished run left, by its folder."""
    outcomes = bench.results.glob("raw/*/*/outcome.json")
    return {str(path.parent.relative_to(bench.results)): path.read_text() for path in outcomes}


def contender(fault: str, run: str) -> str:
    return f'{DECLARED}FAULT = "{fault}"\nFAULT_RUN = "{run}"\n'


def test_a_worker_that_fails_stops_its_cell_alone_and_is_run_again(bench: Bench) -> None:
    # What is said of each; a cell stops at its first failure.
    said = {
        "crash": "signal 11",
        "hang": "did not end within 20 s",
        "stop": "did not end within 20 s",
        "partial line": "line",
        "garbage": "line",
        "quiet end": "",
        "nan": "nan",
    }
    assert said.keys() == {*FAULTS, "nan"}
    for fault in said:
        run = "pair_02_1_native" if fault in ("crash", "garbage") else "full_native"
        bench.add(fault.replace(" ", "_"), contender(fault, run))
    bench.add("sound", DECLARED)
    results = bench.run(*QUICK, "--timeout", "20", status=3)
    assert results.pop("sound")["status"] == "complete"
    for fault, words in said.items():
        result = results[fault.replace(" ", "_")]
        assert result["status"] == "invalid" and words in result["reason"], (fault, result["reason"])
        assert result["comparison"]["training_time"]["ratio"] is None

    before = finished(bench)
    results = bench.run(*QUICK, "--timeout", "20", "--resume")
    assert {result["status"] for result in results.values()} == {"complete"}
    after = finished(bench)
    kept = [run for run, outcome in before.items() if after.get(run) == outcome]
    # Every run but the seven that failed; a pair that failed is measured as a whole.
    assert len(kept) >= len(before) - len(said)


def at_a_run(bench: Bench, start: str, act: Callable[[subprocess.Popen[str]], None]) -> tuple[int, str]:
    """A session in which something happens when a run begins whose line has `start`: its status, what it told."""
    with subprocess.Popen(
        bench.command(*QUICK),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # who runs in the background ignores it
    ) as session:
        assert session.stderr
        told = []
        for line in session.stderr:
            told.append(line)
            if start in line:
                act(session)
                break
        told += session.stderr.readlines()
    return session.returncode, "".join(told)


def goes_on(bench: Bench, before: dict[str, str]) -> None:
    """The session is finished, and every run that was finished before is what it was."""
    (result,) = bench.run(*QUICK, "--resume").values()
    assert result["status"] == "complete"
    after = finished(bench)
    assert {run: after.get(run) for run in before} == before
    assert len(after) >= RUNS


def test_a_harness_that_is_killed_leaves_no_worker(bench: Bench, tmp_path: Path) -> None:
    bench.add("alike", DECLARED)
    status, _ = at_a_run(bench, "pair 2", lambda session: session.kill())
    assert status == -signal.SIGKILL
    gone_by = time.monotonic() + 20
    while orphans(tmp_path) and time.monotonic() < gone_by:
        time.sleep(0.05)
    assert orphans(tmp_path) == []
    goes_on(bench, finished(bench))


def test_ctrl_c_keeps_what_is_finished_and_names_the_way_on(bench: Bench) -> None:
    bench.add("alike", DECLARED)
    status, told = at_a_run(bench, "pair 2", lambda session: session.send_signal(signal.SIGINT))
    assert status == 2 and "--resume" in told
    goes_on(bench, finished(bench))


def test_a_harness_that_is_stopped_for_a_while_goes_on(bench: Bench) -> None:
    def stop_and_go(session: subprocess.Popen[str]) -> None:
        session.send_signal(signal.SIGSTOP)
        time.sleep(1)
        session.send_signal(signal.SIGCONT)

    bench.add("alike", DECLARED)
    status, told = at_a_run(bench, "pair 2", stop_and_go)
    assert status == 0, told


@pytest.mark.skipif(not os.access(PIDS, os.W_OK), reason="needs a writable pids cgroup")
def test_a_process_that_cannot_be_started_ends_the_session(bench: Bench) -> None:
    group = PIDS / f"neural_test_{os.getpid()}"

    def forbid(session: subprocess.Popen[str]) -> None:
        group.mkdir()
        (group / "cgroup.procs").write_text(str(session.pid))
        (group / "pids.max").write_text("0")

    bench.add("alike", DECLARED)
    try:
        status, told = at_a_run(bench, "pair 2", forbid)
    finally:
        group.rmdir()
    assert status == 2
    assert "resource temporarily unavailable" in told and "--resume" in told, told
    goes_on(bench, finished(bench))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs a file system of its own")
def test_a_full_disk_ends_the_session_and_it_goes_on_where_there_is_room(bench: Bench, tmp_path: Path) -> None:
    bench.add("alike", DECLARED)
    bench.results.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m", "none", str(bench.results)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing may be mounted here")
    filler = bench.results / "filler"

    def fill(_: subprocess.Popen[str]) -> None:
        with contextlib.suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(bytes(1 << 16))

    try:
        status, told = at_a_run(bench, "pair 2", fill)
        assert status == 2
        assert "no space left on device" in told and "--resume" in told, told
        filler.unlink()
        goes_on(bench, finished(bench))
    finally:
        subprocess.run(["umount", "-l", str(bench.results)], check=True)


def test_a_history_that_another_holds_loses_nothing(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    def history(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [find_executable(), "history", *arguments, "--history", path]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    bench.add("alike", DECLARED)
    command = [*bench.command(*QUICK), "--history", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as session:
        assert session.stderr and session.stdout
        told = ""
        holder = None
        for line in session.stderr:
            told += line
            if "pair 2" in line and holder is None:
                holder = sqlite3.connect(path, isolation_level=None)
                holder.execute("BEGIN IMMEDIATE")
        assert holder is not None
        holder.execute("ROLLBACK")
        holder.close()
    assert session.returncode == 0, told
    assert "the history has no more of this session" in told
    assert history("import", bench.results).returncode == 0
    listed = json.loads(history("list", "--json").stdout)
    assert [each["finished"] for each in listed] == [True] and listed[0]["runs"] == len(finished(bench))
