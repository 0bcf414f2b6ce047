#include "neural/emit/pytorch/pytorch.hpp"

#include <algorithm>
#include <utility>

#include "neural/emit/pytorch/legalise.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/print.hpp"
#include "neural/emit/text/scope.hpp"
#include "neural/model/layer_queries.hpp"

namespace neural::emit {

std::optional<std::string> emit_pytorch(const model::Model& model, const Options& options,
                                        syntax::DiagnosticList& diagnostics) {
  if (!is_in_scope(model, options, "PyTorch", diagnostics)) return std::nullopt;
  const Program program = describe(model, options, "pytorch", "PyTorch");
  const auto legal = pytorch::legalise(model, program.words, options, diagnostics);
  if (!legal) return std::nullopt;
  return pytorch::print(*legal, program);
}

std::optional<std::vector<pytorch::WeightPlace>> weight_places_of_pytorch(const model::Model& model,
                                                                          syntax::DiagnosticList& diagnostics) {
  const Options options;
  const Program program = describe(model, options, "pytorch", "PyTorch");
  auto legal = pytorch::legalise(model, program.words, options, diagnostics);
  if (!legal) return std::nullopt;
  return std::move(legal->weights);
}

std::vector<std::string> changes_of_pytorch(const model::Model& model) {
  const auto is_image_convolution = [](const model::Layer& layer) {
    using model::LayerKind;
    return layer.kind == LayerKind::Conv2D || layer.kind == LayerKind::Conv2DTranspose ||
           layer.kind == LayerKind::DepthwiseConv2D || layer.kind == LayerKind::SeparableConv2D;
  };
  std::vector<std::string> changes;
  if (pytorch::has_fused_optimizer(model.optimizer)) changes.emplace_back("fused_optimizer");
  if (std::any_of(model.layers.begin(), model.layers.end(),
                  [&](const model::Layer& layer) { return holds(layer, is_image_convolution); })) {
    changes.emplace_back("channels_last");
  }
  changes.emplace_back("threads");
  return changes;
}

}  // namespace neural::emit
