"""What MLflow itself makes of an export: its file store, and the migration into a database."""

from __future__ import annotations

import math
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from tracking.run_folders import START_MS, put_run

mlflow = pytest.importorskip("mlflow", reason="`./dev tracking` installs MLflow")

EVIL = '../..: "x"\n\x85\ufffe- !!python/object/apply:os.system ["false"]'


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """The folder, and the line that says how to go on."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    runs = tmp_path / "runs"
    git = {"revision": "1234abcd", "dirty": False}
    params = {"optimizer.learning_rate": "0.001", "text": "two\nlines"}
    put_run(runs, "cnn", "0a1b2c3d", [0.5, 0.25], name="full", group="g", seed=7, git=git, params=params)
    put_run(runs, "cnn", "0a1b9999", [0.5, None], status="FAILED")
    put_run(runs, "evil", "0a1b0000", [1.0], name=EVIL, experiment=EVIL, group=EVIL, params={EVIL: EVIL, "é": "ü"})
    folder = tmp_path / "ml runs"
    ended = run("runs", "export", "mlflow", "--runs", str(runs), "-o", str(folder))
    assert ended.returncode == 0, ended.stderr
    return folder, ended.stdout.splitlines()[-1].partition(": ")[2]


def check(client: Any, migrated: bool) -> None:
    experiments = {each.name: each for each in client.search_experiments() if each.name != "Default"}
    assert len(experiments) == 2 and "cnn" in experiments
    found = client.search_runs([experiments["cnn"].experiment_id])
    by_id = {each.data.tags["neural.id"][-8:]: each for each in found}
    full, failed = by_id["0a1b2c3d"], by_id["0a1b9999"]
    assert (full.info.status, failed.info.status) == ("FINISHED", "FAILED")
    assert full.info.run_name == "full 0a1b2c3d"
    assert (full.info.start_time, full.info.end_time) == (START_MS, START_MS + 2000)
    assert full.data.params == {"optimizer.learning_rate": "0.001", "text": "two\\x0alines"}
    assert full.data.metrics == {"loss": 0.25, "test_accuracy": 0.75}
    assert full.data.tags["mlflow.source.git.commit"] == "1234abcd" and full.data.tags["seed"] == "7"
    history = client.get_metric_history(full.info.run_id, "loss")
    assert sorted((each.step, each.value, each.timestamp) for each in history) == [
        (10, 0.5, START_MS + 1000),
        (20, 0.25, START_MS + 2000),
    ]
    assert math.isnan(failed.data.metrics["loss"])
    if not migrated:  # the database keeps the folder's own paths
        assert [each.path for each in client.list_artifacts(full.info.run_id)] == ["run.json"]
    (evil_name,) = set(experiments) - {"cnn"}
    (evil,) = client.search_runs([experiments[evil_name].experiment_id])
    assert evil.data.params["__"] == "ü" and len(evil.data.params) == 2


def test_mlflow_loads_the_folder(export: tuple[Path, str]) -> None:
    folder, _ = export
    before = sorted(folder.rglob("*"))
    check(mlflow.MlflowClient(tracking_uri=folder.as_uri()), migrated=False)
    assert set(before) <= set(folder.rglob("*"))


def test_mlflow_takes_it_into_a_database_by_the_line_that_was_told(export: tuple[Path, str], tmp_path: Path) -> None:
    folder, line = export
    program, *arguments = shlex.split(line)
    assert program == "mlflow" and str(folder) in arguments
    ended = subprocess.run([sys.executable, "-m", "mlflow", *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    check(mlflow.MlflowClient(tracking_uri=f"sqlite:///{tmp_path}/mlflow.db"), migrated=True)
