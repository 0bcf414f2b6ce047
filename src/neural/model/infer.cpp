#include "neural/model/infer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// Layers at the end of the trail in a note; what comes before is left out.
constexpr std::size_t kLongestTrail = 5;

/// "(height, width, channels)", in the order of the layer's data_format.
std::string axes_text(const LayerRow& row, const Attributes& attributes) {
  std::vector<std::string> axes;
  for (const std::string_view axis : words_in(row.input_axes)) axes.emplace_back(axis);
  if (attributes.has(Parameter::data_format) && attributes.word(Parameter::data_format) == "channels_first") {
    std::rotate(axes.begin(), axes.end() - 1, axes.end());
  }
  return "(" + join(axes, ", ") + ")";
}

bool has_unknown_size(const Shape& shape) {
  return std::any_of(shape.begin(), shape.end(), [](const Dimension& size) { return !size; });
}

}  // namespace

std::vector<Layer> ShapeInference::run(DeclaredInput input, const std::vector<Placement>& placements) {
  input_ = std::move(input);
  flow_ = input_.flow;
  layers_.reserve(placements.size());
  for (const Placement& placement : placements) take_name(placement);
  for (const Placement& placement : placements) apply(placement);
  for (Layer& layer : layers_) {
    if (layer.name.empty()) layer.name = names_.next(layer_kind_name(layer.kind));
    layer.attributes.set(Parameter::name, {layer.name});
  }
  return std::move(layers_);
}

void ShapeInference::take_name(const Placement& placement) {
  const BoundLayer& bound = *placement.layer;
  if (!bound.name) return;
  const std::string name = *bound.name + placement.suffix;
  const UseScope scope(reporter_, bound.use);
  const syntax::Span span = bound.binding.span_of(Parameter::name);
  const auto [first, is_new] = written_names_.try_emplace(name, span);
  if (is_new) {
    names_.take(name);
  } else {
    reporter_.add(Code::E213, span, fmt::format("the name {} is already defined", as_code(name)),
                  "every layer of a network needs a name of its own",
                  {{"the first layer of this name", first->second}});
  }
}

void ShapeInference::apply(const Placement& placement) {
  const BoundLayer& bound = *placement.layer;
  if (bound.row == nullptr) {
    flow_ = {};
    return;
  }
  const UseScope scope(reporter_, bound.use);
  const std::optional<std::size_t> rank = flow_.rank;
  const bool is_ready = check_rank(bound) && flow_.shape && !bound.binding.shape_failed;
  if (is_ready && (!bound.row->flattens_input || flatten_before(bound))) {
    apply_rule(bound, bound.name ? *bound.name + placement.suffix : std::string());
  } else {
    continue_behind(bound);
  }
  if (rank && flow_.rank != rank) rank_ends_.try_emplace(*rank, bound.row);
}

void ShapeInference::apply_rule(const BoundLayer& bound, const std::string& name) {
  const LayerRow& row = *bound.row;
  // A required parameter may lack its value here, though it does not decide the shape.
  if (bound.binding.failed && row.keeps_shape) return continue_behind(bound);
  const Shape input = *flow_.shape;
  ShapeContext context(row.name, bound.binding.attributes, input);
  std::optional<Shape> output = row.shape_rule(context);
  if (output && !is_countable(*output)) {
    context.fail(Code::E406, fmt::format("the result of `{}` has more than 2^62 elements a sample: {}", row.name,
                                         to_string(*output)));
  }
  if (context.failure()) {
    report(bound, *context.failure());
    return continue_behind(bound);
  }
  append(row, bound.binding.attributes, input, std::move(*output), bound);
  layers_.back().name = name;
  layers_.back().tensors = std::move(context.tensors());
}

void ShapeInference::append(const LayerRow& row, Attributes attributes, Shape input, Shape output,
                            const BoundLayer& bound) {
  layers_.push_back({.kind = *row.kind,
                     .name = {},
                     .attributes = std::move(attributes),
                     .input = std::move(input),
                     .output = output,
                     .tensors = {},
                     .device = bound.device,
                     .span = bound.span,
                     .line = bound.line,
                     .implicit = &row != bound.row});
  flow_.rank = output.size();
  flow_.shape = std::move(output);
  flow_.is_raw = flow_.is_raw && row.keeps_shape;
}

