"""`neural parity`: what it proves, what it finds, and what it says when it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import run

import neural
from neural.parity import needs_onednn, reordered

pytestmark = pytest.mark.frameworks

NETWORK = """network Proof {
  input: (6, 6, 2)
  layers:
    Conv2D(4, 3, activation="relu")
    BatchNormalization()
    Flatten()
    Dense(8, activation="relu")
    Dropout(0.5)
    Output(3)
  loss: sparse_categorical_crossentropy
  optimizer: Adam(0.01)
}
"""
VOLUME = """network Proof {
  input: (6, 6, 6, 2)
  layers:
    Conv3D(3, 3, padding=same, activation="relu")
    BatchNormalization()
    MaxPooling3D(2)
    AveragePooling3D(3, 1, padding=same)
    Flatten()
    Output(2)
  loss: mse
  optimizer: SGD(0.01)
}
"""
SEQUENCE = """network Proof {
  input: (5)
  layers:
    Embedding(7, 4, mask_zero=true)
    Bidirectional(LSTM(3, dropout=0.2))
    Output(1)
  loss: binary_crossentropy
  optimizer: RMSprop(ExponentialDecay(0.01, 5, 0.9), momentum=0.9, clipnorm=1.0)
  execution { device: gpu }
}
"""


def certificate_of(folder: Path, source: str, *options: str) -> tuple[int, dict, str]:
    (folder / "proof.neural").write_text(source, encoding="utf-8")
    written = folder / "certificate.json"
    result = run("parity", str(folder / "proof.neural"), "-o", str(written), *options)
    certificate = json.loads(written.read_text(encoding="utf-8")) if written.exists() else {}
    return result.returncode, certificate, result.stdout + result.stderr


@pytest.mark.parametrize("source", [NETWORK, SEQUENCE, VOLUME], ids=["image", "sequence", "volume"])
def test_backends_agree_and_the_certificate_says_so(source: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    pytest.importorskip("onnxruntime")
    status, certificate, text = certificate_of(tmp_path, source, "--steps", "20")
    assert status == 0, text
    assert [each["backends"] for each in certificate["comparisons"]] == [["pytorch", "tensorflow"], ["pytorch", "onnx"]]
    assert all(each["passed"] for each in certificate["comparisons"])
    names = [check["name"] for check in certificate["comparisons"][0]["checks"]]
    assert names[1:4] == ["predictions", "losses before the first step", "gradients"]
    assert {"weights after step 1", "weights after step 2", "weights after step 10", "losses at step 20"} <= set(names)
    assert set(certificate["versions"]) == {"torch", "tensorflow", "keras", "onnxruntime"}
    assert certificate["settings"]["tensorflow_onednn"] in ((True,) if source == VOLUME else (True, False))
    assert len(certificate["batches_sha256"]) == 64


@pytest.mark.parametrize("source", [NETWORK, SEQUENCE, VOLUME], ids=["image", "sequence", "volume"])
def test_in_float64_only_rounding_is_left(source: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    options = ("--backends", "pytorch,tensorflow", "--steps", "10", "--float64")
    status, certificate, text = certificate_of(tmp_path, source, *options)
    assert status == 0, text
    assert certificate["comparisons"][0]["largest"]["deviation"] < 1e-11


# Layers in a frozen Bidirectional go on learning in Keras; and averages become the weights behind each fit.
FROZEN = """network Proof {
  input: (5, 3)
  layers:
    Bidirectional(GRU(3), trainable=false)
    Output(2)
  loss: mse
  optimizer: SGD(0.05, use_ema=true, ema_momentum=0.8)
}
"""


# In float32 PyTorch adds up the statistics of all places one by one: behind some thousand of them its gradient of the
# bias is 9e-5 from that in float64, the engine's, which adds up each sample first, 2e-6.
WITHOUT_STATISTICS = VOLUME.replace("    BatchNormalization()\n", "")
SINGLE, DOUBLE = ("--steps", "20"), ("--steps", "10", "--float64")


@pytest.mark.parametrize(
    ("source", "options"),
    [
        pytest.param(NETWORK, SINGLE, id="float32-image"),
        pytest.param(SEQUENCE, SINGLE, id="float32-sequence"),
        pytest.param(WITHOUT_STATISTICS, SINGLE, id="float32-volume"),
        pytest.param(NETWORK, DOUBLE, id="float64-image"),
        pytest.param(SEQUENCE, DOUBLE, id="float64-sequence"),
        pytest.param(VOLUME, DOUBLE, id="float64-volume"),
    ],
)
def test_the_engine_agrees_with_pytorch(source: str, options: tuple[str, ...], tmp_path: Path) -> None:
    pytest.importorskip("torch")
    status, certificate, text = certificate_of(tmp_path, source, "--backends", "engine,pytorch", *options)
    assert status == 0, text
    (comparison,) = certificate["comparisons"]
    assert comparison["backends"] == ["engine", "pytorch"]
    assert "weights after step 10" in {check["name"] for check in comparison["checks"]}
    assert {"neural", "torch"} <= set(certificate["versions"])
    if "--float64" in options:
        assert comparison["largest"]["deviation"] < 1e-11


def test_the_engine_trains_frozen_directions_and_takes_averages_as_the_others(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    status, _, text = certificate_of(tmp_path, FROZEN, "--backends", "engine,pytorch", "--steps", "10")
    assert status == 0, text


def test_the_slope_of_hard_sigmoid_has_all_its_digits(tmp_path: Path) -> None:
    source = "network Proof { input: (6) layers: Dense(8, hard_sigmoid) Output(3) loss: mse optimizer: SGD(0.01) }"
    options = ("--backends", "pytorch,tensorflow", "--float64", "--steps", "2")
    status, _, text = certificate_of(tmp_path, source, *options)
    assert status == 0, text


def test_a_difference_is_named_with_its_line(tmp_path: Path) -> None:
    """PyTorch's own Adam adds epsilon elsewhere, which float64 shows."""
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    options = ("--backends", "pytorch,tensorflow", "--steps", "2", "--float64", "--no-strict")
    status, certificate, text = certificate_of(tmp_path, NETWORK, *options)
    assert status == 1
    (comparison,) = certificate["comparisons"]
    assert not comparison["passed"]
    assert comparison["line"] in range(4, 10)
    assert "weights after step 1" in comparison["reason"]
    assert f"proof.neural:{comparison['line']}: the layer that has it" in text


