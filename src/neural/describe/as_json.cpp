#include <cmath>

#include "neural/base/check.hpp"
#include "neural/describe/describe.hpp"
#include "neural/describe/json_writer.hpp"
#include "neural/describe/tensor_names.hpp"
#include "neural/describe/values.hpp"

namespace neural::describe {
namespace {

using estimate::Cost;
using estimate::Node;
using estimate::Outline;
using model::SearchVariable;

Json flops_json(const Cost& cost) {
  return {{"forward", cost.forward.value()}, {"forward_backward", cost.forward_backward.value()}};
}

std::string_view search_kind_name(SearchVariable::Kind kind) {
  switch (kind) {
    case SearchVariable::Kind::kChoice:
      return "choice";
    case SearchVariable::Kind::kRange:
      return "range";
    case SearchVariable::Kind::kLogRange:
      return "log_range";
  }
  return {};
}

/// A whole number without a point where the variable has such values.
Json bound_json(double bound, bool is_integer) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (is_integer && std::abs(bound) <= kExact) return static_cast<std::int64_t>(std::llround(bound));
  return bound;
}

template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

class Document {
 public:
  Document(const Outline& outline, const syntax::SourceText& source, const Sink& sink)
      : outline_(outline), model_(*outline.model), source_(source), out_(sink) {}

  Status write() {
    out_.begin_object();
    out_.member("schema", 1);
    out_.member("network", model_.name);
    out_.member("input_shape", shape_json(model_.inputs.front().shape));
    write_inputs();
    write_graph("layers", TensorNames::of_network(outline_), outline_.layers);
    out_.member("total_parameters", outline_.totals.parameters.value());
    out_.member("trainable_parameters", outline_.totals.trainable_parameters.value());
    out_.member("optimizer", optimizer_json(model_.optimizer));
    write_loss();
    out_.begin_array("metrics");
    for (const model::Metric& metric : model_.metrics) out_.element(metric_json(metric));
    out_.end();
    out_.member("targets", target_name(model_.targets));
    write_training();
    out_.member("device", model_.device);
    write_search();
    write_totals();
    out_.end();
    return out_.finish();
  }

 private:
  void write_inputs() {
    out_.begin_array("inputs");
    for (const model::Input& input : model_.inputs) {
      out_.element(
          {{"name", input.name}, {"shape", shape_json(input.shape)}, {"type", input.is_integer ? "integer" : "float"}});
    }
    out_.end();
  }

  void write_graph(std::string_view key, const TensorNames& names, const std::vector<Node>& layers) {
    out_.begin_array(key);
    for (const Node& node : layers) {
      if (out_.has_failed()) break;  // a reader has seen enough of a million layers
      Json inputs = Json::array();
      for (const model::TensorId tensor : node.layer->inputs) inputs.push_back(names.of(tensor));
      out_.begin_object();
      write_layer(node, inputs);
      out_.end();
    }
    out_.end();
  }

  void write_layer(const Node& node, const Json& inputs) {
    const model::Layer& layer = *node.layer;
    out_.member("name", layer.name);
    out_.member("type", layer.type_name());
    out_.member("line", layer.line);
    out_.member("implicit", layer.implicit);
    out_.member("device", optional_json(layer.device()));
    out_.member("inputs", inputs);
    out_.member("output_shape", shape_json(layer.output));
    out_.member("parameters", node.parameters.value());
    out_.member("trainable_parameters", node.trainable_parameters.value());
    out_.member("flops", flops_json(node.cost));
    out_.member("activation_bytes", node.cost.activation_bytes.value());
    out_.member("dynamic", node.is_dynamic);
    out_.member("uncounted_layers", node.uncounted.value());
    write_details(layer);
    write_inside(node);
  }

  /// Attributes and tensors. Copies of a layer have the same, mostly right behind each other.
  void write_details(const model::Layer& layer) {
    const bool is_copy = last_ != nullptr && layer.parts == last_->parts &&
                         layer.attributes.is_same(last_->attributes) && layer.own_tensors == last_->own_tensors &&
                         out_.depth() == last_depth_;
    if (is_copy) {
      out_.repeat(last_details_);
      return;
    }
    const std::size_t mark = out_.mark();
    write_attributes(layer);
    write_tensors(layer);
    last_ = &layer;
    last_depth_ = out_.depth();
    last_details_ = out_.since(mark);
  }

  void write_attributes(const model::Layer& layer) {
    if (layer.parts != nullptr && layer.parts->custom) {
      out_.begin_array("arguments");
      for (const auto& [name, value] : layer.parts->custom->arguments) {
        out_.element({{"name", name.empty() ? Json(nullptr) : Json(name)}, {"value", any_json(value)}});
      }
      out_.end();
    }
    out_.begin_object("attributes");
    const Json attributes = attributes_json(layer.attributes);
    for (const auto& [key, value] : attributes.items()) out_.member(key, value);
    out_.end();
  }

