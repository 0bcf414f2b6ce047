// What an expression's results change by when its inputs do.
#include <optional>

#include "neural/base/check.hpp"
#include "neural/engine/graph/expression.hpp"

namespace neural::engine {
namespace {

using Node = Expression::Node;

/// ∂function/∂argument `which`, of a call at `self`; none where nothing flows.
std::optional<Term> partial(Function function, int which, Term self, Term a, Term b) {
  const double two_over_root_pi = 1.1283791670955126;
  switch (function) {
    case Function::negate:
      return a.number(-1);
    case Function::absolute:
      return sign(a);
    case Function::square_root:
      return 0.5 / self;
    case Function::exponential:
      return self;
    case Function::logarithm:
      return 1 / a;
    case Function::log1p:
      return 1 / (a + 1);
    case Function::tanh:
      return 1 - self * self;
    case Function::sigmoid:
      return self * (1 - self);
    case Function::softplus:
      return sigmoid(a);
    case Function::error_function:
      return two_over_root_pi * exp(-(a * a));
    case Function::add:
      return a.number(1);
    case Function::subtract:
      return a.number(which == 0 ? 1 : -1);
    case Function::multiply:
      return which == 0 ? b : a;
    case Function::divide:
      return which == 0 ? 1 / b : -(self / b);
    case Function::power:
      if (which == 0) return b * pow(a, b - 1);
      return select(equal(a, a.number(0)), a.number(0), self * log(a));
    case Function::minimum:
    case Function::maximum: {
      const Term first = function == Function::maximum ? less(b, a) : less(a, b);
      const Term tie = 0.5 * equal(a, b);
      return which == 0 ? first + tie : 1 - first - tie;
    }
    case Function::select:
      if (which == 0) return std::nullopt;
      return which == 1 ? select(a, a.number(1), a.number(0)) : select(a, a.number(0), a.number(1));
    case Function::sign:
    case Function::less:
    case Function::less_equal:
    case Function::equal:
      return std::nullopt;
  }
  NEURAL_CHECK(false, "unknown function");
  return std::nullopt;
}

}  // namespace

Expression derivative(const Expression& expression, std::span<const int> wanted) {
  Expression result;
  const int inputs = expression.input_count();
  // The nodes themselves, in their order, then their derivatives from the results backwards.
  std::vector<Term> values;
  for (const Node& each : expression.nodes()) {
    const auto value = [&](NodeId id) {
      return id.index < 0 ? NodeId{} : values[static_cast<std::size_t>(id.index)].id();
    };
    NodeId id;
    switch (each.kind) {
      case Node::Kind::kInput:
        id = result.input(each.input);
        break;
      case Node::Kind::kScalar:
        id = result.scalar(each.input);
        break;
      case Node::Kind::kNumber:
        id = result.number(each.number);
        break;
      case Node::Kind::kCall:
        id = result.call(each.function, value(each.arguments[0]), value(each.arguments[1]), value(each.arguments[2]));
        break;
    }
    values.emplace_back(result, id);
  }

  std::vector<std::optional<Term>> flows(values.size());
  const auto flow_into = [&](NodeId id, Term flow) {
    std::optional<Term>& sum = flows[static_cast<std::size_t>(id.index)];
    sum = sum ? *sum + flow : flow;
  };
  for (std::size_t r = 0; r < expression.results().size(); ++r) {
    flow_into(expression.results()[r], Term(result, result.input(inputs + static_cast<int>(r))));
  }
  for (std::size_t i = values.size(); i-- > 0;) {
    const Node& each = expression.nodes()[i];
    if (!flows[i] || each.kind != Node::Kind::kCall) continue;
    const auto value = [&](int argument) {
      const NodeId id = each.arguments[argument];
      return id.index < 0 ? values[i] : values[static_cast<std::size_t>(id.index)];
    };
    for (int argument = 0; argument < argument_count(each.function); ++argument) {
      const std::optional<Term> slope = partial(each.function, argument, values[i], value(0), value(1));
      if (!slope) continue;
      // Chosen rather than multiplied by 1 and 0: it is less to compute.
      if (each.function == Function::select) {
        const Term zero = slope->number(0);
        flow_into(each.arguments[argument],
                  argument == 1 ? select(value(0), *flows[i], zero) : select(value(0), zero, *flows[i]));
      } else {
        flow_into(each.arguments[argument], *flows[i] * *slope);
      }
    }
  }
  for (const int index : wanted) {
    std::optional<Term> flow;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Node& each = expression.nodes()[i];
      if (each.kind == Node::Kind::kInput && each.input == index) flow = flows[i];
    }
    result.add_result(flow ? flow->id() : result.number(0));
  }
  return result.trimmed();
}

}  // namespace neural::engine
