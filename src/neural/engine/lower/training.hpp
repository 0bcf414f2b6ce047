// A network's steps as Graphs: of training, and of prediction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "neural/engine/graph/graph.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::engine {

/// Whose step it is where frameworks take another one under the same name: of Adam and AdamW, where epsilon stands.
enum class Dialect : std::uint8_t { kKeras, kPyTorch };

/// One step of training on a batch. Inputs are those of the network, then the targets: class numbers, or reals. Outputs
/// are the loss with what regularizers add to it, of one element; and what the network gives before the activation that
/// the loss has taken over. The states are the network's weights under their names, and what the optimiser keeps of
/// each. `inputs` are the shapes of one sample; unknown sizes have become known. What the engine cannot express is an
/// E701.
std::optional<Graph> training_graph(const model::Model& model, std::int64_t batch, const std::vector<Shape>& inputs,
                                    syntax::DiagnosticList& diagnostics, Dialect dialect = Dialect::kKeras);

/// The same step without the optimiser: outputs are the loss, then its gradient by each trainable state, in their
/// order.
std::optional<Graph> gradient_graph(const model::Model& model, std::int64_t batch, const std::vector<Shape>& inputs,
                                    syntax::DiagnosticList& diagnostics);

/// Outputs are the predictions; what the network gives before the activation; and, with targets among the inputs, the
/// loss of the batch without penalties.
std::optional<Graph> prediction_graph(const model::Model& model, std::int64_t batch, const std::vector<Shape>& inputs,
                                      bool with_targets, syntax::DiagnosticList& diagnostics);

/// The learning rate of each step, counted from 0.
std::function<double(std::int64_t step)> learning_rate_of(const model::Optimizer& optimizer);

/// Whether the optimiser's averages replace the weights when training ends; they are states called "NAME/average".
bool averages_weights(const model::Optimizer& optimizer);

/// What a state of the optimiser begins with.
double initial_value(const model::Optimizer& optimizer, const std::string& state_name);

}  // namespace neural::engine
