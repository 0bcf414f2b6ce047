"""Peak memory of each phase: the kernel's high-water mark of this process, reset where the phase begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
RESET_HIGH_WATER_MARK = "5"


class PhaseMemory:
    """A phase that is gone through several times keeps its first beginning and its highest peak."""

    def __init__(self) -> None:
        self.phase = ""
        """What the process is doing, or did last; not everything it does is measured."""
        self._records: dict[str, dict[str, Any]] = {}

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        self.phase = phase
        method = "VmHWM" if reset_peak() else "VmHWM-cumulative"
        begin = read_bytes("VmRSS")
        record = self._records.setdefault(
            phase, {"phase": phase, "peak_bytes": 0, "begin_bytes": begin, "method": method}
        )
        yield
        record["peak_bytes"] = max(record["peak_bytes"], read_bytes("VmHWM"))

    def records(self) -> list[dict[str, Any]]:
        """One for each phase, in the order of their beginnings."""
        return list(self._records.values())


def reset_peak() -> bool:
    """Lower the high-water mark to what is resident now; false where the kernel does not allow it."""
    try:
        CLEAR_REFS.write_text(RESET_HIGH_WATER_MARK)
    except OSError:
        return False
    return True


def read_bytes(field: str) -> int:
    """A size of /proc/self/status, which states kB and means 1024 bytes."""
    for line in STATUS.read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024
    raise OSError(f"{STATUS} has no field {field}")
