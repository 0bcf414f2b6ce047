// Attention, transformer blocks, squeeze and excitation.
#include <fmt/format.h>

#include <algorithm>

#include "neural/model/shapes/shape_context.hpp"
#include "neural/model/shapes/shape_rules.hpp"

namespace neural::model {
namespace {

using syntax::Code;

constexpr std::int64_t kMostStacked = 1000;

/// The width of query and value; where there is no value, of the query twice. E505.
struct Widths {
  std::int64_t query = 0;
  std::int64_t value = 0;
};
std::optional<Widths> known_widths(ShapeContext& context) {
  const auto query = context.known_width();
  if (!query) return {};
  const Shape& value = context.inputs().back();
  if (value.back()) return Widths{*query, *value.back()};
  return context.fail(
      Code::E505,
      fmt::format("`{}` needs the width of its second input, but receives {}", context.owner(), to_string(value)),
      "give its last axis a size");
}

/// E504 unless query and value stand side by side: as many axes, and the same sizes before the positions.
bool join(ShapeContext& context) {
  const Shape& query = context.inputs().front();
  const Shape& value = context.inputs().back();
  const bool is_joined = query.size() == value.size() && std::equal(query.begin(), query.end() - 2, value.begin());
  if (!is_joined) {
    context.fail(Code::E504,
                 fmt::format("`{}` cannot attend from {} to {}", context.owner(), to_string(query), to_string(value)),
                 "both need the same axes but for the positions and the width");
  }
  return is_joined;
}

std::optional<std::int64_t> optional_integer(const Attributes& attributes, Parameter parameter) {
  const Attribute& value = attributes.at(parameter);
  return value.is_none() ? std::nullopt : std::optional(std::get<std::int64_t>(value.value));
}

/// key_dim as written, else the width shared out between the heads; W525 where a rest is left.
std::int64_t resolve_key_dim(ShapeContext& context, std::int64_t width) {
  const std::int64_t heads = context.attributes().integer(Parameter::num_heads);
  if (const auto written = optional_integer(context.attributes(), Parameter::key_dim)) return *written;
  const std::int64_t key_dim = std::max<std::int64_t>(1, width / heads);
  if (width % heads != 0) {
    context.warn(Code::W525,
                 fmt::format("{} heads of `{}` do not divide the width {}: each gets {}", heads, context.owner(), width,
                             key_dim),
                 "use a number of heads that divides the width, or give `key_dim`");
  }
  context.resolve(Parameter::key_dim, {key_dim});
  return key_dim;
}

struct Heads {
  std::int64_t count = 0;
  std::int64_t key_dim = 0;
  std::int64_t value_dim = 0;
};

/// The four projections of one multi-head attention, with biases.
void add_attention(ShapeContext& context, const std::string& path, const Heads& heads, const Widths& widths) {
  const auto [count, key_dim, value_dim] = heads;
  const auto add = [&](const char* name, std::vector<std::int64_t> kernel, std::vector<std::int64_t> bias) {
    const int read = static_cast<int>(kernel.size() - bias.size());
    context.add_tensor(path + name + "/kernel", std::move(kernel), InitializerKind::glorot_uniform);
    context.projects_from(read);
    context.add_tensor(path + name + "/bias", std::move(bias), InitializerKind::zeros);
  };
  add("query", {widths.query, count, key_dim}, {count, key_dim});
  add("key", {widths.value, count, key_dim}, {count, key_dim});
  add("value", {widths.value, count, value_dim}, {count, value_dim});
  add("output", {count, value_dim, widths.query}, {widths.query});
}

void add_dense(ShapeContext& context, const std::string& path, std::int64_t inputs, std::int64_t outputs) {
  context.add_tensor(path + "/kernel", {inputs, outputs}, InitializerKind::glorot_uniform);
  context.add_tensor(path + "/bias", {outputs}, InitializerKind::zeros);
}

void add_normalization(ShapeContext& context, const std::string& path, std::int64_t width) {
  context.add_tensor(path + "/gamma", {width}, InitializerKind::ones);
  context.add_tensor(path + "/beta", {width}, InitializerKind::zeros);
}

}  // namespace

std::optional<Shape> attention_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  if (!join(context)) return {};
  const Dimension& query = context.input().back();
  const Dimension& value = context.inputs().back().back();
  if (query && value && query != value) {
    return context.fail(
        Code::E504,
        fmt::format("`{}` compares a query of width {} with values of width {}", context.owner(), *query, *value),
        "bring both to one width, for example with `Dense`, or use `MultiHeadAttention`");
  }
  const bool is_additive = context.kind() == LayerKind::AdditiveAttention;
  if (attributes.boolean(Parameter::use_scale) && is_additive) {
    const auto width = context.known_width();
    if (!width) return {};
    context.add_tensor("scale", {*width}, InitializerKind::glorot_uniform);
  } else if (attributes.boolean(Parameter::use_scale)) {
    context.add_tensor("scale", {}, InitializerKind::ones);
  }
  if (!is_additive && attributes.word(Parameter::score_mode) != "dot") {
    context.add_tensor("concat_score_weight", {}, InitializerKind::ones);
  }
  Shape output = context.input();
  output.back() = value;
  return output;
}

