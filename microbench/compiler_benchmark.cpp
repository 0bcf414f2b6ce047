// How long the compiler takes in process: each stage of the front end on ordinary programs, each standard model from
// text to Model and to program, networks of growing depth, whose time must grow in proportion (the reported complexity
// is N), and a million layers in three forms.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "neural/base/check.hpp"
#include "neural/base/files.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/check.hpp"
#include "neural/syntax/format.hpp"
#include "neural/syntax/parser.hpp"
#include "neural/syntax/tokens.hpp"
#include "neural/weights/initial_weights.hpp"
#include "neural/weights/weights.hpp"

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

/// `weights` are for a backend whose file has them; without, it draws those that the network begins with.
emit::Output emit_program(const emit::Backend& backend, const model::Model& model,
                          const weights::Weights* weights = nullptr) {
  syntax::DiagnosticList diagnostics;
  const emit::Options options = {.source_name = "model.neural", .version = "0.0.0", .weights = weights};
  std::optional<emit::Output> program = backend.emit(model, options, diagnostics);
  NEURAL_CHECK(program.has_value(), "a benchmark's own model must be expressible");
  return std::move(*program);
}

/// What people write: all standard models, one behind the other, named apart.
std::string ordinary_programs() {
  std::string text;
  for (const char* name : kModels) text += standard_model(name) + "\n";
  return text;
}

/// One stage of the front end over the ordinary programs, in bytes of source text a second.
template <class Stage>
void over_text(benchmark::State& state, Stage stage) {
  const syntax::SourceText source("ordinary.neural", ordinary_programs());
  for (auto _ : state) {
    syntax::DiagnosticList diagnostics;
    stage(source, diagnostics);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(source.text().size()));
}

void stage_lex(benchmark::State& state) {
  over_text(state, [](const syntax::SourceText& source, syntax::DiagnosticList& diagnostics) {
    const syntax::Span all{0, static_cast<std::uint32_t>(source.text().size())};
    benchmark::DoNotOptimize(syntax::tokenize(source, all, diagnostics));
  });
}
BENCHMARK(stage_lex);

void stage_parse(benchmark::State& state) {
  over_text(state, [](const syntax::SourceText& source, syntax::DiagnosticList& diagnostics) {
    benchmark::DoNotOptimize(syntax::parse_file(source, diagnostics));
  });
}
BENCHMARK(stage_parse);

void stage_check(benchmark::State& state) {
  syntax::DiagnosticList ignored;
  const syntax::SourceText text("ordinary.neural", ordinary_programs());
  const syntax::File tree = syntax::parse_file(text, ignored);
  over_text(state, [&](const syntax::SourceText& /*source*/, syntax::DiagnosticList& diagnostics) {
    benchmark::DoNotOptimize(model::check_file(tree, text, diagnostics));
  });
}
BENCHMARK(stage_check);

void stage_format(benchmark::State& state) {
  over_text(state, [](const syntax::SourceText& source, syntax::DiagnosticList& diagnostics) {
    benchmark::DoNotOptimize(syntax::format(source, diagnostics));
  });
}
BENCHMARK(stage_format);

void front_end(benchmark::State& state) {
  const std::string text = ordinary_programs();
  for (auto _ : state) benchmark::DoNotOptimize(check(syntax::SourceText("ordinary.neural", text)));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(front_end);

void text_to_model(benchmark::State& state, const char* name) {
  const std::string text = standard_model(name);
  for (auto _ : state) benchmark::DoNotOptimize(check(syntax::SourceText("model.neural", text)));
}
BENCHMARK_CAPTURE(text_to_model, simple_mlp, "simple_mlp")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(text_to_model, cnn_large, "cnn_large")->Unit(benchmark::kMicrosecond);

std::string million_layers(const std::string& form) {
  constexpr int kLevels = 19;  // 2^19 layers, twice
  std::string macros = "define M0 { Dense(64) }\n";
  std::string layers;
  if (form == "written") {
    for (int i = 0; i < 1'000'000; ++i) layers += "Dense(64)\n";
  } else if (form == "repeated") {
    layers = "Dense(64) * 1000000\n";
  } else {
    for (int i = 1; i <= kLevels; ++i) macros += fmt::format("define M{0} {{ M{1} M{1} }}\n", i, i - 1);
    layers = fmt::format("M{} M{}\n", kLevels, kLevels - 1);
  }
  return macros + "network Million {\n  input: (64)\n  layers:\n" + layers + "}\n";
}

void million(benchmark::State& state, const char* form) {
  const std::string text = million_layers(form);
  for (auto _ : state) benchmark::DoNotOptimize(check(syntax::SourceText("million.neural", text)));
}
BENCHMARK_CAPTURE(million, written, "written")->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(million, macros, "macros")->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(million, repeated, "repeated")->Unit(benchmark::kMillisecond)->Iterations(1);

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

/// The backend alone: where a file holds the weights, they are there, and are not copied before the file is written.
void emit_deep(benchmark::State& state, const emit::Backend& backend) {
  const auto networks = check(syntax::SourceText("deep.neural", deep_network(state.range(0))));
  const weights::Weights weights = weights::initial_weights(*networks.front(), 0);
  for (auto _ : state) benchmark::DoNotOptimize(emit_program(backend, *networks.front(), &weights));
  state.SetComplexityN(state.range(0));
}

/// The backend alone, too.
void model_to_program(benchmark::State& state, const emit::Backend& backend, const char* name) {
  const auto networks = check(syntax::SourceText("model.neural", standard_model(name)));
  const weights::Weights weights = weights::initial_weights(*networks.front(), 0);
  for (auto _ : state) benchmark::DoNotOptimize(emit_program(backend, *networks.front(), &weights));
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
        ->Arg(10000)
        ->Unit(benchmark::kMillisecond)
        ->Complexity(benchmark::oN);
    for (const char* name : kModels) {
      benchmark::RegisterBenchmark(fmt::format("model_to_program/{}/{}", backend.name, name).c_str(),
                                   [&, name](benchmark::State& state) { model_to_program(state, backend, name); })
          ->Unit(benchmark::kMicrosecond);
      benchmark::RegisterBenchmark(fmt::format("text_to_program/{}/{}", backend.name, name).c_str(),
                                   [&, name](benchmark::State& state) { text_to_program(state, backend, name); })
          ->Unit(benchmark::kMicrosecond);
    }
  }
  return true;
}();

}  // namespace
}  // namespace neural
