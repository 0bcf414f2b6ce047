"""The executable as people and programs call it."""

from __future__ import annotations

import os
import pty
import subprocess

from neural.benchmarks.process import find_executable


def run(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Not on a terminal; `text` is its standard input."""
    return subprocess.run([str(find_executable()), *arguments], input=text, capture_output=True, text=True)


def run_on_a_terminal(*arguments: str, **variables: str) -> tuple[int, str]:
    """Exit code and all that it prints, with a terminal as its standard output and error."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")} | variables
    controller, terminal = pty.openpty()
    process = subprocess.Popen([str(find_executable()), *arguments], stdout=terminal, stderr=terminal, env=environment)
    os.close(terminal)
    output = b""
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:  # how Linux reports the end of a terminal
            break
        if not part:
            break
        output += part
    os.close(controller)
    return process.wait(), output.decode()
