"""`neural check` in an editor, a script and a terminal, and the choice of a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import run, run_on_a_terminal

SOUND = "network Tiny { input: (4) layers: Dense(8) Output(2) }\n"
WRONG = "network Tiny { input: (4) layers: Dens(8) Output(2) }\n"
WARNED = "network Tiny { input: (4, 4) layers: Dense(8) Output(2) }\n"


def test_a_sound_text_gets_no_word() -> None:
    result = run("check", "-", text=SOUND)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_mistake_in_standard_input_is_told_with_its_place() -> None:
    result = run("check", "-", text=WRONG)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("<stdin>:1:35: error[E201]: `Dens` is neither a layer nor a macro of this file\n")
    assert "= help: did you mean `Dense`?" in result.stderr
    assert "\033" not in result.stderr


def test_several_files_are_all_checked(tmp_path: Path) -> None:
    paths = [tmp_path / "sound.neural", tmp_path / "wrong.neural", tmp_path / "missing.neural"]
    paths[0].write_text(SOUND)
    paths[1].write_text(WRONG)
    result = run("check", *map(str, paths))
    assert result.returncode == 2, "a file that cannot be read outweighs a mistake"
    assert f"{paths[1]}:1:35: error[E201]" in result.stderr
    assert f"cannot read `{paths[2]}`: no such file or directory" in result.stderr
    assert run("check", *map(str, paths[:2])).returncode == 1


def test_json_is_one_document_with_every_file(tmp_path: Path) -> None:
    paths = [tmp_path / "sound.neural", tmp_path / "wrong.neural"]
    paths[0].write_text(SOUND)
    paths[1].write_text(WRONG)
    result = run("check", "--json", *map(str, paths))
    assert (result.returncode, result.stderr) == (1, "")
    sound, wrong = json.loads(result.stdout)["files"]
    assert sound["diagnostics"] == []
    (found,) = wrong["diagnostics"]
    assert (found["code"], found["severity"], found["line"], found["column"]) == ("E201", "error", 1, 35)


def test_warnings_fail_only_when_asked() -> None:
    result = run("check", "-", text=WARNED)
    assert result.returncode == 0
    assert "warning[W522]" in result.stderr
    assert run("check", "--werror", "-", text=WARNED).returncode == 1


@pytest.mark.parametrize(
    "variables, is_coloured",
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals(tmp_path: Path, variables: dict[str, str], is_coloured: bool) -> None:
    path = tmp_path / "wrong.neural"
    path.write_text(WRONG)
    code, output = run_on_a_terminal("check", str(path), **variables)
    assert code == 1
    assert ("\033[" in output) == is_coloured


@pytest.mark.parametrize(
    "kind, text",
    [
        ("layer", "Residual { Dense(4) } * 2"),
        ("macro", "define Twice(n) { Dense(n) Dense(n) }"),
        ("network", SOUND),
        ("research", "research { metrics { accuracy: 0.9 } }"),
    ],
)
def test_pieces_are_checked_alone(kind: str, text: str) -> None:
    assert run("check", "--as", kind, "-", text=text).returncode == 0
    assert run("check", "--as", kind, "-", text=text + " }").returncode == 1


def test_a_network_is_chosen_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "two.neural"
    path.write_text("network A { input: (4) layers: Output(2) }\nnetwork B { input: (5) layers: Output(2) }\n")
    assert json.loads(run("inspect", "--json", str(path)).stdout)["network"] == "A"
    assert json.loads(run("inspect", "--json", "--network", "B", str(path)).stdout)["network"] == "B"
    for name in ("C", ""):
        result = run("inspect", "--network", name, str(path))
        assert (result.returncode, result.stdout) == (2, "")
        assert f"defines no network `{name}`\n" in result.stderr
        assert "it defines: A, B" in result.stderr
