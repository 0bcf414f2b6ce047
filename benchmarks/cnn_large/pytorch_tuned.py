"""CNNLarge in PyTorch as fast as a CPU allows. 1,199,882 parameters.

Channels lie last in memory, as the images already do; pooling comes before relu, which gives the same numbers with a
quarter of the work; batches are gathered by index; Adam is PyTorch's fused kernel; and freed memory is kept for the
next step. torch.compile is left out: it needs a C++ compiler, and half a minute to start.

python benchmarks/cnn_large/pytorch_tuned.py --epochs 1
"""

from __future__ import annotations

import argparse
import ctypes
import gzip
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim.adam import adam

BACKEND = "pytorch"
LEVEL = "tuned"
BATCH_SIZE = 64
SEED = 42
MNIST = Path(__file__).parents[2] / "data" / "mnist"

# mallopt of the C library: blocks up to 1 GiB are taken from the heap, and the heap does not shrink.
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1
for setting in (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD):
    ctypes.CDLL(None).mallopt(setting, 1 << 30)


class CNNLarge(nn.Module):
    """Images [n, 28, 28, 1] -> logits [n, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3),
            nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, 3),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Flatten(),
            nn.Linear(9216, 128),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(128, 10),
        )
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.xavier_uniform_(parameter)
            else:
                nn.init.zeros_(parameter)
            if parameter.ndim == 4:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x.permute(0, 3, 1, 2))


def create_model() -> nn.Module:
    return CNNLarge()


class Trainer:
    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.parameters = list(model.parameters())
        self.values = [parameter.detach() for parameter in self.parameters]
        self.means, self.squares = ([torch.zeros_like(value) for value in self.values] for _ in range(2))
        self.steps = [torch.zeros(()) for _ in self.values]

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = True) -> list[float]:
        """The mean training loss of each epoch."""
        images, classes = torch.from_numpy(x), torch.from_numpy(y)
        self.model.train()
        history = []
        for _ in range(epochs):
            order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
            total = torch.zeros(())
            for rows in order.split(batch_size):
                loss = cross_entropy(self.model(images.index_select(0, rows)), classes.index_select(0, rows))
                self.update(torch.autograd.grad(loss, self.parameters))
                total += loss.detach() * len(rows)
            history.append(total.item() / len(x))
        return history

    def update(self, gradients: tuple[torch.Tensor, ...]) -> None:
        adam(
            self.values, list(gradients), self.means, self.squares, [], self.steps,
            fused=True, amsgrad=False, beta1=0.9, beta2=0.999, lr=0.001, weight_decay=0.0, eps=1e-7, maximize=False,
        )  # fmt: skip


def create_trainer(model: nn.Module) -> Trainer:
    return Trainer(model)


@torch.no_grad()
def evaluate(model: nn.Module, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Mean loss and accuracy."""
    model.eval()
    classes, logits = torch.from_numpy(y), torch.cat([model(part) for part in torch.from_numpy(x).split(1000)])
    right = (logits.argmax(1) == classes).float()
    return {"loss": cross_entropy(logits, classes).item(), "accuracy": right.mean().item()}


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
    parser = argparse.ArgumentParser(description="Train CNNLarge with PyTorch.")
    parser.add_argument(
        "--data", type=Path, default=MNIST, help="a folder of IDX files or an .npz (default: %(default)s)"
    )
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    x_train, y_train, x_test, y_test = load_data(arguments.data)
    model = create_model()
    trainer = create_trainer(model)
    for epoch in range(arguments.epochs):
        (loss,) = trainer.fit(x_train, y_train, epochs=1, batch_size=arguments.batch_size)
        test = evaluate(model, x_test, y_test)
        print(f"epoch {epoch + 1}: loss {loss:.4f}, test loss {test['loss']:.4f}, accuracy {test['accuracy']:.4f}")


if __name__ == "__main__":
    main()
