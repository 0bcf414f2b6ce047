"""What weights begin with: every layer that takes initializers with every initializer, against Keras's own draws."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from generated import module_of

import neural
from neural.benchmarks.process import find_executable

pytestmark = pytest.mark.frameworks

FIXED = ["zeros", "ones", "constant(0.25)", "identity"]
NORMAL = ["random_normal", "truncated_normal", "glorot_normal", "he_normal", "lecun_normal", "variance_scaling"]
UNIFORM = ["random_uniform", "glorot_uniform", "he_uniform", "lecun_uniform"]
INITIALIZERS = [*FIXED, *NORMAL, *UNIFORM, "orthogonal(gain=0.5)"]


class Case(NamedTuple):
    """A layer on an input. Biases and the like have one axis, and no initializer of matrices."""

    shape: str
    layer: str
    matrices: tuple[str, ...] = ("kernel",)
    vectors: tuple[str, ...] = ("bias",)
    rank: int = 3  # of the matrices; `identity` fills those of two axes


CASES = {
    "Dense": Case("(60)", "Dense(80", rank=2),
    "Output": Case("(60)", 'Output(80, activation="linear"', rank=2),
    "Embedding": Case("(5)", "Embedding(90, 40", ("embeddings",), (), rank=2),
    "PReLU": Case("(9, 11, 24)", "PReLU(", ("alpha",), ()),
    "PReLU of shared axes": Case("(9, 11, 24)", "PReLU(shared_axes=(1, 2)", (), ("alpha",)),
    "BatchNormalization": Case(
        "(5, 5, 300)", "BatchNormalization(", (), ("moving_mean", "moving_variance", "beta", "gamma")
    ),
    "LayerNormalization": Case("(5, 300)", "LayerNormalization(", (), ("beta", "gamma")),
    "LayerNormalization of axes": Case("(8, 9, 20)", "LayerNormalization(axis=(1, 2, 3)", ("beta", "gamma"), ()),
    "InstanceNormalization": Case("(5, 5, 300)", "InstanceNormalization(", (), ("beta", "gamma")),
    "GroupNormalization": Case("(5, 5, 300)", "GroupNormalization(5", (), ("beta", "gamma")),
    "Conv1D": Case("(8, 32)", "Conv1D(24, 4"),
    "Conv2D": Case("(6, 6, 16)", "Conv2D(24, (3, 2)"),
    "Conv2D in groups": Case("(6, 6, 32)", "Conv2D(48, 3, groups=4"),
    "Conv2D of one channel": Case("(20, 20, 1)", "Conv2D(32, 9"),
    "Conv3D": Case("(4, 4, 4, 8)", "Conv3D(16, (2, 3, 2)"),
    "Conv1DTranspose": Case("(6, 40)", "Conv1DTranspose(16, 4"),
    "Conv2DTranspose": Case("(4, 4, 8)", "Conv2DTranspose(40, 3"),
    "Conv3DTranspose": Case("(3, 3, 3, 24)", "Conv3DTranspose(8, 2"),
    "DepthwiseConv1D": Case("(8, 60)", "DepthwiseConv1D(5, depth_multiplier=4", ("depthwise",)),
    "DepthwiseConv2D": Case("(6, 6, 40)", "DepthwiseConv2D(3, depth_multiplier=4", ("depthwise",)),
    "DepthwiseConv2D of one multiple": Case("(6, 6, 160)", "DepthwiseConv2D(3", ("depthwise",)),
    "SeparableConv1D": Case("(9, 60)", "SeparableConv1D(24, 5, depth_multiplier=3", ("depthwise", "pointwise")),
    "SeparableConv2D": Case("(6, 6, 40)", "SeparableConv2D(24, 3, depth_multiplier=3", ("depthwise", "pointwise")),
    "LSTM": Case("(4, 30)", "LSTM(40", ("kernel", "recurrent"), rank=2),
    "LSTM of unusual activations": Case(
        "(4, 30)", 'LSTM(40, recurrent_activation="hard_sigmoid"', ("kernel", "recurrent"), rank=2
    ),
    "LSTM of a closed gate": Case("(4, 30)", "LSTM(40, unit_forget_bias=false", ("kernel", "recurrent"), rank=2),
    "GRU": Case("(4, 30)", "GRU(40", ("kernel", "recurrent"), ("bias",), rank=2),
    "GRU of one bias": Case("(4, 30)", "GRU(40, reset_after=false", ("kernel", "recurrent"), rank=2),
    "SimpleRNN": Case("(4, 50)", "SimpleRNN(60", ("kernel", "recurrent"), rank=2),
    "ConvLSTM2D": Case("(2, 4, 4, 8)", "ConvLSTM2D(12, 3", ("kernel", "recurrent")),
    "ConvGRU2D": Case("(2, 4, 4, 8)", "ConvGRU2D(12, 3", ("kernel", "recurrent")),
    "MultiHeadAttention": Case("(6, 48)", "MultiHeadAttention(4, 24, value_dim=32"),
}


def text_of(case: Case, initializer: str, name: str) -> str | None:
    """The layer with the initializer wherever it fits; None where it fits nowhere."""
    is_matrix = initializer.startswith(("orthogonal", "identity"))
    fits = not (initializer == "identity" and case.rank > 2)
    filled = [*(case.matrices if fits else ()), *(() if is_matrix else case.vectors)]
    if not filled:
        return None
    arguments = "".join(f", {each}_initializer={initializer}" for each in filled)
    return f'{case.layer}{arguments}, name="{name}")'.replace("(, ", "(")


def network_of(case: Case) -> tuple[str, dict[str, str]]:
    """All initializers side by side, and which the layer of a name has."""
    used = {}
    branches = []
    for index, initializer in enumerate(INITIALIZERS):
        text = text_of(case, initializer, f"layer_{index}")
        if text is not None:
            used[f"layer_{index}"] = initializer
            branches.append(f"branch_{index}: {{ {text} }}")
    layers = "\n".join([*branches, "Add()", "Flatten()", 'Output(1, name="last")'])
    return f"network Initial {{ input: {case.shape} layers: {layers} loss: mse optimizer: SGD(0.1) }}", used


def weights_of(program: Any, path: Path) -> dict[str, np.ndarray]:
    program.save_weights(program.create_model(), path)
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    arrays = {}
    for name, entry in json.loads(content[8:start]).items():
        begin, end = entry["data_offsets"]
        numbers = np.frombuffer(content[start + begin : start + end], "<f4")
        arrays[name] = numbers.reshape(entry["shape"]).astype(np.float64)
    return arrays


def difference(initializer: str, name: str, ours: np.ndarray, keras: np.ndarray) -> str:
    """What tells the draws apart, or nothing."""
    if initializer not in FIXED and name.endswith("/bias") and (keras == 1).any():  # the forget gate
        if not np.array_equal(ours == 1, keras == 1):
            return "another gate is open"
        ours, keras = ours[ours != 1], keras[keras != 1]
    if initializer in FIXED or not keras.any():  # or a bias that is none of the initializer's
        return "" if ours.shape != keras.shape or np.array_equal(ours, keras) else "other values"
    if initializer.startswith("orthogonal") and keras.ndim > 1 and ours.shape == keras.shape:
        for matrix in (each.reshape(-1, each.shape[-1]) for each in (keras, ours)):
            small = matrix if matrix.shape[0] < matrix.shape[1] else matrix.T
            if not np.allclose(small @ small.T, 0.25 * np.eye(len(small)), atol=1e-5):
                return "no orthogonal matrix of Keras's shape"
    deviation = float(keras.std())
    margin = 5 / np.sqrt(keras.size)
    if abs(ours.std() / deviation - 1) > max(margin, 0.03):
        return f"standard deviation {ours.std():.4f}, of Keras {deviation:.4f}"
    if abs(ours.mean() - keras.mean()) > 2 * margin * deviation:
        return f"mean {ours.mean():.4f}, of Keras {keras.mean():.4f}"
    is_bounded = initializer != "random_normal" and not initializer.startswith("orthogonal")
    if is_bounded and abs(np.abs(ours).max() / np.abs(keras).max() - 1) > max(margin, 0.05):
        return f"largest {np.abs(ours).max():.4f}, of Keras {np.abs(keras).max():.4f}"
    return ""


def test_every_layer_that_takes_initializers_is_among_the_cases() -> None:
    command = [str(find_executable()), "explain"]
    listed = subprocess.run([*command, "--list", "layers"], capture_output=True, text=True, check=True).stdout
    names = [line.split()[0] for line in listed.splitlines() if line[:1].isupper()]
    told = subprocess.run([*command, "--json", *names], capture_output=True, text=True, check=True).stdout
    takes = {
        each["name"]
        for each in json.loads(told)["names"]
        if each["kind"] == "layer" and any(p["name"].endswith("_initializer") for p in each["parameters"])
    }
    assert len(takes) > 20
    assert takes == {name.split()[0] for name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_weights_begin_as_in_keras(name: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    onnx = pytest.importorskip("onnx")
    source, used = network_of(CASES[name])
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    expected = weights_of(module_of(neural.compile(source, backend="tensorflow")), tmp_path / "keras")
    ours = weights_of(module_of(neural.compile(source, backend="pytorch")), tmp_path / "torch")
    assert ours.keys() == expected.keys()
    graph = onnx.load_from_string(neural.compile_onnx(source)).graph
    constants = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    wrong = []
    for weight, array in expected.items():
        initializer = used.get(weight.split("/")[0])
        if initializer is None:
            continue
        found = {"PyTorch": ours[weight]}
        if weight in constants and constants[weight].size == array.size:  # in a layout of ONNX
            found["ONNX"] = constants[weight].astype(np.float64)
        for backend, values in found.items():
            if told := difference(initializer, weight, values, array):
                wrong.append(f"{backend}: {weight} {array.shape} of {initializer}: {told}")
    assert not wrong, "\n".join(wrong)
