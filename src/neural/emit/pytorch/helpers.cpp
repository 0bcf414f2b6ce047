#include "neural/emit/pytorch/helpers.hpp"

#include <algorithm>

#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {

void require(LegalProgram& program, std::string helper) {
  auto& helpers = program.helpers;
  if (std::find(helpers.begin(), helpers.end(), helper) == helpers.end()) helpers.push_back(std::move(helper));
}

std::string shared_dropout() {
  PythonWriter writer;
  writer.block(R"(
class SharedDropout(nn.Dropout):
    """Dropout with one mask for all along the axes where `shape` is 1."""

    def __init__(self, p: float, shape: tuple[int | None, ...]) -> None:
        super().__init__(p)
        self.shape = shape

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shape = [size if want is None else want for want, size in zip(self.shape, x.shape, strict=True)]
        return x * super().forward(x.new_ones(shape))
)");
  return writer.take();
}

std::string orthogonal() {
  PythonWriter writer;
  writer.block(R"(
@torch.no_grad()
def orthogonal_(weight: torch.Tensor, shape: tuple[int, ...], axes: tuple[int, ...], gain: float) -> None:
    """Keras's matrix has the last axis of its kernel for columns; the weight has the kernel's axes in this order."""
    kernel = nn.init.orthogonal_(torch.empty(shape).flatten(0, -2), gain=gain).reshape(shape)
    weight.copy_(kernel.permute(axes).reshape(weight.shape))
)");
  return writer.take();
}

std::string gaussian_noise() {
  PythonWriter writer;
  writer.block(R"(
class GaussianNoise(nn.Module):
    """Adds normal noise in training."""

    def __init__(self, stddev: float) -> None:
        super().__init__()
        self.stddev = stddev

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.stddev * torch.randn_like(x) if self.training else x
)");
  return writer.take();
}

std::string gaussian_dropout() {
  PythonWriter writer;
  writer.block(R"(
class GaussianDropout(nn.Module):
    """Multiplies by noise of mean 1 and variance rate / (1 - rate) in training."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.deviation = (rate / (1 - rate)) ** 0.5

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * (1 + self.deviation * torch.randn_like(x)) if self.training else x
)");
  return writer.take();
}

std::string prelu() {
  PythonWriter writer;
  writer.block(R"(
class PReLU(nn.Module):
    """A slope for each element, or for all along an axis where `shape` is 1."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x) - self.weight * torch.relu(-x)
)");
  return writer.take();
}

std::string batch_norm(int dimensions) {
  PythonWriter writer;
  writer.block(R"(
class BatchNorm${d}d(nn.BatchNorm${d}d):
    """Collects the biased variance of the batches, as Keras does; PyTorch's own collects the unbiased one."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return super().forward(x)
        assert self.running_mean is not None and self.running_var is not None and self.momentum is not None
        with torch.no_grad():
            variance, mean = torch.var_mean(x, dim=[0, *range(2, x.ndim)], correction=0)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance, self.momentum)
        cudnn = torch.backends.cudnn.enabled
        return torch.batch_norm(x, self.weight, self.bias, None, None, True, self.momentum, self.eps, cudnn)
)",
               {{"d", std::to_string(dimensions)}});
  return writer.take();
}

std::string seeded() {
  PythonWriter writer;
  writer.block(R"(
class Seeded(nn.Module):
    """A layer whose random numbers are its own: they begin with `seed`, and nothing else takes of them."""

    def __init__(self, layer: nn.Module, *, seed: int) -> None:
        super().__init__()
        self.layer = layer
        self.seed = seed
        self.state: torch.Tensor | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return self.layer(x)
        generator = torch.cuda.default_generators[x.device.index] if x.is_cuda else torch.default_generator
        others = generator.get_state()
        if self.state is None:
            generator.manual_seed(self.seed)
        else:
            generator.set_state(self.state)
        x = self.layer(x)
        self.state = generator.get_state()
        generator.set_state(others)
        return x
)");
  return writer.take();
}

std::string loss_scale() {
  PythonWriter writer;
  writer.block(R"(
class LossScale:
    """A factor of the loss that keeps small gradients above the least number of half precision.

    Where a gradient is not finite the factor is halved, after 2000 steps without it is doubled.
    """

    def __init__(self) -> None:
        self.factor = 32768.0
        self.steps = 0

    @torch.no_grad()
    def unscale(self, model: nn.Module) -> bool:
        """Take the factor out of the gradients; False where they are not finite, and there can be no step."""
        gradients = [each.grad for each in model.parameters() if each.grad is not None]
        norms = torch.stack([each.abs().max() for each in gradients])
        if not norms.isfinite().all():
            self.factor, self.steps = self.factor / 2, 0
            return False
        torch._foreach_div_(gradients, self.factor)
        self.steps += 1
        if self.steps == 2000:
            self.factor, self.steps = self.factor * 2, 0
        return True
)");
  return writer.take();
}

}  // namespace neural::emit::pytorch
