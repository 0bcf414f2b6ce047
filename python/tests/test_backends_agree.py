"""Layers that Keras has not, or not in one piece: the programs of both backends compute the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from both_backends import give_weights, weights_for
from conftest import Compiler

pytestmark = pytest.mark.frameworks

ROWS, OPEN = 3, 11
FILM, STEPS = "(3, 5, 6, 2)", "(5, 3)"

PROGRAMS: dict[str, tuple[str, str]] = {  # name: (input, layers)
    "recurrent maps": (FILM, "ConvGRU2D(3, 2, (1, 2), padding='same', return_sequences=true) ConvGRU2D(2, 3, 'relu')"),
    "recurrent maps both ways": (FILM, "Bidirectional(ConvGRU2D(3, 2, return_sequences=true), merge_mode='mul')"),
    "stacks both ways": (STEPS, "Bidirectional(LSTM(3, num_layers=2, return_sequences=true), merge_mode='ave')"),
    "both ways in both ways": (STEPS, "Bidirectional(GRU(3, bidirectional=true, go_backwards=true))"),
    "formulas": ("(8)", "Lambda('t: clip(t, -1, 1) ** 2 - t / 4') "
                        "Lambda('t: maximum(t, 0.1 * t) + log(1 + exp(-abs(t)))') "
                        "Lambda('t: sqrt(relu(t) + 1e-6) * square(tanh(minimum(t, 2)))')"),
    "open sizes": ("(None, None, None, 3)", "Conv2D(4, 3, 2, padding='same') MaxPooling2D(3, 2, 'same') "
                   "AveragePooling2D(2, 2, 'same') SeparableConv2D(4, 2, 2, padding='same')"),
    # Keras takes a column for a bias where there are as many rows as columns, and TensorFlow's graphs lose "same".
    "columns added to rows": ("(8)", "a: { Dense(3) } b: { Dense(1) } Add() "
                              "a: { Dense(3) } b: { Dense(1) } c: { } Average()"),
    "padded volumes": ("(6, 5, 4, 2)", "ZeroPadding3D(1) Conv3D(3, 4, 2, padding='same', activation=elu) "
                       "ZeroPadding3D(((0, 1), (2, 0), (1, 1))) Dropout(0.5) Conv3D(2, 3, padding='same')"),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_backends_compute_the_same(compiler: Compiler, name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("keras")
    shape, layers = PROGRAMS[name]
    source = (
        f'network Tested {{\n  input: {shape}\n  layers: {layers}\n  execution {{ device: "cpu" }}\n  loss: mse\n}}\n'
    )
    ours = compiler.module(source, backend="pytorch")
    theirs = compiler.module(source, backend="tensorflow")
    model, reference = ours.create_model().eval(), theirs.create_model()
    rng = np.random.default_rng(0)
    arrays = weights_for(ours, rng)
    ours.write_safetensors(tmp_path / "weights", arrays)
    ours.load_weights(model, tmp_path / "weights")
    give_weights(reference, arrays)
    x = rng.normal(size=(ROWS, *(size or OPEN for size in ours.INPUT_SHAPE))).astype(np.float32)
    with torch.no_grad():
        given = model(torch.from_numpy(x)).numpy()
    for theirs_give in (np.asarray(reference(x, training=False)), theirs.predict(reference, x)):
        np.testing.assert_allclose(given, theirs_give, rtol=2e-5, atol=2e-6)
