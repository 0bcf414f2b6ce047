#include "neural/model/graph_inference.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"

namespace neural::model {
namespace {

using syntax::Code;

/// "(height, width, channels)", in the order of the layer's data_format.
std::string axes_text(const LayerRow& row, const Attributes& attributes) {
  if (row.input_axes.empty()) return fmt::format("at least {} axes", row.least_rank);
  std::vector<std::string> axes;
  for (const std::string_view axis : words_in(row.input_axes)) axes.emplace_back(axis);
  if (is_channels_first(attributes)) {
    const auto first = axes.begin() + (row.input_axes.starts_with("time") ? 1 : 0);
    std::rotate(first, axes.end() - 1, axes.end());
  }
  return "(" + join(axes, ", ") + (axes.size() == 1 ? ",)" : ")");
}

/// After an error a parameter may lack its value though it does not decide the shape.
bool has_required(const BoundLayer& bound) {
  const auto& parameters = bound.row->parameters;
  return std::all_of(parameters.begin(), parameters.end(), [&](const ParameterSpec& spec) {
    return !spec.is_required() || bound.attributes.has(spec.parameter);
  });
}

}  // namespace

// ---- what all graphs of a network share ----

void NetworkInference::take_names(const Sequence& sequence, const std::string& suffix) {
  for (const Placement& placement : sequence) {
    if (placement.branch != nullptr) {
      take_names(placement.branch->body, placement.suffix + suffix);
      continue;
    }
    const BoundLayer& bound = *placement.layer;
    if (bound.inside != nullptr) {
      take_names(bound.inside->wrapped, placement.suffix + suffix);
      take_names(bound.inside->body, placement.suffix + suffix);
    }
    if (!bound.is_named) continue;
    const std::string name = bound.attributes.word(Parameter::name) + placement.suffix + suffix;
    const UseScope scope(reporter_, bound.use);
    const auto [first, is_new] = written_names_.try_emplace(name, bound.name_span);
    if (is_new) {
      names_.take(name);
    } else {
      reporter_.add(Code::E213, bound.name_span, fmt::format("the name {} is already defined", as_code(name)),
                    "every layer of a network needs a name of its own",
                    {{"the first layer of this name", first->second}});
    }
  }
}

std::string NetworkInference::name_of(const BoundLayer& layer, const std::string& suffix) {
  if (layer.is_named) return layer.attributes.word(Parameter::name) + suffix;
  return names_.next(layer.type_name());
}

NetworkInference::Inferred& NetworkInference::slot_for(const BoundLayer& layer, const Shape& input) {
  std::size_t hash = static_cast<std::size_t>(layer.row->kind);
  for (const Dimension& size : input) hash = hash * 31 + static_cast<std::size_t>(size.value_or(-1));
  return inferred_[(hash ^ (hash >> 17)) % kSlots];
}

// ---- one layer ----

void GraphInference::apply(const Placement& placement, const std::string& outer_suffix) {
  const BoundLayer& bound = *placement.layer;
  if (bound.row == nullptr) {
    open_ = {OpenTensor{}};
    return;
  }
  const UseScope scope(network_.reporter(), bound.use);
  if (!takes_open_tensors(bound)) {
    open_ = {OpenTensor{}};
    return;
  }
  const std::string suffix = outer_suffix.empty() ? placement.suffix : placement.suffix + outer_suffix;
  switch (bound.row->kind) {
    case LayerKind::ResidualConnection:
      return apply_residual(bound, suffix);
    case LayerKind::Bidirectional:
      return apply_bidirectional(bound, suffix);
    case LayerKind::TimeDistributed:
      return apply_time_distributed(bound, suffix);
    default:
      break;
  }
  if (bound.row->takes == Takes::kAll && open_.size() == 1) {
    const bool is_all = open_.front().id != kNowhere;  // an error may have left one of several
    if (is_all) {
      network_.reporter().add(Code::W413, bound.span,
                              fmt::format("`{}` merges one tensor, which stays as it is", bound.row->name),
                              "open several with branches or inputs, or remove it");
    }
    return apply_identity(bound, suffix);
  }
  const OpenTensor input = open_.front();
  apply_plain(bound, suffix);
  if (bound.inside == nullptr || !bound.inside->has_block) return;
  if (bound.row->block == BlockUse::kAfter) apply_block_behind(bound, suffix);
  if (bound.row->block == BlockUse::kUnused) check_unused_block(bound, suffix, input);
}

/// E507 unless the layer takes just the tensors that are open.
bool GraphInference::takes_open_tensors(const BoundLayer& bound) {
  const LayerRow& row = *bound.row;
  const std::size_t count = open_.size();
  const bool is_binary = row.kind == LayerKind::Subtract || row.kind == LayerKind::Dot;
  std::size_t most = 1;
  if (row.takes == Takes::kOneOrTwo || is_binary) most = 2;
  if (count <= most || (row.takes == Takes::kAll && !is_binary)) return true;
  network_.reporter().add(
      Code::E507, bound.span,
      fmt::format("`{}` takes {}, but {} tensors are open: {}", bound.type_name(),
                  most == 1 ? "one tensor" : "two tensors", count, text_of(open_)),
      most == 1 ? "merge them before it, for example with `Concatenate` or `Add`" : "merge some of them before it");
  return false;
}

void GraphInference::apply_plain(const BoundLayer& bound, const std::string& suffix) {
  bool is_ready = !bound.shape_failed;
  for (std::size_t i = 0; i < open_.size() && is_ready; ++i) is_ready = check_rank(bound, i) && open_[i].flow.shape;
  if (is_ready && bound.row->kind == LayerKind::Embedding) read_ids(bound);
  if (is_ready && (!bound.row->flattens_input || flatten_before(bound))) {
    apply_rule(bound, suffix);
  } else {
    continue_behind(bound);
  }
}

void GraphInference::apply_rule(const BoundLayer& bound, const std::string& suffix) {
  const LayerRow& row = *bound.row;
  if (bound.failed && !has_required(bound)) return continue_behind(bound);
  const bool is_single = open_.size() == 1;
  NetworkInference::Inferred& known = network_.slot_for(bound, *open_.front().flow.shape);
  Layer layer = layer_of(bound, row);
  if (is_single && known.row == &row && known.written.is_same(bound.attributes) && known.input == layer.input) {
    layer.attributes = known.attributes;
    layer.output = known.output;
    layer.own_tensors = known.tensors;
  } else {
    std::vector<Shape> inputs;
    for (const OpenTensor& tensor : open_) inputs.push_back(*tensor.flow.shape);
    ShapeContext context(bound.type_name(), row.kind, bound.attributes, inputs);
    std::optional<Shape> output = row.shape_rule(context);
    if (context.failure()) report(bound, *context.failure());
    if (context.failure() || !check_size(bound, *output)) return continue_behind(bound);
    for (const ShapeFailure& warning : context.warnings()) {
      if (!bound.failed) network_.reporter().add(warning.code, bound.span, warning.message, warning.help);
    }
    layer.attributes = context.resolved();
    layer.output = std::move(*output);
    if (!context.tensors().empty()) {
      layer.own_tensors = std::make_shared<const std::vector<Tensor>>(std::move(context.tensors()));
    }
    if (is_single && context.warnings().empty()) {
      known = {&row, bound.attributes, layer.input, layer.attributes, layer.output, layer.own_tensors};
    }
  }
  if (row.kind == LayerKind::Output && layer.attributes.at(Parameter::activation).is_none() && network_.loss()) {
    layer.attributes.set(Parameter::activation, {output_activation_for(*network_.loss())});
  }
  layer.name = network_.name_of(bound, suffix);
  append(std::move(layer), row.keeps_shape);
}

/// E406 where the result has too many elements to count.
bool GraphInference::check_size(const BoundLayer& bound, const Shape& output) {
  if (is_countable(output)) return true;
  report(bound, {Code::E406,
                 fmt::format("the result of `{}` has more than {} elements a sample: {}", bound.type_name(),
                             with_thousands(kMostSampleElements), to_string(output)),
                 "use fewer units, or make the input smaller first"});
  return false;
}

/// A layer that has nothing to do is an Identity of the same name.
void GraphInference::apply_identity(const BoundLayer& bound, const std::string& suffix) {
  if (!open_.front().flow.shape) return;
  Layer layer = layer_of(bound, layer_row(LayerKind::Identity));
  layer.output = layer.input;
  layer.attributes = Attributes(defaults_of(layer_row(LayerKind::Identity).parameters, 1));
  layer.name = network_.name_of(bound, suffix);
  append(std::move(layer), false);
}

Layer GraphInference::layer_of(const BoundLayer& bound, const LayerRow& row) const {
  Layer layer;
  layer.kind = row.kind;
  layer.implicit = false;
  layer.line = bound.line;
  layer.span = bound.span;
  layer.own_device = bound.device;
  layer.inputs.reserve(open_.size());
  for (const OpenTensor& tensor : open_) layer.inputs.push_back(tensor.id);
  const Flow& input = open_.front().flow;
  layer.input = input.shape ? *input.shape : Shape(input.rank.value_or(0));
  if (row.is_opaque && bound.inside != nullptr) {
    layer.parts = bound.inside->custom;
  }
  return layer;
}

void GraphInference::append(Layer layer, bool stays_raw) {
  OpenTensor result;
  result.flow.rank = layer.output.size();
  result.flow.shape = layer.output;
  result.flow.is_raw = stays_raw && open_.front().flow.is_raw;
  result.id = {static_cast<std::uint32_t>(input_count_ + layers_.size())};
  if (stays_raw) result.origin = open_.front().origin;
  layers_.push_back(std::move(layer));
  open_.clear();
  open_.push_back(std::move(result));
}

/// Rule D: the Flatten before a Dense; false after an error.
bool GraphInference::flatten_before(const BoundLayer& bound) {
  if (outer_ != nullptr) return true;
  const Shape input = *open_.front().flow.shape;
  const bool is_raw_matrix = input.size() == 2 && open_.front().flow.is_raw && !has_unknown_size(input);
  if (input.size() < 3 && !is_raw_matrix) return true;
  const std::string_view name = bound.row->name;
  if (has_unknown_size(input)) {
    report(bound,
           {Code::E505, fmt::format("`{}` flattens its input, but a size of {} is not known", name, to_string(input)),
            "give every axis of the input a size, or use `GlobalAveragePooling2D` before it"});
    return false;
  }
  const LayerRow& row = layer_row(LayerKind::Flatten);
  Layer layer = layer_of(bound, row);
  layer.implicit = true;
  layer.attributes = Attributes(defaults_of(row.parameters, 1));
  layer.output = Shape{element_count(input)};
  layer.name = network_.automatic_name(LayerKind::Flatten);
  if (!bound.failed) {
    network_.reporter().add(
        Code::W522, bound.span,
        fmt::format("{} is flattened to {} before `{}`", to_string(input), to_string(layer.output), name),
        fmt::format("write `Flatten()` before `{}`", name));
  }
  append(std::move(layer), false);
  return true;
}

/// Rule E: a raw (T, width) before an Embedding of that width is T ids. What it looks up is a whole number.
void GraphInference::read_ids(const BoundLayer& bound) {
  OpenTensor& tensor = open_.front();
  if (tensor.origin) network_.inputs()[*tensor.origin].input.is_integer = true;
  const Shape& shape = *tensor.flow.shape;
  const std::int64_t width = bound.failed ? 0 : bound.attributes.integer(Parameter::output_dim);
  const bool is_input = outer_ == nullptr && tensor.id.index < input_count_ && !tensor.is_shared;
  const bool is_twice = is_input && tensor.flow.is_raw && shape.size() == 2 && shape.back() == width;
  if (!is_twice) return;
  const Shape ids = {shape.front()};
  network_.reporter().add(Code::W523, bound.span,
                          fmt::format("{} is read as {} ids: its width {} is that of the embedding", to_string(shape),
                                      shape.front() ? std::to_string(*shape.front()) : "any number of", width),
                          fmt::format("declare the ids alone: `{}`", to_string(ids)));
  network_.inputs()[tensor.id.index].input.shape = ids;
  tensor.flow = {ids, ids.size(), true};
}

bool GraphInference::check_rank(const BoundLayer& bound, std::size_t which) {
  const LayerRow& row = *bound.row;
  const Flow& flow = open_[which].flow;
  if (!flow.rank || row.accepts_rank(*flow.rank)) return true;
  const std::string received = flow.shape ? to_string(*flow.shape) : fmt::format("a tensor of rank {}", *flow.rank);
  report(bound,
         {Code::E501,
          fmt::format("`{}` needs {}, but receives {}", bound.type_name(), axes_text(row, bound.attributes), received),
          rank_help(bound, open_[which])},
         which);
  return false;
}

void GraphInference::report(const BoundLayer& bound, const ShapeFailure& failure, std::size_t which) {
  if (bound.failed) {
    network_.reporter().count_error();
    return;
  }
  std::vector<syntax::Note> notes = {{trail(open_[which].id, kLevelsOfTrail), std::nullopt}};
  if (failure.code == syntax::Code::E504) add_other_trails(which, notes);
  network_.reporter().add(failure.code, bound.span, failure.message, failure.help, std::move(notes));
}

/// How the tensors came about that have another shape than that one.
void GraphInference::add_other_trails(std::size_t which, std::vector<syntax::Note>& notes) const {
  const auto is_other = [&](const OpenTensor& each) { return each.flow.shape != open_[which].flow.shape; };
  const bool is_only = std::count_if(open_.begin(), open_.end(), is_other) == 1;
  for (const OpenTensor& other : open_) {
    if (notes.size() == kMostTrails) return;
    if (!is_other(other)) continue;
    const std::string whole = trail(other.id, kLevelsOfTrail);
    notes.push_back({(is_only ? "the other one:" : "another one:") + whole.substr(whole.find(':') + 1), std::nullopt});
  }
}

/// What is left to know behind a layer that has an error, or whose input is not known.
void GraphInference::continue_behind(const BoundLayer& bound) {
  const LayerRow& row = *bound.row;
  if (row.keeps_shape && open_.size() == 1) return;
  PartialShape known;
  if (row.partial_shape != nullptr && !bound.shape_failed) {
    known = row.partial_shape(bound.attributes, open_.front().flow.rank);
  } else if (row.partial_shape == nullptr && row.demanded_rank() > 0) {
    known.rank = row.demanded_rank();
  }
  lose(bound, known);
}

/// Goes on with what is known of the output; the layer stays for the trails of later messages.
void GraphInference::lose(const BoundLayer& bound, const PartialShape& known) {
  Layer lost = layer_of(bound, *bound.row);
  const std::size_t rank = known.shape ? known.shape->size() : known.rank.value_or(0);
  lost.output = known.shape.value_or(Shape(rank));
  if (!known.shape) unknown_.insert(layers_.size());
  append(std::move(lost), false);
  open_.front().flow = {known.shape, known.shape ? rank : known.rank, false};
}

}  // namespace neural::model
