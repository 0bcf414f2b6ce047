"""Weight files: what generated programs write and refuse, and that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import Compiler
from valid_programs import named_shapes
from weight_files import GOOD, SMALL, convert, entry, random_inputs, safetensors

import neural

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


def random_arrays(source: str) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = named_shapes(neural.inspect(source)["layers"])
    return {name: rng.uniform(0.1, 0.6, shape).astype(np.float32) - 0.1 for name, shape in shapes.items()}


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
    "another type": (
        safetensors({**GOOD, "dense/kernel": entry("F16")}, bytes(32)),
        "is 'F16 .* convert` writes float32",
    ),
    "cut off": (safetensors(GOOD, bytes(30)), "is cut off, or broken: dense/bias has 6 of 8 bytes"),
    "turned": (safetensors({**GOOD, "dense/kernel": entry(offsets=[24, 0])}, bytes(32)), "its header is broken"),
    "a place in front of it": (
        safetensors({**GOOD, "dense/bias": entry(shape=[2], offsets=[-8, 0])}, bytes(32)),
        "broken",
    ),
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
