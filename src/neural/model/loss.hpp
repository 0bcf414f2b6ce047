// The loss and what follows from it: Output's activation, fusion, the form of the targets, the metrics.
#pragma once

#include <optional>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/model/reporter.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// The loss as written, categorical_crossentropy where none is; empty after E207, E703 and errors of its parameters.
/// Its from_logits is what the user said, or None.
std::optional<Loss> read_loss(const syntax::Network& network, Reporter& reporter);

/// The metrics as written, empty entries for `accuracy`; E208, E703.
std::vector<std::optional<MetricKind>> read_metrics(const syntax::Network& network, Reporter& reporter);

/// Rule O: an Output without an activation gets the one its loss wants.
void choose_output_activations(LossKind loss, std::vector<Layer>& layers);

/// Fuses the last softmax or sigmoid into a cross-entropy, and settles from_logits. W601, W602, W415. `layers` is not
/// empty; the marks are put where `network` names the loss, else on the last layer.
void fuse_loss(const syntax::Network& network, const std::vector<Layer>& layers, Loss& loss, Reporter& reporter);

TargetKind targets_of(LossKind loss);

/// `accuracy` in the form that suits loss and output; each metric once.
std::vector<Metric> resolve_metrics(const std::vector<std::optional<MetricKind>>& metrics, LossKind loss,
                                    const Shape& output);

}  // namespace neural::model
