// Statements that pad before a module of torch.nn, where the module cannot.
#pragma once

#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/padding.hpp"

namespace neural::emit::pytorch {

/// The current tensor padded by a function that computes "same" from the sizes it meets: its spatial axes come last.
Expression pad_same(ModuleBuilder& builder, const std::string& tensor, const std::vector<Window>& windows,
                    const std::string& value = "0.0");

/// The `padding` argument of a convolution; where it cannot say what is needed, a statement pads before it.
std::string convolution_padding(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Window>& windows);

/// A statement before a convolution whose windows are single points with strides. On a CPU without AVX-512 its weight
/// gradient writes behind its memory where it has a stride over two axes or three, the channels lie last, and the
/// weights read fewer of them than a vector holds (oneDNN issue 6035, PyTorch 2.13): it crashes, hangs or is wrong.
/// `read` are the channels of a group; of a transposed convolution, those it gives. Where the `channels` of the tensor
/// lie first in memory the statement copies nothing; where there is but one, which lies both ways, the copy says that
/// it lies first.
void copy_for_points(ModuleBuilder& builder, const std::vector<Window>& windows, std::int64_t read,
                     std::int64_t channels);

/// `(3, 3)` of the windows' sizes, strides or dilations.
std::string tuple_of(const std::vector<Window>& windows, std::int64_t Window::* member);

}  // namespace neural::emit::pytorch
