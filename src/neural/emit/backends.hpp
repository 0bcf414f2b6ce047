// The backends there are, as one list: the command line, Python and the tests read it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/emit/text/options.hpp"
#include "neural/emit/text/output.hpp"
#include "neural/model/model.hpp"
#include "neural/syntax/diagnostics.hpp"

namespace neural::emit {

struct Backend {
  std::string_view name;    ///< "pytorch": what `--backend` takes and default file names end in
  std::string_view title;   ///< "PyTorch": what people read
  std::string_view ending;  ///< of the file: ".py" of a program, ".onnx" of a graph with its weights
  std::optional<Output> (*emit)(const model::Model&, const Options&, syntax::DiagnosticList&);
  /// The names of the changes that -O2 may make to the network's program, "threads" without its number; null where
  /// there is no level.
  std::vector<std::string> (*changes)(const model::Model&);
};

std::span<const Backend> backends();

/// True if what it emits is a program that trains.
inline bool is_program(const Backend& backend) {
  return backend.ending == ".py";
}

/// The changes of -O2 that the texts name. An error, kUsage, for one that is none of Backend::changes.
Expected<Changes> read_changes(const Backend& backend, const model::Model& model, std::span<const std::string> texts);

/// Null if there is none of that name.
const Backend* find_backend(std::string_view name);

}  // namespace neural::emit
