"""DeepMLP the way Lightning's guides teach it: a LightningModule and a Trainer. 567,434 parameters.

python benchmarks/deep_mlp/lightning_native.py --epochs 1
"""

from __future__ import annotations

import argparse
import gzip
import logging
import warnings
from pathlib import Path

import lightning
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BACKEND = "lightning"
LEVEL = "other"
REFERENCE = "pytorch"
BATCH_SIZE = 64
SEED = 42
MNIST = Path(__file__).parents[2] / "data" / "mnist"


class DeepMLP(lightning.LightningModule):
    """Images [n, 28, 28, 1] -> logits [n, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(28 * 28, 512),
            nn.ReLU(),
            nn.Linear(512, 256),
            nn.ReLU(),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, 10),
        )
        self.apply(initialise)
        self.loss = nn.CrossEntropyLoss()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)

    def training_step(self, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        images, classes = batch
        loss = self.loss(self(images), classes)
        self.log("loss", loss, on_step=False, on_epoch=True, batch_size=len(images))
        return loss

    def validation_step(self, batch: tuple[torch.Tensor, torch.Tensor]) -> None:
        images, classes = batch
        logits = self(images)
        accuracy = (logits.argmax(1) == classes).float().mean()
        self.log_dict({"test_loss": self.loss(logits, classes), "accuracy": accuracy}, batch_size=len(images))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=0.001, betas=(0.9, 0.999), eps=1e-7)


def initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


def create_model() -> DeepMLP:
    return DeepMLP()


class Losses(lightning.Callback):
    def __init__(self) -> None:
        self.history: list[float] = []

    def on_train_epoch_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        self.history.append(float(trainer.callback_metrics["loss"]))


class Trainer:
    def __init__(self, model: DeepMLP) -> None:
        self.model = model
        # Lightning asks for an optimiser at each `fit`; this one is to remember the steps of the `fit` before.
        optimizer = model.configure_optimizers()
        model.configure_optimizers = lambda: optimizer  # type: ignore[method-assign]

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = True) -> list[float]:
        """The mean training loss of each epoch."""
        dataset = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
        losses = Losses()
        trainer = create_runner(epochs, losses)
        trainer.fit(self.model, DataLoader(dataset, batch_size=batch_size, shuffle=shuffle))
        return losses.history


def create_runner(epochs: int, *callbacks: lightning.Callback) -> lightning.Trainer:
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", ".*does not have many workers.*")  # the data lies in memory
    return lightning.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        callbacks=list(callbacks),
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def create_trainer(model: DeepMLP) -> Trainer:
    return Trainer(model)


def evaluate(model: DeepMLP, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Mean loss and accuracy."""
    loader = DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), batch_size=1000)
    (result,) = create_runner(1).validate(model, loader, verbose=False)
    return {"loss": result["test_loss"], "accuracy": result["accuracy"]}


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
    parser = argparse.ArgumentParser(description="Train DeepMLP with Lightning.")
    parser.add_argument(
        "--data", type=Path, default=MNIST, help="a folder of IDX files or an .npz (default: %(default)s)"
    )
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()

    lightning.seed_everything(arguments.seed, verbose=False)
    x_train, y_train, x_test, y_test = load_data(arguments.data)
    model = create_model()
    trainer = create_trainer(model)
    losses = trainer.fit(x_train, y_train, epochs=arguments.epochs, batch_size=arguments.batch_size)
    test = evaluate(model, x_test, y_test)
    print(f"loss {losses[-1]:.4f}, test loss {test['loss']:.4f}, accuracy {test['accuracy']:.4f}")


if __name__ == "__main__":
    main()
