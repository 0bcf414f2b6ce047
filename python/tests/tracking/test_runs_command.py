"""`neural runs`: what it prints, what it refuses, and what it leaves alone."""

from __future__ import annotations

import csv
import io
import json
import os
import xml.dom.minidom
from pathlib import Path

import pytest
from command_line import run, run_on_a_terminal
from tracking.run_folders import put_run


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    root = tmp_path / "runs"
    put_run(root, "cnn", "0a1b2c3d", [0.5, 0.25], backend="pytorch", params={"batch_size": "64", "seed": "1"})
    put_run(root, "cnn", "0a1b9999", [0.5, 0.125], backend="tensorflow", params={"batch_size": "32", "seed": "1"})
    put_run(root, "mlp", "77777777", [0.75])
    return root


def runs_command(root: Path, *arguments: str, status: int = 0) -> str:
    ended = run("runs", *arguments, "--runs", str(root))
    assert ended.returncode == status, ended.stderr
    assert ended.stderr == "" or status != 0
    return ended.stdout if status == 0 else ended.stderr


def order(table: str) -> list[str]:
    return [line.split()[0] for line in table.splitlines()[1:]]


def test_lists_runs_with_their_last_numbers(runs: Path) -> None:
    table = runs_command(runs)
    assert table == runs_command(runs, "list")
    assert order(table) == ["0a1b2c3d", "0a1b9999", "77777777"]
    head, first, *_ = table.splitlines()
    assert head.split()[-2:] == ["loss", "test_accuracy"] and first.split()[-2:] == ["0.25", "0.75"]
    assert "2026-02-02T02:40:00Z" in first and "2.0 s" in first


def test_sorts_the_best_last(runs: Path) -> None:
    best_last = ["77777777", "0a1b2c3d", "0a1b9999"]
    assert order(runs_command(runs, "--sort", "test_accuracy")) == best_last
    assert order(runs_command(runs, "list", "--sort", "loss")) == best_last
    assert order(runs_command(runs, "--sort", "loss", "--reverse")) == best_last[::-1]
    assert "did you mean `test_accuracy`?" in runs_command(runs, "--sort", "test_acuracy", status=2)


def test_gives_runs_as_json(runs: Path) -> None:
    listed = json.loads(runs_command(runs, "--json"))
    assert [each["metrics"]["loss"] for each in listed] == [0.25, 0.125, 0.75]
    shown = json.loads(runs_command(runs, "show", "0a1b9", "--json"))
    assert shown == listed[1] and shown["params"]["batch_size"] == "32"


def test_shows_one_by_any_of_its_names(runs: Path) -> None:
    shown = runs_command(runs, "show", "7")
    for name in ("77777777", "20260202T024000Z-77777777", str(runs / "mlp" / "20260202T024000Z-77777777")):
        assert runs_command(runs, "show", name) == shown
    assert "0a1b2c3d" in runs_command(runs, "show", "0a1b2c3e", status=2)
    assert "is the beginning of 2 runs" in runs_command(runs, "show", "0a", status=2)


def test_compares_two_runs(runs: Path) -> None:
    text = runs_command(runs, "diff", "0a1b2", "0a1b9")
    assert "batch_size  64" in text and "seed" not in text
    assert "+0.125" in text and "-0.125" in text


def test_compares_groups_of_seeds_pair_by_pair(runs: Path) -> None:
    for seed in range(6):
        put_run(runs, "seeds", f"{seed:08x}", [0.5 + seed / 100], group="one", seed=seed)
        put_run(runs, "seeds", f"{seed + 16:08x}", [0.5 + seed / 100 - 0.01], group="other", seed=seed)
    compared = json.loads(runs_command(runs, "diff", "one", "other", "--json"))
    loss = compared["metrics"][0]
    assert (compared["before_runs"], compared["after_runs"]) == (6, 6)
    assert loss["paired"] and loss["difference"] == pytest.approx(-0.01) and loss["ci_high"] < 0
    text = runs_command(runs, "diff", "one", "other")
    assert "differs" in text and "96.9 % interval over runs of the same seed" in text
    assert "too few runs" in runs_command(runs, "diff", "one", "0a1b2c3d")


def test_plots_in_the_terminal_and_as_svg(runs: Path, tmp_path: Path) -> None:
    text = runs_command(runs, "plot", "0a1b2", "0a1b9")
    assert "a  cnn 0a1b2c3d" in text and "b  cnn 0a1b9999" in text
    picture = tmp_path / "loss.svg"
    assert runs_command(runs, "plot", "--metric", "test_accuracy", "-o", str(picture)) == ""
    assert len(xml.dom.minidom.parse(str(picture)).getElementsByTagName("path")) == 6
    assert "there are `loss` and `test_accuracy`" in runs_command(runs, "plot", "--metric", "f1", status=2)
    assert picture.read_text() == runs_command(runs, "plot", "--metric", "test_accuracy", "-o", "-")


