"""What Keras makes of a case."""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from keras_shapes import compositions
from keras_shapes.cases import Case, Refusal, Result, Shape


def built(case: Case) -> Result | Refusal:
    """Of shapes first, and then, where the processor can, of zeros: what comes out must be what was announced."""
    real = None
    try:
        model = model_of(case)
        if any(size == 0 for layer in model.layers for size in layer.output.shape):
            return Refusal((), "nothing is left of a tensor")
        if case.runs:
            arrays = [np.zeros((2, *(size or case.dynamic for size in shape)), np.float32) for shape in case.inputs]
            real = real_shape(model, arrays)
    except (NameError, SyntaxError):
        raise  # the case is wrong
    except Exception as error:  # of many kinds: Keras and TensorFlow refuse in their own ways
        return Refusal((), f"{type(error).__name__}: {error}")
    announced = tuple(model.outputs[0].shape[1:])
    if real is not None and not fits(announced, real):
        return Refusal((), f"Keras announces {announced}, and makes {real}")
    return Result(announced, tuple((tuple(weight.shape), bool(weight.trainable)) for weight in model.weights))


def real_shape(model: Any, arrays: list[Any]) -> Shape | None:
    """None where TensorFlow knows the shapes, and has no code for this processor."""
    try:
        return tuple(model(arrays, training=False).shape[1:])
    except Exception as error:
        if "Current CPU implementations do not yet support" in str(error):
            return None
        raise


def model_of(case: Case) -> Any:
    names = {**vars(keras.layers), **vars(compositions)}
    made = eval(case.keras or f"[{case.layers}]", names)
    inputs = [keras.Input(shape) for shape in case.inputs]
    tensors: Any = inputs if len(inputs) > 1 else inputs[0]
    for step in made if isinstance(made, list) else [made]:
        tensors = step(tensors)
    return keras.Model(inputs, tensors)


def fits(shape: Shape, real: Shape) -> bool:
    return len(shape) == len(real) and all(size in (None, other) for size, other in zip(shape, real, strict=True))
