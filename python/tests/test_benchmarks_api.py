"""The Python API of the benchmarks. Processes are replaced by what they would leave behind."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural import NeuralError, benchmarks
from neural.benchmarks import comparison, models, process, runner

OWN = {"neural_dsl": "network Own {}", "pytorch": '"""Mine."""\nfrom __future__ import annotations\nimport torch\n'}

# Stands for `neural`: keeps what it was asked for, with the benchmarks it was given, and writes results.
EXECUTABLE = f"""#!{sys.executable}
import json, os, sys
from pathlib import Path

arguments = sys.argv[1:]
value = lambda name: arguments[arguments.index(name) + 1]
folder = Path(value("--benchmarks"))
files = {{str(path.relative_to(folder)): path.read_text() for path in folder.glob("*/*.*")}}
Path(os.environ["RECORD"]).write_text(json.dumps({{"arguments": arguments, "files": files}}))
output = Path(value("--output"))
output.mkdir(parents=True, exist_ok=True)
(output / "benchmark_results.json").write_text('{{"results": [{{"model": "m", "status": "complete"}}]}}')
(output / "benchmark_report.md").write_text("# Report")
sys.exit(int(os.environ["STATUS"]))
"""


@pytest.fixture
def executable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The arguments and the benchmark files of the last call."""
    path = tmp_path / "bin" / "neural"
    path.parent.mkdir()
    path.write_text(EXECUTABLE)
    path.chmod(0o755)
    monkeypatch.setattr(process, "find_executable", lambda: path)
    monkeypatch.setenv("RECORD", str(tmp_path / "record.json"))
    monkeypatch.setenv("STATUS", "0")
    return lambda: json.loads((tmp_path / "record.json").read_text())


def option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def test_a_suite_asks_the_executable_and_reads_its_results(executable: Any, tmp_path: Path) -> None:
    tested = benchmarks.BenchmarkSuite(output_dir=tmp_path / "out")
    results = tested.run_all_benchmarks(backends=["tensorflow", "pytorch"], models=["simple_mlp", "cnn"], epochs=5)
    assert results == tested.results == [{"model": "m", "status": "complete"}]
    arguments = executable()["arguments"]
    assert arguments[:3] == ["bench", "--python", sys.executable]
    assert option(arguments, "--backends") == "tensorflow,pytorch"
    assert option(arguments, "--models") == "simple_mlp,cnn"
    assert option(arguments, "--epochs") == "5"
    assert option(arguments, "--benchmarks") == str(models.benchmarks_folder())
    assert {"--report", "--json"} <= set(arguments) and not {"--quick", "--no-tracking"} & set(arguments)


def test_what_is_not_said_is_left_to_the_executable(executable: Any, tmp_path: Path) -> None:
    benchmarks.BenchmarkSuite(tmp_path / "out").run(quick=True, tracking=False, options=["--resume"])
    arguments = executable()["arguments"]
    assert not {"--models", "--backends", "--epochs", "--report", "--json"} & set(arguments)
    assert {"--quick", "--no-tracking", "--resume"} <= set(arguments)


def test_reports_and_results_are_copied_under_the_given_names(executable: Any, tmp_path: Path) -> None:
    tested = benchmarks.BenchmarkSuite(tmp_path / "out")
    with pytest.raises(NeuralError, match="call run_all_benchmarks first"):
        tested.generate_markdown_report()
    tested.run_all_benchmarks()
    assert tested.generate_markdown_report() == str(tmp_path / "out" / "benchmark_report.md")
    assert Path(tested.generate_markdown_report("mine.md")).read_text() == "# Report"
    assert tested.save_results_json("mine.json") == str(tmp_path / "out" / "mine.json")


@pytest.mark.parametrize(("status", "fails"), [("0", False), ("3", False), ("1", True), ("2", True)])
def test_invalid_cells_are_results_and_other_failures_are_errors(
    executable: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, fails: bool
) -> None:
    monkeypatch.setenv("STATUS", status)
    tested = benchmarks.BenchmarkSuite(tmp_path / "out")
    if fails:
        with pytest.raises(NeuralError, match=f"ended with status {status}"):
            tested.run_all_benchmarks()
    else:
        assert len(tested.run_all_benchmarks()) == 1


