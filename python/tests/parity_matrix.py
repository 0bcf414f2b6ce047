"""The parity matrix: what `neural parity` finds of every layer, optimizer and loss, and of all programs of the tests.

`./dev parity matrix` writes the networks, the options of a layer or an optimizer in a file of their own, lets
`neural parity` compare PyTorch, TensorFlow and ONNX, and says how many agreed and what the largest deviations are.
Where float32 is not within the limits, float64 tells rounding from another meaning. The certificates of what is done
are kept; the same command goes on from there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from keras_shapes.cases import Case
from keras_shapes.groups import GROUPS
from valid_programs import PROGRAMS

import neural
from neural.benchmarks.process import find_executable

STEPS = {"layers": 10, "optimizers": 20, "losses": 20, "programs": 20}
TOGETHER = 10  # programs of the tests in one command
LIMITS = {"predictions": 1e-5, "gradients": 1e-5, "weights": 1e-4}  # as docs/features/parity.md has them
# Training may amplify rounding without an end, a network that only predicts does not.
BEFORE_TRAINING, MOST_ROUNDING = ("predictions", "losses before the first step"), 1e-3
KINDS = ("agreed", "rounding", "differ", "refused", "failed")
# A single value less its mean is rounding alone, which has no size to be compared with.
NOTHING_LEFT = ("GroupNormalization(5) of (5,)",)
OPTIMIZED = """network {name} {{
  input: (7)
  layers:
    Dense(9, tanh)
    Dense(6, sigmoid)
    Output(3)
  loss: mse
  optimizer: {optimizer}
}}
"""
LOSING = """network {name} {{
  input: (7)
  layers:
    Dense(9, tanh)
    Output(4, {activation})
  loss: {loss}
  optimizer: SGD({rate})
}}
"""


# ---- the networks ----


def optimizers() -> Iterator[str]:
    from test_optimizer_values import CASES, in_language

    for number, case in enumerate(CASES, 1):
        optimizer = f"{case.name}({in_language(case.arguments)})"
        yield OPTIMIZED.format(name=f"Optimizer{number}", optimizer=optimizer)


def losses() -> Iterator[str]:
    from test_loss_values import LOSSES

    number = 0
    for loss in LOSSES:
        for reduction in ("mean", "sum"):
            number += 1
            values = [f"{name}={str(value).lower()}" for name, value in loss.arguments.items()]
            text = f"{loss.name}({', '.join([*values, f'reduction={reduction!r}'])})"
            # The gradients of percentages are so large that a common rate throws the weights about.
            rate = 1e-5 if loss.name == "mape" else 0.01
            yield LOSING.format(name=f"Loss{number}", loss=text, activation=loss.activation, rate=rate)


def layers() -> dict[str, list[str]]:
    """The cases that are compared with Keras, but for those that no processor runs or the checker refuses."""
    found: dict[str, list[str]] = {}
    for group, cases in GROUPS.items():
        networks = found.setdefault(f"layers_{re.sub('[^a-z]', '_', group)}", [])
        for case in cases() if callable(cases) else cases:
            if not case.runs or not case.has_values or str(case) in NOTHING_LEFT:
                continue
            source = trained(known(case))
            if source:
                networks.append(source.replace("network Tested", f"network Layers{len(networks) + 1}"))
    return {group: networks for group, networks in found.items() if networks}


def known(case: Case) -> Case:
    """With a size for what is unknown, where it is not any but one that fits another input."""
    if case.dynamic == Case.dynamic:
        return case
    return replace(case, inputs=tuple(tuple(size or case.dynamic for size in shape) for shape in case.inputs))


def trained(case: Case) -> str:
    """Its network, with weights in front of what has none, so that gradients go through it; nothing if refused."""
    found = parameters(case)
    if found == 0 and len(case.inputs) == 1:
        # A maximum of normalised values would be one of nearly equal ones, which rounding chooses.
        for weights in (f"Dense({case.inputs[0][-1]})", "LayerNormalization()"):
            before = replace(case, layers=f"{weights} {case.layers}")
            if parameters(before):
                return before.source
    return "" if found is None else case.source


def parameters(case: Case) -> int | None:
    """How many it has; None if the checker refuses it."""
    try:
        return int(neural.inspect(case.source)["total_parameters"])
    except neural.CompileError:
        return None


# ---- the comparisons ----


@dataclass(frozen=True)
class Unit:
    """What one command compares."""

    name: str
    paths: tuple[Path, ...]

    @property
    def steps(self) -> int:
        return STEPS[self.name.split("_")[0]]

    def is_done(self, certificates: Path) -> bool:
        """By an executable that is not newer, from files that are not."""
        if not certificates.exists():
            return False
        sources = [file for path in self.paths for file in (path.iterdir() if path.is_dir() else [path])]
        done = certificates.stat().st_mtime
        return all(path.stat().st_mtime < done for path in (*sources, Path(find_executable())))


def units(folder: Path) -> list[Unit]:
    found = []
    for name, networks in {"optimizers": optimizers(), "losses": losses(), **layers()}.items():
        path, text = folder / name / f"{name}.neural", "\n".join(networks)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        found.append(Unit(name, (path.parent,)))  # of a folder every network is compared, of a single file the first
    programs = sorted(path for path in PROGRAMS.iterdir() if path.suffix in (".neural", ".nr", ".rnr"))
    for first in range(0, len(programs), TOGETHER):
        found.append(Unit(f"programs_{first // TOGETHER + 1:02}", tuple(programs[first : first + TOGETHER])))
    return found


def parity(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [find_executable(), "parity", *arguments, "--python", sys.executable, "-o", "-"]
    return subprocess.run(command, capture_output=True, text=True)


def compare(unit: Unit, certificates: Path, backends: str) -> None:
    chosen = ("--backends", backends) if backends else ()
    result = parity(*unit.paths, "--steps", str(unit.steps), "--choose", "defaults", *chosen)
    try:
        found = json.loads(result.stdout)
    except json.JSONDecodeError:
        raise RuntimeError(f"{unit.name}: {result.stderr.strip() or result.returncode}") from None
    networks = found["networks"]
    for network in networks:
        if network["outcome"] == "differ" and is_rounding(network):
            network["outcome"] = "rounding"
    partial = certificates.with_suffix(".tmp")
    partial.write_text(json.dumps(networks), encoding="utf-8")
    partial.replace(certificates)


def is_rounding(network: dict[str, Any]) -> bool:
    """Where float64 agrees, what float32 does differently is no other meaning.

    It takes as many steps as there were to the last difference: more would only show how training amplifies rounding.
    """
    failed = [each for each in network["comparisons"] if not each["passed"]]
    # Files of ONNX compute in float32 whatever the others do: they are held to what PyTorch predicts in float64.
    backends = list(dict.fromkeys(name for each in failed for name in each["backends"]))
    differing = [check for each in failed for check in each["checks"] if not check["passed"]]
    before = [check["deviation"] for check in differing if check["name"] in BEFORE_TRAINING]
    if any(deviation is None or deviation > MOST_ROUNDING for deviation in before):
        return False  # a kernel that only float32 has may be wrong
    names = [check["name"] for check in differing]
    steps = max(int(name.rpartition("step ")[2]) if name[-1].isdigit() else 1 for name in names)
    arguments = ["--network", network["network"], "--steps", str(steps), "--choose", "defaults"]
    result = parity(network["file"], *arguments, "--float64", "--backends", ",".join(backends))
    return result.returncode == 0


# ---- the report ----


def report(found: dict[str, list[dict[str, Any]]]) -> str:
    lines = [f"{'':<34}" + "".join(f"{kind:>10}" for kind in KINDS) + "   largest: forward  gradient   weights"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, networks in found.items():
        groups.setdefault("programs" if name.startswith("programs") else name, []).extend(networks)
    everything = [network for networks in groups.values() for network in networks]
    for name, networks in {**groups, "all": everything}.items():
        counts = Counter(network["outcome"] for network in networks)
        figures = "".join(f"{largest(networks, start):>10.1e}" for start in LIMITS)
        lines.append(f"{name:<34}" + "".join(f"{counts[kind]:>10}" for kind in KINDS) + " " * 8 + figures)
    for kind in ("differ", "failed"):
        for network in (each for each in everything if each["outcome"] == kind):
            place = f"{Path(network['file']).name} {network.get('network', '')}"
            lines.append(f"{kind}: {place}: {reason(network)[:200]}")
    return "\n".join(lines)


def largest(networks: list[dict[str, Any]], start: str) -> float:
    """Of those that agreed, and of the checks that no rerun widened."""
    deviations = [
        check["deviation"]
        for network in networks
        if network["outcome"] == "agreed"
        for comparison in network["comparisons"]
        for check in comparison["checks"]
        if check["name"].startswith(start) and check["tolerance"] <= LIMITS[start] * 1.001
    ]
    return max(deviations, default=0.0)


def reason(network: dict[str, Any]) -> str:
    failed = [each["reason"] for each in network.get("comparisons", []) if not each["passed"]]
    return str(network.get("error") or (failed or [""])[0])


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev parity matrix", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/parity/matrix"), help="of networks and certificates")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="commands at a time")
    parser.add_argument("--backends", default="", metavar="LIST", help="in a folder of their own: pytorch,engine")
    parser.add_argument("--only", default="", metavar="TEXT", help="the groups whose names contain it")
    given = parser.parse_args()
    if given.backends:
        given.folder /= given.backends.replace(",", "_")
    given.folder.mkdir(parents=True, exist_ok=True)
    wanted = [unit for unit in units(given.folder) if given.only in unit.name]
    paths = {unit: given.folder / f"{unit.name}.json" for unit in wanted}
    left = [unit for unit in wanted if not unit.is_done(paths[unit])]
    begun = time.monotonic()
    with ThreadPoolExecutor(given.jobs) as pool:
        futures = {pool.submit(compare, unit, paths[unit], given.backends): unit for unit in left}
        try:
            for number, future in enumerate(as_completed(futures), 1):
                future.result()
                rest = (time.monotonic() - begun) / number * (len(left) - number)
                print(f"{futures[future].name}: {number} of {len(left)}, {rest / 60:.0f} min left", file=sys.stderr)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    found = {unit.name: json.loads(paths[unit].read_text(encoding="utf-8")) for unit in wanted}
    print(report(found))
    return any(network["outcome"] in ("differ", "failed") for networks in found.values() for network in networks)


if __name__ == "__main__":
    sys.exit(main())
