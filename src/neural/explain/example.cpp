#include "neural/explain/example.hpp"

#include <fmt/format.h>

#include "neural/base/check.hpp"
#include "neural/base/hashes.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::explain {
namespace {

constexpr const char* kFileName = "model.neural";

void compile(const model::Model& model, std::string_view backend_name, Example& example) {
  const emit::Backend* backend = emit::find_backend(backend_name);
  NEURAL_CHECK(backend != nullptr, "an example for an unknown backend");
  const emit::Options options = {
      .source_name = kFileName, .source_sha256 = sha256(example.source.text()), .version = "0.0.0"};
  backend->emit(model, options, example.diagnostics);
}

}  // namespace

Example run_example(std::string_view program, std::string_view backend) {
  Example example{backend.empty() ? fmt::format("neural check {}", kFileName)
                                  : fmt::format("neural compile {} --backend {}", kFileName, backend),
                  syntax::SourceText(kFileName, std::string(program)),
                  {}};
  const syntax::File tree = syntax::parse_file(example.source, example.diagnostics);
  const auto networks = model::check_file(tree, example.source, example.diagnostics);
  const bool is_sound = !networks.empty() && networks.front() && !example.diagnostics.has_errors();
  if (is_sound && !backend.empty()) compile(*networks.front(), backend, example);
  return example;
}

Example wrong_example(const syntax::Explanation& explanation) {
  Example example = run_example(explanation.wrong, explanation.backend);
  if (explanation.code == syntax::Code::W702) example.command += " --report-deviations";
  return example;
}

Example right_example(const syntax::Explanation& explanation) {
  return run_example(right_program(explanation), explanation.backend);
}

}  // namespace neural::explain
