"""`./dev parity networks`: many random programs on every backend.

Each backend has a child process that checks programs one after another and a file of lines that says what is done, so
that nothing is done twice: an interruption loses the program at hand, a child that dies is a failure of that program.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from random_networks.report import report

TESTS = Path(__file__).resolve().parents[1]
CHILD_LIFE = {"pytorch": 1000, "tensorflow": 150, "onnx": 1000}  # programs; frameworks give no memory back
PATIENCE = 180  # seconds for one program, and for the start of a child

Record = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./dev parity networks", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pytorch", type=int, default=10_000, metavar="PROGRAMS")
    parser.add_argument("--tensorflow", type=int, default=1_000, metavar="PROGRAMS")
    parser.add_argument("--onnx", type=int, default=10_000, metavar="PROGRAMS")
    parser.add_argument("--folder", type=Path, default=Path("build/parity"), help="where what is done is written down")
    parser.add_argument("--again", action="store_true", help="check those again that failed")
    parser.add_argument("--report", action="store_true", help="only say what was found so far")
    given = parser.parse_args(arguments)
    wanted = {backend: getattr(given, backend) for backend in CHILD_LIFE}
    paths = {backend: given.folder / f"{backend}-{given.seed}.jsonl" for backend in wanted}
    if not given.report:
        try:
            for backend, count in wanted.items():
                check_all(backend, given.seed, count, paths[backend], given.again)
        except KeyboardInterrupt:
            print("\nstopped; the same command goes on from here", file=sys.stderr)
    records = {backend: done(path) for backend, path in paths.items()}
    print(report(records, given.seed))
    return any(record["outcome"] == "failed" for each in records.values() for record in each.values())


def done(path: Path) -> dict[int, Record]:
    """By number; of two lines for one program the later counts. A line cut short by an interruption is none."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[record["k"]] = record
    return found


def check_all(backend: str, seed: int, count: int, path: Path, again: bool = False) -> None:
    known = done(path)
    left = [k for k in range(count) if k not in known or (again and known[k]["outcome"] == "failed")]
    path.parent.mkdir(parents=True, exist_ok=True)
    begun, failed, total = time.monotonic(), 0, len(left)
    with path.open("a", encoding="utf-8") as file:
        if left and file.tell() and not path.read_bytes().endswith(b"\n"):
            file.write("\n")  # an interruption left half a line
        while left:
            batch = left[: CHILD_LIFE[backend]]
            for record in checked(backend, seed, batch):
                file.write(json.dumps(record) + "\n")
                file.flush()
                left.remove(record["k"])
                failed += record["outcome"] == "failed"
                show_progress(backend, total - len(left), total, failed, begun)
    if total:
        print(file=sys.stderr)


def show_progress(backend: str, number: int, total: int, failed: int, begun: float) -> None:
    if number % 20 and number != total:
        return
    rest = (time.monotonic() - begun) / number * (total - number)
    text = f"{backend:<10} {number:>6} of {total}, {failed} failed, {rest / 60:.0f} min left"
    print(f"\r{text}" if sys.stderr.isatty() else text, end="" if sys.stderr.isatty() else "\n", file=sys.stderr)


def checked(backend: str, seed: int, numbers: list[int]) -> Any:
    """The records of a child, up to the program it dies of."""
    environment = {
        **os.environ,
        **{name: "1" for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")},
        "PYTHONPATH": str(TESTS), "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3",
    }  # fmt: skip
    command = [sys.executable, "-m", "random_networks.child", backend, str(seed)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, bufsize=1
    ) as child:
        assert child.stdin and child.stdout
        try:
            for k in numbers:
                text = answer(child, k)
                if text:
                    yield json.loads(text)
                    continue
                code = ended(child)
                reason = f"said nothing for {PATIENCE} s" if code is None else f"ended with {code}"
                yield {"backend": backend, "seed": seed, "k": k, "outcome": "failed", "text": f"the process {reason}"}
                return
        finally:
            child.kill()


def ended(child: subprocess.Popen[str]) -> int | None:
    """Its exit status, after a moment; None if it goes on."""
    try:
        return child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return None


def answer(child: subprocess.Popen[str], k: int) -> str:
    """What the child says of a program: one line; nothing if it dies or takes too long."""
    assert child.stdin and child.stdout
    try:
        child.stdin.write(f"{k}\n")
        child.stdin.flush()
    except BrokenPipeError:
        return ""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        return child.stdout.readline() if selector.select(PATIENCE) else ""


if __name__ == "__main__":
    sys.exit(main())
