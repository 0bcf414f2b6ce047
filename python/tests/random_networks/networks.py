"""Program k of a seed: a whole `.neural` file with one network that the checker accepts."""

from __future__ import annotations

import math
import operator
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from valid_programs import ANY_SIZE

import neural
from random_networks.layers import VALUES, Shape, changing, keeping

MOST_ELEMENTS = 2048  # of a tensor, without the batch
MOST_PARAMETERS = 50_000
TRIES = 12  # for a layer that fits; behind them there is no layer

CATEGORICAL = (
    "categorical_crossentropy", "categorical_crossentropy(label_smoothing=0.1)", "sparse_categorical_crossentropy",
    "categorical_focal_crossentropy", "categorical_focal_crossentropy(alpha=0.5, gamma=1.0)", "kl_divergence",
)  # fmt: skip
BINARY = (
    "binary_crossentropy", "binary_crossentropy(label_smoothing=0.2)", "binary_focal_crossentropy",
    "binary_focal_crossentropy(apply_class_balancing=true, gamma=1.0)",
)  # fmt: skip
# With an activation whose values the loss is made for.
OTHER = (
    ("mse", "linear"), ("mae", "relu"), ("mape", "linear"), ("msle", "softplus"), ("rmse", "linear"),
    ("huber(delta=0.5)", "linear"), ("log_cosh", "tanh"), ("hinge", "tanh"), ("squared_hinge", "tanh"),
    ("categorical_hinge", "linear"), ("poisson", "softplus"), ("cosine_similarity", "linear"),
    ("mse(reduction=sum)", "sigmoid"),
)  # fmt: skip

RATES = (
    "0.01", "0.001", "ExponentialDecay(0.01, 10, 0.9)", "ExponentialDecay(0.01, 10, 0.9, staircase=true)",
    "InverseTimeDecay(0.01, 10, 0.5)", "PolynomialDecay(0.01, 10, power=2.0)", "PolynomialDecay(0.01, 5, cycle=true)",
    "PiecewiseConstantDecay([2, 5], [0.01, 0.005, 0.001])", "CosineDecay(0.01, 10, alpha=0.1)",
    "CosineDecay(0.0, 10, warmup_target=0.01, warmup_steps=3)", "CosineDecayRestarts(0.01, 5)", "StepDecay(0.01, 5)",
)  # fmt: skip
OPTIMIZERS = (
    "SGD({lr}{o})", "SGD({lr}, momentum=0.9, nesterov=true{o})", "RMSprop({lr}{o})",
    "RMSprop({lr}, rho=0.8, momentum=0.5, centered=true{o})", "Adagrad({lr}{o})", "Adadelta({lr}{o})", "Adam({lr}{o})",
    "Adam({lr}, beta_1=0.8, amsgrad=true{o})", "Adamax({lr}{o})", "Nadam({lr}{o})", "AdamW({lr}{o})", "Lion({lr}{o})",
    "Ftrl({lr}, l1=0.01, l2=0.01{o})",
)  # fmt: skip
OPTIMIZER_OPTIONS = ("", "", "", ", clipnorm=1.0", ", clipvalue=0.5", ", global_clipnorm=1.0", ", weight_decay=0.01",
                     ", use_ema=true")  # fmt: skip
