"""The plan of one run: a JSON object that is read strictly, so that a misspelt key never becomes a default."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = 1
TASKS = ("parity", "full", "pair", "memory")
SIDES = ("neural", "native")
BACKENDS = ("pytorch", "tensorflow", "lightning", "keras_torch", "keras_jax", "jax")
CONTROLLED = "controlled"
PROFILES = (CONTROLLED, "as-shipped")


class PlanError(Exception):
    """The plan cannot be used; the text says where and why."""


@dataclass(frozen=True)
class DataPlan:
    folder: Path
    train_rows: int | None
    test_rows: int | None


@dataclass(frozen=True)
class Declared:
    """A loss or an optimiser as the network declares it, every parameter written out."""

    name: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class WeightsPlan:
    load: Path | None
    save: Path | None


@dataclass(frozen=True)
class ParityPlan:
    folder: Path
    steps: int
    weights_after: tuple[int, ...]


@dataclass(frozen=True)
class PairPlan:
    warmup_steps: int
    short_steps: int
    long_steps: int


@dataclass(frozen=True)
class Plan:
    run: str
    task: str
    side: str
    backend: str
    program: Path
    profile: str
    threads: int
    seed: int
    data: DataPlan
    input_shape: tuple[int | None, ...]
    batch_size: int
    epochs: int
    shuffle: bool
    loss: Declared
    optimizer: Declared
    weights: WeightsPlan
    parity: ParityPlan | None
    pair: PairPlan | None

    @property
    def is_controlled(self) -> bool:
        """Whether both sides get the same threads and collector, or what each runtime does by itself."""
        return self.profile == CONTROLLED


def read_plan(path: Path) -> Plan:
    """Raises PlanError for a file that cannot be read and for anything in it that is missing, unknown or wrong."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise PlanError(f"cannot read the plan `{path}`: {error}") from error
    plan = _Object(document, "")
    if (schema := plan.integer("schema", least=0)) != SCHEMA:
        raise PlanError(f"the plan has schema {schema}, this worker reads schema {SCHEMA}")
    task = plan.choice("task", TASKS)
    result = Plan(
        run=plan.text("run"),
        task=task,
        side=plan.choice("side", SIDES),
        backend=plan.choice("backend", BACKENDS),
        program=plan.path("program"),
        profile=plan.choice("profile", PROFILES),
        threads=plan.integer("threads", least=1),
        seed=plan.integer("seed", least=0),
        data=_data(plan.object("data"), task),
        input_shape=plan.shape("input_shape"),
        batch_size=plan.integer("batch_size", least=1),
        epochs=plan.integer("epochs", least=1),
        shuffle=plan.boolean("shuffle"),
        loss=_declared(plan.object("loss")),
        optimizer=_declared(plan.object("optimizer")),
        weights=_weights(plan.object("weights")),
        parity=_parity(plan.object("parity")) if plan.present("parity", task == "parity") else None,
        pair=_pair(plan.object("pair")) if plan.present("pair", task == "pair") else None,
    )
    plan.end()
    return result


def _data(data: _Object, task: str) -> DataPlan:
    result = DataPlan(
        data.path("folder"),
        data.optional_integer("train_rows", least=1),
        data.optional_integer("test_rows", least=1 if task == "full" else 0),
    )
    data.end()
    return result


def _declared(declared: _Object) -> Declared:
    return Declared(declared.text("name"), declared.rest())


def _weights(weights: _Object) -> WeightsPlan:
    result = WeightsPlan(weights.optional_path("load"), weights.optional_path("save"))
    weights.end()
    return result


def _parity(parity: _Object) -> ParityPlan:
    steps = parity.integer("steps", least=1)
    result = ParityPlan(parity.path("folder"), steps, parity.integers("weights_after", least=1, most=steps))
    parity.end()
    return result


def _pair(pair: _Object) -> PairPlan:
    result = PairPlan(
        pair.integer("warmup_steps", least=1), pair.integer("short_steps", least=1), pair.integer("long_steps", least=1)
    )
    pair.end()
    if result.short_steps >= result.long_steps:
        raise PlanError(f"`pair.short_steps` is {result.short_steps}, not less than long_steps ({result.long_steps})")
    return result


class _Object:
    """One JSON object, taken apart key by key; `end` refuses what is left."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise PlanError(f"`{path or 'the plan'}` is {_kind(value)}, not an object")
        self._left = dict(value)
        self._path = path

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _take(self, key: str) -> Any:
        if key not in self._left:
            raise PlanError(f"the plan has no `{self._name(key)}`")
        return self._left.pop(key)

    def _refuse(self, key: str, value: Any, rule: str) -> PlanError:
        return PlanError(f"`{self._name(key)}` is {_kind(value)}, not {rule}")

    def text(self, key: str) -> str:
        if not isinstance(value := self._take(key), str) or not value:
            raise self._refuse(key, value, "a text")
        return value

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        if (value := self.text(key)) not in known:
            raise PlanError(f"`{self._name(key)}` is `{value}`, not one of {', '.join(known)}")
        return value

    def boolean(self, key: str) -> bool:
        if not isinstance(value := self._take(key), bool):
            raise self._refuse(key, value, "true or false")
        return value

    def integer(self, key: str, *, least: int) -> int:
        if not _is_integer(value := self._take(key)) or value < least:
            raise self._refuse(key, value, f"an integer of at least {least}")
        return value

    def optional_integer(self, key: str, *, least: int) -> int | None:
        if key in self._left and self._left[key] is None:
            return self._take(key)
        return self.integer(key, least=least)

    def integers(self, key: str, *, least: int, most: int) -> tuple[int, ...]:
        value = self._take(key)
        if not isinstance(value, list) or not all(_is_integer(item) and least <= item <= most for item in value):
            raise self._refuse(key, value, f"a list of integers from {least} to {most}")
        return tuple(value)

    def shape(self, key: str) -> tuple[int | None, ...]:
        value = self._take(key)
        if not isinstance(value, list) or not all(item is None or (_is_integer(item) and item > 0) for item in value):
            raise self._refuse(key, value, "a list of positive integers or nulls")
        return tuple(value)

    def path(self, key: str) -> Path:
        path = Path(self.text(key))
        if not path.is_absolute():
            raise PlanError(f"`{self._name(key)}` is `{path}`, not an absolute path")
        return path

    def optional_path(self, key: str) -> Path | None:
        if key in self._left and self._left[key] is None:
            return self._take(key)
        return self.path(key)

    def object(self, key: str) -> _Object:
        return _Object(self._take(key), self._name(key))

    def present(self, key: str, expected: bool) -> bool:
        """Whether the key holds an object; it has to, exactly if the task uses it."""
        given = self._left.get(key) is not None
        if given != expected:
            raise PlanError(f"`{key}` must {'not be null' if expected else 'be null'} for this task")
        if not given:
            self._take(key)
        return given

    def rest(self) -> dict[str, Any]:
        left, self._left = self._left, {}
        return left

    def end(self) -> None:
        for key in self._left:
            raise PlanError(f"the plan has an unknown key `{self._name(key)}`")


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return "a text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
