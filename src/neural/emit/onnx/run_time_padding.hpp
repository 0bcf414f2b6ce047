// "same" padding of sizes that are not known before the graph runs.
#pragma once

#include "neural/emit/onnx/graph_builder.hpp"
#include "neural/model/window_padding.hpp"

namespace neural::emit::onnx {

using model::Crop;
using model::Padding;
using model::Window;

/// True where `auto_pad` of ONNX runtimes would pad by a negative number: a window shorter than its stride.
bool needs_padding_at_run_time(const std::vector<Window>& windows);

/// The tensor [n, channels, …] with what "same" of Keras adds for the windows over its last axes.
std::string padded_at_run_time(GraphBuilder& builder, const std::string& x, const std::vector<Window>& windows,
                               double value);

}  // namespace neural::emit::onnx
