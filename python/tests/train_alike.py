"""Two programs of one backend from the same weights on the same batches: `python train_alike.py BACKEND ONE OTHER`.

Prints JSON: the losses of both and the largest difference of a weight after 200 steps. TensorFlow runs with op
determinism and without oneDNN, with which two graphs of one program can be a rounding apart; both hold for a whole
process: this is one of its own.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from neural.worker.plan import Declared
from neural.worker.program import load_program

BATCH_SIZE = 16
BATCHES = 10
EPOCHS = 20  # 200 steps


def framework_of(backend: str) -> Any:
    plan: Any = SimpleNamespace(
        loss=Declared("sparse_categorical_crossentropy", {}),
        optimizer=Declared("Adam", {"learning_rate": 0.001, "epsilon": 1e-7}),
        input_shape=(28, 28, 1),
    )
    if backend == "pytorch":
        import torch

        from neural.worker.pytorch import PyTorch

        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True)
        return PyTorch(plan)
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    import tensorflow as tf

    from neural.worker.tensorflow import TensorFlow

    tf.config.experimental.enable_op_determinism()
    return TensorFlow(plan)


def main(backend: str, *programs: str) -> None:
    framework = framework_of(backend)
    generator = np.random.default_rng(1)
    x = generator.random((BATCHES * BATCH_SIZE, 28, 28, 1), np.float32)
    y = generator.integers(0, 10, len(x))
    # The mean of an epoch is summed up in another order, so PyTorch gives the loss of each step. A call of Keras's fit
    # is slow, and its mean is the same on both sides.
    size = BATCH_SIZE if backend == "pytorch" else len(x)
    parts = [slice(start, start + size) for start in range(0, len(x), size)]
    initial, losses, weights = None, [], []
    for path in programs:
        program = load_program(Path(path))
        framework.seed(3)
        model = framework.create_model(program)
        framework.disable_dropout(model)
        initial = initial or framework.weights(model)
        framework.assign(model, initial)
        trainer = framework.create_trainer(program, model)
        losses.append([])
        for _ in range(EPOCHS):
            for rows in parts:
                losses[-1] += trainer.fit(x[rows], y[rows], epochs=1, batch_size=BATCH_SIZE, shuffle=False)
        weights.append([tensor.value for tensor in framework.weights(model).trainable])
    largest = max(float(np.abs(one - other).max()) for one, other in zip(*weights, strict=True))
    print(json.dumps({"losses": losses, "weights": largest}))


if __name__ == "__main__":
    main(*sys.argv[1:])
