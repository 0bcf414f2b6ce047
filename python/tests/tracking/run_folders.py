"""Folders of runs as docs/features/runs.md describes them, and the command that reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

START_MS = 1_770_000_000_000  # 2026-02-02T02:40:00Z
STEPS_PER_EPOCH = 10


def put_run(root: Path, experiment: str, digits: str, losses: Sequence[float | None], /, **description: Any) -> Path:
    """A finished run of an epoch a loss, whose accuracy on the test data is one less the loss; `params` go apart."""
    run_id = f"20260202T024000Z-{digits}"
    folder = root / experiment / run_id
    folder.mkdir(parents=True)
    params: Mapping[str, str] = description.pop("params", {})
    seconds = len(losses)
    record = {
        "schema": 1,
        "id": run_id,
        "experiment": experiment,
        "status": "FINISHED",
        "start_ms": START_MS,
        "end_ms": START_MS + seconds * 1000,
        **description,
    }
    lines = []
    for epoch, loss in enumerate(losses, 1):
        place = {"t": START_MS + epoch * 1000, "step": epoch * STEPS_PER_EPOCH, "epoch": epoch}
        lines.append({**place, "split": "train", "k": "loss", "v": loss})
        lines.append({**place, "split": "test", "k": "accuracy", "v": None if loss is None else 1 - loss})
    (folder / "run.json").write_text(json.dumps(record))
    (folder / "params.json").write_text(json.dumps(params))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder
