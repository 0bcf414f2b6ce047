// What messages say about the way a tensor has come.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "neural/base/text.hpp"
#include "neural/model/graph_inference.hpp"

namespace neural::model {
namespace {

/// Layers at the end of the trail in a note; what comes before is left out.
constexpr std::size_t kLongestTrail = 5;

/// How far back a help looks for the layer after which a rank was gone.
constexpr std::size_t kFarthestLook = 64;

constexpr std::size_t kMostOpenShown = 6;

/// An input whose last axis is no longer than this probably has its channels.
constexpr std::int64_t kMostChannels = 4;

/// "Conv1D" for "Conv2D" and rank 2; empty where there is none.
std::string_view sibling_of(const LayerRow& row, std::size_t rank) {
  std::string name(row.name);
  const std::size_t digit = name.find_first_of("123");
  if (digit == std::string::npos || rank < 2 || rank > 4) return {};
  name[digit] = static_cast<char>('0' + rank - 1);
  const auto found = layer_names().find(name);
  return found && found.row->accepts_rank(rank) ? found.row->name : std::string_view();
}

/// What to do about the layer that took the axes away, where `is_repeated` because the layer of `row` comes again.
std::string help_behind(const Layer& layer, const LayerRow& row, bool is_repeated) {
  const Layer& inner = layer.kind == LayerKind::Bidirectional && layer.wrapped ? *layer.wrapped : layer;
  if (layer_row(inner.kind).is_recurrent) {
    return fmt::format("let `{}` in line {} return sequences: `return_sequences=true`", layer_row(inner.kind).name,
                       layer.line);
  }
  const std::string name = printable(layer.implicit ? "Dense" : layer.type_name());
  if (is_repeated) {
    return fmt::format("`{}` in line {} takes away axes that `{}` needs again: leave it out of what is repeated", name,
                       layer.line, row.name);
  }
  return fmt::format("put `{}` before `{}`", row.name, name);
}

/// For an input with one axis too few.
std::string help_for_missing_axis(const LayerRow& row, const Shape& declared, std::string_view sibling) {
  Shape longer = declared;
  if (row.input_axes.starts_with("time height")) {
    longer.insert(longer.begin(), 10);
    return fmt::format("declare the time too, for example `{}`", to_string(longer));
  }
  longer.emplace_back(1);
  if (!row.input_axes.ends_with("channels")) {
    return fmt::format("declare {} axes, for example `{}`", longer.size(), to_string(longer));
  }
  std::string help = fmt::format("declare the channels too, for example `{}`", to_string(longer));
  if (sibling.empty() || declared.back().value_or(kMostChannels + 1) > kMostChannels) return help;
  return fmt::format("use `{}`, or {}", sibling, help);
}

/// "(28, 28, 1)" for (784,) and rank 3; empty where nothing comes to mind.
std::string example_of_rank(const Shape& shape, std::size_t rank) {
  if (shape.size() != 1 || !shape.front()) return {};
  const std::int64_t size = *shape.front();
  if (rank == 2) return to_string(Shape{size, 1});
  const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(static_cast<double>(size))));
  return rank == 3 && side * side == size ? to_string(Shape{side, side, 1}) : std::string();
}

}  // namespace

/// The layer that gives a tensor; null for inputs and after an error.
const Layer* GraphInference::layer_behind(TensorId tensor) const {
  if (tensor == kNowhere || tensor.index < input_count_) return nullptr;
  return &layers_[tensor.index - input_count_];
}

