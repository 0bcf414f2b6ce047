"""`neural bench selftest` in real processes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from neural.benchmarks.process import find_executable


def selftest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NEURAL_HISTORY": str(folder / "history.db")}
    command = [str(find_executable()), "bench", "selftest", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.slow
def test_it_measures_what_it_planted(tmp_path: Path) -> None:
    ended = selftest(tmp_path, "--quick", "--json", "--no-progress")
    assert ended.returncode in (0, 1), ended.stderr
    result = json.loads(ended.stdout)
    print(json.dumps(result, indent=2))
    assert (ended.returncode == 0) == (result["shortfalls"] == [])
    assert 2 * 48 + 3 * 2 * 24 <= result["runs"] < 2 * 240, "a quick one"
    assert result["memory_error_mib"] <= 2
    noise = 100 * result["pair_variation"]
    for planted in result["planted"]:
        assert abs(planted["measured_percent"] - planted["percent"]) < max(2, noise)
    assert result["framework"] is None and result["framework_left_out"] == ""
    assert not (tmp_path / "selftest").exists(), "a quick one is not kept"


@pytest.mark.slow
def test_reports_say_what_came_of_it(tmp_path: Path) -> None:
    ended = selftest(tmp_path)
    print(ended.stdout)
    assert ended.returncode in (0, 1), ended.stderr
    assert "left" in ended.stderr
    (kept,) = (tmp_path / "selftest").glob("*.json")
    result = json.loads(kept.read_text())
    assert result["windows"] == 3000
    if result["framework"] is None:
        assert result["framework_left_out"] in ended.stdout
        return
    equal, planted = result["framework"]["equal"], result["framework"]["planted"]
    assert equal["loss"]["difference"] == 0
    assert planted["loss"]["difference"] == pytest.approx(0.02)
    assert result["noisy"] or planted["loss"]["verdict"] == "WORSE"
    assert abs(planted["memory"]["difference_mib"] - 20) < 5
    assert planted["time"]["ratio"] > 1
