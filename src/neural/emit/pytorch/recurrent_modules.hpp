// Modules of recurrent layers: those of torch.nn where they compute what Keras does, else loops of the program's own.
#pragma once

#include <string>

#include "neural/emit/pytorch/module_builder.hpp"

namespace neural::emit::pytorch {

/// A recurrent layer as it runs.
struct Recurrent {
  const model::Layer& outer;  ///< whose tensors and name they are: the layer's own, or a Bidirectional's
  const model::Layer& cell;   ///< whose attributes they are

  const model::Attributes& attributes() const { return cell.attributes; }
  bool is_wrapped() const { return &outer != &cell; }
  std::int64_t count() const { return attributes().integer(model::Parameter::num_layers); }

  /// Keras drops nothing at a rate of 1, except from a SimpleRNN.
  double rate(model::Parameter dropout) const;

  /// True if torch.nn has the cell: its functions, no dropout of the state, and a GRU that resets after the product.
  bool is_in_torch() const;

  /// True if every gate has dropout masks of its own, of inputs too: Keras computes gate by gate then.
  bool drops_by_gate() const;
};

/// What one module runs: the cells whose tensors begin with `path`.
struct RecurrentPart {
  std::string path;         ///< "layer_1/backward/"
  std::string ending;       ///< of the module's name
  std::int64_t layers = 1;  ///< stacked in torch.nn's way
  bool both_ways = false;
};

/// Modules whose parameters begin alike, and the lines that set a `parameter` by its `name`.
struct ParameterBeginning {
  std::vector<std::string> modules;
  std::vector<std::string> lines;
};

/// `nn.init.zeros_(parameter)` and the like, as they are laid out in a branch of a loop of the constructor. `open_gate`
/// is 0, or of an LSTM's bias the size of a gate where the second gate begins with 1.
std::vector<std::string> beginning_of_parameter(const model::Tensor& tensor, std::int64_t open_gate);

/// Adds a module with its parameters placed, and how they begin; its name. A module of torch.nn gives outputs and
/// states, a loop the outputs of all steps.
std::string add_recurrent_module(ModuleBuilder& builder, const Recurrent& recurrent, const RecurrentPart& part,
                                 std::vector<ParameterBeginning>& beginnings);

/// The loops over the parameters, behind the last module.
void begin_parameters(ModuleBuilder& builder, const std::vector<ParameterBeginning>& beginnings);

}  // namespace neural::emit::pytorch
