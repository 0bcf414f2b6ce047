"""A process that reads the numbers of programs and answers each with a line of JSON."""

from __future__ import annotations

import json
import os
import sys
import time

from random_networks.checks import check
from random_networks.networks import program


def main(backend: str, seed: int) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # what frameworks and programs print is no answer
    if backend == "pytorch":
        import torch

        torch.set_num_threads(1)
    for line in sys.stdin:
        begun = time.monotonic()
        record = check(backend, program(seed, int(line)))
        record["seconds"] = round(time.monotonic() - begun, 3)
        answers.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
