// Optimisers by the formulas of keras.optimizers: torch.optim where its own is the same, else a class of the program.
#include <fmt/format.h>

#include <optional>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/optimizer_classes.hpp"
#include "neural/emit/pytorch/schedules.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {

using model::OptimizerKind;
using model::Parameter;

bool has_fused_optimizer(const model::Optimizer& optimizer) {
  const model::Attributes& parameters = optimizer.parameters;
  switch (optimizer.kind) {
    case OptimizerKind::Adam:
    case OptimizerKind::AdamW:
      return true;
    case OptimizerKind::SGD: {
      const bool has_own_class = parameters.number(Parameter::momentum) > 0 &&
                                 std::holds_alternative<model::Schedule>(parameters.at(Parameter::learning_rate).value);
      return !has_own_class;
    }
    default:
      return false;
  }
}

namespace {

class OptimizerLowering {
 public:
  OptimizerLowering(const model::Optimizer& optimizer, const Options& options, LegalProgram& program,
                    syntax::DiagnosticList& diagnostics)
      : optimizer_(optimizer),
        parameters_(optimizer.parameters),
        strict_(options.strict),
        fused_(options.changes.fused_optimizer && has_fused_optimizer(optimizer)),
        program_(program),
        diagnostics_(diagnostics) {}

  void lower() {
    rate();
    clipping();
    formula();
    if (parameters_.boolean(Parameter::use_ema)) program_.ema_momentum = text(Parameter::ema_momentum);
  }

 private:
  std::optional<double> optional_number(Parameter parameter) const {
    if (parameters_.at(parameter).is_none()) return std::nullopt;
    return parameters_.number(parameter);
  }
  std::string text(Parameter parameter) const { return python_number(parameters_.number(parameter)); }
  double weight_decay() const { return optional_number(Parameter::weight_decay).value_or(0); }
  bool is_scheduled() const { return !program_.schedule.empty(); }
  Expression betas() const { return Expression::tuple({text(Parameter::beta_1), text(Parameter::beta_2)}); }

  void rate() {
    const auto* schedule = std::get_if<model::Schedule>(&parameters_.at(Parameter::learning_rate).value);
    if (schedule == nullptr) {
      rate_ = text(Parameter::learning_rate);
      return;
    }
    if (schedule->kind == model::ScheduleKind::CosineDecayRestarts &&
        schedule->parameters.number(Parameter::t_mul) < 1) {
      refuse(diagnostics_, optimizer_.span, "`CosineDecayRestarts` whose periods get shorter without end",
             "use t_mul=1 or more");
    }
    program_.schedule = schedule_function(*schedule);
    rate_ = "learning_rate(0)";
  }