  void write_tensors(const model::Layer& layer) {
    out_.begin_array("tensors");
    for (const model::Tensor& tensor : layer.tensors()) {
      out_.element({{"name", tensor.name},
                    {"shape", tensor.shape},
                    {"initializer", initializer_json(tensor.initializer)},
                    {"trainable", tensor.trainable}});
    }
    out_.end();
  }

  void write_inside(const Node& node) {
    const model::Layer& layer = *node.layer;
    if (layer.parts != nullptr && layer.parts->shortcut) {
      const model::Shortcut& shortcut = *layer.parts->shortcut;
      out_.member("shortcut",
                  {{"projects", shortcut.projects}, {"strides", shortcut.strides}, {"cropping", shortcut.cropping}});
    }
    if (!node.wrapped.empty()) {
      out_.begin_object("wrapped");
      write_layer(node.wrapped.front(), Json::array({layer.name}));
      out_.end();
    }
    if (!node.body.empty()) write_graph("body", TensorNames::of_body(node), node.body);
  }

  void write_loss() {
    Json loss = loss_json(model_.loss);
    loss["fused_activation"] = model_.loss.fused ? Json(activation_name(*model_.loss.fused)) : Json(nullptr);
    out_.member("loss", loss);
  }

  void write_training() {
    const model::Training& training = model_.training;
    out_.begin_object("training");
    out_.member("epochs", training.epochs);
    out_.member("batch_size", training.batch_size);
    out_.member("validation_split", training.validation_split);
    out_.member("shuffle", training.shuffle);
    out_.member("seed", optional_json(training.seed));
    out_.member("mixed_precision", training.mixed_precision);
    out_.member("dataset", optional_json(training.dataset));
    out_.member("save_path", optional_json(training.save_path));
    out_.end();
  }

  void write_search() {
    out_.begin_object("search");
    out_.member("method", model_.training.search_method);
    out_.member("trials", model_.training.trials);
    out_.begin_array("variables");
    for (const SearchVariable& variable : model_.search) {
      Json entry = {{"name", variable.name}, {"kind", search_kind_name(variable.kind)}};
      if (variable.kind == SearchVariable::Kind::kChoice) {
        entry["alternatives"] = Json::array();
        for (const model::AnyValue& each : variable.alternatives) entry["alternatives"].push_back(any_json(each));
      } else {
        entry["low"] = bound_json(variable.low, variable.is_integer);
        entry["high"] = bound_json(variable.high, variable.is_integer);
        entry["step"] = variable.step ? bound_json(*variable.step, variable.is_integer) : Json(nullptr);
        entry["integer"] = variable.is_integer;
      }
      entry["line"] = source_.position(variable.span.begin).line;
      out_.element(entry);
    }
    out_.end();
    out_.end();
  }

  void write_totals() {
    const estimate::Totals& totals = outline_.totals;
    const estimate::Memory& memory = totals.memory;
    out_.begin_object("totals");
    out_.member("layers", totals.layers.value());
    out_.member("parameters", totals.parameters.value());
    out_.member("trainable_parameters", totals.trainable_parameters.value());
    out_.member("fixed_parameters", totals.parameters.value() - totals.trainable_parameters.value());
    out_.member("flops", flops_json(totals.cost));
    out_.begin_object("memory");
    out_.member("weights", memory.weights.value());
    out_.member("gradients", memory.gradients.value());
    out_.member("optimizer_state", memory.optimizer_state.value());
    out_.member("inputs_per_sample", memory.inputs_per_sample.value());
    out_.member("activations_per_sample", memory.activations_per_sample.value());
    out_.member("batch_size", memory.batch_size.value());
    out_.member("batch", memory.batch().value());
    out_.member("training", memory.training().value());
    out_.end();
    out_.member("dynamic", totals.is_dynamic);
    out_.member("uncounted_layers", totals.uncounted.value());
    out_.end();
  }

  const Outline& outline_;
  const model::Model& model_;
  const syntax::SourceText& source_;
  JsonWriter out_;
  const model::Layer* last_ = nullptr;  ///< whose details these are
  std::size_t last_depth_ = 0;
  std::string last_details_;
};

}  // namespace

std::string_view target_name(model::TargetKind kind) {
  switch (kind) {
    case model::TargetKind::kClasses:
      return "classes";
    case model::TargetKind::kOneHot:
      return "one_hot";
    case model::TargetKind::kBinary:
      return "binary";
    case model::TargetKind::kValues:
      return "values";
  }
  return {};
}

Status write_json(const Outline& outline, const syntax::SourceText& source, const Sink& sink) {
  return Document(outline, source, sink).write();
}

std::string json_text(const Outline& outline, const syntax::SourceText& source) {
  std::string text;
  const Status status = write_json(outline, source, [&](std::string_view part) {
    text += part;
    return done();
  });
  NEURAL_CHECK(status, "text takes any text");
  return text;
}

}  // namespace neural::describe
