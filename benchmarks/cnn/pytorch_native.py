"""CNN the way PyTorch's tutorials teach it: a module, a DataLoader and a loop. 225,034 parameters.

python benchmarks/cnn/pytorch_native.py --epochs 1
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BACKEND = "pytorch"
LEVEL = "idiomatic"
BATCH_SIZE = 64
SEED = 42
MNIST = Path(__file__).parents[2] / "data" / "mnist"


class CNN(nn.Module):
    """Images [n, 28, 28, 1] -> logits [n, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(64 * 5 * 5, 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, 10),
        )
        self.apply(initialise)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x.permute(0, 3, 1, 2))


def initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def create_model() -> nn.Module:
    return CNN()


class Trainer:
    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=0.001, betas=(0.9, 0.999), eps=1e-7)

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = True) -> list[float]:
        """The mean training loss of each epoch."""
        dataset = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
        loader = DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)
        self.model.train()
        history = []
        for _ in range(epochs):
            total = 0.0
            for images, classes in loader:
                self.optimizer.zero_grad()
                loss = self.loss(self.model(images), classes)
                loss.backward()
                self.optimizer.step()
                total += loss.item() * len(images)
            history.append(total / len(dataset))
        return history


def create_trainer(model: nn.Module) -> Trainer:
    return Trainer(model)


@torch.no_grad()
def evaluate(model: nn.Module, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Mean loss and accuracy."""
    model.eval()
    criterion = nn.CrossEntropyLoss()
    loss, correct = 0.0, 0
    for images, classes in DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), batch_size=1000):
        logits = model(images)
        loss += criterion(logits, classes).item() * len(images)
        correct += int((logits.argmax(1) == classes).sum())
    return {"loss": loss / len(x), "accuracy": correct / len(x)}


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
    parser = argparse.ArgumentParser(description="Train CNN with PyTorch.")
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
