#include "neural/emit/pytorch/recurrent_helpers.hpp"
#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {
namespace {

/// The arguments of both classes.
constexpr const char* kConstructor = R"(
    def __init__(
        self,
        channels: int,
        filters: int,
        *,
        kernel_size: tuple[int, int],
        stride: tuple[int, int],
        padding: tuple[int, int],
        dilation: tuple[int, int],
        activation: Callable[[torch.Tensor], torch.Tensor],
        recurrent_activation: Callable[[torch.Tensor], torch.Tensor],
        bias: bool,
        dropout: float,
        recurrent_dropout: float,
    ) -> None:
        super().__init__()
)";

constexpr const char* kCommonMembers = R"(
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.dropout = nn.Dropout(p=dropout)
        self.recurrent_dropout = nn.Dropout(p=recurrent_dropout)
)";

}  // namespace

std::string conv_lstm() {
  PythonWriter writer;
  writer.block(R"(
class ConvLSTM(nn.Module):
    """An LSTM with convolutions for products, [n, steps, channels, height, width] -> [n, steps, filters, …].

    Its gates are i, f, c, o; with dropout each is a group of its own, with a mask that is the same at all steps.
    """

)");
  writer.block(kConstructor);
  writer.block(R"(
        groups, kept = (4 if dropout > 0 else 1), (4 if recurrent_dropout > 0 else 1)
        self.inputs = nn.Conv2d(
            groups * channels, 4 * filters, kernel_size, stride, padding, dilation, groups=groups, bias=bias
        )
        self.state = nn.Conv2d(kept * filters, 4 * filters, kernel_size, padding="same", groups=kept, bias=False)
)");
  writer.block(kCommonMembers);
  writer.block(R"(

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = self.dropout(x.new_ones(len(x), 1, self.inputs.in_channels, *x.shape[3:]))
        inputs = self.inputs((x.repeat(1, 1, self.inputs.groups, 1, 1) * kept).flatten(0, 1))
        inputs = inputs.unflatten(0, (-1, x.shape[1]))
        h = c = torch.zeros_like(inputs[:, 0].chunk(4, dim=1)[0])
        kept = self.recurrent_dropout(h.new_ones(len(h), self.state.in_channels, *h.shape[2:]))
        outputs = []
        for step in inputs.unbind(1):
            i, f, g, o = (step + self.state(h.repeat(1, self.state.groups, 1, 1) * kept)).chunk(4, dim=1)
            c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(g)
            h = self.recurrent_activation(o) * self.activation(c)
            outputs.append(h)
        return torch.stack(outputs, dim=1)
)");
  return writer.take();
}

std::string conv_gru() {
  PythonWriter writer;
  writer.block(R"(
class ConvGRU(nn.Module):
    """A GRU with convolutions for products, [n, steps, channels, height, width] -> [n, steps, filters, …].

    It resets the state before its product; its gates are z, r, h. Dropout has one mask for all steps.
    """

)");
  writer.block(kConstructor);
  writer.block(R"(
        self.inputs = nn.Conv2d(channels, 3 * filters, kernel_size, stride, padding, dilation, bias=bias)
        self.state = nn.Conv2d(filters, 3 * filters, kernel_size, padding="same", bias=False)
)");
  writer.block(kCommonMembers);
  writer.block(R"(

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = self.dropout(torch.ones_like(x[:, :1]))
        inputs = self.inputs((x * kept).flatten(0, 1)).unflatten(0, (-1, x.shape[1]))
        filters = self.state.in_channels
        h = torch.zeros_like(inputs[:, 0, :filters])
        kept = self.recurrent_dropout(torch.ones_like(h))
        gate_kernel, candidate_kernel = self.state.weight.split((2 * filters, filters))
        outputs = []
        for step in inputs.unbind(1):
            gates, candidate = step.split((2 * filters, filters), dim=1)
            gates = gates + nn.functional.conv2d(h * kept, gate_kernel, padding="same")
            z, r = self.recurrent_activation(gates).chunk(2, dim=1)
            candidate = candidate + nn.functional.conv2d(r * h * kept, candidate_kernel, padding="same")
            h = z * h + (1 - z) * self.activation(candidate)
            outputs.append(h)
        return torch.stack(outputs, dim=1)
)");
  return writer.take();
}

}  // namespace neural::emit::pytorch
