"""Results documents for the page: the golden one, and others made of it."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
GOLDEN: dict[str, Any] = json.loads((ROOT / "tests/golden/report/quick/benchmark_results.json").read_text())

HOSTILE = "</script><script>window.hurt = 1</script><!--<img src=x onerror='window.hurt = 1'>\u2028`|*_&amp;\"'"
MODELS = ("simple_mlp", "cnn", "deep_mlp")
SIDES = ("neural", "native")
# What the six comparisons of `standard` find: estimate, half the interval on the logarithm, and the verdict.
FOUND = [
    (0.791, 0.018, "FASTER"),
    (1.002, 0.011, "EQUIVALENT"),
    (1.027, 0.085, "INCONCLUSIVE"),
    (1.062, 0.024, "SLOWER"),
    (0.903, 0.06, "FASTER"),
    (0.525, 0.05, "FASTER"),
]


def standard(pairs: int = 24) -> dict[str, Any]:
    """A full session of three models on two frameworks: what the golden cells hold, with other numbers."""
    draw = random.Random(1)
    document = copy.deepcopy(GOLDEN)
    document["protocol"] |= {"quick": False, "looks": [8, 16, 24], "level": 0.978, "epochs": 5}
    cells = [(model, backend) for backend in ("pytorch", "tensorflow") for model in MODELS]
    document["results"] = [_cell(*cell, *found, pairs, draw) for cell, found in zip(cells, FOUND, strict=True)]
    return document


def _cell(model: str, backend: str, ratio: float, half: float, verdict: str, pairs: int, draw: random.Random) -> Any:
    result = copy.deepcopy(GOLDEN["results"][0 if backend == "pytorch" else 2])
    contender = f"{backend}_native"
    result |= {"model": model, "backend": backend, "contender": contender, "status": "complete", "research": []}
    time, memory = result["comparison"]["training_time"], result["comparison"]["memory"]
    result["comparison"] |= {"model_name": model, "backend": backend}
    time |= {
        "ratio": ratio,
        "percentage": 100 * (ratio - 1),
        "ci_low": ratio * (1 - half),
        "ci_high": ratio * (1 + half),
    }
    time |= {"verdict": verdict, "pairs": pairs, "level": 0.978}
    more = 1 + draw.uniform(-0.3, 0.1)
    memory |= {
        "ratio": more,
        "percentage": 100 * (more - 1),
        "verdict": "MORE" if more > 1.05 else "LESS" if more < 0.95 else "EQUIVALENT",
    }
    native = [2 * draw.lognormvariate(0, half) for _ in range(pairs)]
    ratios = [ratio * draw.lognormvariate(0, half * 1.5) for _ in range(pairs)]
    for index, side in enumerate(SIDES):
        own = result[side]
        own["samples"]["epoch_time"] = [value * (ratios[i] if index == 0 else 1) for i, value in enumerate(native)]
        own["samples"]["step_time"] = own["samples"]["epoch_time"]
        own["history"] = _history(draw)
        own["seeds"][0]["history"] = own["history"]
        pair_runs = [run for run in own["runs"] if run["task"] == "pair"]
        own["runs"] += (pair_runs * pairs)[: pairs - len(pair_runs)]
        for place, phase in enumerate(own["memory_phases"]):
            phase["peak"] += draw.uniform(0, 4e7) * (place + 1)
    return result


def _history(draw: random.Random, epochs: int = 5) -> dict[str, list[float]]:
    losses = [0.32 / (epoch + 1) ** 0.6 + draw.uniform(-0.01, 0.01) for epoch in range(epochs)]
    return {
        "epoch": [epoch + 1 for epoch in range(epochs)],
        "loss": [1.2 * loss for loss in losses],
        "test_loss": losses,
        "test_accuracy": [1 - loss / 3.2 for loss in losses],
        "seconds": [2.0] * epochs,
    }


def with_trend(document: dict[str, Any], sessions: int = 30) -> dict[str, Any]:
    """The document with other sessions: a step, and another machine."""
    draw = random.Random(2)
    document = copy.deepcopy(document)
    series = []
    for result in document["results"]:
        subject = {key: result[key] for key in ("model", "backend", "contender")}
        for metric in ("memory", "training_time"):
            level = result["comparison"][metric]["ratio"] or 1.0
            values = [level * (1 if n < 18 else 1.04) * draw.lognormvariate(0, 0.004) for n in range(sessions)]
            points = [_point(n + 1, value) for n, value in enumerate(values)]
            change = {"session": 19, "before": level, "after": 1.04 * level, "p_value": 1e-9}
            change |= {"last_before": "r18", "first_after": "r19"}
            series.append({**subject, "metric": metric, "fingerprint": "aefba0576928", "points": points})
            series[-1]["changes"] = [change] if metric == "training_time" else []
        other = [_point(sessions + n + 1, 1.1 * level * draw.lognormvariate(0, 0.01)) for n in range(4)]
        series.append(
            {**subject, "metric": "training_time", "fingerprint": "0123456789ab", "points": other, "changes": []}
        )
    differences = [{"key": "cpu.model", "here": "Example CPU @ 2.50GHz", "there": "Other CPU @ 3.10GHz"}]
    machines = [{"fingerprint": "0123456789ab", "differences": differences}]
    document["trend"] = {"session": 25, "fingerprint": "aefba0576928", "series": series}
    document["trend"]["machines"] = machines
    return document


def with_seeds(document: dict[str, Any], seeds: int = 6) -> dict[str, Any]:
    """The document with runs from so many seeds on each side."""
    draw = random.Random(3)
    document = copy.deepcopy(document)
    document["protocol"]["seeds"] = seeds
    for result in document["results"]:
        for side in SIDES:
            (first,) = result[side]["seeds"]
            for number in range(1, seeds):
                history = _history(draw, len(result[side]["history"]["epoch"]))
                result[side]["seeds"].append({**first, "seed": first["seed"] + number, "history": history})
    return document


def _point(session: int, ratio: float) -> dict[str, Any]:
    return {"session": session, "started_utc": "2026-01-01T12:00:00Z", "revision": f"r{session}", "ratio": ratio}


def many(cells: int) -> dict[str, Any]:
    """A full session of so many comparisons."""
    document = standard()
    copies = [copy.deepcopy(document["results"][n % len(document["results"])]) for n in range(cells)]
    for n, result in enumerate(copies):
        result["model"] = f"model_{n}"
    document["results"] = copies
    return document


def hostile() -> dict[str, Any]:
    """A document with other sessions, every text in it hostile but those that decide what is drawn."""
    return _spoilt(with_trend(GOLDEN), "")


def _spoilt(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        spoilt = {name: _spoilt(inner, name) for name, inner in value.items()}
        return {**spoilt, HOSTILE: HOSTILE} if key in ("environment", "versions") else spoilt
    if isinstance(value, list):
        return [_spoilt(inner, key) for inner in value]
    return HOSTILE if isinstance(value, str) and key not in ("verdict", "status", "side", "metric", "seed") else value
