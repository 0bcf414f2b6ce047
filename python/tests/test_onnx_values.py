"""What ONNX files compute in onnxruntime, against Keras: the same weights, the same inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from generated import module_of
from keras_shapes.cases import Case
from keras_shapes.groups import GROUPS
from keras_shapes.values import TOLERANCE, compare, distance, give_weights, inputs_of
from masked_networks import SOURCES as MASKED
from masked_networks import inputs_of as masked_inputs
from valid_programs import ANY_SIZE, Network, fits, inputs_like, named_shapes, networks

import neural

pytestmark = pytest.mark.frameworks


def write_weights(path: Path, arrays: dict[str, np.ndarray]) -> None:
    program: Any = {}
    exec(neural.compile("network A { input: (1) layers: Dense(1) }", backend="pytorch"), program)
    program["write_safetensors"](path, arrays)


def run(file: bytes, inputs: list[np.ndarray]) -> np.ndarray:
    import onnx
    import onnxruntime

    onnx.checker.check_model(onnx.load_model_from_string(file), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    return session.run(None, dict(zip(names, inputs, strict=True)))[0]


def distance_of(case: Case, folder: Path) -> float | None:
    from keras_shapes.in_keras import model_of

    rng = np.random.default_rng(0)
    shapes = named_shapes(neural.inspect(case.source)["layers"])
    reference = model_of(case)
    arrays = give_weights(reference, shapes, rng)
    write_weights(folder / "weights", arrays)
    inputs = inputs_of(case, rng)
    return distance(case, run(neural.compile_onnx(case.source, weights=folder / "weights"), inputs), reference, inputs)


@pytest.mark.filterwarnings("ignore:The structure of `inputs`")
@pytest.mark.parametrize("group", GROUPS)
def test_layers_compute_what_keras_computes(group: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("keras")
    compare(group, lambda case: distance_of(case, tmp_path))


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
@pytest.mark.parametrize("name", MASKED)
def test_masked_steps_count_as_in_keras(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    source = MASKED[name]
    reference = module_of(neural.compile(source, backend="tensorflow")).create_model()
    arrays = give_weights(reference, named_shapes(neural.inspect(source)["layers"]), rng)
    write_weights(tmp_path / "weights", arrays)
    x = masked_inputs(name, rng)
    ours = run(neural.compile_onnx(source, weights=tmp_path / "weights"), [x])
    expected = np.asarray(reference(x, training=False))
    assert ours.shape == expected.shape
    assert np.abs(ours - expected).max() <= TOLERANCE * np.abs(expected).max()


@pytest.mark.parametrize("network", networks(), ids=str)
def test_networks_run_for_any_number_of_samples(network: Network) -> None:
    pytest.importorskip("onnxruntime")
    name = network.table["network"]
    try:
        file = neural.compile_onnx(network.path, network=name)
    except neural.CompileError as error:
        codes = {found["code"] for found in error.diagnostics if found["severity"] == "error"}
        assert codes <= {"E701", "E704", "E705"}, str(error)
        pytest.skip(f"ONNX cannot express it: {codes}")
    for rows in (1, 3):
        arrays = [inputs_like(described, network, rows) for described in network.table["inputs"]]
        outputs = run(file, arrays)
        assert len(outputs) == rows
        assert fits(tuple(network.table["layers"][-1]["output_shape"]), outputs.shape[1:]), ANY_SIZE
        assert np.isfinite(outputs).all()
