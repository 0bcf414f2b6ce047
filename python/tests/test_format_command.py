"""`neural fmt` on files, folders and standard input."""

from __future__ import annotations

import subprocess
from pathlib import Path

from command_line import run

UGLY = "network Tiny{input:(4)layers:Dense(8),Output(2)  # two\n}"
NEAT = """network Tiny {
  input: (4)
  layers:
    Dense(8)
    Output(2)  # two
}
"""
BROKEN = "network Tiny {\n  layers: Dense(\n"


def fmt(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return run("fmt", *map(str, arguments), text=text)


def written(folder: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        paths.append(folder / f"{name}.neural")
        paths[-1].write_text(text)
    return paths


def test_only_what_differs_is_rewritten(tmp_path: Path) -> None:
    ugly, neat = written(tmp_path, ugly=UGLY, neat=NEAT)
    ugly.chmod(0o640)
    untouched = neat.stat()
    result = fmt(ugly, neat)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == f"reformatted {ugly}\n1 file reformatted, 1 file left unchanged\n"
    assert ugly.read_text() == NEAT
    assert ugly.stat().st_mode & 0o777 == 0o640
    assert (neat.stat().st_mtime_ns, neat.stat().st_ino) == (untouched.st_mtime_ns, untouched.st_ino)
    assert sorted(tmp_path.iterdir()) == [neat, ugly]


def test_check_and_diff_change_nothing(tmp_path: Path) -> None:
    ugly, neat = written(tmp_path, ugly=UGLY, neat=NEAT)
    result = fmt("--check", ugly, neat)
    assert (result.returncode, result.stdout) == (1, f"{ugly}\n")
    assert result.stderr == "1 file would be reformatted, 1 file left unchanged\n"
    result = fmt("--diff", ugly, neat)
    assert result.returncode == 1
    assert result.stdout.startswith(f"--- {ugly}\n+++ {ugly}\n@@ -1,2 +1,6 @@\n-network Tiny{{input")
    assert ugly.read_text() == UGLY
    assert fmt("--check", neat).returncode == 0


def test_a_broken_file_stays_and_stops_no_other(tmp_path: Path) -> None:
    broken, ugly = written(tmp_path, broken=BROKEN, ugly=UGLY)
    result = fmt(broken, ugly)
    assert result.returncode == 1
    assert "error[E10" in result.stderr
    assert result.stderr.endswith("1 file reformatted, 1 file with errors left unchanged\n")
    assert (broken.read_text(), ugly.read_text()) == (BROKEN, NEAT)


def test_a_missing_file_is_named_and_stops_no_other(tmp_path: Path) -> None:
    (ugly,) = written(tmp_path, ugly=UGLY)
    result = fmt(tmp_path / "none.neural", ugly, "/dev/null")
    assert result.returncode == 2
    assert "none.neural`: no such file" in result.stderr
    assert "`/dev/null` is no regular file" in result.stderr
    assert ugly.read_text() == NEAT


def test_standard_input_goes_to_standard_output() -> None:
    result = fmt("-", text=UGLY)
    assert (result.returncode, result.stdout, result.stderr) == (0, NEAT, "")
    result = fmt("-", text=BROKEN)
    assert (result.returncode, result.stdout) == (1, "")
    assert fmt("--check", "-", text=UGLY).stdout == "<stdin>\n"


def test_a_folder_stands_for_the_sources_below_it(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    hidden = tmp_path / ".hidden"
    for folder in (below, hidden):
        folder.mkdir(parents=True)
    names = ("one.neural", "two.nr", "three.rnr", "four.txt", ".five.neural")
    for path in [*(below / name for name in names), hidden / "six.neural"]:
        path.write_text(UGLY)
    (tmp_path / "link.neural").symlink_to(below / "four.txt")
    result = fmt("--check", tmp_path)
    assert result.stdout.splitlines() == [str(below / name) for name in ("one.neural", "three.rnr", "two.nr")]
    assert fmt(hidden).stderr.endswith("1 file reformatted\n")
    (tmp_path / "empty").mkdir()
    assert fmt(tmp_path / "empty").stderr == "no .neural, .nr or .rnr files found\n"


def test_a_link_named_is_followed(tmp_path: Path) -> None:
    (ugly,) = written(tmp_path, ugly=UGLY)
    link = tmp_path / "link.neural"
    link.symlink_to(ugly.name)
    assert fmt(link).returncode == 0
    assert link.is_symlink()
    assert ugly.read_text() == NEAT