/// Of the graphs around this one as many are told as there are `levels`.
std::string GraphInference::trail(TensorId from, int levels) const {
  std::vector<std::string> steps;  // backwards
  bool is_cut = false;
  TensorId at = from;
  std::size_t passed = 0;  // with those that are not told, which may be a million
  while (const Layer* layer = layer_behind(at)) {
    if (steps.size() == kLongestTrail || passed++ == kFarthestLook) {
      is_cut = true;
      break;
    }
    if (!layer->implicit && !unknown_.contains(at.index - input_count_)) {
      steps.push_back(
          fmt::format("{} line {} {}", printable(layer->type_name()), layer->line, to_string(layer->output)));
    }
    at = layer->inputs.front();
  }
  if (is_cut) {
    steps.emplace_back("…");
    for (std::size_t i = 0; i < kFarthestLook; ++i) {
      const Layer* layer = layer_behind(at);
      if (layer == nullptr) break;
      at = layer->inputs.front();
    }
  }
  std::string text;
  if (outer_ != nullptr) {
    text = levels > 0 ? outer_->trail(outer_tensor_, levels - 1) + " ->" : std::string("shape so far: … ->");
    text += fmt::format(" in {} line {}", printable(around_->type_name()), around_->line);
    if (begin_) text += " " + to_string(*begin_);
  } else {
    text = "shape so far:";
    const std::vector<DeclaredInput>& inputs = network_.inputs();
    if (at.index < inputs.size()) {
      const DeclaredInput& input = inputs[at.index];
      const std::string name = inputs.size() > 1 ? fmt::format("input `{}`", printable(input.input.name)) : "input";
      if (input.flow.shape) text += fmt::format(" {} {}", name, to_string(input.input.shape));
    }
  }
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    text += (text.ends_with(':') ? " " : " -> ") + *step;
  }
  return text;
}

/// "`a` (8,), `Dense` line 4 (16,), branch `b` (8,)".
std::string GraphInference::text_of(const std::vector<OpenTensor>& tensors) const {
  std::vector<std::string> texts;
  for (const OpenTensor& tensor : tensors) {
    if (texts.size() == kMostOpenShown) {
      texts.emplace_back("…");
      break;
    }
    const std::string shape = tensor.flow.shape ? " " + to_string(*tensor.flow.shape) : std::string();
    if (!tensor.branch.empty()) {
      texts.push_back(fmt::format("branch {}{}", as_code(tensor.branch), shape));
    } else if (const Layer* layer = layer_behind(tensor.id)) {
      texts.push_back(fmt::format("`{}` line {}{}", printable(layer->type_name()), layer->line, shape));
    } else if (tensor.id.index < input_count_ && outer_ == nullptr) {
      texts.push_back(as_code(network_.inputs()[tensor.id.index].input.name) + shape);
    } else {
      texts.push_back("a tensor" + shape);
    }
  }
  return join(texts, ", ");
}

/// Whether the layer written at `place` is one of those a tensor has come through.
bool GraphInference::comes_from(TensorId tensor, syntax::Span place) const {
  for (std::size_t i = 0; i < kFarthestLook; ++i) {
    const Layer* layer = layer_behind(tensor);
    if (layer == nullptr) return false;
    if (layer->span == place) return true;
    tensor = layer->inputs.front();
  }
  return false;
}

std::string GraphInference::rank_help(const BoundLayer& bound, const OpenTensor& tensor) const {
  const LayerRow& row = *bound.row;
  const std::size_t demanded = row.demanded_rank() == 0 ? row.least_rank : row.demanded_rank();
  const std::size_t rank = *tensor.flow.rank;
  const bool is_input = tensor.flow.is_raw && tensor.origin && outer_ == nullptr;
  const Shape declared = is_input ? network_.inputs()[*tensor.origin].input.shape : Shape();
  const std::string_view sibling = sibling_of(row, rank);
  if (is_input && rank == demanded + 1 && declared.front()) {
    std::string help =
        fmt::format("leave the batch size out: `{}`", to_string(Shape(declared.begin() + 1, declared.end())));
    if (demanded == 2 && !sibling.empty()) help += fmt::format(", or use `{}`", sibling);
    return help;
  }
  TensorId at = tensor.id;
  for (std::size_t i = 0; i < kFarthestLook; ++i) {
    const Layer* layer = layer_behind(at);
    if (layer == nullptr) break;
    if (layer->input.size() == demanded && layer->output.size() != demanded) {
      return help_behind(*layer, row, comes_from(layer->inputs.front(), bound.span));
    }
    at = layer->inputs.front();
  }
  if (is_input && rank + 1 == demanded && tensor.flow.shape) return help_for_missing_axis(row, declared, sibling);
  if (row.is_recurrent && rank == demanded) return {};
  const std::string help = fmt::format("use `Reshape` to give its input {} axes", demanded);
  const std::string example = tensor.flow.shape ? example_of_rank(*tensor.flow.shape, demanded) : std::string();
  return example.empty() ? help : help + fmt::format(", for example `Reshape({})`", example);
}

}  // namespace neural::model
