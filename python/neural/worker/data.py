"""The arrays of a run, as the contract promises them to a program: float32 samples, int64 classes, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from neural.worker.plan import PlanError


@dataclass(frozen=True)
class Split:
    """Samples x [n, ...] and targets y [n] or [n, ...]."""

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    def rows(self, begin: int, end: int) -> Split:
        return Split(self.x[begin:end], self.y[begin:end])


def load_split(folder: Path, split: str, rows: int | None, input_shape: tuple[int | None, ...]) -> Split | None:
    """`x_<split>.npy` and `y_<split>.npy`: the first `rows`, all if None, and no split at all for 0.

    Raises PlanError where the files are not what the plan says.
    """
    if rows == 0:
        return None
    x_path, y_path = (folder / f"{name}_{split}.npy" for name in "xy")
    x = prepare_samples(_load(x_path, rows), input_shape, x_path)
    y = prepare_targets(_load(y_path, rows))
    if len(x) != len(y):
        raise PlanError(f"`{x_path}` has {len(x)} rows, `{y_path}` has {len(y)}")
    return Split(x, y)


def prepare_samples(x: np.ndarray, input_shape: tuple[int | None, ...], path: Path) -> np.ndarray:
    """float32; integers are scaled from 0..255 to 0..1, and a last axis of 1 is added where the model has one."""
    integers = np.issubdtype(x.dtype, np.integer)
    x = np.ascontiguousarray(x, dtype=np.float32)
    if integers:
        x /= np.float32(255)
    if x.ndim == len(input_shape) and input_shape[-1] == 1:
        x = x[..., None]
    fits = len(x.shape[1:]) == len(input_shape)
    if not fits or any(want not in (None, have) for have, want in zip(x.shape[1:], input_shape, strict=True)):
        raise PlanError(f"`{path}` holds samples of shape {x.shape[1:]}, the model takes {input_shape}")
    return x


def prepare_targets(y: np.ndarray) -> np.ndarray:
    """Classes become int64, values float32."""
    return np.ascontiguousarray(y, dtype=np.float32 if np.issubdtype(y.dtype, np.floating) else np.int64)


def _load(path: Path, rows: int | None) -> np.ndarray:
    """A copy of its own: an array that is still mapped would be read from disk inside the training loop."""
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
        if rows is None or rows == len(mapped):
            return np.load(path, allow_pickle=False)
    except (OSError, ValueError, TypeError) as error:
        raise PlanError(f"cannot read `{path}`: {error}") from error
    if rows > len(mapped):
        raise PlanError(f"the plan asks for {rows} rows, `{path}` has {len(mapped)}")
    return np.array(mapped[:rows])
