// Attention, transformer blocks, squeeze and excitation, put together of products and softmax.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {
namespace {

using model::LayerKind;
using model::Parameter;

/// Which pairs of query and value may see each other.
struct Sight {
  bool is_causal = false;
  ValueId query_mask = {};  ///< [n, queries], or none
  ValueId value_mask = {};  ///< [n, values], or none
};

/// 1 where a pair may see each other, [n or 1, queries or 1, values or 1]; none: all.
ValueId pairs_of(Builder& builder, const Sight& sight, std::int64_t queries, std::int64_t values, bool with_queries) {
  ValueId pairs;
  const auto both = [&](ValueId more) { pairs = pairs ? builder.multiply(pairs, more) : more; };
  if (sight.is_causal) {
    std::vector<double> lower(static_cast<std::size_t>(queries * values), 0);
    for (std::int64_t row = 0; row < queries; ++row) {
      for (std::int64_t column = 0; column <= std::min(row, values - 1); ++column) {
        lower[static_cast<std::size_t>(row * values + column)] = 1;
      }
    }
    both(builder.constant({1, queries, values}, std::move(lower)));
  }
  const auto reshaped = [&](ValueId mask, int axis) {
    const Shape shape = builder.shape(mask);
    return builder.reshape(mask, axis == 1 ? Shape{shape[0], 1, shape[1]} : Shape{shape[0], shape[1], 1});
  };
  if (sight.value_mask) both(reshaped(sight.value_mask, 1));
  if (with_queries && sight.query_mask) both(reshaped(sight.query_mask, 2));
  return pairs;
}

/// Shares that dropout thins out in training.
ValueId dropped(Lowering& lowering, ValueId x, double rate) {
  if (!lowering.trains() || rate == 0) return x;
  const ValueId random = lowering.random(lowering.builder().shape(x), Random::Kind::kUniform);
  return lowering.builder().elementwise({x, random}, [&](std::span<const Term> in) {
    return select(less(in[1], in[1].number(rate)), in[1].number(0), in[0] * (1 / (1 - rate)));
  });
}

/// What heads [n, heads, queries, size] see of values, as MultiHeadAttention of Keras does it: a query that sees
/// nothing at all takes the mean of all values, or nothing where the layer has a dropout.
ValueId attend_with_heads(Lowering& lowering, ValueId scores, const Sight& sight, ValueId value, double dropout,
                          bool zeroes) {
  Builder& builder = lowering.builder();
  const Shape shape = builder.shape(scores);
  ValueId pairs = pairs_of(builder, sight, shape[2], shape[3], true);
  if (pairs) {
    const Shape of_pairs = builder.shape(pairs);
    pairs = builder.reshape(pairs, {of_pairs[0], 1, of_pairs[1], of_pairs[2]});
    constexpr double kNothing = -0.7 * std::numeric_limits<float>::max();
    scores = builder.elementwise(
        {pairs, scores}, [&](std::span<const Term> in) { return select(in[0], in[1], in[1].number(kNothing)); });
  }
  ValueId shares = builder.softmax(scores);
  const bool may_see_nothing = sight.query_mask || sight.value_mask;
  if (pairs && zeroes && may_see_nothing) shares = builder.multiply(pairs, shares);
  return builder.matmul(dropped(lowering, shares, dropout), value);
}

/// As Attention of Keras does it: masked queries give zeros.
ValueId attend(Lowering& lowering, const model::Layer& layer, ValueId scores, const Sight& sight, ValueId value) {
  Builder& builder = lowering.builder();
  const Shape shape = builder.shape(scores);
  const ValueId pairs = pairs_of(builder, sight, shape[shape.size() - 2], shape.back(), false);
  if (pairs) {
    Shape wide = builder.shape(pairs);
    wide.insert(wide.begin() + 1, shape.size() - 3, 1);
    scores = builder.elementwise({builder.reshape(pairs, wide), scores},
                                 [](std::span<const Term> in) { return select(in[0], in[1], in[1] - 1e9); });
  }
  const double rate = layer.attributes.has(Parameter::dropout) ? layer.attributes.number(Parameter::dropout) : 0;
  const ValueId result = builder.matmul(dropped(lowering, builder.softmax(scores), rate), value);
  return sight.query_mask ? where_counts(builder, sight.query_mask, result, builder.full({1}, 0)) : result;
}

/// With all axes but the last in one: [n, positions, width].
Flow joined(Builder& builder, Flow flow) {
  const Shape shape = builder.shape(flow.value);
  if (shape.size() <= 3) return flow;
  return {
      builder.reshape(flow.value, {shape.front(), element_count({shape.begin() + 1, shape.end() - 1}), shape.back()})};
}

class MultiHead {
 public:
  MultiHead(Lowering& lowering, const model::Layer& layer) : lowering_(lowering), layer_(layer) {}

