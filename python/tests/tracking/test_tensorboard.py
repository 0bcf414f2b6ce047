"""Event files, read by those they are for: TensorFlow's own reader, which checks every record, and TensorBoard's."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from command_line import run
from tracking.run_folders import START_MS, put_run


@pytest.fixture
def board(tmp_path: Path) -> Path:
    put_run(tmp_path / "runs", "cnn", "0a1b2c3d", [0.5, 0.25, None], params={"rate": "0.5", "name": "Adam"})
    folder = tmp_path / "board"
    ended = run("runs", "export", "tensorboard", "--runs", str(tmp_path / "runs"), "-o", str(folder))
    assert ended.returncode == 0 and f"tensorboard --logdir {folder}" in ended.stdout
    return folder / "cnn" / "20260202T024000Z-0a1b2c3d"


@pytest.mark.frameworks
def test_tensorflow_reads_every_record(board: Path) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    (path,) = board.glob("events.out.tfevents.*")
    version, hparams, *events = tensorflow.compat.v1.train.summary_iterator(str(path))
    assert version.file_version == "brain.Event:2" and version.wall_time == START_MS / 1000
    assert hparams.summary.value[0].metadata.plugin_data.plugin_name == "hparams"
    read = [(each.step, each.summary.value[0].tag, each.summary.value[0].simple_value) for each in events]
    assert read[:4] == [
        (10, "train/loss", 0.5),
        (10, "test/accuracy", 0.5),
        (20, "train/loss", 0.25),
        (20, "test/accuracy", 0.75),
    ]
    assert len(read) == 6 and math.isnan(read[4][2])
    assert events[0].wall_time == START_MS / 1000 + 1


def test_tensorboard_shows_them_as_scalars(board: Path) -> None:
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="`./dev tracking` installs TensorBoard"
    )
    events = accumulator.EventAccumulator(str(board))
    events.Reload()
    assert events.Tags()["scalars"] == ["train/loss", "test/accuracy"]
    scalars = [(each.step, each.value, each.wall_time) for each in events.Scalars("test/accuracy")]
    assert scalars[:2] == [(10, 0.5, START_MS / 1000 + 1), (20, 0.75, START_MS / 1000 + 2)]


def test_tensorboard_shows_the_parameters(board: Path) -> None:
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="`./dev tracking` installs TensorBoard"
    )
    from tensorboard.plugins.hparams import metadata

    events = accumulator.EventAccumulator(str(board))
    events.Reload()
    content = events.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
    session = metadata.parse_session_start_info_plugin_data(content)
    assert session.hparams["rate"].number_value == 0.5 and session.hparams["name"].string_value == "Adam"
    assert session.start_time_secs == START_MS / 1000