bool ShapeInference::flatten_before(const BoundLayer& bound) {
  const Shape input = *flow_.shape;
  const bool is_raw_matrix = input.size() == 2 && flow_.is_raw && !has_unknown_size(input);
  if (input.size() < 3 && !is_raw_matrix) return true;
  const std::string_view name = bound.row->name;
  if (has_unknown_size(input)) {
    report(bound,
           {Code::E505, fmt::format("`{}` flattens its input, but a size of {} is not known", name, to_string(input)),
            "give every axis of the input a size, or use `GlobalAveragePooling2D` before it"});
    return false;
  }
  const LayerRow& row = layer_row(LayerKind::Flatten);
  Attributes attributes;
  for (const ParameterSpec& spec : row.parameters) attributes.set(spec.parameter, default_attribute(spec, 1));
  ShapeContext context(row.name, attributes, input);
  const std::optional<Shape> output = row.shape_rule(context);
  if (!bound.binding.failed) {
    reporter_.add(Code::W522, bound.span,
                  fmt::format("{} is flattened to {} before `{}`", to_string(input), to_string(*output), name),
                  fmt::format("write `Flatten()` before `{}`", name));
  }
  append(row, attributes, input, *output, bound);
  return true;
}

bool ShapeInference::check_rank(const BoundLayer& bound) {
  const LayerRow& row = *bound.row;
  const std::size_t demanded = row.demanded_rank();
  if (demanded == 0 || !flow_.rank || *flow_.rank == demanded) return true;
  const std::string received = flow_.shape ? to_string(*flow_.shape) : fmt::format("a tensor of rank {}", *flow_.rank);
  report(bound,
         {Code::E501,
          fmt::format("`{}` needs {}, but receives {}", row.name, axes_text(row, bound.binding.attributes), received),
          rank_help(row)});
  return false;
}

void ShapeInference::report(const BoundLayer& bound, const ShapeFailure& failure) {
  if (bound.binding.failed) {
    reporter_.count_error();
    return;
  }
  reporter_.add(failure.code, bound.span, failure.message, failure.help, {{trail(), std::nullopt}});
}

void ShapeInference::continue_behind(const BoundLayer& bound) {
  const LayerRow& row = *bound.row;
  if (row.keeps_shape) return;
  PartialShape known;
  if (row.partial_shape != nullptr && !bound.binding.shape_failed) {
    known = row.partial_shape(bound.binding.attributes, flow_.rank);
  } else if (row.partial_shape == nullptr && row.demanded_rank() > 0) {
    known.rank = row.demanded_rank();
  }
  if (known.shape) return append(row, bound.binding.attributes, {}, *known.shape, bound);
  flow_ = {std::nullopt, known.rank, false};
}

std::string ShapeInference::rank_help(const LayerRow& row) const {
  const std::size_t demanded = row.demanded_rank();
  const Shape& declared = input_.input.shape;
  if (flow_.is_raw && *flow_.rank == demanded + 1 && declared.front()) {
    return fmt::format("leave the batch size out: {}", to_string(Shape(declared.begin() + 1, declared.end())));
  }
  if (const auto end = rank_ends_.find(demanded); end != rank_ends_.end()) {
    return fmt::format("put `{}` before `{}`", row.name, end->second->name);
  }
  if (flow_.is_raw && *flow_.rank + 1 == demanded && flow_.shape) {
    Shape longer = declared;
    longer.emplace_back(1);
    return fmt::format("declare the channels too, for example {}", to_string(longer));
  }
  return fmt::format("use `Reshape` to give its input {} axes", demanded);
}

std::string ShapeInference::trail() const {
  std::string text = "shape so far:";
  const char* joint = " ";
  if (input_.flow.shape) {
    text += " input " + to_string(*input_.flow.shape);
    joint = " -> ";
  }
  std::vector<const Layer*> steps;
  for (auto layer = layers_.rbegin(); layer != layers_.rend() && steps.size() <= kLongestTrail; ++layer) {
    if (!layer->implicit) steps.push_back(&*layer);
  }
  if (steps.size() > kLongestTrail) {
    steps.pop_back();
    text += fmt::format("{}…", joint);
    joint = " -> ";
  }
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    text += fmt::format("{}{} line {} {}", joint, layer_kind_name((*step)->kind), (*step)->line,
                        to_string((*step)->output));
    joint = " -> ";
  }
  return text;
}

}  // namespace neural::model
