"""`neural compile`: what it says besides what it writes."""

from __future__ import annotations

from pathlib import Path

from command_line import run

NETWORK = """network Small {
  input: (4)
  layers:
    Dense(8, activation="relu")
    Output(1)
  loss: mse
  optimizer: Adam(0.01, clipnorm=1.0)
}
"""


def compile_program(folder: Path, *options: str, backend: str = "pytorch", network: str = NETWORK) -> tuple[str, str]:
    """The program and what was printed beside it."""
    source = folder / "small.neural"
    source.write_text(network)
    result = run("compile", str(source), "--backend", backend, "-o", "-", *options)
    assert result.returncode == 0, result.stderr
    return result.stdout, result.stderr


def test_deviations_are_in_the_head_and_listed_when_asked_for(tmp_path: Path) -> None:
    program, printed = compile_program(tmp_path)
    head = program.split('"""')[1]
    assert printed == ""
    assert "- `Adam`: it adds epsilon" in head and "- `clipnorm`: it adds 1e-06" in head
    same, printed = compile_program(tmp_path, "--report-deviations")
    assert same == program
    assert printed.count("small.neural:7:14: warning[W702]") == 2


def test_strict_programs_and_keras_deviate_nowhere(tmp_path: Path) -> None:
    for program, printed in (
        compile_program(tmp_path, "--strict", "--report-deviations"),
        compile_program(tmp_path, "--report-deviations", backend="tensorflow"),
    ):
        assert "to the last bit" not in program.split('"""')[1]
        assert printed.startswith("no deviations: ")