def test_every_network_of_a_folder_is_compared(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    pytest.importorskip("onnxruntime")
    networks = tmp_path / "networks"
    networks.mkdir()
    weightless = "network Proof { input: (4) layers: Softmax() loss: mse }"
    long = "network Long { input: (None, None, 3) layers: LayerNormalization() Flatten() loss: mse }"
    half = SEQUENCE.replace("loss:", "train { mixed_precision: true }\n  loss:")
    (networks / "a.neural").write_text(f"{SEQUENCE}\n{weightless}\n{long}\n", encoding="utf-8")
    (networks / "b.nr").write_text(half, encoding="utf-8")
    (networks / "c.neural").write_text("network Wrong { layers: Dense() }", encoding="utf-8")
    written = tmp_path / "parity.json"
    result = run("parity", str(networks), "--steps", "2", "-o", str(written))
    assert result.returncode == 2, result.stderr
    found = json.loads(written.read_text(encoding="utf-8"))
    outcomes = [(each["network"], each["outcome"]) for each in found["networks"]]
    assert outcomes == [
        ("Proof", "agreed"),
        ("Proof#2", "agreed"),
        ("Long", "agreed"),
        ("Proof", "refused"),
        ("", "failed"),
    ]
    summary = found["summary"]
    assert [summary[name] for name in ("agreed", "differ", "refused", "failed")] == [3, 0, 1, 1]
    counts = {(*each["backends"], each["name"]): each["count"] for each in summary["checks"]}
    assert counts["pytorch", "tensorflow", "predictions"] == counts["pytorch", "onnx", "predictions"] == 3
    assert counts["pytorch", "tensorflow", "gradients"] == 2  # one has no weights
    assert "5 networks: 3 agreed, 0 differ, 1 refused, 1 failed" in result.stdout
    assert "error[E" in result.stderr


def test_a_side_that_fails_is_one_network_of_many(tmp_path: Path) -> None:
    """Sizes that only a run knows: in 12 steps there is no window of 13."""
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    bad = "network Bad { input: (None, None, 3) layers: Conv1D(4, 13) GlobalMaxPooling1D() Output(2) loss: mse }"
    for name, source in {"bad": bad, "good": SEQUENCE}.items():
        (tmp_path / f"{name}.neural").write_text(source, encoding="utf-8")
    files = [str(tmp_path / f"{name}.neural") for name in ("bad", "good")]
    result = run("parity", *files, "--steps", "1", "-o", "-", "--backends", "pytorch,tensorflow")
    assert result.returncode == 2, result.stderr
    networks = json.loads(result.stdout)["networks"]
    assert [each["outcome"] for each in networks] == ["failed", "agreed"], networks
    assert "the PyTorch side failed" in networks[0]["error"]


def test_reruns_see_the_same_samples_in_another_order() -> None:
    x, y = np.arange(12).reshape(6, 2), np.arange(6)
    plan = {"seed": 3, "rerun": 0, "batch_size": 6}
    assert reordered([(x, y)], plan)[0][0] is x
    orders = []
    for rerun in (1, 2):
        ((shuffled, targets),) = reordered([({"a": x}, y)], {**plan, "rerun": rerun})
        assert sorted(targets) == list(y)
        assert (shuffled["a"][:, 0] == 2 * targets).all()
        orders.append(list(targets))
    assert orders[0] != orders[1] != list(y)


def test_onednn_is_turned_on_where_a_program_does(tmp_path: Path) -> None:
    plan, program = tmp_path / "plan.json", tmp_path / "program.py"
    plan.write_text(json.dumps({"program": str(program)}), encoding="utf-8")
    assert not needs_onednn(plan)  # there is no program, which run() tells
    for dilation, needed in ((1, False), (2, True)):
        layer = f"Conv1DTranspose(4, 3, padding=same, dilation_rate={dilation})"
        network = f"network Wide {{ input: (8, 4) layers: {layer} loss: mse }}"
        program.write_text(neural.compile(network, backend="tensorflow"), encoding="utf-8")
        assert needs_onednn(plan) is needed, dilation
    for broken in ("", "[]", '{"program": 3}', "{}"):
        plan.write_text(broken, encoding="utf-8")
        assert not needs_onednn(plan), broken


def test_points_with_strides_are_right_with_onednn_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where oneDNN has no AVX-512 it would write behind the memory of such a gradient."""
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    layers = "Conv2D(5, 1, 2, relu) DepthwiseConv2D(1) Flatten() Dense(3)"
    source = f"network Points {{ input: (8, 8, 3) layers: {layers} loss: mse optimizer: SGD(0.01) }}"
    status, certificate, text = certificate_of(
        tmp_path, source, "--backends", "pytorch,tensorflow", "--steps", "10", "--seed", "1"
    )
    assert status == 0, text
    assert certificate["settings"] == {"tensorflow_onednn": True}


def test_a_network_that_needs_onednn_turns_it_on_for_itself_alone(tmp_path: Path) -> None:
    options = ("--backends", "pytorch,tensorflow", "--steps", "2")
    _, alone, text = certificate_of(tmp_path, NETWORK, *options)
    folder = tmp_path / "networks"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"plain_{number}.neural").write_text(NETWORK, encoding="utf-8")
    dilated = NETWORK.replace("Flatten()", "Conv2DTranspose(2, 3, padding=same, dilation_rate=2) Flatten()")
    (folder / "dilated.neural").write_text(dilated, encoding="utf-8")
    written = tmp_path / "all.json"
    assert run("parity", str(folder), "-o", str(written), *options).returncode == 0, text
    networks = json.loads(written.read_text(encoding="utf-8"))["networks"]
    found = {Path(each["file"]).stem: each["settings"] for each in networks}
    assert found["dilated"] == {"tensorflow_onednn": True}
    assert found["plain_1"] == found["plain_2"] == alone["settings"]


def test_what_a_backend_cannot_express_is_told(tmp_path: Path) -> None:
    source = NETWORK.replace("Dense(8,", 'Dense(8, dtype="float64",')
    status, certificate, text = certificate_of(tmp_path, source, "--backends", "tensorflow,onnx")
    assert status == 1
    assert not certificate
    assert "error[E701]" in text


def test_layers_of_16_bits_prove_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rough.neural"
    path.write_text("network A { input: (3) layers: Dense(4) * 2 Dense(2, dtype=bfloat16) loss: mse }")
    result = run("parity", str(path))
    assert result.returncode == 2
    assert "`dense_2` computes in float16 or bfloat16" in result.stderr


def test_a_place_that_cannot_be_written_is_found_out_first(tmp_path: Path) -> None:
    source = str(tmp_path / "proof.neural")
    Path(source).write_text(NETWORK, encoding="utf-8")
    for output, reason in ((tmp_path / "none" / "c.json", "there is no folder"), (tmp_path, "it is a folder")):
        result = run("parity", source, "-o", str(output))
        assert result.returncode == 2
        assert f"cannot write `{output}`: {reason}" in result.stderr
    assert "the name is empty" in run("compile", source, "-o", "").stderr


def test_standard_input_beside_files_and_a_network_of_many_are_refused(tmp_path: Path) -> None:
    (tmp_path / "proof.neural").write_text(NETWORK, encoding="utf-8")
    result = run("parity", "-", str(tmp_path / "proof.neural"))
    assert (result.returncode, "compared alone" in result.stderr) == (2, True), result.stderr
    result = run("parity", "--backends", "pytorch,onnx", str(tmp_path), "--network", "Proof")
    assert (result.returncode, "`--network` is for a single file" in result.stderr) == (2, True), result.stderr
    (tmp_path / "empty").mkdir()
    result = run("parity", str(tmp_path / "empty"))
    assert (result.returncode, "holds no .neural file" in result.stderr) == (2, True), result.stderr


def test_one_backend_is_too_few(tmp_path: Path) -> None:
    status, _, text = certificate_of(tmp_path, NETWORK, "--backends", "pytorch")
    assert status == 2
    assert "parity needs two backends" in text


def test_an_interpreter_without_frameworks_is_an_error_of_the_environment(tmp_path: Path) -> None:
    status, certificate, text = certificate_of(tmp_path, NETWORK, "--python", "/nonexistent/python")
    assert status == 2
    assert not certificate
    assert "/nonexistent/python" in text
