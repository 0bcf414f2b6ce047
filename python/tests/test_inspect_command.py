"""`neural inspect`: tables, JSON, DOT and drawings of all kinds of programs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest

import neural
from neural.benchmarks.process import find_executable

ROOT = Path(__file__).resolve().parents[2]
FILES = (path for path in (ROOT / "tests/programs/valid").iterdir() if path.suffix != ".json")
PROGRAMS = sorted(path for path in FILES if re.search(r"^\s*network\b", path.read_text(encoding="utf-8"), re.MULTILINE))
PICTURES = sorted((ROOT / "docs/pictures").glob("*.neural"))
SVG = "{http://www.w3.org/2000/svg}"

SMALL = """network Small {
  input: (4)
  layers:
    Dense(3, activation=relu, name="first")
    Output(2)
  loss: mse
}
"""
HOSTILE = {
    "markup": "</text><script>alert(1)</script>",
    "entities": "&lt; &amp; &#0; ]]> <!-- <![CDATA[",
    "quotes": 'a \'b\' "c" \\" \\',
    "controls": "bell\a escape\x1b[31m delete\x7f tab\t line\nend",
    "long": "x" * 255,
    "emoji": "🎉👩‍👩‍👧‍👦 größe 層",
    "right to left": "שלום خير עולם",
    "other direction": "a \u202eb\u202c c",
    "no characters": "\ufffe\uffff\u0085\u200b",
    "braces": "{a} | <port> \\N \\G %s {0}",
}


def inspect(*arguments: str | Path, text: str | None = None, status: int = 0) -> str:
    """What the command prints; where it is to fail, what it says."""
    command = [str(find_executable()), "inspect", *map(str, arguments)]
    result = subprocess.run(command, input=text and text.encode(), capture_output=True, timeout=60)
    assert result.returncode == status, result.stderr.decode()
    return (result.stderr if status else result.stdout).decode()


def texts_of(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def literal(text: str) -> str:
    for char, escape in (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t"), ("\n", "\\n")):
        text = text.replace(char, escape)
    return f'"{text}"'


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_every_program_is_described_in_all_forms(path: Path, tmp_path: Path) -> None:
    table = inspect(path)
    parsed = json.loads(inspect("--json", path))
    assert table.startswith(f"{parsed['network']}\n\nLayer ")
    assert f"{parsed['total_parameters']:,}" in table
    assert parsed == neural.inspect(path)
    root = ElementTree.fromstring(inspect("--svg", path))
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == parsed["network"]
    assert inspect("--dot", path).startswith(f'digraph "{parsed["network"]}" {{\n')


def layers_in(layers: list[dict]) -> int:
    inside = [layer.get("body", []) + ([layer["wrapped"]] if "wrapped" in layer else []) for layer in layers]
    return len(layers) + sum(map(layers_in, inside))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_the_sums_of_the_json_are_those_of_its_layers(path: Path) -> None:
    parsed = json.loads(inspect("--json", path))
    totals, layers = parsed["totals"], parsed["layers"]
    assert totals["layers"] == layers_in(layers)
    for key in ("parameters", "trainable_parameters"):
        assert totals[key] == sum(layer[key] for layer in layers)
    assert parsed["total_parameters"] == totals["parameters"]
    assert parsed["trainable_parameters"] + totals["fixed_parameters"] == totals["parameters"]
    for key in ("forward", "forward_backward"):
        assert totals["flops"][key] == sum(layer["flops"][key] for layer in layers)
    memory = totals["memory"]
    assert memory["activations_per_sample"] == sum(layer["activation_bytes"] for layer in layers)
    assert memory["batch"] == memory["batch_size"] * (memory["inputs_per_sample"] + memory["activations_per_sample"])
    parts = ("weights", "gradients", "optimizer_state", "batch")
    assert memory["training"] == sum(memory[part] for part in parts)
    known = {given["name"] for given in parsed["inputs"]}
    for layer in layers:
        assert set(layer["inputs"]) <= known
        known.add(layer["name"])


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_graphviz_reads_the_graph(path: Path) -> None:
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("Graphviz is not installed")
    graph = inspect("--dot", path)
    result = subprocess.run([dot, "-Tcanon"], input=graph.encode(), capture_output=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_form(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.neural"
    own = HOSTILE[name]
    path.write_text(SMALL.replace('"first"', literal(own)), encoding="utf-8")
    assert json.loads(inspect("--json", path))["layers"][0]["name"] == own
    table = inspect(path)
    rows = table.split("\n\n")[1].splitlines()  # also at characters that some take for line ends
    assert len(rows) == 4, "title, input, two layers"
    assert not any(unicodedata.category(char) == "Cc" and char != "\n" for char in table)
    svg = inspect("--svg", path)
    texts = texts_of(svg)
    assert "(3,)" in texts
    if name in ("emoji", "right to left", "markup"):
        assert own in texts
    assert not ElementTree.fromstring(svg).findall(".//{*}script")
    if dot := shutil.which("dot"):
        command = [dot, "-Tsvg"]
        drawn = subprocess.run(command, input=inspect("--dot", path).encode(), capture_output=True, check=True).stdout
        assert drawn.count(b'class="node"') == 3


def test_the_json_has_every_attribute_and_what_is_inside(tmp_path: Path) -> None:
    path = tmp_path / "nested.neural"
    path.write_text(
        """network Nested {
  input: (5, 4)
  layers:
    Residual { Dense(6, activation=relu) }
    Bidirectional(LSTM(3))
    Output(HPO(choice(2, 3)))
  loss: mse
  optimizer: SGD(momentum=0.9)
  train { batch_size: 8 }
}
"""
    )
    parsed = json.loads(inspect("--json", path))
    residual, recurrent, output = parsed["layers"]
    assert residual["shortcut"] == {"projects": True, "strides": [1], "cropping": [[0, 0]]}
    assert residual["body"][0]["attributes"]["activation"] == "relu"
    assert residual["body"][0]["inputs"] == [residual["name"]]
    assert [tensor["shape"] for tensor in residual["tensors"]] == [[1, 4, 6]]
    assert recurrent["wrapped"]["type"] == "LSTM"
    assert recurrent["wrapped"]["tensors"] == []
    assert recurrent["tensors"][0]["name"] == "forward/kernel"
    assert (output["line"], output["implicit"], output["inputs"]) == (6, False, [recurrent["name"]])
    assert parsed["optimizer"]["momentum"] == 0.9
    assert parsed["search"]["variables"][0]["alternatives"] == [2, 3]


def test_a_result_goes_into_a_file_and_never_over_the_source(tmp_path: Path) -> None:
    source = tmp_path / "small.neural"
    source.write_text(SMALL)
    svg = tmp_path / "small.svg"
    assert inspect("--svg", source, "-o", svg) == ""
    assert svg.read_text() == inspect("--svg", source)
    assert "is the source" in inspect("--json", source, "-o", source, status=2)
    assert "no such file" in inspect("--svg", source, "-o", tmp_path / "none" / "small.svg", status=2)
    assert source.read_text() == SMALL


@pytest.mark.parametrize("command", [["inspect", "-"], ["compile", "-", "--backend", "pytorch"]])
def test_a_source_that_the_shell_has_opened_is_spared_too(tmp_path: Path, command: list[str]) -> None:
    source = tmp_path / "small.neural"
    source.write_text(SMALL)
    for output in (str(source), "/dev/stdin"):
        with source.open() as opened:
            arguments = [str(find_executable()), *command, "-o", output]
            result = subprocess.run(arguments, stdin=opened, capture_output=True, text=True)
        assert (result.returncode, result.stdout) == (2, "")
        assert "is the source: it would be overwritten" in result.stderr
        assert source.read_text() == SMALL


def test_one_form_at_a_time(tmp_path: Path) -> None:
    source = tmp_path / "small.neural"
    source.write_text(SMALL)
    for one, other in (("--json", "--dot"), ("--json", "--svg"), ("--dot", "--svg")):
        assert "exclude" in inspect(source, one, other, status=2)
    assert inspect("-", "--dot", text=SMALL) == inspect(source, "--dot")


def test_a_wrong_program_is_explained_and_nothing_is_printed(tmp_path: Path) -> None:
    source = tmp_path / "small.neural"
    source.write_text(SMALL.replace("Dense", "Dens"))
    for form in ("--svg", "--json", "--dot"):
        assert "did you mean `Dense`" in inspect(source, form, "-o", tmp_path / "result", status=1)
    assert not (tmp_path / "result").exists()


def test_long_runs_are_folded_unless_all_is_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "long.neural"
    source.write_text(SMALL.replace("Output", "Dense(3)*200\nOutput"))
    table = inspect(source)
    assert "… 199 more like it" in table
    assert len(table.splitlines()) < 20
    assert len(inspect(source, "--all").splitlines()) > 200
    assert "\N{MULTIPLICATION SIGN} 200" in texts_of(inspect("--svg", source))
    assert texts_of(inspect("--svg", "--all", source)).count("Dense") == 201


def test_a_hundred_thousand_layers_take_seconds(tmp_path: Path) -> None:
    source = tmp_path / "deep.neural"
    source.write_text(SMALL.replace("Output", "Dense(3)*100000\nOutput"))
    begun = time.monotonic()
    assert "… 99,999 more like it" in inspect(source)
    assert len(inspect("--svg", source)) < 10_000
    assert len(json.loads(inspect("--json", source))["layers"]) == 100_002
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_the_pictures_of_the_documentation_are_what_the_command_prints(path: Path) -> None:
    picture = path.with_suffix(".svg")
    printed = inspect("--svg", path)
    assert picture.read_text(encoding="utf-8") == printed, f"neural inspect --svg {path} -o {picture}"
    assert picture.stat().st_size < 16_000
    page = (ROOT / "docs/inspect.md").read_text(encoding="utf-8")
    assert f"pictures/{picture.name}" in page


def test_the_table_of_the_documentation_is_what_the_command_prints() -> None:
    page = (ROOT / "docs/inspect.md").read_text(encoding="utf-8")
    assert inspect(ROOT / "docs/pictures/three_branches.neural") in page


def test_the_documentation_names_every_field_of_the_json() -> None:
    page = (ROOT / "docs/inspect.md").read_text(encoding="utf-8")
    names: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                names.add(name)
                if name not in ("attributes", "optimizer", "loss", "initializer"):
                    collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    for path in PROGRAMS:
        document = neural.inspect(path)
        document.pop("metrics")
        collect(document)
    assert len(names) > 50
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
