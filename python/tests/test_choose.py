"""Values in the place of searches: `neural compile --choose`, and `choose` in Python."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from command_line import run

import neural

SEARCHES = """# A search.
network Search {
  input: (8)
  layers:
    Dense(HPO(choice(8, 16)), activation="relu")  # first
    HPO(choice(Dropout(HPO(range(0.1, 0.3, step=0.1))), BatchNormalization()))
    Output(3)
  loss: sparse_categorical_crossentropy
  optimizer: Adam(learning_rate=HPO(log_range(1e-4, 1e-2)))
}
"""
CHOSEN = """# A search.
network Search {
  input: (8)
  layers:
    Dense(16, activation="relu")  # first
    Dropout(0.2)
    Output(3)
  loss: sparse_categorical_crossentropy
  optimizer: Adam(learning_rate=0.001)
}
"""
VALUES = {"layers[0].units": 16, "layers[1]": "#0", "layers[1][0].rate": 0.2, "optimizer.learning_rate": 1e-3}
WORDS = [word for name, value in VALUES.items() for word in ("--choose", f"{name}={value}")]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "search.neural"
    path.write_text(SEARCHES, encoding="utf-8")
    return path


def body(program: str) -> str:
    return program.split('"""', 2)[2]


@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
def test_the_program_is_that_of_the_values_written_by_hand_and_says_which(source: Path, backend: str) -> None:
    result = run("compile", str(source), "--backend", backend, *WORDS, "-o", "-")
    assert result.returncode == 0, result.stderr
    assert body(result.stdout) == body(neural.compile(CHOSEN, backend=backend))
    assert "Chosen: layers[0].units = 16, layers[1] = Dropout(0.2), layers[1][0].rate = 0.2," in result.stdout
    # The hash is that of the file, so that file and values together give the program.
    assert result.stdout == neural.compile(source, backend=backend, choose=VALUES)


def test_the_chosen_text_keeps_comments_and_layout() -> None:
    assert neural.choose(SEARCHES, VALUES) == CHOSEN


def test_defaults_are_the_first_alternatives_and_the_low_ends(source: Path) -> None:
    result = run("compile", str(source), "--choose", "defaults", "--choose", "layers[0].units=16", "-o", "-")
    chosen = "layers[0].units = 16, layers[1] = Dropout(0.1), layers[1][0].rate = 0.1, optimizer.learning_rate = 1e-04."
    assert f"Chosen: {chosen}" in " ".join(result.stdout.split())
    text = neural.choose(source, "defaults")
    assert "Dense(8, " in text and "HPO" not in text


def test_an_onnx_file_is_that_of_the_values_written_by_hand() -> None:
    hashes = [hashlib.sha256(text.encode()).hexdigest().encode() for text in (SEARCHES, CHOSEN)]
    assert neural.compile_onnx(SEARCHES, choose=VALUES).replace(*hashes) == neural.compile_onnx(CHOSEN)


def test_without_values_the_message_names_the_next_step(source: Path) -> None:
    result = run("compile", str(source), "-o", "-")
    assert result.returncode == 1
    assert "--choose" in result.stderr and "neural tune" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["layers[0].unit=8"], "did you mean `layers[0].units`?"),
        (["layers[0].units=9"], "it is `8` or `16`"),
        (["layers[0].units"], "takes NAME=VALUE or `defaults`"),
        (["layers[0].units=8", "layers[0].units=16"], "chosen twice"),
        (["layers[0].units=8"], "no value is chosen for `layers[1]` ("),
        (["defaults", "optimizer.learning_rate=1"], "it is from 1e-04 to 0.01"),
    ],
)
def test_what_cannot_be_chosen_is_a_mistake_of_usage(source: Path, words: list[str], message: str) -> None:
    result = run("compile", str(source), *[part for word in words for part in ("--choose", word)], "-o", "-")
    assert result.returncode == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_all_that_is_missing_is_listed(source: Path) -> None:
    with pytest.raises(ValueError, match="no value is chosen") as raised:
        neural.choose(source, {})
    assert all(name in str(raised.value) for name in ("layers[0].units", "layers[1]", "optimizer.learning_rate"))


def test_a_value_that_does_not_fit_the_rest_is_told_like_any_error() -> None:
    program = SEARCHES.replace("range(0.1, 0.3, step=0.1)", "choice(0.1, 0.2)")
    with pytest.raises(ValueError, match="cannot be"):
        neural.compile(program, choose={**VALUES, "layers[1][0].rate": 2})
    with pytest.raises(ValueError, match="defaults"):
        neural.compile(program, choose="first")
