"""What one program has to do on one backend: be built as it was checked, train, and compute what the others compute."""

from __future__ import annotations

import gc
import json
import math
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from generated import module_of
from valid_programs import ROWS, Network, fits, inputs_like, inputs_of, named_shapes, targets_like

import neural
from random_networks.networks import Program

Record = dict[str, Any]
BACKENDS = ("pytorch", "tensorflow", "onnx")
TOLERANCE = 1e-5  # of the largest value
# Relative, of weights and inputs: what rounding does in some ten layers. A network that answers it with more than the
# tolerance (a norm of values that are all but equal) may deviate as much; such programs are kept apart.
DISTURBANCE = 2e-6
DISTURBANCES = (9, 10, 11, 12)  # seeds
# Keras first divides by the deviation, which is that of epsilon for one value alone, and then takes the mean away. What
# this leaves of the offset has the precision of the quotient, whatever the value: no disturbance shows it.
ROUNDING_OF_ONE = 1e-3
# What a processor has no code for, though the framework knows it. Such programs are counted, not failed.
NO_KERNEL = ("Current CPU implementations do not yet support", "only supports NHWC", "only supports the NHWC")


class RefusedError(Exception):
    """The backend says that it cannot express the program."""


def check(backend: str, program: Program) -> Record:
    """What came of it.

    `outcome` is ok, refused, no kernel, ill-conditioned or failed; `deviation` the distance from another backend, where
    there is one.
    """
    network = Network(Path("random.neural"), program.table)
    record: Record = {"backend": backend, "seed": program.seed, "k": program.k}
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            weights = Path(folder) / "weights"
            write_weights(weights, network, program)
            outputs = CHECKS[backend](program, network, weights)
            record |= {"outcome": "ok"}
            if outputs is not None:
                record |= compared(program, network, weights, outputs, backend)
    except RefusedError as refusal:
        record |= {"outcome": "refused", "code": str(refusal.args[0]), "text": str(refusal.args[1])}
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        outcome = "no kernel" if any(sign in text for sign in NO_KERNEL) else "failed"
        record |= {"outcome": outcome, "text": text[:2000]}
    return record


def compiled(program: Program, backend: str, weights: Path | None = None) -> Any:
    try:
        if backend == "onnx":
            return neural.compile_onnx(program.source, weights=weights)
        return module_of(neural.compile(program.source, backend=backend))
    except neural.CompileError as error:
        found = [each for each in error.diagnostics if each["severity"] == "error"]
        assert {each["code"] for each in found} <= {"E701", "E704", "E705"}, str(error)
        raise RefusedError(found[0]["code"], found[0]["message"]) from error


# ---- weights ----


def write_weights(path: Path, network: Network, program: Program, disturbance: int | None = None) -> None:
    """Random and of such a size that values keep theirs from layer to layer."""
    rng = np.random.default_rng((program.seed, program.k))
    arrays = {name: _weights(name, shape, rng) for name, shape in named_shapes(network.table["layers"]).items()}
    write_safetensors(path, {name: disturbed(array, disturbance) for name, array in arrays.items()})


def disturbed(array: np.ndarray, seed: int | None) -> np.ndarray:
    """Each value a little larger or smaller; ids, and without a seed all, as they are."""
    if seed is None or array.dtype != np.float32:
        return array
    signs = np.random.default_rng(seed).choice((-1, 1), array.shape).astype(np.float32)
    return array * (1 + np.float32(DISTURBANCE) * signs)


def write_safetensors(path: Path, arrays: dict[str, np.ndarray]) -> None:
    header, offset = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": (offset, offset + array.nbytes)}
        offset += array.nbytes
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(array.tobytes() for array in arrays.values()))


def _weights(name: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    if name.endswith("moving_variance"):
        return rng.uniform(0.5, 1.5, shape).astype(np.float32)
    if name.endswith("gamma"):
        return rng.uniform(0.5, 1.0, shape).astype(np.float32)
    fan_in = max(1, math.prod(shape[:-1]))
    return rng.normal(0, min(0.5, fan_in**-0.5), shape).astype(np.float32)


# ---- backends ----


def on_pytorch(program: Program, network: Network, weights: Path) -> np.ndarray:
    module = compiled(program, "pytorch")
    model = module.create_model()
    table = network.table
    shapes = {weight.name: weight.shape for weight in module.WEIGHTS}  # of which some are read in two places
    parameters = sum(map(math.prod, shapes.values()))
    assert parameters == table["total_parameters"], f"{parameters} parameters, not {table['total_parameters']}"
    x = inputs_of(module, network)
    module.load_weights(model, weights)
    outputs = np.asarray(module.predict(model, x))
    trained(module, module.create_model(), network, x, outputs)
    return outputs


def on_tensorflow(program: Program, network: Network, weights: Path) -> np.ndarray:
    keras = prepared_keras()
    module = compiled(program, "tensorflow")
    keras.backend.clear_session()
    model = module.create_model()
    table = network.table
    assert model.count_params() == table["total_parameters"]
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == table["trainable_parameters"]
    x = inputs_of(module, network)
    module.load_weights(model, weights)
    outputs = np.asarray(model(x, training=False))
    if not spreads_points(table["layers"]):
        trained(module, model, network, x, outputs)
    del model
    gc.collect()
    return outputs


def prepared_keras() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"  # without it, gradients of grouped convolutions need a graph
    import keras
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)  # faster than to trace a graph for a single step
    return keras


