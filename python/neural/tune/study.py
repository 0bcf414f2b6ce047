"""The study that a search is kept in: an SQLite file that outlives it, and that several searches may share."""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy.exc
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.engine import URL

from neural.errors import NeuralError

HEARTBEAT_SECONDS = 4
STALE_SECONDS = 15  # without a heartbeat: the process of a trial was killed
MOST_RETRIES = 3  # of a trial whose process was killed
LOCK_SECONDS = 60
ATTEMPTS = 5
REASON = "reason"  # of a trial that ended without a result
SPARE = "spare"  # of a trial that was not needed, and was given up before it trained

# What a study belongs to, as it says so itself, and what people call it.
BELONGINGS = {
    "source_sha256": "another text of the program",
    "space_sha256": "another search space",
    "network": "another network",
    "backend": "another backend",
    "metric": "another metric",
}


def open_study(path: Path, name: str, belongings: dict[str, str], maximise: bool) -> optuna.Study:
    """The study of that name, new or as it was left. Raises NeuralError if it belongs to something else."""
    storage = open_storage(path)
    direction = StudyDirection.MAXIMIZE if maximise else StudyDirection.MINIMIZE
    try:
        study = attempt(
            lambda: optuna.create_study(storage=storage, study_name=name, load_if_exists=True, direction=direction)
        )
        known = {key: value for key, value in study.user_attrs.items() if key in BELONGINGS}
        if not known and study.get_trials(deepcopy=False):
            raise NeuralError(f"study `{name}` in `{path}` is not one of `neural tune`; name another with `--study`")
        for key, value in belongings.items():
            if known.get(key, value) != value:
                change = "" if "sha256" in key else f" ({known[key]} there, {value} here)"
                raise NeuralError(
                    f"study `{name}` in `{path}` belongs to {BELONGINGS[key]}{change}; "
                    "begin another with `--study NAME` or `--storage PATH`"
                )
            study.set_user_attr(key, value)
        return study
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise NeuralError(f"cannot use `{path}` as a storage: {error.__cause__ or error}") from error


def open_storage(path: Path) -> RDBStorage:
    path = path.absolute()
    if not path.parent.is_dir():
        raise NeuralError(f"cannot make `{path}`: there is no folder `{path.parent}`")
    url = URL.create("sqlite", database=str(path)).render_as_string()

    def connect() -> RDBStorage:
        return RDBStorage(
            url,
            engine_kwargs={"connect_args": {"timeout": LOCK_SECONDS}},
            heartbeat_interval=HEARTBEAT_SECONDS,
            grace_period=STALE_SECONDS,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=MOST_RETRIES),
        )

    try:
        return attempt(connect)
    except (sqlalchemy.exc.SQLAlchemyError, RuntimeError) as error:
        raise NeuralError(f"cannot use `{path}` as a storage: {error.__cause__ or error}") from error


def attempt(action: Any) -> Any:
    """Two searches that begin at once may both make the tables: the second finds them when it tries again."""
    for left in reversed(range(ATTEMPTS)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return action()
        except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.IntegrityError, optuna.exceptions.StorageInternalError):
            if left == 0:
                raise
            time.sleep(0.5)
    return None


def is_finished(trial: FrozenTrial) -> bool:
    """One that has a result, or a reason why it has none. A trial whose process was killed is tried again instead."""
    has_ended = trial.state in (TrialState.COMPLETE, TrialState.PRUNED)
    return has_ended or (trial.state == TrialState.FAIL and REASON in trial.user_attrs)


def is_spare(study: optuna.Study, number: int, trials: int) -> bool:
    """Whether the trials before it are enough. Two processes may both see that one is left, and begin one each."""
    before = study.get_trials(deepcopy=False)[:number]
    return sum(is_finished(trial) or trial.state == TrialState.RUNNING for trial in before) >= trials


def retry(study: optuna.Study, trial_number: int) -> None:
    """Puts a trial that was interrupted, and so has neither a result nor a reason, among those to come."""
    trial = study.get_trials(deepcopy=False)[trial_number]
    if is_finished(trial):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        RetryHeartbeatStaleTrialCallback()(study, trial)


def reclaim(study: optuna.Study) -> list[int]:
    """Marks trials whose processes were killed as failed, and has them tried again. Their numbers."""
    running = [trial.number for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        optuna.storages.fail_stale_trials(study)
    trials = study.get_trials(deepcopy=False)
    return [number for number in running if trials[number].state == TrialState.FAIL and not is_finished(trials[number])]
