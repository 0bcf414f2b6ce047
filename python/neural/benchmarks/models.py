"""The benchmarks there are: a folder with `model.neural` and hand-written contenders is one."""

from __future__ import annotations

import ast
import shutil
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from neural.errors import NeuralError

DEFAULT_MODELS = ("simple_mlp", "cnn", "deep_mlp")
BACKENDS = ("tensorflow", "pytorch")

# Source texts by `neural_dsl` and the names of the backends.
BenchmarkModel = dict[str, str]


def benchmarks_folder() -> Path:
    """In a checkout beside the package's folder, in an installation under share."""
    places = (
        Path(__file__).resolve().parents[3] / "benchmarks",
        Path(sysconfig.get_path("data")) / "share" / "neural" / "benchmarks",
    )
    for place in places:
        if (place / DEFAULT_MODELS[0] / "model.neural").is_file():
            return place
    raise NeuralError(f"the benchmarks are neither in `{places[0]}` nor in `{places[1]}`; install the package again")


def get_benchmark_models() -> dict[str, BenchmarkModel]:
    """Every benchmark that is a folder, the default ones first, with its idiomatic contenders."""
    found = {path.parent.name: path.parent for path in sorted(benchmarks_folder().glob("*/model.neural"))}
    names = [name for name in DEFAULT_MODELS if name in found]
    names += [name for name in found if name not in names]
    return {name: read_model(found[name]) for name in names}


def read_model(folder: Path) -> BenchmarkModel:
    model = {"neural_dsl": (folder / "model.neural").read_text(encoding="utf-8")}
    for backend in BACKENDS:
        if (path := folder / f"{backend}_native.py").is_file():
            model[backend] = path.read_text(encoding="utf-8")
    return model


def write_models(folder: Path, names: Iterable[str], own: Mapping[str, BenchmarkModel]) -> None:
    """A folder of benchmark folders with these benchmarks: those of `own`, which are texts, and copies of ours."""
    for name in names:
        if name in own:
            write_model(folder / name, own[name])
        elif (ours := benchmarks_folder() / name).is_dir():
            shutil.copytree(ours, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            raise ValueError(
                f"there is no benchmark `{name}`; there are {', '.join({**get_benchmark_models(), **own})}"
            )


def write_model(folder: Path, model: BenchmarkModel) -> None:
    unknown = sorted(model.keys() - {"neural_dsl", *BACKENDS})
    if unknown or "neural_dsl" not in model:
        problem = f"has the unknown key `{unknown[0]}`" if unknown else "has no `neural_dsl`"
        raise ValueError(f"the benchmark `{folder.name}` {problem}; its keys are neural_dsl, {', '.join(BACKENDS)}")
    folder.mkdir(parents=True)
    (folder / "model.neural").write_text(model["neural_dsl"], encoding="utf-8")
    for backend in BACKENDS:
        if backend in model:
            text = with_constants(model[backend], {"BACKEND": backend, "LEVEL": "idiomatic"})
            (folder / f"{backend}_native.py").write_text(text, encoding="utf-8")


def with_constants(source: str, constants: dict[str, str]) -> str:
    """The source with the constants it lacks, behind its docstring and its `__future__` imports."""
    missing = [f"{name} = {value!r}\n" for name, value in constants.items() if name not in read_constants(source)]
    tree = ast.parse(source)
    head = 0
    for statement in tree.body:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not is_docstring and not is_future:
            break
        head = statement.end_lineno or 0
    lines = source.splitlines(keepends=True)
    return "".join(lines[:head] + missing + lines[head:])


def read_constants(source: str) -> dict[str, Any]:
    """The plain constants a program declares at its top level, read without executing it."""
    return {
        target.id: statement.value.value
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
