#include "neural/emit/pytorch/legalise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "neural/emit/pytorch/helpers.hpp"
#include "neural/emit/pytorch/lower_training.hpp"
#include "neural/emit/pytorch/masks.hpp"
#include "neural/emit/pytorch/module_builder.hpp"
#include "neural/emit/pytorch/penalties.hpp"
#include "neural/emit/pytorch/unsupported.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/model/layer_queries.hpp"

namespace neural::emit::pytorch {
namespace {

using model::LayerKind;
using model::Parameter;

/// The capitalised names of a program, which its network's class must not take.
constexpr std::string_view kProgramWords[] = {
    "Adagrad",
    "Adamax",
    "BACKEND",
    "BATCH_SIZE",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "CLASSES",
    "Callable",
    "DEVICE",
    "DataLoader",
    "EPOCHS",
    "Ftrl",
    "GaussianDropout",
    "GaussianNoise",
    "IDS",
    "INPUT_SHAPE",
    "INPUT_SHAPES",
    "INPUT_TYPES",
    "Iterable",
    "LEVEL",
    "Lion",
    "LossScale",
    "NamedTuple",
    "PReLU",
    "Path",
    "RESEARCH",
    "RMSprop",
    "SAVE_PATH",
    "SEED",
    "SGD",
    "Seeded",
    "SharedDropout",
    "TARGET_SHAPE",
    "TensorDataset",
    "Trainer",
    "VALIDATION_SPLIT",
    "WEIGHTS",
    "Weight",
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

/// The name of the network's class, which none of the program's helpers has.
std::string class_name(const model::Model& model, const LegalProgram& program, const CustomImports& imports) {
  std::vector<std::string_view> taken(std::begin(kProgramWords), std::end(kProgramWords));
  constexpr std::string_view kClass = "class ";
  for (const std::string& helper : program.helpers) {
    if (!helper.starts_with(kClass)) continue;
    const std::string_view text(helper);
    taken.push_back(text.substr(kClass.size(), text.find_first_of("(:") - kClass.size()));
  }
  const std::vector<std::string> imported = imports.names();
  taken.insert(taken.end(), imported.begin(), imported.end());
  return Identifiers(taken).class_name(model.name, "Network");
}

void note_layouts(LegalProgram& program) {
  for (const WeightLayout& layout : program.layouts) {
    program.notes.push_back(fmt::format(
        "The inputs of `{}` are flattened in PyTorch's order, channels ({}) before height ({}) and width ({}).",
        layout.module, layout.channels, layout.height, layout.width));
  }
}

/// The loss and the metrics see the steps that count.
void give_mask(const model::Model& model, ModuleBuilder& builder) {
  const Mask& mask = *builder.flow().mask;
  const model::Layer& last = model.layers.back();
  if (mask.rank + 1 != model.output().size()) {
    return builder.refuse(last, "a loss of masked steps with several axes",
                          "bring the output to (steps, values), and mark the steps behind that");
  }
  if (model.loss.kind == model::LossKind::root_mean_squared_error) {
    return builder.refuse(last, "`root_mean_squared_error` of masked steps", "use `mean_squared_error`");
  }
  builder.program().gives_mask = true;
  builder.program().forward.push_back({{}, builder.x() + ", " + mask.variable, {}});
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
    std::int64_t number = 0;
    if (!index.empty()) std::from_chars(index.data() + 1, index.data() + index.size(), number);
    program.gpus = number + 1;
  } else if (kind != "cpu") {
    refuse(diagnostics, model.span_of("device"), "device `" + device + "`", "use \"auto\", \"cpu\" or \"gpu\"");
  }
}

void lower_save(const model::Model& model, LegalProgram& program, syntax::DiagnosticList& diagnostics) {
  const std::optional<std::string>& path = model.training.save_path;
  if (!path) return;
  if (path->ends_with(".safetensors")) {
    program.save = "save_weights(model, SAVE_PATH)";
  } else if (path->ends_with(".pt") || path->ends_with(".pth")) {
    program.save = "torch.save(model.state_dict(), SAVE_PATH)";
  } else {
    refuse(diagnostics, model.span_of("save_path"), "`save_path: " + python_string(*path) + "`",
           "end the path in `.safetensors`, `.pt` or `.pth`");
  }
}

/// PyTorch decides operation by operation what is good in half precision.
void lower_precision(const model::Model& model, LegalProgram& program, syntax::DiagnosticList& diagnostics) {
  program.is_mixed = model.training.mixed_precision;
  if (!program.is_mixed) return;
  require(program, loss_scale());
  deviate(program, diagnostics, model.span_of("mixed_precision"), "`mixed_precision`",
          "torch.autocast chooses the operations in float16, in Keras it is all layers but the last",
          "leave `mixed_precision` out where two backends are compared");
}

}  // namespace

std::optional<LegalProgram> legalise(const model::Model& model, const Words& words, const Options& options,
                                     syntax::DiagnosticList& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  LegalProgram program;
  lower_device(model, program, diagnostics);
  lower_save(model, program, diagnostics);
  lower_precision(model, program, diagnostics);
  for (const model::Layer& layer : model.layers) check_type(layer, diagnostics);
  const CustomImports imports(options.custom, model);
  program.imports = imports.lines();
  ModuleBuilder builder(program, options, imports, diagnostics);
  builder.expect_masks(std::any_of(model.layers.begin(), model.layers.end(), model::marks_steps));
  std::vector<Flow> inputs;
  for (const model::Input& input : model.inputs) {
    inputs.push_back({.variable = builder.input(model.inputs.size() == 1 ? std::string() : input.name),
                      .rank = input.shape.size(),
                      .is_integer = input.is_integer});
  }
  const Flow result = lower_graph(builder, model.layers, inputs,
                                  {.batch_size = options.strict ? 0 : model.training.batch_size,
                                   .activation_is_taken = model.loss.fused.has_value()});
  builder.begin(result, result.variable);
  builder.to_declared_order();
  if (program.forward.empty() || program.forward.back().target != builder.x()) builder.apply(builder.x());
  if (builder.flow().mask) give_mask(model, builder);
  drop_unread_masks(program, builder.masks());
  lower_penalties(model.layers, program, diagnostics);
  lower_loss(model, words, program, diagnostics);
  lower_metrics(model, words, program, diagnostics);
  lower_optimizer(model, options, program, diagnostics);
  note_layouts(program);
  if (!program.custom_layers.empty()) program.notes.emplace_back(kUncountedNote);
  program.class_name = class_name(model, program, imports);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return program;
}

}  // namespace neural::emit::pytorch
