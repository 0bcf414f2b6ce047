#include "neural/emit/pytorch/recurrent_helpers.hpp"

#include "neural/base/check.hpp"
#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {

using model::LayerKind;

std::string recurrent_loop() {
  PythonWriter writer;
  writer.block(R"(
class RecurrentLoop(nn.Module, ABC):
    """A recurrent layer as Keras runs it, step by step: [n, steps, inputs] -> [n, steps, units].

    Kernels and biases hold gate behind gate. Dropout has a mask for each gate, the same at all steps.
    """

    states = 1

    def __init__(
        self, inputs: int, units: int, *, gates: int, bias: bool, dropout: float, recurrent_dropout: float
    ) -> None:
        super().__init__()
        self.gates = gates
        self.weight_ih = nn.Parameter(torch.empty(gates * units, inputs))
        self.weight_hh = nn.Parameter(torch.empty(gates * units, units))
        self.bias_ih = nn.Parameter(torch.empty(gates * units)) if bias else None
        self.dropout = nn.Dropout(p=dropout)
        self.recurrent_dropout = nn.Dropout(p=recurrent_dropout)

    @abstractmethod
    def step(
        self, inputs: torch.Tensor, kernel: torch.Tensor, kept: torch.Tensor, states: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, ...]:
        """The next states, the output first, of gates [gates, n, units]; `kept` is the dropout of the output."""

    def project(self, x: torch.Tensor) -> torch.Tensor:
        """What the gates take from the inputs, [steps, gates, n, units]."""
        kernel = self.weight_ih.unflatten(0, (self.gates, -1))
        if self.dropout.p > 0:
            kept = self.dropout(x.new_ones(self.gates, len(x), 1, x.shape[-1]))
            inputs = torch.einsum("gntf,guf->tgnu", x * kept, kernel)
        else:
            inputs = torch.einsum("ntf,guf->tgnu", x, kernel)
        return inputs if self.bias_ih is None else inputs + self.bias_ih.unflatten(0, (self.gates, 1, -1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kernel = self.weight_hh.unflatten(0, (self.gates, -1)).mT
        state = x.new_zeros(len(x), kernel.shape[-1])
        kept = self.recurrent_dropout(state.new_ones(self.gates, *state.shape))
        states, outputs = (state,) * self.states, []
        for inputs in self.project(x):
            states = self.step(inputs, kernel, kept, states)
            outputs.append(states[0])
        return torch.stack(outputs, dim=1)
)");
  return writer.take();
}

std::string loop_class(LayerKind kind) {
  return kind == LayerKind::LSTM ? "LSTMLoop" : kind == LayerKind::GRU ? "GRULoop" : "SimpleRNNLoop";
}

namespace {

std::string lstm_loop() {
  PythonWriter writer;
  writer.block(R"(
class LSTMLoop(RecurrentLoop):
    """An LSTM with activations of choice; its gates are i, f, c, o."""

    states = 2

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        activation: Callable[[torch.Tensor], torch.Tensor],
        recurrent_activation: Callable[[torch.Tensor], torch.Tensor],
        bias: bool,
        dropout: float,
        recurrent_dropout: float,
    ) -> None:
        super().__init__(inputs, units, gates=4, bias=bias, dropout=dropout, recurrent_dropout=recurrent_dropout)
        self.activation = activation
        self.recurrent_activation = recurrent_activation

    def step(
        self, inputs: torch.Tensor, kernel: torch.Tensor, kept: torch.Tensor, states: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, ...]:
        h, c = states
        i, f, g, o = inputs + (h * kept) @ kernel
        c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(g)
        return self.recurrent_activation(o) * self.activation(c), c
)");
  return writer.take();
}

std::string gru_loop() {
  PythonWriter writer;
  writer.block(R"(
class GRULoop(RecurrentLoop):
    """A GRU with activations of choice, which resets the state after its product or before; its gates are z, r, h."""

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        activation: Callable[[torch.Tensor], torch.Tensor],
        recurrent_activation: Callable[[torch.Tensor], torch.Tensor],
        reset_after: bool,
        bias: bool,
        dropout: float,
        recurrent_dropout: float,
    ) -> None:
        super().__init__(inputs, units, gates=3, bias=bias, dropout=dropout, recurrent_dropout=recurrent_dropout)
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.reset_after = reset_after
        self.bias_hh = nn.Parameter(torch.empty(3 * units)) if bias and reset_after else None

    def step(
        self, inputs: torch.Tensor, kernel: torch.Tensor, kept: torch.Tensor, states: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, ...]:
        (h,) = states
        if self.reset_after:
            products = (h * kept) @ kernel
            if self.bias_hh is not None:
                products = products + self.bias_hh.unflatten(0, (3, 1, -1))
            z, r = self.recurrent_activation(inputs[:2] + products[:2])
            candidate = self.activation(inputs[2] + r * products[2])
        else:
            z, r = self.recurrent_activation(inputs[:2] + (h * kept[:2]) @ kernel[:2])
            candidate = self.activation(inputs[2] + (r * h * kept[2]) @ kernel[2])
        return (z * h + (1 - z) * candidate,)
)");
  return writer.take();
}

std::string simple_rnn_loop() {
  PythonWriter writer;
  writer.block(R"(
class SimpleRNNLoop(RecurrentLoop):
    """A recurrent layer without gates, and with an activation of choice."""

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        activation: Callable[[torch.Tensor], torch.Tensor],
        bias: bool,
        dropout: float,
        recurrent_dropout: float,
    ) -> None:
        super().__init__(inputs, units, gates=1, bias=bias, dropout=dropout, recurrent_dropout=recurrent_dropout)
        self.activation = activation

    def step(
        self, inputs: torch.Tensor, kernel: torch.Tensor, kept: torch.Tensor, states: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, ...]:
        return (self.activation(inputs[0] + (states[0] * kept[0]) @ kernel[0]),)
)");
  return writer.take();
}

}  // namespace

