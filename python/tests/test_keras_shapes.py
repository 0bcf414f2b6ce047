"""The checker's shapes and parameters against Keras: for every layer, what both make of the same configurations."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from keras_shapes.cases import Case, Refusal, Result, agree
from keras_shapes.checker import checked
from keras_shapes.differences import DIFFERENCES, Difference
from keras_shapes.groups import GROUPS

LAYERS = Path(__file__).resolve().parents[2] / "src/neural/model/layers.def"
WITHOUT_MEANING = {"CustomShape", "Custom"}  # their shape is what the program says

InKeras = Callable[[Case], Result | Refusal]


@pytest.fixture(scope="module")
def in_keras() -> InKeras:
    pytest.importorskip("tensorflow")
    pytest.importorskip("keras")
    from keras_shapes.in_keras import built

    return built


@pytest.mark.frameworks
@pytest.mark.parametrize("group", GROUPS)
def test_layers_have_the_shapes_and_weights_of_keras(in_keras: InKeras, group: str) -> None:
    disagreements = []
    for case in GROUPS[group]:
        ours, theirs = checked(case), in_keras(case)
        if not agree(case, ours, theirs):
            reasons = [made.reason.strip() for made in (ours, theirs) if isinstance(made, Refusal)]
            disagreements.append("\n    ".join([f"{case}: {ours}, but in Keras {theirs}", *reasons]))
    assert not disagreements, f"{len(disagreements)} of {len(GROUPS[group])} cases:\n" + "\n".join(disagreements)


@pytest.mark.frameworks
@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: str(difference.case))
def test_differences_from_keras_are_those_decided(in_keras: InKeras, difference: Difference) -> None:
    found = str(checked(difference.case)), str(in_keras(difference.case))
    assert found == (difference.checker, difference.keras), difference.why


def test_no_layer_is_without_a_case() -> None:
    kinds = set(re.findall(r"^NEURAL_LAYER\((\w+)\)", LAYERS.read_text(), re.MULTILINE))
    assert len(kinds) > 80
    cases = [case for group in GROUPS.values() for case in group]
    accepted = [case for case in cases if isinstance(checked(case), Result)]
    covered = {name for case in accepted for name in re.findall(r"\w+", case.layers)}
    assert kinds - WITHOUT_MEANING <= covered
    assert len(set(cases)) == len(cases) > 2000
    assert len(cases) - len(accepted) > 300, "what is refused is compared, too"
