#include "neural/engine/graph/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "neural/base/check.hpp"

namespace neural::engine {
namespace {

using Node = Expression::Node;

struct FunctionRow {
  std::string_view name;
  int arguments;
};
constexpr std::array kFunctions = {
#define NEURAL_FUNCTION(name, arguments) FunctionRow{#name, arguments},
#include "neural/engine/graph/functions.def"
#undef NEURAL_FUNCTION
};

}  // namespace

std::string_view function_name(Function function) {
  return kFunctions[static_cast<std::size_t>(function)].name;
}

int argument_count(Function function) {
  return kFunctions[static_cast<std::size_t>(function)].arguments;
}

double evaluate(Function function, double a, double b, double c) {
  switch (function) {
    case Function::negate:
      return -a;
    case Function::absolute:
      return std::abs(a);
    case Function::sign:
      return a > 0 ? 1 : a < 0 ? -1 : 0;
    case Function::square_root:
      return std::sqrt(a);
    case Function::exponential:
      return std::exp(a);
    case Function::logarithm:
      return std::log(a);
    case Function::log1p:
      return std::log1p(a);
    case Function::tanh:
      return std::tanh(a);
    case Function::sigmoid:
      return a >= 0 ? 1 / (1 + std::exp(-a)) : std::exp(a) / (1 + std::exp(a));
    case Function::softplus:
      return std::max(a, 0.0) + std::log1p(std::exp(-std::abs(a)));
    case Function::error_function:
      return std::erf(a);
    case Function::add:
      return a + b;
    case Function::subtract:
      return a - b;
    case Function::multiply:
      return a * b;
    case Function::divide:
      return a / b;
    case Function::power:
      return std::pow(a, b);
    case Function::minimum:
      return a < b ? a : b;
    case Function::maximum:
      return a > b ? a : b;
    case Function::less:
      return a < b ? 1 : 0;
    case Function::less_equal:
      return a <= b ? 1 : 0;
    case Function::equal:
      return a == b ? 1 : 0;
    case Function::select:
      return a != 0 ? b : c;
  }
  NEURAL_CHECK(false, "unknown function");
  return 0;
}

NodeId Expression::add(Node node) {
  // Few nodes each: a search is faster than a table.
  const auto same = std::find(nodes_.begin(), nodes_.end(), node);
  if (same != nodes_.end()) return {static_cast<std::int32_t>(same - nodes_.begin())};
  nodes_.push_back(node);
  return {static_cast<std::int32_t>(nodes_.size()) - 1};
}

NodeId Expression::input(int index) {
  Node node;
  node.kind = Node::Kind::kInput;
  node.input = index;
  return add(node);
}

NodeId Expression::scalar(int index) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.input = index;
  return add(node);
}

NodeId Expression::number(double value) {
  Node node;
  node.kind = Node::Kind::kNumber;
  node.number = value;
  return add(node);
}

bool Expression::is_number(NodeId id, double value) const {
  return node(id).kind == Node::Kind::kNumber && node(id).number == value;
}

/// Only what holds for every number the frameworks' gradients meet: x · 0 is 0, as in a derivative that is not there.
std::optional<NodeId> Expression::simplified(Function function, NodeId a, NodeId b, NodeId c) {
  switch (function) {
    case Function::add:
      if (is_number(a, 0)) return b;
      if (is_number(b, 0)) return a;
      break;
    case Function::subtract:
      if (is_number(b, 0)) return a;
      if (is_number(a, 0)) return call(Function::negate, b);
      break;
    case Function::multiply:
      if (is_number(a, 0) || is_number(b, 0)) return number(0);
      if (is_number(a, 1)) return b;
      if (is_number(b, 1)) return a;
      if (is_number(a, -1)) return call(Function::negate, b);
      if (is_number(b, -1)) return call(Function::negate, a);
      break;
    case Function::divide:
      if (is_number(a, 0)) return number(0);
      if (is_number(b, 1)) return a;
      break;
    case Function::negate:
      if (node(a).kind == Node::Kind::kCall && node(a).function == Function::negate) return node(a).arguments[0];
      break;
    case Function::power:
      if (is_number(b, 1)) return a;
      if (is_number(b, 2)) return call(Function::multiply, a, a);
      if (is_number(b, 0.5)) return call(Function::square_root, a);
      break;
    case Function::select:
      if (b == c) return b;
      if (node(a).kind == Node::Kind::kNumber) return node(a).number != 0 ? b : c;
      break;
    default:
      break;
  }
  return std::nullopt;
}

