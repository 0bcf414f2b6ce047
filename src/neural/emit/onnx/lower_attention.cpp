// Attention, transformer blocks, squeeze and excitation, put together of products and softmax.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "neural/base/check.hpp"
#include "neural/emit/onnx/lowering.hpp"

namespace neural::emit::onnx {
namespace {

using model::LayerKind;
using model::Parameter;

/// Which pairs of query and value may see each other.
struct Sight {
  bool is_causal = false;
  std::string query_mask;  ///< bool [n, queries], or empty
  std::string value_mask;  ///< bool [n, values], or empty
};

std::string both(GraphBuilder& builder, const std::string& a, const std::string& b) {
  return a.empty() ? b : b.empty() ? a : builder.add("And", {a, b});
}

/// bool [n or 1, queries or 1, values] for scores [n, …, queries, values] of so many axes; empty: all.
std::string pairs_of(GraphBuilder& builder, const Sight& sight, const std::string& scores, std::int64_t axes) {
  std::string pairs;
  if (sight.is_causal) {
    const std::string shape = builder.shape({Size(scores, axes - 2), Size(scores, axes - 1)});
    const std::string ones = builder.add("Expand", {builder.number(1), shape});
    const std::string lower = builder.add("Trilu", {ones}, {{"upper", 0}});
    pairs = builder.unsqueeze(builder.add("Cast", {lower}, {{"to", static_cast<int>(ElementType::kBool)}}), {0});
  }
  if (!sight.value_mask.empty()) pairs = both(builder, pairs, builder.unsqueeze(sight.value_mask, {1}));
  return pairs;
}

std::string shares_of(GraphBuilder& builder, const std::string& scores) {
  return builder.add("Softmax", {scores}, {{"axis", -1}});
}

/// As MultiHeadAttention of Keras does it: a query that sees nothing at all takes the mean of all values, or nothing
/// where the layer has a dropout.
std::string attend_with_heads(GraphBuilder& builder, std::string scores, const Sight& sight, const std::string& value,
                              bool has_dropout) {
  std::string pairs = pairs_of(builder, sight, scores, 4);
  if (!sight.query_mask.empty()) pairs = both(builder, pairs, builder.unsqueeze(sight.query_mask, {2}));
  if (pairs.empty()) return builder.add("MatMul", {shares_of(builder, scores), value});
  pairs = builder.unsqueeze(pairs, {1});
  constexpr double kNothing = -0.7 * std::numeric_limits<float>::max();
  scores = builder.add("Where", {pairs, scores, builder.number(kNothing)});
  std::string shares = shares_of(builder, scores);
  const bool may_see_nothing = !sight.query_mask.empty() || !sight.value_mask.empty();
  if (has_dropout && may_see_nothing) shares = builder.add("Where", {pairs, shares, builder.number(0)});
  return builder.add("MatMul", {shares, value});
}

/// As Attention of Keras does it: masked queries give zeros.
std::string attend(GraphBuilder& builder, std::string scores, std::int64_t axes, const Sight& sight,
                   const std::string& value) {
  if (const std::string pairs = pairs_of(builder, sight, scores, axes); !pairs.empty()) {
    const std::string lowered = builder.add("Sub", {scores, builder.number(1e9)});
    scores = builder.add("Where", {pairs, scores, lowered});
  }
  const std::string result = builder.add("MatMul", {shares_of(builder, scores), value});
  if (sight.query_mask.empty()) return result;
  return builder.add("Where", {builder.unsqueeze(sight.query_mask, {2}), result, builder.number(0)});
}

/// Query and value, each with all axes but the last in one.
struct Positions {
  Value query;
  Value value;
};

Value joined(GraphBuilder& builder, Value value) {
  value = builder.declared(std::move(value));
  if (value.rank <= 2) return value;
  value.name = builder.reshape(value.name, {0, -1, Size(value.name, static_cast<std::int64_t>(value.rank))});
  value.rank = 2;
  value.mask.clear();
  return value;
}

/// A projection to heads: [n, positions, width] -> [n, heads, positions, size], or with the last axes turned.
std::string heads_of(GraphBuilder& builder, const model::Layer& layer, const std::string& path, const std::string& x,
                     bool turned) {
  const weights::Array& kernel = builder.array_of(layer, path + "/kernel");
  const std::int64_t heads = kernel.shape[1];
  const std::int64_t size = kernel.shape[2];
  const bool has_bias =
      layer.attributes.has(Parameter::use_bias) ? layer.attributes.boolean(Parameter::use_bias) : true;
  const std::string weight = builder.weight(layer, path + "/kernel", {}, {kernel.shape[0], heads * size});
  const std::string bias = has_bias ? builder.weight(layer, path + "/bias", {}, {heads * size}) : "";
  const std::string flat = linear(builder, x, 2, weight, bias);
  const std::string split = builder.reshape(flat, {0, 0, heads, size});
  return builder.transpose(split, turned ? Integers{0, 2, 3, 1} : Integers{0, 2, 1, 3});
}

std::string multi_head(GraphBuilder& builder, const model::Layer& layer, const std::string& path,
                       const std::string& query, const std::string& value, const Sight& sight) {
  const std::string begin = path.empty() ? "" : path + "/";
  const std::int64_t key_dim = builder.array_of(layer, begin + "query/kernel").shape[2];
  const std::string queries = builder.add("Mul", {heads_of(builder, layer, begin + "query", query, false),
                                                  builder.number(1 / std::sqrt(static_cast<double>(key_dim)))});
  const std::string keys = heads_of(builder, layer, begin + "key", value, true);
  const std::string values = heads_of(builder, layer, begin + "value", value, false);
  const std::string scores = builder.add("MatMul", {queries, keys});
  const bool has_dropout =
      layer.kind == LayerKind::MultiHeadAttention && layer.attributes.number(Parameter::dropout) > 0;
  const std::string seen =
      builder.transpose(attend_with_heads(builder, scores, sight, values, has_dropout), {0, 2, 1, 3});
  const weights::Array& kernel = builder.array_of(layer, begin + "output/kernel");
  const std::int64_t width = kernel.shape[0] * kernel.shape[1];
  const std::string weight = builder.weight(layer, begin + "output/kernel", {}, {width, kernel.shape[2]});
  const bool has_bias =
      layer.attributes.has(Parameter::use_bias) ? layer.attributes.boolean(Parameter::use_bias) : true;
  const std::string bias = has_bias ? builder.weight(layer, begin + "output/bias") : "";
  return linear(builder, builder.reshape(seen, {0, 0, width}), 2, weight, bias);
}

/// Attention without projections: Attention and AdditiveAttention.
std::string plain(GraphBuilder& builder, const model::Layer& layer, const Positions& positions, const Sight& sight) {
  const std::string& query = positions.query.name;
  const std::string& value = positions.value.name;
  const bool scales = layer.attributes.boolean(Parameter::use_scale);
  const auto axes = static_cast<std::int64_t>(positions.query.rank) + 1;
  Integers turned = rising(axes);
  std::swap(turned[turned.size() - 2], turned.back());
  const bool is_additive = layer.kind == LayerKind::AdditiveAttention;
  if (!is_additive && layer.attributes.word(Parameter::score_mode) == "dot") {
    std::string scores = builder.add("MatMul", {query, builder.transpose(value, turned)});
    if (scales) scores = builder.add("Mul", {scores, builder.weight(layer, "scale")});
    return attend(builder, scores, axes, sight, value);
  }
  std::string pairs = builder.add("Add", {builder.unsqueeze(query, {-2}), builder.unsqueeze(value, {-3})});
  if (!is_additive && scales) pairs = builder.add("Mul", {pairs, builder.weight(layer, "scale")});
  std::string parts = builder.add("Tanh", {pairs});
  if (is_additive && scales) parts = builder.add("Mul", {parts, builder.weight(layer, "scale")});
  std::string scores = builder.reduce("ReduceSum", parts, {-1}, false);
  if (!is_additive) scores = builder.add("Mul", {scores, builder.weight(layer, "concat_score_weight")});
  return attend(builder, scores, axes, sight, value);
}

std::string normed(GraphBuilder& builder, const model::Layer& layer, const std::string& path, const std::string& x) {
  return builder.add("LayerNormalization",
                     {x, builder.weight(layer, path + "/gamma"), builder.weight(layer, path + "/beta")},
                     {{"axis", -1}, {"epsilon", layer.attributes.number(Parameter::epsilon)}});
}

std::string feed_forward(GraphBuilder& builder, const model::Layer& layer, const std::string& path,
                         const std::string& x) {
  std::string y = x;
  for (const char* part : {"feed_forward_1", "feed_forward_2"}) {
    const std::string name = path + part;
    y = linear(builder, y, 2, builder.weight(layer, name + "/kernel"), builder.weight(layer, name + "/bias"));
    if (name.ends_with('1')) y = activate(builder, layer.attributes.activation(Parameter::activation), y);
  }
  return y;
}

/// Attention to itself, to the memory if there is one, and two dense layers; each with a shortcut and a normalisation.
std::string transformer(GraphBuilder& builder, const model::Layer& layer, std::string x, const std::string& memory,
                        const Sight& own, const Sight& of_memory) {
  const bool is_decoder = layer.kind == LayerKind::TransformerDecoder;
  const bool norm_first = layer.attributes.boolean(Parameter::norm_first);
  const std::int64_t count = layer.attributes.integer(Parameter::num_layers);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string path = count == 1 ? "" : fmt::format("layer_{}/", i);
    int number = 0;
    const auto around = [&](const auto& part) {
      const std::string norm = fmt::format("{}norm_{}", path, ++number);
      const std::string y = part(norm_first ? normed(builder, layer, norm, x) : x);
      x = builder.add("Add", {x, y});
      if (!norm_first) x = normed(builder, layer, norm, x);
    };
    around([&](const std::string& y) {
      return multi_head(builder, layer, path + (is_decoder ? "self_attention" : "attention"), y, y, own);
    });
    if (!memory.empty()) {
      around([&](const std::string& y) {
        return multi_head(builder, layer, path + "cross_attention", y, memory, of_memory);
      });
    }
    around([&](const std::string& y) { return feed_forward(builder, layer, path, y); });
  }
  return x;
}

}  // namespace