  ValueId attend(const std::string& path, ValueId query, ValueId value, const Sight& sight) {
    Builder& builder = lowering_.builder();
    const std::string begin = path.empty() ? "" : path + "/";
    const ValueId queries = heads_of(begin + "query", query);
    const ValueId keys = heads_of(begin + "key", value);
    const double factor = 1 / std::sqrt(static_cast<double>(builder.shape(queries).back()));
    const ValueId scores = builder.matmul(builder.scale(queries, factor), keys, false, true);
    const bool zeroes = layer_.kind == LayerKind::MultiHeadAttention && rate() > 0;
    const ValueId seen = builder.transpose(
        attend_with_heads(lowering_, scores, sight, heads_of(begin + "value", value), rate(), zeroes), {0, 2, 1, 3});
    const Shape shape = builder.shape(seen);
    const ValueId kernel = lowering_.weight(layer_, begin + "output/kernel");
    const std::int64_t width = shape[2] * shape[3];
    return linear(builder, builder.reshape(seen, {shape[0], shape[1], width}),
                  builder.reshape(kernel, {width, builder.shape(kernel).back()}), bias_of(begin + "output"));
  }

 private:
  double rate() const {
    return layer_.attributes.has(Parameter::dropout) ? layer_.attributes.number(Parameter::dropout) : 0;
  }

  std::optional<ValueId> bias_of(const std::string& path) const {
    if (!lowering_.has_weight(layer_, path + "/bias")) return std::nullopt;
    return lowering_.weight(layer_, path + "/bias");
  }

  /// [n, positions, width] -> [n, heads, positions, size].
  ValueId heads_of(const std::string& path, ValueId x) {
    Builder& builder = lowering_.builder();
    const ValueId kernel = lowering_.weight(layer_, path + "/kernel");
    const Shape sizes = builder.shape(kernel);
    auto bias = bias_of(path);
    if (bias) bias = builder.reshape(*bias, {sizes[1] * sizes[2]});
    const ValueId flat = linear(builder, x, builder.reshape(kernel, {sizes[0], sizes[1] * sizes[2]}), bias);
    const Shape shape = builder.shape(x);
    return builder.transpose(builder.reshape(flat, {shape[0], shape[1], sizes[1], sizes[2]}), {0, 2, 1, 3});
  }

  Lowering& lowering_;
  const model::Layer& layer_;
};

/// Attention without projections: Attention and AdditiveAttention.
ValueId plain(Lowering& lowering, const model::Layer& layer, ValueId query, ValueId value, const Sight& sight) {
  Builder& builder = lowering.builder();
  const bool scales = layer.attributes.boolean(Parameter::use_scale);
  const bool is_additive = layer.kind == LayerKind::AdditiveAttention;
  if (!is_additive && layer.attributes.word(Parameter::score_mode) == "dot") {
    ValueId scores = builder.matmul(query, value, false, true);
    if (scales) scores = builder.multiply(scores, lowering.weight(layer, "scale"));
    return attend(lowering, layer, scores, sight, value);
  }
  Shape queries = builder.shape(query);
  Shape values = builder.shape(value);
  queries.insert(queries.end() - 1, 1);
  values.insert(values.end() - 2, 1);
  ValueId pairs = builder.add(builder.reshape(query, queries), builder.reshape(value, values));
  if (!is_additive && scales) pairs = builder.multiply(pairs, lowering.weight(layer, "scale"));
  ValueId parts = activate(builder, model::Activation::tanh, pairs);
  if (is_additive && scales) parts = builder.multiply(parts, lowering.weight(layer, "scale"));
  const ValueId sums = builder.sum(parts, {-1});
  const Shape shape = builder.shape(sums);
  ValueId scores = builder.reshape(sums, {shape.begin(), shape.end() - 1});
  if (!is_additive) scores = builder.multiply(scores, lowering.weight(layer, "concat_score_weight"));
  return attend(lowering, layer, scores, sight, value);
}

class Transformer {
 public:
  Transformer(Lowering& lowering, const model::Layer& layer)
      : lowering_(lowering), layer_(layer), heads_(lowering, layer) {}

