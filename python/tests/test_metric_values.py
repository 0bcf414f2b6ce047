"""What `evaluate` of generated PyTorch programs gives, against the metrics of Keras that see the same in batches."""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch")

ROWS, UNITS = 90, 4
BATCH = 32
TOLERANCE = 1e-5

RNG = np.random.default_rng(4)
LOGITS = RNG.normal(scale=2, size=(ROWS, UNITS)).astype(np.float32)
VALUES = RNG.normal(size=(ROWS, UNITS)).astype(np.float32)
POSITIVE = RNG.uniform(0.1, 3, (ROWS, UNITS)).astype(np.float32)
LABELS = RNG.integers(0, 2, (ROWS, UNITS)).astype(np.float32)
CLASSES = RNG.integers(0, UNITS, ROWS)
ONE_HOT = np.eye(UNITS, dtype=np.float32)[CLASSES]


@dataclass(frozen=True)
class Setting:
    """What a network ends in, and what it is asked to give."""

    loss: str
    activation: str
    targets: np.ndarray
    fuses: bool = True  # the module's outputs are logits

    def __str__(self) -> str:
        return f"{self.loss}-{self.activation}"


CATEGORICAL = Setting("ce", "softmax", ONE_HOT)
SPARSE = Setting("scce", "softmax", CLASSES)
BINARY = Setting("bce", "sigmoid", LABELS)
REAL = Setting("mse", "linear", VALUES, fuses=False)
AMOUNTS = Setting("mse", "softplus", POSITIVE, fuses=False)
SHARES = Setting("mse", "softmax", ONE_HOT, fuses=False)
CHANCES = Setting("mse", "sigmoid", LABELS, fuses=False)
SETTINGS = [CATEGORICAL, SPARSE, BINARY, REAL, AMOUNTS, SHARES, CHANCES]


@dataclass(frozen=True)
class Metric:
    setting: Setting
    name: str  # in the language, with its arguments
    keras: str  # expression of keras.metrics and keras.losses

    def __str__(self) -> str:
        return f"{self.name}-{self.setting}"


def of_loss(name: str, **arguments: Any) -> str:
    written = "".join(f", {key}={value}" for key, value in arguments.items())
    return f"metrics.MeanMetricWrapper(losses.{name}{written})"


AUC = "metrics.AUC(num_thresholds=200, curve='ROC')"
F1 = "metrics.F1Score(average='micro', threshold=0.5)"
METRICS = [
    Metric(CATEGORICAL, "accuracy", "metrics.CategoricalAccuracy()"),
    Metric(SPARSE, "accuracy", "metrics.SparseCategoricalAccuracy()"),
    Metric(BINARY, "accuracy", "metrics.BinaryAccuracy(threshold=0.5)"),
    Metric(CATEGORICAL, "binary_accuracy", "metrics.BinaryAccuracy(threshold=0.5)"),
    Metric(REAL, "binary_accuracy", "metrics.BinaryAccuracy(threshold=0.5)"),
    Metric(CATEGORICAL, "top_k_categorical_accuracy(k=2)", "metrics.TopKCategoricalAccuracy(k=2)"),
    Metric(SPARSE, "sparse_top_k_categorical_accuracy(k=3)", "metrics.SparseTopKCategoricalAccuracy(k=3)"),
    *(Metric(setting, "precision", "metrics.Precision(thresholds=0.5)") for setting in (BINARY, CATEGORICAL)),
    *(Metric(setting, "recall", "metrics.Recall(thresholds=0.5)") for setting in (BINARY, CATEGORICAL)),
    *(Metric(setting, "f1", F1) for setting in (BINARY, CATEGORICAL, CHANCES)),
    *(Metric(setting, "auc", AUC) for setting in (BINARY, CATEGORICAL, CHANCES)),
    *(Metric(SPARSE, name, f"of_classes({text})") for name, text in (("auc", AUC), ("f1", F1))),
    Metric(SPARSE, "precision", "of_classes(metrics.Precision(thresholds=0.5))"),
    *(Metric(setting, "mse", of_loss("mean_squared_error")) for setting in (REAL, CATEGORICAL, BINARY)),
    Metric(REAL, "mae", of_loss("mean_absolute_error")),
    Metric(REAL, "mape", of_loss("mean_absolute_percentage_error")),
    Metric(AMOUNTS, "msle", of_loss("mean_squared_logarithmic_error")),
    Metric(REAL, "rmse", "metrics.RootMeanSquaredError()"),
    Metric(REAL, "huber(delta=0.5)", of_loss("huber", delta=0.5)),
    Metric(REAL, "log_cosh", of_loss("log_cosh")),
    Metric(BINARY, "hinge", of_loss("hinge")),
    Metric(BINARY, "squared_hinge", of_loss("squared_hinge")),
    Metric(CATEGORICAL, "categorical_hinge", of_loss("categorical_hinge")),
    Metric(CATEGORICAL, "kl_divergence", of_loss("kl_divergence")),
    Metric(AMOUNTS, "poisson", of_loss("poisson")),
    Metric(REAL, "cosine_similarity", of_loss("cosine_similarity", axis=-1)),
    *(
        Metric(setting, "ce(label_smoothing=0.1)", of_loss("categorical_crossentropy", label_smoothing=0.1))
        for setting in (CATEGORICAL, SHARES)
    ),
    Metric(SPARSE, "scce", of_loss("sparse_categorical_crossentropy")),
    *(
        Metric(setting, "bce", of_loss("binary_crossentropy"))
        for setting in (BINARY, CATEGORICAL, CHANCES)
    ),
    Metric(REAL, "bce", of_loss("binary_crossentropy", from_logits=True)),
    Metric(BINARY, "binary_focal_crossentropy", of_loss("binary_focal_crossentropy")),
    Metric(CATEGORICAL, "categorical_focal_crossentropy", of_loss("categorical_focal_crossentropy")),
]  # fmt: skip

