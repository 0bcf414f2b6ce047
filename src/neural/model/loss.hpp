// The loss and what follows from it: Output's activation, fusion, the form of the targets, the metrics.
#pragma once

#include <optional>
#include <vector>

#include "neural/model/model.hpp"
#include "neural/model/reporter.hpp"
#include "neural/model/search.hpp"
#include "neural/syntax/ast.hpp"

namespace neural::model {

/// The loss as written, categorical_crossentropy where none is; empty after E207 and errors of its parameters. Its
/// from_logits is what the user said, or None.
std::optional<Loss> read_loss(const syntax::Network& network, SearchSpace& searches, Reporter& reporter);

/// A metric as written; empty for `accuracy`.
using WrittenMetric = std::optional<Metric>;

/// E208.
std::vector<WrittenMetric> read_metrics(const syntax::Network& network, Reporter& reporter);

/// Rule O: the activation of an Output that names none.
Activation output_activation_for(LossKind loss);

/// Fuses the last softmax or sigmoid into a cross-entropy, and settles from_logits. W601, W602, W415. The marks are put
/// where `network` names the loss, else on the last layer.
void fuse_loss(const syntax::Network& network, const Model& model, Loss& loss, Reporter& reporter);

TargetKind targets_of(LossKind loss);

/// `accuracy` in the form that suits loss and output; each metric once.
std::vector<Metric> resolve_metrics(const std::vector<WrittenMetric>& metrics, LossKind loss, const Shape& output);

}  // namespace neural::model
