"""What the optimizers of generated PyTorch programs do with a sequence of gradients, against those of Keras."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # the arrays are tiny

STEPS = 24
TOLERANCE = 1e-5  # of the largest weight
SIZES = (7, 5)
Compiled = Callable[..., ModuleType]


@dataclass(frozen=True)
class Optimizer:
    name: str
    arguments: str = ""  # in the language and in Python alike
    tolerance: float = TOLERANCE

    def __str__(self) -> str:
        return f"{self.name}({self.arguments})"


PLAIN = [
    Optimizer("SGD"),
    Optimizer("SGD", "momentum=0.9"),
    Optimizer("SGD", "momentum=0.9, nesterov=True"),
    Optimizer("SGD", "use_ema=True"),
    Optimizer("RMSprop"),
    Optimizer("RMSprop", "rho=0.8, momentum=0.7, epsilon=1e-5"),
    Optimizer("RMSprop", "centered=True"),
    Optimizer("RMSprop", "centered=True, momentum=0.5"),
    Optimizer("Adagrad"),
    Optimizer("Adagrad", "initial_accumulator_value=0.0, epsilon=1e-6"),
    Optimizer("Adadelta"),
    Optimizer("Adadelta", "rho=0.8, epsilon=1e-5"),
    Optimizer("Adam"),
    Optimizer("Adam", "beta_1=0.8, beta_2=0.99, epsilon=1e-6, amsgrad=True"),
    Optimizer("AdamW"),
    Optimizer("AdamW", "weight_decay=0.1, amsgrad=True"),
    Optimizer("Adamax"),
    Optimizer("Adamax", "beta_1=0.8, beta_2=0.95, epsilon=1e-5"),
    Optimizer("Nadam"),
    Optimizer("Nadam", "beta_1=0.8, beta_2=0.95, epsilon=1e-5"),
    Optimizer("Lion"),
    Optimizer("Lion", "beta_1=0.8, beta_2=0.9"),
    Optimizer("Ftrl"),
    Optimizer("Ftrl", "learning_rate_power=-0.7, initial_accumulator_value=0.3, l1=0.02, l2=0.1, beta=0.2"),
]
SHARED = ["weight_decay=0.03", "clipnorm=0.5", "clipvalue=0.2", "global_clipnorm=0.7",
          "use_ema=True, ema_momentum=0.8, weight_decay=0.1"]  # fmt: skip
SCHEDULES = [
    "ExponentialDecay(0.05, 10, 0.5)",
    "CosineDecay(0.01, 15, alpha=0.1, warmup_target=0.05, warmup_steps=4)",
    "PiecewiseConstantDecay([5, 12], [0.05, 0.02, 0.001])",
]
MOST = {"SGD": "momentum=0.9, nesterov=True", "RMSprop": "momentum=0.5, centered=True"}  # of what each can hold
NAMES = list(dict.fromkeys(each.name for each in PLAIN))
CASES = [
    *PLAIN,
    *(Optimizer(name, options) for name in NAMES for options in SHARED),
    *(
        Optimizer(name, ", ".join(filter(None, [f"learning_rate={schedule}", MOST.get(name), "weight_decay=0.05"])))
        for name in NAMES
        for schedule in SCHEDULES
    ),
]


def gradients() -> list[list[np.ndarray]]:
    """Of a kernel and a bias, step by step: of the size of 1, tiny, and zero."""
    random = np.random.default_rng(0)
    steps = []
    for step in range(STEPS):
        kernel, bias = random.normal(size=SIZES), random.normal(size=SIZES[1:])
        kernel[:, 0] *= 1e-4
        kernel[:, 1] = 0
        kernel[:, 2] = kernel[:, 2] if step % 5 == 0 else 0
        steps.append([kernel.astype(np.float32), (bias * 3).astype(np.float32)])
    return steps


def weights() -> list[np.ndarray]:
    random = np.random.default_rng(1)
    return [random.normal(size=shape).astype(np.float32) for shape in (SIZES, SIZES[1:])]


def in_language(arguments: str) -> str:
    return arguments.replace("True", "true")


@pytest.fixture(scope="module")
def keras() -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")


def stepped_by_keras(keras: Any, optimizer: Optimizer) -> list[np.ndarray]:
    schedules = {name: getattr(keras.optimizers.schedules, name) for name in dir(keras.optimizers.schedules)}
    arguments = optimizer.arguments
    if optimizer.name == "Ftrl":
        arguments = arguments.replace("l1=", "l1_regularization_strength=").replace(
            "l2=", "l2_regularization_strength="
        )
    theirs = eval(f"cls({arguments})", {"cls": getattr(keras.optimizers, optimizer.name), **schedules})
    variables = [keras.Variable(array) for array in weights()]
    theirs.build(variables)
    import tensorflow as tf

    step = tf.function(lambda *grads: theirs.apply(list(grads), variables))
    for arrays in gradients():
        step(*map(tf.constant, arrays))
    if theirs.use_ema:
        theirs.finalize_variable_values(variables)
    return [np.asarray(variable) for variable in variables]


def stepped_by_program(program: ModuleType) -> list[np.ndarray]:
    """The trainer's own loop, with a loss whose gradients are the given ones."""
    model = program.create_model()
    kernel, bias = weights()
    with torch.no_grad():
        model.output.weight.copy_(torch.from_numpy(kernel.T))
        model.output.bias.copy_(torch.from_numpy(bias))
    trainer = program.create_trainer(model)
    given = iter(gradients())

    def loss_with_gradients(*_: Any) -> torch.Tensor:
        of_kernel, of_bias = map(torch.from_numpy, next(given))
        return (model.output.weight * of_kernel.T).sum() + (model.output.bias * of_bias).sum()

    program.compute_loss = loss_with_gradients
    x, y = np.zeros((STEPS, SIZES[0]), np.float32), np.zeros((STEPS, SIZES[1]), np.float32)
    trainer.fit(x, y, epochs=1, batch_size=1, shuffle=False)
    return [model.output.weight.detach().numpy().T, model.output.bias.detach().numpy()]