std::optional<Shape> multi_head_attention_shape(ShapeContext& context) {
  if (!join(context)) return {};
  const auto widths = known_widths(context);
  if (!widths) return {};
  Heads heads;
  heads.count = context.attributes().integer(Parameter::num_heads);
  heads.key_dim = resolve_key_dim(context, widths->query);
  heads.value_dim = optional_integer(context.attributes(), Parameter::value_dim).value_or(heads.key_dim);
  context.resolve(Parameter::value_dim, {heads.value_dim});
  const bool has_bias = context.attributes().boolean(Parameter::use_bias);
  const auto add = [&](const char* name, std::vector<std::int64_t> kernel, std::vector<std::int64_t> bias) {
    const int read = static_cast<int>(kernel.size() - bias.size());
    context.add_tensor(std::string(name) + "/kernel", std::move(kernel), Parameter::kernel_initializer);
    context.projects_from(read);
    if (has_bias) context.add_tensor(std::string(name) + "/bias", std::move(bias), Parameter::bias_initializer);
  };
  add("query", {widths->query, heads.count, heads.key_dim}, {heads.count, heads.key_dim});
  add("key", {widths->value, heads.count, heads.key_dim}, {heads.count, heads.key_dim});
  add("value", {widths->value, heads.count, heads.value_dim}, {heads.count, heads.value_dim});
  add("output", {heads.count, heads.value_dim, widths->query}, {widths->query});
  return context.input();
}

std::optional<Shape> transformer_shape(ShapeContext& context) {
  const Attributes& attributes = context.attributes();
  if (!join(context)) return {};
  const auto widths = known_widths(context);
  if (!widths) return {};
  const std::int64_t width = widths->query;
  if (const auto written = optional_integer(attributes, Parameter::d_model); written && *written != width) {
    return context.fail(Code::E504,
                        fmt::format("`{}.d_model` is {}, but the input {} is {} wide", context.owner(), *written,
                                    to_string(context.input()), width),
                        "leave `d_model` out, or bring the input to that width");
  }
  const std::int64_t layers = attributes.integer(Parameter::num_layers);
  if (layers > kMostStacked) {
    return context.fail(Code::E406,
                        fmt::format("`{}` stacks {} layers, more than {}", context.owner(), layers, kMostStacked),
                        "use fewer layers");
  }
  context.resolve(Parameter::d_model, {width});
  Heads heads;
  heads.count = attributes.integer(Parameter::num_heads);
  heads.key_dim = heads.value_dim = resolve_key_dim(context, width);
  const std::int64_t inner = attributes.integer(Parameter::ff_dim);
  const bool is_decoder = context.kind() == LayerKind::TransformerDecoder;
  const bool has_memory = context.inputs().size() > 1;
  for (std::int64_t i = 0; i < layers && !context.failure(); ++i) {
    const std::string path = layers > 1 ? fmt::format("layer_{}/", i) : std::string();
    int norms = 0;
    const auto add_norm = [&] { add_normalization(context, fmt::format("{}norm_{}", path, ++norms), width); };
    add_attention(context, path + (is_decoder ? "self_attention/" : "attention/"), heads, {width, width});
    add_norm();
    if (has_memory) {
      add_attention(context, path + "cross_attention/", heads, {width, widths->value});
      add_norm();
    }
    add_dense(context, path + "feed_forward_1", width, inner);
    add_dense(context, path + "feed_forward_2", inner, width);
    add_norm();
  }
  return context.input();
}

std::optional<Shape> squeeze_excitation_shape(ShapeContext& context) {
  const auto width = context.known_width();
  if (!width) return {};
  const std::int64_t hidden = std::max<std::int64_t>(1, *width / context.attributes().integer(Parameter::ratio));
  add_dense(context, "squeeze", *width, hidden);
  add_dense(context, "excite", hidden, *width);
  return context.input();
}

}  // namespace neural::model
