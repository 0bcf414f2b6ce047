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
        "accuracy": without_claim(neural["accuracy"], native["accuracy"], ratio=None),
        "loss": without_claim(neural["loss"], native["loss"], ratio=ratio_of(neural["loss"], native["loss"])),
        "time_to_target": None,
        "compile_overhead": {
            "parse_time": neural["parse_time"],
            "codegen_time": neural["codegen_time"],
            "compile_time": neural["compile_time"],
            "cold_process_time": None,
            "percentage_of_training": 100 * neural["compile_time"] / neural["training_time"],
            "break_even_steps": None,
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
    return without_claim(neural, native, ratio=neural / native)


def without_claim(neural: float | None, native: float | None, *, ratio: float | None) -> dict[str, Any]:
    """The keys of a comparison in the results of `neural bench`."""
    known = neural is not None and native is not None
    return {
        "neural": neural,
        "native": native,
        "difference": neural - native if known else None,  # type: ignore[operator]
        "percentage": None if ratio is None else 100 * (ratio - 1),
        "ratio": ratio,
        "ci_low": None,
        "ci_high": None,
        "level": None,
        "pairs": 0,
        "verdict": VERDICT,
        "reason": REASON,
        "flags": list(FLAGS),
    }


def ratio_of(neural: float | None, native: float | None) -> float | None:
    """Of losses, where both are above zero."""
    return neural / native if neural and native and min(neural, native) > 0 else None
