"""XLA under JAX as a library: its threads and settings, whoever stands in front of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import jax

# XLA has no question for the size of its pool, which does all work within an operation; the kernel knows its threads.
POOL = "tf_XLAEigen"


def threads() -> dict[str, int]:
    jax.devices()  # begins the pool
    names = [task.read_text().strip() for task in Path("/proc/self/task").glob("*/comm")]
    return {"intra_op": names.count(POOL)}


def settings() -> dict[str, str]:
    config: Any = jax.config  # its flags are made when it is loaded
    return {
        "default_matmul_precision": str(config.jax_default_matmul_precision),
        "enable_x64": str(config.jax_enable_x64),
        "jit": str(not config.jax_disable_jit),
        "platform": jax.default_backend(),
        "prng": str(config.jax_default_prng_impl),
        "xla_flags": os.environ.get("XLA_FLAGS", "none"),
    }
