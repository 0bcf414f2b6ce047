"""One side at a time: each in a fresh process, both over the same data."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import neural
from neural.benchmarks.comparison import compare
from neural.benchmarks.models import read_constants
from neural.benchmarks.process import run_worker
from neural.datasets import ARRAYS, Arrays
from neural.worker.plan import CONTROLLED

Dataset = tuple[Arrays, Arrays]
Result = dict[str, Any]

COMPILE_REPETITIONS = 20
DEFAULT_BATCH_SIZE = 64
DEFAULT_SEED = 42

# For programs that leave loop or compilation to the worker; the benchmarks all declare these.
LOSS = {"name": "sparse_categorical_crossentropy"}
OPTIMIZER = {"name": "Adam", "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}


class BenchmarkRunner:
    """Trains one side of a comparison after the other.

    The sides do not alternate here, so that nothing tells a difference between them from a change of the machine:
    comparisons carry the flag `sequential` and stay INCONCLUSIVE. BenchmarkSuite gives verdicts.
    """

    def __init__(self, output_dir: str | os.PathLike[str] = "benchmark_results", *, threads: int | None = None) -> None:
        self.output_dir = Path(output_dir).resolve()
        self.threads = threads or len(os.sched_getaffinity(0))

    def benchmark_neural_dsl(
        self,
        model_name: str,
        dsl_code: str,
        backend: str,
        dataset: Dataset,
        epochs: int = 5,
        batch_size: int | None = None,
    ) -> Result:
        """Compiles a network and trains the program. Raises neural.CompileError, or NeuralError if the run fails."""
        parse_time, _ = median_seconds(lambda: neural.check(dsl_code))
        compile_time, program = median_seconds(lambda: neural.compile(dsl_code, backend=backend))
        shape = neural.inspect(dsl_code)["input_shape"]
        result = self._run("neural", model_name, program, backend, dataset, epochs, batch_size, shape)
        codegen_time = max(0.0, compile_time - parse_time)
        result.update(parse_time=parse_time, codegen_time=codegen_time, compile_time=compile_time)
        result["total_time"] += compile_time
        return result

    def benchmark_native(
        self,
        model_name: str,
        native_code: str,
        backend: str,
        dataset: Dataset,
        epochs: int = 5,
        batch_size: int | None = None,
    ) -> Result:
        """Trains a hand-written program. Raises NeuralError if the run fails."""
        return self._run("native", model_name, native_code, backend, dataset, epochs, batch_size, None)

    def compare_results(self, neural_results: Result, native_results: Result) -> dict[str, Any]:
        """Raises ValueError for results that are not two sides of one comparison."""
        return compare(neural_results, native_results)

    def _run(
        self,
        side: str,
        model_name: str,
        source: str,
        backend: str,
        dataset: Dataset,
        epochs: int,
        batch_size: int | None,
        input_shape: list[int] | None,
    ) -> Result:
        constants = read_constants(source)
        program = self.output_dir / f"{model_name}_{backend}_{side}.py"
        self.output_dir.mkdir(parents=True, exist_ok=True)
        program.write_text(source, encoding="utf-8")
        data = Path(tempfile.mkdtemp(prefix=".data-", dir=self.output_dir))
        try:
            save_dataset(data, dataset)
            plan = {
                "schema": 1,
                "run": f"{model_name} on {backend}, {side} side",
                "task": "full",
                "side": side,
                "backend": backend,
                "program": str(program),
                "profile": CONTROLLED,
                "threads": self.threads,
                "seed": constants.get("SEED", DEFAULT_SEED),
                "data": {"folder": str(data), "train_rows": None, "test_rows": None},
                "input_shape": input_shape or image_shape(dataset[0][0]),
                "batch_size": batch_size or constants.get("BATCH_SIZE", DEFAULT_BATCH_SIZE),
                "epochs": epochs,
                "shuffle": True,
                "loss": LOSS,
                "optimizer": OPTIMIZER,
                "weights": {"load": None, "save": None},
                "parity": None,
                "pair": None,
            }
            events = run_worker(self.output_dir / "raw" / f"{model_name}_{backend}" / f"full_{side}", plan)
        finally:
            shutil.rmtree(data)
        return {"model_name": model_name, **summarise(plan, events), "program": program.name}


def median_seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Of enough repetitions, and what the last one gave."""
    seconds = []
    for _ in range(COMPILE_REPETITIONS):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), result


def save_dataset(folder: Path, dataset: Dataset) -> None:
    (x_train, y_train), (x_test, y_test) = dataset
    for name, array in zip(ARRAYS, (x_train, y_train, x_test, y_test), strict=True):
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def image_shape(x: np.ndarray) -> list[int]:
    """Of one sample; a plain image gets the channel that models of images have."""
    shape = list(x.shape[1:])
    return [*shape, 1] if len(shape) == 2 else shape


def summarise(plan: dict[str, Any], events: list[dict[str, Any]]) -> Result:
    """A side of a result, from the events of one full run. Times are seconds, memory is bytes."""
    last = {event["event"]: event for event in events}
    epochs = [event for event in events if event["event"] == "epoch"]
    memory = {event["phase"]: event for event in events if event["event"] == "memory"}
    training_time = last["train_end"]["seconds"]
    return {
        "backend": plan["backend"],
        "side": plan["side"],
        "epochs": plan["epochs"],
        "batch_size": plan["batch_size"],
        "train_rows": last["data_ready"]["train_rows"],
        "test_rows": last["data_ready"]["test_rows"],
        "training_time": training_time,
        "total_time": last["model_built"]["seconds"] + training_time,
        "epoch_time": statistics.median(event["seconds"] for event in epochs),
        "peak_memory": max(phase["peak_bytes"] for phase in memory.values()),
        "train_memory": memory["train"]["peak_bytes"] - memory["train"]["begin_bytes"],
        "accuracy": last["evaluate_end"]["accuracy"],
        "loss": last["evaluate_end"]["loss"],
        "history": {
            key: [event[key] for event in epochs] for key in ("epoch", "loss", "test_loss", "test_accuracy", "seconds")
        },
        "parse_time": None,
        "codegen_time": None,
        "compile_time": None,
        "import_time": last["import_end"]["seconds"],
        "parameters": last["model_built"]["parameters"],
    }
