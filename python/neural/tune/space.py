"""What a program searches over, and how Optuna draws from it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import optuna

Values = dict[str, Any]  # by the names of variables: numbers of ranges, labels of alternatives


@dataclass
class Variable:
    name: str
    kind: str  # "choice", "range" or "log_range"
    outermost: bool
    labels: list[str] = field(default_factory=list)  # of a choice: the text of each alternative, or "#1" of a double
    nested: list[list[str]] = field(default_factory=list)  # of a choice: the variables inside each alternative
    low: float = 0
    high: float = 0
    step: float | None = None
    integer: bool = False

    @property
    def points(self) -> list[Any] | None:
        """All values; None where every number between the ends is one."""
        if self.kind == "choice":
            return list(self.labels)
        if self.step is None and not self.integer:
            return None
        step = self.step or 1
        return [self.number(self.low + step * i) for i in range(self.steps + 1)]

    @property
    def steps(self) -> int:
        """How often the step fits between the ends."""
        return math.floor((self.high - self.low) / (self.step or 1) + 1e-9)

    def number(self, value: float) -> int | float:
        """As it is written: of what is drawn between two ends six digits are enough."""
        if self.integer:
            return round(value)
        if self.step is not None:
            return float(f"{value:.12g}")
        return min(max(float(f"{value:.6g}"), self.low), self.high)

    def suggest(self, trial: optuna.Trial) -> Any:
        if self.kind == "choice":
            return trial.suggest_categorical(self.name, self.labels)
        is_log = self.kind == "log_range"
        if self.integer:
            step = round(self.step or 1)
            high = round(self.low) + step * self.steps
            return trial.suggest_int(self.name, round(self.low), high, step=1 if is_log else step, log=is_log)
        if self.step is None:
            return trial.suggest_float(self.name, self.low, self.high, log=is_log)
        return trial.suggest_float(self.name, self.low, self.number(self.low + self.step * self.steps), step=self.step)

    def text(self, value: Any) -> str:
        """As `choose` takes it."""
        return f"#{self.labels.index(value)}" if self.kind == "choice" else str(self.number(value))

    def shown(self, value: Any) -> str:
        return f"{self.name} = {value if self.kind == 'choice' else self.number(value)}"

    def inside(self, value: Any) -> list[str]:
        return self.nested[self.labels.index(value)] if self.kind == "choice" else []


class Space:
    """The variables of one network. Those inside an alternative have a value only where it is chosen."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.sha256 = hashlib.sha256(json.dumps(described["variables"], sort_keys=True).encode()).hexdigest()
        self.variables = {each["name"]: variable_of(each) for each in described["variables"]}
        self.outermost = [name for name, variable in self.variables.items() if variable.outermost]

    @property
    def continuous(self) -> list[str]:
        return [name for name, variable in self.variables.items() if variable.points is None]

    def suggest(self, trial: optuna.Trial) -> Values:
        values: Values = {}
        waiting = list(self.outermost)
        while waiting:
            name = waiting.pop(0)
            values[name] = self.variables[name].suggest(trial)
            waiting += self.variables[name].inside(values[name])
        return values

    def choices(self, values: Values) -> list[tuple[str, str]]:
        """As the compiler takes them."""
        return [(name, self.variables[name].text(value)) for name, value in values.items()]

    def grid(self) -> Iterator[Values]:
        """Every combination, the last variable changing fastest. The space must not be continuous."""
        return self._combinations(self.outermost, {})

    def _combinations(self, waiting: list[str], values: Values) -> Iterator[Values]:
        if not waiting:
            yield values
            return
        variable = self.variables[waiting[0]]
        for point in variable.points or ():
            yield from self._combinations([*waiting[1:], *variable.inside(point)], {**values, variable.name: point})


def variable_of(described: dict[str, Any]) -> Variable:
    name, kind, outermost = described["name"], described["kind"], described["outermost"]
    if kind != "choice":
        ends = {key: described[key] for key in ("low", "high", "step", "integer")}
        return Variable(name, kind, outermost, **ends)
    texts = [alternative["text"] for alternative in described["alternatives"]]
    labels = [text if texts.index(text) == i else f"#{i}" for i, text in enumerate(texts)]
    return Variable(name, kind, outermost, labels, [alternative["nested"] for alternative in described["alternatives"]])
