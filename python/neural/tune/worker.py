"""The process that trains, as the search sees it: started when there is a job, and anew after one that failed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

Report = Callable[[int, int, dict[str, float]], bool]  # epoch, of how many, values; whether to go on


class TrialError(Exception):
    """A trial that has no result; the message is the reason."""


class Worker:
    def __init__(self, folder: Path) -> None:
        self.log = folder / "worker.log"
        self.process: subprocess.Popen[str] | None = None
        self.answers: IO[str] | None = None

    def run(self, job: dict[str, Any], report: Report) -> dict[str, Any]:
        """The answer at the end of the job: the values as "done". Raises TrialError."""
        self.send(job)
        while True:
            answer = self.receive()
            if "epoch" in answer:
                self.send({"go": report(answer["epoch"], answer["epochs"], answer["values"])})
            elif "done" in answer:
                return answer
            else:
                self.stop()  # memory that it holds would be missed by the next one
                raise TrialError(answer["failed"])

    def send(self, message: dict[str, Any]) -> None:
        if self.process is None:
            self.start()
        assert self.process is not None and self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # `receive` tells how it ended

    def receive(self) -> dict[str, Any]:
        assert self.answers is not None and self.process is not None
        if text := self.answers.readline():
            return json.loads(text)
        status = self.process.wait()
        self.stop()
        if status == -signal.SIGKILL:
            raise TrialError("its process was killed, as the system does when memory runs out")
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        raise TrialError(f"its process ended with {how}: {self.last_words()}")

    def start(self) -> None:
        reading, writing = os.pipe()
        with self.log.open("w", encoding="utf-8") as log:
            # A session of its own: Ctrl-C is for the search, which ends this process.
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "neural.tune.training", str(writing)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                pass_fds=(writing,),
                start_new_session=True,
            )
        os.close(writing)
        self.answers = os.fdopen(reading, encoding="utf-8")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        if self.answers is not None:
            self.answers.close()
        self.process = self.answers = None

    def last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "it said nothing")
