"""The Python half of `neural doctor`: which backends work in this interpreter, and whether the data are there.

`python -m neural.doctor` prints one line a thing; exit status 0 when at least one backend works, else 2.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass

INSTALL_HINT = 'pip install "neural[full]", or ./dev setup in a checkout'


@dataclass
class Finding:
    """One line of the report: what, whether it is well, and what to do if it is not."""

    name: str
    state: str  # "ok", "warning", "missing" or "broken"
    detail: str
    help: str = ""


def version_of(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_pytorch() -> list[Finding]:
    import torch

    model = torch.nn.Linear(2, 1)
    model(torch.ones(1, 2)).sum().backward()  # one step of real work, not only an import
    findings = [Finding("pytorch", "ok", f"torch {torch.__version__}, {torch.get_num_threads()} threads")]
    if torch.version.cuda and not torch.cuda.is_available():
        findings.append(
            Finding(
                "pytorch",
                "warning",
                f"this is a build for CUDA {torch.version.cuda}, and no GPU is visible",
                "it works, but takes several GB of disk; README.md says how to choose the CPU build",
            )
        )
    return findings


def check_tensorflow() -> list[Finding]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # start-up notices would hide the findings
    import keras
    import tensorflow as tf

    findings = [Finding("tensorflow", "ok", f"tensorflow {tf.__version__}, keras {keras.__version__}")]
    if keras.backend.backend() != "tensorflow":
        findings.append(
            Finding(
                "tensorflow",
                "broken",
                f"keras runs on {keras.backend.backend()}, not on tensorflow",
                "unset KERAS_BACKEND, or set it to tensorflow",
            )
        )
        return findings[1:]
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model(tf.ones((1, 2)))
    return findings


def check_backend(name: str, package: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    if version_of(package) is None and version_of(package.removesuffix("-cpu")) is None:
        return [Finding(name, "missing", f"{package} is not installed", INSTALL_HINT)]
    try:
        return check()
    except Exception as error:
        return [Finding(name, "broken", f"{type(error).__name__}: {error}", f"install {package} again: {INSTALL_HINT}")]


def check_data() -> list[Finding]:
    from neural import datasets

    try:
        place = datasets.find_mnist()
    except Exception as error:
        return [Finding("mnist", "broken", str(error))]
    if place is None:
        return [Finding("mnist", "missing", "the MNIST files are not here", "they are downloaded at first use")]
    return [Finding("mnist", "ok", f"found in {place}")]


def report() -> list[Finding]:
    findings = [Finding("python", "ok", f"{platform.python_version()}, {sys.executable}")]
    findings += check_backend("pytorch", "torch", check_pytorch)
    findings += check_backend("tensorflow", "tensorflow-cpu", check_tensorflow)
    return findings + check_data()


def main() -> int:
    findings = report()
    for finding in findings:
        print(f"{finding.name:<12}{finding.state:<9}{finding.detail}")
        if finding.help:
            print(f"{'':<12}= help: {finding.help}")
    works = {finding.name for finding in findings if finding.state == "ok"} & {"pytorch", "tensorflow"}
    return 0 if works else 2


if __name__ == "__main__":
    sys.exit(main())
