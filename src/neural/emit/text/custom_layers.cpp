#include "neural/emit/text/custom_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "neural/base/text.hpp"
#include "neural/emit/text/identifiers.hpp"
#include "neural/emit/text/literals.hpp"

namespace neural::emit {
namespace {

/// What the programs of any backend define or import at the level of the module, and the variables of create_model.
constexpr std::string_view kTaken[] = {
    // imports
    "ABC", "Callable", "DataLoader", "Iterable", "NamedTuple", "Path", "TensorDataset", "abstractmethod", "annotations",
    "argparse", "constraints", "gzip", "initializers", "json", "keras", "layers", "losses", "math", "metrics", "nn",
    "np", "ops", "optimizers", "os", "re", "regularizers", "tf", "time", "torch",
    // constants
    "BACKEND", "BATCH_SIZE", "CLASSES", "CUSTOM_LAYERS", "DEVICE", "EPOCHS", "IDS", "INPUT_SHAPE", "INPUT_SHAPES",
    "INPUT_TYPES", "LEVEL", "PART_ROWS", "SAVE_PATH", "SEED", "TARGET_SHAPE", "VALIDATION_SPLIT", "WEIGHTS",
    // classes
    "Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "AdditiveAttention", "BatchNorm", "BatchNorm1d", "BatchNorm2d",
    "BatchNorm3d", "ClassMetric", "ConcatAttention", "ConvGRU", "ConvGRU2D", "ConvGRUCell", "ConvLSTM", "ConvLSTM2D",
    "DenseOptimizer", "DotAttention", "Ftrl", "GRULoop", "GaussianDropout", "GaussianNoise", "KeepWeights", "LSTMLoop",
    "Lion", "LossScale", "MaskedBatchNorm", "MultiHeadAttention", "Nadam", "PReLU", "RMSprop", "RecurrentLoop", "SGD",
    "Seeded", "SharedDropout", "SimpleRNNLoop", "SqueezeExcitation", "TimeDistributed", "Trainer", "TransformerDecoder",
    "TransformerEncoder", "Weight",
    // functions
    "as_tensor", "average_pool", "check_batch_size", "check_data", "check_inputs", "compute_loss", "compute_outputs",
    "constrain", "create_model", "create_trainer", "custom_variables", "evaluate", "expect_shape", "find_data", "fits",
    "learning_rate", "limit_norms", "load_data", "load_weights", "main", "of_classes", "orthogonal_", "pad_same",
    "penalty", "predict", "prepare", "prepare_targets", "read_idx", "read_npz", "read_safetensors",
    "root_mean_squared_error", "save_weights", "set_norms", "spread", "step", "summary", "train_part",
    "transformer_block", "valid_first", "variables_of", "weights_of", "write_safetensors",
    // variables of create_model, and of where classes are called
    "frozen", "gpus", "inputs", "layer", "model", "name", "outputs", "self", "x"};

/// As ruff sorts what is imported: constants, classes, the others.
int rank_of(std::string_view name) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (name.size() > 1 && std::none_of(name.begin(), name.end(), is_lower) &&
      std::any_of(name.begin(), name.end(), is_upper)) {
    return 0;
  }
  return is_upper(name.front()) ? 1 : 2;
}

Expression literal(const model::AnyValue& value) {
  return std::visit(
      [](const auto& data) -> Expression {
        using Data = std::decay_t<decltype(data)>;
        if constexpr (std::is_same_v<Data, std::monostate>) {
          return "None";
        } else if constexpr (std::is_same_v<Data, bool>) {
          return python_bool(data);
        } else if constexpr (std::is_same_v<Data, std::int64_t>) {
          return std::to_string(data);
        } else if constexpr (std::is_same_v<Data, double>) {
          return python_number(data);
        } else if constexpr (std::is_same_v<Data, std::string>) {
          return python_string(data);
        } else {
          std::vector<Argument> elements;
          for (const model::AnyValue& element : data) elements.emplace_back(literal(element));
          return Expression::list(std::move(elements));
        }
      },
      value.data);
}

}  // namespace

