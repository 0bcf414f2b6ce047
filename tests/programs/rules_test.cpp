// Every rule of the language that decides what a network is has a valid program in which it decides something.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "programs.hpp"

namespace neural::programs {
namespace {

using model::Attribute;
using model::has_unknown_size;
using model::Layer;
using model::LayerKind;
using model::Model;
using model::Parameter;

bool any_layer(const std::vector<Layer>& layers, const std::function<bool(const Layer&)>& holds) {
  for (const Layer& layer : layers) {
    if (holds(layer)) return true;
    if (layer.wrapped != nullptr && any_layer({*layer.wrapped}, holds)) return true;
    if (layer.body() != nullptr && any_layer(layer.body()->layers, holds)) return true;
  }
  return false;
}

using Network = std::pair<const syntax::Network*, const Model*>;

bool any_network(const std::function<bool(const Network&)>& holds) {
  for (const Checked& program : valid_programs()) {
    for (std::size_t i = 0; i < program.networks.size(); ++i) {
      if (holds({&program.file.networks[i], &*program.networks[i]})) return true;
    }
  }
  return false;
}

bool any_layer(const std::function<bool(const Layer&)>& holds) {
  return any_network([&](const Network& network) { return any_layer(network.second->layers, holds); });
}

bool has_word(const Layer& layer, Parameter parameter, std::string_view word) {
  const Attribute* value = layer.attributes.find(parameter);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
  return text != nullptr && *text == word;
}

bool has_numbers_above(const Layer& layer, Parameter parameter, std::int64_t low) {
  const Attribute* value = layer.attributes.find(parameter);
  if (value == nullptr) return false;
  const auto* numbers = std::get_if<std::vector<std::int64_t>>(&value->value);
  return numbers != nullptr && *std::max_element(numbers->begin(), numbers->end()) > low;
}

bool is_transposed(const Layer& layer) {
  return layer.type_name().ends_with("Transpose");
}
bool is_convolution(const Layer& layer) {
  return layer.type_name().starts_with("Conv") && layer.type_name().ends_with("D");
}
bool is_pooling(const Layer& layer) {
  return layer.type_name().starts_with("MaxPooling") || layer.type_name().starts_with("AveragePooling");
}

// ---- dense layers, embeddings, formulas, outputs ----

TEST(Rules, of_dense_layers) {
  EXPECT_TRUE(any_layer([](const Layer& layer) { return layer.implicit && layer.input.size() == 3; }));
  EXPECT_TRUE(any_layer([](const Layer& layer) { return layer.implicit && layer.input.size() == 2; }));
  EXPECT_TRUE(any_layer([](const Layer& layer) { return layer.kind == LayerKind::Dense && layer.input.size() == 2; }));
  EXPECT_TRUE(any_layer([](const Layer& layer) { return layer.kind == LayerKind::Dense && layer.input.size() == 3; }))
      << "inside a block";
  EXPECT_TRUE(any_layer([](const Layer& layer) { return layer.kind == LayerKind::Output && layer.input.size() == 2; }));
}

TEST(Rules, of_embeddings) {
  EXPECT_TRUE(any_network([](const Network& network) { return network.second->inputs.front().is_integer; }));
  const auto drops_width = [](const Network& network) {
    return network.first->inputs.front().shape.dimensions.size() == 2 && network.second->inputs.front().is_integer &&
           network.second->inputs.front().shape.size() == 1 &&
           network.first->inputs.front().shape.dimensions.front().size;
  };
  EXPECT_TRUE(any_network(drops_width));
}

TEST(Rules, of_the_last_activation) {
  const auto fuses = [](std::optional<model::Activation> activation) {
    return any_network([&](const Network& network) { return network.second->loss.fused == activation; });
  };
  EXPECT_TRUE(fuses(model::Activation::softmax));
  EXPECT_TRUE(fuses(model::Activation::sigmoid));
  EXPECT_TRUE(fuses({}));
  for (const auto targets : {model::TargetKind::kClasses, model::TargetKind::kOneHot, model::TargetKind::kBinary,
                             model::TargetKind::kValues}) {
    EXPECT_TRUE(any_network([&](const Network& network) { return network.second->targets == targets; }));
  }
}

// ---- shapes ----

TEST(Rules, of_the_batch_axis_and_sizes_that_vary) {
  const auto declared_none = [](const Network& network, bool is_kept) {
    const auto& dimensions = network.first->inputs.front().shape.dimensions;
    const std::size_t rank = network.second->inputs.front().shape.size();
    return !dimensions.front().size && dimensions.size() == rank + (is_kept ? 0 : 1);
  };
  EXPECT_TRUE(any_network([&](const Network& network) { return declared_none(network, false); }));
  EXPECT_TRUE(any_network([&](const Network& network) { return declared_none(network, true); }));
  EXPECT_TRUE(any_layer([](const Layer& layer) { return is_convolution(layer) && has_unknown_size(layer.output); }));
  EXPECT_TRUE(any_layer([](const Layer& layer) { return is_transposed(layer) && has_unknown_size(layer.output); }));
  EXPECT_TRUE(any_layer([](const Layer& layer) { return is_pooling(layer) && has_unknown_size(layer.output); }));
  EXPECT_TRUE(
      any_layer([](const Layer& layer) { return layer.kind == LayerKind::LSTM && has_unknown_size(layer.output); }));
}

TEST(Rules, of_windows) {
  using enum Parameter;
  const auto any = [](const std::function<bool(const Layer&)>& is_one, const std::function<bool(const Layer&)>& holds) {
    return any_layer([&](const Layer& layer) { return is_one(layer) && holds(layer); });
  };
  const auto padded = [](const Layer& layer) { return has_numbers_above(layer, padding, 0); };
  const auto dilated = [](const Layer& layer) { return has_numbers_above(layer, dilation_rate, 1); };
  const auto first = [](const Layer& layer) { return has_word(layer, data_format, "channels_first"); };
  const auto grouped = [](const Layer& layer) {
    return layer.attributes.has(groups) && layer.attributes.integer(groups) > 1;
  };
  for (const auto& is_one : {is_convolution, is_transposed}) {
    EXPECT_TRUE(any(is_one, padded));
    EXPECT_TRUE(any(is_one, dilated));
    EXPECT_TRUE(any(is_one, first));
    EXPECT_TRUE(any(is_one, grouped));
    for (const std::string_view word : {"same", "valid"}) {
      EXPECT_TRUE(any(is_one, [&](const Layer& layer) { return has_word(layer, padding, word); }));
      EXPECT_TRUE(any(is_one, [&](const Layer& layer) {
        return has_word(layer, padding, word) && has_numbers_above(layer, strides, 1);
      }));
    }
  }
  EXPECT_TRUE(any(is_convolution, [](const Layer& layer) { return has_word(layer, padding, "causal"); }));
  EXPECT_TRUE(any(is_transposed, [](const Layer& layer) { return has_numbers_above(layer, output_padding, 0); }));
  EXPECT_TRUE(any(is_transposed, [](const Layer& layer) {
    return has_word(layer, padding, "valid") && has_numbers_above(layer, output_padding, 0);
  }));
  EXPECT_TRUE(any(is_pooling, padded));
  EXPECT_TRUE(any(is_pooling, first));
  EXPECT_TRUE(any(is_pooling, [](const Layer& layer) {
    return layer.attributes.integers(strides) != layer.attributes.integers(pool_size);
  }));
}

// ---- structure ----

TEST(Rules, of_shortcuts) {
  const auto any_shortcut = [](const std::function<bool(const Layer&, const model::Shortcut&)>& holds) {
    return any_layer([&](const Layer& layer) {
      return layer.parts != nullptr && layer.parts->shortcut && holds(layer, *layer.parts->shortcut);
    });
  };
  EXPECT_TRUE(any_shortcut([](const Layer&, const auto& way) { return way.projects && !way.crops(); }));
  EXPECT_TRUE(any_shortcut([](const Layer&, const auto& way) { return !way.projects && way.crops(); }));
  EXPECT_TRUE(any_shortcut([](const Layer&, const auto& way) { return way.projects && way.crops(); }));
  EXPECT_TRUE(
      any_shortcut([](const Layer& layer, const auto& way) { return way.projects && layer.input.size() == 1; }));
}

TEST(Rules, of_forks_and_merges) {
  EXPECT_TRUE(any_network([](const Network& network) { return network.second->inputs.size() == 3; }));
  EXPECT_TRUE(any_network(
      [](const Network& network) { return network.second->inputs.size() > 1 && !network.first->inputs.front().name; }));
  const auto takes = [](LayerKind kind, std::size_t count) {
    return any_layer([&](const Layer& layer) { return layer.kind == kind && layer.inputs.size() == count; });
  };
  EXPECT_TRUE(takes(LayerKind::Concatenate, 4));
  EXPECT_TRUE(takes(LayerKind::Add, 2));
  EXPECT_TRUE(takes(LayerKind::Multiply, 3)) << "with sizes of 1 that stretch";
  EXPECT_TRUE(takes(LayerKind::Attention, 2));
  EXPECT_TRUE(takes(LayerKind::AdditiveAttention, 1));
  EXPECT_TRUE(takes(LayerKind::MultiHeadAttention, 2));
  EXPECT_TRUE(takes(LayerKind::TransformerDecoder, 1));
  EXPECT_TRUE(takes(LayerKind::TransformerDecoder, 2));
}

TEST(Rules, of_wrappers_and_blocks) {
  const auto wraps = [](LayerKind outer, LayerKind inner) {
    return any_layer([&](const Layer& layer) {
      return layer.kind == outer && layer.wrapped != nullptr && layer.wrapped->kind == inner;
    });
  };
  EXPECT_TRUE(wraps(LayerKind::Bidirectional, LayerKind::LSTM));
  EXPECT_TRUE(wraps(LayerKind::Bidirectional, LayerKind::GRU));
  EXPECT_TRUE(wraps(LayerKind::Bidirectional, LayerKind::SimpleRNN));
  EXPECT_TRUE(wraps(LayerKind::TimeDistributed, LayerKind::Conv2D));
  EXPECT_TRUE(wraps(LayerKind::TimeDistributed, LayerKind::Bidirectional));
  const auto has_body = [](LayerKind kind) {
    return any_layer([&](const Layer& layer) { return layer.kind == kind && layer.body() != nullptr; });
  };
  EXPECT_TRUE(has_body(LayerKind::TimeDistributed));
  EXPECT_TRUE(has_body(LayerKind::TransformerEncoder));
  EXPECT_TRUE(has_body(LayerKind::TransformerDecoder));
  EXPECT_TRUE(any_layer([](const Layer& layer) {
    return layer.kind == LayerKind::ResidualConnection && layer.body() != nullptr &&
           any_layer(layer.body()->layers, [](const Layer& inner) { return inner.inputs.size() > 1; });
  })) << "a fork in a residual body";
}

// ---- texts ----

TEST(Texts, have_every_layout) {
  const auto any_text = [](std::string_view part) {
    for (const Checked& program : valid_programs()) {
      if (program.source.text().find(part) != std::string_view::npos) return true;
    }
    return false;
  };
  for (const std::string_view part : {"\xEF\xBB\xBF", "\r\n", ") # a comment ends with its line\r", "\t", "// ", "# ",
                                      ";;", ",,", "\\\"", "* 2", "@", "'", "{ }", "()", "},", "1e-", "None", "NONE"}) {
    EXPECT_TRUE(any_text(part)) << part;
  }
  std::set<std::string> extensions;
  for (const auto& program : programs_in("valid")) extensions.insert(program.extension().string());
  EXPECT_EQ(extensions, (std::set<std::string>{".neural", ".nr", ".rnr"}));
}

}  // namespace
}  // namespace neural::programs
