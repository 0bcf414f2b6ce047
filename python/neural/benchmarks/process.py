"""Other processes: the `neural` executable, and a worker of its own for one side."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from neural.errors import NeuralError

LOG_LINES = 15


def find_executable() -> Path:
    """`neural` beside the interpreter, else on PATH."""
    beside = Path(sys.executable).parent / "neural"
    if os.access(beside, os.X_OK):
        return beside
    if found := shutil.which("neural"):
        return Path(found)
    raise NeuralError(f"there is no `neural` in `{beside.parent}` or on PATH; install the package: pip install -e .")


def run_bench(arguments: Sequence[str]) -> int:
    """`neural bench` with the terminal of this process; its exit status."""
    return subprocess.run([find_executable(), "bench", "--python", sys.executable, *arguments], check=False).returncode


def run_worker(folder: Path, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a worker that carries out a plan; plan, events and log stay in the folder.

    Raises NeuralError, with the end of the log, if the run is not complete.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan_path, events_path, log_path = (folder / name for name in ("plan.json", "events.jsonl", "log.txt"))
    plan_path.write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
    status = wait(spawn([sys.executable, "-P", "-m", "neural.worker", str(plan_path)], events_path, log_path))
    events = [json.loads(line) for line in events_path.read_text(encoding="utf-8").splitlines()]
    if status == 0 and events and events[-1] == {**events[-1], "event": "exit", "status": 0}:
        return events
    raise NeuralError(describe_failure(plan["run"], status, events, log_path))


def spawn(command: list[str], events: Path, log: Path) -> int:
    """The id of a process in a group of its own, with `events` as its descriptor 3."""
    new = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return os.posix_spawn(
        command[0],
        command,
        {**os.environ, "PYTHONPATH": search_path()},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, new, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
            (os.POSIX_SPAWN_OPEN, 3, events, new, 0o644),
        ],
        setpgroup=0,
    )


def search_path() -> str:
    """So that the worker finds this very package, installed or not."""
    package = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))


def wait(process: int) -> int:
    """Its exit status; negative for a signal. Nothing of its group is left behind, also when we are interrupted."""
    try:
        _, status = os.waitpid(process, 0)
    except BaseException:
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        raise
    return os.waitstatus_to_exitcode(status)


def describe_failure(run: str, status: int, events: list[dict[str, Any]], log: Path) -> str:
    error = next((event for event in events if event["event"] == "error"), None)
    if error is None:
        what = f"the process ended with status {status}"
    else:
        place = f" at {error['file']} line {error['line']}" if error["file"] else ""
        what = f"{error['type']}{place}: {error['message']}"
    tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join([f"{run} failed: {what}", f"the end of `{log}`:", *tail])
