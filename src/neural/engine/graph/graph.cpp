#include "neural/engine/graph/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<Action>> kNames = {"elementwise",
                                                                              "random",
                                                                              "constant",
                                                                              "matmul",
                                                                              "convolution",
                                                                              "convolution_input",
                                                                              "convolution_kernel",
                                                                              "max_pool",
                                                                              "max_pool_input",
                                                                              "average_pool",
                                                                              "average_pool_input",
                                                                              "reduce",
                                                                              "softmax",
                                                                              "log_softmax",
                                                                              "cross_entropy",
                                                                              "cross_entropy_input",
                                                                              "reshape",
                                                                              "transpose",
                                                                              "slice",
                                                                              "pad",
                                                                              "concatenate",
                                                                              "reverse",
                                                                              "gather",
                                                                              "scatter_add",
                                                                              "arg_max",
                                                                              "to_real",
                                                                              "scan",
                                                                              "matmul_then",
                                                                              "convolution_max_pool",
                                                                              "maxima_convolution_input",
                                                                              "maxima_convolution_kernel"};

}  // namespace

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    NEURAL_CHECK(size >= 0 && !__builtin_mul_overflow(count, size, &count));
  }
  return count;
}

std::string to_string(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::string_view action_name(const Action& action) {
  return kNames[action.index()];
}

std::vector<std::int32_t> producers(const Graph& graph) {
  std::vector<std::int32_t> result(graph.values.size(), -1);
  for (std::size_t i = 0; i < graph.operations.size(); ++i) {
    for (const ValueId id : graph.operations[i].outputs) {
      result[static_cast<std::size_t>(id.index)] = static_cast<std::int32_t>(i);
    }
  }
  return result;
}

void remove_unused(Graph& graph) {
  std::vector<char> needed(graph.values.size(), 0);
  const auto need = [&](ValueId id) { needed[static_cast<std::size_t>(id.index)] = 1; };
  for (const ValueId id : graph.outputs) need(id);
  for (const State& state : graph.states) need(state.after);
  std::vector<Operation> kept;
  for (std::size_t i = graph.operations.size(); i-- > 0;) {
    Operation& operation = graph.operations[i];
    const bool is_needed = std::any_of(operation.outputs.begin(), operation.outputs.end(),
                                       [&](ValueId id) { return needed[static_cast<std::size_t>(id.index)] != 0; });
    if (!is_needed) continue;
    for (const ValueId id : operation.inputs) need(id);
    kept.push_back(std::move(operation));
  }
  std::reverse(kept.begin(), kept.end());
  graph.operations = std::move(kept);
}

std::string to_text(const Graph& graph) {
  std::string text;
  const auto names = [&](const std::vector<ValueId>& ids) {
    std::vector<std::string> result;
    for (const ValueId id : ids) result.push_back(fmt::format("%{}", id.index));
    return fmt::format("{}", fmt::join(result, ", "));
  };
  for (const Operation& operation : graph.operations) {
    std::vector<std::string> shapes;
    for (const ValueId id : operation.outputs) shapes.push_back(to_string(graph.shape(id)));
    text += fmt::format("{} = {}({}) {}", names(operation.outputs), action_name(operation.action),
                        names(operation.inputs), fmt::join(shapes, " "));
    const auto* elementwise = std::get_if<Elementwise>(&operation.action);
    if (const auto* both = std::get_if<MatmulThen>(&operation.action)) elementwise = &both->then;
    for (std::size_t i = 0; elementwise != nullptr && i < elementwise->expression.results().size(); ++i) {
      text += " " + elementwise->expression.to_string(i);
    }
    if (!operation.origin.empty()) text += "  # " + operation.origin;
    text += '\n';
  }
  return text;
}

}  // namespace neural::engine
