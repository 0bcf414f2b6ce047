#include "neural/emit/pytorch/legalise.hpp"
#include "neural/base/check.hpp"

#include <fmt/format.h>

#include "neural/emit/pytorch/activations.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/unsupported.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// The capitalised names of a program, which its network's class must not take.
constexpr std::string_view kProgramWords[] = {
    "BACKEND",    "BATCH_SIZE",    "BatchNorm1d",  "BatchNorm2d",   "BatchNorm3d", "CLASSES",          "DEVICE",
    "DataLoader", "EPOCHS",        "INPUT_SHAPE",  "LEVEL",         "Path",        "RMSprop",          "SAVE_PATH",
    "SEED",       "SharedDropout", "TARGET_SHAPE", "TensorDataset", "Trainer",     "VALIDATION_SPLIT",
};

void check_common_parameters(const model::Layer& layer, syntax::DiagnosticList& diagnostics) {
  const std::string& dtype = layer.attributes.word(Parameter::dtype);
  if (dtype != "float32") {
    refuse(diagnostics, layer.span, fmt::format("dtype=\"{}\" of `{}`", dtype, layer_kind_name(layer.kind)),
           "use dtype=\"float32\"");
  }
}

std::optional<double> optional_number(const model::Layer& layer, Parameter parameter) {
  if (layer.attributes.at(parameter).is_none()) return std::nullopt;
  return layer.attributes.number(parameter);
}

/// Activation, ReLU, Softmax: no module, only an expression.
void lower_activation_layer(ModuleBuilder& builder, const model::Layer& layer, bool taken_over) {
  if (taken_over) return;
  const std::size_t rank = layer.input.size();
  if (layer.kind == LayerKind::ReLU) {
    builder.apply(rectify(optional_number(layer, Parameter::max_value),
                          layer.attributes.number(Parameter::negative_slope),
                          layer.attributes.number(Parameter::threshold)));
    return;
  }
  if (layer.kind == LayerKind::Softmax) {
    const int axis = builder.dimension(layer.attributes.integer(Parameter::axis), rank);
    return builder.apply(activate(model::Activation::softmax, "x", axis));
  }
  const auto activation = std::get<model::Activation>(layer.attributes.at(Parameter::function).value);
  if (activation == model::Activation::linear) return;
  builder.apply(activate(activation, "x", builder.dimension(-1, rank), optional_number(layer, Parameter::alpha)));
}

void lower_layer(ModuleBuilder& builder, const model::Model& model, std::size_t index) {
  const model::Layer& layer = model.layers[index];
  const bool taken_over = index + 1 == model.layers.size() && model.loss.fused.has_value();
  const auto activation = [&] {
    return taken_over ? model::Activation::linear
                      : std::get<model::Activation>(layer.attributes.at(Parameter::activation).value);
  };
  switch (layer.kind) {
    case LayerKind::Dense:
    case LayerKind::Output:
      return lower_dense(builder, layer, activation());
    case LayerKind::Conv2D:
      return lower_convolution(builder, layer, activation());
    case LayerKind::MaxPooling2D:
    case LayerKind::AveragePooling2D:
      return lower_pooling(builder, layer);
    case LayerKind::GlobalAveragePooling2D:
      return lower_global_pooling(builder, layer);
    case LayerKind::Flatten:
      return lower_flatten(builder, layer, free_flatten_order(model, index));
    case LayerKind::Reshape:
      return lower_reshape(builder, layer);
    case LayerKind::Dropout:
      return lower_dropout(builder, layer);
    case LayerKind::BatchNormalization:
      return lower_batch_normalization(builder, layer, model.training.batch_size);
    case LayerKind::Activation:
    case LayerKind::ReLU:
    case LayerKind::Softmax:
      return lower_activation_layer(builder, layer, taken_over);
    default:
      NEURAL_CHECK(false, "a layer out of scope");
  }
}

void note_layouts(LegalProgram& program) {
  for (const WeightLayout& layout : program.layouts) {
    program.notes.push_back(fmt::format(
        "The inputs of `{}` are flattened in PyTorch's order, channels ({}) before height ({}) and width ({}).",
        layout.module, layout.channels, layout.height, layout.width));
  }
}

/// "auto" -> the first GPU if there is one; "gpu:1" and "cuda:1" -> that one; "cpu" -> empty.
void lower_device(const model::Model& model, LegalProgram& program, syntax::DiagnosticList& diagnostics) {
  const std::string& device = model.device;
  const std::string kind = device.substr(0, device.find(':'));
  const std::string index = device.substr(kind.size());
  if (kind == "auto") {
    program.device = "torch.device(\"cuda\" if torch.cuda.is_available() else \"cpu\")";
  } else if (kind == "gpu" || kind == "cuda") {
    program.device = "torch.device(\"cuda" + index + "\")";
  } else if (kind != "cpu") {
    refuse(diagnostics, model.span_of("device"), "device `" + device + "`", "use \"auto\", \"cpu\" or \"gpu\"");
  }
}

}  // namespace

std::optional<LegalProgram> legalise(const model::Model& model, const Words& words,
                                     syntax::DiagnosticList& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  LegalProgram program;
  program.class_name = Identifiers(kProgramWords).class_name(model.name, "Network");
  lower_device(model, program, diagnostics);
  if (model.training.mixed_precision) {
    refuse(diagnostics, model.span_of("mixed_precision"), "`mixed_precision`",
           "leave it out, or compile with `--backend tensorflow`");
  }
  ModuleBuilder builder(program, diagnostics);
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    check_common_parameters(model.layers[i], diagnostics);
    lower_layer(builder, model, i);
  }
  builder.to_declared_order();
  if (program.forward.empty()) builder.apply("x");
  lower_loss(model, words, program, diagnostics);
  lower_optimizer(model, program, diagnostics);
  note_layouts(program);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return program;
}

}  // namespace neural::emit::pytorch
