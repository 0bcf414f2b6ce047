#include "neural/engine/lower/supported.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "neural/model/lambda.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;

/// A padding of a whole window or more: some windows would hold nothing.
bool pads_whole_windows(const model::Layer& layer) {
  const auto* pads = std::get_if<std::vector<std::int64_t>>(&layer.attributes.at(Parameter::padding).value);
  if (pads == nullptr) return false;
  const std::vector<std::int64_t>& sizes = layer.attributes.integers(Parameter::pool_size);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if ((*pads)[i] >= sizes[i]) return true;
  }
  return false;
}

void check_layer(const model::Layer& layer, syntax::DiagnosticList& diagnostics) {
  const auto no = [&](const std::string& what, std::string help) { refuse(diagnostics, layer, what, std::move(help)); };
  const model::Attribute* type = layer.attributes.find(Parameter::dtype);
  if (type != nullptr && !type->is_none() && layer.attributes.word(Parameter::dtype) != "float32") {
    no("`dtype=" + layer.attributes.word(Parameter::dtype) + "`", "leave it out: the engine computes in float32");
  }
  switch (layer.kind) {
    case LayerKind::Custom:
    case LayerKind::CustomShape:
      return no(fmt::format("`{}`", layer.type_name()),
                "train the program of --backend pytorch or tensorflow, which takes its Python class");
    case LayerKind::Lambda:
      if (model::parse_lambda(layer.attributes.word(Parameter::function)).kind ==
          model::LambdaText::Kind::kExpression) {
        return;
      }
      return no("a `Lambda` whose text is no expression of the language",
                "use numbers, the name, + - * / **, and abs, exp, log, sqrt, square, tanh, sigmoid, relu, minimum, "
                "maximum, clip");
    case LayerKind::Reshape:
      if (std::count(layer.output.begin(), layer.output.end(), std::nullopt) > 1) {
        no("`Reshape` to more than one unknown size", "give all sizes but one");
      }
      return;
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::MaxPooling3D:
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
    case LayerKind::AveragePooling3D:
      if (pads_whole_windows(layer))
        no("pooling windows that lie in the padding altogether", "pad by less than a window");
      return;
    default:
      return;
  }
}

void visit(const std::vector<model::Layer>& layers, syntax::DiagnosticList& diagnostics) {
  for (const model::Layer& layer : layers) {
    check_layer(layer, diagnostics);
    if (layer.wrapped) visit({*layer.wrapped}, diagnostics);
    if (layer.body() != nullptr) visit(layer.body()->layers, diagnostics);
  }
}

}  // namespace

void refuse(syntax::DiagnosticList& diagnostics, const model::Layer& layer, const std::string& what, std::string help) {
  diagnostics.add(syntax::Code::E701, layer.span, what + " is not possible on the engine", std::move(help));
}

void check_supported(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  visit(model.layers, diagnostics);
}

}  // namespace neural::engine
