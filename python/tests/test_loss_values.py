"""What compute_loss of generated PyTorch programs gives, against the losses of Keras."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from generated import module_of

import neural

pytestmark = pytest.mark.frameworks

ROWS, UNITS = 7, 4
TOLERANCE = 1e-5

RNG = np.random.default_rng(1)
OUTPUTS = RNG.normal(size=(ROWS, UNITS)).astype(np.float32)
VALUES = RNG.normal(size=(ROWS, UNITS)).astype(np.float32)
POSITIVE = RNG.uniform(0.1, 3, (ROWS, UNITS)).astype(np.float32)
BINARY = RNG.integers(0, 2, (ROWS, UNITS)).astype(np.float32)
ONE_HOT = np.eye(UNITS, dtype=np.float32)[RNG.integers(0, UNITS, ROWS)]
SHARES = RNG.dirichlet(np.ones(UNITS), ROWS).astype(np.float32)
PROBABILITIES = RNG.dirichlet(np.ones(UNITS), ROWS).astype(np.float32)


@dataclass(frozen=True)
class Loss:
    name: str
    keras: str
    targets: np.ndarray
    outputs: np.ndarray = field(default_factory=lambda: OUTPUTS)
    activation: str = "linear"
    arguments: dict[str, Any] = field(default_factory=dict)  # in both


LOGITS = {"from_logits": True}
LOSSES = [
    Loss("mse", "MeanSquaredError", VALUES),
    Loss("mae", "MeanAbsoluteError", VALUES),
    Loss("mape", "MeanAbsolutePercentageError", VALUES),
    Loss("msle", "MeanSquaredLogarithmicError", POSITIVE),
    Loss("huber", "Huber", VALUES, arguments={"delta": 0.7}),
    Loss("log_cosh", "LogCosh", VALUES),
    Loss("hinge", "Hinge", BINARY),
    Loss("hinge", "Hinge", 2 * BINARY - 1),
    Loss("squared_hinge", "SquaredHinge", BINARY),
    Loss("categorical_hinge", "CategoricalHinge", ONE_HOT),
    Loss("kl_divergence", "KLDivergence", SHARES, PROBABILITIES, "softmax"),
    Loss("poisson", "Poisson", POSITIVE, np.exp(OUTPUTS), "exponential"),
    Loss("cosine_similarity", "CosineSimilarity", VALUES),
    Loss("ce", "CategoricalCrossentropy", ONE_HOT, activation="softmax", arguments={"label_smoothing": 0.1}),
    Loss("bce", "BinaryCrossentropy", BINARY, activation="sigmoid", arguments={"label_smoothing": 0.1}),
    Loss("scce", "SparseCategoricalCrossentropy", ONE_HOT.argmax(-1), activation="softmax"),
    Loss("binary_focal_crossentropy", "BinaryFocalCrossentropy", BINARY, activation="sigmoid",
         arguments={"alpha": 0.3, "gamma": 1.5}),
    Loss("binary_focal_crossentropy", "BinaryFocalCrossentropy", BINARY, activation="sigmoid",
         arguments={"apply_class_balancing": True}),
    Loss("categorical_focal_crossentropy", "CategoricalFocalCrossentropy", ONE_HOT, activation="softmax",
         arguments={"alpha": 0.3, "gamma": 1.5}),
]  # fmt: skip


def program_with(loss: str, activation: str) -> Any:
    source = f"network N {{ input: (3) layers: Output({UNITS}, {activation}) loss: {loss} }}"
    return module_of(neural.compile(source, backend="pytorch"))


def computed(program: Any, outputs: np.ndarray, targets: np.ndarray) -> float:
    import torch

    return program.compute_loss(torch.from_numpy(outputs.copy()), torch.from_numpy(targets.copy())).item()


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_a_loss_is_that_of_keras(loss: Loss, reduction: str) -> None:
    pytest.importorskip("torch")
    losses = pytest.importorskip("keras").losses
    written = ", ".join(f"{name}={value}" for name, value in {**loss.arguments, "reduction": reduction}.items())
    program = program_with(f"{loss.name}({written})", loss.activation)
    logits = LOGITS if "crossentropy" in loss.keras.lower() else {}
    theirs = getattr(losses, loss.keras)(
        reduction="sum_over_batch_size" if reduction == "mean" else "sum", **loss.arguments, **logits
    )
    expected = float(theirs(loss.targets, loss.outputs))
    assert computed(program, loss.outputs, loss.targets) == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE)


def test_the_root_is_over_the_whole_batch() -> None:
    pytest.importorskip("torch")
    expected = float(np.sqrt(np.square(OUTPUTS - VALUES).mean()))
    assert computed(program_with("rmse", "linear"), OUTPUTS, VALUES) == pytest.approx(expected, rel=TOLERANCE)


def test_the_highest_scores_are_counted() -> None:
    pytest.importorskip("torch")
    source = """network N {
  input: (3)
  layers: Output(4)
  loss: scce
  metrics: ["accuracy", "sparse_top_k_categorical_accuracy(k=2)"]
}"""
    module = module_of(neural.compile(source, backend="pytorch"))
    model = module.create_model()
    x, y = RNG.normal(size=(50, 3)).astype(np.float32), RNG.integers(0, UNITS, 50)
    order = module.predict(model, x).argsort(axis=-1)
    result = module.evaluate(model, x, y)
    assert result["accuracy"] == pytest.approx((order[:, -1] == y).mean())
    assert result["sparse_top_k_categorical_accuracy"] == pytest.approx((order[:, -2:] == y[:, None]).any(-1).mean())
