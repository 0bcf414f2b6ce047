// How long the compiler takes in process: each standard model from text to program, and networks of growing depth,
// whose time must grow in proportion (the reported complexity is N).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "neural/base/check.hpp"
#include "neural/base/files.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/parser.hpp"

namespace neural {
namespace {

constexpr const char* kModels[] = {"simple_mlp", "cnn", "deep_mlp", "cnn_large"};

std::string standard_model(const char* name) {
  return read_file(std::string(NEURAL_SOURCE_DIR) + "/benchmarks/" + name + "/model.neural").value();
}

std::string deep_network(std::int64_t layers) {
  std::string text = "network Deep {\n  input: (64)\n  layers:\n";
  for (std::int64_t i = 0; i < layers; ++i) text += fmt::format("    Dense({}, activation=\"relu\")\n", 32 + i % 32);
  return text + "    Output(10)\n  loss: sparse_categorical_crossentropy\n}\n";
}

std::vector<std::optional<model::Model>> check(const syntax::SourceText& source) {
  syntax::DiagnosticList diagnostics;
  auto networks = model::check_file(syntax::parse_file(source, diagnostics), source, diagnostics);
  NEURAL_CHECK(!diagnostics.has_errors(), "a benchmark's own source must be sound");
  return networks;
}

std::string emit_program(const emit::Backend& backend, const model::Model& model) {
  syntax::DiagnosticList diagnostics;
  auto program = backend.emit(model, {.source_name = "model.neural", .version = "0.0.0"}, diagnostics);
  NEURAL_CHECK(program.has_value(), "a benchmark's own model must be expressible");
  return std::move(*program);
}

void parse_text(benchmark::State& state) {
  const syntax::SourceText source("deep.neural", deep_network(state.range(0)));
  for (auto _ : state) {
    syntax::DiagnosticList diagnostics;
    benchmark::DoNotOptimize(syntax::parse_file(source, diagnostics));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(source.text().size()));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(parse_text)->RangeMultiplier(8)->Range(8, 32768)->Complexity(benchmark::oN);

void check_text(benchmark::State& state) {
  const std::string text = deep_network(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(check(syntax::SourceText("deep.neural", text)));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(check_text)->RangeMultiplier(8)->Range(8, 32768)->Complexity(benchmark::oN);

void emit_deep(benchmark::State& state, const emit::Backend& backend) {
  const auto networks = check(syntax::SourceText("deep.neural", deep_network(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(emit_program(backend, *networks.front()));
  state.SetComplexityN(state.range(0));
}

void text_to_program(benchmark::State& state, const emit::Backend& backend, const char* name) {
  const std::string text = standard_model(name);
  for (auto _ : state) {
    const auto networks = check(syntax::SourceText("model.neural", text));
    benchmark::DoNotOptimize(emit_program(backend, *networks.front()));
  }
}

const bool kRegistered = [] {
  for (const emit::Backend& backend : emit::backends()) {
    benchmark::RegisterBenchmark(fmt::format("emit_deep/{}", backend.name).c_str(),
                                 [&](benchmark::State& state) { emit_deep(state, backend); })
        ->RangeMultiplier(8)
        ->Range(8, 4096)
        ->Complexity(benchmark::oN);
    for (const char* name : kModels) {
      benchmark::RegisterBenchmark(fmt::format("text_to_program/{}/{}", backend.name, name).c_str(),
                                   [&, name](benchmark::State& state) { text_to_program(state, backend, name); })
          ->Unit(benchmark::kMicrosecond);
    }
  }
  return true;
}();

}  // namespace
}  // namespace neural
