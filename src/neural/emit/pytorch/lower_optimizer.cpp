#include <optional>

#include "neural/base/check.hpp"
#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::OptimizerKind;
using model::Parameter;

std::optional<double> optional_number(const model::Attributes& parameters, Parameter parameter) {
  if (parameters.at(parameter).is_none()) return std::nullopt;
  return parameters.number(parameter);
}

std::string text_of(const model::Attributes& parameters, Parameter parameter) {
  return python_number(parameters.number(parameter));
}

void lower_adam(const model::Attributes& parameters, LegalProgram& program) {
  const double decay = optional_number(parameters, Parameter::weight_decay).value_or(0);
  program.optimizer_name = decay > 0 ? "AdamW" : "Adam";
  program.optimizer = Expression::call(
      "torch.optim." + program.optimizer_name,
      {"model.parameters()",
       {"lr", text_of(parameters, Parameter::learning_rate)},
       {"betas", Expression::tuple({text_of(parameters, Parameter::beta_1), text_of(parameters, Parameter::beta_2)})},
       {"eps", text_of(parameters, Parameter::epsilon)},
       {"weight_decay", python_number(decay)},
       {"amsgrad", python_bool(parameters.boolean(Parameter::amsgrad))}});
  program.notes.emplace_back("PyTorch's Adam adds epsilon after the bias correction, Keras's before it.");
}

/// Every optimiser of Keras decays the weights apart from the gradients; without momentum PyTorch's form is the same.
void lower_sgd(const model::Attributes& parameters, LegalProgram& program) {
  const double momentum = parameters.number(Parameter::momentum);
  const double decay = optional_number(parameters, Parameter::weight_decay).value_or(0);
  const bool decays_apart = decay > 0 && momentum > 0;
  const bool nesterov = parameters.boolean(Parameter::nesterov) && momentum > 0;
  program.optimizer_name = "SGD";
  program.optimizer = Expression::call("torch.optim.SGD", {"model.parameters()",
                                                           {"lr", text_of(parameters, Parameter::learning_rate)},
                                                           {"momentum", python_number(momentum)},
                                                           {"dampening", "0.0"},
                                                           {"weight_decay", python_number(decays_apart ? 0 : decay)},
                                                           {"nesterov", python_bool(nesterov)}});
  if (decays_apart)
    program.decay = "1 - " + text_of(parameters, Parameter::learning_rate) + " * " + python_number(decay);
}

void lower_rmsprop(const model::Attributes& parameters, LegalProgram& program) {
  const double decay = optional_number(parameters, Parameter::weight_decay).value_or(0);
  program.optimizer_name = "RMSprop";
  program.optimizer = Expression::call("RMSprop", {"model"});
  program.shares_zero_grad = false;
  require(program, rmsprop({.learning_rate = parameters.number(Parameter::learning_rate),
                            .rho = parameters.number(Parameter::rho),
                            .momentum = parameters.number(Parameter::momentum),
                            .epsilon = parameters.number(Parameter::epsilon),
                            .centered = parameters.boolean(Parameter::centered)}));
  if (decay > 0) program.decay = "1 - " + text_of(parameters, Parameter::learning_rate) + " * " + python_number(decay);
}

void lower_clipping(const model::Optimizer& optimizer, LegalProgram& program, syntax::DiagnosticList& diagnostics) {
  const model::Attributes& parameters = optimizer.parameters;
  const auto norm = optional_number(parameters, Parameter::clipnorm);
  const auto global_norm = optional_number(parameters, Parameter::global_clipnorm);
  const auto value = optional_number(parameters, Parameter::clipvalue);
  if (norm.has_value() + global_norm.has_value() + value.has_value() > 1) {
    return refuse(diagnostics, optimizer.span,
                  "clipping by more than one of `clipnorm`, `global_clipnorm` and `clipvalue`", "keep one of them");
  }
  if (norm) {
    program.before_step = {
        "for parameter in self.model.parameters():",
        "    nn.utils.clip_grad_norm_(parameter, max_norm=" + python_number(*norm) + ")",
    };
  } else if (global_norm) {
    program.before_step = {"nn.utils.clip_grad_norm_(self.model.parameters(), max_norm=" + python_number(*global_norm) +
                           ")"};
  } else if (value) {
    program.before_step = {"nn.utils.clip_grad_value_(self.model.parameters(), clip_value=" + python_number(*value) +
                           ")"};
  }
  if (norm || global_norm) {
    program.notes.emplace_back("PyTorch adds 1e-06 to the norm by which it clips gradients.");
    deviate(diagnostics, optimizer.span, norm ? "`clipnorm`" : "`global_clipnorm`",
            "it adds 1e-06 to the norms it divides by, so a clipped gradient is shorter by less than 1e-06",
            "there is nothing to do, unless two backends are compared step by step");
  }
}

}  // namespace

void lower_optimizer(const model::Model& model, LegalProgram& program, syntax::DiagnosticList& diagnostics) {
  const model::Attributes& parameters = model.optimizer.parameters;
  if (parameters.boolean(Parameter::use_ema)) {
    refuse(diagnostics, model.optimizer.span, "`use_ema`", "leave it out, or compile with `--backend tensorflow`");
  }
  switch (model.optimizer.kind) {
    case OptimizerKind::SGD:
      lower_sgd(parameters, program);
      break;
    case OptimizerKind::Adam:
    case OptimizerKind::AdamW:
      lower_adam(parameters, program);
      break;
    case OptimizerKind::RMSprop:
      lower_rmsprop(parameters, program);
      break;
    default:
      NEURAL_CHECK(false, "an optimiser out of scope");
  }
  lower_clipping(model.optimizer, program, diagnostics);
}

}  // namespace neural::emit::pytorch
