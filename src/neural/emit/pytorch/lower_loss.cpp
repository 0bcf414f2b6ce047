#include <fmt/format.h>

#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit::pytorch {
namespace {

using model::Activation;
using model::LossKind;
using model::Parameter;

/// The variables of compute_loss and the form of its result.
struct LossText {
  std::string outputs;
  std::string targets;
  std::string reduction;  ///< "mean" or "sum"
  std::string divisor;    ///< behind a sum of means over the last axis
  double smoothing = 0;
};

void lower_cross_entropy(const model::Model& model, const LossText& text, LossCode& code) {
  const bool sparse = model.targets == model::TargetKind::kClasses;
  const bool has_positions = model.output().size() > 1;
  std::vector<Argument> arguments = {
      text.outputs + (has_positions ? ".flatten(0, -2)" : ""),
      text.targets + (!has_positions ? ""
                      : sparse       ? ".flatten()"
                                     : ".flatten(0, -2)"),
      {"reduction", python_string(text.reduction)},
  };
  if (!sparse) arguments.emplace_back("label_smoothing", python_number(text.smoothing));
  code.value = Expression::call("nn.functional.cross_entropy", std::move(arguments));
}

/// A mean over the last axis, reduced over the rest.
void lower_elementwise(const char* function, const LossText& text, LossCode& code,
                       const std::vector<Argument>& further = {}) {
  std::vector<Argument> arguments = {text.outputs, text.targets, {"reduction", python_string(text.reduction)}};
  arguments.insert(arguments.end(), further.begin(), further.end());
  Expression call = Expression::call(function, std::move(arguments));
  code.value = text.divisor.empty() ? std::move(call) : Expression(call.flat() + text.divisor);
}

/// Lines of compute_loss in which ${o} and ${t} stand for outputs and targets; the last one sets `errors`.
using Lines = std::vector<std::string>;

void write_lines(const Lines& lines, const LossText& text, LossCode& code) {
  for (std::string line : lines) {
    for (const auto& [word, variable] : {std::pair("${o}", text.outputs), std::pair("${t}", text.targets)}) {
      for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word))
        line.replace(at, 4, variable);
    }
    code.lines.push_back(std::move(line));
  }
}

/// `errors` of the elements: their mean over the last axis, then over the rest, or the sum of those means.
void reduce_elements(const Lines& lines, const LossText& text, LossCode& code) {
  write_lines(lines, text, code);
  code.value = text.reduction == "sum" ? "errors.mean(dim=-1).sum()" : "errors.mean()";
}

/// `errors` of the samples.
void reduce_samples(const Lines& lines, const LossText& text, LossCode& code) {
  write_lines(lines, text, code);
  code.value = text.reduction == "sum" ? "errors.sum()" : "errors.mean()";
}

/// Keras takes labels of 0 and 1 for -1 and 1.
const std::string kSigns = "signs = torch.where(((${t} == 0) | (${t} == 1)).all(), 2 * ${t} - 1, ${t})";

void lower_binary_focal(const model::Attributes& parameters, const LossText& text, LossCode& code) {
  Lines lines = {
      "scores = ${o}.sigmoid()",
      "right = ${t} * scores + (1 - ${t}) * (1 - scores)",
      "errors = nn.functional.binary_cross_entropy_with_logits(${o}, ${t}, reduction=\"none\")",
      "errors = errors * (1 - right) ** " + python_number(parameters.number(Parameter::gamma)),
  };
  if (parameters.boolean(Parameter::apply_class_balancing)) {
    const std::string alpha = python_number(parameters.number(Parameter::alpha));
    lines.push_back("errors = errors * (${t} * " + alpha + " + (1 - ${t}) * (1 - " + alpha + "))");
  }
  reduce_elements(lines, text, code);
}

void lower_categorical_focal(const model::Attributes& parameters, const LossText& text, LossCode& code) {
  reduce_samples({"weights = " + python_number(parameters.number(Parameter::alpha)) +
                      " * (1 - ${o}.softmax(dim=-1)) ** " + python_number(parameters.number(Parameter::gamma)),
                  "errors = -(weights * ${t} * ${o}.log_softmax(dim=-1)).sum(dim=-1)"},
                 text, code);
}

void lower_binary(const LossText& text, LossCode& code) {
  if (text.smoothing != 0) {
    code.lines.push_back(fmt::format("{0} = {0} * (1 - {1}) + 0.5 * {1}", text.targets, python_number(text.smoothing)));
  }
  lower_elementwise("nn.functional.binary_cross_entropy_with_logits", text, code);
}

}  // namespace

bool is_cross_entropy(LossKind kind) {
  return kind == LossKind::categorical_crossentropy || kind == LossKind::sparse_categorical_crossentropy ||
         kind == LossKind::binary_crossentropy || kind == LossKind::binary_focal_crossentropy ||
         kind == LossKind::categorical_focal_crossentropy;
}