def test_entries_of_texts_become_benchmarks_beside_the_folders(executable: Any, tmp_path: Path) -> None:
    tested = benchmarks.BenchmarkSuite(tmp_path / "out", models={"own": OWN})
    tested.run()
    record = executable()
    assert option(record["arguments"], "--models") == "simple_mlp,cnn,deep_mlp,own"
    assert record["files"]["own/model.neural"] == "network Own {}"
    program = record["files"]["own/pytorch_native.py"]
    lines = program.splitlines()
    assert lines[:2] == OWN["pytorch"].splitlines()[:2]  # the constants come behind what has to come first
    assert models.read_constants(program) == {"BACKEND": "pytorch", "LEVEL": "idiomatic"}
    ours = models.benchmarks_folder() / "cnn" / "pytorch_tuned.py"
    assert record["files"]["cnn/pytorch_tuned.py"] == ours.read_text()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"neural_dsl": "", "torch": ""}, "`own` has the unknown key `torch`; its keys are neural_dsl, tensorflow"),
        ({"pytorch": ""}, "`own` has no `neural_dsl`"),
    ],
)
def test_a_wrong_entry_is_refused(executable: Any, tmp_path: Path, entry: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        benchmarks.BenchmarkSuite(tmp_path, models={"own": entry}).run(models=["own"])


def test_an_unknown_benchmark_is_refused_with_those_there_are(executable: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no benchmark `cmm`; there are simple_mlp, cnn, deep_mlp, .*own"):
        benchmarks.BenchmarkSuite(tmp_path, models={"own": OWN}).run(models=["cmm"])


def test_a_missing_executable_tells_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NeuralError, match=r"no `neural` in .* or on PATH; install the package"):
        process.find_executable()
    (tmp_path / "neural").write_text("")
    (tmp_path / "neural").chmod(0o755)
    assert process.find_executable() == tmp_path / "neural"


def test_the_models_are_source_texts_with_the_default_ones_first() -> None:
    found = benchmarks.get_benchmark_models()
    assert list(found)[:3] == list(benchmarks.DEFAULT_MODELS)
    for model in found.values():
        assert "\nnetwork " in model["neural_dsl"]
        assert "def create_model" in model["tensorflow"] and "def create_model" in model["pytorch"]


# ---- one side at a time ----

EVENTS = [
    {"event": "import_end", "seconds": 2.0},
    {"event": "model_built", "parameters": 30, "seconds": 0.5},
    {"event": "data_ready", "train_rows": 60, "test_rows": 20},
    {"event": "epoch", "epoch": 1, "loss": 1.0, "test_loss": 0.9, "test_accuracy": 0.5, "seconds": 4.0},
    {"event": "epoch", "epoch": 2, "loss": 0.7, "test_loss": 0.8, "test_accuracy": 0.6, "seconds": 2.0},
    {"event": "train_end", "seconds": 6.0},
    {"event": "evaluate_end", "loss": 0.8, "accuracy": 0.6},
    {"event": "memory", "phase": "build", "peak_bytes": 500, "begin_bytes": 100},
    {"event": "memory", "phase": "train", "peak_bytes": 400, "begin_bytes": 300},
]
DATASET = tuple((np.zeros((rows, 28, 28), np.uint8), np.zeros(rows, np.uint8)) for rows in (60, 20))


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The plans that workers were given; what the data looked like is added."""
    given: list[dict[str, Any]] = []

    def run_worker(folder: Path, plan: dict[str, Any]) -> list[dict[str, Any]]:
        given.append({**plan, "folder": folder, "x_train": np.load(Path(plan["data"]["folder"]) / "x_train.npy")})
        return EVENTS

    monkeypatch.setattr(runner, "run_worker", run_worker)
    return given


def test_a_native_side_is_planned_by_the_constants_of_its_program(plans: list[dict[str, Any]], tmp_path: Path) -> None:
    tested = benchmarks.BenchmarkRunner(tmp_path / "out", threads=2)
    source = 'BACKEND = "pytorch"\nBATCH_SIZE = 32\nSEED = 9\n'
    result = tested.benchmark_native("mine", source, "pytorch", DATASET, epochs=2)
    (plan,) = plans
    assert (plan["batch_size"], plan["seed"], plan["epochs"], plan["threads"]) == (32, 9, 2, 2)
    assert plan["input_shape"] == [28, 28, 1] and plan["x_train"].shape == (60, 28, 28)
    assert Path(plan["program"]).read_text() == source
    assert result["training_time"] == 6.0 and result["total_time"] == 6.5
    assert result["epoch_time"] == 3.0 and result["peak_memory"] == 500 and result["train_memory"] == 100
    assert result["history"]["test_accuracy"] == [0.5, 0.6]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["mine_pytorch_native.py"]  # no data is left


def test_a_plan_of_the_runner_is_one_a_worker_reads(plans: list[dict[str, Any]], tmp_path: Path) -> None:
    from neural.worker.plan import read_plan

    benchmarks.BenchmarkRunner(tmp_path).benchmark_native("mine", "", "pytorch", DATASET)
    plan = {key: value for key, value in plans[0].items() if key not in ("folder", "x_train")}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert read_plan(tmp_path / "plan.json").batch_size == 64


def side(name: str, **changes: Any) -> dict[str, Any]:
    result = {
        "model_name": "m",
        "backend": "pytorch",
        "side": name,
        "epochs": 2,
        "batch_size": 64,
        "train_rows": 60,
        "test_rows": 20,
        "training_time": 6.0,
        "total_time": 7.0,
        "peak_memory": 400,
        "accuracy": 0.6,
        "loss": 0.8,
        "parse_time": 0.01,
        "codegen_time": 0.02,
        "compile_time": 0.03,
    }
    return {**result, **changes}


def test_sequential_sides_never_get_a_verdict() -> None:
    compared = comparison.compare(side("neural", training_time=3.0, accuracy=0.7), side("native", peak_memory=200))
    assert compared["training_time"]["ratio"] == 0.5 and compared["training_time"]["percentage"] == -50
    assert compared["memory"]["percentage"] == 100 and compared["memory"]["difference"] == 200
    assert compared["accuracy"]["difference"] == pytest.approx(0.1)
    assert compared["compile_overhead"]["percentage_of_training"] == pytest.approx(1)
    for quantity in ("training_time", "total_time", "memory"):
        assert compared[quantity]["verdict"] == "INCONCLUSIVE" and "sequential" in compared[quantity]["flags"]
        assert compared[quantity]["ci_low"] is None
    assert compared["parity"]["passed"] is None


def test_sides_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="expected the results of the neural side, got those of the native side"):
        comparison.compare(side("native"), side("neural"))
    with pytest.raises(ValueError, match="different `epochs`: 2 and 3"):
        comparison.compare(side("neural"), side("native", epochs=3))


def test_a_failed_worker_is_an_error_with_place_and_log(tmp_path: Path) -> None:
    plan = {"run": "mine on pytorch, native side"}  # not usable, which the worker says
    with pytest.raises(NeuralError) as error:
        process.run_worker(tmp_path / "run", plan)
    assert "mine on pytorch, native side failed: PlanError: the plan has no `schema`" in str(error.value)
    assert str(tmp_path / "run" / "log.txt") in str(error.value)


def test_a_worker_dies_with_the_one_who_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = process.spawn([sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "e", tmp_path / "l")
    real = os.waitpid

    def interrupted(process_id: int, options: int) -> tuple[int, int]:
        monkeypatch.setattr(os, "waitpid", real)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "waitpid", interrupted)
    with pytest.raises(KeyboardInterrupt):
        process.wait(child)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
