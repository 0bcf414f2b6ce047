// neural._core: the compiler as Python sees it. Thin: plain strings in, plain strings and JSON out; the package's own
// modules turn them into exceptions and dictionaries.
#include "engine.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "neural/base/hashes.hpp"
#include "neural/base/json.hpp"
#include "neural/base/text.hpp"
#include "neural/choose/choose.hpp"
#include "neural/describe/describe.hpp"
#include "neural/emit/backends.hpp"
#include "neural/estimate/outline.hpp"
#include "neural/model/check.hpp"
#include "neural/model/research.hpp"
#include "neural/model/torch_defaults.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/weights/safetensors.hpp"

namespace nb = nanobind;

namespace neural {
namespace {

/// What a call found: its result if there is one, the diagnostics as JSON, and the same as text.
using Outcome = std::tuple<std::optional<std::string>, std::string, std::string>;

/// (name, value) of what a program searches over; the name "defaults" stands for all that is not named.
using Choices = std::vector<std::pair<std::string, std::string>>;

/// A checked source with the network a caller asked for.
struct Checked {
  syntax::SourceText source;
  syntax::DiagnosticList diagnostics;
  std::vector<std::string> addresses;
  std::vector<std::optional<model::Model>> networks;
  std::map<std::string, std::vector<model::ResearchResult>> research;  ///< by the networks' names
  std::string sha;                                                     ///< of the text as it was given
  std::vector<std::string> chosen;                                     ///< as emit::Options has it

  Checked(const std::string& text, const std::string& file_name) : source(file_name, text), sha(sha256(text)) {
    check();
  }

  /// Puts values in the place of the network's searches.
  void choose(const std::string& network, const Choices& choices) {
    const model::Model* model = find(network);
    if (model == nullptr || diagnostics.has_errors()) return;
    choose::Given given;
    for (const auto& [name, value] : choices) {
      if (name == "defaults") {
        given.defaults = true;
      } else {
        given.choices.push_back({name, value});
      }
    }
    auto result = choose::choose(source, choose::space_of(source, model->search), given);
    if (!result) throw nb::value_error((result.error().message + "; " + result.error().help).c_str());
    source = syntax::SourceText(source.name(), std::move(result->text));
    for (const choose::Choice& each : result->choices) chosen.push_back(each.name + " = " + each.value);
    diagnostics = {};
    check();
  }

  void check() {
    const syntax::File tree = syntax::parse_file(source, diagnostics);
    addresses = model::network_addresses(tree);
    networks = model::check_file(tree, source, diagnostics);
    research = model::research_by_network(tree);
  }

