#include "neural/emit/pytorch/window_padding.hpp"

#include <algorithm>

#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {
namespace {

std::string pad_same_function() {
  PythonWriter writer;
  writer.block(R"(
def pad_same(
    x: torch.Tensor,
    *,
    kernel_size: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    value: float,
) -> torch.Tensor:
    """Pads the axes behind the channels so that windows give ceil(size / stride); an odd rest is put behind."""
    sides: list[int] = []
    for size, k, s, d in zip(x.shape[-len(stride) :], kernel_size, stride, dilation, strict=True):
        total = max((-(-size // s) - 1) * s + (k - 1) * d + 1 - size, 0)
        sides = [total // 2, total - total // 2, *sides]
    return nn.functional.pad(x, sides, value=value)
)");
  return writer.take();
}

}  // namespace

std::string tuple_of(const std::vector<Window>& windows, std::int64_t Window::* member) {
  std::vector<std::int64_t> values;
  for (const Window& window : windows) values.push_back(window.*member);
  return python_tuple(values);
}

Expression pad_same(ModuleBuilder& builder, const std::string& tensor, const std::vector<Window>& windows,
                    const std::string& value) {
  require(builder.program(), pad_same_function());
  return Expression::call("pad_same", {tensor,
                                       {"kernel_size", tuple_of(windows, &Window::size)},
                                       {"stride", tuple_of(windows, &Window::stride)},
                                       {"dilation", tuple_of(windows, &Window::dilation)},
                                       {"value", value}});
}

std::string convolution_padding(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Window>& windows) {
  const auto paddings = padding_of(layer, windows);
  const std::string none = python_tuple(std::vector<std::int64_t>(windows.size(), 0));
  if (!paddings) {
    builder.apply(pad_same(builder, builder.x(), windows));
    return none;
  }
  if (std::all_of(paddings->begin(), paddings->end(), [](const Padding& each) { return each.is_symmetric(); })) {
    std::vector<std::int64_t> both;
    for (const Padding& padding : *paddings) both.push_back(padding.before);
    return python_tuple(both);
  }
  builder.apply(Expression::call("nn.functional.pad", {builder.x(), sides_of(*paddings)}),
                "\"" + layer.attributes.word(model::Parameter::padding) + "\"");
  return none;
}

void copy_for_points(ModuleBuilder& builder, const std::vector<Window>& windows, std::int64_t read,
                     std::int64_t channels) {
  constexpr std::int64_t kLongestVector = 16;  // floats
  if (windows.size() < 2 || read >= kLongestVector) return;
  if (std::any_of(windows.begin(), windows.end(), [](const Window& each) { return each.size > 1; })) return;
  if (std::all_of(windows.begin(), windows.end(), [](const Window& each) { return each.stride == 1; })) return;
  const char* copy = channels == 1 ? ".clone(memory_format=torch.contiguous_format)" : ".contiguous()";
  builder.apply(builder.x() + copy, "for oneDNN");
}

}  // namespace neural::emit::pytorch