std::string loop_of(LayerKind kind) {
  switch (kind) {
    case LayerKind::LSTM:
      return lstm_loop();
    case LayerKind::GRU:
      return gru_loop();
    case LayerKind::SimpleRNN:
      return simple_rnn_loop();
    default:
      NEURAL_CHECK(false, "no recurrent layer");
  }
}

std::string masked_batch_norm() {
  PythonWriter writer;
  writer.block(R"(
class MaskedBatchNorm(nn.Module):
    """Batch normalisation of the last axis, in training by mean and variance of the steps that count, as in Keras."""

    running_mean: torch.Tensor
    running_var: torch.Tensor

    def __init__(self, channels: int, *, eps: float, momentum: float, scale: bool, center: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels)) if scale else None
        self.bias = nn.Parameter(torch.zeros(channels)) if center else None
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))
        self.eps = eps
        self.momentum = momentum

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        mean, variance = self.running_mean, self.running_var
        if self.training:
            count, axes = mask.sum() + 1e-07, tuple(range(mask.ndim))
            mean = torch.where(mask.unsqueeze(-1), x, 0.0).sum(dim=axes) / count
            variance = torch.where(mask.unsqueeze(-1), (x - mean).square(), 0.0).sum(dim=axes) / count
            with torch.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(variance, self.momentum)
        x = (x - mean) * torch.rsqrt(variance + self.eps)
        if self.weight is not None:
            x = x * self.weight
        return x if self.bias is None else x + self.bias
)");
  return writer.take();
}

std::string masked_steps() {
  PythonWriter writer;
  writer.block(R"(
def valid_first(x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The steps [n, steps, features] that count in their order, and behind them those that do not."""
    order = torch.argsort(mask, dim=1, descending=True, stable=True)
    return x.gather(1, order.unsqueeze(-1).expand_as(x))


def spread(outputs: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The outputs of steps that `valid_first` moved, in place; a step that does not count repeats the one before it."""
    outputs = nn.functional.pad(outputs, (0, 0, 1, 0))  # before the first that counts
    steps = mask.cumsum(dim=1).unsqueeze(-1)
    return outputs.gather(1, steps.expand(-1, -1, outputs.shape[-1]))
)");
  return writer.take();
}

}  // namespace neural::emit::pytorch