ACTIVATIONS = {"linear": "x", "softmax": "x.softmax(-1)", "sigmoid": "x.sigmoid()", "softplus": "softplus(x)"}


def activated(setting: Setting) -> np.ndarray:
    names = {"x": torch.from_numpy(LOGITS), "softplus": torch.nn.functional.softplus}
    return eval(ACTIVATIONS[setting.activation], names).numpy()


def of_keras(metric: Metric) -> float:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    keras = pytest.importorskip("keras")
    is_of_classes = metric.keras.startswith("of_classes")
    names = {"metrics": keras.metrics, "losses": keras.losses, "of_classes": lambda inner: inner}
    theirs = eval(metric.keras, names)
    targets = ONE_HOT if is_of_classes else metric.setting.targets
    outputs = activated(metric.setting)
    for start in range(0, ROWS, BATCH):
        theirs.update_state(targets[start : start + BATCH], outputs[start : start + BATCH])
    return float(theirs.result())


def program_with(compiler: Any, setting: Setting, *metrics: str) -> ModuleType:
    source = f"""network N {{
  input: (3)
  layers: Output({UNITS}, {setting.activation})
  loss: {setting.loss}
  metrics: [{", ".join(metrics)}]
}}"""
    return compiler.module(source, backend="pytorch")


def evaluated(program: ModuleType, setting: Setting) -> dict[str, float]:
    """With the outputs given instead of computed."""
    outputs = torch.from_numpy(LOGITS if setting.fuses else activated(setting))
    program.compute_outputs = lambda *_: outputs
    return program.evaluate(program.create_model(), np.zeros((ROWS, 3), np.float32), setting.targets)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_metrics_are_those_of_keras(compiler: Any, setting: Setting) -> None:
    """All metrics of a setting in one program."""
    metrics = [metric for metric in METRICS if metric.setting is setting]
    program = program_with(compiler, setting, *(metric.name for metric in metrics))
    result = evaluated(program, setting)
    result.pop("loss")
    if len(result) > len(metrics):
        result.pop("accuracy")
    assert len(result) == len(metrics)
    for metric, (name, value) in zip(metrics, result.items(), strict=True):
        assert value == pytest.approx(of_keras(metric), rel=TOLERANCE, abs=1e-6), (str(metric), name)


def test_empty_classes_are_no_numbers_less(compiler: Any) -> None:
    """No label is positive, and no prediction."""
    program = program_with(compiler, BINARY, "precision", "recall", "f1", "auc")
    program.compute_outputs = lambda *_: torch.full((5, UNITS), -3.0)
    zeros = np.zeros((5, UNITS), np.float32)
    result = program.evaluate(program.create_model(), np.zeros((5, 3), np.float32), zeros)
    assert {name: result[name] for name in ("precision", "recall", "f1", "auc")} == dict.fromkeys(
        ("precision", "recall", "f1", "auc"), 0.0
    )


def test_every_class_is_among_more_than_there_are(compiler: Any) -> None:
    program = program_with(compiler, SPARSE, "sparse_top_k_categorical_accuracy(k=9)")
    assert evaluated(program, SPARSE)["sparse_top_k_categorical_accuracy"] == 1


def test_metrics_of_class_numbers_that_have_none_are_refused(compiler: Any) -> None:
    for name in ("mse", "categorical_crossentropy", "binary_accuracy"):
        with pytest.raises(AssertionError, match=r"(?s)error\[E701\].*of class numbers.*sparse_categorical"):
            program_with(compiler, SPARSE, name)
