#include "neural/model/loss.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/model/arguments.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::string_view kDefaultLoss = "categorical_crossentropy";

/// The activation that turns logits into what the loss is about; empty for a loss on plain values.
std::optional<Activation> activation_for(LossKind loss) {
  switch (loss) {
    case LossKind::categorical_crossentropy:
    case LossKind::sparse_categorical_crossentropy:
      return Activation::softmax;
    case LossKind::binary_crossentropy:
      return Activation::sigmoid;
    case LossKind::mean_squared_error:
      return {};
  }
  return {};
}

/// The activation of a layer; empty for layers that have none.
std::optional<Activation> activation_of(const Layer& layer) {
  if (const auto own = layer_row(layer.kind).activates) return own;
  for (const Parameter parameter : {Parameter::activation, Parameter::function}) {
    if (layer.attributes.has(parameter)) return std::get<Activation>(layer.attributes.at(parameter).value);
  }
  return {};
}

/// A softmax over another axis than the last is no distribution over the outputs.
bool acts_on_last_axis(const Layer& layer) {
  if (layer.kind != LayerKind::Softmax) return true;
  const std::int64_t axis = layer.attributes.integer(Parameter::axis);
  return axis == -1 || axis == static_cast<std::int64_t>(layer.output.size());
}

struct LastActivation {
  const Layer* layer = nullptr;
  Activation function = Activation::linear;
  bool is_at_end = true;
};

LastActivation last_activation(const std::vector<Layer>& layers) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    const auto function = activation_of(*layer);
    if (function) return {&*layer, *function, layer == layers.rbegin() && acts_on_last_axis(*layer)};
  }
  return {&layers.back()};
}

bool is_probability(Activation function) {
  return function == Activation::softmax || function == Activation::sigmoid;
}

void warn_unsuitable(const LastActivation& last, const Loss& loss, syntax::Span span, Reporter& reporter) {
  const std::string activation(activation_name(last.function));
  const std::string_view wanted = activation_name(*activation_for(loss.kind));
  const std::string who =
      fmt::format("`{}` of `{}` in line {}", activation, layer_kind_name(last.layer->kind), last.layer->line);
  if (last.function == activation_for(loss.kind)) {
    reporter.add(Code::W601, span,
                 fmt::format("{} is not at the end, over the last axis: `{}` takes what comes out for logits", who,
                             loss_name(loss.kind)),
                 fmt::format("end the network in `{}` over the last axis", wanted));
  } else {
    reporter.add(Code::W601, span,
                 fmt::format("{} does not suit `{}`, which takes what comes out for logits", who, loss_name(loss.kind)),
                 fmt::format("use `{}`, or no activation", wanted));
  }
}

/// Whether a cross-entropy's last activation is worth a warning: behind a layer without activation only a softmax or
/// sigmoid is, which would be applied twice.
bool is_unsuitable(const LastActivation& last) {
  return last.is_at_end ? last.function != Activation::linear : is_probability(last.function);
}

/// One metric; outer empty after an error, inner empty for `accuracy`.
std::optional<std::optional<MetricKind>> read_metric(const syntax::Value& value, Reporter& reporter) {
  const auto call = read_call(value, "`metrics`", true, reporter);
  if (!call) return {};
  const auto as_loss = loss_names().find(call->name.text);
  if (as_loss && !metric_names().find(call->name.text)) {
    reporter.unavailable(call->name.span, fmt::format("`{}` as a metric is", as_loss.row->name));
    return {};
  }
  const auto* row = find_available(metric_names(), *call, Code::E208, "a metric", reporter);
  if (row == nullptr) return {};
  if (ArgumentReader(reporter).bind({.owner = row->name, .parameters = row->parameters}, *call).failed) return {};
  return row->kind->kind;
}

}  // namespace

std::optional<Loss> read_loss(const syntax::Network& network, Reporter& reporter) {
  const auto call = network.loss
                        ? read_call(*network.loss, "`loss`", true, reporter)
                        : std::optional(syntax::Call{{std::string(kDefaultLoss), network.name.span}, {}, false});
  if (!call) return {};
  const auto* row = find_available(loss_names(), *call, Code::E207, "a loss", reporter);
  if (row == nullptr) return {};
  Binding binding = ArgumentReader(reporter).bind({.owner = row->name, .parameters = row->parameters}, *call);
  if (binding.failed) return {};
  const std::string& reduction = binding.attributes.word(Parameter::reduction);
  if (reduction == "sum_over_batch_size" || reduction == "auto") {
    binding.attributes.set(Parameter::reduction, {std::string("mean")});
  }
  return Loss{*row->kind, std::move(binding.attributes), {}};
}

