#include "neural/engine/lower/optimizers.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "neural/base/check.hpp"
#include "neural/engine/lower/training.hpp"

namespace neural::engine {
namespace {

using model::OptimizerKind;
using model::Parameter;

/// What a formula reads and gives: weight, gradient, and the states it keeps, in this order.
struct Formula {
  std::vector<std::string> states;                                                   ///< their names
  std::vector<std::pair<std::string, std::function<double(std::int64_t)>>> scalars;  ///< behind the learning rate
  /// w, g, states and scalars (the rate first) -> w and states.
  std::function<std::vector<Term>(Term w, Term g, std::span<const Term> s, std::span<const Term> scalars)> step;
};

class Formulas {
 public:
  Formulas(const model::Optimizer& optimizer, Dialect dialect)
      : parameters_(optimizer.parameters),
        kind_(optimizer.kind),
        rate_(learning_rate_of(optimizer)),
        dialect_(dialect) {}

  Formula formula() const {
    switch (kind_) {
      case OptimizerKind::SGD:
        return sgd();
      case OptimizerKind::RMSprop:
        return rmsprop();
      case OptimizerKind::Adagrad:
        return adagrad();
      case OptimizerKind::Adadelta:
        return adadelta();
      case OptimizerKind::Adam:
      case OptimizerKind::AdamW:
        return adam();
      case OptimizerKind::Adamax:
        return adamax();
      case OptimizerKind::Nadam:
        return nadam();
      case OptimizerKind::Lion:
        return lion();
      case OptimizerKind::Ftrl:
        return ftrl();
    }
    NEURAL_CHECK(false, "an optimiser outside the table");
    return {};
  }

 private:
  double number(Parameter parameter) const { return parameters_.number(parameter); }

  Formula sgd() const {
    const double momentum = number(Parameter::momentum);
    if (momentum == 0) {
      return {{}, {}, [](Term w, Term g, std::span<const Term>, std::span<const Term> a) {
                return std::vector<Term>{w - a[0] * g};
              }};
    }
    const bool nesterov = parameters_.boolean(Parameter::nesterov);
    return {{"momentum"}, {}, [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
              const Term m = momentum * s[0] - a[0] * g;
              return std::vector<Term>{nesterov ? w + momentum * m - a[0] * g : w + m, m};
            }};
  }

  Formula rmsprop() const {
    const double rho = number(Parameter::rho);
    const double momentum = number(Parameter::momentum);
    const double epsilon = number(Parameter::epsilon);
    const bool centered = parameters_.boolean(Parameter::centered);
    Formula result;
    result.states = {"square"};
    if (centered) result.states.emplace_back("mean");
    if (momentum > 0) result.states.emplace_back("momentum");
    result.step = [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
      const Term square = rho * s[0] + (1 - rho) * g * g;
      std::vector<Term> states = {square};
      Term under_root = square + epsilon;
      if (centered) {
        const Term mean = rho * s[1] + (1 - rho) * g;
        states.push_back(mean);
        under_root = square - mean * mean + epsilon;
      }
      Term change = a[0] * g / sqrt(under_root);
      if (momentum > 0) {
        change = momentum * s[states.size()] + change;
        states.push_back(change);
      }
      states.insert(states.begin(), w - change);
      return states;
    };
    return result;
  }

  Formula adagrad() const {
    const double epsilon = number(Parameter::epsilon);
    return {{"accumulator"}, {}, [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
              const Term sum = s[0] + g * g;
              return std::vector<Term>{w - a[0] * g / sqrt(sum + epsilon), sum};
            }};
  }

  Formula adadelta() const {
    const double rho = number(Parameter::rho);
    const double epsilon = number(Parameter::epsilon);
    return {{"gradient_square", "change_square"},
            {},
            [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
              const Term square = rho * s[0] + (1 - rho) * g * g;
              const Term change = -(sqrt(s[1] + epsilon) * g / sqrt(square + epsilon));
              return std::vector<Term>{w + a[0] * change, square, rho * s[1] + (1 - rho) * change * change};
            }};
  }

  /// lr · √(1 - β₂ᵗ) / (1 - β₁ᵗ), so that epsilon stands beside the uncorrected root, as in Keras. PyTorch has it
  /// beside the corrected one: there it is ε · √(1 - β₂ᵗ).
  Formula adam() const {
    const double beta_1 = number(Parameter::beta_1);
    const double beta_2 = number(Parameter::beta_2);
    const double epsilon = number(Parameter::epsilon);
    const bool amsgrad = parameters_.boolean(Parameter::amsgrad);
    Formula result;
    result.states = {"mean", "square"};
    if (amsgrad) result.states.emplace_back("largest_square");
    result.scalars = {{"adam_rate",
                       [beta_1, beta_2, rate = rate_](std::int64_t step) {
                         const double t = static_cast<double>(step) + 1;
                         return rate(step) * std::sqrt(1 - std::pow(beta_2, t)) / (1 - std::pow(beta_1, t));
                       }},
                      {"adam_epsilon", [beta_2, epsilon, dialect = dialect_](std::int64_t step) {
                         if (dialect == Dialect::kKeras) return epsilon;
                         return epsilon * std::sqrt(1 - std::pow(beta_2, static_cast<double>(step) + 1));
                       }}};
    result.step = [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
      const Term mean = s[0] + (g - s[0]) * (1 - beta_1);
      const Term square = s[1] + (g * g - s[1]) * (1 - beta_2);
      std::vector<Term> states = {mean, square};
      Term scale = square;
      if (amsgrad) {
        scale = max(s[2], square);
        states.push_back(scale);
      }
      states.insert(states.begin(), w - a[1] * mean / (sqrt(scale) + a[2]));
      return states;
    };
    return result;
  }