SETTINGS = (
    "epochs: 2", "batch_size: 4", "validation_split: 0.25", "shuffle: false", "seed: 3", "epochs: 1, batch_size: 2",
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    seed: int
    k: int
    source: str
    table: dict[str, Any]  # as `neural inspect --json` gives it


@dataclass
class Tally:
    """How often the checker said no, and why."""

    asked: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    programs: int = 0  # drawn again because the whole was refused


def program(seed: int, k: int, tally: Tally | None = None) -> Program:
    tally = tally if tally is not None else Tally()
    for attempt in range(100):
        source = _Writer(random.Random(f"{seed}/{k}/{attempt}"), tally).file()
        table = _inspected(source, tally)
        if table is not None and table["total_parameters"] <= MOST_PARAMETERS:
            return Program(seed, k, source, table)
        tally.programs += 1
    raise AssertionError(f"program {k} of seed {seed}: nothing was accepted in 100 attempts")


def _inspected(source: str, tally: Tally) -> dict[str, Any] | None:
    tally.asked += 1
    try:
        return neural.inspect(source)
    except neural.CompileError as error:
        tally.refused.update({found["code"] for found in error.diagnostics if found["severity"] == "error"})
        return None


def _pools_padding(layers: list[dict[str, Any]]) -> bool:
    """Whether a maximum is taken of padding alone, which is minus infinity everywhere."""
    for layer in layers:
        attributes = layer["attributes"]
        if layer["type"].startswith("MaxPooling") and isinstance(attributes["padding"], list):
            if any(map(operator.ge, attributes["padding"], attributes["pool_size"])):
                return True
        if _pools_padding([*([layer["wrapped"]] if "wrapped" in layer else []), *layer.get("body", [])]):
            return True
    return False


def _declared(shape: Shape) -> str:
    # With the batch: a leading None of an input is taken for it.
    sizes = [str(size) for size in ((None, *shape) if shape[0] is None else shape)]
    return f"({', '.join(sizes)})"


class _Writer:
    def __init__(self, rng: random.Random, tally: Tally) -> None:
        self.rng = rng
        self.tally = tally
        self.macros: list[str] = []
        self.names = 0

    def file(self) -> str:
        rng = self.rng
        shapes = [self.input_shape() for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 3)))]
        if len(shapes) == 1:
            inputs = _declared(shapes[0][0])
            layers, shape = self.chain(*shapes[0], rng.randint(1, 8))
        else:
            named = {f"in_{i}": shape for i, shape in enumerate(shapes)}
            inputs = "{ " + " ".join(f"{name}: {_declared(shape)}" for name, (shape, _) in named.items()) + " }"
            layers, shape = self.joined(named)
        layers += self.output(shape)
        sections = [f"  input: {inputs}", "  layers:\n    " + "\n    ".join(layers), *self.training]
        return "".join(self.macros) + "network Random {\n" + "\n".join(sections) + "\n}\n"

    # ---- tensors ----

    def input_shape(self) -> tuple[Shape, bool]:
        """And whether it is of ids."""
        rng = self.rng
        steps = rng.choice((None, 5, 6, 7, 8)) if rng.random() < 0.2 else rng.choice((4, 5, 6, 8))
        kind = rng.choice(("vector", "vector", "sequence", "sequence", "image", "image", "volume", "tokens"))
        width = rng.randint(1, 6)
        return {
            "vector": ((rng.randint(1, 12),), False),
            "sequence": ((steps, width), False),
            "image": ((rng.randint(4, 9), rng.randint(4, 9), rng.randint(1, 4)), False),
            "volume": ((*(rng.randint(3, 5) for _ in range(3)), rng.randint(1, 3)), False),
            "tokens": ((steps,), True),
        }[kind]

    def after(self, shape: Shape, layers: list[str], ids: bool = False) -> Shape | None:
        """The shape behind the layers, if they fit and nothing grows too large."""
        table = self.table_of(shape, layers)
        if table is None or table["total_parameters"] > MOST_PARAMETERS // 2 or _pools_padding(table["layers"]):
            return None
        # The data of the checks is of this size where the network takes any: windows have to fit.
        if None in shape and self.table_of(tuple(size or ANY_SIZE for size in shape), layers) is None:
            return None
        shapes = [tuple(layer["output_shape"]) for layer in table["layers"]]
        if any(math.prod(size or ANY_SIZE for size in each) > MOST_ELEMENTS for each in shapes):
            return None
        return shapes[-1]

    def table_of(self, shape: Shape, layers: list[str]) -> dict[str, Any] | None:
        text = "".join(self.macros) + f"network N {{ input: {_declared(shape)} layers: {' '.join(layers)} loss: mse }}"
        return _inspected(text, self.tally)

    # ---- layers ----

    def chain(self, shape: Shape, ids: bool, count: int, keep: bool = False, depth: int = 0) -> tuple[list[str], Shape]:
        start, layers, now = shape, [], shape
        if ids:
            mask = self.rng.choice(("", "", ", mask_zero=true"))
            layers = [f"Embedding({self.rng.randint(3, 20)}, {self.rng.randint(1, 6)}{mask})"]
            now = self.after(start, layers) or shape
        for _ in range(count):
            for _ in range(TRIES):
                item = self.item(now, keep, depth)
                reached = self.after(start, [*layers, *item])
                if reached is not None and (not keep or reached == now):
                    layers += item
                    now = reached
                    break
        return layers, now

    def item(self, shape: Shape, keep: bool, depth: int) -> list[str]:
        rng = self.rng
        chance = rng.random()
        if depth < 2 and chance < 0.08:
            return self.residual(shape, depth, keep)
        if depth < 2 and chance < 0.15:
            return self.fork(shape, depth)
        if depth == 0 and chance < 0.2:
            return self.macro(shape)
        if chance < 0.26:
            return [f"{keeping(rng, shape)} * {rng.randint(1, 3)}"]
        if keep or chance < 0.5:
            return [self.named(keeping(rng, shape))]
        return [self.named(changing(rng, shape))]

    def named(self, layer: str) -> str:
        if (
            self.rng.random() > 0.1
            or not layer.endswith(")")
            or layer.count("(") != 1
            or "," in layer.partition("(")[0]
        ):
            return layer
        self.names += 1
        return layer[:-1] + (", " if layer[-2] != "(" else "") + f'name="layer_{self.names}")'

    def residual(self, shape: Shape, depth: int, keep: bool) -> list[str]:
        # The checker takes unknown sizes for equal ones.
        keep = keep or None in shape or self.rng.random() < 0.7
        body, _ = self.chain(shape, False, self.rng.randint(1, 3), keep, depth + 1)
        return [f"ResidualConnection() {{ {' '.join(body)} }}"] if body else ["Identity()"]

    def fork(self, shape: Shape, depth: int) -> list[str]:
        """Paths that keep the shape, or of which the last changes the width, joined."""
        labels = [f"path_{depth}_{i}" for i in range(self.rng.choice((2, 2, 3)))]
        bodies = [self.chain(shape, False, self.rng.randint(0, 2), True, depth + 1)[0] for _ in labels]
        paths = " ".join(f"{label}: {{ {' '.join(body)} }}" for label, body in zip(labels, bodies, strict=True))
        return [f"{paths} {self.merge(len(labels))}"]

    def merge(self, count: int) -> str:
        pair = ("Subtract()",) if count == 2 else ()
        return self.rng.choice(("Add()", "Multiply()", "Average()", "Maximum()", "Minimum()", "Concatenate()", *pair))

    def macro(self, shape: Shape) -> list[str]:
        name = f"Block{len(self.macros) + 1}"
        body, _ = self.chain(shape, False, self.rng.randint(1, 3), True, depth=1)
        if not body:
            return ["Identity()"]
        if self.rng.random() < 0.5:
            self.macros.append(
                f"define {name}(rate, kind=relu) {{ {' '.join(body)} Dropout(rate) Activation(kind) }}\n"
            )
            kind = self.rng.choice(("", ", kind=tanh", ", gelu"))
            return [f"{name}({self.rng.choice(VALUES['rate'])}{kind})"]
        self.macros.append(f"define {name} {{ {' '.join(body)} }}\n")
        return [f"{name}()", f"{name}() * 2"][self.rng.random() < 0.3 :][:1]

    def joined(self, inputs: dict[str, tuple[Shape, bool]]) -> tuple[list[str], Shape]:
        """Each input's path ends in a vector of one width, or in a sequence of one width where two attend."""
        rng = self.rng
        width = rng.randint(2, 6)
        ends, shapes = [], []
        for name, (shape, ids) in inputs.items():
            layers, now = self.chain(shape, ids, rng.randint(0, 3))
            ends.append((name, layers, now))
            shapes.append(now)
        if len(ends) == 2 and all(len(shape) == 2 for shape in shapes):
            paths = [
                f"{name}: {{ {' '.join([*layers, f'TimeDistributed(Dense({width}))'])} }}" for name, layers, _ in ends
            ]
            layer = rng.choice(("Attention()", "AdditiveAttention()", "MultiHeadAttention(2, 3)", "Dot(axes=2)",
                                "TransformerDecoder(2, 8)"))  # fmt: skip
            lengths = shapes[1][0]
            return [*paths, layer], (shapes[0][0], lengths if layer.startswith("Dot") else width)
        paths = [
            f"{name}: {{ {' '.join([*layers, *self.to_vector(now), f'Dense({width})'])} }}"
            for name, layers, now in ends
        ]
        merge = self.merge(len(ends))
        more, shape = self.chain((width * len(ends) if merge == "Concatenate()" else width,), False, rng.randint(0, 3))
        return [*paths, merge, *more], shape

    def to_vector(self, shape: Shape) -> list[str]:
        if len(shape) == 1:
            return []
        if None in shape[:-1] or self.rng.random() < 0.5:
            if 2 <= len(shape) <= 4:
                return [f"Global{self.rng.choice(VALUES['kind'])}Pooling{len(shape) - 1}D()"]
        return ["Flatten()"]

    # ---- the end, and training ----

    def output(self, shape: Shape) -> list[str]:
        rng = self.rng
        end = [] if len(shape) == 2 and rng.random() < 0.25 else self.to_vector(shape)
        kind = rng.choice(("categorical", "categorical", "binary", "other", "other", "other"))
        options = rng.choice(("", "", "", ", use_bias=false", ", kernel_regularizer=l2(0.01)"))
        if kind == "categorical":
            loss = rng.choice(CATEGORICAL)
            top_k = f"{'sparse_' if loss.startswith('sparse') else ''}top_k_categorical_accuracy(k=2)"
            metrics = ["accuracy", top_k, loss]
            given = rng.choice(("", "", ", softmax"))
            output = f"Output({rng.randint(3, 8)}{given}{options})"
        elif kind == "binary":
            loss, metrics = rng.choice(BINARY), ["accuracy", "precision", "recall", "auc", "binary_accuracy", "mae"]
            given = rng.choice(("", "", ", sigmoid"))
            output = f"Output({rng.randint(1, 3)}{given}{options})"
        else:
            loss, activation = rng.choice(OTHER)
            metrics = ["mse", "mae", "mape", "huber", "log_cosh", "rmse"]
            output = f"Output({rng.randint(2, 5)}, {activation}{options})"
        self.training = [f"  loss: {loss}"]
        if rng.random() < 0.6:
            self.training.append(f"  metrics: [{', '.join(rng.sample(metrics, rng.randint(1, 2)))}]")
        if rng.random() < 0.9:
            optimizer = rng.choice(OPTIMIZERS).format(lr=rng.choice(RATES), o=rng.choice(OPTIMIZER_OPTIONS))
            self.training.append(f"  optimizer: {optimizer}")
        if rng.random() < 0.5:
            self.training.append(f"  train {{ {rng.choice(SETTINGS)} }}")
        return [*end, output]
