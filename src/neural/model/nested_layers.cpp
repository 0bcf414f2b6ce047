// Layers that hold others: residual connections, wrappers, blocks behind a layer.
#include <fmt/format.h>

#include <algorithm>

#include "neural/model/graph_inference.hpp"

namespace neural::model {
namespace {

using syntax::Code;

std::shared_ptr<const Graph> graph_of(GraphInference& inside) {
  return std::make_shared<const Graph>(Graph{std::move(inside.layers())});
}

/// The largest stride s with ⌈size / s⌉ ≥ wanted, where wanted ≤ size.
std::int64_t largest_stride(std::int64_t size, std::int64_t wanted) {
  if (wanted <= 1) return std::max<std::int64_t>(1, size);
  return (size + wanted - 2) / (wanted - 1) - 1;
}

/// Tensors of a layer under the name of the direction it runs in.
void append_direction(const std::string& direction, const std::vector<Tensor>& tensors, std::vector<Tensor>& all) {
  for (const Tensor& tensor : tensors) {
    Tensor copy = tensor;
    copy.name = direction + "/" + tensor.name;
    all.push_back(std::move(copy));
  }
}

}  // namespace

void GraphInference::append_identity() {
  Layer layer = layer_of(*around_, layer_row(LayerKind::Identity));
  layer.implicit = true;
  layer.own_device = nullptr;
  layer.output = layer.input;
  layer.attributes = Attributes(defaults_of(layer_row(LayerKind::Identity).parameters, 1));
  layer.name = network_.automatic_name(LayerKind::Identity);
  append(std::move(layer), false);
}

// ---- residual connections ----

void GraphInference::apply_residual(const BoundLayer& bound, const std::string& suffix) {
  const OpenTensor input = open_.front();
  const bool has_body = bound.inside != nullptr && !bound.inside->body.empty();
  if (!has_body) {
    network_.reporter().add(Code::W412, bound.span,
                            fmt::format("`{}` without a body passes its input on", bound.row->name),
                            "give it a block: `Residual { … }`");
    return apply_identity(bound, suffix);
  }
  const std::size_t errors = network_.reporter().error_count();
  GraphInference inside(*this, bound, input);
  inside.run(bound.inside->body, suffix);
  const OpenTensor end = inside.finish(bound.span, "the residual body");
  const bool is_sound = input.flow.shape && end.flow.shape && !bound.failed;
  // Behind an error in the body its result is a guess, and nothing can be said about it.
  if (!is_sound || network_.reporter().error_count() > errors) return lose(bound, {input.flow.rank, {}});
  if (inside.layers().empty()) inside.append_identity();

  const Shape& from = *input.flow.shape;
  const Shape& to = *end.flow.shape;
  const std::optional<Shortcut> shortcut = shortcut_past(bound, from, to);
  if (!shortcut) return lose(bound, {input.flow.rank, {}});
  Layer layer = layer_of(bound, *bound.row);
  layer.attributes = bound.attributes;
  layer.output = to;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (!layer.output[i]) layer.output[i] = from[i];
  }
  if (shortcut->projects) {
    std::vector<std::int64_t> kernel(from.size() - 1, 1);
    kernel.insert(kernel.end(), {*from.back(), *to.back()});
    const Initializer glorot{InitializerKind::glorot_uniform, {}};
    const bool trainable = bound.attributes.boolean(Parameter::trainable);
    layer.own_tensors = std::make_shared<const std::vector<Tensor>>(
        std::vector<Tensor>{{"shortcut/kernel", std::move(kernel), glorot, trainable}});
    network_.reporter().add(
        Code::W524, bound.span, fmt::format("the shortcut is projected from {} to {}", to_string(from), to_string(to)),
        "let the body keep the shape for a shortcut without weights, or say `projection=\"none\"` to forbid them");
  }
  layer.parts = std::make_shared<const LayerParts>(LayerParts{.body = graph_of(inside), .shortcut = shortcut});
  layer.name = network_.name_of(bound, suffix);
  append(std::move(layer), false);
}

/// How the input gets the shape of the body's result; E509, E505.
std::optional<Shortcut> GraphInference::shortcut_past(const BoundLayer& bound, const Shape& input, const Shape& body) {
  const auto refuse = [&](const std::string& why, std::string help) {
    report(bound,
           {Code::E509, fmt::format("the residual body makes {} of {}: {}", to_string(body), to_string(input), why),
            std::move(help)});
    return std::nullopt;
  };
  if (body.size() != input.size()) {
    return refuse("the number of axes must stay", "leave out layers that add or drop axes, such as `Flatten`");
  }
  Shortcut shortcut;
  bool strides = false;
  for (std::size_t i = 0; i + 1 < input.size(); ++i) {
    if (!input[i] && !body[i]) {
      shortcut.strides.push_back(1);
      shortcut.cropping.emplace_back(0, 0);
      continue;
    }
    if (!input[i] || !body[i]) {
      return refuse("what is left of an axis of unknown size is not known", "give that axis a size in the input shape");
    }
    if (*body[i] > *input[i]) {
      return refuse("no axis but the last may grow",
                    "use `padding=\"same\"`, or less padding or up-sampling in the body");
    }
    const std::int64_t stride = largest_stride(*input[i], *body[i]);
    const std::int64_t surplus = (*input[i] + stride - 1) / stride - *body[i];
    shortcut.strides.push_back(stride);
    shortcut.cropping.emplace_back(surplus / 2, surplus - surplus / 2);
    strides = strides || stride > 1;
  }
  shortcut.projects = strides || input.back() != body.back();
  const bool is_plain = !shortcut.projects && !shortcut.crops();
  if (!is_plain && bound.attributes.word(Parameter::projection) == "none") {
    return refuse("`projection=\"none\"` wants equal shapes",
                  "let the body keep the shape, or use `projection=\"auto\"`");
  }
  if (shortcut.projects && (!input.back() || !body.back())) {
    return refuse("the size of the last axis is not known", "give the last axis a size in the input shape");
  }
  return shortcut;
}

