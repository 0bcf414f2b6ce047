"""One side of `neural parity`: what a generated program computes, written down under the names of its weights.

`python -m neural.parity PLAN.json...` takes the weights and batches of a plan, lets the program predict and train step
by step, and writes a parity folder (docs/worker.md); then comes the next plan, if there are more, of the same backend
and precision. All sides of a comparison draw the same batches.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from neural import tensorflow_float64
from neural.worker.program import load_program
from neural.worker.weights import SCHEMA, Tensor, describe, save_tensors, write_index

Plan = dict[str, Any]
Arrays = dict[str, np.ndarray]
Batch = tuple[Any, np.ndarray]  # an array or a dictionary of arrays, and targets


class Side(Protocol):
    """A program that has been loaded, with the weights of the plan."""

    def predict(self, x: Any) -> np.ndarray: ...
    def gradients(self, x: Any, y: np.ndarray) -> tuple[float, Arrays]: ...
    def step(self, x: Any, y: np.ndarray) -> float: ...
    def weights(self) -> Arrays: ...


def main(arguments: list[str]) -> int:
    if not arguments:
        print("usage: python -m neural.parity PLAN.json...", file=sys.stderr)
        return 2
    os.environ["OMP_NUM_THREADS"] = "1"  # a sum in another order has other bits
    if any(needs_onednn(Path(path)) for path in arguments):
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"  # as those programs say, but TensorFlow is loaded once for all
    failed = 0
    for path in arguments:
        try:
            run(json.loads(Path(path).read_text(encoding="utf-8")))
        except Exception:
            traceback.print_exc()
            failed += 1
    return int(failed > 0)


def needs_onednn(plan: Path) -> bool:
    """True where its program turns oneDNN on; of what cannot be read, run() tells the reason."""
    try:
        program = json.loads(plan.read_text(encoding="utf-8"))["program"]
        return 'os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"' in Path(program).read_text(encoding="utf-8")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def run(plan: Plan) -> None:
    folder = Path(plan["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    if plan["backend"] == "onnx":
        batches = batches_of(plan, lambda x: predict_with_onnx(plan, x))
        predictions = predict_with_onnx(plan, batches[0][0])
        index: dict[str, Any] = {"versions": versions("onnxruntime")}
    else:
        side = create_side(plan)
        batches = batches_of(plan, side.predict)
        predictions = side.predict(batches[0][0])
        index = measure(plan, side, reordered(batches, plan), folder) if plan["trains"] else {}
        index["versions"] = versions("torch" if plan["backend"] == "pytorch" else "tensorflow", "keras")
    np.save(folder / "predictions.npy", predictions)
    save_batches(batches, Path(plan["batches_folder"]))
    index["settings"] = {"tensorflow_onednn": has_onednn()} if plan["backend"] == "tensorflow" else {}
    write_index(folder, {"schema": SCHEMA, "batches": digest(batches), "predictions": "predictions.npy", **index})


def measure(plan: Plan, side: Side, batches: list[Batch], folder: Path) -> dict[str, Any]:
    """What training does: files in the folder, and what its index says of them."""
    initial = side.weights()
    loss, gradients = side.gradients(*batches[0])
    index: dict[str, Any] = {
        "parameters": describe(tensors(initial)),
        "step0_loss": loss,
        "gradients": save_tensors(folder, "gradient", tensors(gradients)),
    }
    losses, weights = [], {}
    for step in range(1, plan["steps"] + 1):
        losses.append(side.step(*batches[(step - 1) % len(batches)]))
        if step in plan["weights_after"]:
            weights[str(step)] = save_tensors(folder, f"step{step}", tensors(side.weights()))
    return {**index, "weights": weights, "losses": losses}


def tensors(arrays: Arrays) -> list[Tensor]:
    """In the order of the names, which is one on all sides."""
    return [Tensor(name, np.asarray(arrays[name])) for name in sorted(arrays)]


def versions(*packages: str) -> dict[str, str]:
    import importlib.metadata

    found = {}
    for package in packages:
        for name in (package, f"{package}-cpu"):
            try:
                found[package] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                continue
    return found


# ---- batches ----


def batches_of(plan: Plan, predict: Callable[[Any], np.ndarray]) -> list[Batch]:
    """`predict` is the network, asked for what it leaves open of the shape of its result."""
    if None in plan["output_shape"]:
        x = inputs_of(plan, np.random.default_rng(plan["seed"]))
        plan = {**plan, "output_shape": predict(x).shape[1:]}
    random = np.random.default_rng(plan["seed"])
    return [(inputs_of(plan, random), targets_of(plan, random)) for _ in range(plan["batches"])]


def inputs_of(plan: Plan, random: np.random.Generator) -> Any:
    inputs = {}
    for described in plan["inputs"]:
        shape = (plan["batch_size"], *described["shape"])
        if described["integer"]:
            inputs[described["name"]] = random.integers(0, plan["vocabulary"], shape)
        else:
            inputs[described["name"]] = random.normal(size=shape).astype(np.float32).astype(plan["precision"])
    return inputs if len(inputs) > 1 else next(iter(inputs.values()))


def targets_of(plan: Plan, random: np.random.Generator) -> np.ndarray:
    """Such as the loss is made for: classes, rows with a single 1, 0 and 1, distributions, counts, real numbers."""
    shape = (plan["batch_size"], *plan["output_shape"])
    if plan["targets"] == "classes":
        return random.integers(0, shape[-1], shape[:-1])
    if plan["targets"] == "one_hot":
        return np.eye(shape[-1], dtype=np.float32)[random.integers(0, shape[-1], shape[:-1])]
    if plan["targets"] == "binary":
        return random.integers(0, 2, shape).astype(np.float32)
    if "kl_divergence" in plan["loss"]:
        return random.dirichlet(np.ones(shape[-1]), shape[:-1]).astype(np.float32)
    if plan["loss"] in ("poisson", "mean_squared_logarithmic_error"):
        return random.integers(0, 5, shape).astype(np.float32)
    return random.normal(size=shape).astype(np.float32)


def reordered(batches: list[Batch], plan: Plan) -> list[Batch]:
    """For reruns, which are to feel what rounding does: the same samples, added up in another order."""
    if not plan["rerun"]:
        return batches
    order = np.random.default_rng((plan["seed"], plan["rerun"])).permutation(plan["batch_size"])
    return [
        ({name: x[order] for name, x in x.items()} if isinstance(x, dict) else x[order], y[order]) for x, y in batches
    ]


def save_batches(batches: list[Batch], folder: Path) -> None:
    """`x_<batch>_<input>.npy`, `y_<batch>.npy`: for the engine, which draws none. All sides draw the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (x, y) in enumerate(batches):
        for place, array in enumerate(x.values() if isinstance(x, dict) else (x,)):
            np.save(folder / f"x_{number}_{place}.npy", array)
        np.save(folder / f"y_{number}.npy", y)


