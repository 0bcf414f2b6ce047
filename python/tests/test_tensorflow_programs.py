"""Every program of tests/programs/valid as a Keras model: what the checker says of it, and one step of training."""

from __future__ import annotations

import gc
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Compiler
from valid_programs import ROWS, Network, fits, inputs_of, named_shapes, networks, program_of, shapes_in, targets_like

pytestmark = pytest.mark.frameworks

# What TensorFlow cannot express, by program; every other refusal is of a search or of a layer without meaning.
REFUSED = {
    "cifar10_vgg": "a file of PyTorch",
    "dynamic_images": "an adaptive pooling of an unknown size",
    "exported_conv_image": "groups of a transposed convolution",
    "exported_conv_line": "groups of a transposed convolution",
    "exported_conv_volume": "groups of a transposed convolution",
    "exported_recurrent_maps": "groups of a recurrent convolution",
    "losses_and_metrics": "a loss for each sample",
    "settings_all": "a TPU",
    "written_out_words": "a loss for each sample",
    "wrong_activation_for_loss": "a cross-entropy of probabilities that do not go with it",
}

# What the processor cannot compute, though the framework knows it: there the shapes must do.
NEEDS_GPU = {"transposed_sizes": "a transposed convolution with dilation"}


@pytest.fixture(scope="module")
def keras() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    pytest.importorskip("tensorflow")
    import keras

    return keras


@pytest.fixture(autouse=True)
def eager(keras: Any, request: pytest.FixtureRequest) -> Iterator[None]:
    """Op by op, which is faster than tracing a graph for a single step; groups have a gradient on a CPU only by XLA."""
    import tensorflow

    network = getattr(request.node, "callspec", None) and request.node.callspec.params.get("network")
    is_eager = network is not None and not needs_graph(network.table["layers"])
    tensorflow.config.run_functions_eagerly(is_eager)
    yield
    tensorflow.config.run_functions_eagerly(False)


def needs_graph(layers: list[dict[str, Any]]) -> bool:
    return any(
        (layer["attributes"].get("groups", 1) != 1 and "Conv" in layer["type"])
        or needs_graph([*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])])
        for layer in layers
    )


@pytest.fixture(autouse=True)
def devices(keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any machine has what a program asks for."""
    import tensorflow

    monkeypatch.setattr(tensorflow.config, "list_physical_devices", lambda kind=None: [kind] * 8)
    monkeypatch.setattr(tensorflow.config, "set_visible_devices", lambda *_: None)


@pytest.mark.parametrize("network", networks(), ids=str)
def test_network_is_built_as_checked_and_trains(
    keras: Any, compiler: Compiler, network: Network, tmp_path: Path
) -> None:
    path, refusal = program_of(network, "tensorflow", tmp_path)
    if refusal:
        codes = set(re.findall(r"error\[(\w+)\]", refusal))
        assert codes <= {"E701", "E704", "E705"}, refusal
        assert "E701" not in codes or network.path.stem in REFUSED, refusal
        pytest.skip(f"{' '.join(sorted(codes))}: {REFUSED.get(network.path.stem, 'searched, or without meaning')}")
    program = compiler.load(path)
    keras.backend.clear_session()
    model = program.create_model()
    table = network.table
    assert model.count_params() == table["total_parameters"]
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == table["trainable_parameters"]
    assert Counter(tuple(weight.shape) for weight in model.weights) == Counter(shapes_in(table["layers"]))

    rng = np.random.default_rng(7)
    shapes = named_shapes(table["layers"])
    given, taken = tmp_path / "given", tmp_path / "taken"
    program.write_safetensors(given, {name: rng.integers(1, 64, shape) / 512 for name, shape in shapes.items()})
    program.load_weights(model, given)
    program.save_weights(model, taken)
    assert given.read_bytes() == taken.read_bytes()

    if network.path.stem in NEEDS_GPU:
        assert model.output.shape[1:] == tuple(table["layers"][-1]["output_shape"])
        return

    x = inputs_of(program, network)
    outputs = np.asarray(model(x, training=False))
    expected = (ROWS, *table["layers"][-1]["output_shape"])
    assert fits(expected, outputs.shape)
    y = targets_like(program, outputs)
    (loss,) = program.create_trainer(model).fit(x, y, epochs=1, batch_size=ROWS)
    assert np.isfinite(loss)
    assert all(np.isfinite(value) for value in program.evaluate(model, x, y).values())
    del model
    gc.collect()


def test_refusals_are_those_known(tmp_path: Path) -> None:
    """So many programs are compiled, so many refused: a change of these numbers is a change of the language's reach."""
    codes: dict[str, int] = {}
    for i, network in enumerate(networks()):
        folder = tmp_path / str(i)
        folder.mkdir()
        _, refusal = program_of(network, "tensorflow", folder)
        code = next(iter(re.findall(r"error\[(\w+)\]", refusal)), "compiled")
        codes[code] = codes.get(code, 0) + 1
    assert codes == {"E701": 11, "E704": 7, "E705": 4, "compiled": 205}