CustomImports::CustomImports(std::span<const CustomClass> classes, const model::Model& model) {
  const std::vector<std::string> needed = custom_names(model);
  Identifiers names(kTaken);
  for (const CustomClass& each : classes) {
    if (std::find(needed.begin(), needed.end(), each.layer) == needed.end()) continue;
    auto import = std::find_if(imports_.begin(), imports_.end(), [&](const Import& other) {
      return other.module == each.module && other.name == each.name;
    });
    if (import == imports_.end()) {
      import = imports_.insert(import, {each.module, each.name, names.exactly(each.name)});
    }
    by_layer_[each.layer] = import->alias;
  }
  std::sort(imports_.begin(), imports_.end(), [](const Import& a, const Import& b) {
    const auto key = [](const Import& each) {
      return std::tuple(std::string_view(each.module), each.alias != each.name, rank_of(each.name),
                        std::string_view(each.name));
    };
    return key(a) < key(b);
  });
}

const std::string* CustomImports::name_of(const model::Layer& layer) const {
  const auto found = by_layer_.find(custom_name(layer));
  return found == by_layer_.end() ? nullptr : &found->second;
}

std::vector<std::string> CustomImports::names() const {
  std::vector<std::string> names;
  for (const Import& each : imports_) names.push_back(each.alias);
  return names;
}

std::vector<std::string> CustomImports::lines() const {
  std::vector<std::string> lines;
  for (auto each = imports_.begin(); each != imports_.end();) {
    const std::string from = fmt::format("from {} import ", each->module);
    if (each->alias != each->name) {
      lines.push_back(from + each->name + " as " + each->alias);
      ++each;
      continue;
    }
    std::vector<std::string> together;
    const auto first = each;
    for (; each != imports_.end() && each->module == first->module && each->alias == each->name; ++each) {
      together.push_back(each->name);
    }
    lines.push_back(from + join(together, ", "));
    if (lines.back().size() <= kLineLength || together.size() == 1) continue;
    lines.back() = from + "(";
    for (const std::string& name : together) lines.push_back("    " + name + ",");
    lines.emplace_back(")");
  }
  return lines;
}

std::vector<Argument> custom_arguments(const model::Layer& layer) {
  if (layer.kind == model::LayerKind::CustomShape) {
    if (custom_name(layer) != "CustomShape") return {};
    return {literal(std::get<model::AnyValue>(layer.attributes.at(model::Parameter::layer).value))};
  }
  std::vector<Argument> arguments;
  std::vector<Argument> named;
  for (const auto& [name, value] : layer.parts->custom->arguments) {
    name.empty() ? arguments.emplace_back(literal(value)) : named.emplace_back(name, literal(value));
  }
  arguments.insert(arguments.end(), named.begin(), named.end());
  return arguments;
}

std::vector<std::string> unusable_arguments(const model::Layer& layer) {
  std::vector<std::string> unusable;
  if (layer.kind != model::LayerKind::Custom) return unusable;
  for (const auto& [name, value] : layer.parts->custom->arguments) {
    if (!name.empty() && !is_python_name(name)) unusable.push_back(name);
  }
  return unusable;
}

Expression with_expected_shape(const Expression& value, const model::Layer& layer) {
  return Expression::call("expect_shape", {value, python_shape(layer.output), python_string(layer.name)});
}

std::string expect_shape_function(std::string_view tensor_type) {
  return fmt::format(
      R"(def expect_shape(x: {0}, shape: tuple[int | None, ...], layer: str) -> {0}:
    """x as it is, once each sample has the shape by which the network was checked; None is any size."""
    sizes = tuple(x.shape[1:])
    if sizes != shape:
        fits = all(None in pair or pair[0] == pair[1] for pair in zip(sizes, shape, strict=False))
        if len(sizes) != len(shape) or not fits:
            raise ValueError(f"{{layer}} gives {{sizes}} of each sample, by the network it is {{shape}}")
    return x
)",
      tensor_type);
}

}  // namespace neural::emit
