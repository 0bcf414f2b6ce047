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

/// `(3, 3)` of the windows' sizes, strides or dilations.
std::string tuple_of(const std::vector<Window>& windows, std::int64_t Window::* member);

}  // namespace neural::emit::pytorch
