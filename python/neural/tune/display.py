"""What a search tells while it runs, and the table at its end."""

from __future__ import annotations

import shutil
import sys
import time

import optuna
from optuna.trial import FrozenTrial, TrialState

from neural.tune.space import Space
from neural.tune.study import REASON, is_finished

BAR_WIDTH = 20
MOST_ROWS = 20


def duration(seconds: float) -> str:
    """ "8 s", "2 min 05 s", "1 h 20 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Progress:
    """A bar with the time left on a terminal, a line a trial elsewhere; on standard error."""

    def __init__(self, study: optuna.Study, metric: str, trials: int) -> None:
        self.study = study
        self.metric = metric
        self.trials = trials
        self.shows_bar = sys.stderr.isatty()
        self.begun = time.monotonic()
        self.finished_before = self.finished()

    def finished(self) -> int:
        return sum(is_finished(trial) for trial in self.study.get_trials(deepcopy=False))

    def best(self) -> str:
        trial = best_trial(self.study)
        return f"best {self.metric} {trial.value:.4f} (trial {trial.number})" if trial else "no result yet"

    def left(self, finished: int, share_of_trial: float) -> str:
        done = finished - self.finished_before + share_of_trial
        if done <= 0:
            return "time left unknown"
        rest = max(0.0, self.trials - finished - share_of_trial)
        return f"about {duration((time.monotonic() - self.begun) / done * rest)} left"

    def epoch(self, number: int, epoch: int, epochs: int) -> None:
        if not self.shows_bar:
            return
        finished = self.finished()
        filled = min(BAR_WIDTH, BAR_WIDTH * finished // self.trials)
        text = (
            f"[{'#' * filled}{'-' * (BAR_WIDTH - filled)}] {finished}/{self.trials}  trial {number} epoch "
            f"{epoch}/{epochs}  {self.best()}  {self.left(finished, epoch / epochs)}"
        )
        print(f"\r\x1b[K{text[: shutil.get_terminal_size().columns - 1]}", end="", file=sys.stderr, flush=True)

    def trial(self, trial: FrozenTrial) -> None:
        finished = self.finished()
        text = f"{finished}/{self.trials}  trial {trial.number}: {outcome(trial, self.metric)}"
        self.say(f"{text}; {self.best()}" + (f"; {self.left(finished, 0)}" if finished < self.trials else ""))

    def say(self, text: str) -> None:
        print(f"\r\x1b[K{text}" if self.shows_bar else text, file=sys.stderr, flush=True)


def outcome(trial: FrozenTrial, metric: str) -> str:
    if trial.state == TrialState.COMPLETE:
        return f"{metric} {trial.value:.4f}"
    if trial.state == TrialState.PRUNED:
        return f"pruned after epoch {trial.last_step}"
    return f"failed: {trial.user_attrs.get(REASON, 'its process was killed')}"


def best_trial(study: optuna.Study) -> FrozenTrial | None:
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return ranked(study, complete)[0] if complete else None


def ranked(study: optuna.Study, trials: list[FrozenTrial]) -> list[FrozenTrial]:
    """The best first, then what was pruned, then what failed."""
    sign = -1 if study.direction == optuna.study.StudyDirection.MAXIMIZE else 1

    def rank(trial: FrozenTrial) -> tuple[int, float, int]:
        if trial.state == TrialState.COMPLETE:
            return 0, sign * (trial.value or 0), trial.number
        return 1 + (trial.state == TrialState.FAIL), 0, trial.number

    return sorted(trials, key=rank)


def table(study: optuna.Study, metric: str, space: Space) -> str:
    trials = ranked(study, [trial for trial in study.get_trials(deepcopy=False) if is_finished(trial)])
    rows = [("trial", metric, "time", "values")]
    for trial in trials[:MOST_ROWS]:
        is_complete = trial.state == TrialState.COMPLETE
        values = ", ".join(space.variables[name].shown(value) for name, value in trial.params.items())
        rows.append(
            (
                str(trial.number),
                f"{trial.value:.4f}" if is_complete else trial.state.name.lower().replace("fail", "failed"),
                duration(trial.duration.total_seconds()) if trial.duration else "",
                values if trial.state != TrialState.FAIL else f"{values}: {trial.user_attrs[REASON]}",
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = ["  ".join((*(row[i].rjust(widths[i]) for i in range(3)), row[3])) for row in rows]
    if len(trials) > MOST_ROWS:
        lines.append(f"and {len(trials) - MOST_ROWS} more")
    return "\n".join(lines)