  Formula adamax() const {
    const double beta_1 = number(Parameter::beta_1);
    const double beta_2 = number(Parameter::beta_2);
    const double epsilon = number(Parameter::epsilon);
    Formula result;
    result.states = {"mean", "norm"};
    result.scalars = {{"adamax_rate", [beta_1, rate = rate_](std::int64_t step) {
                         return rate(step) / (1 - std::pow(beta_1, static_cast<double>(step) + 1));
                       }}};
    result.step = [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
      const Term mean = s[0] + (g - s[0]) * (1 - beta_1);
      const Term norm = max(beta_2 * s[1], abs(g));
      return std::vector<Term>{w - a[1] * mean / (norm + epsilon), mean, norm};
    };
    return result;
  }

  /// Dozat 2016, with Keras's decay 0.96 of the momentum.
  Formula nadam() const {
    const double beta_1 = number(Parameter::beta_1);
    const double beta_2 = number(Parameter::beta_2);
    const double epsilon = number(Parameter::epsilon);
    const auto momentum = [beta_1](std::int64_t t) {
      return beta_1 * (1 - 0.5 * std::pow(0.96, static_cast<double>(t)));
    };
    const auto product = [momentum](std::int64_t t) {
      double result = 1;
      // Beside 1 it is nothing any more long before it is 0.
      constexpr double kNothing = 1e-20;
      for (std::int64_t i = 1; i <= t && result > kNothing; ++i) result *= momentum(i);
      return result;
    };
    Formula result;
    result.states = {"mean", "square"};
    result.scalars = {
        {"nadam_of_mean", [=](std::int64_t step) { return momentum(step + 2) / (1 - product(step + 2)); }},
        {"nadam_of_gradient", [=](std::int64_t step) { return (1 - momentum(step + 1)) / (1 - product(step + 1)); }},
        {"nadam_square", [=](std::int64_t step) { return 1 / (1 - std::pow(beta_2, static_cast<double>(step) + 1)); }}};
    result.step = [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
      const Term mean = s[0] + (g - s[0]) * (1 - beta_1);
      const Term square = s[1] + (g * g - s[1]) * (1 - beta_2);
      const Term ahead = a[1] * mean + a[2] * g;
      return std::vector<Term>{w - a[0] * ahead / (sqrt(a[3] * square) + epsilon), mean, square};
    };
    return result;
  }

  Formula lion() const {
    const double beta_1 = number(Parameter::beta_1);
    const double beta_2 = number(Parameter::beta_2);
    return {{"mean"}, {}, [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
              const Term direction = beta_1 * s[0] + (1 - beta_1) * g;
              return std::vector<Term>{w - a[0] * sign(direction), beta_2 * s[0] + (1 - beta_2) * g};
            }};
  }

  Formula ftrl() const {
    const double power = number(Parameter::learning_rate_power);
    const double l1 = number(Parameter::l1);
    const double l2 = number(Parameter::l2);
    const double beta = number(Parameter::beta);
    return {{"accumulator", "linear"}, {}, [=](Term w, Term g, std::span<const Term> s, std::span<const Term> a) {
              const Term before = pow(s[0], s[0].number(-power));
              const Term sum = s[0] + g * g;
              const Term after = pow(sum, sum.number(-power));
              const Term linear = s[1] + g - (after - before) / a[0] * w;
              const Term curvature = after / a[0] + 2 * l2 + beta / a[0];
              const Term clipped = max(min(linear, linear.number(l1)), linear.number(-l1));
              return std::vector<Term>{(clipped - linear) / curvature, sum, linear};
            }};
  }

