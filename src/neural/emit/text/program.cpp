#include "neural/emit/text/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "neural/base/text.hpp"
#include "neural/emit/text/data_functions.hpp"
#include "neural/emit/text/literals.hpp"
#include "neural/emit/text/research.hpp"

namespace neural::emit {
namespace {

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kO0:
      return "O0";
    case Level::kO1:
      return "O1";
    case Level::kO2:
      return "O2";
  }
  return "?";
}

bool is_probability(std::optional<model::Activation> activation) {
  return activation == model::Activation::softmax || activation == model::Activation::sigmoid;
}

/// The activation at the end of the network, whether or not the loss has taken it over.
std::optional<model::Activation> last_activation(const model::Model& model) {
  if (model.loss.fused) return model.loss.fused;
  const model::Attributes& attributes = model.layers.back().attributes;
  for (const auto parameter : {model::Parameter::activation, model::Parameter::function}) {
    if (!attributes.has(parameter)) continue;
    if (const auto* activation = std::get_if<model::Activation>(&attributes.at(parameter).value)) return *activation;
  }
  if (model.layers.back().kind == model::LayerKind::Softmax) return model::Activation::softmax;
  return std::nullopt;
}

/// How many ids each input has: the fewest of the Embeddings that stand directly on it; 0 where none does.
std::vector<std::int64_t> counts_of_ids(const model::Model& model) {
  std::vector<std::int64_t> counts(model.inputs.size());
  for (const model::Layer& layer : model.layers) {
    if (layer.kind != model::LayerKind::Embedding) continue;
    const std::size_t input = layer.inputs.front().index;
    if (input >= counts.size()) continue;
    const std::int64_t count = layer.attributes.integer(model::Parameter::input_dim);
    counts[input] = counts[input] == 0 ? count : std::min(counts[input], count);
  }
  return counts;
}

/// What `check_inputs` holds ids against: one number, or those of the inputs that have some.
void write_ids(PythonWriter& writer, const model::Model& model) {
  if (!looks_up_ids(model)) return;
  const std::vector<std::int64_t> counts = counts_of_ids(model);
  if (!has_several_inputs(model)) return writer.line(fmt::format("IDS = {}", counts.front()));
  std::vector<Argument> entries;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) entries.emplace_back(python_string(model.inputs[i].name), std::to_string(counts[i]));
  }
  writer.statement("IDS = ", Expression::dictionary(std::move(entries)));
}

bool has_classes(const model::Model& model) {
  return model.targets == model::TargetKind::kClasses || model.targets == model::TargetKind::kOneHot;
}

std::string target_word(model::TargetKind kind) {
  switch (kind) {
    case model::TargetKind::kClasses:
      return "classes";
    case model::TargetKind::kOneHot:
    case model::TargetKind::kBinary:
      return "labels";
    case model::TargetKind::kValues:
      break;
  }
  return "values";
}

std::optional<model::MetricKind> accuracy_of(model::TargetKind kind) {
  switch (kind) {
    case model::TargetKind::kClasses:
      return model::MetricKind::sparse_categorical_accuracy;
    case model::TargetKind::kOneHot:
      return model::MetricKind::categorical_accuracy;
    case model::TargetKind::kBinary:
      return model::MetricKind::binary_accuracy;
    case model::TargetKind::kValues:
      break;
  }
  return std::nullopt;
}

/// How a command names the program: by its file, where that is known and a shell reads it as it stands.
std::string_view file_word(std::string_view output_name) {
  const bool is_plain = std::all_of(output_name.begin(), output_name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-' || c == '+';
  });
  return output_name.empty() || output_name.front() == '-' || !is_plain ? "THIS_FILE" : output_name;
}

/// "image float32 [n, 28, 28, 1], text int64 [n, 80]".
std::string shapes_by_name(const model::Model& model, bool with_types) {
  std::vector<std::string> texts;
  for (const model::Input& input : model.inputs) {
    texts.push_back(docstring_text(input.name) + (with_types ? fmt::format(" {}", type_of(input)) : "") + " " +
                    batch_shape(input.shape));
  }
  return join(texts, ", ");
}

Expression shape_tuple(const model::Shape& shape) {
  std::vector<Argument> elements;
  for (const model::Dimension& dimension : shape) elements.push_back(dimension ? std::to_string(*dimension) : "None");
  return Expression::tuple(std::move(elements));
}

