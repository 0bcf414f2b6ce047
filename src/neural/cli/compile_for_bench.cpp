#include "neural/cli/compile_for_bench.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "neural/base/clock.hpp"
#include "neural/base/files.hpp"
#include "neural/base/hashes.hpp"
#include "neural/bench/plan/backends.hpp"
#include "neural/cli/executable.hpp"
#include "neural/describe/values.hpp"
#include "neural/emit/backends.hpp"
#include "neural/emit/text/research.hpp"
#include "neural/engine/lower/training.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural::cli {
namespace {

constexpr int kRepetitions = 25;

double seconds_since(std::int64_t begin_ns) {
  return static_cast<double>(monotonic_ns() - begin_ns) * 1e-9;
}

/// The first error alone: a report has one line for it.
tl::unexpected<Error> cannot_compile(const syntax::SourceText& source, const std::string& name,
                                     const syntax::DiagnosticList& diagnostics) {
  const std::string help = fmt::format("`neural check {}` shows the place and what to do", name);
  for (const Json& found : render_json(source, diagnostics)) {
    if (found["severity"] != "error") continue;
    return fail(ErrorCode::kUsage,
                fmt::format("`{}` cannot be compiled: {} (line {}, {})", name, found["message"].get<std::string>(),
                            found["line"].dump(), found["code"].get<std::string>()),
                help);
  }
  return fail(ErrorCode::kUsage, fmt::format("`{}` holds no network", name), help);
}

Json research_json(const model::Model& model, const std::vector<model::ResearchResult>& results) {
  Json claims = Json::array();
  for (const emit::Claim& claim : emit::research_claims(model, results)) {
    claims.push_back({{"block", claim.block},
                      {"metric", claim.metric},
                      {"claimed", claim.value},
                      {"key", claim.key ? Json(*claim.key) : Json()},
                      {"less_is_better", claim.less_is_better}});
  }
  return claims;
}

/// The back end once: of a backend the text of the program; of the engine (null) the graph of a step, of which the text
/// is that of the network itself. Empty where the network cannot be expressed.
std::optional<std::string> emit_once(const model::Model& model, const std::string& text, const emit::Backend* backend,
                                     const emit::Options& options, syntax::DiagnosticList& diagnostics) {
  if (backend != nullptr) {
    const auto program = backend->emit(model, options, diagnostics);
    return program ? std::optional(program->text()) : std::nullopt;
  }
  std::vector<engine::Shape> shapes;
  for (const model::Input& input : model.inputs) {
    engine::Shape shape;
    for (const model::Dimension& size : input.shape) shape.push_back(size.value_or(1));
    shapes.push_back(std::move(shape));
  }
  const auto graph = engine::training_graph(model, model.training.batch_size, shapes, diagnostics);
  return graph ? std::optional(text) : std::nullopt;
}

/// The front end and the back end once; times go to the samples of `compiled`.
Expected<model::Model> compile_once(const std::string& text, const std::string& name, const emit::Backend* backend,
                                    const bench::plan::Variant& variant, emit::Options& options,
                                    bench::plan::CompiledProgram& compiled) {
  const std::int64_t parse_begin = monotonic_ns();
  const syntax::SourceText source(name, text);
  syntax::DiagnosticList diagnostics;
  const syntax::File tree = syntax::parse_file(source, diagnostics);
  auto networks = model::check_file(tree, source, diagnostics);
  compiled.parse_seconds.push_back(seconds_since(parse_begin));
  if (diagnostics.has_errors() || networks.empty() || !networks.front()) {
    return cannot_compile(source, name, diagnostics);
  }
  if (variant.batch_size) networks.front()->training.batch_size = *variant.batch_size;
  options.research = model::research_by_network(tree).at(networks.front()->name);
  const std::int64_t codegen_begin = monotonic_ns();
  auto program = emit_once(*networks.front(), text, backend, options, diagnostics);
  compiled.codegen_seconds.push_back(seconds_since(codegen_begin));
  if (!program) return cannot_compile(source, name, diagnostics);
  compiled.text = *std::move(program);
  return std::move(*networks.front());
}

}  // namespace

Expected<bench::plan::CompiledProgram> compile_for_bench(const std::filesystem::path& source,
                                                         std::string_view backend_name,
                                                         const bench::plan::Variant& variant) {
  const emit::Backend* backend = emit::find_backend(backend_name);
  if (backend == nullptr && backend_name != bench::plan::kEngine)
    return fail(ErrorCode::kUsage, fmt::format("no backend is called `{}`", backend_name));
  const std::string text = NEURAL_TRY(read_beginning(source, syntax::kLongestSource + 1));
  emit::Options options = {
      .source_name = source.filename().string(), .source_sha256 = sha256(text), .version = NEURAL_VERSION};
  options.level = variant.level == "O0" ? emit::Level::kO0 : emit::Level::kO1;
  bench::plan::CompiledProgram compiled;
  model::Model model = NEURAL_TRY(compile_once(text, source.string(), backend, variant, options, compiled));
  for (int i = 1; i < kRepetitions; ++i) {
    model = NEURAL_TRY(compile_once(text, source.string(), backend, variant, options, compiled));
  }

  const model::Training& training = model.training;
  if (!training.dataset) {
    return fail(ErrorCode::kUsage, fmt::format("`{}` names no data set", source.string()),
                "add `dataset: \"mnist\"` to its `train { }`");
  }
  compiled.network = model.name;
  compiled.parameters = model.parameter_count();
  compiled.batch_size = training.batch_size;
  compiled.shuffle = training.shuffle;
  compiled.seed = static_cast<std::uint64_t>(training.seed.value_or(42));
  compiled.dataset = *training.dataset;
  for (const model::Dimension& dimension : model.inputs.front().shape) {
    if (!dimension) {
      return fail(ErrorCode::kUsage, fmt::format("the input of `{}` has a dimension None", source.string()),
                  "a benchmark needs every dimension as a number");
    }
    compiled.input_shape.push_back(*dimension);
  }
  compiled.loss = describe::loss_json(model.loss);
  compiled.optimizer = describe::optimizer_json(model.optimizer);
  compiled.research = research_json(model, options.research);
  return compiled;
}

std::vector<std::string> bench_compile_command(const std::filesystem::path& source, std::string_view backend,
                                               const std::string& level, const std::filesystem::path& output) {
  // The engine writes no program: what it does before it trains is to read and check the file.
  if (backend == bench::plan::kEngine) return {executable_path().string(), "check", source.string()};
  return {executable_path().string(),
          "compile",
          source.string(),
          "--backend",
          std::string(backend),
          "-" + level,
          "-o",
          output.string()};
}

}  // namespace neural::cli
