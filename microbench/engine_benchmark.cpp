// Kernels of the engine, each as a share of what multiplications and additions alone can do in this process
// (`of_peak`), on one thread. Products are those of dense layers [batch x k] · [k x n] and of their gradients.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "neural/base/check.hpp"
#include "neural/engine/kernels/kernels.hpp"
#include "neural/engine/kernels/peak.hpp"

namespace neural::engine {
namespace {

/// Operations a second, the best of some slices of about two milliseconds.
double peak(Isa isa) {
  constexpr std::int64_t kLoops = 300'000;
  constexpr int kSlices = 30;
  double best = 0;
  for (int slice = 0; slice < kSlices; ++slice) {
    const auto begin = std::chrono::steady_clock::now();
    const std::int64_t operations = run_peak_loop(isa, kLoops);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    best = std::max(best, static_cast<double>(operations) / seconds.count());
  }
  return best;
}

double peak_here() {
  static const double kPeak = peak(best_isa());
  return kPeak;
}

std::vector<float> some(std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i * 37 % 101) / 101.0F - 0.5F;
  return values;
}

enum class Part : std::int64_t { kForward, kInputGradient, kWeightGradient, kWeightGradientAndAdam };

void dense(benchmark::State& state, Part part) {
  const Kernels& kernels = kernels_of(best_isa());
  const std::int64_t batch = state.range(0), k = state.range(1), n = state.range(2);
  const std::vector<float> x = some(batch * k), y = some(batch * n);
  std::vector<float> weights = some(k * n), result(static_cast<std::size_t>(batch * std::max(k, n)));
  std::vector<float> mean(weights.size()), square(weights.size());
  std::vector<float> scratch(static_cast<std::size_t>(kernels.scratch_floats(std::max({batch, k, n}))) + 16);
  AdamStep step;
  step.mean = mean.data();
  step.square = square.data();
  step.rate = 1e-6F;
  step.mean_share = 0.1F;
  step.square_share = 0.001F;
  step.epsilon = 1e-7F;
  Product p;
  p.scratch = scratch.data();
  switch (part) {
    case Part::kForward:
      p = {.rows = batch,
           .columns = n,
           .depth = k,
           .a = x.data(),
           .a_row = k,
           .a_column = 1,
           .b = weights.data(),
           .b_row = n,
           .b_column = 1,
           .c = result.data(),
           .c_row = n,
           .scratch = scratch.data()};
      break;
    case Part::kInputGradient:
      p = {.rows = batch,
           .columns = k,
           .depth = n,
           .a = y.data(),
           .a_row = n,
           .a_column = 1,
           .b = weights.data(),
           .b_row = 1,
           .b_column = n,
           .c = result.data(),
           .c_row = k,
           .scratch = scratch.data()};
      break;
    case Part::kWeightGradient:
    case Part::kWeightGradientAndAdam:
      p = {.rows = k,
           .columns = n,
           .depth = batch,
           .a = x.data(),
           .a_row = 1,
           .a_column = k,
           .b = y.data(),
           .b_row = n,
           .b_column = 1,
           .c = weights.data(),
           .c_row = n,
           .scratch = scratch.data()};
      if (part == Part::kWeightGradientAndAdam) p.adam = &step;
      break;
  }
  for (auto _ : state) {
    kernels.multiply(p);
    benchmark::ClobberMemory();
  }
  const double operations = 2.0 * static_cast<double>(batch * k * n);
  state.counters["of_peak"] =
      benchmark::Counter(operations / std::max(peak_here(), 1.0), benchmark::Counter::kIsIterationInvariantRate);
  state.SetLabel(std::string(isa_name(best_isa())));
}

void layers(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"batch", "k", "n"});
  for (const std::int64_t batch : {32, 64, 128}) {
    for (const auto& [k, n] : {std::pair{784, 128}, {784, 512}, {512, 256}, {256, 128}, {128, 10}, {1600, 128}}) {
      benchmark->Args({batch, k, n});
    }
  }
}
BENCHMARK_CAPTURE(dense, forward, Part::kForward)->Apply(layers);
BENCHMARK_CAPTURE(dense, input_gradient, Part::kInputGradient)->Apply(layers);
BENCHMARK_CAPTURE(dense, weight_gradient, Part::kWeightGradient)->Apply(layers);
BENCHMARK_CAPTURE(dense, weight_gradient_and_adam, Part::kWeightGradientAndAdam)->Apply(layers);

void uniform(benchmark::State& state) {
  std::vector<float> numbers(8192);
  RandomKey key;
  for (auto _ : state) {
    kernels_of(best_isa()).uniform(numbers.data(), 0, static_cast<std::int64_t>(numbers.size()), key);
    ++key.step;
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(numbers.size()));
}
BENCHMARK(uniform);

void scale_bytes(benchmark::State& state) {
  const std::vector<std::uint8_t> bytes(64 * 784, 128);
  std::vector<float> values(bytes.size());
  for (auto _ : state) {
    kernels_of(best_isa()).scale_bytes(values.data(), bytes.data(), static_cast<std::int64_t>(bytes.size()));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(scale_bytes);

}  // namespace
}  // namespace neural::engine
