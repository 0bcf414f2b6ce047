"""`neural compile -O2`: what it may change, that it is within rounding, and what is measured before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import run

NETWORKS = {
    "dense": """network Dense {
  input: (12)
  layers: Dense(32, relu) Dense(16, tanh) Output(4)
  loss: sparse_categorical_crossentropy
  optimizer: Adam(0.001)
  train { batch_size: 16 }
}
""",
    "images": """network Images {
  input: (12, 12, 3)
  layers:
    Conv2D(8, 3, relu)
    BatchNormalization()
    GroupNormalization(2)
    DepthwiseConv2D(3)
    MaxPooling2D(2)
    Flatten()
    Output(4)
  loss: sparse_categorical_crossentropy
  optimizer: SGD(0.01, momentum=0.9, nesterov=true)
  train { batch_size: 16 }
}
""",
    "penalised": """network Penalised {
  input: { left: (6) right: (5) }
  layers:
    left: { Dense(8, relu, kernel_regularizer=l2(0.01)) }
    right: { Dense(8, relu, activity_regularizer=l1(0.001)) }
    Concatenate()
    Output(4)
  loss: sparse_categorical_crossentropy
  optimizer: AdamW(ExponentialDecay(0.01, 10, 0.9), weight_decay=0.01)
  train { batch_size: 16 }
}
""",
}

CHANGES = [
    ("pytorch", "dense", "fused_optimizer"),
    ("pytorch", "dense", "threads=1"),
    ("pytorch", "images", "fused_optimizer,channels_last,threads=2"),
    ("pytorch", "penalised", "fused_optimizer"),
    ("tensorflow", "dense", "xla"),
    ("tensorflow", "images", "xla,threads=2"),
    ("tensorflow", "penalised", "xla"),
]

# Losses of 20 steps, and of what the weights predict behind them; 37 rows leave a smaller last batch.
DRIVER = """
import json, os, sys
import numpy as np
sys.path.insert(0, os.getcwd())
program = __import__(sys.argv[1])
if program.BACKEND == "pytorch":
    import torch
    torch.manual_seed(3)
else:
    program.keras.utils.set_random_seed(3)
random = np.random.default_rng(5)
shapes = getattr(program, "INPUT_SHAPES", None) or {"": program.INPUT_SHAPE}
x = {name: random.normal(size=(37, *shape)).astype("float32") for name, shape in shapes.items()}
x = x if len(x) > 1 else x[""]
y = random.integers(0, 4, 37)
model = program.create_model()
if os.path.exists("first.safetensors"):
    program.load_weights(model, "first.safetensors")
else:
    program.save_weights(model, "first.safetensors")
losses = program.create_trainer(model).fit(x, y, epochs=20, batch_size=16)
program.save_weights(model, "last.safetensors")
program.load_weights(model, "last.safetensors")
json.dump({"losses": losses, "predictions": program.predict(model, x).tolist()}, sys.stdout)
"""


def compile_to(folder: Path, name: str, network: str, *options: str) -> str:
    source = folder / "model.neural"
    source.write_text(network)
    result = run("compile", str(source), "-o", str(folder / f"{name}.py"), *options)
    assert result.returncode == 0, result.stderr
    return (folder / f"{name}.py").read_text()


def trained(folder: Path, name: str) -> dict[str, np.ndarray]:
    command = [sys.executable, "-c", DRIVER, name]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr[-2000:]
    return {key: np.array(each) for key, each in json.loads(result.stdout).items()}


@pytest.mark.frameworks
@pytest.mark.parametrize(("backend", "network", "changes"), CHANGES)
def test_changes_are_within_rounding(backend: str, network: str, changes: str, tmp_path: Path) -> None:
    pytest.importorskip("torch" if backend == "pytorch" else "tensorflow")
    plain = compile_to(tmp_path, "plain", NETWORKS[network], "--backend", backend)
    changed = compile_to(tmp_path, "changed", NETWORKS[network], "--backend", backend, "-O2", "--changes", changes)
    assert f"Changed for speed, by rounding only: {changes.replace(',', ', ')}.\n" in changed
    assert 'LEVEL = "O2"' in changed and 'LEVEL = "O1"' in plain
    before, behind = trained(tmp_path, "plain"), trained(tmp_path, "changed")
    np.testing.assert_allclose(behind["losses"], before["losses"], rtol=1e-4)
    np.testing.assert_allclose(behind["predictions"], before["predictions"], rtol=1e-3, atol=1e-4)


@pytest.mark.frameworks
def test_what_is_faster_here_is_measured(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    source = tmp_path / "model.neural"
    source.write_text(NETWORKS["dense"])
    command = ("compile", str(source), "--backend", "pytorch", "-O2", "-o", str(tmp_path / "measured.py"))
    result = run(*command, "--python", sys.executable)
    assert "fused_optimizer: " in result.stderr or "processors while -O2 measured" in result.stderr
    if result.returncode == 3:
        assert "other programs took" in result.stderr, result.stderr
        pytest.skip("the machine is too busy to measure")
    assert result.returncode == 0, result.stderr
    head = (tmp_path / "measured.py").read_text().split('"""')[1]
    if "Nothing is changed for speed." in head:
        assert "ot faster" in head or "not the same within rounding" in head
        return
    assert " times as fast (" in head and "it agrees with -O1" in head
    again = head.split("--changes ")[1].split("\n")[0]
    same = compile_to(tmp_path, "same", NETWORKS["dense"], "--backend", "pytorch", "-O2", "--changes", again)
    assert same.split('"""', 2)[2] == (tmp_path / "measured.py").read_text().split('"""', 2)[2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--backend", "pytorch", "--changes", "threads=1"), "`--changes` are those of -O2"),
        (("--backend", "pytorch", "-O2", "--changes", "xla"), "there are: fused_optimizer, threads=N"),
        (("--backend", "pytorch", "-O2", "--changes", "channels_last"), "`channels_last` is no change of -O2"),
        (("--backend", "pytorch", "-O2", "--changes", "threads=0"), "`threads=0` is no change of -O2"),
        (("--backend", "tensorflow", "-O2", "--changes", "fused_optimizer"), "there are: xla, threads=N"),
        (("--backend", "onnx", "-O2"), "there is no -O2 of `--backend onnx`"),
        (("--backend", "pytorch", "-O3"), "-O: "),
    ],
)
def test_what_is_no_change_is_told(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    source = tmp_path / "model.neural"
    source.write_text(NETWORKS["dense"])
    result = run("compile", str(source), "-o", str(tmp_path / "model.py"), *options)
    assert result.returncode == 2 and said in result.stderr, result.stderr
    assert not (tmp_path / "model.py").exists()


def test_random_layers_are_not_compiled_by_xla(tmp_path: Path) -> None:
    source = tmp_path / "model.neural"
    source.write_text(NETWORKS["dense"].replace("Dense(16, tanh)", "Dense(16, tanh) Dropout(0.1)"))
    result = run("compile", str(source), "--backend", "tensorflow", "-O2", "--changes", "xla", "-o", "-")
    assert result.returncode == 2 and "there are: threads=N" in result.stderr
