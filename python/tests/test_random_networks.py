"""A hundred random networks on every backend, as `./dev parity` checks thousands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from random_networks.networks import Tally, program
from random_networks.run import check_all, done

SEED, COUNT = 7, {"pytorch": 60, "tensorflow": 10, "onnx": 100}


def test_a_program_is_a_function_of_its_seed_and_number() -> None:
    assert program(SEED, 3) == program(SEED, 3)
    assert len({program(seed, k).source for seed in (1, 2) for k in range(20)}) == 40


def test_most_are_accepted_and_what_is_refused_are_shapes() -> None:
    tally = Tally()
    for k in range(100):
        program(SEED, k, tally)
    assert sum(tally.refused.values()) < tally.asked / 4
    assert tally.programs < 25
    assert {code for code in tally.refused if not code.startswith("E5")} <= {"E302"}, tally


@pytest.mark.frameworks
@pytest.mark.parametrize("backend", COUNT)
def test_networks_mean_one_thing(backend: str, tmp_path: Path) -> None:
    for module in ("onnxruntime", {"pytorch": "torch"}.get(backend, backend)):
        pytest.importorskip(module)
    path = tmp_path / "done.jsonl"
    check_all(backend, SEED, COUNT[backend], path)
    records = done(path)
    assert len(records) == COUNT[backend]
    failed = [f"program {k}: {record['text']}" for k, record in records.items() if record["outcome"] == "failed"]
    assert not failed, "\n".join(failed)
    assert sum(record["outcome"] == "ok" for record in records.values()) > COUNT[backend] * 0.7


def test_what_is_done_is_not_done_again_and_half_a_line_is_none(tmp_path: Path) -> None:
    path = tmp_path / "done.jsonl"
    path.write_text('{"k": 0, "outcome": "ok"}\n{"k": 1, "outcome": "failed"}\n{"k": 1, "outcome": "ok"}\n{"k": 2, "ou')
    assert {k: record["outcome"] for k, record in done(path).items()} == {0: "ok", 1: "ok"}
    before = os.stat(path).st_size
    check_all("onnx", SEED, 2, path)
    assert os.stat(path).st_size == before