def digest(batches: list[Batch]) -> str:
    """SHA-256 of all numbers, for a certificate that says what was seen."""
    found = hashlib.sha256()
    for x, y in batches:
        for array in (*(x.values() if isinstance(x, dict) else (x,)), y):
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


# ---- sides ----


def create_side(plan: Plan) -> Side:
    return PyTorchSide(plan) if plan["backend"] == "pytorch" else TensorFlowSide(plan)


def program_of(plan: Plan) -> Any:
    """The program of a side. Targets that it prepares, as float32, get the precision of the plan."""
    program: Any = load_program(Path(plan["program"]))
    if hasattr(program, "prepare_targets"):
        prepare = program.prepare_targets

        def prepare_targets(y: np.ndarray) -> np.ndarray:
            prepared: np.ndarray = prepare(y)
            return prepared.astype(plan["precision"]) if prepared.dtype.kind == "f" else prepared

        program.prepare_targets = prepare_targets
    return program


def captured(program: Any, model: Any) -> Arrays:
    """What `save_weights` would write, in the precision of the model."""
    found: Arrays = {}
    written = program.write_safetensors
    program.write_safetensors = lambda path, arrays: found.update(
        {name: np.array(each) for name, each in arrays.items()}
    )
    try:
        program.save_weights(model, os.devnull)
    finally:
        program.write_safetensors = written
    return found


