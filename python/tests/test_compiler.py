"""The compiler's Python surface."""

from __future__ import annotations

from pathlib import Path

import pytest

import neural
from neural import NeuralError

SOURCE = """
network Small {
  input: (4, 4, 1)
  layers:
    Dense(8, activation="relu")
    Output(3)
  loss: "sparse_categorical_crossentropy"
}
"""


def test_check_reports_warnings_with_their_place() -> None:
    (warning,) = neural.check(SOURCE)
    assert (warning["code"], warning["line"]) == ("W522", 5)


def test_inspect_counts_parameters() -> None:
    table = neural.inspect(SOURCE)
    assert table["network"] == "Small"
    assert table["total_parameters"] == 16 * 8 + 8 + 8 * 3 + 3
    tensors = [(tensor["name"], tensor["shape"], tensor["trainable"]) for tensor in table["layers"][-1]["tensors"]]
    assert tensors == [("kernel", [8, 3], True), ("bias", [3], True)]


@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
@pytest.mark.parametrize("level", [0, 1])
def test_compile_gives_a_program(backend: str, level: int) -> None:
    program = neural.compile(SOURCE, backend=backend, level=level)
    assert f'BACKEND = "{backend}"' in program
    compile(program, "program.py", "exec")


def test_an_error_carries_text_and_diagnostics() -> None:
    with pytest.raises(neural.CompileError, match="did you mean `Dense`") as error:
        neural.compile(SOURCE.replace("Dense", "Dens"))
    assert [found["code"] for found in error.value.diagnostics if found["severity"] == "error"] == ["E201"]


def test_a_path_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "small.neural"
    path.write_text(SOURCE)
    assert "small.neural" in neural.compile(path)
    with pytest.raises(neural.NeuralError, match=r"none\.neural"):
        neural.compile(tmp_path / "none.neural")


def test_unknown_backends_levels_and_networks_are_value_errors() -> None:
    for wrong in ({"backend": "caffe"}, {"level": 7}, {"network": "Large"}):
        with pytest.raises(ValueError):
            neural.compile(SOURCE, **wrong)  # type: ignore[arg-type]


MISTAKES = {
    "the name of a file": (lambda: neural.compile("model.neural"), NeuralError, r"Path\('model.neural'\)"),
    "half a character": (lambda: neural.check("\ud800"), NeuralError, "UTF-8"),
    "a level in words": (lambda: neural.compile(SOURCE, level="2"), ValueError, "0, 1 or 2, got '2'"),  # type: ignore[arg-type]
    "a backend there is not": (lambda: neural.compile(SOURCE, backend="jax"), ValueError, "pytorch and tensorflow"),
    "a file as a program": (lambda: neural.compile(SOURCE, backend="onnx"), ValueError, "compile_onnx"),
    "one change": (lambda: neural.compile(SOURCE, level=2, changes="threads=1"), TypeError, r"changes=\['threads=1'\]"),
    "classes in a list": (lambda: neural.compile(SOURCE, custom=["m:C"]), TypeError, "HighwayLayer"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_call_is_told_with_what_is_meant(name: str) -> None:
    call, kind, text = MISTAKES[name]
    with pytest.raises(kind, match=text):
        call()


def test_strict_programs_are_other_programs() -> None:
    lax, strict = (neural.compile(SOURCE, backend="pytorch", strict=value) for value in (False, True))
    assert "Not to the last bit as in Keras" in lax
    assert "Not to the last bit as in Keras" not in strict


def test_networks_of_one_name_are_told_apart_by_their_numbers() -> None:
    networks = [f"network Two {{ input: (4) layers: Output({units}) loss: mse }}" for units in (2, 3)]
    source = "\n".join(networks)
    for network, units in {"": 2, "Two": 2, "Two#2": 3}.items():
        assert neural.inspect(source, network=network)["layers"][-1]["attributes"]["units"] == units
    with pytest.raises(ValueError, match="Two#3"):
        neural.inspect(source, network="Two#3")


@pytest.mark.parametrize(
    "name", ["SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "AdamW", "Adamax", "Nadam", "Lion", "Ftrl"]
)
@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
def test_every_optimizer_is_compiled(name: str, backend: str) -> None:
    source = f"network Small {{ input: (4) layers: Output(2) loss: mse optimizer: {name} }}"
    assert name.lower() in neural.compile(source, backend=backend).lower()


def test_the_version_is_the_executable_s() -> None:
    assert neural.__version__.count(".") == 2
