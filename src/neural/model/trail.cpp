// What messages say about the way a tensor has come.
#include <fmt/format.h>

#include <algorithm>

#include "neural/base/text.hpp"
#include "neural/model/graph_inference.hpp"

namespace neural::model {
namespace {

/// Layers at the end of the trail in a note; what comes before is left out.
constexpr std::size_t kLongestTrail = 5;

/// How far back a help looks for the layer after which a rank was gone.
constexpr std::size_t kFarthestLook = 64;

constexpr std::size_t kMostOpenShown = 6;

/// Of all steps only the last one is left behind it.
bool gives_last_step(const Layer& layer) {
  const bool is_both_ways = layer.kind == LayerKind::Bidirectional && layer.wrapped != nullptr;
  const Layer& cell = is_both_ways ? *layer.wrapped : layer;
  return layer_row(cell.kind).is_recurrent && layer.output.size() == 1;
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
  while (const Layer* layer = layer_behind(at)) {
    if (steps.size() == kLongestTrail) {
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

/// "`a` (8,), `Dense` line 4 (16,)".
std::string GraphInference::text_of(const std::vector<OpenTensor>& tensors) const {
  std::vector<std::string> texts;
  for (const OpenTensor& tensor : tensors) {
    if (texts.size() == kMostOpenShown) {
      texts.emplace_back("…");
      break;
    }
    const std::string shape = tensor.flow.shape ? " " + to_string(*tensor.flow.shape) : std::string();
    if (const Layer* layer = layer_behind(tensor.id)) {
      texts.push_back(fmt::format("`{}` line {}{}", printable(layer->type_name()), layer->line, shape));
    } else if (tensor.id.index < input_count_ && outer_ == nullptr) {
      texts.push_back(as_code(network_.inputs()[tensor.id.index].input.name) + shape);
    } else {
      texts.push_back("a tensor" + shape);
    }
  }
  return join(texts, ", ");
}

std::string GraphInference::rank_help(const BoundLayer& bound, const OpenTensor& tensor) const {
  const LayerRow& row = *bound.row;
  const std::size_t demanded = row.demanded_rank() == 0 ? row.least_rank : row.demanded_rank();
  const bool is_input = tensor.flow.is_raw && tensor.origin && outer_ == nullptr;
  const Shape declared = is_input ? network_.inputs()[*tensor.origin].input.shape : Shape();
  if (is_input && *tensor.flow.rank == demanded + 1 && declared.front()) {
    return fmt::format("leave the batch size out: `{}`", to_string(Shape(declared.begin() + 1, declared.end())));
  }
  TensorId at = tensor.id;
  for (std::size_t i = 0; i < kFarthestLook; ++i) {
    const Layer* layer = layer_behind(at);
    if (layer == nullptr) break;
    if (gives_last_step(*layer) && demanded == 2) {
      return fmt::format("let `{}` in line {} return sequences: `return_sequences=true`", printable(layer->type_name()),
                         layer->line);
    }
    if (layer->input.size() == demanded && layer->output.size() != demanded) {
      return fmt::format("put `{}` before `{}`", row.name, printable(layer->implicit ? "Dense" : layer->type_name()));
    }
    at = layer->inputs.front();
  }
  if (is_input && *tensor.flow.rank + 1 == demanded && row.input_axes.ends_with("channels") && tensor.flow.shape) {
    Shape longer = declared;
    longer.emplace_back(1);
    return fmt::format("declare the channels too, for example `{}`", to_string(longer));
  }
  if (row.is_recurrent && *tensor.flow.rank == demanded) return {};
  if (row.is_recurrent && *tensor.flow.rank + 1 == demanded) {
    return "give it a sequence: declare (time, features), or make steps with `Reshape`";
  }
  return fmt::format("use `Reshape` to give its input {} axes", demanded);
}

}  // namespace neural::model
