// Recurrent layers as a Scan: what the operators LSTM, GRU and RNN of ONNX do not compute, and convolutional ones.
#pragma once

#include "neural/emit/onnx/graph_builder.hpp"

namespace neural::emit::onnx {

/// One direction of a recurrent layer over [n, steps, features]: [n, units], or [n, steps, units] in the order of the
/// input. Steps that the input's mask leaves out hand the state on; what they give is that state, or zeros with
/// `zeroes`. The tensors are those of `outer` whose names begin with `path`, the attributes those of `cell`.
std::string scan_recurrent(GraphBuilder& builder, const model::Layer& outer, const model::Layer& cell,
                           const std::string& path, const Value& input, bool is_backward, bool sequences, bool zeroes);

/// The same over images, [n, steps, …image], as the layer has its channels.
Value scan_recurrent_convolution(GraphBuilder& builder, const model::Layer& outer, const model::Layer& cell,
                                 const std::string& path, Value input, bool is_backward, bool zeroes);

}  // namespace neural::emit::onnx
