#include <fmt/format.h>

#include "neural/base/text.hpp"
#include "neural/describe/units.hpp"
#include "neural/describe/values.hpp"
#include "neural/draw/scene.hpp"

namespace neural::draw {

using model::LayerKind;

namespace {

constexpr std::size_t kLongestName = 60;
constexpr std::size_t kLongestValue = 80;
constexpr std::size_t kLongestTooltip = 900;

/// Every parameter that has a value, as it could be written.
std::string attributes_text(const model::Layer& layer) {
  std::vector<std::string> texts;
  if (layer.parts != nullptr && layer.parts->custom) {
    for (const auto& [name, value] : layer.parts->custom->arguments) {
      const std::string text = describe::value_text({value});
      texts.push_back(printable((name.empty() ? "" : name + "=") + shortened(text, kLongestValue)));
    }
  }
  for (const auto& [parameter, value] : layer.attributes.entries()) {
    if (value.is_none() || parameter == model::Parameter::name) continue;
    texts.push_back(fmt::format("{}={}", parameter_name(parameter),
                                printable(shortened(describe::value_text(value), kLongestValue))));
  }
  return join(texts, ", ");
}

Family family_of(LayerKind kind) {
  switch (kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
    case LayerKind::Embedding:
      return Family::kDense;
    case LayerKind::Flatten:
    case LayerKind::Reshape:
    case LayerKind::Permute:
    case LayerKind::RepeatVector:
    case LayerKind::Identity:
    case LayerKind::UpSampling1D:
    case LayerKind::UpSampling2D:
    case LayerKind::UpSampling3D:
    case LayerKind::ZeroPadding1D:
    case LayerKind::ZeroPadding2D:
    case LayerKind::ZeroPadding3D:
    case LayerKind::Cropping1D:
    case LayerKind::Cropping2D:
    case LayerKind::Cropping3D:
      return Family::kShape;
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::LeakyReLU:
    case LayerKind::PReLU:
    case LayerKind::ELU:
    case LayerKind::Softmax:
    case LayerKind::Lambda:
    case LayerKind::Masking:
    case LayerKind::Rescaling:
      return Family::kActivation;
    case LayerKind::Conv1D:
    case LayerKind::Conv2D:
    case LayerKind::Conv3D:
    case LayerKind::Conv1DTranspose:
    case LayerKind::Conv2DTranspose:
    case LayerKind::Conv3DTranspose:
    case LayerKind::DepthwiseConv1D:
    case LayerKind::DepthwiseConv2D:
    case LayerKind::SeparableConv1D:
    case LayerKind::SeparableConv2D:
      return Family::kConvolution;
    case LayerKind::ConvLSTM2D:
    case LayerKind::ConvGRU2D:
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
    case LayerKind::Bidirectional:
      return Family::kRecurrent;
    case LayerKind::MaxPooling1D:
    case LayerKind::MaxPooling2D:
    case LayerKind::MaxPooling3D:
    case LayerKind::AveragePooling1D:
    case LayerKind::AveragePooling2D:
    case LayerKind::AveragePooling3D:
    case LayerKind::GlobalAveragePooling1D:
    case LayerKind::GlobalAveragePooling2D:
    case LayerKind::GlobalAveragePooling3D:
    case LayerKind::GlobalMaxPooling1D:
    case LayerKind::GlobalMaxPooling2D:
    case LayerKind::GlobalMaxPooling3D:
    case LayerKind::AdaptiveAveragePooling1D:
    case LayerKind::AdaptiveAveragePooling2D:
    case LayerKind::AdaptiveAveragePooling3D:
    case LayerKind::AdaptiveMaxPooling1D:
    case LayerKind::AdaptiveMaxPooling2D:
    case LayerKind::AdaptiveMaxPooling3D:
      return Family::kPooling;
    case LayerKind::Dropout:
    case LayerKind::SpatialDropout1D:
    case LayerKind::SpatialDropout2D:
    case LayerKind::SpatialDropout3D:
    case LayerKind::GaussianDropout:
    case LayerKind::AlphaDropout:
    case LayerKind::GaussianNoise:
    case LayerKind::ActivityRegularization:
    case LayerKind::L1:
    case LayerKind::L2:
      return Family::kNoise;
    case LayerKind::BatchNormalization:
    case LayerKind::LayerNormalization:
    case LayerKind::InstanceNormalization:
    case LayerKind::GroupNormalization:
    case LayerKind::RMSNormalization:
    case LayerKind::UnitNormalization:
      return Family::kNormalization;
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
    case LayerKind::MultiHeadAttention:
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
    case LayerKind::SqueezeExcitation:
      return Family::kAttention;
    case LayerKind::Add:
    case LayerKind::Multiply:
    case LayerKind::Average:
    case LayerKind::Maximum:
    case LayerKind::Subtract:
    case LayerKind::Minimum:
    case LayerKind::Concatenate:
    case LayerKind::Dot:
      return Family::kMerge;
    case LayerKind::TimeDistributed:
    case LayerKind::ResidualConnection:
      return Family::kBlock;
    case LayerKind::CustomShape:
    case LayerKind::Custom:
      return Family::kCustom;
  }
  return Family::kCustom;
}

}  // namespace

Card card_of(const model::Input& input) {
  const std::string name = printable(shortened(input.name, kLongestName));
  const std::string shape = model::to_string(input.shape);
  const std::string_view type = input.is_integer ? "whole numbers" : "real numbers";
  return {.family = Family::kInput,
          .title = "Input",
          .name = name,
          .shape = shape,
          .tooltip = fmt::format("{}: Input\n{} {}", name, shape, type)};
}

Card card_of(const estimate::Node& node) {
  const model::Layer& layer = *node.layer;
  Card card{.family = family_of(layer.kind),
            .title = printable(shortened(layer.type_name(), kLongestName)),
            .name = printable(shortened(layer.name, kLongestName)),
            .shape = model::to_string(layer.output)};
  if (node.parameters > 0) card.amount = describe::count_text(node.parameters);
  card.tooltip = fmt::format("{}: {}{}, line {}\noutput {}\n{} parameters, {} of them trained\n{} FLOPs forward\n{}",
                             card.name, card.title, layer.implicit ? " (implicit)" : "", layer.line, card.shape,
                             with_thousands(node.parameters.value()), with_thousands(node.trainable_parameters.value()),
                             describe::count_text(node.cost.forward), attributes_text(layer));
  card.tooltip = shortened(card.tooltip, kLongestTooltip);
  return card;
}

}  // namespace neural::draw
