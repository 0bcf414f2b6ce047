"""A hundred random networks on every backend, as `./dev parity` checks thousands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from random_networks.checks import check
from random_networks.networks import Program, Tally, program
from random_networks.run import check_all, done

import neural

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


MASKED, EMBEDDING = "(6)", "Embedding(3, 3, mask_zero=true)"
# What such networks found, made small.
FOUND = {
    "the gradient of GroupNorm ended the process": ("(4, 7, 2)", "InstanceNormalization() Flatten() Output(3)"),
    "so it did with one channel": ("(4, 7, 1)", "GroupNormalization(1) Flatten() Output(3)"),
    "so it did with one place": ("(1, 1, 4)", "GroupNormalization(2) Flatten() Output(3)"),
    "an average padded by a number": ("(2, 3, 4, 1)", "AveragePooling3D(4, 1, padding=1) Flatten() Output(3)"),
    "onnxruntime wants windows to be larger than the padding": ("(4, 5, 1)", "AveragePooling2D(3, 2, padding=(0, 3))"),
    "ONNX read the second layer the other way": ("(5, 3)", "Bidirectional(LSTM(4, num_layers=2))"),
    "and so it did from the end": ("(5, 3)", "Bidirectional(GRU(4, num_layers=2, go_backwards=true))"),
    "a layer had the name of a function": ("(4, 6)", "Reshape((4, 2, 3)) TimeDistributed(LSTM(3)) Flatten()"),
    "so had one that merges masks": (
        "(6, 3)",
        "Masking() a: { LSTM(3, return_sequences=true) } b: { Identity() } Concatenate() LSTM(3)",
    ),
    "padding took the channels for an axis of the image": (
        "(4, 5, 3)", "Conv2D(2, 2) ZeroPadding2D((1, 2), data_format=channels_first) GlobalMaxPooling2D()",
    ),
    "and so did cropping": ("(6, 3)", "Conv1D(5, 2) Cropping1D(1, data_format=channels_first) LSTM(3)"),
    "attention gave an image back with its channels first": ("(4, 5, 2)", "Conv2D(3, 2) MultiHeadAttention(2, 2)"),
    "the second block read what the first had made of its memory": (
        "(4, 2)", "a: { } b: { } TransformerDecoder(1, 4, num_layers=2)",
    ),
    "GroupNorm has no gradient with a bias alone": ("(5, 4)", "GroupNormalization(2, scale=false) Flatten()"),
    "ONNX multiplied by steps that do not count": (MASKED, f"{EMBEDDING} a: {{ }} b: {{ Dense(3) }} Multiply()"),
    "and saw a mask behind what takes it off": (
        MASKED, f'{EMBEDDING} a: {{ }} b: {{ Lambda("x: 2 * x + 1") }} Minimum() Flatten()',
    ),
    "a query that sees nothing takes nothing where there is dropout": (
        MASKED, f"{EMBEDDING} MultiHeadAttention(2, 2, dropout=0.1) Flatten()",
    ),
    "both ways gave more than zeros for steps that do not count": (
        MASKED, f"{EMBEDDING} GRU(2, return_sequences=true, bidirectional=true) Flatten()",
    ),
    "channels were weighed behind a mask": (MASKED, f"{EMBEDDING} SqueezeExcitation(2) Flatten()"),
    "Keras takes heads of one number for steps": ("(2, 3)", "MultiHeadAttention(2, 1)"),
    "a maximum of one ended the process": ("(4, 6, 2)", "AdaptiveMaxPooling2D((1, 3)) Flatten() Output(2)"),
}  # fmt: skip


@pytest.mark.frameworks
@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_mended(name: str) -> None:
    for module in ("torch", "tensorflow", "onnxruntime"):
        pytest.importorskip(module)
    shape, layers = FOUND[name]
    source = f"network Found {{ input: {shape} layers: {layers} loss: mse }}"
    outcomes = []
    for backend in COUNT:
        record = check(backend, Program(1, 1, source, neural.inspect(source)))
        assert record["outcome"] in ("ok", "refused"), record
        outcomes.append(record["outcome"])
    assert outcomes.count("ok") >= 2
