"""What generated programs refuse: inputs that do not fit, batches that are none, data that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks

IMAGES = "network Images { input: (6, 6, 1) layers: Flatten() Output(3) loss: scce }"
VALUES = "network Values { input: (4) layers: Output(1) loss: mse }"
WORDS = "network Words { input: (5) layers: Embedding(20, 4) GlobalAveragePooling1D() Output(3) loss: scce }"
BOTH = """network Both {
  input: { text: (5), number: (2) }
  layers:
    text: { Embedding(20, 4)  Flatten() }
    number: { Dense(4) }
    Concatenate()
    Output(3)
  loss: scce
}
"""
BACKENDS = ("pytorch", "tensorflow")
LEVELS = ("-O0", "-O1")


@pytest.fixture(params=[(backend, level) for backend in BACKENDS for level in LEVELS], ids=" ".join)
def compiled(request: pytest.FixtureRequest, compiler: Any) -> Callable[[str], ModuleType]:
    backend, level = request.param
    pytest.importorskip("torch" if backend == "pytorch" else "tensorflow")
    return lambda source: compiler.module(source, level, backend=backend)


def images(rows: int = 5) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.random((rows, 6, 6, 1), np.float32), random.integers(0, 3, rows)


def test_predict_checks_its_inputs_as_fit_does(compiled: Callable[[str], ModuleType]) -> None:
    program = compiled(IMAGES)
    x, y = images()
    model = program.create_model()
    assert program.predict(model, x).shape == (5, 3)
    for wrong, error, message in (
        (
            np.ones((5, 1, 6, 6), np.float32),
            ValueError,
            "expected float32 images [n, 6, 6, 1], got float32 [5, 1, 6, 6]",
        ),
        ((x * 255).astype(np.uint8), ValueError, "expected float32 images [n, 6, 6, 1], got uint8 [5, 6, 6, 1]"),
        (x[:0], ValueError, "expected one row or more, got none"),
        (x.tolist(), TypeError, "expected images in a NumPy array, got a list"),
    ):
        with pytest.raises(error, match=re.escape(message)):
            program.predict(model, wrong)
        with pytest.raises(error, match=re.escape(message)):
            program.evaluate(model, wrong, y[: len(wrong)])
        with pytest.raises(error, match=re.escape(message)):
            program.create_trainer(model).fit(wrong, y[: len(wrong)], epochs=1, batch_size=2)
    with pytest.raises(TypeError, match="expected classes in a NumPy array, got a list"):
        program.evaluate(model, x, y.tolist())


def test_a_batch_has_a_row(compiled: Callable[[str], ModuleType]) -> None:
    program = compiled(IMAGES)
    x, y = images()
    model = program.create_model()
    for size in (0, -3):
        message = f"expected a batch size of 1 or more, got {size}"
        with pytest.raises(ValueError, match=message):
            program.create_trainer(model).fit(x, y, epochs=1, batch_size=size)
        if program.BACKEND == "tensorflow":
            with pytest.raises(ValueError, match=message):
                program.evaluate(model, x, y, batch_size=size)
            with pytest.raises(ValueError, match=message):
                program.predict(model, x, batch_size=size)


def test_ids_are_those_of_the_embedding(compiled: Callable[[str], ModuleType]) -> None:
    program = compiled(WORDS)
    x, y = np.arange(15).reshape(3, 5), np.arange(3)
    model = program.create_model()
    for shift, seen in ((-1, "-1 to 13"), (6, "6 to 20")):
        with pytest.raises(ValueError, match=f"expected ids from 0 to 19, got {seen}"):
            program.create_trainer(model).fit(x + shift, y, epochs=1, batch_size=2)
        with pytest.raises(ValueError, match=f"expected ids from 0 to 19, got {seen}"):
            program.predict(model, x + shift)


def test_several_inputs_are_checked_each(compiled: Callable[[str], ModuleType]) -> None:
    program = compiled(BOTH)
    x, y = {"text": np.arange(15).reshape(3, 5), "number": np.ones((3, 2), np.float32)}, np.arange(3)
    model = program.create_model()
    assert program.predict(model, x).shape == (3, 3)
    for wrong, error, message in (
        ({**x, "text": x["text"] - 1}, ValueError, "expected text from 0 to 19, got -1 to 13"),
        ({**x, "number": x["number"][:2]}, ValueError, "expected number float32 [3, 2], got float32 [2, 2]"),
        ({**x, "number": x["number"].tolist()}, TypeError, "expected number in a NumPy array, got a list"),
        ({name: array[:0] for name, array in x.items()}, ValueError, "expected one row or more, got none"),
        ({"text": x["text"]}, ValueError, "expected the inputs ['number', 'text'], got ['text']"),
        (x["number"], TypeError, "expected a dictionary of NumPy arrays, got a ndarray"),
    ):
        with pytest.raises(error, match=re.escape(message)):
            program.predict(model, wrong)
        with pytest.raises(error, match=re.escape(message)):
            program.create_trainer(model).fit(wrong, y, epochs=1, batch_size=2)
    with pytest.raises(ValueError, match=re.escape("expected int64 classes [3], got int64 [2]")):
        program.evaluate(model, x, y[:2])


def test_rows_may_lie_in_any_order(compiled: Callable[[str], ModuleType]) -> None:
    program = compiled(VALUES)
    x = np.random.default_rng(0).random((9, 4), np.float32)
    y = x[:, :1]
    model = program.create_model()
    np.testing.assert_array_equal(program.predict(model, x[::-1]), program.predict(model, x[::-1].copy()))
    assert program.evaluate(model, x[::-1], y[::-1]) == program.evaluate(model, x[::-1].copy(), y[::-1].tolist())
    (loss,) = program.create_trainer(model).fit(x[::-1], y[::-1], epochs=1, batch_size=4, shuffle=False)
    assert np.isfinite(loss)
