#include "neural/emit/tensorflow/helpers.hpp"

#include "neural/emit/text/custom_layers.hpp"

namespace neural::emit::tensorflow {
namespace {

void write_average_pool(PythonWriter& writer) {
  writer.block(R"(


def average_pool(
    x: keras.KerasTensor,
    pool_size: tuple[int, ...],
    *,
    strides: tuple[int, ...],
    padding: tuple[tuple[int, int], ...],
    data_format: str,
) -> keras.KerasTensor:
    """Means of windows over a padded input, in which padding does not count."""

    def pool(values: keras.KerasTensor) -> keras.KerasTensor:
        return ops.average_pool(ops.pad(values, padding), pool_size, strides, "valid", data_format)

    return ops.divide_no_nan(pool(x), pool(ops.ones_like(x)))
)");
}

void write_transformer_block(PythonWriter& writer, bool masked) {
  writer.block(R"(


def transformer_block(
    x: keras.KerasTensor,
    memory: keras.KerasTensor | None = None,
    *,
    num_heads: int,
    key_dim: int,
    ff_dim: int,
    activation: str,
    dropout: float,
    epsilon: float,
    norm_first: bool,
    causal: bool,
    dtype: str | None = None,  # the policy of the program
    name: str,
) -> keras.KerasTensor:
    """Attention to x, then to the memory if there is one, then two dense layers.

    Each of these has a dropout, a shortcut past it and a normalisation: behind the sum, or else before it all.
    """
    weights = {"kernel_initializer": initializers.GlorotUniform(), "bias_initializer": initializers.Zeros()}
    scales = {"gamma_initializer": initializers.Ones(), "beta_initializer": initializers.Zeros()}

    def attend(query: keras.KerasTensor, value: keras.KerasTensor, part: str, causal: bool) -> keras.KerasTensor:
        attention = layers.MultiHeadAttention(
            num_heads, key_dim, value_dim=key_dim, **weights, dtype=dtype, name=f"{name}_{part}"
        )
        ${copies}return attention(query, value, use_causal_mask=causal)

    def feed_forward(y: keras.KerasTensor) -> keras.KerasTensor:
        width = y.shape[-1]
        y = layers.Dense(ff_dim, activation=activation, **weights, dtype=dtype, name=f"{name}_feed_forward_1")(y)
        return layers.Dense(width, **weights, dtype=dtype, name=f"{name}_feed_forward_2")(y)

    parts = [lambda y: attend(y, y, "attention", causal), feed_forward]
    if memory is not None:
        parts.insert(1, lambda y: attend(y, memory, "cross_attention", False))
    for i, part in enumerate(parts, 1):
        normalize = layers.LayerNormalization(axis=-1, epsilon=epsilon, **scales, dtype=dtype, name=f"{name}_norm_{i}")
        y = part(normalize(x) if norm_first else x)
        y = layers.Dropout(dropout, dtype=dtype, name=f"{name}_dropout_{i}")(y)
        x = layers.Add(dtype=dtype, name=f"{name}_add_{i}")([x, y])
        x = x if norm_first else normalize(x)
    return x
)",
               {{"copies", masked ? R"(# Attention takes the mask off the tensors it is given: these are copies.
        query = layers.Rescaling(1.0, dtype=dtype, name=f"{name}_{part}_query")(query)
        value = layers.Rescaling(1.0, dtype=dtype, name=f"{name}_{part}_value")(value)
        )"
                                  : ""}});
}