// ---- wrappers ----

void GraphInference::apply_bidirectional(const BoundLayer& bound, const std::string& suffix) {
  const OpenTensor input = open_.front();
  if (bound.inside == nullptr || bound.inside->wrapped.empty()) return lose(bound);
  GraphInference inside(*this, bound, input);
  inside.run(bound.inside->wrapped, suffix);
  const OpenTensor& end = inside.open().front();
  if (bound.failed || !end.flow.shape || inside.layers().empty()) return lose(bound, {end.flow.rank, {}});

  Layer wrapped = std::move(inside.layers().back());
  Layer layer = layer_of(bound, *bound.row);
  layer.attributes = bound.attributes;
  layer.output = *end.flow.shape;
  if (bound.attributes.word(Parameter::merge_mode) == "concat" && layer.output.back()) *layer.output.back() *= 2;
  if (!check_size(bound, layer.output)) return lose(bound, {end.flow.rank, {}});
  std::vector<Tensor> tensors;
  append_direction("forward", wrapped.tensors(), tensors);
  append_direction("backward", wrapped.tensors(), tensors);
  layer.own_tensors = std::make_shared<const std::vector<Tensor>>(std::move(tensors));
  wrapped.own_tensors = nullptr;
  layer.wrapped = std::make_shared<const Layer>(std::move(wrapped));
  layer.name = network_.name_of(bound, suffix);
  append(std::move(layer), false);
}

void GraphInference::apply_time_distributed(const BoundLayer& bound, const std::string& suffix) {
  OpenTensor step = open_.front();
  const bool has_steps = check_rank(bound, 0);
  if (bound.inside == nullptr || bound.inside->wrapped.empty()) return lose(bound);
  std::optional<Dimension> steps;
  if (has_steps && step.flow.shape) {
    steps = step.flow.shape->front();
    step.flow.shape->erase(step.flow.shape->begin());
    step.flow.rank = step.flow.shape->size();
  } else {
    step.flow = {};
  }
  GraphInference inside(*this, bound, step);
  inside.run(bound.inside->wrapped, suffix);
  OpenTensor end = inside.open().front();
  end.id = open_.front().id;
  GraphInference body(*this, bound, end);
  body.run(bound.inside->body, suffix);
  end = body.finish(bound.span, "the block");
  if (bound.failed || !steps || !end.flow.shape || inside.layers().empty()) return lose(bound);

  Layer layer = layer_of(bound, *bound.row);
  layer.attributes = bound.attributes;
  layer.output = *end.flow.shape;
  layer.output.insert(layer.output.begin(), *steps);
  if (!check_size(bound, layer.output)) return lose(bound);
  layer.wrapped = std::make_shared<const Layer>(std::move(inside.layers().back()));
  if (!body.layers().empty()) layer.parts = std::make_shared<const LayerParts>(LayerParts{.body = graph_of(body)});
  layer.name = network_.name_of(bound, suffix);
  append(std::move(layer), false);
}

// ---- blocks behind a layer ----

/// The block of a transformer is applied to its result, and decides the shape.
void GraphInference::apply_block_behind(const BoundLayer& bound, const std::string& suffix) {
  const OpenTensor result = open_.front();
  GraphInference inside(*this, bound, result);
  inside.run(bound.inside->body, suffix);
  const OpenTensor end = inside.finish(bound.span, "the block");
  if (!result.flow.shape || result.id == kNowhere || !end.flow.shape) return lose(bound, {end.flow.rank, {}});
  if (inside.layers().empty()) return;
  Layer& layer = layers_.back();
  layer.output = *end.flow.shape;
  layer.parts = std::make_shared<const LayerParts>(LayerParts{.body = graph_of(inside)});
  open_.front().flow.shape = layer.output;
  open_.front().flow.rank = layer.output.size();
}

/// The block of a layer without meaning is only checked.
void GraphInference::check_unused_block(const BoundLayer& bound, const std::string& suffix, const OpenTensor& input) {
  GraphInference inside(*this, bound, input);
  inside.run(bound.inside->body, suffix);
  inside.finish(bound.span, "the block");
}

}  // namespace neural::model
