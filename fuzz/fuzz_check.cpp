// Any bytes through the whole front end, and what comes out of it through every backend.
#include <algorithm>

#include "model_rules.hpp"
#include "neural/base/check.hpp"
#include "neural/base/text.hpp"
#include "neural/describe/describe.hpp"
#include "neural/draw/draw.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"
#include "support.hpp"

namespace neural::fuzz {
namespace {

using model::Model;
using syntax::DiagnosticList;
using syntax::File;
using syntax::SourceText;

/// More than these are nothing new to a backend.
constexpr std::size_t kMostEmitted = 200;

void require_descriptions(const Model& model, const SourceText& source) {
  const estimate::Outline outline = estimate::outline_of(model);
  const std::string json = describe::json_text(outline, source);
  NEURAL_CHECK(Json::accept(json), "a description is not JSON");
  for (const std::string& text : {json, describe::as_table(outline, {}), describe::as_table(outline, {.width = 60}),
                                  describe::as_dot(outline), draw::as_svg(outline, {})}) {
    NEURAL_CHECK(is_utf8(text), "a description is not UTF-8");
    NEURAL_CHECK(text.find_first_of(std::string_view("\0\r\x1b", 3)) == std::string::npos,
                 "a description holds control characters");
  }
}

/// What is refused at one level is refused at the other.
void emit(const Model& model, const SourceText& source) {
  constexpr std::int64_t kMostWeights = 1'000'000;  // a graph holds them all
  for (const emit::Backend& backend : emit::backends()) {
    if (!is_program(backend) && model.parameter_count() > kMostWeights) continue;
    std::optional<bool> is_emitted;
    for (const emit::Level level : {emit::Level::kO0, emit::Level::kO1}) {
      const emit::Options options = {
          .level = level, .source_name = source.name(), .source_sha256 = "0", .version = "0"};
      DiagnosticList diagnostics;
      const auto program = backend.emit(model, options, diagnostics);
      NEURAL_CHECK(program.has_value() != diagnostics.has_errors(), "a program comes without errors, and only then");
      if (!is_program(backend)) continue;
      const std::string text = program ? program->text() : std::string();
      NEURAL_CHECK(is_utf8(text), "a program is not UTF-8");
      NEURAL_CHECK(text.find_first_of(std::string_view("\0\r\x1b\x7f", 4)) == std::string::npos,
                   "a program holds control characters");
      NEURAL_CHECK(!is_emitted || *is_emitted == program.has_value(), "only one of the levels is refused");
      is_emitted = program.has_value();
      require_sound(source, diagnostics);
    }
  }
}

/// The entry points for fragments, on the parts of the file.
void check_parts(const SourceText& source) {
  DiagnosticList diagnostics;
  const File file = parse_file(source, diagnostics);
  model::check_macros(file.macros, source, diagnostics);
  for (const syntax::Network& network : file.networks) {
    model::check_network(network, source, diagnostics);
    for (const syntax::Item& item : network.layers) model::check_layer(item, source, diagnostics);
  }
  for (const syntax::Research& research : file.research) model::check_research(research, source, diagnostics);
  require_sound(source, diagnostics);
}

bool run(const SourceText& source) {
  DiagnosticList diagnostics;
  const File file = parse_file(source, diagnostics);
  if (!is_cheap_to_expand(file, source)) return false;
  const auto models = model::check_file(file, source, diagnostics);
  NEURAL_CHECK(models.size() == file.networks.size(), "one entry a network");
  const bool all_there = std::all_of(models.begin(), models.end(), [](const auto& model) { return model.has_value(); });
  NEURAL_CHECK(all_there || diagnostics.has_errors(), "a network without a Model is reported");
  require_sound(source, diagnostics);
  for (const std::optional<Model>& model : models) {
    if (!model) continue;
    require_sound(*model);
    require_descriptions(*model, source);
    if (layer_count(*model) <= kMostEmitted) emit(*model, source);
  }
  check_parts(source);
  return true;
}

}  // namespace
}  // namespace neural::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = neural::fuzz::source_of(data, size);
  if (!source) return neural::fuzz::kRefused;
  return neural::fuzz::run(*source) ? neural::fuzz::kTaken : neural::fuzz::kRefused;
}
