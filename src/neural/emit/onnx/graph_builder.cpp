#include "neural/emit/onnx/graph_builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "neural/base/check.hpp"

namespace neural::emit::onnx {

std::string GraphBuilder::fresh(std::string_view name) {
  std::string path = layer_.empty() ? std::string(name) : fmt::format("{}/{}", layer_, name);
  const int count = names_[path]++;
  return count == 0 ? path : fresh(fmt::format("{}_{}", name, count));
}

std::string GraphBuilder::add(std::string_view operation, std::vector<std::string> inputs,
                              std::vector<Attribute> attributes) {
  return add_several(operation, std::move(inputs), std::move(attributes), 1).front();
}

std::vector<std::string> GraphBuilder::add_several(std::string_view operation, std::vector<std::string> inputs,
                                                   std::vector<Attribute> attributes, std::size_t count) {
  const std::string name = fresh(operation);
  std::vector<std::string> outputs = {name};
  for (std::size_t i = 1; i < count; ++i) outputs.push_back(fmt::format("{}:{}", name, i));
  graphs_.back().nodes.push_back({std::string(operation), name, std::move(inputs), outputs, std::move(attributes)});
  return outputs;
}

void GraphBuilder::add_as(const std::string& result, std::string_view operation, std::vector<std::string> inputs,
                          std::vector<Attribute> attributes) {
  graphs_.back().nodes.push_back(
      {std::string(operation), fresh(operation), std::move(inputs), {result}, std::move(attributes)});
}

// Constants of whole numbers are shared, and stand in the outermost graph, which every graph within sees.
std::string GraphBuilder::integers(Integers numbers) {
  const std::string key = fmt::format("{}", fmt::join(numbers, ","));
  const auto [found, is_new] = integers_.try_emplace(key, "ints/" + key);
  if (is_new) graphs_.front().constants.push_back({found->second, std::move(numbers)});
  return found->second;
}

std::string GraphBuilder::number(double value) {
  const std::string key = fmt::format("float/{}", value);
  const auto [found, is_new] = integers_.try_emplace(key, key);
  if (is_new) graphs_.front().constants.push_back({key, weights::Array{{}, {static_cast<float>(value)}}});
  return key;
}

std::string GraphBuilder::constant(std::string_view name, decltype(Constant::value) value) {
  std::string path = fresh(name);
  graphs_.front().constants.push_back({path, std::move(value)});
  return path;
}

const weights::Array& GraphBuilder::array_of(const model::Layer& layer, std::string_view tensor) const {
  const auto found = weights_.find(fmt::format("{}/{}", layer.name, tensor));
  NEURAL_CHECK(found != weights_.end(), "a weight of the network");
  return found->second;
}

std::string GraphBuilder::weight(const model::Layer& layer, std::string_view tensor, const Integers& axes,
                                 Integers shape) {
  if (axes.empty() && shape.empty()) return constant(tensor, &array_of(layer, tensor));
  weights::Array value = axes.empty() ? array_of(layer, tensor) : permuted(array_of(layer, tensor), axes);
  if (!shape.empty()) value.shape = std::move(shape);
  return array(tensor, std::move(value));
}

std::string GraphBuilder::shape(const std::vector<Size>& sizes) {
  std::vector<std::string> parts;
  Integers numbers;
  const auto flush = [&] {
    if (!numbers.empty()) parts.push_back(integers(std::exchange(numbers, {})));
  };
  for (const Size& size : sizes) {
    if (size.of.empty()) {
      numbers.push_back(size.number);
      continue;
    }
    flush();
    parts.push_back(add("Shape", {size.of}, {{"start", size.axis}, {"end", size.axis + 1}}));
  }
  flush();
  return parts.size() == 1 ? parts.front() : add("Concat", std::move(parts), {{"axis", 0}});
}

std::string GraphBuilder::reshape(const std::string& value, const std::vector<Size>& sizes) {
  return add("Reshape", {value, shape(sizes)});
}

std::string GraphBuilder::slice(const std::string& value, Integers starts, Integers ends, Integers axes,
                                Integers steps) {
  std::vector<std::string> inputs = {value, integers(std::move(starts)), integers(std::move(ends)),
                                     integers(std::move(axes))};
  if (!steps.empty()) inputs.push_back(integers(std::move(steps)));
  return add("Slice", std::move(inputs));
}

std::string GraphBuilder::flip(const std::string& value, std::int64_t axis) {
  return slice(value, {-1}, {std::numeric_limits<std::int64_t>::min()}, {axis}, {-1});
}

std::string GraphBuilder::reduce(std::string_view operation, const std::string& value, Integers axes, bool keeps) {
  return add(operation, {value, integers(std::move(axes))}, {{"keepdims", keeps ? 1 : 0}});
}

Value GraphBuilder::channels_first(Value value) {
  if (value.lies_channels_first || value.rank < 2) return value;
  const auto rank = static_cast<std::int64_t>(value.rank);
  Integers order = {0, rank};
  for (std::int64_t axis = 1; axis < rank; ++axis) order.push_back(axis);
  value.name = transpose(value.name, std::move(order));
  value.lies_channels_first = true;
  return value;
}

Value GraphBuilder::declared(Value value) {
  if (!value.lies_channels_first) return value;
  Integers order = {0};
  for (std::int64_t axis = 2; axis <= static_cast<std::int64_t>(value.rank); ++axis) order.push_back(axis);
  order.push_back(1);
  value.name = transpose(value.name, std::move(order));
  value.lies_channels_first = false;
  return value;
}

Value GraphBuilder::channels_first_as_declared(const model::Layer& layer, Value value) {
  return is_channels_first(layer.attributes) ? declared(std::move(value)) : channels_first(std::move(value));
}

std::shared_ptr<const Graph> GraphBuilder::end_graph(std::string name, std::vector<ValueInfo> inputs,
                                                     std::vector<ValueInfo> outputs) {
  auto graph = std::make_shared<Graph>(std::move(graphs_.back()));
  graphs_.pop_back();
  graph->name = std::move(name);
  graph->inputs = std::move(inputs);
  graph->outputs = std::move(outputs);
  return graph;
}

Graph GraphBuilder::take() {
  NEURAL_CHECK(graphs_.size() == 1, "a graph within is not ended");
  return std::move(graphs_.front());
}

void GraphBuilder::refuse(const model::Layer& layer, const std::string& what, std::string help) {
  diagnostics_.add(syntax::Code::E701, layer.span, fmt::format("{} cannot be expressed in ONNX", what),
                   std::move(help));
}

void GraphBuilder::deviate(const model::Layer& layer, const std::string& what, const std::string& how,
                           std::string help) {
  diagnostics_.add(syntax::Code::W702, layer.span, fmt::format("{} deviates in ONNX: {}", what, how), std::move(help));
}

void GraphBuilder::refuse_unknown(const model::Layer& layer, std::string message, std::string help) {
  diagnostics_.add(syntax::Code::E705, layer.span, std::move(message), std::move(help));
}

weights::Array permuted(const weights::Array& array, const Integers& order) {
  const std::size_t rank = array.shape.size();
  NEURAL_CHECK(order.size() == rank, "an order of all axes");
  Integers strides(rank, 1);
  for (std::size_t axis = rank; axis-- > 1;) strides[axis - 1] = strides[axis] * array.shape[axis];
  weights::Array result;
  Integers steps;
  for (const std::int64_t axis : order) {
    result.shape.push_back(array.shape[static_cast<std::size_t>(axis)]);
    steps.push_back(strides[static_cast<std::size_t>(axis)]);
  }
  result.values.resize(array.values.size());
  Integers index(rank, 0);
  std::int64_t from = 0;
  for (float& value : result.values) {
    value = array.values[static_cast<std::size_t>(from)];
    for (std::size_t axis = rank; axis-- > 0;) {
      from += steps[axis];
      if (++index[axis] < result.shape[axis]) break;
      from -= steps[axis] * result.shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

Integers rising(std::int64_t count, std::int64_t first) {
  Integers numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

}  // namespace neural::emit::onnx