  /// Of the parameters, by these names, behind the learning rate.
  void set(const std::string& callee, std::vector<Argument> arguments) {
    program_.optimizer_name = callee.substr(callee.rfind('.') + 1);
    std::vector<Argument> all = {"model.parameters()", {"lr", rate_}};
    all.insert(all.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
    if (fused_) all.emplace_back("fused", "True");
    program_.optimizer = Expression::call(callee, std::move(all));
  }

  /// Apart from the gradients, where the optimiser of PyTorch would add it to them.
  void decay_apart() {
    if (weight_decay() > 0) program_.decay = python_number(weight_decay());
  }

  void formula() {
    switch (optimizer_.kind) {
      case OptimizerKind::SGD:
        return sgd();
      case OptimizerKind::Adam:
      case OptimizerKind::AdamW:
        return adam();
      case OptimizerKind::Nadam:
        return set("torch.optim.NAdam", {{"betas", betas()},
                                         {"eps", text(Parameter::epsilon)},
                                         {"weight_decay", python_number(weight_decay())},
                                         {"momentum_decay", "1.0"},
                                         {"decoupled_weight_decay", "True"}});
      case OptimizerKind::Adadelta:
        decay_apart();
        return set("torch.optim.Adadelta",
                   {{"rho", text(Parameter::rho)}, {"eps", text(Parameter::epsilon)}, {"weight_decay", "0.0"}});
      default:
        decay_apart();
        return own_class();
    }
  }

  void own_class() {
    switch (optimizer_.kind) {
      case OptimizerKind::RMSprop:
        return rmsprop();
      case OptimizerKind::Adagrad:
        require(program_, adagrad_class());
        return set("Adagrad", {{"initial_accumulator_value", text(Parameter::initial_accumulator_value)},
                               {"eps", text(Parameter::epsilon)}});
      case OptimizerKind::Adamax:
        require(program_, adamax_class());
        return set("Adamax", {{"betas", betas()}, {"eps", text(Parameter::epsilon)}});
      case OptimizerKind::Lion:
        require(program_, lion_class());
        return set("Lion", {{"betas", betas()}});
      case OptimizerKind::Ftrl:
        require(program_, ftrl_class());
        return set("Ftrl", {{"power", text(Parameter::learning_rate_power)},
                            {"initial_accumulator_value", text(Parameter::initial_accumulator_value)},
                            {"l1", text(Parameter::l1)},
                            {"l2", text(Parameter::l2)},
                            {"beta", text(Parameter::beta)}});
      default:
        NEURAL_CHECK(false, "an optimiser outside the table");
    }
  }

  /// Without momentum PyTorch's weight decay is the same; with it, the same is the step at a constant rate only.
  void sgd() {
    const bool has_momentum = parameters_.number(Parameter::momentum) > 0;
    const bool nesterov = parameters_.boolean(Parameter::nesterov) && has_momentum;
    if (has_momentum) decay_apart();
    if (has_momentum && is_scheduled()) {
      require(program_, sgd_class(nesterov));
      return set("SGD", {{"momentum", text(Parameter::momentum)}});
    }
    set("torch.optim.SGD", {{"momentum", text(Parameter::momentum)},
                            {"dampening", "0.0"},
                            {"weight_decay", python_number(has_momentum ? 0 : weight_decay())},
                            {"nesterov", python_bool(nesterov)}});
  }

  void adam() {
    set(weight_decay() > 0 ? "torch.optim.AdamW" : "torch.optim.Adam",
        {{"betas", betas()},
         {"eps", text(Parameter::epsilon)},
         {"weight_decay", python_number(weight_decay())},
         {"amsgrad", python_bool(parameters_.boolean(Parameter::amsgrad))}});
    if (strict_) {
      program_.before_step.push_back(
          "# Keras adds epsilon before the bias correction, PyTorch after it: divided by that, it is the same.");
      program_.before_step.push_back(
          fmt::format("self.optimizer.param_groups[0][\"eps\"] = {} / math.sqrt(1 - {} ** (self.steps + 1))",
                      text(Parameter::epsilon), text(Parameter::beta_2)));
    } else {
      deviate(program_, diagnostics_, optimizer_.span, fmt::format("`{}`", optimizer_name(optimizer_.kind)),
              "it adds epsilon after the bias correction, Keras before it; this shows where gradients are tiny",
              kStrictHelp);
    }
  }

  void rmsprop() {
    const bool has_momentum = parameters_.number(Parameter::momentum) > 0;
    require(program_, rmsprop_class(has_momentum, parameters_.boolean(Parameter::centered)));
    std::vector<Argument> arguments = {{"rho", text(Parameter::rho)}};
    if (has_momentum) arguments.emplace_back("momentum", text(Parameter::momentum));
    arguments.emplace_back("eps", text(Parameter::epsilon));
    set("RMSprop", std::move(arguments));
  }

  void clipping() {
    const auto norm = optional_number(Parameter::clipnorm);
    const auto global_norm = optional_number(Parameter::global_clipnorm);
    const auto value = optional_number(Parameter::clipvalue);
    if (norm.has_value() + global_norm.has_value() + value.has_value() > 1) {
      return refuse(diagnostics_, optimizer_.span,
                    "clipping by more than one of `clipnorm`, `global_clipnorm` and `clipvalue`", "keep one of them");
    }
    if (value) {
      program_.before_step = {"nn.utils.clip_grad_value_(self.model.parameters(), clip_value=" + python_number(*value) +
                              ")"};
    } else if (norm || global_norm) {
      strict_ ? clip_exactly(norm, global_norm) : clip_as_pytorch(norm, global_norm);
    }
  }

  void clip_exactly(std::optional<double> norm, std::optional<double> global_norm) {
    program_.before_step = {
        "gradients = [each.grad for each in self.model.parameters() if each.grad is not None]",
        "norms = torch._foreach_norm(gradients)",
    };
    if (norm) {
      program_.before_step.push_back(fmt::format(
          "torch._foreach_div_(gradients, [(norm / {}).clamp_min(1.0) for norm in norms])", python_number(*norm)));
    } else {
      program_.before_step.push_back(
          fmt::format("torch._foreach_div_(gradients, (torch.stack(norms).norm() / {}).clamp_min(1.0))",
                      python_number(*global_norm)));
    }
  }

  void clip_as_pytorch(std::optional<double> norm, std::optional<double> global_norm) {
    if (norm) {
      program_.before_step = {
          "for parameter in self.model.parameters():",
          "    nn.utils.clip_grad_norm_(parameter, max_norm=" + python_number(*norm) + ")",
      };
    } else {
      program_.before_step = {
          "nn.utils.clip_grad_norm_(self.model.parameters(), max_norm=" + python_number(*global_norm) + ")"};
    }
    deviate(program_, diagnostics_, optimizer_.span, norm ? "`clipnorm`" : "`global_clipnorm`",
            "it adds 1e-06 to the norms it divides by, so a clipped gradient is shorter by less than 1e-06",
            kStrictHelp);
  }

  const model::Optimizer& optimizer_;
  const model::Attributes& parameters_;
  bool strict_;
  bool fused_;
  LegalProgram& program_;
  syntax::DiagnosticList& diagnostics_;
  std::string rate_;  ///< expression of the first step's
};

}  // namespace

void lower_optimizer(const model::Model& model, const Options& options, LegalProgram& program,
                     syntax::DiagnosticList& diagnostics) {
  OptimizerLowering(model.optimizer, options, program, diagnostics).lower();
}

}  // namespace neural::emit::pytorch
