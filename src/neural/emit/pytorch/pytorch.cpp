#include "neural/emit/pytorch/pytorch.hpp"

#include "neural/emit/pytorch/legalise.hpp"
#include "neural/emit/pytorch/print.hpp"
#include "neural/emit/text/scope.hpp"

namespace neural::emit {

std::optional<std::string> emit_pytorch(const model::Model& model, const Options& options,
                                        syntax::DiagnosticList& diagnostics) {
  if (!is_in_scope(model, options, "PyTorch", diagnostics)) return std::nullopt;
  const Program program = describe(model, options, "pytorch", "PyTorch");
  const auto legal = pytorch::legalise(model, program.words, options, diagnostics);
  if (!legal) return std::nullopt;
  return pytorch::print(*legal, program);
}

}  // namespace neural::emit