NodeId Expression::call(Function function, NodeId a, NodeId b, NodeId c) {
  const std::array<NodeId, 3> arguments = {a, b, c};
  const int count = argument_count(function);
  bool all_numbers = true;
  for (int i = 0; i < count; ++i) {
    NEURAL_CHECK(arguments[static_cast<std::size_t>(i)].index >= 0);
    all_numbers = all_numbers && node(arguments[static_cast<std::size_t>(i)]).kind == Node::Kind::kNumber;
  }
  if (all_numbers) {
    const auto value = [&](int i) { return i < count ? node(arguments[static_cast<std::size_t>(i)]).number : 0; };
    return number(engine::evaluate(function, value(0), value(1), value(2)));
  }
  if (const std::optional<NodeId> simple = simplified(function, a, b, c)) return *simple;
  Node node;
  node.kind = Node::Kind::kCall;
  node.function = function;
  for (int i = 0; i < count; ++i) node.arguments[i] = arguments[static_cast<std::size_t>(i)];
  return add(node);
}

int Expression::input_count() const {
  int count = 0;
  for (const Node& each : nodes_) {
    if (each.kind == Node::Kind::kInput) count = std::max(count, each.input + 1);
  }
  return count;
}

int Expression::scalar_count() const {
  int count = 0;
  for (const Node& each : nodes_) {
    if (each.kind == Node::Kind::kScalar) count = std::max(count, each.input + 1);
  }
  return count;
}

std::vector<double> Expression::evaluate(std::span<const double> inputs, std::span<const double> scalars) const {
  std::vector<double> values;
  values.reserve(nodes_.size());
  const auto value = [&](NodeId id) { return id.index < 0 ? 0 : values[static_cast<std::size_t>(id.index)]; };
  for (const Node& each : nodes_) {
    switch (each.kind) {
      case Node::Kind::kInput:
        values.push_back(inputs[static_cast<std::size_t>(each.input)]);
        break;
      case Node::Kind::kScalar:
        values.push_back(scalars[static_cast<std::size_t>(each.input)]);
        break;
      case Node::Kind::kNumber:
        values.push_back(each.number);
        break;
      case Node::Kind::kCall:
        values.push_back(engine::evaluate(each.function, value(each.arguments[0]), value(each.arguments[1]),
                                          value(each.arguments[2])));
        break;
    }
  }
  std::vector<double> results;
  for (const NodeId id : results_) results.push_back(value(id));
  return results;
}

std::string Expression::to_string(std::size_t index) const {
  const std::function<std::string(NodeId)> text = [&](NodeId id) -> std::string {
    const Node& each = node(id);
    if (each.kind == Node::Kind::kInput) return fmt::format("x{}", each.input);
    if (each.kind == Node::Kind::kScalar) return fmt::format("s{}", each.input);
    if (each.kind == Node::Kind::kNumber) return fmt::format("{}", each.number);
    std::string arguments;
    for (int i = 0; i < argument_count(each.function); ++i) arguments += (i > 0 ? ", " : "") + text(each.arguments[i]);
    return fmt::format("{}({})", function_name(each.function), arguments);
  };
  return text(results_[index]);
}

std::vector<NodeId> Expression::embed(const Expression& other, const std::function<NodeId(int)>& input_of,
                                      const std::function<NodeId(int)>& scalar_of) {
  std::vector<NodeId> copies;
  const auto copy = [&](NodeId id) { return id.index < 0 ? NodeId{} : copies[static_cast<std::size_t>(id.index)]; };
  for (const Node& each : other.nodes_) {
    switch (each.kind) {
      case Node::Kind::kInput:
        copies.push_back(input_of(each.input));
        break;
      case Node::Kind::kScalar:
        copies.push_back(scalar_of(each.input));
        break;
      case Node::Kind::kNumber:
        copies.push_back(number(each.number));
        break;
      case Node::Kind::kCall:
        copies.push_back(
            call(each.function, copy(each.arguments[0]), copy(each.arguments[1]), copy(each.arguments[2])));
        break;
    }
  }
  std::vector<NodeId> results;
  for (const NodeId id : other.results_) results.push_back(copy(id));
  return results;
}

Expression Expression::trimmed() const {
  std::vector<char> needed(nodes_.size(), 0);
  for (const NodeId id : results_) needed[static_cast<std::size_t>(id.index)] = 1;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    if (needed[i] == 0) continue;
    for (const NodeId id : nodes_[i].arguments) {
      if (id.index >= 0) needed[static_cast<std::size_t>(id.index)] = 1;
    }
  }
  Expression result;
  std::vector<NodeId> copies(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (needed[i] == 0) continue;
    Node node = nodes_[i];
    for (NodeId& id : node.arguments) {
      if (id.index >= 0) id = copies[static_cast<std::size_t>(id.index)];
    }
    copies[i] = result.add(node);
  }
  for (const NodeId id : results_) result.add_result(copies[static_cast<std::size_t>(id.index)]);
  return result;
}

}  // namespace neural::engine
