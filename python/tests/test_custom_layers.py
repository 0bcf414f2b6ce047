"""Layers of one's own and Python in a Lambda: programs that train, save and load them, on both backends."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from command_line import run

import neural

NETWORK = """network Gated {
  input: (6, 6, 3)
  layers:
    Conv2D(4, 3, padding=same)
    HighwayLayer(0.5, activation=tanh, name="gate one")
    Residual { HighwayLayer(0.25, trainable=false) }
    CustomShape(Halves, (6, 3, 4))
    Lambda("x: x[:, ::2]", output_shape=(3, 3, 4))
    Flatten()
    Output(3)
  loss: scce
  optimizer: SGD(0.1)
}
"""

TORCH_LAYERS = '''"""Layers of PyTorch."""

import torch
from torch import nn


class Highway(nn.Module):
    calls: torch.Tensor

    def __init__(self, share: float, activation: str = "relu") -> None:
        super().__init__()
        self.gate = nn.LazyLinear(4)
        self.scale = nn.Parameter(torch.tensor(share))
        self.register_buffer("calls", torch.tensor(0))
        self.activation = getattr(torch, activation)
        self.gate(torch.zeros(1, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert x.shape[-1] == 4
        self.calls += 1
        return x + self.scale * self.activation(self.gate(x))


class Halves(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, :, :3]


class Wrong(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, :, :2]
'''

KERAS_LAYERS = '''"""Layers of Keras."""

from typing import Any

import keras


class Highway(keras.layers.Layer):
    def __init__(self, share: float, activation: str = "relu", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.share = share
        self.gate = keras.layers.Dense(4, activation=activation)
        self.other = keras.layers.Dense(4, use_bias=False)

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(), initializer=keras.initializers.Constant(self.share), name="scale")

    def call(self, x: Any) -> Any:
        return x + self.scale * self.gate(self.other(x))


class Halves(keras.layers.Layer):
    def call(self, x: Any) -> Any:
        return x[:, :, :3]


class Wrong(keras.layers.Layer):
    def call(self, x: Any) -> Any:
        return x[:, :, :2]
'''

BACKENDS = ("pytorch", "tensorflow")
CUSTOM = {
    "pytorch": {"HighwayLayer": "my_torch_layers:Highway", "Halves": "my_torch_layers:Halves"},
    "tensorflow": {"HighwayLayer": "my_keras_layers:Highway", "Halves": "my_keras_layers:Halves"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """With the modules of layers, from where programs import them."""
    folder = tmp_path_factory.mktemp("custom")
    (folder / "my_torch_layers.py").write_text(TORCH_LAYERS)
    (folder / "my_keras_layers.py").write_text(KERAS_LAYERS)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def compiled(backend: str, **options: Any) -> str:
    return neural.compile(NETWORK, backend=backend, custom=CUSTOM[backend], allow_python_lambda=True, **options)


def load(path: Path, text: str) -> ModuleType:
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def data() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return random.normal(size=(32, 6, 6, 3)).astype(np.float32), random.integers(0, 3, 32)


def read(path: Path) -> dict[str, np.ndarray]:
    """All tensors of a safetensors file."""
    content = path.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    arrays = {}
    for name, tensor in json.loads(content[8:begin]).items():
        start, end = tensor["data_offsets"]
        arrays[name] = np.frombuffer(content[begin + start : begin + end], "<f4").reshape(tensor["shape"])
    return arrays


def is_installed(backend: str) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("torch" if backend == "pytorch" else "keras")


# ---- what is compiled ----


def test_programs_import_the_classes_and_call_them_as_written() -> None:
    torch = compiled("pytorch")
    assert "\n\nfrom my_torch_layers import Halves, Highway\n\n" in torch
    assert 'self.gate_one = Highway(0.5, activation="tanh")\n' in torch
    assert "self.custom_shape = Halves()\n" in torch
    assert "def apply_lambda(x: torch.Tensor) -> torch.Tensor:\n    return x[:, ::2]\n" in torch
    keras = compiled("tensorflow")
    assert "\n\nfrom my_keras_layers import Halves, Highway\n\n" in keras
    assert 'Highway(0.5, activation="tanh", name="gate_one")(x)\n' in keras
    assert "def apply_lambda(x: tf.Tensor) -> tf.Tensor:\n    return x[:, ::2]\n" in keras


def test_classes_have_to_be_names_and_of_a_layer() -> None:
    for custom in ({"HighwayLayer": "os;x:Y"}, {"FooLayer": "m:Foo"}, {"HighwayLayer": "m"}):
        with pytest.raises(ValueError, match="--custom"):
            neural.compile(NETWORK, custom=custom)
    with pytest.raises(neural.CompileError, match="--custom Halves=MODULE:CLASS"):
        neural.compile(NETWORK, custom={"HighwayLayer": "m:Highway"})
    with pytest.raises(neural.CompileError, match="--allow-python-lambda"):
        neural.compile(NETWORK, custom=CUSTOM["tensorflow"])


def test_no_text_of_a_lambda_leaves_its_expression() -> None:
    for text in ("x: x); import os; (x", "x: x\\nimport os", "x: x, 1", "x: f'{x}'"):
        source = f'network N {{ input: (4) layers: Lambda("{text}") Output(1) loss: mse }}'
        for backend in BACKENDS:
            with pytest.raises(neural.CompileError, match="cannot become a function of Python"):
                neural.compile(source, backend=backend, allow_python_lambda=True)


def test_the_command_takes_the_options(tmp_path: Path) -> None:
    source = tmp_path / "gated.neural"
    source.write_text(NETWORK)
    options = ["--custom", "my_torch_layers:Highway", "--custom", "Halves=my_torch_layers:Halves"]
    command = ["compile", str(source), "--backend", "pytorch", "-o", "-", *options]
    result = run(*command, "--allow-python-lambda")
    assert result.returncode == 0, result.stderr
    assert "from my_torch_layers import Halves, Highway\n" in result.stdout
    assert "--allow-python-lambda" in run(*command).stderr
    wrong = run(*command, "--custom", "FooLayer=m:Foo")
    assert wrong.returncode == 2 and "`HighwayLayer` and `Halves`" in wrong.stderr
    assert run(*command, "--custom", "import os").returncode == 2
    graph = run("compile", str(source), "--backend", "onnx", "-o", str(tmp_path / "x.onnx"), *options)
    assert graph.returncode == 1 and "error[E705]" in graph.stderr and "use layers of the language" in graph.stderr
    parity = run("parity", str(source), "-o", str(tmp_path / "certificate.json"))
    assert parity.returncode == 2 and "`HighwayLayer` is a layer of your own" in parity.stderr


def test_a_layer_may_be_that_of_another_choice() -> None:
    source = "network N { input: (4) layers: HPO(choice(FooLayer(), Dense(3))) Output(1) loss: mse }"
    for choice, is_there in (("FooLayer()", True), ("Dense(3)", False)):
        program = neural.compile(source, choose={"layers[0]": choice}, custom={"FooLayer": "m:Foo"})
        assert ("from m import Foo\n" in program) == is_there


# ---- what programs do ----


@pytest.mark.frameworks
@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("backend", BACKENDS)
def test_layers_train_and_their_weights_travel(folder: Path, backend: str, level: int) -> None:
    is_installed(backend)
    program: Any = load(folder / f"gated_{backend}_O{level}.py", compiled(backend, level=level))
    x, y = data()
    model = program.create_model()
    file, before = folder / f"{backend}.safetensors", folder / f"{backend}_before.safetensors"
    program.save_weights(model, before)
    program.create_trainer(model).fit(x, y, epochs=1, batch_size=8)
    program.save_weights(model, file)

    old, new = read(before), read(file)
    gate = "gate one/gate.weight" if backend == "pytorch" else "gate one/dense/kernel"
    own = sorted(name for name in new if name.startswith(gate.split("/")[0]))
    assert len(own) == 4, own
    assert np.abs(new[gate] - old[gate]).max() > 0, "it is trained"
    frozen = gate.replace("gate one", next(name.split("/")[0] for name in new if "highway" in name.lower()))
    assert np.array_equal(new[frozen], old[frozen]), "trainable=false"

    fresh = program.create_model()
    assert not np.array_equal(program.predict(fresh, x), program.predict(model, x))
    program.load_weights(fresh, file)
    assert np.array_equal(program.predict(fresh, x), program.predict(model, x))


@pytest.mark.frameworks
def test_files_of_the_other_backend_are_refused(folder: Path) -> None:
    programs: dict[str, Any] = {}
    for backend in BACKENDS:
        is_installed(backend)
        programs[backend] = load(folder / f"other_{backend}.py", compiled(backend))
        programs[backend].save_weights(programs[backend].create_model(), folder / f"other_{backend}.safetensors")
    for backend, other in (BACKENDS, BACKENDS[::-1]):
        with pytest.raises(ValueError, match="has no weights gate one/"):
            programs[backend].load_weights(programs[backend].create_model(), folder / f"other_{other}.safetensors")


@pytest.mark.frameworks
@pytest.mark.parametrize("backend", BACKENDS)
def test_another_shape_than_the_file_says_is_an_error(folder: Path, backend: str) -> None:
    is_installed(backend)
    custom = CUSTOM[backend] | {"Halves": CUSTOM[backend]["Halves"].replace("Halves", "Wrong")}
    text = neural.compile(NETWORK, backend=backend, custom=custom, allow_python_lambda=True)
    program: Any = load(folder / f"wrong_{backend}.py", text)
    with pytest.raises(ValueError, match=r"gives \(6, 2, 4\) of each sample, by the network it is \(6, 3, 4\)"):
        program.predict(program.create_model(), data()[0])


@pytest.mark.frameworks
def test_both_backends_agree_on_a_lambda_of_both(folder: Path) -> None:
    source = folder / "slices.neural"
    source.write_text(
        'network S { input: (8) layers: Dense(6) Lambda("x: x[:, ::2]", output_shape=(3)) Output(1) loss: mse }'
    )
    for backend in BACKENDS:
        is_installed(backend)
    options = ("--backends", "pytorch,tensorflow", "--steps", "3", "-o", str(folder / "slices.json"))
    assert run("parity", str(source), *options).returncode == 1
    result = run("parity", str(source), *options, "--allow-python-lambda", "--python", sys.executable)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.frameworks
def test_programs_are_formatted_linted_and_typed(folder: Path) -> None:
    names = []
    for backend in BACKENDS:
        names.append(f"checked_{backend}.py")
        (folder / names[-1]).write_text(compiled(backend))
    rules = ("--isolated", "--line-length", "120")
    for command in (
        ("ruff", "format", *rules, "--diff", *names),
        ("ruff", "check", *rules, "--select", "E,F,I,B,UP,N,RUF", *names),
        ("mypy", "--ignore-missing-imports", *names),
    ):
        result = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=folder)
        assert result.returncode == 0, result.stdout + result.stderr