std::vector<std::optional<MetricKind>> read_metrics(const syntax::Network& network, Reporter& reporter) {
  std::vector<std::optional<MetricKind>> metrics;
  const auto add = [&](const syntax::Value& value) {
    if (const auto metric = read_metric(value, reporter)) metrics.push_back(*metric);
  };
  for (const syntax::Value& value : network.metrics) {
    if (const auto* list = std::get_if<syntax::ListValue>(&value.data)) {
      for (const syntax::Value& element : list->elements) add(element);
    } else {
      add(value);
    }
  }
  return metrics;
}

void choose_output_activations(LossKind loss, std::vector<Layer>& layers) {
  for (Layer& layer : layers) {
    if (layer.kind != LayerKind::Output || !layer.attributes.at(Parameter::activation).is_none()) continue;
    layer.attributes.set(Parameter::activation, {activation_for(loss).value_or(Activation::linear)});
  }
}

void fuse_loss(const syntax::Network& network, const std::vector<Layer>& layers, Loss& loss, Reporter& reporter) {
  const syntax::Span span = network.loss ? network.loss->span : layers.back().span;
  const Attribute written = loss.parameters.at(Parameter::from_logits);
  const std::optional<Activation> wanted = activation_for(loss.kind);
  if (wanted) {
    const LastActivation last = last_activation(layers);
    if (last.is_at_end && last.function == *wanted) {
      loss.fused = wanted;
    } else if (is_unsuitable(last)) {
      warn_unsuitable(last, loss, span, reporter);
    }
    loss.parameters.set(Parameter::from_logits, {true});
  }
  // The user's word cannot change what the last activation decides.
  const bool said = wanted && !loss.fused;
  if (!written.is_none() && (!wanted || std::get<bool>(written.value) != said)) {
    reporter.add(Code::W415, span,
                 fmt::format("`from_logits` of `{}` is ignored: {}", loss_name(loss.kind),
                             wanted ? "it follows from the last activation" : "the loss is about plain values"),
                 "leave it out");
    if (!wanted) loss.parameters.set(Parameter::from_logits, {});
  }
  const Dimension& outputs = layers.back().output.back();
  if (wanted == Activation::softmax && outputs == 1) {
    reporter.add(Code::W602, span,
                 fmt::format("`{}` with one output: there is no class to choose", loss_name(loss.kind)),
                 "use `binary_crossentropy`, or one output per class");
  }
}

TargetKind targets_of(LossKind loss) {
  switch (loss) {
    case LossKind::sparse_categorical_crossentropy:
      return TargetKind::kClasses;
    case LossKind::categorical_crossentropy:
      return TargetKind::kOneHot;
    case LossKind::binary_crossentropy:
      return TargetKind::kBinary;
    case LossKind::mean_squared_error:
      return TargetKind::kValues;
  }
  return TargetKind::kValues;
}

std::vector<Metric> resolve_metrics(const std::vector<std::optional<MetricKind>>& metrics, LossKind loss,
                                    const Shape& output) {
  const auto accuracy = [&] {
    switch (targets_of(loss)) {
      case TargetKind::kClasses:
        return MetricKind::sparse_categorical_accuracy;
      case TargetKind::kOneHot:
        return MetricKind::categorical_accuracy;
      case TargetKind::kBinary:
        return MetricKind::binary_accuracy;
      case TargetKind::kValues:
        break;
    }
    return output.back() == 1 ? MetricKind::binary_accuracy : MetricKind::categorical_accuracy;
  };
  std::vector<Metric> resolved;
  for (const std::optional<MetricKind>& metric : metrics) {
    const MetricKind kind = metric ? *metric : accuracy();
    const bool is_new = std::none_of(resolved.begin(), resolved.end(), [&](const Metric& m) { return m.kind == kind; });
    if (is_new) resolved.push_back({kind});
  }
  return resolved;
}

}  // namespace neural::model
