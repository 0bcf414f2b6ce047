#include "neural/engine/run/known_update.hpp"

#include <map>
#include <utility>

namespace neural::engine {
namespace {

/// Whether an expression is a pattern in which inputs, scalars and numbers stand for any.
class Match {
 public:
  Match(const Expression& pattern, const Expression& expression) : pattern_(pattern), expression_(expression) {}

  bool run() {
    if (pattern_.results().size() != expression_.results().size()) return false;
    for (std::size_t i = 0; i < pattern_.results().size(); ++i) {
      if (!matches(pattern_.results()[i], expression_.results()[i])) return false;
    }
    return true;
  }
  int input(int index) const { return inputs_.at(index); }
  int scalar(int index) const { return scalars_.at(index); }
  double number(double name) const { return numbers_.at(name); }

 private:
  template <class Name, class Thing>
  static bool bind(std::map<Name, Thing>& known, Name name, Thing thing) {
    return known.emplace(name, thing).first->second == thing;
  }

  bool matches(NodeId pattern, NodeId id) {
    const Expression::Node& one = pattern_.node(pattern);
    const Expression::Node& other = expression_.node(id);
    if (one.kind != other.kind) return false;
    switch (one.kind) {
      case Expression::Node::Kind::kInput:
        return bind(inputs_, one.input, other.input);
      case Expression::Node::Kind::kScalar:
        return bind(scalars_, one.input, other.input);
      case Expression::Node::Kind::kNumber:
        return bind(numbers_, one.number, other.number);
      case Expression::Node::Kind::kCall:
        break;
    }
    if (one.function != other.function) return false;
    for (int i = 0; i < argument_count(one.function); ++i) {
      if (!matches(one.arguments[i], other.arguments[i])) return false;
    }
    return true;
  }

  const Expression& pattern_;
  const Expression& expression_;
  std::map<int, int> inputs_;
  std::map<int, int> scalars_;
  std::map<double, double> numbers_;
};

}  // namespace

std::optional<AdamForm> adam_form(const Elementwise& action) {
  // Numbers that no simplification touches, as names.
  constexpr double kMeanShare = 3;
  constexpr double kSquareShare = 5;
  Expression pattern;
  const auto term = [&](int index) { return Term(pattern, pattern.input(index)); };
  const Term gradient = term(0), weight = term(1), mean_before = term(2), square_before = term(3);
  const Term rate(pattern, pattern.scalar(0));
  const Term epsilon(pattern, pattern.scalar(1));
  const Term mean = mean_before + (gradient - mean_before) * kMeanShare;
  const Term square = square_before + (gradient * gradient - square_before) * kSquareShare;
  pattern.add_result((weight - rate * mean / (sqrt(square) + epsilon)).id());
  pattern.add_result(mean.id());
  pattern.add_result(square.id());
  Match match(pattern, action.expression);
  if (!match.run()) return std::nullopt;
  const auto scalar = [&](int name) { return action.scalars[static_cast<std::size_t>(match.scalar(name))]; };
  return AdamForm{.gradient = match.input(0),
                  .weight = match.input(1),
                  .mean = match.input(2),
                  .square = match.input(3),
                  .rate = scalar(0),
                  .mean_share = match.number(kMeanShare),
                  .square_share = match.number(kSquareShare),
                  .epsilon = scalar(1)};
}

}  // namespace neural::engine