/// A sentence with a list in it, in lines that end behind commas.
void write_list(PythonWriter& writer, std::string text) {
  while (text.size() > kLineLength) {
    const std::size_t end = text.rfind(", ", kLineLength - 1);
    if (end == std::string::npos) break;
    writer.line(text.substr(0, end + 1));
    text.erase(0, end + 2);
  }
  writer.line(text);
}

/// What -O2 changed, and what was measured of it.
void write_changes(PythonWriter& writer, const Options& options) {
  writer.blank();
  writer.line(options.changes.empty()
                  ? "Nothing is changed for speed."
                  : fmt::format("Changed for speed, by rounding only: {}.", join(names_of(options.changes), ", ")));
  for (const std::string& each : options.measured) write_list(writer, docstring_text(each, 2 * kLineLength));
}

}  // namespace

bool has_several_inputs(const model::Model& model) {
  return model.inputs.size() > 1;
}

bool looks_up_ids(const model::Model& model) {
  return std::any_of(model.layers.begin(), model.layers.end(), [&](const model::Layer& layer) {
    return layer.kind == model::LayerKind::Embedding && layer.inputs.front().index < model.inputs.size();
  });
}

std::string_view data_type(const model::Model& model) {
  return has_several_inputs(model) ? "dict[str, np.ndarray]" : "np.ndarray";
}

std::string_view type_of(const model::Input& input) {
  return input.is_integer ? "int64" : "float32";
}

Program describe(const model::Model& model, const Options& options, std::string_view backend, std::string_view title) {
  const bool classes = model.targets == model::TargetKind::kClasses;
  const model::Input& first = model.inputs.front();
  const bool is_image = !has_several_inputs(model) && first.shape.size() == 3 && !first.is_integer;
  return {model, options, backend, title,
          Words{.inputs = is_image ? "images" : "inputs",
                .input_type = std::string(type_of(first)),
                .input_shape =
                    has_several_inputs(model) ? "(" + shapes_by_name(model, false) + ")" : batch_shape(first.shape),
                .targets = target_word(model.targets),
                .target_type = classes ? "int64" : "float32",
                .target_shape = batch_shape(target_shape(model)),
                .outputs = is_probability(last_activation(model)) ? "probabilities" : "predictions",
                .output_shape = batch_shape(model.output())}};
}

model::Shape target_shape(const model::Model& model) {
  model::Shape shape = model.output();
  if (model.targets == model::TargetKind::kClasses) shape.pop_back();
  return shape;
}

std::string batch_shape(const model::Shape& shape) {
  std::string text = "[n";
  for (const model::Dimension& dimension : shape) text += ", " + (dimension ? std::to_string(*dimension) : "any");
  return text + "]";
}

std::vector<NamedMetric> evaluated_metrics(const model::Model& model) {
  using model::MetricKind;
  std::vector<NamedMetric> metrics;
  const auto add = [&](const std::string& name, const NamedMetric& metric) {
    const auto is_taken = [&](const std::string& text) {
      return std::any_of(metrics.begin(), metrics.end(), [&](const NamedMetric& each) { return each.name == text; });
    };
    metrics.push_back(metric);
    std::string unique = name;
    for (int i = 1; is_taken(unique); ++i) unique = fmt::format("{}_{}", name, i);
    metrics.back().name = unique;
  };
  const auto accuracy = accuracy_of(model.targets);
  if (accuracy) add("accuracy", {.name = {}, .kind = *accuracy});
  for (const model::Metric& metric : model.metrics) {
    const auto* kind = std::get_if<MetricKind>(&metric.kind);
    if (kind != nullptr && accuracy == *kind) continue;
    const bool is_accuracy =
        kind != nullptr && (*kind == MetricKind::binary_accuracy || *kind == MetricKind::categorical_accuracy ||
                            *kind == MetricKind::sparse_categorical_accuracy);
    add(is_accuracy && metrics.empty() ? "accuracy" : std::string(metric.name()),
        {.name = {}, .kind = metric.kind, .parameters = metric.parameters, .span = metric.span});
  }
  return metrics;
}

bool converts_targets(const model::Model& model) {
  return model.targets != model::TargetKind::kClasses;
}

