"""Mutation testing of the statistics and the verdicts: would the tests notice a mistake?

`./dev mutants` changes one token of the code at a time, in a copy of the sources under build/mutants, builds the tests
that belong to it and runs them. A mutant that passes them all has survived: either the tests do not look there, or the
change means the same. Mutants that do not compile do not count. What was killed is kept in build/mutants/results.jsonl,
and the same command goes on from there; an edited file begins anew, and survivors are always tried again.

A mutant that means the same (`<` for `<=` where equality cannot be) is named in tests/mutation/equivalent.txt, with the
reason.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COPY = ROOT / "build" / "mutants"
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
TESTS = {
    "src/neural/bench/stats": ["neural_bench_stats_test"],
    "src/neural/bench/report/verdicts.cpp": ["neural_bench_report_test"],
    "src/neural/bench/report/quality.cpp": ["neural_bench_report_test"],
    "src/neural/bench/gate/finding.cpp": ["neural_bench_gate_test"],
}
SECONDS = 120  # for the tests of one mutant; one that hangs is noticed
OPERATORS = {
    "<=": ["<"],
    ">=": [">"],
    "==": ["!="],
    "!=": ["=="],
    "&&": ["||"],
    "||": ["&&"],
    " < ": [" <= ", " > "],
    " > ": [" >= ", " < "],
    " + ": [" - "],
    " - ": [" + "],
    " * ": [" / "],
    " / ": [" * "],
    "++": ["--"],
    "+=": ["-="],
    "std::max": ["std::min"],
    "std::min": ["std::max"],
    "true": ["false"],
    "false": ["true"],
    "!": [""],
}
NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?(?:e-?\d+)?)(?![\w.])")
TOKEN = re.compile("|".join(re.escape(token) for token in sorted(OPERATORS, key=len, reverse=True)))
# Not code that decides: messages, types, checks of our own mistakes, memory to begin with.
SKIPPED = re.compile(r'^\s*(//|#|///|using |namespace|static_assert|NEURAL_CHECK)|std::vector<|template|\.reserve\(|"')


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int  # from 1
    column: int
    before: str
    after: str
    text: str  # the line as it was
    copy: int  # how often the file has the same line above it

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line}:{self.column} `{self.before.strip()}` -> `{self.after.strip()}`"

    @property
    def key(self) -> str:
        """Stays when lines above it come and go."""
        again = f" (line {self.copy + 1} of these)" if self.copy else ""
        column = self.column - indent(self.text)
        return f"{self.file} | {self.text.strip()}{again} | {column} | {self.before.strip()} | {self.after.strip()}"


def indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def sources() -> list[tuple[str, list[str]]]:
    """Each file with the tests that belong to it."""
    found = []
    for place, tests in TESTS.items():
        path = ROOT / place
        files = [path] if path.is_file() else sorted(path.glob("*.cpp"))
        found += [(str(file.relative_to(ROOT)), tests) for file in files if not file.name.endswith("_test.cpp")]
    return found


def mutants_of(file: str) -> Iterator[Mutant]:
    seen: Counter[str] = Counter()
    for number, text in enumerate((ROOT / file).read_text(encoding="utf-8").splitlines(), 1):
        copy = seen[text.strip()]
        seen[text.strip()] += 1
        if SKIPPED.search(text):
            continue
        code = text.split("  //")[0]
        for match in TOKEN.finditer(code):
            token = match[0]
            if token == "!" and code[match.end() : match.end() + 1] == "=":
                continue
            for other in OPERATORS[token]:
                yield Mutant(file, number, match.start(), token, other, text, copy)
        for match in NUMBER.finditer(code):
            value = match[1]
            other = str(float(value) * 1.5 or 1.0) if "." in value or "e" in value else str(int(value) + 1)
            yield Mutant(file, number, match.start(), value, other, text, copy)


def mutate(text: str, mutant: Mutant) -> str:
    lines = text.splitlines(keepends=True)
    line = lines[mutant.line - 1]
    end = mutant.column + len(mutant.before)
    assert line[mutant.column : end] == mutant.before
    lines[mutant.line - 1] = line[: mutant.column] + mutant.after + line[end:]
    return "".join(lines)


class Copy:
    """The sources in a place where they may be broken."""

    def __init__(self, number: int) -> None:
        self.root = COPY / f"source{number}"
        self.build = COPY / f"build{number}"

    def prepare(self, tests: set[str]) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        names = ("build", ".venv", ".git", "runs", "benchmark_results", "benchmark_gate", "__pycache__")
        kept = shutil.ignore_patterns(*names)
        shutil.copytree(ROOT, self.root, ignore=kept, symlinks=True)
        for file, _ in sources():
            (self.root / file).touch()  # the object that is there may be that of the last mutant
        options = ["-DNEURAL_TESTS=ON", "-DNEURAL_PYTHON=OFF", "-DCMAKE_BUILD_TYPE=Release"]
        options += ["-DCMAKE_CXX_FLAGS_RELEASE=-O1"]  # what is compiled hundreds of times
        command: list[str | Path] = ["cmake", "-G", "Ninja", "-S", self.root, "-B", self.build, *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if not self.make(sorted(tests)):
            sys.exit("the sources do not compile as they are")
        for test in sorted(tests):
            if not self.passes(test):
                sys.exit(f"{test} fails without any mutant")

    def make(self, targets: list[str]) -> bool:
        command: list[str | Path] = ["cmake", "--build", self.build, "--parallel", "1", "--target", *targets]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def passes(self, test: str) -> bool:
        (program,) = [path for path in self.build.rglob(test) if path.is_file()]
        command = [program, "--gtest_fail_fast", "--gtest_brief=1"]
        try:
            return subprocess.run(command, capture_output=True, check=False, timeout=SECONDS).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def fate(self, mutant: Mutant, tests: list[str]) -> str:
        """ "killed", "survived", or "no program"."""
        path = self.root / mutant.file
        whole = path.read_text(encoding="utf-8")
        path.write_text(mutate(whole, mutant), encoding="utf-8")
        try:
            if not self.make(tests):
                return "no program"
            return "survived" if all(self.passes(test) for test in tests) else "killed"
        finally:
            path.write_text(whole, encoding="utf-8")


def equivalent() -> set[str]:
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines() if EQUIVALENT.exists() else []
    return {line for line in lines if line and not line.startswith("#")}


def known_fates() -> dict[str, str]:
    """Of files that are still what they were; the tests may know a survivor by now."""
    path = COPY / "results.jsonl"
    fates: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            record: dict[str, Any] = json.loads(line)
        except json.JSONDecodeError:
            continue  # cut off when the command was killed
        if record["fate"] != "survived" and record["sha256"] == digest(record["file"]):
            fates[record["key"]] = record["fate"]
    return fates


def digest(file: str) -> str:
    path = ROOT / file
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev mutants", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--most", type=int, metavar="N", help="only N of them, drawn at random (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw")
    jobs = len(os.sched_getaffinity(0))
    parser.add_argument("--jobs", type=int, default=jobs, metavar="N", help=f"at once (default: {jobs})")
    parser.add_argument("--least", type=float, default=90.0, help="per cent that must be killed (default: 90)")
    options = parser.parse_args()

    tests = dict(sources())
    all_mutants = [mutant for file in tests for mutant in mutants_of(file)]
    same = equivalent()
    unknown = same - {mutant.key for mutant in all_mutants}
    if unknown:
        sys.exit("tests/mutation/equivalent.txt names what is not there any more:\n" + "\n".join(sorted(unknown)))
    chosen = [mutant for mutant in all_mutants if mutant.key not in same]
    if options.most is not None and options.most < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.most)
    fates = known_fates()
    left = [mutant for mutant in chosen if mutant.key not in fates]
    print(f"{len(chosen)} mutants of {len(all_mutants)}, {len(left)} to try", file=sys.stderr)

    if left:
        fates |= try_all(left, tests, max(1, min(options.jobs, len(left))))
    return conclude(chosen, fates, options.least)


def try_all(left: list[Mutant], tests: dict[str, list[str]], jobs: int) -> dict[str, str]:
    """The fate of each by its key. What is known goes into the file of results at once."""
    COPY.mkdir(parents=True, exist_ok=True)
    needed = {test for mutant in left for test in tests[mutant.file]}
    copies = [Copy(number) for number in range(jobs)]
    free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    fates: dict[str, str] = {}

    def attempt(mutant: Mutant) -> tuple[Mutant, str]:
        copy = free.get()
        try:
            return mutant, copy.fate(mutant, tests[mutant.file])
        finally:
            free.put(copy)

    with ThreadPoolExecutor(jobs) as pool, (COPY / "results.jsonl").open("a", encoding="utf-8") as results:
        try:
            for copy, _ in zip(copies, pool.map(lambda copy: copy.prepare(needed), copies), strict=True):
                free.put(copy)
            begun = time.monotonic()
            for number, task in enumerate(as_completed([pool.submit(attempt, mutant) for mutant in left]), 1):
                mutant, fate = task.result()
                fates[mutant.key] = fate
                record = {"file": mutant.file, "sha256": digest(mutant.file), "key": mutant.key, "fate": fate}
                results.write(json.dumps(record) + "\n")
                results.flush()
                minutes = (time.monotonic() - begun) / number * (len(left) - number) / 60
                print(f"[{number}/{len(left)}] {fate}: {mutant.name}, {minutes:.0f} min left", file=sys.stderr)
        finally:
            pool.shutdown(cancel_futures=True)
    return fates


def conclude(chosen: list[Mutant], fates: dict[str, str], least: float) -> int:
    counted = [mutant for mutant in chosen if fates[mutant.key] != "no program"]
    survivors = [mutant for mutant in counted if fates[mutant.key] == "survived"]
    for mutant in survivors:
        print(f"survived: {mutant.name}\n    {mutant.text.strip()}\n    {mutant.key}")
    if not counted:
        print("no mutant compiles")
        return 2
    share = 100 * (1 - len(survivors) / len(counted))
    print(f"killed: {len(counted) - len(survivors)} of {len(counted)}, {share:.1f} % (at least {least:g} %)")
    return 0 if share >= least else 1


if __name__ == "__main__":
    sys.exit(main())
