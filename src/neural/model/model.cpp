#include "neural/model/model.hpp"

#include <algorithm>
#include <array>
#include <limits>

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

/// Stays at the largest number instead of overflowing: a million stacks of a thousand layers hold more than that.
void add_to(std::int64_t& count, std::int64_t more) {
  if (__builtin_add_overflow(count, more, &count)) count = std::numeric_limits<std::int64_t>::max();
}

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

std::int64_t Layer::parameter_count() const {
  std::int64_t count = 0;
  for (const Tensor& tensor : tensors()) add_to(count, tensor.size());
  if (wrapped != nullptr) add_to(count, wrapped->parameter_count());
  if (const Graph* inside = body()) {
    for (const Layer& layer : inside->layers) add_to(count, layer.parameter_count());
  }
  return count;
}

std::int64_t Layer::trainable_count() const {
  std::int64_t count = 0;
  for (const Tensor& tensor : tensors()) add_to(count, tensor.trainable ? tensor.size() : 0);
  if (wrapped != nullptr) add_to(count, wrapped->trainable_count());
  if (const Graph* inside = body()) {
    for (const Layer& layer : inside->layers) add_to(count, layer.trainable_count());
  }
  return count;
}

std::string_view Metric::name() const {
  const auto* own = std::get_if<MetricKind>(&kind);
  return own != nullptr ? metric_name(*own) : loss_name(std::get<LossKind>(kind));
}

bool Model::is_chain() const {
  if (inputs.size() != 1) return false;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].inputs.size() != 1 || layers[i].inputs.front().index != i) return false;
  }
  return true;
}

std::int64_t Model::parameter_count() const {
  std::int64_t count = 0;
  for (const Layer& layer : layers) add_to(count, layer.parameter_count());
  return count;
}

std::int64_t Model::trainable_count() const {
  std::int64_t count = 0;
  for (const Layer& layer : layers) add_to(count, layer.trainable_count());
  return count;
}

}  // namespace neural::model
