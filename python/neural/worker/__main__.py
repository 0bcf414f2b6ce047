"""`python -m neural.worker PLAN.json`, and `--versions`, which prints what is installed as JSON."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from neural.worker import environment
from neural.worker.events import DESCRIPTOR, Events
from neural.worker.plan import PlanError, read_plan
from neural.worker.run import UNUSABLE, execute

USAGE = """usage: python -m neural.worker PLAN.json 3>EVENTS.jsonl
       python -m neural.worker --versions"""


def main(arguments: list[str]) -> int:
    if arguments == ["--versions"]:
        print(json.dumps(environment.versions()))
        return 0
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(USAGE, file=sys.stderr)
        return UNUSABLE
    return work(Path(arguments[0]))


def work(path: Path) -> int:
    try:
        events = Events()
    except OSError:
        print(f"neural.worker: descriptor {DESCRIPTOR} is not open for events\n{USAGE}", file=sys.stderr)
        return UNUSABLE
    events.emit("start", pid=os.getpid(), schema=1)
    try:
        plan = read_plan(path)
    except PlanError as error:
        print(f"neural.worker: {error}", file=sys.stderr)
        events.emit("error", phase="plan", type="PlanError", message=str(error), file=None, line=None)
        status = UNUSABLE
    else:
        status = execute(plan, events)
    events.emit("exit", status=status)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
