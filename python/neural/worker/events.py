"""Events: JSON lines with monotonic nanoseconds, written to the descriptor the harness opened."""

from __future__ import annotations

import json
import os
import time
from typing import Any

DESCRIPTOR = 3


class Events:
    """Writes each event at once, so that nothing is lost when the process dies."""

    def __init__(self, descriptor: int = DESCRIPTOR) -> None:
        """Raises OSError if the descriptor is not open."""
        os.fstat(descriptor)
        os.set_inheritable(descriptor, False)
        self.descriptor = descriptor

    def emit(self, event: str, **keys: Any) -> None:
        record = {"event": event, "t": time.monotonic_ns(), **keys}
        line = (json.dumps(record, allow_nan=False) + "\n").encode()
        while line:
            line = line[os.write(self.descriptor, line) :]
