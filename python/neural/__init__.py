"""Neural: write a network once, get PyTorch and TensorFlow programs, and a proof of what the short form costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neural.errors import CompileError, NeuralError

if TYPE_CHECKING:
    from neural.compiler import check, choose, compile, compile_onnx, inspect

__all__ = ["CompileError", "NeuralError", "__version__", "check", "choose", "compile", "compile_onnx", "inspect"]


def __getattr__(name: str) -> Any:
    """The compiler is loaded at its first use, so that a measured worker, which never needs it, does not carry it."""
    if name in ("check", "choose", "compile", "compile_onnx", "inspect"):
        from neural import compiler

        return getattr(compiler, name)
    if name == "__version__":
        from neural import _core

        return _core.version
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
