"""Weight files: what generated programs write and refuse, and `neural weights`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Compiler
from valid_programs import named_shapes

import neural
from neural.benchmarks.process import find_executable

NETWORKS = {
    "convolution": """network A {
        input: (12, 12, 3)
        layers:
          Conv2D(4, 3, padding="same", activation="relu")
          BatchNormalization()
          SeparableConv2D(6, 3)
          Flatten()
          Dense(8, "gelu")
          Output(5, activation="softmax")
        loss: sparse_categorical_crossentropy
    }""",
    "recurrent": """network A {
        input: (7, 5)
        layers:
          Bidirectional(GRU(4, return_sequences=true))
          LSTM(3, num_layers=2, return_sequences=true)
          GRU(4)
          Output(2)
        loss: mse
    }""",
    "transformer": """network A {
        input: (9)
        layers:
          Embedding(20, 8)
          TransformerEncoder(num_heads=2, ff_dim=12, num_layers=2)
          GlobalAveragePooling1D()
          Output(3, activation="softmax")
        loss: sparse_categorical_crossentropy
    }""",
    "inside others": """network A {
        input: (6, 5, 5, 2)
        layers:
          TimeDistributed(Conv2D(3, 3))
          TimeDistributed(Flatten())
          ResidualConnection() {
            Dense(27, "relu")
            LayerNormalization()
          }
          LSTM(4)
          Output(1)
        loss: mse
    }""",
}
SEVERAL_INPUTS = """network A {
    input: { image: (6, 6, 1), word: (4) }
    layers:
      image: { Conv2D(3, 3) Flatten() }
      word: { Embedding(9, 4) Flatten() }
      Concatenate()
      Output(2)
    loss: mse
}"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(find_executable()), "weights", *map(str, arguments)]
    environment = {**os.environ, "NEURAL_PYTHON": sys.executable}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)


def convert(source: Path, given: Path, taken: Path) -> None:
    result = run("convert", source, given, taken)
    assert (result.returncode, result.stderr) == (0, "")


def random_arrays(source: str) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = named_shapes(neural.inspect(source)["layers"])
    return {name: rng.uniform(0.1, 0.6, shape).astype(np.float32) - 0.1 for name, shape in shapes.items()}


def random_inputs(source: str) -> np.ndarray:
    (described,) = neural.inspect(source)["inputs"]
    rng = np.random.default_rng(1)
    shape = (3, *described["shape"])
    return rng.integers(0, 20, shape) if described["type"] == "integer" else rng.normal(size=shape).astype(np.float32)


@pytest.mark.frameworks
@pytest.mark.parametrize("name", ["convolution", "inside others"])
def test_every_conversion_keeps_every_bit(name: str, compiler: Compiler, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    source, given = tmp_path / "model.neural", tmp_path / "given.safetensors"
    source.write_text(NETWORKS[name])
    compiler.module(NETWORKS[name], backend="pytorch").write_safetensors(given, random_arrays(NETWORKS[name]))
    for endings in [(".safetensors",), (".pt", ".weights.h5", ".safetensors"), (".weights.h5", ".pth", ".safetensors")]:
        at = given
        for i, ending in enumerate(endings):
            to = tmp_path / f"step_{i}{ending}"
            convert(source, at, to)
            at = to
        assert at.read_bytes() == given.read_bytes(), endings
        at.unlink()


@pytest.mark.frameworks
@pytest.mark.parametrize("name", NETWORKS)
def test_the_same_weights_are_the_same_network_everywhere(name: str, compiler: Compiler, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("keras")
    onnxruntime = pytest.importorskip("onnxruntime")
    source, x = NETWORKS[name], random_inputs(NETWORKS[name])
    (tmp_path / "model.neural").write_text(source)
    of_pytorch = compiler.module(source, backend="pytorch")
    of_tensorflow = compiler.module(source, backend="tensorflow")
    of_pytorch.write_safetensors(tmp_path / "given.safetensors", random_arrays(source))
    convert(tmp_path / "model.neural", tmp_path / "given.safetensors", tmp_path / "weights.pt")
    convert(tmp_path / "model.neural", tmp_path / "weights.pt", tmp_path / "weights.weights.h5")

    model = of_pytorch.create_model()
    model.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True))
    expected = of_pytorch.predict(model, x)
    model = of_tensorflow.create_model()
    model.load_weights(tmp_path / "weights.weights.h5")
    file = neural.compile_onnx(source, weights=tmp_path / "given.safetensors")
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (of_onnx,) = session.run(None, {session.get_inputs()[0].name: x})
    largest = np.abs(expected).max()
    assert np.abs(of_tensorflow.predict(model, x) - expected).max() <= 1e-5 * largest
    assert np.abs(of_onnx - expected).max() <= 1e-5 * largest
    of_tensorflow.save_weights(model, tmp_path / "taken.safetensors")
    assert (tmp_path / "taken.safetensors").read_bytes() == (tmp_path / "given.safetensors").read_bytes()


