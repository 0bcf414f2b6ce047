"""What every backend with Keras in front has in common. The variable KERAS_BACKEND is set before this is imported."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import keras
import numpy as np

from neural.worker.backend import Trainer
from neural.worker.declared import reduction_of
from neural.worker.plan import Declared, Plan
from neural.worker.program import ContractError
from neural.worker.weights import Tensor, Weights


class ClassCrossentropy(keras.losses.CategoricalCrossentropy):
    """Takes class numbers as well as one-hot rows."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if y_true.shape[1:] != y_pred.shape[1:]:
            classes = keras.ops.cast(keras.ops.reshape(y_true, (-1, *y_pred.shape[1:-1])), "int32")
            y_true = keras.ops.one_hot(classes, y_pred.shape[-1], dtype=y_pred.dtype)
        return super().call(y_true, y_pred)


LOSSES = {
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
    "categorical_crossentropy": ClassCrossentropy,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "mean_squared_error": keras.losses.MeanSquaredError,
}
OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop")
EVALUATION_BATCH = 1024


class KerasBackend:
    """The half of a backend that is the same on TensorFlow, PyTorch and JAX."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def seed(self, seed: int) -> None:
        keras.utils.set_random_seed(seed % 2**32)

    def create_model(self, program: ModuleType) -> keras.Model:
        if not hasattr(program, "create_model"):
            raise ContractError("the program has no `create_model`")
        model = program.create_model()
        if not isinstance(model, keras.Model):
            raise ContractError(f"`create_model` returned a {type(model).__name__}, expected a keras.Model")
        if not model.built:
            model.build((None, *self.plan.input_shape))
        if not model.compiled:
            metrics = ["accuracy"] if self.plan.loss.name.endswith("crossentropy") else []
            optimizer = create_optimizer(self.plan.optimizer)
            model.compile(optimizer=optimizer, loss=create_loss(self.plan.loss, model), metrics=metrics)
        return model

    def create_trainer(self, program: ModuleType, model: keras.Model) -> Trainer:
        return program.create_trainer(model) if hasattr(program, "create_trainer") else FitTrainer(model)

    def evaluate(self, program: ModuleType, model: keras.Model, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        if hasattr(program, "evaluate"):
            return program.evaluate(model, x, y)
        result = model.evaluate(x, y, batch_size=EVALUATION_BATCH, verbose=0, return_dict=True)
        accuracy = next((value for name, value in result.items() if name.endswith(("accuracy", "acc"))), None)
        return {"loss": result["loss"], "accuracy": accuracy}

    def disable_dropout(self, model: keras.Model) -> None:
        for layer in model._flatten_layers():
            if isinstance(layer, keras.layers.Dropout | keras.layers.GaussianDropout | keras.layers.AlphaDropout):
                layer.rate = 0.0
            for name in ("dropout", "recurrent_dropout"):  # recurrent cells and attention
                if isinstance(getattr(layer, name, None), float):
                    setattr(layer, name, 0.0)

    def count_parameters(self, model: keras.Model) -> int:
        return int(model.count_params())

    def weights(self, model: keras.Model) -> Weights:
        return Weights([copied(v) for v in model.trainable_weights], [copied(v) for v in model.non_trainable_weights])

    def assign(self, model: keras.Model, weights: Weights) -> None:
        own = model.trainable_weights + model.non_trainable_weights
        for variable, given in zip(own, weights.trainable + weights.state, strict=True):
            variable.assign(given.value)


class FitTrainer:
    """The documented way: `fit` of the compiled model."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model

    def fit(self, x: np.ndarray, y: np.ndarray, *, epochs: int, batch_size: int, shuffle: bool) -> list[float]:
        history = self.model.fit(x, y, epochs=epochs, batch_size=batch_size, shuffle=shuffle, verbose=0)
        return history.history["loss"]


def create_loss(declared: Declared, model: keras.Model) -> keras.losses.Loss:
    """As declared; a cross-entropy is told whether the model's output is activated."""
    if declared.name not in LOSSES:
        raise ContractError(f"the worker has no Keras form of the loss `{declared.name}`")
    arguments: dict[str, Any] = {"reduction": reduction_of(declared)}
    if declared.name.endswith("crossentropy"):
        arguments["from_logits"] = gives_logits(model)
    if smoothing := declared.parameters.get("label_smoothing"):
        arguments["label_smoothing"] = smoothing
    return LOSSES[declared.name](**arguments)


def create_optimizer(declared: Declared) -> keras.optimizers.Optimizer:
    """The language's optimisers and their parameters are those of Keras."""
    if declared.name not in OPTIMIZERS:
        raise ContractError(f"the worker has no Keras form of the optimiser `{declared.name}`")
    return getattr(keras.optimizers, declared.name)(**declared.parameters)


def gives_logits(model: keras.Model) -> bool:
    """What the compiled loss says, else whether the last layer is activated."""
    if model.compiled and model.loss is not None:
        return bool(getattr(model.loss, "from_logits", False))
    last = model.layers[-1]
    activation = getattr(last, "activation", None)
    activated = activation in (keras.activations.softmax, keras.activations.sigmoid)
    return not activated and not isinstance(last, keras.layers.Softmax)


def copied(variable: keras.Variable) -> Tensor:
    value = variable.numpy()
    return Tensor(variable.path, np.array(value, np.float64 if value.dtype == np.float64 else np.float32))
