"""What this package raises."""

from __future__ import annotations

from typing import Any


class NeuralError(Exception):
    """Something outside the program went wrong: a file, a process, the environment. The message tells the next step."""


class CompileError(NeuralError):
    """A source has errors. `str()` is the text people read; `diagnostics` holds the same as a list of dictionaries."""

    def __init__(self, text: str, diagnostics: list[dict[str, Any]]) -> None:
        super().__init__(text)
        self.diagnostics = diagnostics