class PyTorchSide:
    def __init__(self, plan: Plan) -> None:
        import torch

        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True, warn_only=True)
        if plan["precision"] == "float64":
            from neural import pytorch_float64

            pytorch_float64.prepare()
        self.program = program_of(plan)
        self.model = self.program.create_model().cpu()
        self.program.load_weights(self.model, plan["weights"])
        if plan["trains"]:
            self.trainer = self.program.create_trainer(self.model)

    def predict(self, x: Any) -> np.ndarray:
        return np.asarray(self.program.predict(self.model, x))

    def gradients(self, x: Any, y: np.ndarray) -> tuple[float, Arrays]:
        """Those of the program's own training step, taken before it clips and uses them; then all is as it was."""
        import torch

        before = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
        found: dict[str, torch.Tensor] = {}
        parameters = dict(self.model.named_parameters())
        hooks = [
            parameter.register_post_accumulate_grad_hook(lambda of, name=name: found.update({name: of.grad.clone()}))
            for name, parameter in parameters.items()
            if parameter.requires_grad
        ]
        loss = self.program.create_trainer(self.model).fit(x, y, epochs=1, batch_size=len(y), shuffle=False)[0]
        for hook in hooks:
            hook.remove()
        with torch.no_grad():
            for name, tensor in self.model.state_dict().items():
                tensor.copy_(found[name]) if name in found else tensor.zero_()
            arrays = captured(self.program, self.model)
            for name, tensor in self.model.state_dict().items():
                tensor.copy_(before[name])
        return float(loss), arrays

    def step(self, x: Any, y: np.ndarray) -> float:
        return float(self.trainer.fit(x, y, epochs=1, batch_size=len(y), shuffle=False)[0])

    def weights(self) -> Arrays:
        return captured(self.program, self.model)


@cache
def prepare_tensorflow(precision: str) -> None:
    """Once in a process: threads cannot be set later, and what is exact stays so."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_op_determinism()
    if precision == "float64":
        tensorflow_float64.prepare()


def has_onednn() -> bool:
    """Whether TensorFlow computes with oneDNN's kernels or its own, which processor and environment decide."""
    from tensorflow.python.framework import test_util

    return bool(test_util.IsMklEnabled())


class TensorFlowSide:
    def __init__(self, plan: Plan) -> None:
        prepare_tensorflow(plan["precision"])
        import keras

        keras.backend.clear_session()
        keras.utils.set_random_seed(0)
        self.program = program_of(plan)
        self.model = self.program.create_model()
        self.program.load_weights(self.model, plan["weights"])
        if plan["trains"]:
            self.trainer = self.program.create_trainer(self.model)

    def predict(self, x: Any) -> np.ndarray:
        return np.asarray(self.program.predict(self.model, x))

    def gradients(self, x: Any, y: np.ndarray) -> tuple[float, Arrays]:
        """As in training: in a graph, with the compiled loss and what regularizers add. Then all is as it was."""
        import tensorflow as tf

        model, variables = self.model, self.model.trainable_weights
        before = [variable.numpy() for variable in model.weights]
        if hasattr(self.program, "prepare_targets"):
            y = self.program.prepare_targets(y)

        @tf.function
        def compute(samples: Any, targets: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
            with tf.GradientTape() as tape:
                outputs = model(samples, training=True)
                loss = model.compute_loss(x=samples, y=targets, y_pred=outputs, training=True)
            gradients = tape.gradient(loss, [variable.value for variable in variables], unconnected_gradients="zero")
            return loss, [tf.convert_to_tensor(gradient) for gradient in gradients]

        samples = {name: tf.constant(each) for name, each in x.items()} if isinstance(x, dict) else tf.constant(x)
        loss, gradients = compute(samples, tf.constant(y))
        found = {id(variable): gradient.numpy() for variable, gradient in zip(variables, gradients, strict=True)}
        for variable in model.weights:
            variable.assign(found.get(id(variable), np.zeros(variable.shape)))
        arrays = captured(self.program, model)
        for variable, value in zip(model.weights, before, strict=True):
            variable.assign(value)
        return float(loss), arrays

    def step(self, x: Any, y: np.ndarray) -> float:
        return float(self.trainer.fit(x, y, epochs=1, batch_size=len(y), shuffle=False)[0])

    def weights(self) -> Arrays:
        return captured(self.program, self.model)


def predict_with_onnx(plan: Plan, x: Any) -> np.ndarray:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(plan["program"], options, providers=["CPUExecutionProvider"])
    arrays = x.values() if isinstance(x, dict) else (x,)
    feeds = {}
    for each, array in zip(session.get_inputs(), arrays, strict=True):
        feeds[each.name] = array if array.dtype.kind == "i" else array.astype(np.float32)
    return session.run(None, feeds)[0].astype(plan["precision"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
