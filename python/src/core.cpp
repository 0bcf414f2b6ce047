// neural._core: the compiler as Python sees it. Thin: plain strings in, plain strings and JSON out; the package's own
// modules turn them into exceptions and dictionaries.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <optional>
#include <string>
#include <tuple>

#include "neural/base/hashes.hpp"
#include "neural/base/json.hpp"
#include "neural/describe/describe.hpp"
#include "neural/emit/backends.hpp"
#include "neural/estimate/outline.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace nb = nanobind;

namespace neural {
namespace {

/// What a call found: its result if there is one, the diagnostics as JSON, and the same as text.
using Outcome = std::tuple<std::optional<std::string>, std::string, std::string>;

/// A checked source with the network a caller asked for.
struct Checked {
  syntax::SourceText source;
  syntax::DiagnosticList diagnostics;
  std::vector<std::string> names;
  std::vector<std::optional<model::Model>> networks;

  Checked(const std::string& text, const std::string& file_name) : source(file_name, text) {
    const syntax::File tree = syntax::parse_file(source, diagnostics);
    for (const syntax::Network& network : tree.networks) names.push_back(network.name.text);
    networks = model::check_file(tree, source, diagnostics);
  }

  /// The first network, or the first one called `name`. Null if it has errors.
  const model::Model* find(const std::string& name) const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (name.empty() || names[i] == name) return networks[i] ? &*networks[i] : nullptr;
    }
    if (!name.empty()) throw nb::value_error(("no network is called " + name).c_str());
    return nullptr;
  }

  Outcome outcome(std::optional<std::string> result) const {
    return {std::move(result), compact_json(render_json(source, diagnostics)), render_text(source, diagnostics)};
  }
};

Outcome check(const std::string& text, const std::string& file_name) {
  return Checked(text, file_name).outcome({});
}

Outcome inspect(const std::string& text, const std::string& file_name, const std::string& network) {
  const Checked checked(text, file_name);
  const model::Model* model = checked.find(network);
  if (model == nullptr || checked.diagnostics.has_errors()) return checked.outcome({});
  return checked.outcome(describe::json_text(estimate::outline_of(*model), checked.source));
}

Outcome compile(const std::string& text, const std::string& file_name, const std::string& network,
                const std::string& backend_name, int level, bool validate) {
  const emit::Backend* backend = emit::find_backend(backend_name);
  if (backend == nullptr) throw nb::value_error(("no backend is called " + backend_name).c_str());
  if (level != 0 && level != 1) throw nb::value_error("level must be 0 or 1");
  Checked checked(text, file_name);
  const model::Model* model = checked.find(network);
  if (model == nullptr || checked.diagnostics.has_errors()) return checked.outcome({});
  const emit::Options options = {.level = level == 0 ? emit::Level::kO0 : emit::Level::kO1,
                                 .validate = validate,
                                 .source_name = file_name,
                                 .source_sha256 = sha256(text),
                                 .version = NEURAL_VERSION};
  return checked.outcome(backend->emit(*model, options, checked.diagnostics));
}

}  // namespace
}  // namespace neural

NB_MODULE(_core, m) {
  m.attr("version") = NEURAL_VERSION;
  m.def("check", &neural::check, nb::arg("text"), nb::arg("file_name"));
  m.def("inspect", &neural::inspect, nb::arg("text"), nb::arg("file_name"), nb::arg("network"));
  m.def("compile", &neural::compile, nb::arg("text"), nb::arg("file_name"), nb::arg("network"), nb::arg("backend"),
        nb::arg("level"), nb::arg("validate"));
}