def program_with(compiler: Any, optimizer: Optimizer, *options: str) -> ModuleType:
    source = f"""network N {{
  input: ({SIZES[0]})
  layers: Output({SIZES[1]})
  loss: mse
  optimizer: {optimizer.name}({in_language(optimizer.arguments)})
}}"""
    return compiler.module(source, *options, backend="pytorch")


def distance(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    """The largest difference, relative to the largest weight of its tensor."""
    return max(np.abs(a - b).max() / max(np.abs(b).max(), 1e-6) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("optimizer", CASES, ids=str)
def test_an_optimizer_is_that_of_keras(compiler: Any, keras: ModuleType, optimizer: Optimizer) -> None:
    ours = stepped_by_program(program_with(compiler, optimizer, "--strict"))
    assert distance(ours, stepped_by_keras(keras, optimizer)) <= optimizer.tolerance


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_adam_of_pytorch_is_near(compiler: Any, keras: ModuleType, name: str) -> None:
    """Its epsilon counts for more where a gradient is tiny: a share of some of the first steps."""
    optimizer = Optimizer(name)
    ours = stepped_by_program(program_with(compiler, optimizer))
    assert TOLERANCE < distance(ours, stepped_by_keras(keras, optimizer)) < 1e-3


@pytest.mark.parametrize("options", ["clipnorm=0.5", "global_clipnorm=0.7"])
def test_clipping_of_pytorch_is_near(compiler: Any, keras: ModuleType, options: str) -> None:
    optimizer = Optimizer("SGD", options)
    ours = stepped_by_program(program_with(compiler, optimizer))
    assert distance(ours, stepped_by_keras(keras, optimizer)) < 1e-5


EVERY_SCHEDULE = [
    "ExponentialDecay(0.1, 7, 0.5)",
    "ExponentialDecay(0.1, 7, 0.5, staircase=True)",
    "InverseTimeDecay(0.1, 7, 0.5)",
    "InverseTimeDecay(0.1, 7, 0.5, staircase=True)",
    "PolynomialDecay(0.1, 20)",
    "PolynomialDecay(0.1, 20, end_learning_rate=0.01, power=0.5)",
    "PolynomialDecay(0.1, 20, power=2.0, cycle=True)",
    "PiecewiseConstantDecay([3, 9, 20], [0.5, 0.3, 0.2, 0.1])",
    "PiecewiseConstantDecay([7], [0.5, 0.3])",
    "CosineDecay(0.1, 20)",
    "CosineDecay(0.1, 20, alpha=0.2, warmup_target=0.5, warmup_steps=8)",
    "CosineDecay(0.1, 20, warmup_target=0.5)",
    "CosineDecay(0.1, 20, warmup_steps=5)",
    "CosineDecayRestarts(0.1, 7)",
    "CosineDecayRestarts(0.1, 7, t_mul=1.5, m_mul=0.9, alpha=0.1)",
    "CosineDecayRestarts(0.1, 7, t_mul=1.0, m_mul=0.9)",
]


@pytest.mark.parametrize("schedule", [*EVERY_SCHEDULE, "StepDecay(0.1, 7, 0.5)"])
def test_a_schedule_is_that_of_keras(compiler: Any, keras: ModuleType, schedule: str) -> None:
    program = program_with(compiler, Optimizer("SGD", f"learning_rate={schedule}"))
    schedules = {name: getattr(keras.optimizers.schedules, name) for name in dir(keras.optimizers.schedules)}
    schedules["StepDecay"] = lambda *arguments: schedules["ExponentialDecay"](*arguments, staircase=True)
    theirs = eval(schedule, schedules)
    for step in (*range(40), 100, 1000):
        assert program.learning_rate(step) == pytest.approx(float(theirs(step)), rel=1e-5, abs=1e-8), step
