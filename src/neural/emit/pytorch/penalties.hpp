// Regularizers and constraints of a network's layers, once its weights have their places in modules.
#pragma once

#include <string>
#include <vector>

#include "neural/emit/pytorch/legal_program.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit::pytorch {

/// `0.01 * x.abs().sum()`, a sum of two of these, or empty where the regularizer is none or zero.
std::string penalty_of(const model::Attribute& regularizer, const std::string& tensor);

/// The same of the parameters `l1` and `l2`, or one of them.
std::string penalty_of(const model::Attributes& parameters, const std::string& tensor);

/// Sets `penalties` and `constraints` by the weights in `program.weights`. Norms are along the first axis of a weight
/// as Keras has it, as in keras.constraints.
void lower_penalties(const std::vector<model::Layer>& layers, LegalProgram& program,
                     syntax::DiagnosticList& diagnostics);

}  // namespace neural::emit::pytorch
