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
    case LossKind::categorical_focal_crossentropy:
      return Activation::softmax;
    case LossKind::binary_crossentropy:
    case LossKind::binary_focal_crossentropy:
      return Activation::sigmoid;
    default:
      return {};
  }
}

/// The activation at the end of a layer; empty for layers that have none.
std::optional<Activation> activation_of(const Layer& layer) {
  if (layer.kind == LayerKind::TimeDistributed && layer.body() == nullptr) return activation_of(*layer.wrapped);
  const LayerRow& row = layer_row(layer.kind);
  if (row.activates) return row.activates;
  if (layer.kind == LayerKind::Activation) return layer.attributes.activation(Parameter::function);
  // Recurrent layers and blocks apply theirs inside.
  const bool ends_in_it = !row.is_recurrent && row.block == BlockUse::kRefused &&
                          layer.kind != LayerKind::SqueezeExcitation && layer.attributes.has(Parameter::activation);
  if (ends_in_it) return layer.attributes.activation(Parameter::activation);
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

/// Whether the values of the input can still be told behind the layer.
bool is_transparent(const Layer& layer) {
  const LayerRow& row = layer_row(layer.kind);
  return layer.inputs.size() == 1 && layer.parts == nullptr && layer.wrapped == nullptr && !row.is_recurrent;
}

LastActivation last_activation(const Model& model) {
  const std::size_t inputs = model.inputs.size();
  const Layer& last = model.layers.back();
  const Layer* layer = &last;
  for (;;) {
    if (const auto function = activation_of(*layer)) {
      return {layer, *function, layer == &last && acts_on_last_axis(*layer)};
    }
    if (!is_transparent(*layer) || layer->inputs.front().index < inputs) return {&last};
    layer = &model.layers[layer->inputs.front().index - inputs];
  }
}

bool is_probability(Activation function) {
  return function == Activation::softmax || function == Activation::sigmoid;
}

void warn_unsuitable(const LastActivation& last, const Loss& loss, syntax::Span span, Reporter& reporter) {
  const std::string activation(activation_name(last.function));
  const std::string_view wanted = activation_name(*activation_for(loss.kind));
  const std::string who = fmt::format("`{}` of `{}` in line {}", activation, last.layer->type_name(), last.layer->line);
  if (last.function == activation_for(loss.kind)) {
    reporter.add(Code::W601, span,
                 fmt::format("{} is not at the end, over the last axis: `{}` treats its output as logits", who,
                             loss_name(loss.kind)),
                 fmt::format("end the network in `{}` over the last axis", wanted));
  } else {
    reporter.add(Code::W601, span,
                 fmt::format("{} does not suit `{}`, which treats its output as logits", who, loss_name(loss.kind)),
                 fmt::format("use `{}`, or no activation", wanted));
  }
}

/// Whether a cross-entropy's last activation is worth a warning: behind a layer without activation only a softmax or
/// sigmoid is, which would be applied twice.
bool is_unsuitable(const LastActivation& last) {
  return last.is_at_end ? last.function != Activation::linear : is_probability(last.function);
}

/// A metric; empty after an error. Without a kind it is `accuracy`.
std::optional<WrittenMetric> read_metric(const syntax::Value& value, Reporter& reporter) {
  const auto call = read_call(value, "`metrics`", true, reporter);
  if (!call) return {};
  ArgumentReader reader(reporter);
  if (const auto loss = loss_names().find(call->name.text); loss && !metric_names().find(call->name.text)) {
    Binding binding = reader.bind({.owner = loss.row->name, .parameters = loss.row->parameters}, *call);
    if (binding.failed) return {};
    return WrittenMetric{Metric{loss.row->kind, std::move(binding.attributes), call->name.span}};
  }
  const auto found = metric_names().find(call->name.text);
  if (!found) {
    std::vector<std::string_view> known = metric_names().spellings();
    known.insert(known.end(), loss_names().spellings().begin(), loss_names().spellings().end());
    std::string help = reporter.did_you_mean(call->name.text, known);
    if (help.empty()) help = words_help({known.begin(), known.end()});
    reporter.add(Code::E208, call->name.span, fmt::format("{} is not a metric", as_code(call->name.text)),
                 std::move(help));
    return {};
  }
  Binding binding = reader.bind({.owner = found.row->name, .parameters = found.row->parameters}, *call);
  if (binding.failed) return {};
  if (!found.row->kind.kind) return WrittenMetric{};
  return WrittenMetric{Metric{*found.row->kind.kind, std::move(binding.attributes), call->name.span}};
}

std::optional<Loss> read_one_loss(const syntax::Call& call, SearchSpace* searches, Reporter& reporter) {
  const auto* row = find_named(loss_names(), call, Code::E207, "a loss", reporter);
  if (row == nullptr) return {};
  Binding binding = ArgumentReader(reporter, searches).bind({.owner = row->name, .parameters = row->parameters}, call);
  if (binding.failed) return {};
  const std::string& reduction = binding.attributes.word(Parameter::reduction);
  if (reduction == "sum_over_batch_size" || reduction == "auto") {
    binding.attributes.set(Parameter::reduction, {std::string("mean")});
  }
  return Loss{row->kind, std::move(binding.attributes), {}, call.name.span};
}

}  // namespace

