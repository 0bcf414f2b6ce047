#include "neural/model/infer.hpp"

#include <fmt/format.h>

#include "neural/model/graph_inference.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// E508 for inputs nobody used, else E507 for what is left open.
void check_end(const syntax::Network& network, GraphInference& graph, Reporter& reporter) {
  if (graph.open().size() == 1) return;
  bool is_unused = false;
  for (const OpenTensor& tensor : graph.open()) {
    if (!tensor.input) continue;
    is_unused = true;
    const syntax::Input& input = network.inputs[*tensor.input];
    reporter.add(Code::E508, input.name ? input.name->span : input.shape.span,
                 fmt::format("input {} is never used", as_code(input_name(network, *tensor.input))),
                 "begin a branch with it, merge it with the others, or remove it");
  }
  if (!is_unused) graph.finish(network.layers.back().span, "the network");
}

}  // namespace

InferredNetwork infer(const syntax::Network& network, const Sequence& layers, std::optional<LossKind> loss,
                      Reporter& reporter) {
  std::vector<DeclaredInput> inputs = read_inputs(network, layers, reporter);
  NetworkInference shared(inputs, loss, reporter);
  shared.take_names(layers, {});
  std::vector<OpenTensor> open;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    open.push_back({inputs[i].flow, {static_cast<std::uint32_t>(i)}, i, i});
  }
  if (open.empty()) open.push_back({});
  GraphInference graph(shared, std::move(open));
  graph.run(layers, {});
  check_end(network, graph, reporter);
  InferredNetwork inferred;
  for (DeclaredInput& input : inputs) inferred.inputs.push_back(std::move(input.input));
  inferred.layers = std::move(graph.layers());
  return inferred;
}

}  // namespace neural::model
