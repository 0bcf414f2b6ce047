"""`neural report` and `neural history show` as people call them; what the page shows is tested in browser/."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_line import run

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden/report/quick"
RESULTS = GOLDEN / "benchmark_results.json"


def document_in(page: str) -> dict:
    begin = page.index('id="results">') + len('id="results">')
    return json.loads(page[begin : page.index("</script>", begin)])


def test_a_folder_gets_its_results_and_both_reports(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    shutil.copytree(GOLDEN, folder)
    for name in ("benchmark_results.json", "benchmark_report.md"):
        (folder / name).unlink()
    ended = run("report", str(folder))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"report: {folder}/benchmark_report.md\nreport: {folder}/benchmark_report.html\n"
    assert (folder / "benchmark_report.md").read_bytes() == (GOLDEN / "benchmark_report.md").read_bytes()
    assert (folder / "benchmark_results.json").read_bytes() == RESULTS.read_bytes()
    page = (folder / "benchmark_report.html").read_text(encoding="utf-8")
    assert page == run("report", str(RESULTS), "--html").stdout == run("report", str(folder), "--html").stdout


def test_one_form_at_a_time(tmp_path: Path) -> None:
    for other in ("--markdown", "--csv"):
        ended = run("report", str(RESULTS), "--html", other)
        assert ended.returncode == 2 and "excludes" in ended.stderr
    source = tmp_path / "results.json"
    shutil.copy(RESULTS, source)
    ended = run("report", str(source), "--html", "-o", str(source))
    assert ended.returncode == 2 and "is the source" in ended.stderr
    assert source.read_bytes() == RESULTS.read_bytes()


def test_a_session_of_the_history_is_shown_with_the_others(tmp_path: Path) -> None:
    history = ["--history", str(tmp_path / "history.db")]
    later = tmp_path / "later"
    shutil.copytree(GOLDEN, later)
    session = json.loads((later / "session.json").read_text())
    session["protocol"] |= {"started_utc": "2026-02-01T12:00:00Z", "seed": 7}
    (later / "session.json").write_text(json.dumps(session))
    assert run("report", str(later)).returncode == 0
    for folder in (GOLDEN, later):
        ended = run("history", "import", str(folder), *history)
        assert ended.returncode == 0, ended.stderr
    page = tmp_path / "page.html"
    ended = run("history", "show", "1", "--html", "-o", str(page), *history)
    assert ended.returncode == 0, ended.stderr
    shown = document_in(page.read_text(encoding="utf-8"))
    trend = shown.pop("trend")
    assert shown == document_in(run("report", str(RESULTS), "--html").stdout)
    (first,) = (each for each in trend["series"] if each["model"] == "simple_mlp" and each["metric"] == "training_time")
    ratio = shown["results"][0]["comparison"]["training_time"]["ratio"]
    assert [(point["session"], point["ratio"]) for point in first["points"]] == [(1, ratio), (2, ratio)]
    schema = json.loads((ROOT / "docs/schema/benchmark_results.schema.json").read_text())
    errors = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(RESULTS.read_text()) | {"trend": trend})
    assert [error.message for error in errors] == []
    assert "<h2>Other sessions</h2>" in page.read_text(encoding="utf-8")
    assert run("history", "show", "1", "--json", *history).stdout == RESULTS.read_text()