  /// Attention to itself, to the memory if there is one, and two dense layers; each with a shortcut and a
  /// normalisation.
  ValueId run(ValueId x, ValueId memory, const Sight& own, const Sight& of_memory) {
    const bool is_decoder = layer_.kind == LayerKind::TransformerDecoder;
    const std::int64_t count = layer_.attributes.integer(Parameter::num_layers);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string path = count == 1 ? "" : fmt::format("layer_{}/", i);
      int number = 0;
      const auto around = [&](const auto& part) {
        const std::string norm = fmt::format("{}norm_{}", path, ++number);
        const bool norm_first = layer_.attributes.boolean(Parameter::norm_first);
        const ValueId y = dropped(lowering_, part(norm_first ? normed(norm, x) : x), rate());
        x = lowering_.builder().add(x, y);
        if (!norm_first) x = normed(norm, x);
      };
      around([&](ValueId y) { return heads_.attend(path + (is_decoder ? "self_attention" : "attention"), y, y, own); });
      if (memory) around([&](ValueId y) { return heads_.attend(path + "cross_attention", y, memory, of_memory); });
      around([&](ValueId y) { return feed_forward(path, y); });
    }
    return x;
  }

 private:
  double rate() const { return layer_.attributes.number(Parameter::dropout); }

  ValueId normed(const std::string& path, ValueId x) {
    Builder& builder = lowering_.builder();
    const double epsilon = layer_.attributes.number(Parameter::epsilon);
    const ValueId mean = builder.mean(x, {-1});
    const ValueId squares = builder.elementwise({x, mean}, [](std::span<const Term> in) {
      const Term centred = in[0] - in[1];
      return centred * centred;
    });
    return builder.elementwise(
        {x, mean, builder.mean(squares, {-1}), lowering_.weight(layer_, path + "/gamma"),
         lowering_.weight(layer_, path + "/beta")},
        [&](std::span<const Term> in) { return (in[0] - in[1]) * (in[3] / sqrt(in[2] + epsilon)) + in[4]; });
  }

  ValueId feed_forward(const std::string& path, ValueId x) {
    Builder& builder = lowering_.builder();
    const auto part = [&](const std::string& name, ValueId y) {
      return linear(builder, y, lowering_.weight(layer_, name + "/kernel"), lowering_.weight(layer_, name + "/bias"));
    };
    const ValueId hidden =
        activate(builder, layer_.attributes.activation(Parameter::activation), part(path + "feed_forward_1", x));
    return part(path + "feed_forward_2", hidden);
  }

  Lowering& lowering_;
  const model::Layer& layer_;
  MultiHead heads_;
};

}  // namespace

Flow lower_attention(Lowering& lowering, const model::Layer& layer, const std::vector<Flow>& inputs, bool leaves_out) {
  Builder& builder = lowering.builder();
  const bool is_transformer =
      layer.kind == LayerKind::TransformerEncoder || layer.kind == LayerKind::TransformerDecoder;
  const bool is_plain = layer.kind == LayerKind::Attention || layer.kind == LayerKind::AdditiveAttention;
  const Flow query = is_plain ? inputs.front() : joined(builder, inputs.front());
  const Flow value = is_plain ? inputs.back() : joined(builder, inputs.back());
  Flow result = {{}, inputs.front().mask};
  if (is_transformer) {
    const bool is_causal = layer.kind == LayerKind::TransformerDecoder;
    const ValueId memory = inputs.size() > 1 ? value.value : ValueId{};
    result.value = Transformer(lowering, layer)
                       .run(query.value, memory, {is_causal, query.mask, query.mask}, {false, query.mask, value.mask});
  } else {
    const Sight sight = {layer.attributes.boolean(Parameter::causal), query.mask, value.mask};
    result.value = is_plain ? plain(lowering, layer, query.value, value.value, sight)
                            : MultiHead(lowering, layer).attend("", query.value, value.value, sight);
  }
  if (!is_plain) {
    Shape shape = builder.shape(inputs.front().value);
    shape.back() = builder.shape(result.value).back();
    result.value = builder.reshape(result.value, shape);
  }
  if (layer.body() != nullptr) {
    result = lower_layers(lowering, layer.body()->layers, {result}, leaves_out);
    builder.set_origin(layer.name);
  }
  return result;
}

Flow lower_squeeze_excitation(Lowering& lowering, const model::Layer& layer, Flow input) {
  Builder& builder = lowering.builder();
  const ValueId x = input.value;
  std::vector<int> axes;
  for (int axis = 1; axis < builder.rank(x) - 1; ++axis) axes.push_back(axis);
  const auto part = [&](const std::string& name, ValueId y) {
    return linear(builder, y, lowering.weight(layer, name + "/kernel"), lowering.weight(layer, name + "/bias"));
  };
  const ValueId mean = axes.empty() ? x : builder.mean(x, axes);
  const ValueId squeezed = activate(builder, layer.attributes.activation(Parameter::activation), part("squeeze", mean));
  return {builder.elementwise({x, part("excite", squeezed)},
                              [](std::span<const Term> in) { return in[0] * sigmoid(in[1]); })};
}

}  // namespace neural::engine
