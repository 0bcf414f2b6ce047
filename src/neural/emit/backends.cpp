#include "neural/emit/backends.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "neural/base/text.hpp"
#include "neural/emit/onnx/onnx.hpp"
#include "neural/emit/pytorch/pytorch.hpp"
#include "neural/emit/tensorflow/tensorflow.hpp"

namespace neural::emit {
namespace {

using EmitProgram = std::optional<std::string> (*)(const model::Model&, const Options&, syntax::DiagnosticList&);

template <EmitProgram emit_program>
std::optional<Output> as_output(const model::Model& model, const Options& options,
                                syntax::DiagnosticList& diagnostics) {
  std::optional<std::string> program = emit_program(model, options, diagnostics);
  return program ? std::optional<Output>(std::move(*program)) : std::nullopt;
}

constexpr std::array kBackends = {
    Backend{"tensorflow", "TensorFlow", ".py", as_output<emit_tensorflow>, changes_of_tensorflow},
    Backend{"pytorch", "PyTorch", ".py", as_output<emit_pytorch>, changes_of_pytorch},
    Backend{"onnx", "ONNX", ".onnx", emit_onnx, nullptr},
};

}  // namespace

std::span<const Backend> backends() {
  return kBackends;
}

Expected<Changes> read_changes(const Backend& backend, const model::Model& model, std::span<const std::string> texts) {
  const std::vector<std::string> possible = backend.changes(model);
  Changes changes;
  for (const std::string& text : texts) {
    const std::string name = text.substr(0, text.find('='));
    const bool is_possible = std::find(possible.begin(), possible.end(), name) != possible.end();
    if (is_possible && add_change(changes, text)) continue;
    return fail(
        ErrorCode::kUsage,
        fmt::format("`{}` is no change of -O2 for this network on {}", printable(text), backend.title),
        fmt::format("there are: {}=N, of 1 to {}", join(possible, ", "), kMostThreads));  // threads are the last
  }
  return changes;
}

const Backend* find_backend(std::string_view name) {
  for (const Backend& backend : kBackends) {
    if (backend.name == name) return &backend;
  }
  return nullptr;
}

}  // namespace neural::emit
