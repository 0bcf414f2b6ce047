"""What the checker says of a case."""

from __future__ import annotations

from typing import Any

import neural
from keras_shapes.cases import Case, Refusal, Result, Weight


def checked(case: Case) -> Result | Refusal:
    """The sums the checker gives must be those of the tensors it lists."""
    try:
        table = neural.inspect(case.source)
    except neural.CompileError as error:
        codes = tuple(sorted({found["code"] for found in error.diagnostics if found["severity"] == "error"}))
        unfit = [code for code in codes if not code.startswith("E5") and code != "E302"]
        assert not unfit, f"{case} is malformed:\n{error}"
        return Refusal(codes, str(error))
    result = Result(tuple(table["layers"][-1]["output_shape"]), weights_of(table["layers"]))
    assert (table["total_parameters"], table["trainable_parameters"]) == result.counts, case
    return result


def weights_of(layers: list[dict[str, Any]]) -> tuple[Weight, ...]:
    """Those of a layer come before those of what is inside."""
    weights: list[Weight] = []
    for layer in layers:
        own = [(tuple(tensor["shape"]), tensor["trainable"]) for tensor in layer["tensors"]]
        inside = [layer["wrapped"]] if "wrapped" in layer else []
        every = (*own, *weights_of([*inside, *layer.get("body", [])]))
        assert (layer["parameters"], layer["trainable_parameters"]) == Result((), every).counts, layer
        weights += every
    return tuple(weights)
