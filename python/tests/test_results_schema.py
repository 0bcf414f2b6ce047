"""The schema of benchmark_results.json, held against the results of the golden report."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schema/benchmark_results.schema.json").read_text())
GOLDEN = json.loads((ROOT / "tests/golden/report/quick/benchmark_results.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

# Objects whose keys the machine, the framework or the user decides.
OPEN = {"environment", "versions", "worker", "sha256"}


def objects(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The paths of all objects with fixed keys; of a list, the first item stands for all."""
    if isinstance(value, dict) and not (path and path[-1] in OPEN):
        yield path
        for key, inner in value.items():
            yield from objects(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from objects(value[0], (*path, 0))


def find(value: Any, path: tuple) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(path: tuple, key: str, *value: Any) -> Any:
    """The golden results with one key set, or without it."""
    results = copy.deepcopy(GOLDEN)
    target = find(results, path)
    if value:
        target[key] = value[0]
    else:
        del target[key]
    return results


OBJECTS = list(objects(GOLDEN))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_golden_results_fit_the_schema():
    assert [error.message for error in VALIDATOR.iter_errors(GOLDEN)] == []


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: "/".join(map(str, path)) or "root")
def test_every_key_is_needed_and_no_other_is_allowed(path):
    for key in find(GOLDEN, path):
        assert not VALIDATOR.is_valid(changed(path, key)), f"without {key}"
    assert not VALIDATOR.is_valid(changed(path, "a_misspelt_key", 1))


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ((), "schema_version", 2),
        (("units",), "time", "milliseconds"),
        (("results", 0, "comparison", "training_time"), "verdict", "LESS"),
        (("results", 0, "comparison", "memory"), "verdict", "SLOWER"),
        (("results", 0, "comparison", "training_time"), "flags", ["wobbly"]),
        (("results", 0, "comparison", "training_time"), "ratio", 0),
        (("results", 0, "comparison", "training_time"), "level", 95),
        (("results", 0, "neural"), "accuracy", 97.5),
        (("results", 0, "neural"), "training_time", "2.1 s"),
        (("results", 0), "status", "done"),
    ],
)
def test_a_wrong_value_is_refused(path, key, value):
    assert not VALIDATOR.is_valid(changed(path, key, value))


def test_an_invalid_comparison_has_no_ratio():
    path = ("results", 1, "comparison", "training_time")
    assert find(GOLDEN, path)["verdict"] == "INVALID"
    assert not VALIDATOR.is_valid(changed(path, "ratio", 1.0))


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict]]:
    for key, inner in schema.items() if isinstance(schema, dict) else ():
        if key == "properties":
            yield from ((f"{path}/{name}", value) for name, value in inner.items())
        yield from properties(inner, f"{path}/{key}")


def test_every_number_says_what_it_is():
    numbers = [(path, value) for path, value in properties(SCHEMA) if "number" in str(value.get("type"))]
    assert len(numbers) > 40
    assert [path for path, value in numbers if not value.get("description")] == []
