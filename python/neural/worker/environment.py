"""What a process is given and what it makes of it: threads, processors, variables, versions."""

from __future__ import annotations

import os
import platform
from importlib import metadata

# The thread pools that are sized when a library is loaded, and can only be sized by these.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)

# Variables that change what a framework does or how fast it is.
VARIABLES = (
    *THREAD_VARIABLES,
    "ATEN_CPU_CAPABILITY",
    "DNNL_MAX_CPU_ISA",
    "DNNL_VERBOSE",
    "GOMP_CPU_AFFINITY",
    "GOMP_SPINCOUNT",
    "KERAS_BACKEND",
    "KMP_AFFINITY",
    "KMP_BLOCKTIME",
    "LD_PRELOAD",
    "MALLOC_ARENA_MAX",
    "MALLOC_CONF",
    "MKLDNN_VERBOSE",
    "NPROC",
    "ONEDNN_MAX_CPU_ISA",
    "ONEDNN_VERBOSE",
    "OMP_DYNAMIC",
    "OMP_PLACES",
    "OMP_PROC_BIND",
    "OMP_WAIT_POLICY",
    "PYTHONHASHSEED",
    "PYTHONMALLOC",
    "PYTORCH_JIT",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_XLA_FLAGS",
    "XLA_FLAGS",
)

# Where a version is found: the names of the distributions that provide the module.
DISTRIBUTIONS = {
    "numpy": ("numpy",),
    "torch": ("torch",),
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "keras": ("keras",),
    "lightning": ("lightning",),
    "jax": ("jax",),
    "optax": ("optax",),
}


def set_thread_variables(threads: int) -> None:
    """For libraries that are not loaded yet."""
    for name in THREAD_VARIABLES:
        os.environ[name] = str(threads)


def processors() -> list[int]:
    """The processors this process may run on."""
    return sorted(os.sched_getaffinity(0))


def running_tasks() -> int:
    """The kernel's count of the threads of this process."""
    return len(os.listdir("/proc/self/task"))


def set_variables() -> dict[str, str]:
    return {name: os.environ[name] for name in VARIABLES if name in os.environ}


def versions() -> dict[str, str | None]:
    """Of Python and of the frameworks, none of which is imported; None for what is not installed."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for module, distributions in DISTRIBUTIONS.items():
        found[module] = next((version for name in distributions if (version := _version(name))), None)
    return found


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
