"""The program to measure: loaded from its path, asked for what the contract names, and located when it fails."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from pathlib import Path
from types import ModuleType

MODULE_NAME = "neural_measured_program"


class ContractError(Exception):
    """The program ran, but did not do what a contender has to do."""


def load_program(path: Path) -> ModuleType:
    """Executes the file as a module of its own; nothing is read from or left in a byte-code cache beside it."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no program `{path}`")
    specification = importlib.util.spec_from_loader(MODULE_NAME, loader=None, origin=str(path))
    assert specification is not None
    module = importlib.util.module_from_spec(specification)
    module.__file__ = str(path)
    sys.modules[MODULE_NAME] = module
    sys.argv = [str(path)]
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    return module


def innermost_place(error: BaseException) -> tuple[str | None, int | None]:
    """File and line where the error was raised, in whatever file that is."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return frame.filename, frame.lineno


def place(error: BaseException, path: Path) -> tuple[str | None, int | None]:
    """File and line of the error inside the program; (None, None) if it did not pass through it."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return str(path), error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    # TensorFlow compiles functions anew and states the original place in the text of the error only.
    lines += [int(line) for line in re.findall(rf'File "{re.escape(str(path))}", line (\d+)', str(error))]
    return (str(path), lines[-1]) if lines else (None, None)
