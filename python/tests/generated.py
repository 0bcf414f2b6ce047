"""Generated programs in memory."""

from __future__ import annotations

import types
from typing import Any


def module_of(text: str) -> Any:
    """The program as a module, imported from its text."""
    module = types.ModuleType("generated")
    exec(compile(text, "generated.py", "exec"), module.__dict__)
    return module