  /// The first network, or the one with this address: "Name", or "Name#2". Null if it has errors.
  const model::Model* find(const std::string& address) const {
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      if (address.empty() || addresses[i] == address) return networks[i] ? &*networks[i] : nullptr;
    }
    if (!address.empty()) throw nb::value_error(("no network is called " + address).c_str());
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

model::Semantics semantics_of(const std::string& name) {
  if (name == "keras") return model::Semantics::kKeras;
  if (name == "torch") return model::Semantics::kTorch;
  throw nb::value_error("semantics must be \"keras\" or \"torch\"");
}

/// Of pairs of a layer and "module:Class".
std::vector<emit::CustomClass> custom_classes(const Choices& custom, const model::Model& model, bool is_chosen) {
  std::vector<std::string> words;
  for (const auto& [layer, name] : custom) words.push_back(layer + "=" + name);
  auto classes = emit::read_custom_classes(words, model, is_chosen);
  if (!classes) throw nb::value_error((classes.error().message + "; " + classes.error().help).c_str());
  return std::move(*classes);
}

/// The text of the source with values in the place of the network's searches.
Outcome choose_text(const std::string& text, const std::string& file_name, const std::string& network,
                    const Choices& choices) {
  Checked checked(text, file_name);
  checked.choose(network, choices);
  const model::Model* model = checked.find(network);
  if (model == nullptr || checked.diagnostics.has_errors()) return checked.outcome({});
  return checked.outcome(std::string(checked.source.text()));
}

/// What the network searches over, as JSON.
Outcome search_space(const std::string& text, const std::string& file_name, const std::string& network) {
  const Checked checked(text, file_name);
  const model::Model* model = checked.find(network);
  if (model == nullptr || checked.diagnostics.has_errors()) return checked.outcome({});
  Json space = to_json(checked.source, choose::space_of(checked.source, model->search));
  space["method"] = model->training.search_method;
  space["trials"] = model->training.trials;
  space["network"] = network.empty() ? model->name : network;
  return checked.outcome(compact_json(space));
}

emit::Level level_of(int level) {
  if (level == 2) return emit::Level::kO2;
  return level == 0 ? emit::Level::kO0 : emit::Level::kO1;
}

Outcome compile(const std::string& text, const std::string& file_name, const std::string& network,
                const std::string& backend_name, int level, bool validate, const Choices& choices,
                const std::string& semantics, const Choices& custom, bool allow_python_lambda,
                const std::vector<std::string>& change_names, bool strict) {
  const emit::Backend* backend = emit::find_backend(backend_name);
  if (backend == nullptr) {
    throw nb::value_error(("no backend is called " + as_code(backend_name) +
                           "; there are pytorch and tensorflow, and " + "compile_onnx for onnx")
                              .c_str());
  }
  if (!is_program(*backend)) {
    throw nb::value_error(("no program is made for " + backend_name + "; compile_onnx gives the file").c_str());
  }
  if (level < 0 || level > 2) throw nb::value_error("level must be 0, 1 or 2");
  if ((level == 2) == change_names.empty()) {
    throw nb::value_error("level 2 takes `changes`, and no other level does; `neural compile -O2` measures them");
  }
  Checked checked(text, file_name);
  if (!choices.empty()) checked.choose(network, choices);
  const model::Model* model = checked.find(network);
  if (model == nullptr || checked.diagnostics.has_errors()) return checked.outcome({});
  const auto changes = emit::read_changes(*backend, *model, change_names);
  if (!changes) throw nb::value_error((changes.error().message + "; " + changes.error().help).c_str());
  const emit::Options options = {.level = level_of(level),
                                 .changes = *changes,
                                 .strict = strict,
                                 .validate = validate,
                                 .source_name = file_name,
                                 .source_sha256 = checked.sha,
                                 .version = NEURAL_VERSION,
                                 .research = checked.research.at(model->name),
                                 .chosen = checked.chosen,
                                 .custom = custom_classes(custom, *model, !choices.empty()),
                                 .allow_python_lambda = allow_python_lambda};
  const auto program = backend->emit(with_defaults_of(semantics_of(semantics), *model), options, checked.diagnostics);
  return checked.outcome(program ? std::optional(program->text()) : std::nullopt);
}

/// The bytes of an ONNX file; `weights` is the path of a weight file, or empty.
std::tuple<std::optional<nb::bytes>, std::string, std::string> compile_onnx(
    const std::string& text, const std::string& file_name, const std::string& network, const std::string& weights,
    const Choices& choices, const std::string& semantics) {
  Checked checked(text, file_name);
  if (!choices.empty()) checked.choose(network, choices);
  const auto outcome = [&](std::optional<nb::bytes> result) {
    auto [none, json, rendered] = checked.outcome({});
    return std::make_tuple(std::move(result), std::move(json), std::move(rendered));
  };
  const model::Model* model = checked.find(network);
  if (model == nullptr || checked.diagnostics.has_errors()) return outcome({});
  emit::Options options = {.source_name = file_name, .source_sha256 = checked.sha, .version = NEURAL_VERSION};
  weights::Weights given;
  if (!weights.empty()) {
    auto read = weights::read_weights(weights, *model);
    if (!read) throw std::runtime_error(read.error().message + "; " + read.error().help);
    given = std::move(*read);
    options.weights = &given;
  }
  const auto file =
      emit::find_backend("onnx")->emit(with_defaults_of(semantics_of(semantics), *model), options, checked.diagnostics);
  if (!file) return outcome({});
  const std::string bytes = file->text();
  return outcome(nb::bytes(bytes.data(), bytes.size()));
}

}  // namespace
}  // namespace neural

NB_MODULE(_core, m) {
  m.attr("version") = NEURAL_VERSION;
  m.def("check", &neural::check, nb::arg("text"), nb::arg("file_name"));
  m.def("inspect", &neural::inspect, nb::arg("text"), nb::arg("file_name"), nb::arg("network"));
  m.def("compile", &neural::compile, nb::arg("text"), nb::arg("file_name"), nb::arg("network"), nb::arg("backend"),
        nb::arg("level"), nb::arg("validate"), nb::arg("choices"), nb::arg("semantics"), nb::arg("custom"),
        nb::arg("allow_python_lambda"), nb::arg("changes"), nb::arg("strict"));
  m.def("compile_onnx", &neural::compile_onnx, nb::arg("text"), nb::arg("file_name"), nb::arg("network"),
        nb::arg("weights"), nb::arg("choices"), nb::arg("semantics"));
  m.def("choose", &neural::choose_text, nb::arg("text"), nb::arg("file_name"), nb::arg("network"), nb::arg("choices"));
  m.def("search_space", &neural::search_space, nb::arg("text"), nb::arg("file_name"), nb::arg("network"));
  neural::bind_engine(m);
}
