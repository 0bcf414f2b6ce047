// What a program defines besides create_model: only what it uses.
#pragma once

#include <set>
#include <string_view>

#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::tensorflow {

/// Modules of keras a program may import.
enum class Module { kConstraints, kInitializers, kLayers, kLosses, kMetrics, kOps, kOptimizers, kRegularizers };

/// Functions and classes of a program, in the order in which they are written.
enum class Helper {
  kAveragePool,             ///< average pooling whose padding does not count
  kTransformerBlock,        ///< one block of TransformerEncoder or TransformerDecoder
  kMaskedTransformerBlock,  ///< the same where steps are marked
  kConvGru,                 ///< the layer ConvGRU2D
  kTimeDistributed,         ///< the layer, of a number of steps that is not known
  kRootMeanSquaredError,
  kClassMetrics,    ///< metrics of one-hot rows that take class numbers
  kExpectShape,     ///< the check of what an imported layer gives
  kDenseOptimizer,  ///< the optimizer, of gradients that are whole
};

/// The modules that the helpers need.
std::set<Module> modules_of(const std::set<Helper>& helpers);

/// Each behind two empty lines. The optimizer is the one of Keras that kDenseOptimizer is made of: "Adam".
void write_helpers(PythonWriter& writer, const std::set<Helper>& helpers, std::string_view optimizer);

}  // namespace neural::emit::tensorflow
