"""The tables of README.md are the numbers of docs/results, and these hold nothing of the machine they come from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "results" / "benchmark_results.json"
BACKENDS = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    document = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert not document["protocol"]["quick"]
    return list(document["results"])


def percent(ratio: float) -> str:
    value = round(100 * (ratio - 1), 1) + 0.0  # no -0.0
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def with_interval(measure: dict[str, Any]) -> str:
    return f"{percent(measure['ratio'])} % [{percent(measure['ci_low'])}, {percent(measure['ci_high'])}]"


def row_of(result: dict[str, Any]) -> str:
    """As the first table of README.md has it."""
    comparison = result["comparison"]
    time, memory = comparison["training_time"], comparison["memory"]
    accuracies = [f"{100 * result[side]['accuracy']:.2f} %" for side in ("neural", "native")]
    cells = [
        f"`{result['model']}`",
        BACKENDS[result["backend"]],
        with_interval(time),
        time["verdict"],
        f"{percent(memory['ratio'])} %",
        " / ".join(accuracies),
        comparison["parity"]["text"],
    ]
    return "| " + " | ".join(cells) + " |"


def other_row(result: dict[str, Any]) -> str:
    """As the table of the other ways has it: the time of an epoch against the program written by hand."""
    tax = result["comparison"]["abstraction_tax"]
    return f"| `{result['model']}` | `{result['contender']}` | `{tax['raw']}` | {with_interval(tax)} |"


def test_the_table_of_readme_is_of_the_published_results(results: list[dict[str, Any]]) -> None:
    expected = [row_of(result) for result in results if result["contender_level"] == "idiomatic"]
    assert len(expected) == 6
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.match(r"\| `\w+` \| (PyTorch|TensorFlow) \|", line)] == expected


def test_the_table_of_other_ways_too(results: list[dict[str, Any]]) -> None:
    expected = [other_row(each) for each in results if (each["comparison"] or {}).get("abstraction_tax")]
    lines = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.match(r"\| `\w+` \| `\w+` \| `\w+_native` \|", line)] == expected


def test_nothing_is_said_of_folders_of_the_machine() -> None:
    for path in (ROOT / "docs" / "results").iterdir():
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"(?:/home|/root|/work|/tmp|/usr|/opt|file:)/[\w./-]*", text)
        assert not found, f"{path.name}: {found[:3]}"
