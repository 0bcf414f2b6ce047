"""One run from its plan to its last event."""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from neural.worker import environment
from neural.worker.events import Events
from neural.worker.memory import PhaseMemory
from neural.worker.plan import Plan, PlanError
from neural.worker.program import ContractError, innermost_place, load_program, place

if TYPE_CHECKING:
    from neural.worker.tasks import Run

# Modules that need NumPy are imported where they are used: its thread pool is sized, and its time and memory counted,
# in the import phase.

DONE, FAILED, UNUSABLE = 0, 1, 2
LONGEST_MESSAGE = 4000


def execute(plan: Plan, events: Events) -> int:
    """Runs the plan; the exit status. Whatever goes wrong becomes an `error` event and a traceback in the log."""
    memory = PhaseMemory()
    try:
        processors = environment.processors()
        run = prepare(plan, events, memory)
        report_environment(run)
        check_limits(run, processors)
        if plan.is_controlled:
            gc.collect()
            gc.freeze()
        run.backend.seed(plan.seed)  # building drew from the generators, and not as often on both sides
        task_of(plan)(run)
        check_limits(run, processors)
        for record in memory.records():
            events.emit("memory", **record)
        return DONE
    except (Exception, SystemExit) as error:  # a program may also end itself
        traceback.print_exc()
        file, line = innermost_place(error) if memory.phase == "framework" else place(error, plan.program)
        text = str(error)[:LONGEST_MESSAGE] or "no message"
        events.emit("error", phase=memory.phase, type=type(error).__name__, message=text, file=file, line=line)
        return UNUSABLE if isinstance(error, PlanError) else FAILED


def task_of(plan: Plan) -> Callable[[Run], None]:
    from neural.worker import parity, tasks

    return {
        "parity": parity.write_parity,
        "full": tasks.train_full,
        "pair": tasks.train_pair,
        "memory": tasks.train_for_memory,
    }[plan.task]


def prepare(plan: Plan, events: Events, memory: PhaseMemory) -> Run:
    """The phases before the first step: import, build, data."""
    with memory.during("import"):
        begin = time.monotonic_ns()
        if plan.is_controlled:
            environment.set_thread_variables(plan.threads)
        from neural.worker.backend import load_backend

        memory.phase = "framework"  # for errors: a broken one is no fault of the program
        backend = load_backend(plan)
        memory.phase = "import"
        if plan.is_controlled:
            backend.set_threads(plan.threads)
        if plan.task == "parity":
            backend.be_deterministic()
        program = load_program(plan.program)
        seconds = since(begin)
        versions = {name: version for name, version in environment.versions().items() if version}
    events.emit("import_end", versions=versions, seconds=seconds)

    from neural.worker.weights import load_weights, save_weights

    with memory.during("build"):
        backend.seed(plan.seed)
        begin = time.monotonic_ns()
        model = backend.create_model(program)
        seconds = since(begin)
        if plan.task == "parity":
            backend.disable_dropout(model)
        if plan.weights.load is not None:
            backend.assign(model, load_weights(plan.weights.load, backend.weights(model)))
        if plan.weights.save is not None:
            save_weights(plan.weights.save, backend.weights(model))
        begin = time.monotonic_ns()
        trainer = backend.create_trainer(program, model)
        seconds += since(begin)
    events.emit("model_built", parameters=backend.count_parameters(model), seconds=seconds)

    from neural.worker.data import load_split

    with memory.during("data"):
        begin = time.monotonic_ns()
        train = load_split(plan.data.folder, "train", plan.data.train_rows, plan.input_shape)
        test = load_split(plan.data.folder, "test", plan.data.test_rows, plan.input_shape)
        seconds = since(begin)
    assert train is not None
    events.emit("data_ready", train_rows=len(train), test_rows=len(test) if test else 0, seconds=seconds)

    from neural.worker.tasks import Run

    return Run(plan, backend, program, model, trainer, train, test, events, memory)


def report_environment(run: Run) -> None:
    run.events.emit(
        "environment",
        threads=run.backend.threads(),
        tasks=environment.running_tasks(),
        cpus=environment.processors(),
        variables=environment.set_variables(),
        settings={"garbage_collection": "frozen" if run.plan.is_controlled else "ordinary", **run.backend.settings()},
    )


def check_limits(run: Run, processors: list[int]) -> None:
    """Refuses a program that took more threads than granted, or that locked itself out of processors."""
    left = environment.processors()
    for setting, count in run.backend.threads().items() if run.plan.is_controlled else ():
        if not 1 <= count <= run.plan.threads:
            raise ContractError(f"the program set `{setting}` to {count} threads, {run.plan.threads} are granted")
    if left != processors:
        raise ContractError(f"the program may run on {len(left)} processors, it was given {len(processors)}")


def since(begin: int) -> float:
    return (time.monotonic_ns() - begin) / 1e9
