#include "neural/emit/pytorch/penalties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/python_writer.hpp"
#include "neural/model/weight_limits.hpp"

namespace neural::emit::pytorch {
namespace {

using model::ConstraintKind;
using model::LayerKind;
using model::Parameter;

std::string limit_norms() {
  PythonWriter writer;
  writer.block(R"(
def limit_norms(weight: torch.Tensor, *, most: float, dim: int) -> None:
    """Shorten what is longer than `most` along an axis."""
    norms = weight.norm(dim=dim, keepdim=True)
    weight.mul_(norms.clamp(max=most) / (norms + 1e-07))
)");
  return writer.take();
}

std::string set_norms() {
  PythonWriter writer;
  writer.block(R"(
def set_norms(weight: torch.Tensor, *, dim: int) -> None:
    """Bring everything along an axis to the length 1."""
    weight.div_(weight.norm(dim=dim, keepdim=True) + 1e-07)
)");
  return writer.take();
}

/// In a method of the network. What modules do not declare, type checkers know by this way only.
std::string parameter_text(const WeightPlace& place) {
  if (place.parameter.ends_with(".weight")) return "self." + place.parameter;
  return "self.get_parameter(\"" + place.parameter + "\")";
}

/// A parameter, seen so that one of its axes is the first one of the tensor in Keras.
struct Seen {
  std::string tensor;
  int dim = 0;
};

/// Axes that a parameter merges come first in it, except behind a flattened image, whose axes are all one, and in an
/// attention: its biases are (heads, size) in Keras, and its last kernel, (width, heads * size) here, (heads, size,
/// width).
Seen along_first_axis(const WeightPlace& place) {
  const std::string tensor = parameter_text(place);
  const bool is_image = place.view.size() == 4 && place.shape.size() == 2;
  if (is_image) return {tensor, 1};
  const std::vector<std::int64_t>& sizes = place.view.empty() ? place.shape : place.view;
  const auto rank = static_cast<int>(sizes.size());
  const auto at = std::find(place.axes.begin(), place.axes.end(), 0);
  const int dim = place.axes.empty() ? 0 : static_cast<int>(at - place.axes.begin());
  if (rank == 2 && place.parameter.ends_with(".bias")) {
    return {fmt::format("{}.unflatten(0, ({}, {}))", tensor, sizes[0], sizes[1]), 0};
  }
  if (place.axes == std::vector<std::int64_t>{2, 0, 1}) {
    return {fmt::format("{}.unflatten(1, ({}, {}))", tensor, sizes[0], sizes[1]), dim};
  }
  return {tensor, dim - rank};
}

class Penalties {
 public:
  Penalties(LegalProgram& program, syntax::DiagnosticList& diagnostics)
      : program_(program), diagnostics_(diagnostics) {}

  void add(const model::Layer& layer) {
    const bool is_both_ways = layer.kind == LayerKind::Bidirectional;
    const model::Layer& described = is_both_ways ? *layer.wrapped : layer;
    if (layer.attributes.boolean(Parameter::trainable)) {
      for (const model::Tensor& tensor : layer.tensors()) add(layer, described, tensor);
    }
    if (layer.wrapped && !is_both_ways) add(*layer.wrapped);
    if (layer.body() == nullptr) return;
    for (const model::Layer& inner : layer.body()->layers) add(inner);
  }

 private:
  void add(const model::Layer& layer, const model::Layer& described, const model::Tensor& tensor) {
    const auto limits = model::limits_of(described.kind, tensor.name);
    if (!limits || !tensor.trainable) return;
    const model::Attribute* regularizer = described.attributes.find(limits->regularizer);
    const model::Attribute* constraint = described.attributes.find(limits->constraint);
    const bool is_penalised = regularizer != nullptr && !regularizer->is_none();
    const bool is_constrained = constraint != nullptr && !constraint->is_none();
    if (!is_penalised && !is_constrained) return;
    for (const WeightPlace* place : places_of(layer.name + "/" + tensor.name)) {
      if (is_penalised) {
        std::string penalty = penalty_of(*regularizer, parameter_text(*place));
        constexpr std::size_t kMost = 99;  // of a line of a list in a call in a method
        if (const std::size_t plus = penalty.find(" + "); penalty.size() > kMost && plus != std::string::npos) {
          program_.penalties.push_back(penalty.substr(0, plus));
          penalty.erase(0, plus + 3);
        }
        if (!penalty.empty()) program_.penalties.push_back(std::move(penalty));
      }
      if (is_constrained) constrain(described, std::get<model::Constraint>(constraint->value), *place);
    }
  }

  const std::vector<const WeightPlace*>& places_of(const std::string& name) {
    if (places_.empty()) {
      for (const WeightPlace& place : program_.weights) places_[place.name].push_back(&place);
    }
    return places_[name];
  }

  void constrain(const model::Layer& layer, const model::Constraint& constraint, const WeightPlace& place) {
    if (constraint.kind == ConstraintKind::non_neg) {
      program_.constraints.push_back(parameter_text(place) + ".clamp_(min=0.0)");
      return;
    }
    if (place.row) {
      return refuse(diagnostics_, layer.span,
                    fmt::format("`bias_constraint={}` of `{}`", constraint_name(constraint.kind), layer.type_name()),
                    "use `non_neg` or no bias constraint");
    }
    const auto [tensor, dim] = along_first_axis(place);
    if (constraint.kind == ConstraintKind::unit_norm) {
      require(program_, set_norms());
      program_.constraints.push_back(fmt::format("set_norms({}, dim={})", tensor, dim));
      return;
    }
    const double most =
        constraint.kind == ConstraintKind::max_norm ? constraint.parameters.number(Parameter::max_value) : 1;
    require(program_, limit_norms());
    program_.constraints.push_back(fmt::format("limit_norms({}, most={}, dim={})", tensor, python_number(most), dim));
  }

  LegalProgram& program_;
  syntax::DiagnosticList& diagnostics_;
  /// By the tensor's name, which the parts of one can share; made when a tensor is limited.
  std::unordered_map<std::string, std::vector<const WeightPlace*>> places_;
};

}  // namespace

std::string penalty_of(const model::Attribute& regularizer, const std::string& tensor) {
  if (regularizer.is_none()) return {};
  const model::Attributes& parameters = std::get<model::Regularizer>(regularizer.value).parameters;
  return penalty_of(parameters, tensor);
}

std::string penalty_of(const model::Attributes& parameters, const std::string& tensor) {
  const auto share = [&](Parameter parameter) { return parameters.has(parameter) ? parameters.number(parameter) : 0; };
  std::string text;
  if (share(Parameter::l1) > 0) text = fmt::format("{} * {}.abs().sum()", python_number(share(Parameter::l1)), tensor);
  if (share(Parameter::l2) > 0) {
    text +=
        fmt::format("{}{} * {}.square().sum()", text.empty() ? "" : " + ", python_number(share(Parameter::l2)), tensor);
  }
  return text;
}

void lower_penalties(const std::vector<model::Layer>& layers, LegalProgram& program,
                     syntax::DiagnosticList& diagnostics) {
  Penalties penalties(program, diagnostics);
  for (const model::Layer& layer : layers) penalties.add(layer);
}

}  // namespace neural::emit::pytorch
