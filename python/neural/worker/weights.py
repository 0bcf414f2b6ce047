"""Folders of tensors: initial weights that both sides start from, and the tensors a parity run leaves behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

SCHEMA = 1


class Tensor(NamedTuple):
    name: str
    value: np.ndarray


@dataclass(frozen=True)
class Weights:
    """Copies of a model's tensors in order of creation: those that are trained, and the others (running statistics)."""

    trainable: list[Tensor]
    state: list[Tensor]


class WeightsError(Exception):
    """Saved weights do not fit the model."""


def describe(tensors: Sequence[Tensor]) -> list[dict[str, object]]:
    return [{"name": tensor.name, "shape": list(tensor.value.shape)} for tensor in tensors]


def save_tensors(folder: Path, prefix: str, tensors: Sequence[Tensor]) -> list[str]:
    """One .npy a tensor, little-endian in C order; the names of the files."""
    files = []
    for index, tensor in enumerate(tensors):
        value = np.asarray(tensor.value, order="C")  # np.ascontiguousarray would give a scalar an axis
        kind = "<f8" if value.dtype == np.float64 else "<f4"
        files.append(f"{prefix}_{index:03}.npy")
        np.save(folder / files[-1], value.astype(kind, copy=False), allow_pickle=False)
    return files


def save_weights(folder: Path, weights: Weights) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    index = {
        "schema": SCHEMA,
        "parameters": describe(weights.trainable),
        "files": save_tensors(folder, "parameter", weights.trainable),
        "state": describe(weights.state),
        "state_files": save_tensors(folder, "state", weights.state),
    }
    write_index(folder, index)


def load_weights(folder: Path, like: Weights) -> Weights:
    """Raises WeightsError where count or shapes differ from those of `like`, which also gives the names."""
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        trainable = _load(folder, index["files"], like.trainable, "trainable")
        return Weights(trainable, _load(folder, index["state_files"], like.state, "other"))
    except (OSError, KeyError, ValueError) as error:
        raise WeightsError(f"cannot read the weights in `{folder}`: {error!r}") from error


def _load(folder: Path, files: list[str], like: list[Tensor], kind: str) -> list[Tensor]:
    if len(files) != len(like):
        raise WeightsError(f"the saved weights have {len(files)} {kind} tensors, the model has {len(like)}")
    loaded = [
        Tensor(own.name, np.load(folder / file, allow_pickle=False)) for file, own in zip(files, like, strict=True)
    ]
    for number, (tensor, own) in enumerate(zip(loaded, like, strict=True), start=1):
        if tensor.value.shape != own.value.shape:
            raise WeightsError(
                f"{kind} tensor {number} of the saved weights is {tensor.value.shape}, "
                f"the model's `{own.name}` is {own.value.shape}"
            )
    return loaded


def write_index(folder: Path, index: dict[str, object]) -> None:
    (folder / "index.json").write_text(json.dumps(index, indent=1, allow_nan=False) + "\n", encoding="utf-8")
