#include "neural/emit/pytorch/legalise.hpp"

#include <fmt/format.h>

#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/penalties.hpp"
#include "neural/emit/pytorch/unsupported.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// The capitalised names of a program, which its network's class must not take.
constexpr std::string_view kProgramWords[] = {
    "Adagrad",       "Adamax",      "BACKEND",       "BATCH_SIZE",   "BatchNorm1d",   "BatchNorm2d", "BatchNorm3d",
    "CLASSES",       "Callable",    "DEVICE",        "DataLoader",   "EPOCHS",        "Ftrl",        "GaussianDropout",
    "GaussianNoise", "INPUT_SHAPE", "INPUT_SHAPES",  "INPUT_TYPES",  "Iterable",      "LEVEL",       "Lion",
    "LossScale",     "NamedTuple",  "PReLU",         "Path",         "RMSprop",       "SAVE_PATH",   "SEED",
    "SGD",           "Seeded",      "SharedDropout", "TARGET_SHAPE", "TensorDataset", "Trainer",     "VALIDATION_SPLIT",
    "WEIGHTS",       "Weight",
};

/// Layers that compute by several modules, whose results would have a type of their own, too.
bool is_float_only(const model::Layer& layer) {
  switch (layer.kind) {
    case LayerKind::LSTM:
    case LayerKind::GRU:
    case LayerKind::SimpleRNN:
    case LayerKind::Bidirectional:
    case LayerKind::ConvLSTM2D:
    case LayerKind::ConvGRU2D:
    case LayerKind::Attention:
    case LayerKind::AdditiveAttention:
    case LayerKind::MultiHeadAttention:
    case LayerKind::TransformerEncoder:
    case LayerKind::TransformerDecoder:
    case LayerKind::SqueezeExcitation:
    case LayerKind::TimeDistributed:
    case LayerKind::ResidualConnection:
      return true;
    default:
      return layer.inputs.size() > 1;
  }
}

void check_type(const model::Layer& layer, syntax::DiagnosticList& diagnostics) {
  const std::string& dtype = layer.attributes.word(Parameter::dtype);
  if (dtype != "float32" && is_float_only(layer)) {
    refuse(diagnostics, layer.span, fmt::format("dtype=\"{}\" of `{}`", dtype, layer_kind_name(layer.kind)),
           "use dtype=\"float32\"");
  }
  if (layer.wrapped) check_type(*layer.wrapped, diagnostics);
  if (layer.body() == nullptr) return;
  for (const model::Layer& inner : layer.body()->layers) check_type(inner, diagnostics);
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

/// PyTorch decides operation by operation what is good in half precision.
void lower_precision(const model::Model& model, LegalProgram& program) {
  program.is_mixed = model.training.mixed_precision;
  if (!program.is_mixed) return;
  require(program, loss_scale());
  program.notes.emplace_back("Half precision where torch.autocast finds it good; in Keras all layers but the last.");
}

}  // namespace

std::optional<LegalProgram> legalise(const model::Model& model, const Words& words, bool strict,
                                     syntax::DiagnosticList& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  LegalProgram program;
  program.class_name = Identifiers(kProgramWords).class_name(model.name, "Network");
  lower_device(model, program, diagnostics);
  lower_precision(model, program);
  for (const model::Layer& layer : model.layers) check_type(layer, diagnostics);
  ModuleBuilder builder(program, diagnostics);
  std::vector<Flow> inputs;
  for (const model::Input& input : model.inputs) {
    inputs.push_back({.variable = builder.input(model.inputs.size() == 1 ? std::string() : input.name),
                      .rank = input.shape.size(),
                      .is_integer = input.is_integer});
  }
  const Flow result =
      lower_graph(builder, model.layers, inputs,
                  {.batch_size = model.training.batch_size, .activation_is_taken = model.loss.fused.has_value()});
  builder.begin(result, result.variable);
  builder.to_declared_order();
  if (program.forward.empty() || program.forward.back().target != builder.x()) builder.apply(builder.x());
  lower_penalties(model.layers, program, diagnostics);
  lower_loss(model, words, program, diagnostics);
  lower_metrics(model, words, program, diagnostics);
  lower_optimizer(model, strict, program, diagnostics);
  note_layouts(program);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return program;
}

}  // namespace neural::emit::pytorch
