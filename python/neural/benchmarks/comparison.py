"""The comparison of two runs that were made one after the other: differences, and never a verdict."""

from __future__ import annotations

from typing import Any

VERDICT = "INCONCLUSIVE"
FLAGS = ["sequential", "single"]
REASON = "one run a side, one after the other; BenchmarkSuite alternates the sides and gives verdicts"

# What both sides must have in common.
SHARED = ("model_name", "backend", "epochs", "batch_size", "train_rows", "test_rows")


def compare(neural: dict[str, Any], native: dict[str, Any]) -> dict[str, Any]:
    for result, side in ((neural, "neural"), (native, "native")):
        if result["side"] != side:
            raise ValueError(f"expected the results of the {side} side, got those of the {result['side']} side")
    for key in SHARED:
        if neural[key] != native[key]:
            raise ValueError(f"the sides have different `{key}`: {neural[key]!r} and {native[key]!r}")
    return {
        "model_name": neural["model_name"],
        "backend": neural["backend"],
        "training_time": compare_quantity(neural["training_time"], native["training_time"]),
        "total_time": compare_quantity(neural["total_time"], native["total_time"]),
        "memory": compare_quantity(neural["peak_memory"], native["peak_memory"]),
        "accuracy": difference(neural["accuracy"], native["accuracy"]),
        "loss": difference(neural["loss"], native["loss"]),
        "compile_overhead": {
            "parse_time": neural["parse_time"],
            "codegen_time": neural["codegen_time"],
            "compile_time": neural["compile_time"],
            "cold_process_time": None,
            "percentage_of_training": 100 * neural["compile_time"] / neural["training_time"],
        },
        "parity": {
            "passed": None,
            "bit_identical": None,
            "distance": None,
            "where": None,
            "checks": [],
            "text": "not checked",
            "reason": REASON,
        },
    }


def compare_quantity(neural: float, native: float) -> dict[str, Any]:
    ratio = neural / native
    return {
        **difference(neural, native),
        "percentage": 100 * (ratio - 1),
        "ratio": ratio,
        "ci_low": None,
        "ci_high": None,
        "level": None,
        "pairs": 0,
        "verdict": VERDICT,
        "reason": REASON,
        "flags": list(FLAGS),
    }


def difference(neural: float | None, native: float | None) -> dict[str, Any]:
    known = neural is not None and native is not None
    return {"neural": neural, "native": native, "difference": neural - native if known else None}  # type: ignore[operator]
