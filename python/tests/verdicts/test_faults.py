"""What goes wrong while a session measures: it ends or goes on with every finished run kept, and leaves no process."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator
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
    assert orphans(tmp_path) == {}


def orphans(folder: Path) -> dict[int, str]:
    """The command lines of processes that have to do with the folder, by their ids."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in line:
                found[int(place.name)] = line
    return found


def wait_for_ends(processes: Iterable[int], at_most: float = 60) -> None:
    """Until these have ended, whoever their parent is."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(process)
            ended, _, _ = select.select([descriptor], [], [], at_most)
            os.close(descriptor)
            assert ended, f"{process} has not ended"


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
        "partial line": "sent events that cannot be read",
        "garbage": "sent events that cannot be read",
        "quiet end": "ended itself with status 0",
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


def set_signals() -> None:
    """Ctrl-C is heard, whoever started these tests in the background; a file that is too large is an error."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def at_a_run(bench: Bench, start: str, act: Callable[[subprocess.Popen[str]], None]) -> tuple[int, str]:
    """A session in which something happens when a run begins whose line has `start`: its status, what it told."""
    with subprocess.Popen(
        bench.command(*QUICK),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=set_signals,
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
    wait_for_ends(orphans(tmp_path))
    assert orphans(tmp_path) == {}
    goes_on(bench, finished(bench))


def test_ctrl_c_keeps_what_is_finished_and_names_the_way_on(bench: Bench) -> None:
    bench.add("alike", DECLARED)
    status, told = at_a_run(bench, "pair 2", lambda session: session.send_signal(signal.SIGINT))
    assert status == 2 and "--resume" in told
    goes_on(bench, finished(bench))


def test_a_harness_that_is_stopped_for_a_while_goes_on(bench: Bench, tmp_path: Path) -> None:
    def stop_and_go(session: subprocess.Popen[str]) -> None:
        session.send_signal(signal.SIGSTOP)
        wait_for_ends(orphans(tmp_path).keys() - {session.pid})  # the worker ends while nobody looks
        session.send_signal(signal.SIGCONT)

    bench.add("alike", DECLARED)
    status, told = at_a_run(bench, "pair 2", stop_and_go)
    assert status == 0, told


def forbid_processes(session: subprocess.Popen[str]) -> Iterator[None]:
    """The session may start no process any more: a limit of the user, or for root, who has none, of its cgroup."""
    if os.geteuid() != 0:
        resource.prlimit(session.pid, resource.RLIMIT_NPROC, (0, 0))
        yield
        return
    group = PIDS / f"neural_test_{os.getpid()}"
    group.mkdir()
    (group / "cgroup.procs").write_text(str(session.pid))
    (group / "pids.max").write_text("0")
    yield
    group.rmdir()


def forbid_interpreter(session: subprocess.Popen[str]) -> Iterator[None]:
    """The interpreter of the workers may be run by nobody any more."""
    words = Path(f"/proc/{session.pid}/cmdline").read_text().split("\0")
    interpreter = Path(words[words.index("--python") + 1])
    interpreter.chmod(0o644)
    yield
    interpreter.chmod(0o755)


PROCESSES = {"interpreter": (forbid_interpreter, "permission denied")}
if os.geteuid() != 0 or os.access(PIDS, os.W_OK):
    PROCESSES["process"] = (forbid_processes, "resource temporarily unavailable")


@pytest.mark.parametrize("kind", PROCESSES)
def test_a_process_that_cannot_be_started_ends_the_session(bench: Bench, kind: str) -> None:
    forbid, words = PROCESSES[kind]
    forbidden = []

    def act(session: subprocess.Popen[str]) -> None:
        forbidden.append(forbid(session))
        next(forbidden[0])

    bench.add("alike", DECLARED)
    status, told = at_a_run(bench, "pair 2", act)
    next(forbidden[0], None)
    assert status == 2
    assert words in told and "--resume" in told, told
    goes_on(bench, finished(bench))


def fill_disk(session: subprocess.Popen[str], results: Path) -> None:
    with contextlib.suppress(OSError), (results / "filler").open("wb") as file:
        while True:
            file.write(bytes(1 << 16))


def forbid_files(session: subprocess.Popen[str], results: Path) -> None:
    """No file may have a byte more."""
    resource.prlimit(session.pid, resource.RLIMIT_FSIZE, (0, 0))


@contextlib.contextmanager
def own_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "none", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def ordinary_folder(folder: Path) -> Iterator[None]:
    folder.mkdir()
    yield


DISKS = {"limit": (ordinary_folder, forbid_files, "file too large")}
if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0:
    DISKS["disk"] = (own_disk, fill_disk, "no space left on device")


@pytest.mark.parametrize("kind", DISKS)
def test_a_disk_that_takes_no_more_ends_the_session_and_it_goes_on_where_there_is_room(bench: Bench, kind: str) -> None:
    place, fill, words = DISKS[kind]
    bench.add("alike", DECLARED)
    with place(bench.results):
        status, told = at_a_run(bench, "pair 2", lambda session: fill(session, bench.results))
        assert status == 2
        assert words in told and "--resume" in told, told
        (bench.results / "filler").unlink(missing_ok=True)
        goes_on(bench, finished(bench))


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
