"""The page docs/backends.md: what each layer of the catalogue is on each backend, found out by compiling it.

A layer counts as exact where every network that holds it compiles without a word against it; besides there is what a
backend refuses of it, and where it deviates. `python -m random_networks.coverage` rewrites the page.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keras_shapes.groups import GROUPS

import neural
from neural import _core
from neural.benchmarks.process import find_executable

PAGE = Path(__file__).resolve().parents[3] / "docs/backends.md"
BACKENDS = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "onnx": "ONNX"}
REFUSALS = ("E701", "E703", "E705")

# For layers that the Keras grid has not, or not alone; and parameters that a backend might not know.
MORE = {
    (12,): (
        "Dense(4)", "Output(2)", "CapsuleLayer()", "QuantumLayer()", "DynamicLayer()", "GraphConv()",
        "GraphAttention()", "SomeLayer(4)", "CustomShape(4, shape=(4))", "Dense(4, dtype=float64)",
        "Dense(4, dtype=float16)", "Dense(4, dtype=bfloat16)", "Dense(4) @ \"tpu:0\"", 'Lambda("x: x[:, :2]")',
        "BatchNormalization(axis=1)", "Inception()", "Concatenate()", "Dropout(0.5, seed=3)", "Subtract()",
    ),
    (6, 5): (
        "LSTM(4, bidirectional=true)", "GRU(4, recurrent_dropout=0.1)", "ResidualConnection { Dense(5) }",
        "Conv1D(4, 2, groups=5)", "Conv1DTranspose(5, 2, groups=5)", "SeparableConv1D(5, 2, groups=5)",
        "DepthwiseConv1D(2, padding=causal)", "SeparableConv1D(4, 2, padding=causal)", "Add()", "Multiply()",
        "Average()", "Maximum()", "Minimum()", "Dot()", "L1()", "L2()", "UpSampling1D(2, interpolation=bilinear)",
        "SimpleRNN(4, kernel_regularizer=l2(0.1))", "MultiHeadAttention(2, 3, kernel_constraint=non_neg)",
        "Masking() Softmax()",
    ),
    (6, 6, 4): (
        "Conv2D(4, 3, groups=2)", "Conv2DTranspose(4, 3, groups=2)", "SeparableConv2D(4, 3, groups=2)",
        "Conv2DTranspose(4, 3, 2, dilation_rate=1, output_padding=1)", "Conv2DTranspose(4, 3, dilation_rate=2)",
        "Conv2D(4, 3, padding=(1, 2))", "MaxPooling2D(2, padding=1)", "AveragePooling2D(2, padding=1)",
    ),
    (6, 6, 6, 2): (
        "Conv3DTranspose(4, 2, groups=2)", "UpSampling3D(2, interpolation=bilinear)", "ConvLSTM2D(4, 2, groups=2)",
        "ConvGRU2D(4, 2, groups=2)", "ConvLSTM2D(4, 2, recurrent_dropout=0.1)", "ConvGRU2D(4, 2, dropout=0.1)",
    ),
    (None, 6, 4): ("AdaptiveAveragePooling2D(2)", "AdaptiveMaxPooling2D(2)"),
}  # fmt: skip
# Given to each layer that takes them.
VARIANTS = (
    "dtype=float64", "dtype=float16", "dtype=bfloat16", "seed=3", "dropout=0.1, seed=3",
    "recurrent_dropout=0.1, seed=3",
)  # fmt: skip


@dataclass
class Found:
    """What the compiler says of one layer on one backend."""

    compiled: int = 0
    refused: dict[str, str] = field(default_factory=dict)  # what, and what to do instead
    deviating: dict[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        if not self.compiled:
            return "refused" if self.refused else ""
        return "deviation" if self.deviating else "exact"


def catalogue() -> list[str]:
    lines = subprocess.run([find_executable(), "explain", "--list", "layers"], capture_output=True, text=True).stdout
    return [line.split()[0] for line in lines.splitlines() if line.strip()]


def sources() -> Iterable[str]:
    """Networks around one layer or a few; those that the checker refuses are among them."""
    plain: dict[str, str] = {}  # the first of each layer, alone
    for source in given():
        yield source
        alone = re.search(r"layers:\s+(\w+)\((?:[^()\n]|\([^()\n]*\))*\)\s+loss", source)
        if alone and alone[1] not in plain and not any(each["severity"] == "error" for each in neural.check(source)):
            plain[alone[1]] = source
    for source in plain.values():
        for variant in VARIANTS:
            more = re.sub(r"\)\s+loss", f", {variant}) loss", source, count=1)
            yield more.replace("(, ", "(")


def given() -> Iterable[str]:
    for cases in GROUPS.values():
        yield from (case.source for case in (cases() if callable(cases) else cases))
    for shape, layers in MORE.items():
        declared = str((None, *shape) if shape[0] is None else shape)
        yield from (f"network Tested {{ input: {declared} layers: {layer} loss: mse }}" for layer in layers)


def told(source: str, backend: str) -> tuple[bool, list[dict[str, Any]]]:
    if backend == "onnx":
        result, diagnostics, _ = _core.compile_onnx(source, "tested.neural", "", "", [], "keras")
    else:
        arguments = (1, True, [], "keras", [], False, [], False)
        result, diagnostics, _ = _core.compile(source, "tested.neural", "", backend, *arguments)
    return result is not None, json.loads(diagnostics)


def coverage() -> dict[str, dict[str, Found]]:
    names = catalogue()
    found = {name: {backend: Found() for backend in BACKENDS} for name in names}
    for source in sources():
        try:
            layers = kinds(neural.inspect(source)["layers"]) & set(names)
        except neural.CompileError:
            continue
        for backend in BACKENDS:
            if backend == "onnx" and "dtype=" in source and "Dense(4," not in source:
                continue  # the same for every layer, as the page says
            compiled, diagnostics = told(source, backend)
            for layer in layers:
                note(found[layer][backend], layer, len(layers) == 1, compiled, diagnostics)
    return found


def kinds(layers: list[dict[str, Any]]) -> set[str]:
    found = set()
    for layer in layers:
        inside = [*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])]
        found |= {layer["type"], *kinds(inside)}
    return found


def note(found: Found, layer: str, is_alone: bool, compiled: bool, diagnostics: list[dict[str, Any]]) -> None:
    found.compiled += compiled
    for each in diagnostics:
        text, help_text = each["message"], each.get("help") or ""
        names_it = is_alone or re.search(rf"`{layer}`|\b{layer}\b", text)
        text, help_text = (this_layer(words, layer) for words in (text, help_text))
        if each["code"] in REFUSALS and names_it:
            found.refused[general(text)] = general(help_text)
        elif each["code"] == "W702" and names_it and not text.startswith("`Adam`"):  # the optimizer of every network
            found.deviating[general(text)] = general(help_text)


def this_layer(text: str, name: str) -> str:
    return text.replace(f"`{name}`", "this layer").replace(f"{name}=", "LAYER=")


def general(text: str) -> str:
    """Without the sizes of one case."""
    return re.sub(r"\s+", " ", re.sub(r"\b\d+(?!D\b)\b", "n", text)).strip()


def page() -> str:
    found = coverage()
    lines = [
        "# Layers and backends",
        "",
        "Every layer on every backend, found out by compiling it; `python -m random_networks.coverage` rewrites this",
        "page. *exact* means that it compiles without a remark, *deviation* that `--report-deviations` tells a",
        "difference (W702), *refused* that it gives an error and an alternative. A number points to what of a layer is",
        "refused or deviates, below the table. What is said of a `dtype` for `Dense` in ONNX holds for every layer.",
        "",
        "| Layer | " + " | ".join(BACKENDS.values()) + " |",
        "|---|" + "---|" * len(BACKENDS),
    ]
    notes: dict[str, int] = {}
    for layer, by_backend in found.items():
        cells = []
        for result in by_backend.values():
            remarks = [*result.refused.items(), *result.deviating.items()]
            numbers = [
                notes.setdefault(f"{what}{'; ' + instead if instead else ''}", len(notes) + 1)
                for what, instead in sorted(remarks)
            ]
            cells.append(" ".join([result.verdict, *(f"[{number}]" for number in sorted(set(numbers)))]))
        lines.append(f"| `{layer}` | " + " | ".join(cells) + " |")
    lines += ["", "## What is refused, and what deviates", "", "`n` stands for a number.", ""]
    lines += [f"{number}. {text}" for text, number in notes.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
