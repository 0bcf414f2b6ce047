"""How the next values are drawn: `search_method` of the program as a sampler of Optuna."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from neural.tune.space import Space, Values
from neural.tune.study import SPARE

Distributions = dict[str, BaseDistribution]


def create_sampler(method: str, space: Space, seed: int, trials: int) -> BaseSampler:
    if method == "grid":
        return GridSampler(list(itertools.islice(space.grid(), trials)))
    if method == "bayesian":
        return NumberedSampler(lambda own: TPESampler(seed=own), seed)
    return NumberedSampler(lambda own: RandomSampler(seed=own), seed)


class NumberedSampler(BaseSampler):
    """Draws by the number of the trial: a search that goes on, or shares its study, does not draw the same again."""

    def __init__(self, create: Callable[[int], BaseSampler], seed: int) -> None:
        self.create = create
        self.seed = seed
        self.sampler = create(seed)

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        self.sampler = self.create((self.seed * 1_000_003 + trial.number) % 2**32)

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> Distributions:
        return self.sampler.infer_relative_search_space(study, trial)

    def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space: Distributions) -> dict[str, Any]:
        return self.sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        return self.sampler.sample_independent(study, trial, param_name, param_distribution)


class GridSampler(BaseSampler):
    """Combinations in their order. Optuna's own knows no variables that are there only with some values of others."""

    def __init__(self, combinations: list[Values]) -> None:
        self.combinations = combinations

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> Distributions:
        return {}

    def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space: Distributions) -> dict[str, Any]:
        return {}

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        return self.combinations[self.position(study, trial) % len(self.combinations)][param_name]

    @staticmethod
    def position(study: optuna.Study, trial: FrozenTrial) -> int:
        """The how-manieth of those with values of their own: a second attempt has the first's, a spare trial none."""
        number = trial.system_attrs.get("failed_trial", trial.number)
        earlier = study.get_trials(deepcopy=False)[:number]
        return number - sum("failed_trial" in each.system_attrs or SPARE in each.user_attrs for each in earlier)