Value lower_attention(GraphBuilder& builder, const model::Layer& layer, const std::vector<Value>& inputs) {
  const bool is_transformer =
      layer.kind == LayerKind::TransformerEncoder || layer.kind == LayerKind::TransformerDecoder;
  const bool is_plain = layer.kind == LayerKind::Attention || layer.kind == LayerKind::AdditiveAttention;
  const Value query = builder.declared(inputs.front());
  const Positions positions = {is_plain ? query : joined(builder, inputs.front()),
                               is_plain ? builder.declared(inputs.back()) : joined(builder, inputs.back())};
  const Sight sight = {.is_causal = is_transformer ? layer.kind == LayerKind::TransformerDecoder
                                                   : layer.attributes.boolean(Parameter::causal),
                       .query_mask = positions.query.mask,
                       .value_mask = positions.value.mask};
  Value result = query;
  if (is_transformer) {
    const bool has_memory = inputs.size() > 1;
    const Sight own = {.is_causal = sight.is_causal, .query_mask = sight.query_mask, .value_mask = sight.query_mask};
    const Sight of_memory = {.is_causal = false, .query_mask = sight.query_mask, .value_mask = sight.value_mask};
    result.name =
        transformer(builder, layer, positions.query.name, has_memory ? positions.value.name : "", own, of_memory);
  } else if (is_plain) {
    result.name = plain(builder, layer, positions, sight);
  } else {
    result.name = multi_head(builder, layer, "", positions.query.name, positions.value.name, sight);
  }
  if (!is_plain && query.rank > 2)
    result.name = builder.add("Reshape", {result.name, builder.add("Shape", {query.name})});
  if (layer.body() != nullptr) result = lower_graph(builder, layer.body()->layers, {std::move(result)});
  return result;
}

Value lower_squeeze_excitation(GraphBuilder& builder, const model::Layer& layer, Value input) {
  input = builder.declared(std::move(input));
  const auto rank = static_cast<std::int64_t>(input.rank);
  std::string mean = rank > 1 ? builder.reduce("ReduceMean", input.name, rising(rank - 1, 1), true) : input.name;
  const auto part = [&](const std::string& name, const std::string& x) {
    return linear(builder, x, input.rank, builder.weight(layer, name + "/kernel"),
                  builder.weight(layer, name + "/bias"));
  };
  mean = activate(builder, layer.attributes.activation(Parameter::activation), part("squeeze", mean));
  input.name = builder.add("Mul", {input.name, builder.add("Sigmoid", {part("excite", mean)})});
  input.mask.clear();
  return input;
}

}  // namespace neural::emit::onnx
