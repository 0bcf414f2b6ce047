#include "neural/emit/pytorch/masks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "neural/emit/text/literals.hpp"
#include "neural/model/layer_queries.hpp"

namespace neural::emit::pytorch {

using model::LayerKind;
using model::Parameter;

namespace {

/// Layers whose result depends on the mask.
bool reads_mask(const model::Layer& layer) {
  switch (layer.kind) {
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
    case LayerKind::Bidirectional:
    case LayerKind::ConvLSTM2D:
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
    case LayerKind::MultiHeadAttention:
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::BatchNormalization:
    case LayerKind::Softmax:
    case LayerKind::Multiply:
    case LayerKind::Maximum:
    case LayerKind::Minimum:
      return true;
    default:
      return false;
  }
}

bool is_attention(LayerKind kind) {
  return kind == LayerKind::Attention || kind == LayerKind::AdditiveAttention ||
         kind == LayerKind::MultiHeadAttention || kind == LayerKind::TransformerEncoder ||
         kind == LayerKind::TransformerDecoder;
}

bool is_last_axis(const model::Layer& layer) {
  const model::Attribute& attribute = layer.attributes.at(Parameter::axis);
  const auto* one = std::get_if<std::int64_t>(&attribute.value);
  const auto axes = one != nullptr ? std::vector{*one} : std::get<std::vector<std::int64_t>>(attribute.value);
  return axes.size() == 1 && (axes.front() == -1 || axes.front() == static_cast<std::int64_t>(layer.input.size()));
}

/// The mask with an axis for the features.
std::string over_features(const std::string& mask) {
  return mask + ".unsqueeze(-1)";
}

/// What marks the steps that count in any of the sources; none if one of them has no mask.
std::optional<Mask> any_of(ModuleBuilder& builder, const std::vector<Flow>& sources) {
  std::vector<Mask> masks;
  for (const Flow& each : sources) {
    if (!each.mask) return std::nullopt;
    if (std::find(masks.begin(), masks.end(), *each.mask) == masks.end()) masks.push_back(*each.mask);
  }
  if (masks.size() == 1) return masks.front();
  std::string text;
  for (const Mask& mask : masks) text += (text.empty() ? "" : " | ") + mask.variable;
  return builder.assign_mask(text, masks.front().rank);
}

/// Masks of pieces that stand behind each other along the steps.
std::optional<Mask> mask_of_pieces(ModuleBuilder& builder, const std::vector<Flow>& sources) {
  std::vector<Argument> pieces;
  bool is_there = false;
  for (const Flow& each : sources) {
    is_there |= each.mask.has_value();
    pieces.emplace_back(
        each.mask ? Expression(each.mask->variable)
                  : Expression::call("torch.ones_like", {declared(each) + "[..., 0]", {"dtype", "torch.bool"}}));
  }
  if (!is_there) return std::nullopt;
  return builder.assign_mask(Expression::call("torch.cat", {Expression::tuple(std::move(pieces)), {"dim", "1"}}), 1);
}

}  // namespace

std::optional<Mask> mask_behind(const ModuleBuilder& builder, const model::Layer& layer) {
  return hands_mask_on(layer) ? builder.flow().mask : std::nullopt;
}

std::optional<Mask> joined_mask(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources) {
  if (layer.kind == LayerKind::Dot) return std::nullopt;
  if (layer.kind != LayerKind::Concatenate) return any_of(builder, sources);
  const std::int64_t axis = layer.attributes.integer(Parameter::axis);
  const auto rank = static_cast<std::int64_t>(layer.output.size());
  if (axis == -1 || axis == rank) return any_of(builder, sources);
  return mask_of_pieces(builder, sources);
}

bool refuses_mask(ModuleBuilder& builder, const model::Layer& layer, const Flow& source) {
  if (layer.kind == LayerKind::TimeDistributed && layer.body() != nullptr && marks_steps(layer)) {
    builder.refuse(layer, "a mask inside of `TimeDistributed`", "mark the steps in front of it");
    return true;
  }
  if (!source.mask) return false;
  const auto refuse = [&](const std::string& help) {
    builder.refuse(layer, fmt::format("`{}` of masked steps", layer_kind_name(layer.kind)), help);
    return true;
  };
  const bool covers_all_but_features = source.mask->rank + 1 == source.rank;
  switch (layer.kind) {
    case LayerKind::Softmax:
      return refuse("use `Activation(\"softmax\")`");
    case LayerKind::ConvLSTM2D:
      return refuse("end the mask before it, for example by `Reshape` to the same shape");
    case LayerKind::TimeDistributed:
      return holds(layer, [&](const model::Layer& each) { return &each != &layer && reads_mask(each); }) &&
             refuse("end the mask before it, for example by `Reshape` to the same shape");
    case LayerKind::BatchNormalization:
      if (!layer.attributes.boolean(Parameter::trainable)) return false;
      return (!covers_all_but_features || !is_last_axis(layer)) && refuse("normalise the last axis, or end the mask");
    case LayerKind::GlobalAveragePooling1D:
      return is_channels_first(layer.attributes) && refuse("bring the channels to the end with `Permute`");
    case LayerKind::Concatenate: {
      const std::int64_t axis = layer.attributes.integer(Parameter::axis);
      const bool is_last = axis == -1 || axis == static_cast<std::int64_t>(layer.output.size());
      return (!covers_all_but_features || (!is_last && source.rank != 2)) && refuse("end the masks before it");
    }
    case LayerKind::Multiply:
    case LayerKind::Maximum:
    case LayerKind::Minimum:
      return !covers_all_but_features && refuse("end the masks before it");
    default:
      break;
  }
  const bool is_sequence = source.mask->rank == 1 && source.rank == 2;
  return (is_attention(layer.kind) || reads_mask(layer)) && !is_sequence &&
         refuse("bring its input to (steps, features), and mark the steps behind that");
}

void lower_masking(ModuleBuilder& builder, const model::Layer& layer) {
  builder.to_declared_order();
  const double value = layer.attributes.number(Parameter::mask_value);
  const Mask mask =
      builder.assign_mask("(" + builder.x() + " != " + python_number(value) + ").any(dim=-1)", layer.input.size() - 1);
  builder.set_mask(mask);
  if (value == 0) return;  // what does not count is zeros already
  builder.apply(Expression::call("torch.where", {over_features(mask.variable), builder.x(), "0.0"}));
}

void lower_masked_merge(ModuleBuilder& builder, const model::Layer& layer, const std::vector<Flow>& sources,
                        const std::vector<std::string>& tensors, const std::optional<Mask>& joined) {
  const auto where = [](const Mask& mask, Expression yes, Expression no) {
    return Expression::call("torch.where", {over_features(mask.variable), std::move(yes), std::move(no)});
  };
  if (layer.kind == LayerKind::Multiply) {
    std::string product;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      product += product.empty() ? "" : " * ";
      product += sources[i].mask ? where(*sources[i].mask, tensors[i], "1.0").flat() : tensors[i];
    }
    builder.apply(product);
    if (joined) builder.apply(where(*joined, builder.x(), "0.0"));
    return;
  }
  // As Keras folds them: where one of two does not count, both are the other.
  const std::string function = layer.kind == LayerKind::Maximum ? "torch.maximum" : "torch.minimum";
  std::optional<Mask> mask = sources.front().mask;
  std::string result = tensors.front();
  for (std::size_t i = 1; i < sources.size(); ++i) {
    std::string next = tensors[i];
    if (sources[i].mask) {
      next = builder.fresh_variable("other");
      builder.assign(next, where(*sources[i].mask, tensors[i], result));
    }
    Expression value = Expression::call(function, {mask ? where(*mask, result, next) : Expression(result), next});
    if (i + 1 == sources.size()) return builder.apply(std::move(value));
    result = builder.fresh_variable("joined");
    builder.assign(result, std::move(value));
    mask = any_of(builder, {Flow{.mask = mask}, sources[i]});
  }
}

void drop_unread_masks(LegalProgram& program, const std::vector<std::string>& masks) {
  const auto reads = [](const std::string& text, const std::string& variable) {
    const auto is_word = [&](std::size_t at) {
      return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
    };
    for (std::size_t at = text.find(variable); at != std::string::npos; at = text.find(variable, at + 1)) {
      if (!is_word(at + variable.size()) && (at == 0 || !is_word(at - 1))) return true;
    }
    return false;
  };
  for (auto mask = masks.rbegin(); mask != masks.rend(); ++mask) {
    const auto is_its = [&](const Statement& statement) { return statement.target == *mask; };
    const auto found = std::find_if(program.forward.begin(), program.forward.end(), is_its);
    if (found == program.forward.end()) continue;
    const auto reads_it = [&](const Statement& statement) { return reads(statement.value.flat(), *mask); };
    if (std::none_of(found + 1, program.forward.end(), reads_it)) program.forward.erase(found);
  }
}

}  // namespace neural::emit::pytorch