LossCode loss_code(LossKind kind, const model::Attributes& parameters, const model::Model& model, std::string outputs,
                   std::string targets, bool sums) {
  const std::int64_t width = model.output().back().value_or(1);
  LossText text{std::move(outputs), std::move(targets), sums ? "sum" : "mean",
                sums && width > 1 ? " / " + std::to_string(width) : "", 0};
  if (parameters.has(Parameter::label_smoothing)) text.smoothing = parameters.number(Parameter::label_smoothing);
  LossCode code;
  switch (kind) {
    case LossKind::categorical_crossentropy:
    case LossKind::sparse_categorical_crossentropy:
      code.description = "cross-entropy";
      lower_cross_entropy(model, text, code);
      break;
    case LossKind::binary_crossentropy:
      code.description = "binary cross-entropy";
      lower_binary(text, code);
      break;
    case LossKind::mean_squared_error:
      code.description = "squared error";
      lower_elementwise("nn.functional.mse_loss", text, code);
      break;
    case LossKind::mean_absolute_error:
      code.description = "absolute error";
      lower_elementwise("nn.functional.l1_loss", text, code);
      break;
    case LossKind::huber:
      code.description = "Huber loss";
      lower_elementwise("nn.functional.huber_loss", text, code,
                        {{"delta", python_number(parameters.number(Parameter::delta))}});
      break;
    case LossKind::mean_absolute_percentage_error:
      code.description = "absolute error in percent";
      reduce_elements({"errors = 100.0 * ((${t} - ${o}) / ${t}.abs().clamp_min(1e-07)).abs()"}, text, code);
      break;
    case LossKind::mean_squared_logarithmic_error:
      code.description = "squared error of logarithms";
      reduce_elements({"errors = (${o}.clamp_min(1e-07).log1p() - ${t}.clamp_min(1e-07).log1p()).square()"}, text,
                      code);
      break;
    case LossKind::root_mean_squared_error:
      code.description = "squared error, its root";
      code.value = Expression("nn.functional.mse_loss(" + text.outputs + ", " + text.targets + ").sqrt()");
      break;
    case LossKind::log_cosh:
      code.description = "logarithm of the hyperbolic cosine of the error";
      reduce_elements({"errors = ${o} - ${t}",
                       "errors = errors + nn.functional.softplus(-2.0 * errors) - 0.6931471805599453  # log 2"},
                      text, code);
      break;
    case LossKind::binary_focal_crossentropy:
      code.description = "binary focal cross-entropy";
      lower_binary_focal(parameters, text, code);
      break;
    case LossKind::categorical_focal_crossentropy:
      code.description = "focal cross-entropy";
      lower_categorical_focal(parameters, text, code);
      break;
    case LossKind::hinge:
      code.description = "hinge loss";
      reduce_elements({kSigns, "errors = torch.relu(1 - signs * ${o})"}, text, code);
      break;
    case LossKind::squared_hinge:
      code.description = "squared hinge loss";
      reduce_elements({kSigns, "errors = torch.relu(1 - signs * ${o}).square()"}, text, code);
      break;
    case LossKind::categorical_hinge:
      code.description = "categorical hinge loss";
      reduce_samples({"right = (${t} * ${o}).sum(dim=-1)", "wrong = ((1 - ${t}) * ${o}).amax(dim=-1)",
                      "errors = torch.relu(1 + wrong - right)"},
                     text, code);
      break;
    case LossKind::kl_divergence:
      code.description = "Kullback-Leibler divergence";
      reduce_samples({"${t}, ${o} = ${t}.clamp(1e-07, 1.0), ${o}.clamp(1e-07, 1.0)",
                      "errors = (${t} * (${t} / ${o}).log()).sum(dim=-1)"},
                     text, code);
      break;
    case LossKind::poisson:
      code.description = "Poisson loss";
      reduce_elements({"errors = ${o} - ${t} * (${o} + 1e-07).log()"}, text, code);
      break;
    case LossKind::cosine_similarity:
      code.description = "negative cosine similarity";
      reduce_samples(
          {"${t} = nn.functional.normalize(${t}, p=2.0, dim=-1, eps=1e-12)",
           "${o} = nn.functional.normalize(${o}, p=2.0, dim=-1, eps=1e-12)", "errors = -(${t} * ${o}).sum(dim=-1)"},
          text, code);
      break;
  }
  code.description = (sums ? "Sum of the " : "Mean ") + code.description;
  return code;
}

void lower_loss(const model::Model& model, const Words& words, LegalProgram& program,
                syntax::DiagnosticList& diagnostics) {
  const model::Loss& loss = model.loss;
  const std::string& reduction = loss.parameters.word(Parameter::reduction);
  if (reduction == "none") {
    return refuse(diagnostics, model.layers.back().span, "training on a loss with reduction=\"none\"",
                  "use reduction=\"mean\" or \"sum\"");
  }
  program.outputs = is_cross_entropy(loss.kind) ? "logits" : "outputs";
  program.predictions = program.outputs;
  if (loss.fused) {
    program.predictions += loss.fused == Activation::softmax ? ".softmax(dim=-1)" : ".sigmoid()";
  }
  LossCode code = loss_code(loss.kind, loss.parameters, model, program.outputs, words.targets, reduction == "sum");
  program.loss_description = std::move(code.description);
  program.loss_preparation = std::move(code.lines);
  program.loss = std::move(code.value);
}

}  // namespace neural::emit::pytorch
