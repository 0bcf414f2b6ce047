"""Generated PyTorch programs, run: levels give the same bits, the text is clean, and the surface holds."""

from __future__ import annotations

import ast
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from neural.benchmarks.process import find_executable

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # the arrays are tiny


def network(shape: tuple[int, ...], layers: str, rest: str = "loss: scce") -> str:
    return f"network Tested {{\n  input: ({', '.join(map(str, shape))})\n  layers:\n{layers}\n  {rest}\n}}\n"


def random_data(shape: tuple[int, ...], rows: int, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.normal(size=(rows, *shape)).astype(np.float32), generator.integers(0, classes, rows)


@pytest.fixture
def compiled(compiler: Any) -> Callable[..., ModuleType]:
    return lambda source, *options: compiler.module(source, *options, backend="pytorch")


# ---- the levels ----

LEVELS = {
    "mlp": network((6, 6, 1), 'Flatten()\nDense(16, "relu")\nDropout(0.3)\nOutput(3)'),
    "cnn": network((8, 8, 2), 'Conv2D(4, 3, activation="relu")\nMaxPooling2D(2)\nFlatten()\nDropout(0.5)\nOutput(3)'),
    "normalised": network((7,), 'Dense(8)\nBatchNormalization()\nReLU()\nOutput(3, "softmax")'),
    "rmsprop": network(
        (7,), "Output(3)", "loss: scce\noptimizer: RMSprop(momentum=0.5, clipnorm=1, weight_decay=0.01)"
    ),
    "one_hot": network((7,), "Output(3)", "loss: categorical_crossentropy(label_smoothing=0.1)\noptimizer: SGD(0.1)"),
    "scheduled": network(
        (7,),
        "Dropout(0.2, seed=3)\nOutput(3)",
        "loss: scce\noptimizer: SGD(CosineDecayRestarts(0.1, 50, m_mul=0.9), 0.9, true, weight_decay=0.01)",
    ),
    "averaged": network(
        (7,),
        "Output(3)",
        "loss: scce\nmetrics: [auc, f1, precision, recall]\noptimizer: Ftrl(0.1, use_ema=true, global_clipnorm=1)",
    ),
    "penalised": network(
        (7,),
        "Dense(4, activity_regularizer=l1, kernel_regularizer=l2, kernel_constraint=max_norm)\nL2()\n"
        "Output(3, kernel_regularizer=l1_l2, bias_regularizer=l2, bias_constraint=non_neg)",
        "loss: scce\noptimizer: Adamax(0.01)",
    ),
    "mixed": network((7,), "Dense(8)\nOutput(3)", "loss: scce\noptimizer: Lion\ntrain { mixed_precision: true }"),
}


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("name", LEVELS)
def test_levels_give_the_same_bits_over_200_steps(
    compiled: Callable[..., ModuleType], name: str, shuffle: bool
) -> None:
    results = []
    for level in ("-O0", "-O1"):
        program = compiled(LEVELS[name], level)
        assert level == f"-{program.LEVEL}"
        x, y = random_data(program.INPUT_SHAPE, rows=75)
        torch.manual_seed(1)
        model = program.create_model()
        trainer = program.create_trainer(model)
        losses = [loss for _ in range(5) for loss in trainer.fit(x, y, epochs=4, batch_size=8, shuffle=shuffle)]
        results.append((losses, [value.clone() for value in model.state_dict().values()]))
    (losses, state), (other_losses, other_state) = results
    assert losses == other_losses
    assert losses[-1] != losses[0]
    for tensor, other in zip(state, other_state, strict=True):
        assert torch.equal(tensor, other)


def test_a_layer_with_a_seed_draws_apart_from_all_others(compiled: Callable[..., ModuleType]) -> None:
    program = compiled(network((50,), 'Dropout(0.5, seed=3, name="own")\nDropout(0.5)\nOutput(3)'))
    x = torch.ones(2, 50)

    def masks(draws_between: int) -> list[torch.Tensor]:
        layer = program.create_model().cpu().train().own
        drawn = []
        for _ in range(3):
            drawn.append(layer(x))
            torch.rand(draws_between)
        return drawn

    first, second = masks(0), masks(5)
    assert all(map(torch.equal, first, second))
    assert not torch.equal(first[0], first[1])
    torch.manual_seed(1)
    expected = torch.rand(4)
    layer = program.create_model().cpu().train().own
    torch.manual_seed(1)
    layer(x)
    assert torch.equal(torch.rand(4), expected)


def test_models_can_be_pickled_and_compute_the_same(
    compiled: Callable[..., ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = [str(find_executable()), "explain", "--list", "activations"]
    told = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    names = [line.split()[0] for line in told.splitlines() if line.strip()]
    assert len(names) > 20
    layers = "\n".join(
        f'of_{name}: {{ TransformerEncoder(2, 8, activation="{name}")\n'
        f'LSTM(6, activation="{name}", recurrent_activation="{name}") }}'
        for name in names
    )
    program = compiled(network((1, 6), f"{layers}\nConcatenate()\nDense(64)\nOutput(3)"))
    monkeypatch.setitem(sys.modules, program.__name__, program)  # where pickle looks for the classes
    model = program.create_model().cpu().eval()
    x = torch.randn(2, 1, 6)
    assert model(x).isfinite().all()
    assert torch.equal(pickle.loads(pickle.dumps(model))(x), model(x))


# ---- the text ----


@pytest.fixture(scope="module")
def programs(compiler: Any) -> list[Path]:
    """Programs of many kinds at both levels."""
    long_name = "a_layer_with_a_name_that_is_so_long_that_lines_must_break"
    sources = [
        *LEVELS.values(),
        network((9,), "\n".join(f'Dense(4, name="{long_name}_{i}")' for i in range(4)) + "\nOutput(1)", "loss: mse"),
        network(
            (9, 9, 3),
            'Conv2D(4, (2, 3), strides=2, padding="same", kernel_initializer="he_normal")\nBatchNormalization()\n'
            'AveragePooling2D(2, strides=1, padding="same")\nReLU(4, 0.1, 0.5)\nGlobalAveragePooling2D()\n'
            "Reshape((2, 2))\nDropout(0.5, noise_shape=(1, 2))\nOutput(1)",
            "loss: bce(label_smoothing=0.1)\noptimizer: SGD(0.1, 0.9, weight_decay=0.01, clipvalue=1)\n"
            'train { dataset: "mnist" validation_split: 0.2 shuffle: false save_path: "it\'s \\"quoted\\".pt" }\n'
            'execution { device: "cpu" }',
        ),
        network(
            (4, 6, 6, 3),
            "TimeDistributed(DepthwiseConv2D(3, depthwise_initializer=orthogonal))\nReshape((4, 48))\n"
            "GRU(5, kernel_initializer=identity, return_sequences=true)\n"
            "LSTM(5, bias_initializer=he_normal, return_sequences=true)\n"
            "TransformerEncoder(5, 8, activation=softmax)\nMultiHeadAttention(2, kernel_initializer=orthogonal)\n"
            "Flatten()\nOutput(3)",
        ),
        network((9,), "Output(3)") + "\nresearch Paper { metrics { acc: 0.9 error: 0.1 } }",
    ]
    return [compiler.path(source, level, backend="pytorch") for source in sources for level in ("-O0", "-O1")]


def run_tool(*command: str) -> None:
    result = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_programs_are_formatted_and_free_of_lint(programs: list[Path]) -> None:
    run_tool("ruff", "format", "--isolated", "--line-length", "120", "--diff", *map(str, programs))
    rules = "E,F,I,B,UP,N,RUF"
    run_tool("ruff", "check", "--isolated", "--line-length", "120", "--select", rules, *map(str, programs))


@pytest.mark.slow
def test_programs_type_check(programs: list[Path], tmp_path: Path) -> None:
    run_tool("mypy", "--ignore-missing-imports", "--cache-dir", str(tmp_path), *map(str, programs))


# ---- the surface ----


def test_hostile_names_are_inert(compiler: Any) -> None:
    attack = '\\"\\"\\"\\nimport os\\nos.abort()\\n\\"\\"\\"'
    layers = "\n".join(
        f'Dense(4, name="{name}")'
        for name in (attack, "__import__('os').abort()", "forward", "class", "\u00e9\u2028", "x" * 255)
    )
    rest = f'loss: scce\ntrain {{ save_path: "{attack}.pt" dataset: "{attack}" }}'
    name = 'a\'"""; import os; os.abort() #\nos.abort()\\.neural'
    path = compiler.path(network((4,), layers + "\nOutput(2)", rest), backend="pytorch", name=name)
    text = path.read_text()
    assert text.isascii()
    imported = {
        alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for alias in node.names
    }
    assert imported == {"argparse", "json", "math", "os", "time", "zipfile", "zlib", "numpy", "torch"}
    program = compiler.load(path)
    assert program.SAVE_PATH == '"""\nimport os\nos.abort()\n""".pt'
    assert program.predict(program.create_model(), np.zeros((3, 4), np.float32)).shape == (3, 2)


def test_arrays_of_the_wrong_form_are_refused(compiled: Callable[..., ModuleType]) -> None:
    program = compiled(LEVELS["mlp"])
    x, y = random_data((6, 6, 1), 5)
    trainer = program.create_trainer(program.create_model())
    for wrong_x, wrong_y, message in (
        (x[:, :5], y, r"float32 images \[n, 6, 6, 1\], got float32 \[5, 5, 6, 1\]"),
        (x.astype(np.float64), y, "got float64"),
        (x, y[:4], r"int64 classes \[5\], got int64 \[4\]"),
        (x, y + 1, "classes from 0 to 2, got 1 to 3"),
    ):
        with pytest.raises(ValueError, match=message):
            trainer.fit(wrong_x, wrong_y, epochs=1, batch_size=5)


def test_class_numbers_become_one_hot_rows(compiled: Callable[..., ModuleType]) -> None:
    program = compiled(LEVELS["one_hot"])
    x, y = random_data((7,), 5)
    model = program.create_model()
    assert program.evaluate(model, x, y) == program.evaluate(model, x, np.eye(3, dtype=np.float32)[y])
    with pytest.raises(ValueError, match="a row without one"):
        program.evaluate(model, x, y + 1)


def write_idx(path: Path, array: np.ndarray) -> None:
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes())


def test_the_command_line_trains_on_both_kinds_of_data(compiler: Any, tmp_path: Path) -> None:
    layers = 'Flatten()\nDense(8, "relu")\nOutput(3)'
    rest = 'loss: scce\ntrain { dataset: "mnist" epochs: 2 validation_split: 0.25 seed: 1 save_path: "out/weights.pt" }'
    program = compiler.path(network((5, 4, 1), layers, rest), backend="pytorch")
    images = np.random.default_rng(0).integers(0, 256, (80, 5, 4), dtype=np.uint8)
    classes = (images[:, 0, 0] // 86).astype(np.uint8)
    np.savez(tmp_path / "data.npz", x_train=images, y_train=classes, x_test=images[:9], y_test=classes[:9])
    folder = tmp_path / "mnist"
    folder.mkdir()
    for part, rows in (("train", slice(None)), ("t10k", slice(9))):
        write_idx(folder / f"{part}-images-idx3-ubyte", images[rows])
        write_idx(folder / f"{part}-labels-idx1-ubyte", classes[rows])

    def run(*arguments: str, **environment: str) -> str:
        command = [sys.executable, str(program), *arguments]
        variables = os.environ | {"CUDA_VISIBLE_DEVICES": ""} | environment
        return subprocess.run(command, cwd=tmp_path, env=variables, check=True, capture_output=True, text=True).stdout

    def results(output: str) -> list[str]:
        return [" ".join(word for word in line.split()[:4]) for line in output.splitlines()]

    from_npz = run("--data", str(tmp_path / "data.npz"))
    assert [line.split()[0] for line in from_npz.splitlines()] == ["epoch", "validation", "epoch", "validation", "test"]
    assert (tmp_path / "out" / "weights.pt").exists()
    assert results(run(NEURAL_DATA=str(tmp_path))) == results(from_npz)