std::optional<Loss> read_loss(const syntax::Network& network, SearchSpace& searches, Reporter& reporter) {
  if (!network.loss) {
    return read_one_loss({{std::string(kDefaultLoss), network.name.span}, {}, false}, nullptr, reporter);
  }
  const PathScope scope(&searches, "loss");
  return ArgumentReader(reporter, &searches).read_searched(*network.loss, "`loss`", [&](const syntax::Value& value) {
    const auto call = read_call(value, "`loss`", true, reporter);
    return call ? read_one_loss(*call, &searches, reporter) : std::nullopt;
  });
}

Activation output_activation_for(LossKind loss) {
  // The divergence is about probabilities, too, but not computed from logits.
  if (loss == LossKind::kl_divergence) return Activation::softmax;
  return activation_for(loss).value_or(Activation::linear);
}

std::vector<WrittenMetric> read_metrics(const syntax::Network& network, Reporter& reporter) {
  std::vector<WrittenMetric> metrics;
  const auto add = [&](const syntax::Value& value) {
    if (auto metric = read_metric(value, reporter)) metrics.push_back(std::move(*metric));
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

void fuse_loss(const syntax::Network& network, const Model& model, Loss& loss, Reporter& reporter) {
  const syntax::Span span = network.loss ? network.loss->span : model.layers.back().span;
  const Attribute written = loss.parameters.at(Parameter::from_logits);
  const std::optional<Activation> wanted = activation_for(loss.kind);
  if (wanted) {
    const LastActivation last = last_activation(model);
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
  const Dimension& outputs = model.output().back();
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
    case LossKind::categorical_focal_crossentropy:
    case LossKind::categorical_hinge:
    case LossKind::kl_divergence:
      return TargetKind::kOneHot;
    case LossKind::binary_crossentropy:
    case LossKind::binary_focal_crossentropy:
    case LossKind::hinge:
    case LossKind::squared_hinge:
      return TargetKind::kBinary;
    default:
      return TargetKind::kValues;
  }
}

std::vector<Metric> resolve_metrics(const std::vector<WrittenMetric>& metrics, LossKind loss, const Shape& output) {
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
  for (const WrittenMetric& written : metrics) {
    const Metric metric = written.value_or(Metric{accuracy(), {}, {}});
    const bool is_new =
        std::none_of(resolved.begin(), resolved.end(), [&](const Metric& m) { return m.kind == metric.kind; });
    if (is_new) resolved.push_back(metric);
  }
  return resolved;
}

}  // namespace neural::model
