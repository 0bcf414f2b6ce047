"""The search itself: a trial is a choice of values, the program compiled with it, and its training."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import optuna
from optuna.pruners import MedianPruner
from optuna.trial import TrialState

from neural import compiler
from neural.errors import CompileError, NeuralError
from neural.tune.display import Progress, best_trial, counted, table
from neural.tune.samplers import create_sampler
from neural.tune.space import Space, Values
from neural.tune.study import REASON, SPARE, is_finished, is_spare, open_study, reclaim, retry
from neural.tune.training import HELD_BACK
from neural.tune.worker import TrialError, Worker

GREATER_IS_BETTER = ("accuracy", "precision", "recall", "f1", "auc")
STARTUP_TRIALS = 4  # none is pruned before so many have gone their whole way
POLL_SECONDS = 0.5

optuna.logging.set_verbosity(optuna.logging.CRITICAL)


class Search:
    def __init__(
        self,
        plan: dict[str, Any],
        folder: Path,
        source: Path,
        space: Space,
        *,
        method: str,
        trials: int,
        data: Path,
        network: str,
    ) -> None:
        self.plan = plan
        self.folder = folder
        self.source = source
        self.space = space
        self.method = method
        self.trials = trials
        self.data = data
        self.metric: str = plan["metric"]
        self.worker = Worker(folder)
        self.running: int | None = None  # the number of the trial that trains
        self.holds_back = self.probe()
        belongings = {
            "source_sha256": plan["source_sha256"],
            "space_sha256": space.sha256,
            "network": network,
            "backend": plan["backend"],
            "metric": self.metric,
        }
        maximise = any(word in self.metric for word in GREATER_IS_BETTER)
        self.study = open_study(Path(plan["storage"]), plan["study"], belongings, maximise)
        self.study.sampler = create_sampler(method, space, plan["seed"], trials)
        self.study.pruner = MedianPruner(n_startup_trials=STARTUP_TRIALS)
        self.progress = Progress(self.study, self.metric, trials)

    def compile(self, choices: list[tuple[str, str]]) -> str:
        return compiler.compile(
            self.source,
            backend=self.plan["backend"],
            network=self.plan["network"],
            choose=dict(choices),
            custom=self.plan["custom"],
            allow_python_lambda=self.plan["allow_python_lambda"],
        )

    def probe(self) -> bool:
        """What would go wrong in every trial is better said before the first. Raises NeuralError.

        True if the program itself sets no data apart for validation.
        """
        program = self.compile([("defaults", "")])
        try:
            names = self.train("probe", program, probe=True)["done"]
        except TrialError as error:
            raise NeuralError(f"the program does not run with `{self.data}`: {error}") from error
        if self.metric not in names:
            raise NeuralError(f"the program measures no `{self.metric}`; `--metric` is one of {', '.join(names)}")
        return "\nVALIDATION_SPLIT = " not in program

    def train(self, name: str, program: str, *, probe: bool = False, report: Any = None) -> dict[str, Any]:
        path = self.folder / f"{name}.py"
        path.write_text(program, encoding="utf-8")
        job = {"program": str(path), "data": str(self.data.absolute()), "seed": self.plan["seed"], "probe": probe}
        return self.worker.run(job, report)

    def introduction(self) -> str:
        finished = self.progress.finished()
        before = f", of which {finished} are finished" if finished else ""
        held = (
            f"; validation_split is 0, so the last {HELD_BACK:.0%} of the training data are held back for the search"
            if self.holds_back
            else ""
        )
        values, trials = counted(len(self.space.variables), "value"), counted(self.trials, "trial")
        return (
            f"{self.method} search over {values}, {trials}{before}, "
            f"by the validation {self.metric}{held}; kept in {self.plan['storage']}"
        )

    def run(self) -> None:
        timeout = self.plan["timeout"]
        end = time.monotonic() + timeout if timeout else math.inf
        waits = False
        while time.monotonic() < end:
            for number in reclaim(self.study):
                self.progress.say(f"trial {number} was cut off, its process was killed: its values are tried again")
            trials = self.study.get_trials(deepcopy=False)
            finished = sum(is_finished(trial) for trial in trials)
            elsewhere = sum(trial.state == TrialState.RUNNING for trial in trials)
            if finished >= self.trials:
                return
            if finished + elsewhere >= self.trials:
                if not waits:
                    self.progress.say("waiting: other processes, perhaps killed ones, have the last trials")
                waits = True
                time.sleep(POLL_SECONDS)
                continue
            try:
                self.study.optimize(self.try_out, n_trials=1, catch=(TrialError,))
            except KeyboardInterrupt:
                if self.running is not None:
                    retry(self.study, self.running)
                raise
            if self.running is not None:
                self.progress.trial(self.study.get_trials(deepcopy=False)[self.running])
            self.running = None

    def try_out(self, trial: optuna.Trial) -> float:
        if is_spare(self.study, trial.number, self.trials):
            trial.set_user_attr(SPARE, True)
            raise TrialError("other processes have the last trials")
        self.running = trial.number
        is_pruned = False

        def report(epoch: int, epochs: int, values: dict[str, float]) -> bool:
            nonlocal is_pruned
            trial.report(values[self.metric], epoch)
            self.progress.epoch(trial.number, epoch, epochs)
            is_pruned = epoch < epochs and trial.should_prune()
            return not is_pruned

        try:
            choices = self.space.choices(self.space.suggest(trial))
            answer = self.train(f"trial_{trial.number}", self.compile(choices), report=report)
        except CompileError as error:
            first = next((each["message"] for each in error.diagnostics if each.get("severity") == "error"), str(error))
            return self.fail(trial, first)
        except TrialError as error:
            return self.fail(trial, str(error))
        if is_pruned:
            raise optuna.TrialPruned
        trial.set_user_attr("measured", answer["done"])
        trial.set_user_attr("research", answer["research"])
        return answer["done"][self.metric]

    def fail(self, trial: optuna.Trial, reason: str) -> float:
        trial.set_user_attr(REASON, reason)
        raise TrialError(reason)

    def best_program(self) -> str | None:
        best = best_trial(self.study)
        if best is None:
            return None
        values: Values = best.params
        return compiler.choose(self.source, dict(self.space.choices(values)), network=self.plan["network"])

    def table(self) -> str:
        return "\n".join([table(self.study, self.metric, self.space), *self.research()])

    def research(self) -> list[str]:
        """What the best trial reaches of the research blocks; nothing where there are none."""
        best = best_trial(self.study)
        lines = best.user_attrs.get("research", []) if best else []
        if best is None or not lines:
            return []
        return [f"trial {best.number}, by what it measured on the validation data:", *lines]

    def interrupted(self) -> str:
        self.progress.say("")
        return (
            f"interrupted after {self.progress.finished()} of {counted(self.trials, 'trial')}; {self.progress.best()}"
        )

    def close(self) -> None:
        self.worker.stop()
