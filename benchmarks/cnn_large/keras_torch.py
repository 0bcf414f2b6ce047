"""CNNLarge in Keras on PyTorch: a Sequential model, compile, fit. 1,199,882 parameters.

python benchmarks/cnn_large/keras_torch.py --epochs 1
"""

from __future__ import annotations

import argparse
import gzip
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import layers

BACKEND = "keras_torch"
LEVEL = "other"
REFERENCE = "tensorflow"
BATCH_SIZE = 64
SEED = 42
MNIST = Path(__file__).parents[2] / "data" / "mnist"


def create_model() -> keras.Model:
    """Images [n, 28, 28, 1] -> probabilities [n, 10]."""
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7),
        metrics=["accuracy"],
    )
    return model


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
    parser = argparse.ArgumentParser(description="Train CNNLarge with Keras on PyTorch.")
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
    model.fit(x_train, y_train, batch_size=arguments.batch_size, epochs=arguments.epochs, verbose=2)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"test loss {loss:.4f}, accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