void write_docstring(PythonWriter& writer, const Program& program, std::span<const std::string> notes,
                     std::span<const std::string> deviations) {
  const Options& options = program.options;
  const Words& words = program.words;
  const std::string level(level_name(options.level));
  const std::string what =
      fmt::format("\"\"\"{} for {}, level {};", docstring_text(program.model.name), program.title, level);
  const std::string origin =
      fmt::format("generated by neural {} from {} (sha256 {}).", docstring_text(options.version),
                  docstring_text(options.source_name), docstring_text(options.source_sha256, 12));
  writer.line(what + (what.size() + origin.size() < kLineLength ? " " : "\n") + origin);
  writer.blank();
  const std::string inputs = has_several_inputs(program.model)
                                 ? shapes_by_name(program.model, true)
                                 : fmt::format("{} {} {}", words.inputs, words.input_type, words.input_shape);
  const std::string takes =
      fmt::format("Takes {} and {} {} {}; {} parameters.", inputs, words.targets, words.target_type, words.target_shape,
                  with_thousands(program.model.parameter_count()));
  write_list(writer, takes);
  if (!options.chosen.empty()) {
    std::vector<std::string> texts;
    for (const std::string& each : options.chosen) texts.push_back(docstring_text(each, kLineLength));
    write_list(writer, fmt::format("Chosen: {}.", join(texts, ", ")));
  }
  writer.line(fmt::format("What the file leaves open is as in {}.", semantics_title(program.model.semantics)));
  if (program.model.training.dataset && !finds_data(program.model)) {
    writer.line(fmt::format("The source names the data set `{}`: its arrays are given with --data.",
                            docstring_text(*program.model.training.dataset)));
  }
  for (const std::string& note : notes) writer.line(note);
  if (!deviations.empty()) {
    writer.blank();
    writer.line("Not to the last bit as in Keras:");
    for (const std::string& deviation : deviations) writer.line("- " + deviation + ".");
  }
  if (options.level == Level::kO2) write_changes(writer, options);
  writer.blank();
  writer.line(fmt::format("    python {} --epochs {}{}", file_word(options.output_name), program.model.training.epochs,
                          finds_data(program.model)  ? ""
                          : reads_idx(program.model) ? " --data FOLDER"
                                                     : " --data FILE.npz"));
  writer.line("\"\"\"");
}

void write_imports(PythonWriter& writer, const Program& program, std::span<const std::string_view> standard,
                   std::span<const std::string_view> third_party, std::span<const std::string> own) {
  std::vector<std::string_view> modules = {"argparse", "time", "zipfile", "zlib"};
  if (reads_idx(program.model)) modules.push_back("gzip");
  if (finds_data(program.model)) modules.push_back("os");
  std::vector<std::string_view> names = {"from pathlib import Path"};
  for (const std::string_view each : standard) (each.starts_with("from ") ? names : modules).push_back(each);
  std::sort(modules.begin(), modules.end());
  modules.erase(std::unique(modules.begin(), modules.end()), modules.end());

  writer.block("\n\nfrom __future__ import annotations\n\n");
  for (const std::string_view module : modules) writer.line("import " + std::string(module));
  std::sort(names.begin(), names.end());
  for (const std::string_view name : names) writer.line(name);
  writer.blank();
  for (const std::string_view line : third_party) writer.line(line);
  if (!own.empty()) writer.blank();
  for (const std::string& line : own) writer.line(line);
}

void write_constants(PythonWriter& writer, const Program& program) {
  const model::Model& model = program.model;
  const model::Training& training = model.training;
  const auto constant = [&](std::string_view name, const Expression& value) {
    writer.statement(std::string(name) + " = ", value);
  };
  constant("BACKEND", python_string(program.backend));
  constant("LEVEL", python_string(level_name(program.options.level)));
  if (has_several_inputs(model)) {
    std::vector<Argument> shapes;
    std::vector<Argument> types;
    for (const model::Input& input : model.inputs) {
      shapes.emplace_back(python_string(input.name), shape_tuple(input.shape));
      types.emplace_back(python_string(input.name), python_string(type_of(input)));
    }
    constant("INPUT_SHAPES", Expression::dictionary(std::move(shapes)));
    constant("INPUT_TYPES", Expression::dictionary(std::move(types)));
  } else {
    constant("INPUT_SHAPE", shape_tuple(model.inputs.front().shape));
  }
  if (program.options.validate) write_ids(writer, model);
  if (has_classes(model)) constant("CLASSES", std::to_string(*model.output().back()));
  if (!target_shape(model).empty()) constant("TARGET_SHAPE", shape_tuple(target_shape(model)));
  constant("EPOCHS", std::to_string(training.epochs));
  constant("BATCH_SIZE", std::to_string(training.batch_size));
  if (training.seed) constant("SEED", std::to_string(*training.seed));
  if (training.validation_split > 0) constant("VALIDATION_SPLIT", python_number(training.validation_split));
  if (training.save_path) constant("SAVE_PATH", python_string(*training.save_path));
  write_research_constant(writer, program);
}

}  // namespace neural::emit
