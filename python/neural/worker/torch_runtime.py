"""PyTorch as a library: its threads, settings and pending work, whoever stands in front of it."""

from __future__ import annotations

import torch


def set_threads(threads: int) -> None:
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(threads)


def threads() -> dict[str, int]:
    return {"intra_op": torch.get_num_threads(), "inter_op": torch.get_num_interop_threads()}


def settings() -> dict[str, str]:
    return {
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "default_dtype": str(torch.get_default_dtype()),
        "deterministic_algorithms": str(torch.are_deterministic_algorithms_enabled()),
        "float32_matmul_precision": torch.get_float32_matmul_precision(),
        "flush_denormal": flushes_denormals(),
        "mkldnn": str(torch.backends.mkldnn.is_available() and torch.backends.mkldnn.enabled),
    }


def flushes_denormals() -> str:
    """There is no question for it: 1e-310 is no normal number."""
    return str(bool((torch.tensor(1e-310, dtype=torch.float64) * 1.0 == 0).item()))


def be_deterministic() -> None:
    torch.use_deterministic_algorithms(True, warn_only=True)


def synchronize() -> None:
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.synchronize()
