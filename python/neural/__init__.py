"""Neural: write a network once, get PyTorch and TensorFlow programs, and a proof of what the short form costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neural.errors import CompileError, NeuralError

if TYPE_CHECKING:
    from neural.compiler import check, choose, compile, compile_onnx, inspect
    from neural.engine import Network, TrainingInterrupted, train

__all__ = [
    "CompileError",
    "Network",
    "NeuralError",
    "TrainingInterrupted",
    "__version__",
    "check",
    "choose",
    "compile",
    "compile_onnx",
    "inspect",
    "train",
]


def __getattr__(name: str) -> Any:
    """Loaded at its first use, so that a measured worker, which needs neither compiler nor engine, carries none."""
    if name in ("check", "choose", "compile", "compile_onnx", "inspect"):
        from neural import compiler

        return getattr(compiler, name)
    if name in ("Network", "TrainingInterrupted", "train"):
        from neural import engine

        return getattr(engine, name)
    if name == "__version__":
        from neural import _core

        return _core.version
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
