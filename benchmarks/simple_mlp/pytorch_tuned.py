"""SimpleMLP in PyTorch as fast as a CPU allows. 101,770 parameters.

Backpropagation is written out over buffers that are made once, and Adam is PyTorch's fused kernel: neither autograd nor
an optimiser object runs in the loop. torch.compile takes seconds to start and gains nothing over this.

python benchmarks/simple_mlp/pytorch_tuned.py --epochs 1
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot
from torch.optim.adam import adam

BACKEND = "pytorch"
LEVEL = "tuned"
BATCH_SIZE = 64
SEED = 42
MNIST = Path(__file__).parents[2] / "data" / "mnist"


def create_model() -> nn.Sequential:
    """Images [n, 28, 28, 1] -> logits [n, 10]."""
    hidden, output = nn.Linear(784, 128), nn.Linear(128, 10)
    for layer in (hidden, output):
        nn.init.xavier_uniform_(layer.weight)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), nn.Dropout(0.2), output)


class Trainer:
    def __init__(self, model: nn.Sequential) -> None:
        self.dropout = next(layer for layer in model if isinstance(layer, nn.Dropout))
        self.parameters = [parameter.detach() for parameter in model.parameters()]
        self.gradients, self.means, self.squares = (
            [torch.zeros_like(parameter) for parameter in self.parameters] for _ in range(3)
        )
        self.steps = [torch.zeros(()) for _ in self.parameters]

    @torch.inference_mode()
    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool = True) -> list[float]:
        """The mean training loss of each epoch."""
        images = torch.from_numpy(x).flatten(1)
        targets = one_hot(torch.from_numpy(y), 10).float()
        history = []
        for _ in range(epochs):
            self.make_buffers(batch_size)
            order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
            total = torch.zeros(())
            for rows in order.split(batch_size):
                if len(rows) < batch_size:
                    self.make_buffers(len(rows))
                torch.index_select(images, 0, rows, out=self.images)
                total += self.backpropagate(targets.index_select(0, rows))
                self.update()
            history.append(total.item() / len(x))
        return history

    def make_buffers(self, rows: int) -> None:
        self.images = torch.empty(rows, 784)
        self.hidden, self.kept, self.hidden_gradient = (torch.empty(rows, 128) for _ in range(3))
        self.logits = torch.empty(rows, 10)

    def backpropagate(self, targets: torch.Tensor) -> torch.Tensor:
        """The summed loss of the batch in `images`; the gradients of its mean are left in `gradients`."""
        weight_1, bias_1, weight_2, bias_2 = self.parameters
        rate = self.dropout.p
        torch.addmm(bias_1, self.images, weight_1.t(), out=self.hidden).relu_()
        if rate > 0:
            torch.rand(self.kept.shape, out=self.kept).ge_(rate).div_(1 - rate)
            self.hidden.mul_(self.kept)
        torch.addmm(bias_2, self.hidden, weight_2.t(), out=self.logits)
        logs = torch.log_softmax(self.logits, 1)
        loss = torch.dot(logs.flatten(), targets.flatten()).neg()

        gradient = logs.exp_().sub_(targets).div_(len(targets))
        torch.mm(gradient.t(), self.hidden, out=self.gradients[2])
        torch.sum(gradient, 0, out=self.gradients[3])
        # What relu or dropout silenced is 0, so the sign of the output is the mask of both.
        torch.mm(gradient, weight_2, out=self.hidden_gradient).mul_(self.hidden.sign_()).div_(1 - rate)
        torch.mm(self.hidden_gradient.t(), self.images, out=self.gradients[0])
        torch.sum(self.hidden_gradient, 0, out=self.gradients[1])
        return loss

    def update(self) -> None:
        adam(
            self.parameters, self.gradients, self.means, self.squares, [], self.steps,
            fused=True, amsgrad=False, beta1=0.9, beta2=0.999, lr=0.001, weight_decay=0.0, eps=1e-7, maximize=False,
        )  # fmt: skip


def create_trainer(model: nn.Sequential) -> Trainer:
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
    parser = argparse.ArgumentParser(description="Train SimpleMLP with PyTorch.")
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
