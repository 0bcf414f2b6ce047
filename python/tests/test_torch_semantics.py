"""`--semantics torch` against torch itself: how its own modules begin, and what its own optimizers are given."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
from generated import module_of

import neural

pytestmark = pytest.mark.frameworks

NETWORK = """network Defaults {{
  input: {input}
  layers:
    {layers}
    Output(64)
  loss: mse
  optimizer: {optimizer}
}}
"""


def program_of(layers: str, shape: str, optimizer: str = "Adam") -> ModuleType:
    source = NETWORK.format(layers=layers, input=shape, optimizer=optimizer)
    return module_of(neural.compile(source, backend="pytorch", semantics="torch"))


def modules_of(model: Any) -> list[Any]:
    return [module for module in model.modules() if not list(module.children()) and list(module.parameters())]


@pytest.mark.parametrize(
    ("layers", "shape", "make"),
    [
        ("Dense(300)", "(200)", lambda nn: nn.Linear(200, 300)),
        ("Conv2D(64, (3, 5), groups=2)", "(9, 9, 32)", lambda nn: nn.Conv2d(32, 64, (3, 5), groups=2)),
        ("Conv1DTranspose(48, 7)", "(9, 96)", lambda nn: nn.ConvTranspose1d(96, 48, 7)),
        ("DepthwiseConv2D(5)", "(9, 9, 128)", lambda nn: nn.Conv2d(128, 128, 5, groups=128)),
        ("Embedding(100, 80)", "(9)", lambda nn: nn.Embedding(100, 80)),
        ("LSTM(70)", "(9, 40)", lambda nn: nn.LSTM(40, 70)),
        ("GRU(70)", "(9, 40)", lambda nn: nn.GRU(40, 70)),
        ("PReLU()", "(9, 40)", lambda nn: nn.PReLU()),
        ("BatchNormalization()", "(40)", lambda nn: nn.BatchNorm1d(40)),
        ("LayerNormalization()", "(40)", lambda nn: nn.LayerNorm(40)),
    ],
)
def test_layers_begin_as_torch_s_own(layers: str, shape: str, make: Any) -> None:
    """The largest of many uniform numbers tells their bound; of normal ones the deviation does."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    ours, theirs = modules_of(program_of(layers, shape).create_model())[0], make(torch.nn)
    for name in ("eps", "momentum"):
        assert getattr(ours, name, None) == getattr(theirs, name, None)
    theirs_by_name = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        if not parameter.requires_grad:  # the second bias of a recurrent layer, which Keras has not
            continue
        expected = theirs_by_name[name].detach()
        assert parameter.numel() == expected.numel()
        if parameter.numel() > 1 and parameter.ndim > 1:
            assert float(parameter.detach().std()) == pytest.approx(float(expected.std()), rel=0.05), name
        assert float(parameter.detach().abs().max()) == pytest.approx(float(expected.abs().max()), rel=0.25), name


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam"])
def test_optimizers_get_torch_s_numbers(name: str) -> None:
    torch = pytest.importorskip("torch")
    defaults = inspect.signature({"Nadam": torch.optim.NAdam}.get(name, getattr(torch.optim, name, None))).parameters
    program = program_of("Dense(4)", "(3)", name)
    group = program.create_trainer(program.create_model()).optimizer.param_groups[0]
    for ours, theirs in {
        "lr": "lr",
        "eps": "eps",
        "rho": "rho" if name == "Adadelta" else "alpha",
        "betas": "betas",
    }.items():
        if ours in group and theirs in defaults:
            assert group[ours] == pytest.approx(defaults[theirs].default), ours
    if name == "AdamW":
        assert group["weight_decay"] == defaults["weight_decay"].default
