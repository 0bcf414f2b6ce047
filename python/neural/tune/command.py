"""`neural tune`: the plan is read, checked and carried out."""

from __future__ import annotations

import importlib.util
import json
import shlex
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from neural import compiler, datasets
from neural.errors import CompileError, NeuralError
from neural.tune.space import Space

if TYPE_CHECKING:
    from neural.tune.search import Search

DONE, NO, USAGE, INTERRUPTED = 0, 1, 2, 130

Plan = dict[str, Any]


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m neural.tune PLAN; see `neural tune --help`", file=sys.stderr)
        return USAGE
    plan = json.loads(arguments[0])
    if importlib.util.find_spec("optuna") is None:
        complain(f"`{sys.executable}` has no Optuna, which does the search; install it: pip install 'neural[tune]'")
        return USAGE
    signal.signal(signal.SIGTERM, interrupt)
    try:
        with tempfile.TemporaryDirectory(prefix="neural-tune-") as folder:
            return tune(plan, Path(folder))
    except CompileError as error:
        print(error, file=sys.stderr)
        return NO
    except (NeuralError, ValueError) as error:
        complain(str(error))
        return USAGE
    except KeyboardInterrupt:
        complain("interrupted before the first trial")
        return INTERRUPTED


def interrupt(signal_number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def complain(text: str) -> None:
    print(f"neural: error: {text}", file=sys.stderr)


def tune(plan: Plan, folder: Path) -> int:
    from neural.tune.search import Search

    source = copy_of(Path(plan["file"]), folder)
    described = compiler.search_space(source, network=plan["network"])
    space = Space(described)
    if not space.variables:
        raise NeuralError(
            f"`{plan['file']}` has no `HPO(…)`, so there is nothing to search; `neural compile` compiles it"
        )
    method, trials = described["method"], plan["trials"] or described["trials"]
    refuse_what_cannot_be_compared(plan["metric"], space)
    if method == "grid":
        if space.continuous:
            raise NeuralError(
                f"`search_method: grid` needs values one can count, and `{space.continuous[0]}` takes every number of "
                "its range; give the range a step, or choose `random` or `bayesian`"
            )
        size = sum(1 for _, _ in zip(space.grid(), range(trials + 1), strict=False))
        if size > trials:
            tell(f"the grid has more than {trials} points: the first {trials} are tried")
        trials = min(trials, size)
    search = Search(
        plan,
        folder,
        source,
        space,
        method=method,
        trials=trials,
        data=find_data(plan, source),
        network=described["network"],
    )
    tell(search.introduction())
    try:
        search.run()
    except KeyboardInterrupt:
        tell(search.interrupted())
        write_best(search, plan)
        tell(f"to go on: {again(plan)}")
        return INTERRUPTED
    finally:
        search.close()
    print(search.table())
    if not write_best(search, plan):
        complain("no trial has a result; the table has the reasons")
        return NO
    return DONE


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def copy_of(path: Path, folder: Path) -> Path:
    """The program as it is now, whatever happens to the file during the search."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NeuralError(f"cannot read `{path}`: {error}") from error
    copy = folder / path.name
    copy.write_bytes(content)
    return copy


def refuse_what_cannot_be_compared(metric: str, space: Space) -> None:
    searched = next((name for name in space.variables if name == "loss" or name.startswith(("loss.", "loss["))), None)
    if metric == "loss" and searched:
        raise NeuralError(
            f"the loss of trials with different losses says nothing: the program searches over `{searched}`; "
            "name a metric to go by, such as `--metric accuracy`"
        )


def find_data(plan: Plan, source: Path) -> Path:
    if plan["data"]:
        path = Path(plan["data"])
        if not path.exists():
            raise NeuralError(f"there are no data at `{path}`")
        return path
    dataset = compiler.inspect(source, network=plan["network"])["training"]["dataset"]
    if dataset and dataset.lower() == "mnist":
        return datasets.find_mnist() or datasets.fetch_mnist()
    raise NeuralError("name the data to train with: `--data FILE.npz`, or a folder of IDX files")


def write_best(search: Search, plan: Plan) -> bool:
    """The best program without a search in it, where there is one; false where no trial has a result."""
    text = search.best_program()
    if text is None:
        return False
    output = plan["output"]
    if output == "-":
        print(text, end="")
        return True
    with datasets.written_whole(Path(output)) as file:
        file.write(text.encode())
    tell(f"the best program is in {output}: neural compile {shlex.quote(output)} --backend {plan['backend']}")
    return True


def again(plan: Plan) -> str:
    words = ["neural", "tune", plan["file"]]
    for option in ("trials", "backend", "network", "data", "output", "storage", "study", "seed", "metric"):
        if plan[option]:
            words += [f"--{option}", str(plan[option])]
    return shlex.join(words)
