"""A worker with a small Keras program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.frameworks
pytest.importorskip("tensorflow")

# Neither compiled nor with a trainer: the worker does both as declared.
PROGRAM = """
import keras
from keras import layers


def create_model():
    return keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Flatten(),
            layers.Dense(8),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
        ]
    )
"""


def test_a_full_run_learns(worker: Any) -> None:
    ended = worker.run(worker.plan("full", worker.program(PROGRAM), backend="tensorflow"))
    assert ended.status == 0, ended.log
    epochs = ended.named("epoch")
    assert [event["steps"] for event in epochs] == [8, 8, 8]
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    assert 0 <= epochs[-1]["test_accuracy"] <= 1
    assert ended.named("model_built")[0]["parameters"] == 16 * 8 + 8 + 4 * 8 + 8 * 3 + 3
    assert ended.named("environment")[0]["threads"] == {"intra_op": 1, "inter_op": 1}


def test_parity_has_no_dropout_and_starts_where_training_starts(worker: Any, tmp_path: Path) -> None:
    ended = worker.run(worker.plan("parity", worker.program(PROGRAM), backend="tensorflow"))
    assert ended.status == 0, ended.log
    index = json.loads((tmp_path / "parity" / "index.json").read_text())
    assert [entry["shape"] for entry in index["parameters"]] == [[16, 8], [8], [8], [8], [8, 3], [3]]
    assert index["step0_loss"] == pytest.approx(index["losses"][0], rel=1e-5)


def test_an_error_in_the_graph_names_the_line(worker: Any) -> None:
    text = (
        PROGRAM
        + """

import tensorflow as tf


class Trainer:
    def fit(self, x, y, *, epochs, batch_size, shuffle):
        return [float(self.step(x[:8]))]

    @tf.function
    def step(self, x):
        return tf.reduce_sum(tf.reshape(x, (3, 3)))


def create_trainer(model):
    return Trainer()
"""
    )
    ended = worker.run(worker.plan("memory", worker.program(text), backend="tensorflow"))
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if "tf.reshape" in line)
    assert (ended.status, ended.error()["phase"], ended.error()["line"]) == (1, "train", line)
