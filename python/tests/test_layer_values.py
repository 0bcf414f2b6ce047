"""What the layers of generated PyTorch programs compute, against Keras: the same weights, the same inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from generated import module_of
from keras_shapes.cases import Case
from keras_shapes.groups import GROUPS
from keras_shapes.values import compare, distance, give_weights, inputs_of

import neural

pytestmark = pytest.mark.frameworks


def distance_of(case: Case, folder: Path) -> float | None:
    import torch
    from keras_shapes.in_keras import model_of

    rng = np.random.default_rng(0)
    program, reference = module_of(neural.compile(case.source, backend="pytorch")), model_of(case)
    arrays = give_weights(reference, {weight.name: weight.shape for weight in program.WEIGHTS}, rng)

    model = program.create_model().cpu().eval()
    program.write_safetensors(folder / "given", arrays)
    program.load_weights(model, folder / "given")
    program.save_weights(model, folder / "taken")
    assert (folder / "given").read_bytes() == (folder / "taken").read_bytes(), case

    inputs = inputs_of(case, rng)
    with torch.no_grad():
        given = model(*map(torch.from_numpy, inputs))
    ours = (given[0] if isinstance(given, tuple) else given).numpy()  # without the mask of its steps
    return distance(case, ours, reference, inputs)


@pytest.mark.filterwarnings("ignore:The structure of `inputs`")
@pytest.mark.parametrize("group", GROUPS)
def test_layers_compute_what_keras_computes(group: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    compare(group, lambda case: distance_of(case, tmp_path))
