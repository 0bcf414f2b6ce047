#include "neural/model/model.hpp"

#include <algorithm>
#include <array>

#include "neural/base/amount.hpp"

namespace neural::model {
namespace {

constexpr std::array kLayerNames = {
#define NEURAL_LAYER(name) std::string_view(#name),
#include "neural/model/layers.def"
#undef NEURAL_LAYER
};

constexpr std::array kOptimizerNames = {
#define NEURAL_OPTIMIZER(name) std::string_view(#name),
#include "neural/model/optimizers.def"
#undef NEURAL_OPTIMIZER
};

constexpr std::array kLossNames = {
#define NEURAL_LOSS(name) std::string_view(#name),
#include "neural/model/losses.def"
#undef NEURAL_LOSS
};

constexpr std::array kMetricNames = {
#define NEURAL_METRIC(name) std::string_view(#name),
#include "neural/model/metrics.def"
#undef NEURAL_METRIC
};

}  // namespace

std::string_view layer_kind_name(LayerKind kind) {
  return kLayerNames.at(static_cast<std::size_t>(kind));
}
std::string_view optimizer_name(OptimizerKind kind) {
  return kOptimizerNames.at(static_cast<std::size_t>(kind));
}
std::string_view loss_name(LossKind kind) {
  return kLossNames.at(static_cast<std::size_t>(kind));
}
std::string_view metric_name(MetricKind kind) {
  return kMetricNames.at(static_cast<std::size_t>(kind));
}

std::int64_t Tensor::size() const {
  std::int64_t elements = 1;
  for (const std::int64_t length : shape) elements *= length;
  return elements;
}

bool Shortcut::crops() const {
  return std::any_of(cropping.begin(), cropping.end(), [](const auto& cut) { return cut.first + cut.second > 0; });
}

const std::vector<Tensor>& Layer::tensors() const {
  static const std::vector<Tensor> kNone;
  return own_tensors == nullptr ? kNone : *own_tensors;
}

std::optional<std::string> Layer::device() const {
  return own_device == nullptr ? std::nullopt : std::optional(*own_device);
}

std::string_view Layer::type_name() const {
  return parts != nullptr && parts->custom ? std::string_view(parts->custom->class_name) : layer_kind_name(kind);
}

namespace {

/// The elements of the layer's tensors and of all inside it; of those that are trained, or of all.
Amount count_of(const Layer& layer, bool only_trained) {
  Amount count;
  for (const Tensor& tensor : layer.tensors()) {
    if (tensor.trainable || !only_trained) count += tensor.size();
  }
  if (layer.wrapped != nullptr) count += count_of(*layer.wrapped, only_trained);
  if (const Graph* inside = layer.body()) {
    for (const Layer& each : inside->layers) count += count_of(each, only_trained);
  }
  return count;
}

}  // namespace

std::int64_t Layer::parameter_count() const {
  return count_of(*this, false).value();
}

std::int64_t Layer::trainable_count() const {
  return count_of(*this, true).value();
}

std::string_view Metric::name() const {
  const auto* own = std::get_if<MetricKind>(&kind);
  return own != nullptr ? metric_name(*own) : loss_name(std::get<LossKind>(kind));
}

syntax::Span Model::span_of(const std::string& setting) const {
  const auto found = set_spans.find(setting);
  return found == set_spans.end() ? span : found->second;
}

std::string_view semantics_title(Semantics semantics) {
  return semantics == Semantics::kKeras ? "Keras" : "PyTorch";
}

bool Model::is_chain() const {
  if (inputs.size() != 1) return false;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].inputs.size() != 1 || layers[i].inputs.front().index != i) return false;
  }
  return true;
}

std::int64_t Model::parameter_count() const {
  Amount count;
  for (const Layer& layer : layers) count += count_of(layer, false);
  return count.value();
}

std::int64_t Model::trainable_count() const {
  Amount count;
  for (const Layer& layer : layers) count += count_of(layer, true);
  return count.value();
}

}  // namespace neural::model