def test_exports_one_table(runs: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(runs_command(runs, "export", "csv", "0a1b9", "77777777"))))
    assert [(row["run"][-8:], row["epoch"], row["step"], row["loss"]) for row in rows] == [
        ("0a1b9999", "1", "10", "0.5"),
        ("0a1b9999", "2", "20", "0.125"),
        ("77777777", "1", "10", "0.75"),
    ]


def test_exports_into_new_folders_only(runs: Path, tmp_path: Path) -> None:
    for form in ("mlflow", "tensorboard", "wandb"):
        assert "name it with `-o FOLDER`" in runs_command(runs, "export", form, status=2)
        assert "is not empty" in runs_command(runs, "export", form, "-o", str(runs), status=2)
        assert runs_command(runs, "export", form, "-o", str(tmp_path / form)).startswith("3 runs\n")
    assert "not in {csv,mlflow,tensorboard,wandb}" in runs_command(runs, "export", "excel", status=2)


def test_removes_what_is_asked_for_and_nothing_else(runs: Path) -> None:
    running = put_run(runs, "cnn", "eeeeeeee", [1.0], status="RUNNING", host="elsewhere", pid=1)
    assert "what to remove is not said" in runs_command(runs, "gc", status=2)
    before = sorted(runs.rglob("*"))
    told = runs_command(runs, "gc", "--keep", "0", "--dry-run")
    assert told.count("would remove") == 3 and sorted(runs.rglob("*")) == before
    assert runs_command(runs, "gc", "--keep", "2").splitlines() == [
        f"removed {runs}/cnn/20260202T024000Z-{digits}" for digits in ("0a1b2c3d", "0a1b9999")
    ]
    assert runs_command(runs, "gc", "--older-than", "36500") == "nothing to remove\n"
    assert runs_command(runs, "gc", "--keep", "0", "--older-than", "0").count("removed") == 1
    assert [path.name for path in runs.iterdir()] == ["cnn"] and (running / "metrics.jsonl").exists()


def test_reads_on_around_broken_folders_and_says_so(runs: Path) -> None:
    (runs / "cnn" / "20260202T024000Z-0a1b2c3d" / "metrics.jsonl").open("a").write('{"t":1,"step":2,"ep')
    (runs / "cnn" / "broken").mkdir()
    (runs / "cnn" / "broken" / "run.json").write_text("{")
    ended = run("runs", "--runs", str(runs))
    assert ended.returncode == 0 and len(ended.stdout.splitlines()) == 4
    assert "run.json`: not JSON at byte 2" in ended.stderr
    shown = run("runs", "show", "0a1b2c3d", "--runs", str(runs))
    assert "a line is left out that is no metric" in shown.stderr and "0.25" in shown.stdout


def test_hostile_names_steer_no_terminal(tmp_path: Path) -> None:
    evil = "\x1b[2J\x07\u202e</script>"
    put_run(tmp_path, "cnn", "00000001", [0.5], name=evil, experiment=evil, group=evil, params={evil: evil})
    put_run(tmp_path, "cnn", "00000002", [0.5], name="a\nb", status={"x": evil})
    (tmp_path / ("bad\x1b[31m")).mkdir()
    (tmp_path / ("bad\x1b[31m") / "run.json").write_text("[]")
    for command in (["list"], ["show", "00000001"], ["diff", "00000001", "00000002"], ["plot"], ["show", evil]):
        ended = run("runs", *command, "--runs", str(tmp_path))
        for text in (ended.stdout, ended.stderr):
            assert not set(text) & {"\x1b", "\x07", "\u202e"}, command


def test_a_terminal_has_colors_and_its_own_width(runs: Path) -> None:
    code, text = run_on_a_terminal("runs", "--runs", str(runs), TERM="xterm")
    assert code == 0 and "\x1b[" in text
    code, text = run_on_a_terminal("runs", "--runs", str(runs), TERM="xterm", NO_COLOR="1")
    assert code == 0 and "\x1b[" not in text


def test_without_runs_says_where_they_come_from(tmp_path: Path) -> None:
    assert "`neural bench` leaves one" in runs_command(tmp_path / "runs", status=2)
    os.mkdir(tmp_path / "runs")
    assert runs_command(tmp_path / "runs") == "no runs\n"


def test_a_mistyped_word_is_told_what_it_may_have_been(runs: Path) -> None:
    assert "`shw` is not a command\n  = help: did you mean `show`?" in runs_command(runs, "shw", status=2)
    assert "see `neural runs --help`" in runs_command(runs, "xyzzy", status=2)
    for word in ("list", "show", "diff", "plot", "export", "gc"):
        assert "examples:\n  neural runs " in run("runs", word, "--help").stdout
