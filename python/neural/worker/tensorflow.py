"""TensorFlow with Keras as a backend of the worker."""

from __future__ import annotations

import os

import numpy as np

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf

from neural.worker.keras_backend import KerasBackend, create_loss
from neural.worker.weights import Tensor


class TensorFlow(KerasBackend):
    def set_threads(self, threads: int) -> None:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)

    def threads(self) -> dict[str, int]:
        return {
            "intra_op": tf.config.threading.get_intra_op_parallelism_threads(),
            "inter_op": tf.config.threading.get_inter_op_parallelism_threads(),
        }

    def settings(self) -> dict[str, str]:
        return {
            "default_dtype": keras.config.floatx(),
            "dtype_policy": keras.config.dtype_policy().name,
            "functions_run_eagerly": str(tf.config.functions_run_eagerly()),
            "jit": str(tf.config.optimizer.get_jit() or "off"),
            "optimizer_options": str(tf.config.optimizer.get_experimental_options() or "default"),
            "tensor_float_32": str(tf.config.experimental.tensor_float_32_execution_enabled()),
        }

    def be_deterministic(self) -> None:
        tf.config.experimental.enable_op_determinism()

    def gradients(self, model: keras.Model, x: np.ndarray, y: np.ndarray) -> tuple[float, list[Tensor]]:
        declared = create_loss(self.plan.loss, model)
        variables = model.trainable_weights

        @tf.function  # as in training: only a graph lets Keras see through a softmax to the logits
        def compute(samples: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
            with tf.GradientTape() as tape:
                loss = declared(targets, model(samples, training=True))
            gradients = tape.gradient(loss, [variable.value for variable in variables], unconnected_gradients="zero")
            return loss, [tf.convert_to_tensor(gradient) for gradient in gradients]

        loss, gradients = compute(tf.constant(x), tf.constant(y))
        named = zip(variables, gradients, strict=True)
        return float(loss), [Tensor(variable.path, gradient.numpy()) for variable, gradient in named]

    def synchronize(self) -> None:
        tf.test.experimental.sync_devices()