@pytest.mark.frameworks
def test_several_inputs_keep_their_weights(compiler: Compiler, tmp_path: Path) -> None:
    pytest.importorskip("keras")
    onnxruntime = pytest.importorskip("onnxruntime")
    source = SEVERAL_INPUTS
    program = compiler.module(source, backend="tensorflow")
    arrays = random_arrays(source)
    program.write_safetensors(tmp_path / "given.safetensors", arrays)
    (tmp_path / "model.neural").write_text(source)
    convert(tmp_path / "model.neural", tmp_path / "given.safetensors", tmp_path / "w.weights.h5")
    model = program.create_model()
    model.load_weights(tmp_path / "w.weights.h5")
    rng = np.random.default_rng(2)
    x = {"image": rng.normal(size=(3, 6, 6, 1)).astype(np.float32), "word": rng.integers(0, 9, (3, 4))}
    session = onnxruntime.InferenceSession(neural.compile_onnx(source, weights=tmp_path / "given.safetensors"))
    (of_onnx,) = session.run(None, x)
    assert np.abs(program.predict(model, x) - of_onnx).max() <= 1e-5 * np.abs(of_onnx).max()


SMALL = "network A { input: (3) layers: Dense(2) loss: mse }"


def safetensors(header: Any, numbers: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def entry(dtype: str = "F32", shape: Any = (3, 2), offsets: Any = (0, 24)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


GOOD = {"dense/kernel": entry(), "dense/bias": entry(shape=[2], offsets=[24, 32])}
HOSTILE = {
    "empty": (b"", "is no safetensors file"),
    "other file": (b"PK\x03\x04 something else entirely", "is no safetensors file"),
    "long header": ((2**63).to_bytes(8, "little") + b'{"dense', "is no safetensors file"),
    "deep": (safetensors(b"[" * 100_000), "is no safetensors file"),
    "list": (safetensors([GOOD]), "is no safetensors file"),
    "entry of text": (safetensors({"dense/kernel": "x", "dense/bias": "y"}), "is no safetensors file"),
    "places of text": (safetensors({**GOOD, "dense/bias": entry(offsets=["a", "b"])}), "is no safetensors file"),
    "one place": (safetensors({**GOOD, "dense/bias": entry(offsets=[1])}), "is no safetensors file"),
    "missing": (safetensors({"dense/kernel": entry()}, bytes(24)), "has no weights dense/bias"),
    "another shape": (
        safetensors({**GOOD, "dense/kernel": entry(shape=[2, 3])}, bytes(32)),
        r"dense/kernel in .* is 'F32 \[2, 3\]', here it is F32 \[3, 2\]",
    ),
    "another type": (safetensors({**GOOD, "dense/kernel": entry("F16")}, bytes(32)), "is 'F16 "),
    "cut off": (safetensors(GOOD, bytes(30)), "is cut off, or broken: dense/bias has 6 of 8 bytes"),
    "turned": (safetensors({**GOOD, "dense/kernel": entry(offsets=[24, 0])}, bytes(32)), "has 0 of 24 bytes"),
}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
def test_a_broken_file_is_refused_with_the_reason_and_changes_nothing(
    name: str, backend: str, compiler: Compiler, tmp_path: Path
) -> None:
    pytest.importorskip({"pytorch": "torch", "tensorflow": "keras"}[backend])
    content, message = HOSTILE[name]
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    program = compiler.module(SMALL, backend=backend)
    model = program.create_model()
    program.save_weights(model, tmp_path / "before")
    with pytest.raises(ValueError, match=message) as raised:
        program.load_weights(model, path)
    assert str(path) in str(raised.value)
    program.save_weights(model, tmp_path / "after")
    assert (tmp_path / "before").read_bytes() == (tmp_path / "after").read_bytes()


@pytest.mark.frameworks
def test_a_file_that_cannot_be_written_stays_as_it_was(
    compiler: Compiler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    program = compiler.module(SMALL, backend="pytorch")
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"the old one")

    def is_full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(program.np, "ascontiguousarray", is_full)
        with pytest.raises(OSError, match="No space left"):
            program.save_weights(program.create_model(), path)
    assert path.read_bytes() == b"the old one"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "model.neural"
    path.write_text(SMALL)
    return path


def refusal(*arguments: str | Path, code: int = 2) -> str:
    result = run(*arguments)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def test_show_lists_what_a_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    numbers = {"b": entry("BF16", [2], [24, 28]), "a\u001b[31m": entry(), "__metadata__": {"format": "pt"}}
    path.write_bytes(safetensors(numbers, bytes(28)))
    result = run("show", path)
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["name", "type", "shape", "size"]
    assert lines[1].split() == ["b", "BF16", "(2,)", "4", "B"]
    assert lines[2].split() == ["a\\x1b[31m", "F32", "(3,", "2)", "24", "B"]
    assert lines[-1] == "2 tensors, 28 B"
    path.write_bytes(b"short")
    assert "is no weight file" in refusal("show", path)
    assert "no such file" in refusal("show", tmp_path / "none.safetensors")


def test_files_that_cannot_be_converted_are_named(source: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.safetensors"
    good.write_bytes(safetensors(GOOD, bytes(32)))
    assert ".safetensors, .pt or .pth" in refusal("convert", source, good, tmp_path / "x.bin")
    assert "`.pt` is not one" in refusal("convert", source, tmp_path / ".pt", good)
    assert "no such file" in refusal("convert", source, tmp_path / "none.pt", good)
    assert "FROM is required" in refusal("convert", source)
    other = tmp_path / "other.safetensors"
    other.write_bytes(safetensors({"dense/kernel": entry(shape=[2, 3])}, bytes(24)))
    assert "the network wants [3, 2]" in refusal("convert", source, other, tmp_path / "x.safetensors")
    source.write_text("network A { input: (3) layers: Dens(2) }")
    assert "did you mean `Dense`" in refusal("convert", source, good, tmp_path / "x.pt", code=1)
    assert not list(tmp_path.glob("x.*"))


def test_half_precision_becomes_float32(source: Path, tmp_path: Path) -> None:
    kernel, bias = np.arange(6, dtype=np.float16), np.arange(2, dtype=np.float64)
    header = {"dense/kernel": entry("F16", [3, 2], [0, 12]), "dense/bias": entry("F64", [2], [12, 28])}
    (tmp_path / "half.safetensors").write_bytes(safetensors(header, kernel.tobytes() + bias.tobytes()))
    convert(source, tmp_path / "half.safetensors", tmp_path / "whole.safetensors")
    content = (tmp_path / "whole.safetensors").read_bytes()
    assert content.endswith(bias.astype("<f4").tobytes() + kernel.astype("<f4").tobytes())


@pytest.mark.frameworks
def test_files_of_pytorch_that_do_not_fit_are_refused(source: Path, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    path, target = tmp_path / "w.pt", tmp_path / "w.safetensors"
    target.write_bytes(b"the old one")
    good = {"dense.weight": torch.zeros(2, 3), "dense.bias": torch.zeros(2)}
    cases = {
        "has no weights `dense.bias`": {"dense.weight": torch.zeros(2, 3)},
        "weights that the network has not: `more.weight`": {**good, "more.weight": torch.zeros(1)},
        "has the shape [3, 2]; the network wants [2, 3]": {**good, "dense.weight": torch.zeros(3, 2)},
        "holds no state_dict": {"epoch": 3, "model": good},
        "cannot be read as tensors of PyTorch": Path("code that is run"),
    }
    for message, content in cases.items():
        torch.save(content, path)
        assert message in refusal("convert", source, path, target)
    path.write_bytes(b"nothing")
    assert "cannot be read as tensors of PyTorch" in refusal("convert", source, path, target)
    assert target.read_bytes() == b"the old one"


@pytest.mark.frameworks
def test_files_of_keras_that_do_not_fit_are_refused(source: Path, tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    path, target = tmp_path / "w.weights.h5", tmp_path / "w.pt"
    layers = keras.layers
    cases = {
        "the network wants [3, 2]": [keras.Input((4,)), layers.Dense(2)],
        "has no weights `layers/dense/vars/1`": [keras.Input((3,)), layers.Dense(2, use_bias=False)],
        "weights that the network has not": [keras.Input((3,)), layers.Dense(2), layers.Dense(2)],
    }
    for message, stack in cases.items():
        keras.Sequential(stack).save_weights(path)
        assert message in refusal("convert", source, path, target)
    path.write_bytes(b"nothing")
    assert "cannot be read as weights of Keras" in refusal("convert", source, path, target)
    assert not target.exists()


@pytest.mark.frameworks
def test_what_a_backend_cannot_express_is_told_by_its_diagnostics(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("keras")
    source.write_text("network A { input: (8, 8, 4) layers: Conv2DTranspose(4, 3, groups=2) loss: mse }")
    (tmp_path / "w.weights.h5").write_bytes(b"never read")
    message = refusal("convert", source, tmp_path / "w.weights.h5", tmp_path / "w.safetensors", code=1)
    assert "error[E701]" in message


def test_a_python_without_the_framework_is_named(source: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.safetensors"
    good.write_bytes(safetensors(GOOD, bytes(32)))
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "torch.py").write_text('raise ModuleNotFoundError("No module named torch", name="torch")\n')
    command = [str(find_executable()), "weights", "convert", str(source), str(good), str(tmp_path / "w.pt")]
    search_path = os.pathsep.join([str(blocked), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "NEURAL_PYTHON": sys.executable, "PYTHONPATH": search_path}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 2
    assert result.stderr.startswith("neural: error: PyTorch is not installed in")
    assert "pip install" in result.stderr
