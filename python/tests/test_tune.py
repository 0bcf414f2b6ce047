"""`neural tune`: searches that end, that are killed and go on, and what they refuse."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import run

from neural import compiler
from neural.benchmarks.process import find_executable
from neural.tune.space import Space

SEARCH = """# A search.
network Search {
  input: (8)
  layers:
    HPO(choice(Dense(HPO(choice(4, 8)), activation="relu"), Dropout(0.1)))  # first
    Output(3)
  loss: sparse_categorical_crossentropy
  optimizer: Adam(learning_rate=HPO(log_range(1e-3, 1e-1)))
  train { epochs: 2  batch_size: 16, 32  trials: 4 }
}
"""
GRID = SEARCH.replace("HPO(log_range(1e-3, 1e-1))", "0.01").replace("trials: 4", "trials: 40 search_method: grid")

needs_frameworks = pytest.mark.frameworks


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 8)).astype(np.float32)
    y = (x @ random.normal(size=(8, 3))).argmax(axis=1)
    np.savez(tmp_path / "data.npz", x_train=x, y_train=y, x_test=x[:50], y_test=y[:50])
    (tmp_path / "search.neural").write_text(SEARCH, encoding="utf-8")
    return tmp_path


def words(folder: Path, *options: str, name: str = "search.neural", backend: str = "pytorch") -> list[str]:
    """`--study` and `--storage` are the same for the searches of one folder."""
    places = ("--storage", str(folder / "search.db"), "-o", str(folder / "best.neural"))
    data = ("--data", str(folder / "data.npz"))
    return ["tune", str(folder / name), "--backend", backend, "--study", "s", *places, *data, *options]


def trials_of(folder: Path) -> list:
    optuna = pytest.importorskip("optuna")
    return optuna.load_study(study_name="s", storage=f"sqlite:///{folder}/search.db").trials


def states_of(folder: Path) -> list[str]:
    return [trial.state.name for trial in trials_of(folder)]


def finished(folder: Path) -> int:
    return sum(state in ("COMPLETE", "PRUNED") for state in states_of(folder))


# ---- the space ----


def test_a_grid_has_each_combination_once_and_no_values_where_there_is_no_search() -> None:
    space = Space(compiler.search_space(GRID))
    assert space.continuous == []
    points = list(space.grid())
    assert len(points) == 6  # two layers of 4 and 8 units, or the dropout; two batch sizes
    assert sum("layers[0][0].units" in point for point in points) == 4
    assert Space(compiler.search_space(SEARCH)).continuous == ["optimizer.learning_rate"]


def test_drawn_numbers_are_ones_that_the_compiler_takes() -> None:
    source = SEARCH.replace("Dropout(0.1)", "Dropout(HPO(range(0.1, 0.55, step=0.1)))")
    space = Space(compiler.search_space(source))
    assert space.variables["layers[0][1].rate"].points == [0.1, 0.2, 0.3, 0.4, 0.5]
    values = {"layers[0]": "Dropout(HPO(range(0.1, 0.55, step=0.1)))", "layers[0][1].rate": 0.1 + 2 * 0.1}
    values |= {"optimizer.learning_rate": 0.012345678901234, "train.batch_size": "32"}
    text = compiler.choose(source, dict(space.choices(values)))
    assert "    Dropout(0.3)  # first" in text
    assert "learning_rate=0.0123457)" in text


# ---- what is refused ----


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (SEARCH.replace("trials: 4", "search_method: grid"), (), "`optimizer.learning_rate` takes every number"),
        (SEARCH.replace("loss: sparse", "loss: HPO(choice(sparse_categorical_crossentropy, sparse"), (), "E"),
        (
            SEARCH.replace("sparse_categorical_crossentropy", "HPO(choice(categorical_crossentropy, kl_divergence))"),
            (),
            "the loss of trials with different losses says nothing",
        ),
        (SEARCH.replace("HPO(choice(4, 8))", "HPO(choice(4, 8)"), (), "error["),
        (compiler.choose(SEARCH, "defaults"), (), "nothing to search"),
    ],
    ids=["a grid of numbers", "broken", "losses", "errors", "no search"],
)
def test_what_cannot_be_searched_is_told_before_any_trial(
    folder: Path, source: str, options: tuple[str, ...], message: str
) -> None:
    pytest.importorskip("optuna")
    (folder / "search.neural").write_text(source, encoding="utf-8")
    result = run(*words(folder, *options))
    assert result.returncode in (1, 2)
    assert message in result.stderr
    assert not (folder / "search.db").exists()


def test_a_search_needs_a_file() -> None:
    result = run("tune", "-", text=SEARCH)
    assert result.returncode == 2
    assert "needs a file" in result.stderr


# ---- searches ----


@needs_frameworks
def test_the_best_trial_is_held_against_research_blocks(folder: Path) -> None:
    pytest.importorskip("torch")
    research = "research Paper { metrics { accuracy: 1.5 loss: 100 f1: 0.5 } }\n"
    (folder / "search.neural").write_text(SEARCH + research, encoding="utf-8")
    for _ in range(2):  # the second search has only what the first one kept
        result = run(*words(folder, "--trials", "2"))
        assert result.returncode == 0, result.stderr
        best, *lines = result.stdout.splitlines()[-4:]
        measured = min((trial for trial in trials_of(folder) if trial.value is not None), key=lambda trial: trial.value)
        assert best == f"trial {measured.number}, by what it measured on the validation data:"
        assert lines[0].startswith("research Paper: accuracy 1.5 missed (")
        assert lines[1] == f"research Paper: loss 100 reached ({measured.value:.6g})"
        assert lines[2] == "research Paper: f1 0.5 not measured"


@needs_frameworks
@pytest.mark.parametrize("backend", ["pytorch", "tensorflow"])
def test_a_search_ends_with_a_program_that_searches_no_more(folder: Path, backend: str) -> None:
    pytest.importorskip("torch" if backend == "pytorch" else "tensorflow")
    result = run(*words(folder, backend=backend))
    assert result.returncode == 0, result.stderr
    assert "the last 10% of the training data are held back" in result.stderr
    assert "4/4  trial 3: " in result.stderr
    assert len(states_of(folder)) == 4
    best = (folder / "best.neural").read_text(encoding="utf-8")
    assert "HPO" not in best and best.startswith("# A search.\n") and "# first" in best
    assert not [each for each in compiler.check(best) if each["severity"] == "error"]
    program = folder / "best.py"
    assert run("compile", str(folder / "best.neural"), "--backend", backend, "-o", str(program)).returncode == 0
    measured = min((trial for trial in trials_of(folder) if trial.value is not None), key=lambda trial: trial.value)
    assert result.stdout.splitlines()[1].split()[0] == str(measured.number)
    # With all trials done, the same again has nothing to do.
    assert run(*words(folder, backend=backend)).returncode == 0
    assert len(states_of(folder)) == 4


@needs_frameworks
def test_a_search_that_is_killed_goes_on_where_it_was(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    slow = SEARCH.replace("epochs: 2", "epochs: 25")
    (folder / "search.neural").write_text(slow, encoding="utf-8")
    process = start(folder)
    wait_until(process, "2/4")
    wait_until_running(folder)
    process.kill()
    process.wait()
    before = {trial.number: trial.value for trial in trials_of(folder) if trial.value is not None}
    assert "RUNNING" in states_of(folder)
    cut_off = next(trial for trial in trials_of(folder) if trial.state.name == "RUNNING")

    result = run(*words(folder))
    assert result.returncode == 0, result.stderr
    assert "of which 2 are finished" in result.stderr
    assert f"trial {cut_off.number} was cut off" in result.stderr
    assert finished(folder) == 4
    after = trials_of(folder)
    assert after[cut_off.number].state.name == "FAIL"
    assert [trial.params for trial in after].count(cut_off.params) == 2  # it was tried again
    assert all(after[number].value == value for number, value in before.items())
    assert "HPO" not in (folder / "best.neural").read_text(encoding="utf-8")


@needs_frameworks
def test_ctrl_c_keeps_what_there_is_and_says_how_to_go_on(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    (folder / "search.neural").write_text(SEARCH.replace("epochs: 2", "epochs: 25"), encoding="utf-8")
    process = start(folder)
    wait_until(process, "1/4")
    wait_until_running(folder)
    process.send_signal(signal.SIGINT)
    text = process.stderr.read() if process.stderr else ""
    assert process.wait() == 130
    assert "interrupted after 1 of 4 trials" in text
    assert "to go on: neural tune " in text
    assert (folder / "best.neural").exists()
    assert states_of(folder)[-1] == "WAITING"  # at once, without waiting for a sign of life
    assert run(*words(folder)).returncode == 0
    assert finished(folder) == 4


@needs_frameworks
def test_two_searches_share_a_study(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    processes = [start(folder, "--trials", "6") for _ in range(2)]
    texts = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], texts
    assert finished(folder) == 6
    drawn = [str(trial.params) for trial in trials_of(folder) if trial.params]
    assert len(set(drawn)) == len(drawn)


def test_a_trial_that_two_processes_begin_at_once_is_given_up_by_the_later_and_takes_no_point_of_a_grid() -> None:
    optuna = pytest.importorskip("optuna")
    from neural.tune.samplers import GridSampler
    from neural.tune.study import SPARE, is_spare

    study = optuna.create_study(sampler=GridSampler([{"rate": value} for value in (0.1, 0.2, 0.3)]))
    study.tell(study.ask(), 1.0)
    last, spare = study.ask(), study.ask()
    assert not is_spare(study, last.number, 2)
    assert is_spare(study, spare.number, 2)
    assert not is_spare(study, spare.number, 3)
    spare.set_user_attr(SPARE, True)
    study.tell(spare, state=optuna.trial.TrialState.FAIL)
    assert last.suggest_categorical("rate", (0.1, 0.2, 0.3)) == 0.2
    assert study.ask().suggest_categorical("rate", (0.1, 0.2, 0.3)) == 0.3
    assert is_spare(study, 4, 3), "one that failed for no reason of its own does not count, the others do"


@needs_frameworks
def test_a_grid_tries_each_point_once(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    (folder / "search.neural").write_text(GRID, encoding="utf-8")
    result = run(*words(folder, "--metric", "accuracy"))
    assert result.returncode == 0, result.stderr
    drawn = [str(trial.params) for trial in trials_of(folder)]
    assert len(drawn) == len(set(drawn)) == 6
    values = [trial.value for trial in trials_of(folder) if trial.state.name == "COMPLETE"]
    assert result.stdout.splitlines()[1].split()[1] == f"{max(values):.4f}"


@needs_frameworks
def test_a_storage_of_another_program_is_refused(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    assert run(*words(folder, "--trials", "1")).returncode == 0
    (folder / "search.neural").write_text(SEARCH.replace("4, 8", "4, 9"), encoding="utf-8")
    result = run(*words(folder))
    assert result.returncode == 2
    assert "belongs to another text of the program" in result.stderr
    (folder / "search.neural").write_text(SEARCH, encoding="utf-8")
    result = run(*words(folder, "--metric", "accuracy"))
    assert result.returncode == 2
    assert "another metric (loss there, accuracy here)" in result.stderr


@needs_frameworks
def test_trials_that_fail_have_reasons_and_do_not_end_the_search(folder: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("optuna")
    wild = SEARCH.replace("Adam(learning_rate=HPO(log_range(1e-3, 1e-1)))", "SGD(learning_rate=HPO(choice(0.1, 1e38)))")
    (folder / "search.neural").write_text(wild.replace("trials: 4", "trials: 8"), encoding="utf-8")
    result = run(*words(folder))
    assert result.returncode == 0, result.stderr
    reasons = [trial.user_attrs["reason"] for trial in trials_of(folder) if trial.state.name == "FAIL"]
    assert reasons and all("loss is" in reason for reason in reasons)
    (folder / "search.neural").write_text(wild.replace("choice(0.1, 1e38)", "choice(1e38, 2e38)"), encoding="utf-8")
    (folder / "search.db").unlink()
    result = run(*words(folder, "--trials", "3"))
    assert result.returncode == 1
    assert "no trial has a result" in result.stderr


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [str(find_executable()), *words(folder, *options)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(process: subprocess.Popen[str], beginning: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(beginning):
            return
    raise AssertionError(f"ended without {beginning}")


def wait_until_running(folder: Path) -> None:
    end = time.monotonic() + 30
    while "RUNNING" not in states_of(folder):
        assert time.monotonic() < end
        time.sleep(0.1)