def trained(module: Any, model: Any, network: Network, x: Any, outputs: np.ndarray) -> None:
    """One step, on random data."""
    assert fits((ROWS, *network.table["layers"][-1]["output_shape"]), outputs.shape), outputs.shape
    assert np.isfinite(outputs).all(), "the outputs are not finite"
    y = targets_like(module, outputs)
    loss_name = network.table["loss"]["name"]
    if loss_name == "cosine_similarity":
        first = np.asarray(model(x, training=False) if module.BACKEND == "tensorflow" else module.predict(model, x))
        if np.linalg.norm(first, axis=-1).min() < 1e-6:
            return  # zeros have no direction: the gradient is that of 0 / 1e-12, and overflows, in Keras, too
    if unit_normalizations(network.table["layers"]) > 3:
        return  # each multiplies the gradient of zeros, as dropout leaves them, by 1e12: it overflows, in Keras, too
    if loss_name == "mean_absolute_percentage_error":
        y = y + 1  # in Keras, too, targets of 0 give steps that end in infinity
    (loss,) = module.create_trainer(model).fit(x, y, epochs=1, batch_size=ROWS)
    assert np.isfinite(loss), f"the loss is {loss}"
    values = module.evaluate(model, x, y)
    assert all(np.isfinite(value) for value in values.values()), values


def on_onnx(program: Program, network: Network, weights: Path) -> None:
    import onnx

    file = compiled(program, "onnx", weights)
    onnx.checker.check_model(onnx.load_model_from_string(file), full_check=True)
    for rows in (1, 3):
        arrays = [inputs_like(each, network, rows, 5 + i) for i, each in enumerate(network.table["inputs"])]
        outputs = run_onnx(file, arrays)
        assert fits((rows, *network.table["layers"][-1]["output_shape"]), outputs.shape), outputs.shape
        assert np.isfinite(outputs).all(), "the outputs are not finite"


def run_onnx(file: bytes, arrays: list[np.ndarray]) -> np.ndarray:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    return np.asarray(session.run(None, dict(zip(names, arrays, strict=True)))[0])


CHECKS = {"pytorch": on_pytorch, "tensorflow": on_tensorflow, "onnx": on_onnx}


# ---- agreement ----


def compared(program: Program, network: Network, weights: Path, outputs: np.ndarray, backend: str) -> Record:
    """With what the ONNX file of the same weights computes, or, where ONNX refuses, with PyTorch."""
    arrays = [inputs_like(each, network, ROWS, 5 + i) for i, each in enumerate(network.table["inputs"])]
    try:
        other, expected = "onnx", run_onnx(compiled(program, "onnx", weights), arrays)
    except RefusedError:
        if backend == "pytorch":
            return {}
        try:
            other, expected = "pytorch", predicted("pytorch", program, network, weights, arrays)
        except RefusedError:
            return {}
    record: Record = {"deviation": distance(outputs, expected), "against": other}
    if record["deviation"] <= TOLERANCE:
        return record
    text = f"deviates from {other} by {record['deviation']:.1e} of the largest value"
    # Each side may be off by what it answers with: where one gets zero, as of a value less the mean of equal ones, the
    # other gets rounding.
    sensitivity = ROUNDING_OF_ONE if backend == "tensorflow" and normalises_one(network.table["layers"]) else 0.0
    answers: dict[str, list[float]] = {backend: [], other: []}
    for seed in DISTURBANCES:
        write_weights(weights, network, program, seed)
        moved = [disturbed(each, seed) for each in arrays]
        for side, steady in ((backend, outputs), (other, expected)):
            answers[side].append(distance(predicted(side, program, network, weights, moved), steady))
    sensitivity += sum(map(max, answers.values()))
    record["sensitivity"] = sensitivity
    if record["deviation"] <= sensitivity:
        return record | {"outcome": "ill-conditioned", "text": text}
    return record | {"outcome": "failed", "text": text}


def spreads_points(layers: list[dict[str, Any]]) -> bool:
    """Whether a gradient is wrong, and written behind its memory, with oneDNN on where there is no AVX-512."""
    return any(
        (layer["type"] in ("Conv2DTranspose", "ConvLSTM2D", "ConvGRU2D") and is_point(layer["attributes"]))
        or spreads_points([*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])])
        for layer in layers
    )


def is_point(attributes: dict[str, Any]) -> bool:
    return max(attributes["kernel_size"]) == 1 < max(attributes["strides"])


def unit_normalizations(layers: list[dict[str, Any]]) -> int:
    return sum(
        (layer["type"] == "UnitNormalization")
        + unit_normalizations([*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])])
        for layer in layers
    )


def normalises_one(layers: list[dict[str, Any]]) -> bool:
    """Whether a layer normalises an axis of one value."""
    kinds = ("LayerNormalization", "TransformerEncoder", "TransformerDecoder")
    return any(
        (layer["type"] in kinds and layer["output_shape"][-1] == 1)
        or normalises_one([*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])])
        for layer in layers
    )


def predicted(backend: str, program: Program, network: Network, weights: Path, arrays: list[np.ndarray]) -> np.ndarray:
    """What the backend's program computes of the inputs."""
    if backend == "onnx":
        return run_onnx(compiled(program, "onnx", weights), arrays)
    module = compiled(program, backend)
    model = module.create_model()
    module.load_weights(model, weights)
    x = dict(zip((each["name"] for each in network.table["inputs"]), arrays, strict=True))
    return np.asarray(module.predict(model, x if hasattr(module, "INPUT_SHAPES") else arrays[0]))


def distance(ours: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference, relative to the largest value."""
    return float(np.abs(ours - expected).max() / max(float(np.abs(expected).max()), 1e-6))