void write_conv_gru(PythonWriter& writer) {
  writer.block(R"(


@keras.saving.register_keras_serializable()
class ConvGRU2D(layers.Layer):
    """A GRU with reset_after=False and convolutions for products, over [n, steps, height, width, channels].

    The kernels hold the gates z, r, h side by side; that of the state has stride 1 and the padding "same".
    """

    def __init__(
        self,
        filters: int,
        kernel_size: tuple[int, int],
        *,
        strides: tuple[int, int],
        padding: str,
        dilation_rate: tuple[int, int] = (1, 1),
        activation: str,
        recurrent_activation: str,
        use_bias: bool = True,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        go_backwards: bool = False,
        **options: object,
    ) -> None:
        getters = {
            "initializer": keras.initializers.get,
            "regularizer": keras.regularizers.get,
            "constraint": keras.constraints.get,
        }
        self.weight_options = {
            key: get(options.pop(key))
            for role in ("kernel", "recurrent", "bias")
            for kind, get in getters.items()
            if (key := f"{role}_{kind}") in options
        }
        super().__init__(**options)
        self.filters = filters
        self.kernel_size = kernel_size
        self.window = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
        self.activation = keras.activations.get(activation)
        self.recurrent_activation = keras.activations.get(recurrent_activation)
        self.use_bias = use_bias
        self.dropout = layers.Dropout(dropout, noise_shape=(None, 1, None, None, None), dtype=self.dtype_policy)
        self.recurrent_dropout = layers.Dropout(recurrent_dropout, dtype=self.dtype_policy)
        self.return_sequences = return_sequences
        self.go_backwards = go_backwards

    def build(self, shape: tuple[int, ...]) -> None:
        def add(name: str, role: str, shape: tuple[int, ...]) -> keras.Variable:
            options = {kind: self.weight_options.get(f"{role}_{kind}") for kind in ("regularizer", "constraint")}
            return self.add_weight(
                shape=shape, initializer=self.weight_options[f"{role}_initializer"], name=name, **options
            )

        width = 3 * self.filters
        self.kernel = add("kernel", "kernel", (*self.kernel_size, shape[-1], width))
        self.recurrent_kernel = add("recurrent_kernel", "recurrent", (*self.kernel_size, self.filters, width))
        self.bias = add("bias", "bias", (width,)) if self.use_bias else 0.0

    def call(self, x: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        x = self.dropout(ops.flip(x, axis=1) if self.go_backwards else x, training=training)
        batch, steps = ops.shape(x)[:2]
        inputs = ops.conv(ops.reshape(x, (-1, *x.shape[2:])), self.kernel, **self.window) + self.bias
        inputs = ops.reshape(inputs, (batch, steps, *inputs.shape[1:]))
        initial = ops.zeros_like(inputs[:, 0, ..., : self.filters])
        mask = self.recurrent_dropout(ops.ones_like(initial), training=training)
        gate_kernel, candidate_kernel = ops.split(self.recurrent_kernel, [2 * self.filters], axis=-1)

        def step(state: keras.KerasTensor, x: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
            gates, candidate = ops.split(x, [2 * self.filters], axis=-1)
            gates = self.recurrent_activation(gates + ops.conv(state * mask, gate_kernel, padding="same"))
            update, reset = ops.split(gates, 2, axis=-1)
            candidate = self.activation(candidate + ops.conv(reset * state * mask, candidate_kernel, padding="same"))
            state = update * state + (1 - update) * candidate
            return state, state

        last, states = ops.scan(step, initial, ops.moveaxis(inputs, 1, 0))
        return ops.moveaxis(states, 0, 1) if self.return_sequences else last

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        image = layers.Conv2D(self.filters, self.kernel_size, **self.window).compute_output_shape((1, *shape[2:]))
        return (shape[0], shape[1], *image[1:]) if self.return_sequences else (shape[0], *image[1:])

    def get_config(self) -> dict[str, object]:
        config = {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "activation": keras.activations.serialize(self.activation),
            "recurrent_activation": keras.activations.serialize(self.recurrent_activation),
            "use_bias": self.use_bias,
            "dropout": self.dropout.rate,
            "recurrent_dropout": self.recurrent_dropout.rate,
            "return_sequences": self.return_sequences,
            "go_backwards": self.go_backwards,
        }
        weights = {key: keras.saving.serialize_keras_object(value) for key, value in self.weight_options.items()}
        return {**super().get_config(), **config, **self.window, **weights}
)");
}

/// Keras goes through as many steps as there are samples where a graph does not know the number of steps.
void write_time_distributed(PythonWriter& writer) {
  writer.block(R"(


@keras.saving.register_keras_serializable()
class TimeDistributed(layers.TimeDistributed):
    """The layer for every step, however many: all steps of all samples at once."""

    def call(self, x: keras.KerasTensor, **_: object) -> keras.KerasTensor:
        batch, steps, *sizes = ops.shape(x)
        y = self.layer(ops.reshape(x, (batch * steps, *sizes)))
        return ops.reshape(y, (batch, steps, *ops.shape(y)[1:]))
)");
}

void write_root_mean_squared_error(PythonWriter& writer) {
  writer.block(R"(


@keras.saving.register_keras_serializable()
def root_mean_squared_error(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    """The root of the mean over the whole batch."""
    return ops.sqrt(ops.mean(ops.square(y_pred - ops.cast(y_true, y_pred.dtype))))
)");
}

void write_class_metrics(PythonWriter& writer) {
  writer.block(R"(


def of_classes(metric: type[keras.Metric]) -> type[keras.Metric]:
    """The metric, which is one of one-hot rows, of class numbers."""

    class OfClasses(metric):  # type: ignore[valid-type, misc]
        def update_state(
            self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor, sample_weight: keras.KerasTensor | None = None
        ) -> None:
            super().update_state(ops.one_hot(ops.cast(y_true, "int32"), CLASSES), y_pred, sample_weight)

    return OfClasses
)");
}

void write_dense_optimizer(PythonWriter& writer, std::string_view optimizer) {
  writer.block(R"(


@keras.saving.register_keras_serializable()
class Dense${optimizer}(optimizers.${optimizer}):
    """${optimizer} of whole gradients: where an id occurs twice, Keras's works on its parts and not on their sum."""

    def apply(self, grads: list[tf.Tensor | None], trainable_variables: list[keras.Variable] | None = None) -> None:
        dense = [grad if grad is None else tf.convert_to_tensor(grad) for grad in grads]
        super().apply(dense, trainable_variables)
)",
               {{"optimizer", std::string(optimizer)}});
}

}  // namespace

std::set<Module> modules_of(const std::set<Helper>& helpers) {
  std::set<Module> modules;
  for (const Helper helper : helpers) {
    switch (helper) {
      case Helper::kTransformerBlock:
      case Helper::kMaskedTransformerBlock:
        modules.insert(Module::kInitializers);
        break;
      case Helper::kDenseOptimizer:
        modules.insert(Module::kOptimizers);
        break;
      case Helper::kExpectShape:
        break;
      default:
        modules.insert(Module::kOps);
    }
  }
  return modules;
}

void write_helpers(PythonWriter& writer, const std::set<Helper>& helpers, std::string_view optimizer) {
  for (const Helper helper : helpers) {
    switch (helper) {
      case Helper::kAveragePool:
        write_average_pool(writer);
        break;
      case Helper::kTransformerBlock:
        write_transformer_block(writer, false);
        break;
      case Helper::kMaskedTransformerBlock:
        write_transformer_block(writer, true);
        break;
      case Helper::kConvGru:
        write_conv_gru(writer);
        break;
      case Helper::kTimeDistributed:
        write_time_distributed(writer);
        break;
      case Helper::kRootMeanSquaredError:
        write_root_mean_squared_error(writer);
        break;
      case Helper::kClassMetrics:
        write_class_metrics(writer);
        break;
      case Helper::kExpectShape:
        writer.blank(2);
        writer.block(expect_shape_function("keras.KerasTensor"));
        break;
      case Helper::kDenseOptimizer:
        write_dense_optimizer(writer, optimizer);
        break;
    }
  }
}

}  // namespace neural::emit::tensorflow
