"""Every program of tests/programs/valid as a PyTorch module: what the checker says of it, and one step of training."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from conftest import Compiler
from valid_programs import ROWS, Network, fits, inputs_of, networks, program_of, targets_like

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("network", networks(), ids=str)
def test_network_is_built_as_checked_and_trains(compiler: Compiler, network: Network, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    path, refusal = program_of(network, "pytorch", tmp_path)
    if refusal:
        pytest.skip(" ".join(sorted(set(re.findall(r"error\[(\w+)\]", refusal)))))
    program = compiler.load(path)
    if getattr(program, "DEVICE", torch.device("cpu")).type == "cuda" and not torch.cuda.is_available():
        pytest.skip("it asks for a GPU")
    model = program.create_model()
    shapes = {weight.name: weight.shape for weight in program.WEIGHTS}
    assert sum(map(math.prod, shapes.values())) == network.table["total_parameters"]

    x = inputs_of(program, network)
    outputs = program.predict(model, x)
    assert fits((ROWS, *network.table["layers"][-1]["output_shape"]), outputs.shape)
    y = targets_like(program, outputs)
    (loss,) = program.create_trainer(model).fit(x, y, epochs=1, batch_size=ROWS)
    assert np.isfinite(loss)
    assert all(np.isfinite(value) for value in program.evaluate(model, x, y).values())

    program.save_weights(model, tmp_path / "weights")
    program.load_weights(program.create_model(), tmp_path / "weights")


def test_refusals_are_those_known(tmp_path: Path) -> None:
    """So many programs are compiled, so many refused: a change of these numbers is a change of the language's reach."""
    codes: Counter[str] = Counter()
    for i, network in enumerate(networks()):
        folder = tmp_path / str(i)
        folder.mkdir()
        _, refusal = program_of(network, "pytorch", folder)
        codes[next(iter(sorted(re.findall(r"error\[(\w+)\]", refusal))), "compiled")] += 1
    assert codes == {"compiled": 209, "E701": 7, "E704": 7, "E705": 4}
