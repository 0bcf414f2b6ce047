// Scalar expressions over some inputs, each with several results: what an elementwise operation computes for every
// element, what an activation, a loss or a step of an optimiser is. They are data, so that one definition serves for
// the fast kernels, for the slow reference in float64, and for its own derivative.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace neural::engine {

enum class Function : std::uint8_t {
#define NEURAL_FUNCTION(name, arguments) name,
#include "neural/engine/graph/functions.def"
#undef NEURAL_FUNCTION
};
std::string_view function_name(Function function);
int argument_count(Function function);

/// The value of a function; what every kernel is held against. `sigmoid` and `softplus` do not overflow, `sign(0)` is
/// 0, `minimum` and `maximum` give the second where the first is no number, and `select(c, a, b)` is a where c is not
/// 0.
double evaluate(Function function, double a, double b = 0, double c = 0);

/// A node of an Expression.
struct NodeId {
  std::int32_t index = -1;
  friend bool operator==(NodeId, NodeId) = default;
};

/// Nodes in an order in which each comes behind its arguments. Equal nodes are one node, numbers are folded.
class Expression {
 public:
  struct Node {
    enum class Kind : std::uint8_t { kInput, kScalar, kNumber, kCall };
    Kind kind{};
    Function function{};     ///< of a call
    std::int32_t input = 0;  ///< which input, or which scalar
    double number = 0;
    NodeId arguments[3] = {};  ///< as many as the function takes

    friend bool operator==(const Node&, const Node&) = default;
  };

  NodeId input(int index);   ///< a value of its own for each element
  NodeId scalar(int index);  ///< one value for all elements, known when the operation runs: a learning rate
  NodeId number(double value);
  NodeId call(Function function, NodeId a, NodeId b = {}, NodeId c = {});
  void add_result(NodeId node) { results_.push_back(node); }

  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(NodeId id) const { return nodes_[static_cast<std::size_t>(id.index)]; }
  const std::vector<NodeId>& results() const { return results_; }
  int input_count() const;   ///< one more than the largest index
  int scalar_count() const;  ///< likewise

  /// Of one element. As many inputs and scalars as there are.
  std::vector<double> evaluate(std::span<const double> inputs, std::span<const double> scalars = {}) const;

  /// "maximum(x0, 0.5 * x1)", of result `index`.
  std::string to_string(std::size_t index = 0) const;

  /// A copy of another expression's nodes, its inputs and scalars replaced; gives its results.
  std::vector<NodeId> embed(const Expression& other, const std::function<NodeId(int)>& input,
                            const std::function<NodeId(int)>& scalar);

  /// Without nodes that no result needs.
  Expression trimmed() const;

 private:
  NodeId add(Node node);
  std::optional<NodeId> simplified(Function function, NodeId a, NodeId b, NodeId c);
  bool is_number(NodeId id, double value) const;

  std::vector<Node> nodes_;
  std::vector<NodeId> results_;
};

/// For each input in `wanted`, Σ seedᵣ · ∂resultᵣ/∂input: the inputs are those of `expression`, then one seed for each
/// of its results. Where a function has a corner the derivative is that of the frameworks: 0 for abs at 0; of `minimum`
/// and `maximum` a half each where both are equal; nothing flows into the condition of `select` or a comparison.
Expression derivative(const Expression& expression, std::span<const int> wanted);

/// For writing expressions as they are read: `Term x = …; x * sigmoid(x)`.
class Term {
 public:
  Term(Expression& expression, NodeId id) : expression_(&expression), id_(id) {}
  NodeId id() const { return id_; }
  Expression& expression() const { return *expression_; }

  Term call(Function function) const { return {*expression_, expression_->call(function, id_)}; }
  Term call(Function function, Term b) const { return {*expression_, expression_->call(function, id_, b.id_)}; }
  Term number(double value) const { return {*expression_, expression_->number(value)}; }

 private:
  Expression* expression_;
  NodeId id_;
};

// NOLINTBEGIN(google-runtime-operator)
inline Term operator-(Term a) {
  return a.call(Function::negate);
}
inline Term operator+(Term a, Term b) {
  return a.call(Function::add, b);
}
inline Term operator-(Term a, Term b) {
  return a.call(Function::subtract, b);
}
inline Term operator*(Term a, Term b) {
  return a.call(Function::multiply, b);
}
inline Term operator/(Term a, Term b) {
  return a.call(Function::divide, b);
}
inline Term operator+(Term a, double b) {
  return a + a.number(b);
}
inline Term operator-(Term a, double b) {
  return a - a.number(b);
}
inline Term operator*(Term a, double b) {
  return a * a.number(b);
}
inline Term operator/(Term a, double b) {
  return a / a.number(b);
}
inline Term operator+(double a, Term b) {
  return b.number(a) + b;
}
inline Term operator-(double a, Term b) {
  return b.number(a) - b;
}
inline Term operator*(double a, Term b) {
  return b.number(a) * b;
}
inline Term operator/(double a, Term b) {
  return b.number(a) / b;
}
// NOLINTEND(google-runtime-operator)
inline Term abs(Term a) {
  return a.call(Function::absolute);
}
inline Term sign(Term a) {
  return a.call(Function::sign);
}
inline Term sqrt(Term a) {
  return a.call(Function::square_root);
}
inline Term exp(Term a) {
  return a.call(Function::exponential);
}
inline Term log(Term a) {
  return a.call(Function::logarithm);
}
inline Term log1p(Term a) {
  return a.call(Function::log1p);
}
inline Term tanh(Term a) {
  return a.call(Function::tanh);
}
inline Term sigmoid(Term a) {
  return a.call(Function::sigmoid);
}
inline Term softplus(Term a) {
  return a.call(Function::softplus);
}
inline Term erf(Term a) {
  return a.call(Function::error_function);
}
inline Term pow(Term a, Term b) {
  return a.call(Function::power, b);
}
inline Term min(Term a, Term b) {
  return a.call(Function::minimum, b);
}
inline Term max(Term a, Term b) {
  return a.call(Function::maximum, b);
}
inline Term less(Term a, Term b) {
  return a.call(Function::less, b);
}
inline Term less_equal(Term a, Term b) {
  return a.call(Function::less_equal, b);
}
inline Term equal(Term a, Term b) {
  return a.call(Function::equal, b);
}
inline Term select(Term condition, Term a, Term b) {
  return {condition.expression(), condition.expression().call(Function::select, condition.id(), a.id(), b.id())};
}

/// `flow` where x is above 0 or no number, else 0: the rectifier of x itself, and what flows back through it.
inline Term rectified(Term x, Term flow) {
  return select(less_equal(x, x.number(0)), x.number(0), flow);
}

}  // namespace neural::engine
