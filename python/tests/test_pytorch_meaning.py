"""Generated PyTorch programs mean what Keras means: equal weights give equal numbers."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks
torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # the arrays are tiny

Compiled = Callable[..., ModuleType]


def network(shape: tuple[int, ...], layers: str, rest: str = "loss: scce") -> str:
    return f"network Tested {{\n  input: ({', '.join(map(str, shape))})\n  layers:\n{layers}\n  {rest}\n}}\n"


def random_data(shape: tuple[int, ...], rows: int, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    return generator.normal(size=(rows, *shape)).astype(np.float32), generator.integers(0, classes, rows)


@pytest.fixture
def compiled(compiler: Any) -> Compiled:
    return lambda source, *options: compiler.module(source, *options, backend="pytorch")


@pytest.fixture(scope="module")
def keras() -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")


def copy_weights(keras_model: Any, model: torch.nn.Module, image: tuple[int, int, int] | None = None) -> None:
    """In the order of creation. `image` is the (height, width, channels) that the first dense layer sees flattened."""
    modules = [module for module in model.modules() if not list(module.children()) and module.state_dict()]
    layers = [layer for layer in keras_model.layers if layer.weights]
    for layer, module in zip(layers, modules, strict=True):
        arrays = {weight.name: weight.numpy() for weight in layer.weights}
        state = {}
        if "kernel" in arrays:
            kernel = arrays["kernel"]
            if kernel.ndim == 4:
                kernel = kernel.transpose(3, 2, 0, 1)
            elif image:
                kernel = kernel.reshape(*image, -1).transpose(3, 2, 0, 1).reshape(kernel.shape[1], -1)
                image = None
            else:
                kernel = kernel.T
            state["weight"] = kernel
        names = {"bias": "bias", "gamma": "weight", "beta": "bias"}
        names |= {"moving_mean": "running_mean", "moving_variance": "running_var"}
        state |= {names[name]: value for name, value in arrays.items() if name in names}
        if "num_batches_tracked" in module.state_dict():
            state["num_batches_tracked"] = np.array(0)
        module.load_state_dict({name: torch.tensor(np.ascontiguousarray(value)) for name, value in state.items()})


def scrambled(keras_model: Any) -> None:
    """Weights without symmetry or zeros; variances stay positive."""
    generator = np.random.default_rng(3)
    for weight in keras_model.weights:
        value = generator.normal(scale=0.4, size=weight.shape)
        weight.assign(np.abs(value) + 0.5 if "variance" in weight.name else value)


CASES: dict[str, tuple[tuple[int, ...], str, str, tuple[int, int, int] | None]] = {
    # name: (input, layers in the language, the same for Keras, image before the first dense layer)
    "dense": ((5,), 'Dense(7, "tanh", use_bias=false)', "Dense(7, 'tanh', use_bias=False)", None),
    "dense on rows": ((4, 6), "Reshape((2, 3, 4))\nReshape((6, 4))\nDense(5)\nFlatten()",
                      "Reshape((2, 3, 4)), Reshape((6, 4)), Dense(5), Flatten()", None),
    "flatten after convolution": ((6, 5, 2), "Conv2D(3, 2)\nFlatten()\nDropout(0.5)\nDense(4, \"elu\")",
                                  "Conv2D(3, 2), Flatten(), Dense(4, 'elu')", (5, 4, 3)),
    "visible flatten": ((6, 5, 2), "Conv2D(3, 2)\nFlatten()\nReshape((12, 5))\nSoftmax(1)\nFlatten()",
                        "Conv2D(3, 2), Flatten(), Reshape((12, 5)), Softmax(1), Flatten()", None),
    "reshape of an image": ((4, 4, 2), "Conv2D(6, 1)\nReshape((8, 4, 3))\nConv2D(2, 3)\nReshape((24,))",
                            "Conv2D(6, 1), Reshape((8, 4, 3)), Conv2D(2, 3), Reshape((24,))", None),
    "channels first": ((3, 8, 6), 'Conv2D(4, 3, data_format="channels_first")\nReLU()\n'
                       'Flatten(data_format="channels_first")\nDense(3)',
                       "Permute((2, 3, 1)), Conv2D(4, 3), ReLU(), Flatten(), Dense(3)", (6, 4, 4)),
    "grouped convolution": ((6, 6, 4), "Conv2D(8, 3, groups=2)\nFlatten()\nSoftmax()",
                            "Conv2D(8, 3, groups=2), Flatten(), Softmax()", None),
    "softmax over channels": ((5, 5, 2), 'Conv2D(4, 2, activation="softmax")\nSoftmax(1)\nGlobalAveragePooling2D()',
                              "Conv2D(4, 2, activation='softmax'), Softmax(1), GlobalAveragePooling2D()", None),
    "global pooling": ((5, 5, 3), "GlobalAveragePooling2D()\nDense(2)", "GlobalAveragePooling2D(), Dense(2)", None),
    "global pooling, kept axes": ((5, 5, 3), "Conv2D(4, 2)\nGlobalAveragePooling2D(keepdims=true)\n"
                                  "Conv2D(2, 1)\nFlatten()",
                                  "Conv2D(4, 2), GlobalAveragePooling2D(keepdims=True), Conv2D(2, 1), Flatten()", None),
    "relu": ((9,), "ReLU()", "ReLU()", None),
    "relu, all of it": ((9,), "ReLU(1.5, 0.1, 0.4)", "ReLU(1.5, 0.1, 0.4)", None),
    "relu, limit": ((9,), "ReLU(max_value=0.7)", "ReLU(0.7)", None),
    "relu, slope": ((9,), "ReLU(negative_slope=0.3)", "ReLU(None, 0.3)", None),
    "relu, limit and slope": ((9,), "ReLU(0.5, 0.3)", "ReLU(0.5, 0.3)", None),
    "relu, threshold": ((9,), "ReLU(threshold=0.5)", "ReLU(threshold=0.5)", None),
    "normalisation": ((6,), "Dense(5)\nBatchNormalization(epsilon=0.01)",
                      "Dense(5), BatchNormalization(epsilon=0.01)", None),
    "normalisation of an image": ((6, 5, 3), "Conv2D(4, 2)\nBatchNormalization()\nFlatten()\nSoftmax()",
                                  "Conv2D(4, 2), BatchNormalization(), Flatten(), Softmax()", None),
    "normalisation of rows": ((4, 6), "Reshape((6, 4))\nBatchNormalization(axis=2, scale=false)\nFlatten()",
                              "Reshape((6, 4)), BatchNormalization(axis=2, scale=False), Flatten()", None),
    "normalisation over height": ((4, 6, 3), "BatchNormalization(axis=1, center=false)\nFlatten()",
                                  "BatchNormalization(axis=1, center=False), Flatten()", None),
    "normalisation over width": ((4, 6, 3), "Conv2D(2, 1)\nBatchNormalization(axis=2)\nFlatten()\nSoftmax()",
                                 "Conv2D(2, 1), BatchNormalization(axis=2), Flatten(), Softmax()", None),
}  # fmt: skip


def keras_network(keras: ModuleType, shape: tuple[int, ...], layers: str) -> Any:
    model = keras.Sequential([keras.Input(shape), *eval(f"[{layers}]", vars(keras.layers).copy())])
    scrambled(model)
    return model


def assert_same_predictions(
    program: ModuleType, keras_model: Any, image: tuple[int, int, int] | None = None
) -> torch.nn.Module:
    model = program.create_model()
    copy_weights(keras_model, model, image)
    x, _ = random_data(program.INPUT_SHAPE, rows=4)
    expected = np.asarray(keras_model(x, training=False))
    got = program.predict(model, x)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)
    return model


@pytest.mark.parametrize("name", CASES)
def test_layers_give_what_keras_gives(compiled: Compiled, keras: ModuleType, name: str) -> None:
    shape, layers, keras_layers, image = CASES[name]
    program = compiled(network(shape, layers, "loss: mse"))
    assert_same_predictions(program, keras_network(keras, shape, keras_layers), image)


ACTIVATIONS = (
    "linear relu relu6 leaky_relu elu selu celu gelu silu hard_silu mish sigmoid hard_sigmoid log_sigmoid tanh "
    "hard_tanh softmax log_softmax softplus softsign exponential"
).split()


def test_activations_give_what_keras_gives(compiled: Compiled, keras: ModuleType) -> None:
    x = np.linspace(-8, 8, 60, dtype=np.float32).reshape(10, 6)
    for activation in ACTIVATIONS:
        program = compiled(network((6,), f'Activation("{activation}")', "loss: mse"))
        expected = np.asarray(keras.activations.get(activation)(x))
        got = program.predict(program.create_model(), x)
        np.testing.assert_allclose(got, expected, rtol=2e-5, atol=2e-6, err_msg=activation)


def test_activations_take_their_alpha(compiled: Compiled) -> None:
    x = np.array([[-1.0, 2.0]], np.float32)
    for activation, expected in (("leaky_relu", -0.3), ("elu", 0.3 * np.expm1(-1)), ("celu", 0.3 * np.expm1(-1 / 0.3))):
        program = compiled(network((2,), f'Activation("{activation}", alpha=0.3)', "loss: mse"))
        np.testing.assert_allclose(program.predict(program.create_model(), x), [[expected, 2.0]], rtol=1e-6)


WINDOWS = [(size, stride, n) for size in (1, 2, 3, 4, 5) for stride in (1, 2, 3) for n in (7, 8)]


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_convolutions_place_their_windows_as_keras_does(compiled: Compiled, keras: ModuleType, padding: str) -> None:
    for size, stride, n in WINDOWS:
        for dilation in (1, 2) if stride == 1 else (1,):
            if padding == "valid" and (size - 1) * dilation + 1 > n:
                continue
            arguments = f"strides={stride}, padding='{padding}', dilation_rate={dilation}"
            layer = f"Conv2D(2, ({size}, 3), {arguments})"
            program = compiled(network((n, 9, 1), f"{layer}\nFlatten()\nSoftmax()", "loss: mse"))
            keras_model = keras_network(keras, (n, 9, 1), f"{layer}, Flatten(), Softmax()")
            assert_same_predictions(program, keras_model)


@pytest.mark.parametrize("kind", ["MaxPooling2D", "AveragePooling2D"])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_poolings_place_their_windows_as_keras_does(
    compiled: Compiled, keras: ModuleType, padding: str, kind: str
) -> None:
    for size, stride, n in WINDOWS:
        layer = f"{kind}(({size}, 2), strides=({stride}, 2), padding='{padding}')"
        program = compiled(network((n, 5, 2), f"{layer}\nFlatten()", "loss: mse"))
        assert_same_predictions(program, keras_network(keras, (n, 5, 2), f"{layer}, Flatten()"))


@pytest.mark.parametrize("loss", [
    "scce", "scce(reduction=sum)", "categorical_crossentropy", "categorical_crossentropy(label_smoothing=0.2)", "bce",
    "bce(label_smoothing=0.2)", "bce(reduction=sum)", "mse", "mse(reduction=sum)",
])  # fmt: skip
@pytest.mark.parametrize("activation", ["", "linear", "sigmoid", "softmax"])
def test_losses_give_what_keras_gives(compiled: Compiled, keras: ModuleType, loss: str, activation: str) -> None:
    kind, _, parameters = loss.partition("(")
    names = {"scce": "SparseCategoricalCrossentropy", "bce": "BinaryCrossentropy", "mse": "MeanSquaredError"}
    arguments = dict(part.split("=") for part in parameters.rstrip(")").split(",") if part)
    if "label_smoothing" in arguments:
        arguments["label_smoothing"] = float(arguments["label_smoothing"])
    default = {"scce": "softmax", "categorical_crossentropy": "softmax", "bce": "sigmoid", "mse": "linear"}[kind]
    keras_loss = getattr(keras.losses, names.get(kind, "CategoricalCrossentropy"))(**arguments)
    if kind != "mse":
        keras_loss._fn_kwargs["from_logits"] = (activation or default) != default  # what comes out is taken for logits

    program = compiled(network((5,), f"Output(3{f', {activation!r}' if activation else ''})", f"loss: {loss}"))
    keras_model = keras_network(keras, (5,), f"Dense(3, {activation or default!r})")
    model = assert_same_predictions(program, keras_model)
    x, y = random_data((5,), rows=6)
    targets = y if kind == "scce" else np.eye(3, dtype=np.float32)[y]
    expected = float(keras_loss(targets, np.asarray(keras_model(x))))
    assert program.evaluate(model, x, targets)["loss"] == pytest.approx(expected, rel=2e-5)


OPTIMIZERS = {
    "SGD(0.1)": "SGD(0.1)",
    "SGD(0.1, weight_decay=0.1)": "SGD(0.1, weight_decay=0.1)",
    "SGD(0.1, 0.9)": "SGD(0.1, 0.9)",
    "SGD(0.1, 0.9, true, weight_decay=0.1)": "SGD(0.1, 0.9, True, weight_decay=0.1)",
    "Adam(0.01)": "Adam(0.01)",
    "Adam(0.01, amsgrad=true, weight_decay=0.1)": "Adam(0.01, amsgrad=True, weight_decay=0.1)",
    "AdamW(0.01)": "AdamW(0.01)",
    "RMSprop(0.01)": "RMSprop(0.01)",
    "RMSprop(0.01, momentum=0.5, centered=true)": "RMSprop(0.01, momentum=0.5, centered=True)",
    "RMSprop(0.01, weight_decay=0.1)": "RMSprop(0.01, weight_decay=0.1)",
    "SGD(0.5, clipnorm=0.05)": "SGD(0.5, clipnorm=0.05)",
    "SGD(0.5, clipvalue=0.02)": "SGD(0.5, clipvalue=0.02)",
    "SGD(0.5, global_clipnorm=0.05)": "SGD(0.5, global_clipnorm=0.05)",
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers_take_the_steps_of_keras(compiled: Compiled, keras: ModuleType, optimizer: str) -> None:
    program = compiled(network((5,), 'Dense(4, "tanh")\nOutput(2)', f"loss: mse\noptimizer: {optimizer}"))
    keras_model = keras_network(keras, (5,), "Dense(4, 'tanh'), Dense(2)")
    model = program.create_model()
    copy_weights(keras_model, model)
    x, _ = random_data((5,), rows=16)
    y = random_data((2,), rows=16)[0]

    keras_optimizer = eval(OPTIMIZERS[optimizer], vars(keras.optimizers).copy())
    keras_model.compile(keras_optimizer, "mse", run_eagerly=True)
    losses = [float(keras_model.train_on_batch(x, y)) for _ in range(10)]
    trainer = program.create_trainer(model)
    got = [trainer.fit(x, y, epochs=1, batch_size=16, shuffle=False)[0] for _ in range(10)]
    np.testing.assert_allclose(got, losses, rtol=1e-4)
    assert got[-1] < got[0]
    tolerance = 2e-4 if "Adam" in optimizer else 1e-5  # PyTorch's Adam adds epsilon in another place
    for layer, module in zip(keras_model.layers, model.children(), strict=True):
        np.testing.assert_allclose(module.weight.detach().numpy().T, layer.kernel.numpy(), rtol=1e-4, atol=tolerance)
        np.testing.assert_allclose(module.bias.detach().numpy(), layer.bias.numpy(), rtol=1e-4, atol=tolerance)


def test_batch_normalisation_collects_what_keras_collects(compiled: Compiled, keras: ModuleType) -> None:
    rest = "loss: mse\noptimizer: SGD(1e-9)\ntrain { batch_size: 4 }"
    program = compiled(network((3, 2, 2), "BatchNormalization(momentum=0.8)\nFlatten()\nBatchNormalization()", rest))
    keras_model = keras_network(keras, (3, 2, 2), "BatchNormalization(momentum=0.8), Flatten(), BatchNormalization()")
    model = program.create_model()
    copy_weights(keras_model, model)
    x, _ = random_data((3, 2, 2), rows=9)  # the last batch has one row
    for begin in range(0, 9, 4):
        keras_model(x[begin : begin + 4], training=True)
    program.create_trainer(model).fit(x, np.zeros((9, 12), np.float32), epochs=1, batch_size=4, shuffle=False)
    layers = [layer for layer in keras_model.layers if layer.weights]
    modules = [module for module in model.modules() if hasattr(module, "running_var")]
    for layer, module in zip(layers, modules, strict=True):
        np.testing.assert_allclose(module.running_mean.numpy(), layer.moving_mean.numpy(), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(module.running_var.numpy(), layer.moving_variance.numpy(), rtol=1e-4, atol=1e-6)


def test_frozen_layers_keep_weights_and_statistics(compiled: Compiled) -> None:
    layers = "Dense(4, trainable=false)\nBatchNormalization(trainable=false)\nOutput(2)"
    program = compiled(network((3,), layers, "loss: mse\noptimizer: AdamW(0.1)"))
    model = program.create_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    program.create_trainer(model).fit(*(random_data((3,), 8)[0], random_data((2,), 8)[0]), epochs=3, batch_size=4)
    changed = {name.split(".")[0] for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"output"}


def test_dropout_shares_its_mask_where_asked(compiled: Compiled) -> None:
    program = compiled(network((6, 50), "Reshape((6, 50))\nDropout(0.5, noise_shape=(1, 50))", "loss: mse"))
    model = program.create_model().train()
    torch.manual_seed(0)
    with torch.no_grad():
        out = model(torch.ones(4, 6, 50))
    assert set(out.unique().tolist()) == {0.0, 2.0}
    assert torch.equal(out, out[:, :1].expand_as(out))
    assert not torch.equal(out[0], out[1])


def test_recurrent_dropout_has_a_mask_for_each_gate_and_all_steps(compiled: Compiled) -> None:
    layers = "LSTM(50, dropout=0.5, recurrent_dropout=0.5, return_sequences=true)"
    model = compiled(network((4, 60), layers, "loss: mse")).create_model().cpu().train()
    torch.nn.init.constant_(model.lstm.weight_ih, 1.0)
    torch.manual_seed(0)
    with torch.no_grad():
        gates = model.lstm.project(torch.ones(2, 4, 60))  # [steps, gates, rows, units]
    first = gates[:, :, :, 0] - model.lstm.bias_ih.detach().unflatten(0, (4, 1, 50))[..., 0]
    assert torch.equal(first[0], first[3])
    assert len(first[0].unique()) > 4


INITIALIZERS = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
                "random_uniform", "random_normal", "truncated_normal", "orthogonal", "identity", "variance_scaling",
                "zeros", "ones"]  # fmt: skip


def test_initial_weights_are_distributed_as_in_keras(compiled: Compiled, keras: ModuleType) -> None:
    torch.manual_seed(0)
    for name in INITIALIZERS:
        program = compiled(network((300,), f'Dense(200, kernel_initializer="{name}")', "loss: mse"))
        (layer,) = program.create_model().children()
        got = layer.weight.detach().numpy()
        expected = np.asarray(keras.initializers.get(name)((300, 200)))
        spread = float(expected.std())
        assert got.std() == pytest.approx(spread, rel=0.02, abs=1e-9), name
        assert got.mean() == pytest.approx(float(expected.mean()), abs=0.03 * spread + 1e-9), name
        if name not in ("random_normal", "orthogonal"):
            assert np.abs(got).max() == pytest.approx(float(np.abs(expected).max()), rel=0.02), name