  const model::Attributes& parameters_;
  OptimizerKind kind_;
  std::function<double(std::int64_t)> rate_;
  Dialect dialect_;
};

std::optional<double> optional_number(const model::Attributes& parameters, Parameter parameter) {
  if (!parameters.has(parameter) || parameters.at(parameter).is_none()) return std::nullopt;
  return parameters.number(parameter);
}

std::vector<int> all_axes(Builder& builder, ValueId x) {
  std::vector<int> axes;
  for (int axis = 0; axis < builder.rank(x); ++axis) axes.push_back(axis);
  return axes;
}

/// Σ x², of one element.
ValueId square_sum(Builder& builder, ValueId x) {
  const ValueId squares = builder.elementwise({x}, [](std::span<const Term> in) { return in[0] * in[0]; });
  return builder.reshape(builder.sum(squares, all_axes(builder, x)), {1});
}

/// x · most / max(norm, most), of the norm's square.
ValueId shortened(Builder& builder, ValueId x, ValueId square, double most) {
  return builder.elementwise(
      {x, square}, [&](std::span<const Term> in) { return in[0] * (most / max(sqrt(in[1]), in[1].number(most))); });
}

void clip(Builder& builder, const model::Optimizer& optimizer, std::vector<Gradient>& gradients,
          syntax::DiagnosticList& diagnostics) {
  const auto norm = optional_number(optimizer.parameters, Parameter::clipnorm);
  const auto global_norm = optional_number(optimizer.parameters, Parameter::global_clipnorm);
  const auto value = optional_number(optimizer.parameters, Parameter::clipvalue);
  if (int{norm.has_value()} + int{global_norm.has_value()} + int{value.has_value()} > 1) {
    diagnostics.add(
        syntax::Code::E701, optimizer.span,
        "clipping by more than one of `clipnorm`, `global_clipnorm` and `clipvalue` is not possible on the engine",
        "keep one of them");
    return;
  }
  std::optional<ValueId> total;
  if (global_norm) {
    for (const Gradient& each : gradients) {
      const ValueId sum = square_sum(builder, each.flow);
      total = total ? builder.add(*total, sum) : sum;
    }
  }
  for (Gradient& each : gradients) {
    if (value) {
      each.flow = builder.elementwise({each.flow}, [&](std::span<const Term> in) {
        return max(min(in[0], in[0].number(*value)), in[0].number(-*value));
      });
    }
    if (norm) each.flow = shortened(builder, each.flow, square_sum(builder, each.flow), *norm);
    if (global_norm) each.flow = shortened(builder, each.flow, *total, *global_norm);
  }
}

const State& state_of(const Graph& graph, ValueId weight) {
  const auto found = std::find_if(graph.states.begin(), graph.states.end(),
                                  [&](const State& state) { return state.before == weight; });
  NEURAL_CHECK(found != graph.states.end());
  return *found;
}

}  // namespace

void apply_optimizer(Builder& builder, const model::Optimizer& optimizer, const std::vector<Gradient>& given,
                     Dialect dialect, syntax::DiagnosticList& diagnostics) {
  std::vector<Gradient> gradients = given;
  builder.set_origin("optimizer");
  clip(builder, optimizer, gradients, diagnostics);
  const Formula formula = Formulas(optimizer, dialect).formula();
  const double decay = optional_number(optimizer.parameters, Parameter::weight_decay).value_or(0);
  std::vector<int> scalars = {builder.scalar("learning_rate", learning_rate_of(optimizer))};
  for (const auto& [name, value] : formula.scalars) scalars.push_back(builder.scalar(name, value));
  const bool averages = averages_weights(optimizer);
  const double momentum = averages ? optimizer.parameters.number(Parameter::ema_momentum) : 0;
  if (averages) {
    scalars.push_back(
        builder.scalar("average_momentum", [momentum](std::int64_t step) { return step > 0 ? momentum : 0; }));
  }
  for (const Gradient& each : gradients) {
    const State weight = state_of(builder.graph(), each.weight);
    builder.set_origin(weight.name);
    std::vector<ValueId> inputs = {each.weight, each.flow};
    const auto keep = [&](const std::string& name) {
      inputs.push_back(builder.state(weight.name + "/" + name, builder.shape(each.weight), false));
    };
    for (const std::string& name : formula.states) keep(name);
    if (averages) keep("average");
    const std::vector<ValueId> results =
        builder.elementwise(inputs, scalars, [&](std::span<const Term> in, std::span<const Term> all_scalars) {
          const Term decayed = decay > 0 ? in[0] - in[0] * (decay * all_scalars[0]) : in[0];
          std::vector<Term> after = formula.step(decayed, in[1], in.subspan(2, formula.states.size()), all_scalars);
          if (averages) {
            const Term share = all_scalars.back();
            after.push_back(share * in.back() + (1 - share) * after.front());
          }
          return after;
        });
    builder.set_state(each.weight, results[0]);
    for (std::size_t i = 2; i < inputs.size(); ++i) builder.set_state(inputs[i], results[i - 1]);
  }
}

double initial_value(const model::Optimizer& optimizer, const std::string& state_name) {
  const bool accumulates = optimizer.kind == OptimizerKind::Adagrad || optimizer.kind == OptimizerKind::Ftrl;
  if (accumulates && state_name.ends_with("/accumulator")) {
    return optimizer.parameters.number(Parameter::initial_accumulator_value);
  }
  return 0;
}

bool averages_weights(const model::Optimizer& optimizer) {
  return optimizer.parameters.boolean(Parameter::use_ema);
}

}  // namespace neural::engine
