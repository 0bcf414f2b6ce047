"""CNNLarge in TensorFlow as fast as a CPU allows. 1,199,882 parameters.

The loop over the batches is part of the graph, the loss takes logits, and dropout draws from the graph's plain
generator. Adam stays Keras' own: its share of a step is small. XLA is left out: on a CPU it makes convolutions and
dropout several times slower.

python benchmarks/cnn_large/tensorflow_tuned.py --epochs 1
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

BACKEND = "tensorflow"
LEVEL = "tuned"
BATCH_SIZE = 64
SEED = 42
MNIST = Path(__file__).parents[2] / "data" / "mnist"

# Rows that go to TensorFlow at once, rounded to whole batches: enough to leave Python rarely, too few to need memory.
PART_ROWS = 2688


class FastDropout(layers.Dropout):
    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        return tf.nn.dropout(inputs, self.rate) if training and self.rate > 0 else inputs


def create_model() -> keras.Model:
    """Images [n, 28, 28, 1] -> logits [n, 10]."""
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            FastDropout(0.5),
            layers.Dense(10),
        ]
    )
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=keras.optimizers.Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        metrics=["accuracy"],
    )
    return model


class Trainer:
    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.optimizer = model.optimizer
        self.optimizer.build(model.trainable_variables)

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = True) -> list[float]:
        """The mean training loss of each epoch."""
        part = max(1, PART_ROWS // batch_size) * batch_size
        history = []
        for _ in range(epochs):
            order = np.random.permutation(len(x)) if shuffle else np.arange(len(x))
            parts = [order[begin : begin + part] for begin in range(0, len(x), part)]
            total = sum(float(self.train(x[rows], y[rows], batch_size)) for rows in parts)
            history.append(total / len(x))
        return history

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, 28, 28, 1), tf.float32),
            tf.TensorSpec((None,), tf.int64),
            tf.TensorSpec((), tf.int32),
        ]
    )
    def train(self, x: tf.Tensor, y: tf.Tensor, batch_size: tf.Tensor) -> tf.Tensor:
        """A step for each batch; the sum of the losses of all rows."""
        total = tf.zeros(())
        for begin in tf.range(0, tf.shape(x)[0], batch_size):
            images, classes = x[begin : begin + batch_size], y[begin : begin + batch_size]
            rows = tf.cast(tf.shape(classes)[0], tf.float32)
            with tf.GradientTape() as tape:
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, self.model(images, training=True))
                loss = tf.reduce_sum(losses) / rows
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            total += loss * rows
        return total


def create_trainer(model: keras.Model) -> Trainer:
    return Trainer(model)


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
    parser = argparse.ArgumentParser(description="Train CNNLarge with TensorFlow.")
    parser.add_argument(
        "--data", type=Path, default=MNIST, help="a folder of IDX files or an .npz (default: %(default)s)"
    )
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()

    keras.utils.set_random_seed(arguments.seed)
    x_train, y_train, x_test, y_test = load_data(arguments.data)
    model = create_model()
    trainer = create_trainer(model)
    for epoch in range(arguments.epochs):
        (loss,) = trainer.fit(x_train, y_train, epochs=1, batch_size=arguments.batch_size)
        test_loss, accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
        print(f"epoch {epoch + 1}: loss {loss:.4f}, test loss {test_loss:.4f}, accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
