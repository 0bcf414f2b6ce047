#include "neural/emit/onnx/onnx.hpp"

#include <fmt/format.h>

#include <memory>

#include "neural/base/text.hpp"
#include "neural/emit/onnx/lowering.hpp"
#include "neural/emit/text/scope.hpp"
#include "neural/weights/initial_weights.hpp"

namespace neural::emit {
namespace {

using namespace onnx;  // NOLINT(google-build-using-namespace)

constexpr std::string_view kOutput = "outputs";

/// "batch" and the sizes of a sample; those that are not known are called "image_2".
ValueInfo info_of(const std::string& name, const model::Shape& shape, ElementType type) {
  ValueInfo info = {name, type, true, {"batch"}};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis]) {
      info.shape.emplace_back(*shape[axis]);
    } else {
      info.shape.emplace_back(fmt::format("{}_{}", name, axis + 1));
    }
  }
  return info;
}

/// What the bytes of the output are borrowed from.
struct Emitted {
  weights::Weights initial;
  File file;
};

/// A file of Protocol Buffers holds less than 2 GiB; some of it is the graph.
constexpr std::int64_t kMostWeights = (std::int64_t{1} << 29) - (1 << 20);

bool is_too_large(const model::Model& model, syntax::DiagnosticList& diagnostics) {
  if (model.parameter_count() <= kMostWeights) return false;
  diagnostics.add(
      syntax::Code::E701, model.span,
      fmt::format("a network of {} weights cannot be expressed in ONNX", with_thousands(model.parameter_count())),
      "a file of ONNX holds 2 GiB, which is half a billion of them; use `--backend pytorch` or "
      "`--backend tensorflow`");
  return true;
}

}  // namespace

std::optional<Output> emit_onnx(const model::Model& model, const Options& options,
                                syntax::DiagnosticList& diagnostics) {
  if (!is_in_scope_of_graphs(model, "ONNX", diagnostics) || is_too_large(model, diagnostics)) return std::nullopt;
  const std::size_t errors = diagnostics.error_count();
  const auto seed = static_cast<std::uint64_t>(model.training.seed.value_or(0));
  const auto emitted = std::make_shared<Emitted>();
  if (options.weights == nullptr) emitted->initial = weights::initial_weights(model, seed);
  GraphBuilder builder(options.weights == nullptr ? emitted->initial : *options.weights, diagnostics);
  std::vector<Value> inputs;
  File& file = emitted->file;
  std::vector<ValueInfo> infos;
  for (const model::Input& input : model.inputs) {
    inputs.push_back({.name = builder.fresh(input.name), .rank = input.shape.size(), .is_integer = input.is_integer});
    infos.push_back(
        info_of(inputs.back().name, input.shape, input.is_integer ? ElementType::kInt64 : ElementType::kFloat));
  }
  const std::string output = builder.fresh(kOutput);
  Value result = builder.declared(lower_graph(builder, model.layers, std::move(inputs)));
  if (diagnostics.error_count() > errors) return std::nullopt;
  if (model.training.mixed_precision) {
    diagnostics.add(syntax::Code::W702, model.span_of("mixed_precision"),
                    "`mixed_precision` deviates in ONNX: the graph computes in float32, which is more exact",
                    "there is nothing to do, unless the speed of float16 is wanted");
  }
  builder.add_as(output, "Identity", {result.name});

  file.graph = builder.take();
  file.graph.name = model.name;
  file.graph.inputs = std::move(infos);
  file.graph.outputs = {info_of(output, model.output(), ElementType::kFloat)};
  file.producer_version = options.version;
  file.metadata = {{"source", options.source_name},
                   {"source_sha256", options.source_sha256},
                   {"defaults", std::string(semantics_title(model.semantics))}};
  return Output(serialised(file), emitted);
}

}  // namespace neural::emit
