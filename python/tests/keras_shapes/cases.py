"""What a case is: layers behind inputs, for the checker and for Keras. Without either of them."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Shape = tuple[int | None, ...]
Weight = tuple[tuple[int, ...], bool]  # its shape, and whether it is trained


@dataclass(frozen=True)
class Case:
    """Layers behind inputs whose shapes leave out the batch.

    `keras` makes the same of symbolic tensors: an expression for a layer, a list of layers or a function of the
    inputs. Without it `layers` is good Python, too, and means the same layers in Keras.
    """

    layers: str
    inputs: tuple[Shape, ...]
    keras: str = ""
    weights: str = "in order"  # of their creation; or "in any order", or "counted" where a composition splits them
    runs: bool = True  # whether the processor can; else Keras is asked for shapes only
    dynamic: int = 12  # what an unknown size is when the layers run
    has_values: bool = True  # whether Keras computes the same; else only shapes and weights are

    def __str__(self) -> str:
        return f"{' '.join(self.layers.split())} of {', '.join(map(str, self.inputs))}"

    @property
    def source(self) -> str:
        # With the batch: a leading None of an input is taken for it.
        shapes = [str((None, *shape)) if shape[0] is None else str(shape) for shape in self.inputs]
        named = "{ " + " ".join(f"input_{i}: {shape}" for i, shape in enumerate(shapes)) + " }"
        declared = shapes[0] if len(shapes) == 1 else named
        return f"network Tested {{\n  input: {declared}\n  layers:\n    {self.layers}\n  loss: mse\n}}\n"


def grid(
    layers: str,
    inputs: Iterable[Shape | list[Shape]],
    keras: str = "",
    weights: str = "in order",
    runs: bool = True,
    dynamic: int = 12,
    has_values: bool = True,
    **values: Iterable[Any],
) -> list[Case]:
    """A case for each of the inputs and each combination of values.

    In the texts {name} stands for a value, {d} for the number of spatial axes. Several tensors for one case are a list.
    """
    cases = []
    for combination in itertools.product(*values.values()):
        for shapes in inputs:
            tensors = tuple(shapes) if isinstance(shapes, list) else (shapes,)
            chosen = {"d": len(tensors[0]) - 1, **dict(zip(values, combination, strict=True))}
            text = layers.format(**chosen)
            can_run = runs and "channels_first" not in text
            cases.append(Case(text, tensors, keras.format(**chosen), weights, can_run, dynamic, has_values))
    return cases


@dataclass(frozen=True)
class Result:
    output: Shape
    weights: tuple[Weight, ...]

    def __str__(self) -> str:
        """With a star behind what is not trained: (5, 4) with (3, 4), (4,)*."""
        weights = ", ".join(f"{shape}{'' if trained else '*'}" for shape, trained in self.weights)
        return f"{self.output} with {weights}" if weights else str(self.output)

    @property
    def counts(self) -> tuple[int, int]:
        """All parameters, and those that are trained."""
        return (
            sum(math.prod(shape) for shape, _ in self.weights),
            sum(math.prod(shape) for shape, trained in self.weights if trained),
        )


@dataclass(frozen=True)
class Refusal:
    codes: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return " ".join(self.codes) or "refused"


def agree(case: Case, ours: Result | Refusal, theirs: Result | Refusal) -> bool:
    if isinstance(ours, Refusal) or isinstance(theirs, Refusal):
        return isinstance(ours, Refusal) and isinstance(theirs, Refusal)
    if ours.output != theirs.output:
        return False
    if case.weights == "in order":
        return ours.weights == theirs.weights
    if case.weights == "in any order":
        return Counter(ours.weights) == Counter(theirs.weights)
    assert case.weights == "counted", case.weights
    return ours.counts == theirs.counts
