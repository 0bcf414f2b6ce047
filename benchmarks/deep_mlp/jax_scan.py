"""DeepMLP in JAX, eight steps in one `lax.scan`. 567,434 parameters.

The scan has a fixed number of steps: XLA compiles anew for every other number.

python benchmarks/deep_mlp/jax_scan.py --epochs 1
"""

from __future__ import annotations

import argparse
import functools
import gzip
import math
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
from jax import lax
from jax import numpy as jnp

BACKEND = "jax"
LEVEL = "other"
REFERENCE = "pytorch"
BATCH_SIZE = 64
SEED = 42
MNIST = Path(__file__).parents[2] / "data" / "mnist"

Params = list[tuple[jax.Array, jax.Array]]

State = tuple[Params, Any, jax.Array]  # the weights, the moments of Adam, and the key of dropout

STEPS = 8  # of one scan

SIZES = (784, 512, 256, 128, 10)


class DeepMLP:
    """Images [n, 28, 28, 1] -> logits [n, 10]."""

    def __init__(self) -> None:
        keys = jax.random.split(new_key(), len(SIZES) - 1)
        self.params = [create_layer(*layer) for layer in zip(keys, SIZES[1:], SIZES[:-1], strict=True)]

    def apply(self, params: Params, x: jax.Array, key: jax.Array | None = None) -> jax.Array:
        """With a key as in training."""
        x = x.reshape(len(x), -1)
        *hidden, (weight, bias) = params
        for hidden_weight, hidden_bias in hidden:
            x = jax.nn.relu(x @ hidden_weight.T + hidden_bias)
        return x @ weight.T + bias


def create_layer(key: jax.Array, outputs: int, inputs: int) -> tuple[jax.Array, jax.Array]:
    """A weight [outputs, inputs] and a bias."""
    limit = math.sqrt(6 / (inputs + outputs))
    return jax.random.uniform(key, (outputs, inputs), minval=-limit, maxval=limit), jnp.zeros(outputs)


def new_key() -> jax.Array:
    """From NumPy's generator, which is seeded once for everything."""
    return jax.random.key(np.random.randint(2**31))


def create_model() -> DeepMLP:
    return DeepMLP()


class Trainer:
    def __init__(self, model: DeepMLP) -> None:
        self.model = model
        self.optimizer = optax.adam(0.001, b1=0.9, b2=0.999, eps=1e-7)
        self.moments: Any = self.optimizer.init(model.params)
        self.key = new_key()
        self.update = jax.jit(self.step, donate_argnums=0)
        self.scan = jax.jit(functools.partial(lax.scan, self.step), donate_argnums=0)

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = True) -> list[float]:
        """The mean training loss of each epoch."""
        state = (self.model.params, self.moments, self.key)
        history = []
        for _ in range(epochs):
            order = np.random.permutation(len(x)) if shuffle else np.arange(len(x))
            whole = len(x) // (STEPS * batch_size) * STEPS * batch_size
            losses = []
            for rows in order[:whole].reshape(-1, STEPS, batch_size):
                state, scanned = self.scan(state, (x[rows], y[rows]))
                losses.append((scanned.sum(), batch_size))
            for begin in range(whole, len(x), batch_size):
                rows = order[begin : begin + batch_size]
                state, loss = self.update(state, (x[rows], y[rows]))
                losses.append((loss, len(rows)))
            history.append(sum(float(loss) * rows for loss, rows in losses) / len(x))
        self.model.params, self.moments, self.key = state
        return history

    def step(self, state: State, batch: tuple[jax.Array, jax.Array]) -> tuple[State, jax.Array]:
        """The state after one batch, and the batch's mean loss."""
        params, moments, key = state
        key, dropout_key = jax.random.split(key)
        x, y = batch

        def compute_loss(params: Params) -> jax.Array:
            logits = self.model.apply(params, x, dropout_key)
            return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()

        loss, gradients = jax.value_and_grad(compute_loss)(params)
        updates, moments = self.optimizer.update(gradients, moments)
        return (optax.apply_updates(params, updates), moments, key), loss


def create_trainer(model: DeepMLP) -> Trainer:
    return Trainer(model)


def evaluate(model: DeepMLP, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Mean loss and accuracy."""
    apply = jax.jit(model.apply)
    logits = jnp.concatenate([apply(model.params, x[begin : begin + 1000]) for begin in range(0, len(x), 1000)])
    loss = optax.softmax_cross_entropy_with_integer_labels(logits, jnp.asarray(y)).mean()
    return {"loss": float(loss), "accuracy": float((logits.argmax(1) == y).mean())}


def load_data(path: Path) -> tuple[np.ndarray, ...]:
    """x_train, y_train, x_test, y_test from a folder of IDX files, plain or compressed, or from an .npz."""
    if path.is_dir():
        names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
        arrays = [read_idx(path / f"{name}-ubyte") for name in names]
    else:
        with np.load(path) as file:
            arrays = [file[name] for name in ("x_train", "y_train", "x_test", "y_test")]
    return tuple(a.astype(np.float32)[..., None] / 255 if a.ndim == 3 else a.astype(np.int64) for a in arrays)


def read_idx(path: Path) -> np.ndarray:
    data = path.read_bytes() if path.exists() else gzip.decompress(path.with_name(path.name + ".gz").read_bytes())
    shape = np.frombuffer(data, ">u4", count=data[3], offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train DeepMLP with JAX.")
    parser.add_argument(
        "--data", type=Path, default=MNIST, help="a folder of IDX files or an .npz (default: %(default)s)"
    )
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()

    np.random.seed(arguments.seed)
    x_train, y_train, x_test, y_test = load_data(arguments.data)
    model = create_model()
    trainer = create_trainer(model)
    for epoch in range(arguments.epochs):
        (loss,) = trainer.fit(x_train, y_train, epochs=1, batch_size=arguments.batch_size)
        test = evaluate(model, x_test, y_test)
        print(f"epoch {epoch + 1}: loss {loss:.4f}, test loss {test['loss']:.4f}, accuracy {test['accuracy']:.4f}")


if __name__ == "__main__":
    main()
