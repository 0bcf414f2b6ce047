"""Masks of steps: generated PyTorch programs give and learn what Keras gives and learns in the TensorFlow programs."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from both_backends import give_weights, weights_for
from conftest import Compiler

pytestmark = pytest.mark.frameworks

ROWS, STEPS, WIDTH = 6, 5, 4
IDS, VALUES = f"({STEPS},)", f"({STEPS}, {WIDTH})"
EMBED = "Embedding(7, 4, mask_zero=true)"

PROGRAMS: dict[str, tuple[str, str]] = {  # name: (input, layers)
    "lstm": (IDS, f"{EMBED} LSTM(3)"),
    "stacked gru": (IDS, f"{EMBED} GRU(3, num_layers=2) Dense(2)"),
    "rnn backwards": (IDS, f'{EMBED} SimpleRNN(3, "elu", go_backwards=true, return_sequences=true) LSTM(2)'),
    "sequences in the loss": (IDS, f"{EMBED} LSTM(3, return_sequences=true) Dropout(0.0) Dense(2)"),
    "loop": (IDS, f"{EMBED} GRU(3, reset_after=false, return_sequences=true) Activation('relu')"),
    "both ways": (IDS, f"{EMBED} Bidirectional(LSTM(3))"),
    "both ways, sequences": (IDS, f"{EMBED} Bidirectional(GRU(3, return_sequences=true), merge_mode='ave')"),
    "both ways, first backwards": (IDS, f"{EMBED} Bidirectional(LSTM(3, return_sequences=true, go_backwards=true))"),
    "stack of both ways": (IDS, f"{EMBED} LSTM(3, num_layers=2, bidirectional=true, return_sequences=true)"),
    "masking of another value": (VALUES, "Masking(2.0) Dense(3) Rescaling(0.5) SimpleRNN(2, return_sequences=true)"),
    "mean": (IDS, f"{EMBED} Dense(3) GlobalAveragePooling1D()"),
    "convolution forgets": (IDS, f"{EMBED} Conv1D(3, 2, padding='same') LSTM(2)"),
    "normalisations": (VALUES, "Masking() BatchNormalization(momentum=0.5) LayerNormalization() Dense(2)"),
    "normalisation that forgets": (VALUES, "Masking() RMSNormalization() LSTM(2, return_sequences=true)"),
    "attention": (IDS, f"{EMBED} Attention() Dense(2)"),
    "causal attention": (IDS, f"{EMBED} AdditiveAttention(causal=true) LSTM(2)"),
    "heads": (IDS, f"{EMBED} MultiHeadAttention(2, 3) GlobalMaxPooling1D()"),
    "causal heads": (IDS, f"{EMBED} MultiHeadAttention(2, 3, causal=true) LSTM(3)"),
    "encoder": (IDS, f"{EMBED} TransformerEncoder(2, 8, dropout=0, num_layers=2) GlobalAveragePooling1D()"),
    "encoder, sequences": (IDS, f"{EMBED} TransformerEncoder(2, 8, dropout=0, norm_first=true) Dense(3)"),
    "decoder": (IDS, f"{EMBED} TransformerDecoder(2, 8, dropout=0) Dense(2)"),
    "residual": (IDS, f"{EMBED} ResidualConnection() {{ LSTM(4, return_sequences=true) }} LSTM(2)"),
    "time distributed": (IDS, f"{EMBED} TimeDistributed(Dense(3, 'tanh')) GRU(2)"),
    "memory": (IDS, f"a: {{ {EMBED} }} b: {{ {EMBED} LSTM(4, return_sequences=true) }} "
                    "TransformerDecoder(2, 8, dropout=0) Dense(2)"),
    "memory without mask": (IDS, f"a: {{ {EMBED} }} b: {{ Embedding(7, 4) }} MultiHeadAttention(2, 3) Dense(2)"),
    "mask of the memory": (IDS, f"a: {{ Embedding(7, 4) }} b: {{ {EMBED} }} Attention() Dense(2)"),
    "sum": (VALUES, "a: { Masking() Dense(3) } b: { Masking(1.0) Dense(3) } Add() LSTM(2)"),
    "sum with what has no mask": (VALUES, "a: { Masking() Dense(3) } b: { Conv1D(3, 1) } Add() LSTM(2)"),
    "product": (VALUES, "a: { Masking() Dense(3) } b: { Masking(1.0) Dense(3) } Multiply() LSTM(2)"),
    "product with what has no mask": (VALUES, "a: { Masking() Dense(3) } b: { Conv1D(3, 1) } Multiply() LSTM(2)"),
    "maximum": (VALUES, "a: { Masking() Dense(3) } b: { Masking(1.0) Dense(3) } Maximum() LSTM(2)"),
    "minimum of three": (VALUES, "a: { Masking() Dense(3) } b: { Conv1D(3, 1) } c: { Masking(1.0) Dense(3) } "
                                 "Minimum() LSTM(2)"),
    "side by side": (VALUES, "a: { Masking() Dense(3) } b: { Masking(1.0) Dense(3) } "
                             "Concatenate(name='joined') LSTM(2)"),
    "behind each other": (VALUES, "a: { Masking() Dense(3) } b: { Conv1D(3, 1) } "
                                  "Concatenate(axis=1, name='joined') LSTM(2)"),
    "mask on the way": (VALUES, "Conv1D(3, 1, activation='relu') Masking() LSTM(2, return_sequences=true)"),
}  # fmt: skip

TRAINED = {"sequences in the loss", "normalisations", "heads"}

LOSSES = {
    "classes": ("Output(3)", "scce"),
    "binary": ("Output(1)", "bce"),
    "sum": ("Output(2)", "mse(reduction=sum)"),
}


def source_of(shape: str, layers: str, loss: str = "mse") -> str:
    return (
        f"network Tested {{\n  input: {shape}\n  layers: {layers}\n  loss: {loss}\n"
        '  optimizer: SGD(0.05)\n  execution { device: "cpu" }\n  train { batch_size: 6 shuffle: false }\n}\n'
    )


def inputs_of(program: ModuleType, rng: np.random.Generator) -> np.ndarray:
    """Ids, or values of which some steps are all 0, some all 1 and some all 2; the first sample has nothing to skip."""
    if len(program.INPUT_SHAPE) == 1:
        x = rng.integers(0, 3, (ROWS, STEPS))
        x[0] = 1
        x[:, 2] = 2
        return x
    x = rng.normal(size=(ROWS, STEPS, WIDTH)).astype(np.float32)
    for row, step in rng.integers(0, (ROWS, STEPS), (14, 2)):
        if row > 0 and step != 2:
            x[row, step] = rng.integers(0, 3)
    return x


def agree(compiler: Compiler, source: str, folder: Path, trains: bool = True) -> None:
    rng = np.random.default_rng(0)
    ours = compiler.module(source, backend="pytorch")
    theirs = compiler.module(source, backend="tensorflow")
    model, reference = ours.create_model(), theirs.create_model()
    arrays = weights_for(ours, rng)
    ours.write_safetensors(folder / "weights", arrays)
    ours.load_weights(model, folder / "weights")
    give_weights(reference, arrays)
    x = inputs_of(ours, rng)
    expected = np.asarray(reference(x, training=False))
    np.testing.assert_allclose(ours.predict(model, x), expected, rtol=2e-5, atol=2e-6)

    if not trains:
        return
    y = rng.normal(size=expected.shape).astype(np.float32)
    if hasattr(ours, "CLASSES"):
        y = ours.prepare_targets(rng.integers(0, ours.CLASSES, expected.shape[:-1]))
    elif "bce" in source:
        y = (y > 0).astype(np.float32)
    given, wanted = ours.evaluate(model, x, y), theirs.evaluate(reference, x, y)
    assert given == pytest.approx(wanted, rel=2e-5, abs=1e-6)
    steps = {"epochs": 3, "batch_size": ROWS, "shuffle": False}
    losses = ours.create_trainer(model).fit(x, y, **steps)
    np.testing.assert_allclose(losses, theirs.create_trainer(reference).fit(x, y, **steps), rtol=1e-4)


@pytest.mark.parametrize("name", PROGRAMS)
def test_masked_steps_are_those_of_keras(compiler: Compiler, name: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    agree(compiler, source_of(*PROGRAMS[name]), tmp_path, name in TRAINED)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_and_metrics_see_the_steps_that_count(compiler: Compiler, name: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    output, loss = LOSSES[name]
    agree(compiler, source_of(IDS, f"{EMBED} LSTM(3, return_sequences=true) {output}", loss), tmp_path)
