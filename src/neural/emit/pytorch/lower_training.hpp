// Loss, metrics and optimiser of a LegalProgram.
#pragma once

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/emit/text/program.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

/// A loss as lines of a function and the value behind them.
struct LossCode {
  std::vector<std::string> lines;
  Expression value;
  std::string description;  ///< "Mean cross-entropy"
};

/// Of the variables `outputs` (logits for a cross-entropy) and `targets`, which the lines may set anew.
LossCode loss_code(model::LossKind kind, const model::Attributes& parameters, const model::Model& model,
                   std::string outputs, std::string targets, bool sums);

bool is_cross_entropy(model::LossKind kind);

/// Sets `outputs`, `predictions` and `loss…`.
void lower_loss(const model::Model& model, const Words& words, LegalProgram& program,
                syntax::DiagnosticList& diagnostics);

/// Sets `metrics` and `metric_functions`; the loss has to be lowered before.
void lower_metrics(const model::Model& model, const Words& words, LegalProgram& program,
                   syntax::DiagnosticList& diagnostics);

/// True if PyTorch has a kernel that does the whole step of the optimizer.
bool has_fused_optimizer(const model::Optimizer& optimizer);

/// Sets `optimizer…`, `schedule`, `before_step`, `decay` and `ema_momentum`, and adds notes.
void lower_optimizer(const model::Model& model, const Options& options, LegalProgram& program,
                     syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::pytorch
