"""The command `neural weights`: what it lists, converts and refuses."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import Compiler
from weight_files import GOOD, SMALL, convert, entry, random_inputs, refusal, run, safetensors

from neural.benchmarks.process import find_executable


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "model.neural"
    path.write_text(SMALL)
    return path


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
        "`dense.bias` in": {**good, "dense.bias": torch.zeros(2, dtype=torch.int64)},
        "is of type complex64": {**good, "dense.bias": torch.zeros(2, dtype=torch.complex64)},
        "cannot be read as tensors of PyTorch": Path("code that is run"),
    }
    for message, content in cases.items():
        torch.save(content, path)
        assert message in refusal("convert", source, path, target)
    path.write_bytes(b"nothing")
    assert "cannot be read as tensors of PyTorch" in refusal("convert", source, path, target)
    assert target.read_bytes() == b"the old one"


@pytest.mark.frameworks
def test_both_biases_of_a_recurrent_layer_of_pytorch_are_taken(compiler: Compiler, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    source = """network A { input: (5, 4)
        layers: LSTM(6, return_sequences=true) GRU(5, return_sequences=true) SimpleRNN(3) Output(2) loss: mse }"""
    (tmp_path / "model.neural").write_text(source)
    program = compiler.module(source, backend="pytorch")
    trained, taken = program.create_model(), program.create_model()
    for name, parameter in trained.named_parameters():
        if "bias" in name:
            torch.nn.init.normal_(parameter)
    torch.save(trained.state_dict(), tmp_path / "trained.pt")
    convert(tmp_path / "model.neural", tmp_path / "trained.pt", tmp_path / "trained.safetensors")
    program.load_weights(taken, tmp_path / "trained.safetensors")
    x = random_inputs(source)
    np.testing.assert_allclose(program.predict(taken, x), program.predict(trained, x), rtol=1e-5, atol=1e-6)


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


OWN_LAYER = """
import torch
from torch import nn

class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.full((3,), 0.5))

    def forward(self, x):
        return x * self.factor
"""


@pytest.mark.frameworks
def test_weights_of_layers_of_ones_own_are_converted_for_their_framework(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch")
    source.write_text("network A { input: (3) layers: ScaleLayer() Dense(2) loss: mse }")
    (tmp_path / "own_layers.py").write_text(OWN_LAYER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    state = {"scale_layer.factor": torch.rand(3), "dense.weight": torch.rand(2, 3), "dense.bias": torch.rand(2)}
    torch.save(state, tmp_path / "w.pt")
    there, back = tmp_path / "w.safetensors", tmp_path / "back.pt"
    own = ("--custom", "own_layers:Scale")
    for words in ((tmp_path / "w.pt", there, *own), (there, back, *own)):
        result = run("convert", source, *words)
        assert (result.returncode, result.stderr.count("error")) == (0, 0), result.stderr
    found = torch.load(back, weights_only=True)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], state[name]) for name in state)
    torch.save({name: state[name] for name in state if "scale" not in name}, tmp_path / "less.pt")
    assert "has no weights `scale_layer.factor`" in refusal("convert", source, tmp_path / "less.pt", there, *own)
    content = there.read_bytes()
    assert "of your own" in refusal("convert", source, there, there)
    assert "of your own" in refusal("convert", source, back, tmp_path / "w.weights.h5", *own)
    assert "E705" in refusal("convert", source, back, there, code=1)
    assert there.read_bytes() == content


def test_values_that_a_search_leaves_open_are_chosen(source: Path, tmp_path: Path) -> None:
    source.write_text("network A { input: (3) layers: Dense(HPO(choice(4, 2))) loss: mse }")
    good = tmp_path / "good.safetensors"
    good.write_bytes(safetensors(GOOD, bytes(32)))
    assert "`--choose NAME=VALUE`" in refusal("convert", source, good, tmp_path / "x.safetensors")
    result = run("convert", source, good, tmp_path / "x.safetensors", "--choose", "layers[0].units=2")
    assert result.returncode == 0, result.stderr
    assert "the network wants [3, 4]" in refusal("convert", source, good, good, "--choose", "defaults")


@pytest.mark.frameworks
@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_conversion_leaves_nothing(
    interrupt: signal.Signals, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch")
    scratch, started = tmp_path / "scratch", tmp_path / "started"
    scratch.mkdir()
    good = tmp_path / "good.safetensors"
    good.write_bytes(safetensors(GOOD, bytes(32)))
    os.mkfifo(started)
    reader = os.open(started, os.O_RDONLY | os.O_NONBLOCK)
    stand_in = f"import signal\nopen({str(started)!r}, 'w', buffering=1).write('x\\n')\nsignal.pause()\n"
    (tmp_path / "torch.py").write_text(stand_in)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(scratch))
    command = [str(find_executable()), "weights", "convert", str(source), str(good), str(tmp_path / "w.pt")]
    process = subprocess.Popen([*command, "--python", sys.executable], stderr=subprocess.PIPE, text=True)
    assert select.select([reader], [], [], 60)[0], "the conversion did not begin"
    os.close(reader)
    process.send_signal(interrupt)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "interrupted, nothing is written" in message
    assert not list(scratch.iterdir())
    assert not list(tmp_path.glob("*w.pt*"))


def test_a_target_that_cannot_be_written_is_named(source: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.safetensors"
    good.write_bytes(safetensors(GOOD, bytes(32)))
    message = refusal("convert", source, good, tmp_path / "none" / "w.safetensors")
    assert f"`{tmp_path / 'none' / 'w.safetensors'}`" in message
    message = refusal("convert", source, good, tmp_path / "w.pt", "--python", "/bin/true")
    assert "did not convert" in message


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
