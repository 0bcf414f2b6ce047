#include "neural/emit/tensorflow/training.hpp"

#include <fmt/format.h>

#include <charconv>

#include "neural/emit/text/literals.hpp"

namespace neural::emit::tensorflow {

using model::Activation;
using model::Parameter;

void refuse(syntax::DiagnosticList& diagnostics, syntax::Span span, std::string what, std::string help) {
  diagnostics.add(syntax::Code::E701, span, std::move(what) + " cannot be expressed on TensorFlow", std::move(help));
}

const model::Layer* last_probabilities(const model::Model& model) {
  for (auto layer = model.layers.rbegin(); layer != model.layers.rend(); ++layer) {
    if (layer->kind == model::LayerKind::Softmax) return &*layer;
    for (const Parameter parameter : {Parameter::activation, Parameter::function}) {
      const model::Attribute* attribute = layer->attributes.find(parameter);
      const auto* activation = attribute == nullptr ? nullptr : std::get_if<Activation>(&attribute->value);
      if (activation == nullptr) continue;
      if (*activation == Activation::softmax || *activation == Activation::sigmoid) return &*layer;
      if (*activation != Activation::linear || parameter == Parameter::activation) return nullptr;
    }
    const bool hands_on = layer->kind == model::LayerKind::Dropout || layer->kind == model::LayerKind::Identity ||
                          layer->kind == model::LayerKind::Activation;
    if (!hands_on || layer->inputs.size() != 1) return nullptr;
  }
  return nullptr;
}

void lower_training(const model::Model& model, KerasModel& keras, syntax::DiagnosticList& diagnostics) {
  keras.compilation.optimizer = lower_optimizer(model, keras, diagnostics);
  keras.is_mixed = model.training.mixed_precision;
  if (keras.is_mixed) {
    keras.compilation.optimizer = Expression::call(
        "optimizers.LossScaleOptimizer",
        {std::move(keras.compilation.optimizer), {"initial_scale", "32768.0"}, {"dynamic_growth_steps", "2000"}});
  }
  keras.compilation.loss = lower_loss(model, keras, diagnostics);
  keras.compilation.fused_activation = model.loss.fused;
  lower_metrics(model, keras);
}

Device lower_device(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  const std::string& device = model.device;
  if (device == "cpu" || device.starts_with("cpu:")) return {Device::Kind::kProcessor};
  const bool is_gpu = device.starts_with("gpu") || device.starts_with("cuda");
  if (!is_gpu) {
    if (device != "auto") {
      refuse(diagnostics, model.span_of("device"), fmt::format("`device: {}`", device), "use `cpu`, `gpu` or `auto`");
    }
    return {};
  }
  const std::size_t colon = device.find(':');
  std::int64_t index = 0;
  if (colon != std::string::npos) std::from_chars(device.data() + colon + 1, device.data() + device.size(), index);
  return {Device::Kind::kGpu, index};
}

std::string_view lower_save(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  const std::optional<std::string>& path = model.training.save_path;
  if (!path) return {};
  if (path->ends_with(".safetensors")) return "save_weights(model, SAVE_PATH)";
  if (path->ends_with(".weights.h5")) return "model.save_weights(SAVE_PATH)";
  if (!path->ends_with(".keras") && !path->ends_with(".h5")) {
    refuse(diagnostics, model.span_of("save_path"), fmt::format("`save_path: {}`", python_string(*path)),
           "end the path in `.safetensors`, `.weights.h5` or `.keras`");
  }
  return "model.save(SAVE_PATH)";
}

}  // namespace neural::emit::tensorflow
