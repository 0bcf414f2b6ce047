"""The compiler: check, inspect and compile `.neural` sources.

A source is the text itself (`str`) or a path (`pathlib.Path` or another `os.PathLike`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from neural import _core
from neural.errors import CompileError, NeuralError

Diagnostic = dict[str, Any]
Choose = Mapping[str, Any] | Literal["defaults"] | None  # values for what a program searches over, by its names
_Result = TypeVar("_Result")


def check(source: str | os.PathLike[str]) -> list[Diagnostic]:
    """The diagnostics of a source, errors and warnings, in the order of their places."""
    _, diagnostics, _ = _core.check(*text_and_name(source))
    return json.loads(diagnostics)


def inspect(source: str | os.PathLike[str], *, network: str = "") -> dict[str, Any]:
    """A network with all its layers and what they cost, as `neural inspect --json` prints it (docs/inspect.md).

    Raises CompileError if the source has errors.
    """
    return json.loads(result_of(_core.inspect(*text_and_name(source), network)))


def compile(
    source: str | os.PathLike[str],
    *,
    backend: str = "tensorflow",
    level: int = 1,
    network: str = "",
    validate: bool = True,
    choose: Choose = None,
    semantics: str = "keras",
    custom: Mapping[str, str] | None = None,
    allow_python_lambda: bool = False,
    changes: Sequence[str] = (),
    strict: bool = False,
) -> str:
    """The text of a stand-alone program for `backend` ("tensorflow" or "pytorch").

    `level` 0 is the framework's documented idiom, 1 the same arithmetic with less plumbing, 2 that with `changes` that
    move results by rounding only, as `neural compile -O2 --changes` takes them: ["threads=1"]. `validate=False` leaves
    out the program's run-time checks of its arrays. `choose` has the values of what the source searches over, as
    `neural.choose` takes them, and `semantics` says whose defaults hold for what the source leaves open, "keras" or
    "torch". `custom` has the class of each layer of one's own, {"HighwayLayer": "my_layers:Highway"}, which the program
    imports. `allow_python_lambda` lets the text of a Lambda become Python where it is more than the language knows,
    which is for trusted sources only. `strict` deviates nowhere from Keras, by a rounding either, where that costs
    time. Raises CompileError if the source has errors or the backend cannot express it, ValueError for an unknown
    backend, level, change, network or semantics, for what cannot be chosen, and for a class that has no layer or is no
    name.
    """
    if level not in (0, 1, 2):
        raise ValueError(f"level must be 0, 1 or 2, got {level!r}")
    if isinstance(changes, str):
        raise TypeError(f"changes takes a list, as in changes=[{changes!r}]")
    if custom is not None and not isinstance(custom, Mapping):
        raise TypeError(f'custom takes {{"HighwayLayer": "my_layers:Highway"}}, got {custom!r}')
    return result_of(
        _core.compile(
            *text_and_name(source),
            network,
            backend,
            level,
            validate,
            _choices(choose),
            semantics,
            list((custom or {}).items()),
            allow_python_lambda,
            list(changes),
            strict,
        )
    )


def choose(source: str | os.PathLike[str], values: Choose, *, network: str = "") -> str:
    """The source with a value in the place of each `HPO(…)` of the network; all else stays as it is written.

    `values` has the names that `inspect(source)["search"]` lists: numbers of ranges, and alternatives as their text or
    as "#1" for the second one. "defaults" is the first alternatives and the low ends. Raises CompileError if the source
    has errors, before or after; ValueError if a name is unknown, a value outside of the search, or one is missing.
    """
    return result_of(_core.choose(*text_and_name(source), network, _choices(values)))


def search_space(source: str | os.PathLike[str], *, network: str = "") -> dict[str, Any]:
    """What a network searches over, with the text of each alternative and the searches inside it.

    Raises CompileError if the source has errors.
    """
    return json.loads(result_of(_core.search_space(*text_and_name(source), network)))


def compile_onnx(
    source: str | os.PathLike[str],
    *,
    weights: str | os.PathLike[str] | None = None,
    network: str = "",
    choose: Choose = None,
    semantics: str = "keras",
) -> bytes:
    """An ONNX file (opset 20) of the network as it predicts, with its weights.

    `weights` is a .safetensors file, as `save_weights` of a generated program writes it; without one the network has
    the weights it begins with. `choose` and `semantics` are as for `compile`. Raises CompileError if the source has
    errors or ONNX cannot express it, NeuralError for a weight file that cannot be read or is of another network,
    ValueError for an unknown network or semantics, and for what cannot be chosen.
    """
    text, name = text_and_name(source)
    try:
        outcome = _core.compile_onnx(
            text, name, network, "" if weights is None else os.fspath(weights), _choices(choose), semantics
        )
    except RuntimeError as error:
        raise NeuralError(str(error)) from error
    return result_of(outcome)


def _choices(values: Choose) -> list[tuple[str, str]]:
    if values is None:
        return []
    if isinstance(values, str):
        if values != "defaults":
            raise ValueError(f'choose takes a mapping of names to values, or "defaults", got {values!r}')
        return [("defaults", "")]
    # None, True and False are written as in the language.
    return [(name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in values.items()]


def text_and_name(source: str | os.PathLike[str]) -> tuple[str, str]:
    if isinstance(source, str):
        if source.endswith((".neural", ".nr", ".rnr")) and "\n" not in source:
            raise NeuralError(f"{source!r} is the text of a program here; a file is named by Path({source!r})")
        try:
            source.encode()
        except UnicodeEncodeError as error:
            raise NeuralError(f"the source is no text that UTF-8 can hold: {error.reason}") from None
        return source, "<string>"
    path = Path(source)
    try:
        return path.read_text(encoding="utf-8"), path.name
    except (OSError, UnicodeDecodeError) as error:
        raise NeuralError(f"cannot read `{path}`: {error}") from error


def result_of(outcome: tuple[_Result | None, str, str]) -> _Result:
    result, diagnostics, rendered = outcome
    if result is None:
        raise CompileError(rendered, json.loads(diagnostics))
    return result
