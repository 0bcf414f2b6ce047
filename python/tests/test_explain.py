"""`neural explain`: every code of a message, with a program that gets it and the same program mended."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import run, run_on_a_terminal

ROOT = Path(__file__).parents[2]
CODES = re.findall(r"^NEURAL_CODE\((\w+),", (ROOT / "src/neural/syntax/diagnostic_codes.def").read_text(), re.MULTILINE)


def test_an_entry_shows_the_message_the_compiler_gives() -> None:
    result = run("explain", "E503")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("E503: a window exceeds its input\n")
    assert "    model.neural:6:5: error[E503]: the 5 " in result.stdout
    assert result.stdout.index("\nwrong\n") < result.stdout.index("error[E503]") < result.stdout.index("\nright\n")


def test_codes_are_found_in_any_case_and_several_at_once() -> None:
    result = run("explain", "e503", "w522")
    assert result.returncode == 0
    assert re.findall(r"^([EW]\d{3}): ", result.stdout, re.MULTILINE) == ["E503", "W522"]


@pytest.mark.parametrize("arguments", [(), ("--list",)])
def test_without_a_code_all_are_listed(arguments: tuple[str, ...]) -> None:
    result = run("explain", *arguments)
    assert result.returncode == 0
    assert re.findall(r"^  ([EW]\d{3})  \S", result.stdout, re.MULTILINE) == CODES


def test_an_unknown_code_is_a_usage_error_with_suggestions() -> None:
    result = run("explain", "E503", "E5003")
    assert (result.returncode, result.stdout) == (2, "")
    assert "`E5003` is neither a code nor a name of the language" in result.stderr
    assert "did you mean `E003` or `E503`?" in result.stderr

    result = run("explain", "\033[31mnothing like it")
    assert result.returncode == 2
    assert "\033" not in result.stderr
    assert "`neural explain --list` lists the codes" in result.stderr


def test_json_has_every_code_and_its_diagnostics_are_those_of_check(tmp_path: Path) -> None:
    document = json.loads(run("explain", "--json").stdout)
    assert document["schema"] == 1
    assert [entry["code"] for entry in document["codes"]] == CODES
    assert {entry["severity"] for entry in document["codes"]} == {"error", "warning"}

    (entry,) = json.loads(run("explain", "--json", "E202").stdout)["codes"]
    assert entry["command"] == "neural check model.neural"
    path = tmp_path / "model.neural"
    path.write_text(entry["wrong"])
    (checked,) = json.loads(run("check", "--json", str(path)).stdout)["files"]
    assert [found | {"file": str(path)} for found in entry["diagnostics"]] == checked["diagnostics"]
    path.write_text(entry["right"])
    assert run("check", "--werror", str(path)).returncode == 0


def test_an_entry_without_a_program_says_so_in_json() -> None:
    (entry,) = json.loads(run("explain", "--json", "E902").stdout)["codes"]
    assert [entry[key] for key in ("command", "wrong", "diagnostics", "right")] == [None] * 4


def test_markdown_is_the_page_of_the_documentation() -> None:
    page = (ROOT / "docs/diagnostics.md").read_text()
    assert run("explain", "--markdown").stdout == page
    section = run("explain", "--markdown", "E503").stdout
    assert section.startswith("### E503\n")
    assert section in page


def test_a_name_is_explained_with_all_it_takes() -> None:
    result = run("explain", "conv_2d", "adam")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Conv2D: layer\n")
    assert "\n  1   filters: int ≥ 1, required\n" in result.stdout
    assert "\nAdam: optimizer\n" in result.stdout

    document = json.loads(run("explain", "--json", "relu").stdout)
    assert [(entry["kind"], entry["name"]) for entry in document["names"]] == [
        ("layer", "ReLU"),
        ("activation", "relu"),
    ]
    assert document["codes"] == []

    section = run("explain", "--markdown", "Flatten").stdout
    assert section.startswith("### Flatten\n\n**layer**; (a, b, …) → (a·b·…)\n")


def test_names_are_listed_by_kind() -> None:
    layers = run("explain", "--list", "layers").stdout.splitlines()
    kinds = re.findall(r"^NEURAL_LAYER\((\w+)\)", (ROOT / "src/neural/model/layers.def").read_text(), re.MULTILINE)
    assert set(kinds) - {"Custom"} <= {line.split()[0] for line in layers}
    assert any(line.startswith("Conv2D ") for line in layers)
    result = run("explain", "--list", "birds")
    assert result.returncode == 2
    assert "there is no list of `birds`; there are codes, layers, " in result.stderr


def test_forms_of_output_exclude_each_other() -> None:
    assert run("explain", "--json", "--markdown").returncode == 2
    assert run("explain", "--list", "E503").returncode == 2


def test_colours_are_for_terminals_and_no_color_is_honoured() -> None:
    assert "\033[1;31mE503" in run_on_a_terminal("explain", "E503", TERM="xterm")[1]
    assert "\033" not in run_on_a_terminal("explain", "E503", TERM="xterm", NO_COLOR="1")[1]
    assert "\033" not in run_on_a_terminal("explain", "--list", TERM="dumb")[1]
    assert "\033" not in run("explain", "E503").stdout


def test_help_has_examples_and_check_points_here() -> None:
    assert "neural explain E503" in run("explain", "--help").stdout
    assert "neural explain" in run("check", "--help").stdout
