"""Networks with masked steps, and inputs that have some of all kinds: at the ends, between, nowhere."""

from __future__ import annotations

import numpy as np

STEPS = 6
WIDTH = 4

_BODIES = (
    "LSTM(3)",
    "GRU(3)",
    "SimpleRNN(3)",
    "LSTM(3, return_sequences=true)\n GRU(2)",
    "LSTM(3, go_backwards=true)",
    "LSTM(3, return_sequences=true, go_backwards=true)",
    "LSTM(3, num_layers=2, bidirectional=true)",
    "Bidirectional(LSTM(3))",
    'Bidirectional(GRU(3, return_sequences=true), merge_mode="sum")',
    "GRU(2, reset_after=false)",
    'LSTM(3, activation="relu", recurrent_activation="hard_sigmoid", return_sequences=true)',
    "Dense(4)\n Dropout(0.5)\n LayerNormalization()\n GRU(2)",
    "Conv1D(3, 2)\n LSTM(2)",
    "MultiHeadAttention(2, 3)",
    "MultiHeadAttention(2, 3, dropout=0.3)",
    "MultiHeadAttention(2, 3, causal=true)\n GlobalMaxPooling1D()",
    "Attention()",
    "AdditiveAttention(causal=true)",
    "TransformerEncoder(2, 8)\n GlobalAveragePooling1D()",
    "TransformerDecoder(2, 8)",
    "TimeDistributed(Dense(3))\n LSTM(2)",
    "ResidualConnection() { Dense(4) }\n LSTM(2)",
    "RMSNormalization()\n LSTM(2)",
    "BatchNormalization()\n LSTM(2)",
    "GlobalAveragePooling1D()",
    "GlobalMaxPooling1D()",
    "Flatten()",
)
_HEADS = {"ids": ("(6)", "Embedding(5, 4, mask_zero=true)"), "values": ("(6, 4)", "Masking(mask_value=0)")}

SOURCES = {
    f"{kind}-{body}".replace("\n", ""): f"network A {{\n input: {shape}\n layers:\n {head}\n {body}\n loss: mse\n}}\n"
    for kind, (shape, head) in _HEADS.items()
    for body in _BODIES
}

_COUNTS = np.array(
    [
        [1, 1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 1],
        [1, 1, 1, 1, 1, 1],
        [0, 1, 1, 1, 1, 0],
        [1, 0, 1, 0, 1, 1],
        [0, 0, 0, 0, 0, 1],
        [1, 0, 0, 0, 0, 0],
    ]
)


def inputs_of(name: str, rng: np.random.Generator) -> np.ndarray:
    """A sample where nothing counts is among them, except for means, which are 0 / 0 there."""
    counts = _COUNTS if "Average" in name else np.concatenate([_COUNTS, np.zeros((1, STEPS), int)])
    if name.startswith("ids"):
        return counts * rng.integers(1, 5, counts.shape)
    return (counts[..., np.newaxis] * rng.normal(size=(*counts.shape, WIDTH))).astype(np.float32)
