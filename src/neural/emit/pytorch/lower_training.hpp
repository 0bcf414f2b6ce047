// Loss, metrics and optimiser of a LegalProgram.
#pragma once

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/emit/text/program.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

/// Sets `outputs`, `predictions`, `loss…` and `metrics`.
void lower_loss(const model::Model& model, const Words& words, LegalProgram& program,
                syntax::DiagnosticList& diagnostics);

/// Sets `optimizer…`, `decay` and `before_step`, and adds notes.
void lower_optimizer(const model::Model& model, LegalProgram& program, syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::pytorch
